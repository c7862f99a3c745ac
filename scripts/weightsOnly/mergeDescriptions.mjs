/**
 * Puts the descriptions of several torch versions (`describe.py`, oldest first) into one value: what differs by
 * version, and once what does not.
 */
export function mergeDescriptions(descriptions) {
  const newest = descriptions.at(-1);
  return {
    source: 'scripts/weightsOnly/describe.py, run with each version of torch; see WEIGHTS_ONLY.md',
    versions: descriptions.map(({ version, release, wheel, taken, python, opcodes, rules }) => ({
      version,
      release,
      wheel,
      taken,
      python,
      opcodes,
      rules,
    })),
    globals: mergeGlobals(descriptions),
    elementSizes: newest.elementSizes,
    differentiable: newest.differentiable,
    deviceTypes: newest.deviceTypes,
    layouts: newest.layouts,
    tensorAttributes: newest.tensorAttributes,
    names: newest.names,
  };
}

/** Each global once for every run of versions that describe it alike. */
function mergeGlobals(descriptions) {
  const names = [...new Set(descriptions.flatMap(({ globals }) => Object.keys(globals)))].sort();
  return names.flatMap((name) => {
    const runs = [];
    let last = null;
    for (const { version, globals } of descriptions) {
      const global = globals[name];
      const key = global && JSON.stringify(global);
      if (key === undefined) last = null;
      else if (last?.key === key) last.run.to = version;
      else {
        last = { key, run: { name, from: version, to: version, ...global } };
        runs.push(last.run);
      }
    }
    return runs;
  });
}
