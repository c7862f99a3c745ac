/** WEIGHTS_ONLY.md: in what the versions of torch differ, from the merged descriptions. */
export function differencesTable(merged) {
  const { versions, globals } = merged;
  const rows = [
    ['opcodes', ({ opcodes }) => String(opcodes.length)],
    [
      'allowed globals',
      (one, index) => String(globals.filter((global) => isAllowed(global, index, versions)).length),
    ],
    ['Python 2 names translated', ({ rules }) => yes(rules.python2Names)],
    ['modules always refused', ({ rules }) => rules.blockedModules.map(code).join(', ') || '–'],
    [
      'NEWOBJ makes',
      ({ rules }) => (rules.creates === 'allowed' ? 'every allowed class' : code('Parameter')),
    ],
    [
      'BUILD takes',
      ({ rules }) => (rules.builds === 'allowed' ? 'every allowed type' : `tensors, ${code('OrderedDict')}`),
    ],
    ['SETITEM takes', ({ rules }) => (rules.itemTargets === 'any' ? 'anything' : 'dicts')],
    ['TorchScript archive', ({ rules }) => (rules.torchscript === 'runs' ? '**run**' : 'refused')],
    ['tar format of torch 0.1', ({ rules }) => (rules.tar === 'reads' ? 'read' : 'refused')],
    ["size of a storage's record", ({ rules }) => sizeTexts[rules.storageSize]],
    ['sparse indices checked', ({ rules }) => yes(rules.sparseChecked)],
    ['quantizer checked', ({ rules }) => yes(rules.quantizedChecked)],
    ['`byteorder` must be known', ({ rules }) => yes(rules.byteOrder)],
    ['serialization id must be UTF-8', ({ rules }) => yes(rules.serializationId)],
    ['`.safetensors` by its name', ({ rules }) => yes(rules.safetensorsByName)],
    ['devices', ({ rules: { locations } }) => Object.values(locations).flat().join(', ')],
  ];
  return `# What \`torch.load(weights_only=True)\` accepts, by version

Made by \`npm run weights-only\`: each version of torch is installed from PyPI and asked. Lists (globals, opcodes,
blocked modules) are torch's own; rules were found by giving torch small streams and files, and noting what it does
([describe.py](scripts/weightsOnly/describe.py)). \`graftlens scan\` and the safety view answer by these data
(\`src/safety/weightsOnly/torchVersions.json\`).

${table(rows, versions)}

## Globals that came or went

${changes(globals, versions)}
`;
}

const sizeTexts = { unchecked: '**not checked**', atLeast: 'not too small', exact: 'equal' };

function code(text) {
  return '`' + text + '`';
}

function yes(value) {
  return value ? 'yes' : 'no';
}

function isAllowed({ from, to }, index, versions) {
  const at = (version) => versions.findIndex((one) => one.version === version);
  return index >= at(from) && index <= at(to);
}

/** A column for each version would be too wide: each rule with the versions in which it changed. */
function table(rows, versions) {
  const lines = versions.map((one, index) => rows.map(([, text]) => text(one, index)));
  const body = rows.map(([title], row) => {
    const parts = [];
    versions.forEach(({ version }, index) => {
      const text = lines[index][row];
      if (index === 0 || text !== lines[index - 1][row]) parts.push([version, text]);
    });
    return `| ${title} | ${parts.map(([version, text]) => `${version}: ${text}`).join('<br>')} |`;
  });
  const described = versions.map(({ release, taken }) => `${release} (${taken})`).join(', ');
  return `| rule | from version |\n|---|---|\n${body.join('\n')}\n\nDescribed: ${described}.`;
}

function changes(globals, versions) {
  const first = versions[0].version;
  const last = versions.at(-1).version;
  const lines = versions.map(({ version }, index) => {
    if (version === first) return null;
    const before = versions[index - 1].version;
    const had = (name, at) =>
      globals.some(
        (one) =>
          one.name === name &&
          isAllowed(
            one,
            versions.findIndex((v) => v.version === at),
            versions,
          ),
      );
    const names = [...new Set(globals.map(({ name }) => name))];
    const came = names.filter((name) => had(name, version) && !had(name, before));
    const went = names.filter((name) => !had(name, version) && had(name, before));
    if (came.length + went.length === 0) return null;
    const list = (all) => all.map(code).join(', ');
    return [
      `- **${version}**`,
      came.length > 0 ? ` adds ${list(came)}` : '',
      went.length > 0 ? `${came.length > 0 ? ';' : ''} drops ${list(went)}` : '',
    ].join('');
  });
  return `From ${first} to ${last}:\n\n${lines.filter(Boolean).join('\n')}`;
}
