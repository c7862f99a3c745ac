/**
 * `npm run sweep`: analyses every entry point of torchvision and timm and compares it with what torch builds.
 * Writes SWEEP.md and sweep.json. Fails when an answer is wrong, or when the share of exact answers of a library
 * is lower than in sweep.json; a lower share is then accepted with `--accept`.
 *
 *   --only=REGEX   only calls whose `library name(arguments)` it matches; nothing is written
 *   --jobs=N       processes that analyse at the same time; 2 unless told
 *   --no-torch     torch's own sources are not there; nothing is written
 *
 * What torch builds is kept below .cache/sweep, so that a second run costs the analysis alone.
 */
import { ensureDependencies } from './dependencies.mjs';

ensureDependencies();
const { existsSync, readFileSync, writeFileSync } = await import('node:fs');
const { parseArgs } = await import('node:util');
const { inRoot } = await import('./paths.mjs');
const { endAll, endChildrenOnSignals } = await import('./processes.mjs');
const { truthOfEntries } = await import('./sweep/truth.mjs');
const { analyzeEntries } = await import('./sweep/analysis.mjs');
const { lowerShares, markdown, summary } = await import('./sweep/report.mjs');

const {
  values: { only, jobs, accept, 'no-torch': noTorch },
} = parseArgs({
  options: {
    only: { type: 'string' },
    jobs: { type: 'string', default: '2' },
    accept: { type: 'boolean', default: false },
    'no-torch': { type: 'boolean', default: false },
  },
});
const json = inRoot('sweep.json');
const complete = only === undefined && !noTorch;

endChildrenOnSignals();
const { versions, sites, rows } = await truthOfEntries(only === undefined ? null : new RegExp(only));
const results = await analyzeEntries(noTorch ? sites.slice(0, 1) : sites, rows, Number(jobs));
await endAll();

const report = summary(versions, results);
for (const { library, name, args, verdict, difference, unknown, milliseconds } of results) {
  if (only === undefined && verdict !== 'wrong') continue;
  const reason = difference ?? (unknown && `${unknown.place}: ${unknown.message}`) ?? '';
  console.log(`${verdict}  ${library} ${name}(${args})  ${milliseconds} ms  ${reason}`);
}
console.log(markdown(report));
console.log(`Slowest: ${slowest(results)}`);

const wrong = results.filter(({ verdict }) => verdict === 'wrong').length;
const lower = complete && existsSync(json) ? lowerShares(JSON.parse(readFileSync(json, 'utf8')), report) : [];
for (const line of lower) console.error(line);
if (wrong > 0) console.error(`${wrong} answers are wrong.`);
if (wrong > 0 || (lower.length > 0 && !accept)) process.exitCode = 1;
else if (complete) {
  writeFileSync(json, `${JSON.stringify(report, null, 2)}\n`);
  writeFileSync(inRoot('SWEEP.md'), markdown(report));
}

function slowest(all) {
  return [...all]
    .sort((a, b) => b.milliseconds - a.milliseconds)
    .slice(0, 8)
    .map(({ name, milliseconds }) => `${name} ${milliseconds} ms`)
    .join(', ');
}
