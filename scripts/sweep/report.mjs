/** Verdicts of an entry that torch builds, besides `exact`; see test/sweep/verdict.ts. */
const shortcomings = ['bounded', 'notKnown', 'wrong', 'crashed', 'timedOut'];

/** What sweep.json holds: counts for each library, and every entry that is not exact with its reason. */
export function summary(versions, results) {
  const libraries = {};
  for (const library of new Set(results.map((one) => one.library))) {
    const own = results.filter((one) => one.library === library);
    const count = (verdict) => own.filter((one) => one.verdict === verdict).length;
    libraries[library] = {
      version: versions[library],
      entries: own.length,
      raising: count('raising'),
      exact: count('exact'),
      ...Object.fromEntries(shortcomings.map((verdict) => [verdict, count(verdict)])),
    };
  }
  return {
    torch: versions.torch,
    libraries,
    notExact: results
      .filter(({ verdict }) => verdict !== 'exact')
      .map(({ library, name, module, verdict, difference, unknown, raises, torch }) => ({
        library,
        name,
        module,
        verdict,
        ...(difference && { difference }),
        ...(torch && { torch }),
        ...(raises && { raises: { code: raises.code, message: raises.message } }),
        ...(unknown && { unknown }),
      })),
  };
}

/** A sentence for each library whose share of exact answers is lower than before. */
export function lowerShares(before, now) {
  return Object.entries(now.libraries).flatMap(([library, counts]) => {
    const old = before.libraries[library];
    if (old === undefined || share(counts) >= share(old)) return [];
    return [`${library}: ${percent(counts)} exact, sweep.json has ${percent(old)}.`];
  });
}

/** The text of SWEEP.md. */
export function markdown({ torch, libraries, notExact }) {
  const names = Object.keys(libraries).map((library) => `${library} ${libraries[library].version}`);
  const built = notExact.filter(({ verdict }) => verdict !== 'raising');
  const raising = notExact.filter(({ verdict }) => verdict === 'raising');
  return [
    '# Every model of torchvision and timm',
    '',
    `Written by \`npm run sweep\`: every entry point of ${names.join(' and ')} (\`list_models()\`), called without ` +
      `arguments, as \`graftlens analyze FILE.py:entry\` answers from the source and as torch ${torch} builds it. ` +
      '*Exact* means equal keys in equal order, shapes, dtypes and counts of parameters and buffers; *bounded* a ' +
      'lower bound of the parameters, with the line that is not understood. The share is of the entry points that ' +
      'torch builds.',
    '',
    '| library | entry points | raise in torch | exact | bounded | not known | wrong | crashed | timed out |',
    '|---|---:|---:|---:|---:|---:|---:|---:|---:|',
    ...Object.entries(libraries).map(
      ([library, one]) =>
        `| ${library} | ${one.entries} | ${one.raising} | ${one.exact} (${percent(one)}) | ${one.bounded} | ` +
        `${one.notKnown} | ${one.wrong} | ${one.crashed} | ${one.timedOut} |`,
    ),
    '',
    ...(built.length === 0
      ? []
      : [
          '## What is not exact',
          '',
          '| entry points | place | reason |',
          '|---:|---|---|',
          ...reasons(built),
          '',
        ]),
    ...(raising.length === 0
      ? []
      : [
          '## What raises in torch',
          '',
          '| entry point | torch | the analysis |',
          '|---|---|---|',
          ...raising.map(
            ({ library, name, torch: error, raises }) =>
              `| ${library} ${name} | ${cell(`${error.raises}: ${error.message}`)} | ` +
              `${raises ? cell(`${raises.code}: ${raises.message}`) : 'not known'} |`,
          ),
          '',
        ]),
  ].join('\n');
}

/** Rows of the first things not understood, most frequent first. */
function reasons(entries) {
  const counts = new Map();
  for (const { verdict, unknown, difference } of entries) {
    const place = unknown?.place ?? '';
    const row = `${place} | ${cell(difference ?? unknown?.message ?? verdict)}`;
    counts.set(row, (counts.get(row) ?? 0) + 1);
  }
  return [...counts]
    .sort(([a, x], [b, y]) => y - x || (a < b ? -1 : 1))
    .slice(0, 40)
    .map(([row, count]) => `| ${count} | ${row} |`);
}

function cell(text) {
  return text.split('\n')[0].slice(0, 160).replaceAll('|', '\\|');
}

function share({ exact, entries, raising }) {
  return entries === raising ? 1 : exact / (entries - raising);
}

/** Rounded down: 100.0 % is all of them. */
function percent(counts) {
  return `${(Math.floor(share(counts) * 1000) / 10).toFixed(1)} %`;
}
