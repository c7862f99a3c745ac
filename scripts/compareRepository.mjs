/**
 * Compares what the analysis says of any folder of Python files with what torch builds.
 *
 *   npm run sweep:folder -- FOLDER [--tables=REGEX --model=FILE.py:Name] …
 *
 *   --only=REGEX         only constructions whose `module:Name(args)` it matches
 *   --functions=REGEX    also functions whose `module:name` it matches
 *   --tables=REGEX       YAML files below FOLDER, each given to --model as its argument
 *   --model=FILE.py:Name the class that takes a table
 *   --python=EXE         an interpreter that has torch and what the files import; the tests' own unless told
 *   --jobs=N             processes that analyse at the same time; 2 unless told
 *   --json=FILE          the results, one line each
 *   --truth=FILE         what torch built, kept for the next run
 *
 * The folder's code is imported and run by that interpreter: use it on code that you trust. Exit status 1 when an
 * answer is wrong.
 */
import { ensureDependencies } from './dependencies.mjs';

ensureDependencies();
const { execFileSync, spawn } = await import('node:child_process');
const { existsSync, readdirSync, readFileSync, writeFileSync } = await import('node:fs');
const { resolve, sep } = await import('node:path');
const { createInterface } = await import('node:readline');
const { parseArgs } = await import('node:util');
const { inRoot } = await import('./paths.mjs');
const { endAll, endChildrenOnSignals } = await import('./processes.mjs');
const { analyzeEntries } = await import('./sweep/analysis.mjs');
const { torchPython } = await import('./torchEnv.mjs');

const text = { type: 'string' };
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    only: text,
    functions: text,
    tables: text,
    model: text,
    python: text,
    jobs: { ...text, default: '2' },
    json: text,
    truth: text,
  },
});
const [given] = positionals;
if (
  given === undefined ||
  positionals.length !== 1 ||
  (values.tables === undefined) !== (values.model === undefined)
) {
  console.error(
    'Usage: npm run sweep:folder -- FOLDER [--tables=REGEX --model=FILE.py:Name] [--only=REGEX] …',
  );
  process.exit(2);
}
const folder = resolve(given);
const python = values.python ?? torchPython();
const script = inRoot('test', 'sweep', 'repository.py');

endChildrenOnSignals();
const only = values.only === undefined ? null : new RegExp(values.only);
const rows = (values.tables === undefined ? constructions() : tables()).filter(
  (row) => only?.test(label(row)) ?? true,
);
console.log(`${rows.length} constructions`);
const built = await buildAll(rows);
const judged = built
  .filter(({ truth }) => truth.environment !== true)
  .map(({ truth, ...row }) => ({ entry: { ...row, library: 'repository', name: label(row) }, truth }));
const results = await analyzeEntries([folder, ...searchPath()], judged, Number(values.jobs));
await endAll();
report();

/** Classes, and functions if wanted, of the folder's files. */
function constructions() {
  const args = [script, folder, 'list', ...(values.functions === undefined ? [] : [values.functions])];
  return parsed(
    execFileSync(python, args, {
      encoding: 'utf8',
      maxBuffer: 1 << 28,
      stdio: ['ignore', 'pipe', 'inherit'],
    }),
  );
}

/** The class that takes a table, with each table. */
function tables() {
  const [file = '', entry = ''] = values.model.split('.py:');
  const pattern = new RegExp(values.tables);
  return readdirSync(folder, { recursive: true })
    .map((path) => path.split(sep).join('/'))
    .filter((path) => /\.ya?ml$/.test(path) && pattern.test(path))
    .sort()
    .map((path) => ({ module: file.replaceAll('/', '.'), entry, args: JSON.stringify(path) }));
}

/** What torch makes of each row. A process that dies costs the row that it was at. */
async function buildAll(all) {
  const kept =
    values.truth !== undefined && existsSync(values.truth) ? parsed(readFileSync(values.truth, 'utf8')) : [];
  const known = new Map(kept.map((row) => [label(row), row]));
  const fresh = await buildMissing(all.filter((row) => !known.has(label(row))));
  for (const row of fresh) known.set(label(row), row);
  if (values.truth !== undefined) writeFileSync(values.truth, lines([...known.values()]));
  return all.map((row) => known.get(label(row)));
}

async function buildMissing(all) {
  const done = [];
  while (done.length < all.length) {
    const before = done.length;
    await new Promise((settle, reject) => {
      const child = spawn(python, [script, folder, 'build'], { stdio: ['pipe', 'pipe', 'ignore'] });
      child.once('error', reject);
      child.stdin.on('error', () => undefined);
      child.stdin.end(lines(all.slice(before)));
      const reader = createInterface({ input: child.stdout });
      reader.on('line', (line) => done.push(JSON.parse(line)));
      reader.once('close', settle);
    });
    if (done.length < all.length) {
      done.push({
        ...all[done.length],
        truth: { raises: 'Crash', message: 'Python ended', environment: true },
      });
    }
  }
  return done;
}

/** The folders that Python imports from, those of its own library left out. */
function searchPath() {
  const code =
    'import json, sys, sysconfig; own = {sysconfig.get_paths()[n] for n in ("stdlib", "platstdlib")}; ' +
    'print(json.dumps([p for p in sys.path[1:] if p and p not in own and "site-packages" in p]))';
  return JSON.parse(execFileSync(python, ['-c', code], { encoding: 'utf8' }));
}

function report() {
  const count = (verdict) => results.filter((one) => one.verdict === verdict).length;
  const reasons = new Map();
  for (const one of results) {
    if (one.verdict === 'exact') continue;
    const why = one.difference ?? (one.unknown && `${one.unknown.place}: ${one.unknown.message}`) ?? '';
    if (one.verdict === 'wrong' || one.verdict === 'crashed' || one.verdict === 'timedOut') {
      console.log(`${one.verdict}  ${one.name}  ${why}  ${JSON.stringify(one.raises ?? one.torch ?? null)}`);
    } else if (one.verdict !== 'raising') {
      const list = reasons.get(why) ?? [];
      list.push(one.name);
      reasons.set(why, list);
    }
  }
  for (const [why, names] of [...reasons].sort(([, a], [, b]) => b.length - a.length)) {
    console.log(`${names.length} × ${why}  (${names[0]})`);
  }
  const raising = count('raising');
  const built = results.length - raising;
  console.log(
    `${results.length} compared: ${built} built by torch, of these ${count('exact')} exact, ${count('bounded')} bounded, ` +
      `${count('notKnown')} not known, ${count('timedOut') + count('crashed')} without answer; ${raising} raise, ` +
      `of these ${results.filter((one) => one.verdict === 'raising' && one.raises).length} said so; ${count('wrong')} wrong`,
  );
  if (values.json !== undefined) writeFileSync(values.json, lines(results));
  if (count('wrong') > 0) process.exitCode = 1;
}

function label({ module, entry, args }) {
  return `${module}:${entry}(${args})`;
}

function lines(rows) {
  return rows.map((row) => `${JSON.stringify(row)}\n`).join('');
}

function parsed(text) {
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line));
}
