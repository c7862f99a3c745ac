/**
 * `npm run bench`: what reading checkpoints costs, beside torch, jszip, CPython and an empty Node process, in one
 * run and as ratios. Writes BENCHMARKS.md and benchmarks.json. Absolute times are those of one machine on one
 * day; quote the ratios. With `--source`, `--check` or `--scan`, only the section on Python source, on checks
 * with torch, or on scanning, is measured anew.
 */
import { ensureDependencies } from './dependencies.mjs';

ensureDependencies();
const { execFileSync, spawnSync } = await import('node:child_process');
const { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } = await import('node:fs');
const { cpus } = await import('node:os');
const esbuild = await import('esbuild');
const { editorSection, measureEditor } = await import('./bench/editor.mjs');
const { checkSection, measureCheck } = await import('./bench/check.mjs');
const { measureScan, scanSection } = await import('./bench/scan.mjs');
const { describeSource, measureSource } = await import('./bench/source.mjs');
const { build } = await import('./build.mjs');
const { inRoot } = await import('./paths.mjs');
const { torchPython } = await import('./torchEnv.mjs');

const runs = 11;
if (process.argv.includes('--source')) {
  await build();
  mkdirSync(inRoot('.cache', 'bench'), { recursive: true });
  writeReport({
    ...JSON.parse(readFileSync(inRoot('benchmarks.json'), 'utf8')),
    source: await measureSource(),
  });
  process.exit();
}
const python = await torchPython();
await build();
if (process.argv.includes('--check')) {
  mkdirSync(inRoot('.cache', 'bench'), { recursive: true });
  const before = JSON.parse(readFileSync(inRoot('benchmarks.json'), 'utf8'));
  writeReport({ ...before, check: await measureCheck(python) });
  process.exit();
}
if (process.argv.includes('--scan')) {
  const before = JSON.parse(readFileSync(inRoot('benchmarks.json'), 'utf8'));
  writeReport({ ...before, scan: await measureScan() });
  process.exit();
}

const folder = inRoot('.cache', 'bench');
mkdirSync(folder, { recursive: true });
const cases = inRoot('test', 'torch', 'checkpoints', 'large_cases.py');
const files = {
  large: made('2gb-300-tensors.pt', '--tensors', '300', '--bytes', '2000000000'),
  zip64: made('4.6gb-300-tensors.pt', '--tensors', '300', '--bytes', '4600000000'),
  many: made('20000-tensors.pt', '--tensors', '20000', '--bytes', '0'),
  small: made('150mb-300-tensors.pt', '--tensors', '300', '--bytes', '150000000'),
};
const empty = inRoot('.cache', 'bench', 'empty.js');
writeFileSync(empty, '');

const node = process.execPath;
const inspect = (file) => [node, inRoot('dist', 'cli.js'), 'inspect', file, '--json'];
const torchLoad = (file) => [python, inRoot('test', 'bench', 'torch_load.py'), file];
const jszip = (file) => [node, inRoot('test', 'bench', 'jszipNames.cjs'), file];
const processes = measure([
  { name: 'empty Node process', command: [node, empty] },
  { name: 'inspect, 2 GB, 300 tensors', command: inspect(files.large) },
  { name: 'inspect, 4.6 GB, Zip64 offsets', command: inspect(files.zip64) },
  { name: 'inspect, 20,000 tensors', command: inspect(files.many) },
  { name: 'inspect, 150 MB, 300 tensors', command: inspect(files.small) },
  { name: 'torch.load(mmap=True, weights_only=True), 2 GB', command: torchLoad(files.large) },
  { name: 'torch.load(mmap=True, weights_only=True), 20,000 tensors', command: torchLoad(files.many) },
  { name: 'jszip, 150 MB', command: jszip(files.small) },
  { name: 'jszip, 4.6 GB', command: jszip(files.zip64) },
]);
const bytesRead = JSON.parse(
  execFileSync(node, inspect(files.large).slice(1), { maxBuffer: 1 << 28 }),
).bytesRead;
const unpickling = await compareUnpicklers();
const editor = await measureEditor(files.many);

const base = processes['empty Node process'];
const rows = Object.entries(processes).map(([name, { wall, peak, error }]) => ({
  name,
  wallRatio: error === null ? wall / base.wall : null,
  extraMemory: error === null ? peak - base.peak : null,
  wall,
  peak,
  error,
}));
const report = {
  node: process.version,
  processor: cpus()[0]?.model ?? '',
  runs,
  bytesRead,
  unpickling,
  editor,
  processes: rows,
  source: await measureSource(),
  check: await measureCheck(python),
  scan: await measureScan(),
};
writeReport(report);

function writeReport(measured) {
  writeFileSync(inRoot('benchmarks.json'), `${JSON.stringify(measured, null, 2)}\n`);
  const text = markdown(measured);
  writeFileSync(inRoot('BENCHMARKS.md'), text);
  console.log(text);
}

/** A checkpoint of the given shape; its tensors' bytes are holes, so it takes little disk. */
function made(name, ...options) {
  const path = inRoot('.cache', 'bench', name);
  if (!existsSync(path) || statSync(path).size === 0) {
    execFileSync(python, [cases, path, ...options], { stdio: ['ignore', 'ignore', 'inherit'] });
  }
  return path;
}

function measure(tasks) {
  const result = spawnSync(python, [inRoot('test', 'bench', 'measure.py'), String(runs)], {
    input: JSON.stringify(tasks),
    encoding: 'utf8',
    maxBuffer: 1 << 26,
  });
  if (result.status !== 0) throw new Error(`measure.py failed: ${result.stderr}`);
  return JSON.parse(result.stdout);
}

/** Both unpicklers in turn on the same bytes; the ratio is the median of the pairs. */
async function compareUnpicklers() {
  const pickle = inRoot('.cache', 'bench', '20000-tensors.pkl');
  execFileSync(python, [
    '-c',
    'import sys, zipfile\narchive = zipfile.ZipFile(sys.argv[1])\nname = next(n for n in archive.namelist() if n.endswith("data.pkl"))\nopen(sys.argv[2], "wb").write(archive.read(name))',
    files.many,
    pickle,
  ]);
  const bundle = inRoot('.cache', 'bench', 'unpickleWarm.cjs');
  await esbuild.build({
    entryPoints: [inRoot('test', 'bench', 'unpickleWarm.ts')],
    outfile: bundle,
    bundle: true,
    platform: 'node',
    format: 'cjs',
    logLevel: 'error',
  });
  const pairs = [];
  for (let i = 0; i < 5; i++) {
    const ours = Number(execFileSync(node, [bundle, pickle], { encoding: 'utf8' }));
    const cpython = Number(
      execFileSync(python, [inRoot('test', 'bench', 'cpython_unpickle.py'), pickle], { encoding: 'utf8' }),
    );
    pairs.push({ ours, cpython, ratio: ours / cpython });
  }
  pairs.sort((a, b) => a.ratio - b.ratio);
  return pairs[2];
}

function markdown({ unpickling: { ours, cpython, ratio }, processes: all, source, ...about }) {
  const lines = [
    '# Benchmarks',
    '',
    'Written by `npm run bench`: whole processes, run in turn, medians of ' +
      about.runs +
      ' runs, as ratios to an empty Node process in the same run. Files are sparse and in the page cache.',
    '',
    `Node ${about.node}, ${about.processor}.`,
    '',
    '| process | wall time | ratio to an empty Node process | peak memory | above an empty Node process |',
    '|---|---:|---:|---:|---:|',
    ...all.map(({ name, wall, wallRatio, peak, extraMemory, error }) =>
      error === null
        ? `| ${name} | ${(wall * 1000).toFixed(0)} ms | ${wallRatio.toFixed(2)} × | ${peak.toFixed(1)} MiB | ${extraMemory.toFixed(1)} MiB |`
        : `| ${name} | fails: ${error.replaceAll('|', '\\|')} | | | |`,
    ),
    '',
    `\`inspect --json\` reads ${about.bytesRead.toLocaleString('en')} bytes of the 2 GB file.`,
    '',
    `Unpickling the \`data.pkl\` of 20,000 tensors, in process and warm: ${ours.toFixed(1)} ms, CPython's C unpickler with stub classes ${cpython.toFixed(1)} ms, ratio ${ratio.toFixed(2)}.`,
    '',
    ...describeSource(source),
    // A report from before there was this section has nothing to say.
    ...(about.editor === undefined ? [] : editorSection(about.editor)),
    ...(about.check === undefined ? [] : checkSection(about.check)),
    ...(about.scan === undefined ? [] : scanSection(about.scan)),
  ];
  return lines.join('\n');
}
