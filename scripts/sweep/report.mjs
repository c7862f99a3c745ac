/** Verdicts of an entry that torch builds, besides `exact`; see test/sweep/verdict.ts. */
const shortcomings = ['bounded', 'notKnown', 'wrong', 'crashed', 'timedOut'];

/** What sweep.json holds: counts for each library and arguments, and every call that is not exact with its reason. */
export function summary(versions, results) {
  const calls = [];
  for (const own of grouped(results)) {
    const count = (verdict) => own.filter((one) => one.verdict === verdict).length;
    const [{ library, args }] = own;
    calls.push({
      library,
      version: versions[library],
      args,
      entries: own.length,
      raising: count('raising'),
      exact: count('exact'),
      ...Object.fromEntries(shortcomings.map((verdict) => [verdict, count(verdict)])),
    });
  }
  return {
    torch: versions.torch,
    calls,
    notExact: results
      .filter(({ verdict, torch, raises }) => verdict !== 'exact' && !(torch && raises))
      .map(({ library, name, args, module, verdict, difference, unknown, raises, torch }) => ({
        library,
        name,
        args,
        module,
        verdict,
        ...(difference && { difference }),
        ...(torch && { torch }),
        ...(raises && { raises: { code: raises.code, message: raises.message } }),
        ...(unknown && { unknown }),
      })),
  };
}

/** A sentence for each library and arguments whose share of exact answers is lower than before. */
export function lowerShares(before, now) {
  return now.calls.flatMap((counts) => {
    const { library, args } = counts;
    const old = before.calls?.find((one) => one.library === library && one.args === args);
    if (old === undefined || share(counts) >= share(old)) return [];
    return [`${library}(${args}): ${percent(counts)} exact, sweep.json has ${percent(old)}.`];
  });
}

/** The text of SWEEP.md. */
export function markdown({ torch, calls, notExact }) {
  const names = [...new Set(calls.map(({ library, version }) => `${library} ${version}`))];
  const built = notExact.filter(({ verdict }) => verdict !== 'raising');
  const raising = notExact.filter(({ verdict }) => verdict === 'raising');
  return [
    '# Every model of torchvision and timm',
    '',
    `Written by \`npm run sweep\`: every entry point of ${names.join(' and ')} (\`list_models()\`), as ` +
      `\`graftlens analyze FILE.py:entry --args ARGUMENTS\` answers from the source and as torch ${torch} builds it. ` +
      '*Exact* means equal keys in equal order, shapes, dtypes and counts of parameters and buffers; *bounded* a ' +
      'lower bound of the parameters, with the line that is not understood. The share is of the calls that torch ' +
      'builds; of a call that raises in torch, the analysis says so or that it does not know.',
    '',
    '| library | arguments | entry points | raise in torch | exact | bounded | not known | wrong | crashed | timed out |',
    '|---|---|---:|---:|---:|---:|---:|---:|---:|---:|',
    ...calls.map(
      (one) =>
        `| ${one.library} | ${one.args === '' ? 'none' : `\`${one.args}\``} | ${one.entries} | ${one.raising} | ` +
        `${one.exact} (${percent(one)}) | ${one.bounded} | ${one.notKnown} | ${one.wrong} | ${one.crashed} | ` +
        `${one.timedOut} |`,
    ),
    '',
    ...(built.length === 0
      ? []
      : ['## What is not exact', '', '| calls | place | reason |', '|---:|---|---|', ...reasons(built), '']),
    ...(raising.length === 0
      ? []
      : [
          '## What raises in torch, and the analysis does not know',
          '',
          '| calls | place | reason | torch |',
          '|---:|---|---|---|',
          ...reasons(raising, ({ torch: error }) => ` ${cell(`${error.raises}: ${error.message}`)} |`),
          '',
        ]),
  ].join('\n');
}

/** The results of each library and arguments. */
function grouped(results) {
  const groups = new Map();
  for (const one of results) {
    const key = `${one.library}(${one.args})`;
    if (groups.has(key)) groups.get(key).push(one);
    else groups.set(key, [one]);
  }
  return [...groups.values()];
}

/** Rows of the first things not understood, most frequent first. */
function reasons(entries, more = () => '') {
  const counts = new Map();
  for (const entry of entries) {
    const { verdict, unknown, difference } = entry;
    const place = unknown?.place ?? '';
    const row = `${place} | ${cell(difference ?? unknown?.message ?? verdict)} |${more(entry)}`;
    counts.set(row, (counts.get(row) ?? 0) + 1);
  }
  return [...counts]
    .sort(([a, x], [b, y]) => y - x || (a < b ? -1 : 1))
    .slice(0, 40)
    .map(([row, count]) => `| ${count} | ${row}`);
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
