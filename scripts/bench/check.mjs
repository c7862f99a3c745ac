import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import * as esbuild from 'esbuild';
import { nodeBundle } from '../bundles.mjs';
import { inRoot } from '../paths.mjs';

const runs = 7;

/**
 * `graftlens check --python` as a whole process beside a bare script that imports torch, builds the same model and
 * loads the same file; run in turn, the ratio is the median of the pairs.
 */
export async function measureCheck(python) {
  const weights = inRoot('.cache', 'bench', 'check-600-keys.pth');
  const bare = inRoot('test', 'bench', 'bare_check.py');
  if (!existsSync(weights)) execFileSync(python, [bare, weights, 'save'], { stdio: 'inherit' });
  const file = inRoot('test', 'bench', 'check_model.py');
  const model = `${file}:Net`;
  const check = [process.execPath, inRoot('dist', 'cli.js'), 'check', '--json', '--model', model];
  const tasks = [
    { name: 'check', command: [...check, '--weights', weights, '--python', python] },
    { name: 'static', command: [...check, '--weights', weights] },
    { name: 'bare', command: [python, bare, weights] },
  ];
  const result = spawnSync(python, [inRoot('test', 'bench', 'measure.py'), String(runs)], {
    input: JSON.stringify(tasks),
    encoding: 'utf8',
    maxBuffer: 1 << 26,
  });
  if (result.status !== 0) throw new Error(`measure.py failed: ${result.stderr}`);
  const measured = JSON.parse(result.stdout);
  for (const [name, { error }] of Object.entries(measured)) {
    if (error !== null) throw new Error(`${name} failed: ${error}`);
  }
  const pairs = measured.check.walls.map((wall, i) => wall / measured.bare.walls[i]).sort((a, b) => a - b);
  return {
    check: measured.check.wall,
    static: measured.static.wall,
    bare: measured.bare.wall,
    ratio: pairs[Math.floor(pairs.length / 2)],
    checkPeak: measured.check.peak,
    barePeak: measured.bare.peak,
    worker: await measureWorker([file, 'Net', weights]),
  };
}

/** The answer from the source alone as the editor's worker gives it: see test/bench/staticCheck.ts. */
async function measureWorker(question) {
  const folder = inRoot('.cache', 'bench');
  const bundle = join(folder, 'staticCheck.cjs');
  await esbuild.build({
    ...nodeBundle,
    entryPoints: [inRoot('test', 'bench', 'staticCheck.ts')],
    outfile: bundle,
  });
  const answers = Array.from({ length: runs }, () =>
    JSON.parse(
      execFileSync(process.execPath, [bundle, ...question, folder, inRoot('dist')], { encoding: 'utf8' }),
    ),
  );
  const median = (key) => answers.map((one) => one[key]).sort((a, b) => a - b)[Math.floor(runs / 2)];
  return { starting: median('starting'), prepared: median('prepared'), again: median('again') };
}

export function checkSection({ check, static: alone, bare, ratio, worker }) {
  const ms = (seconds) => `${(seconds * 1000).toFixed(0)} ms`;
  return [
    '## Checking weights with torch',
    '',
    'A model of 602 keys and 45 million parameters against its checkpoint, whole processes run in turn.',
    '',
    '| process | wall time |',
    '|---|---:|',
    `| a bare Python script: imports torch, builds the model, loads the file | ${ms(bare)} |`,
    `| \`graftlens check --python\` | ${ms(check)} |`,
    `| \`graftlens check\`, from the source alone | ${ms(alone)} |`,
    '',
    `The check with torch takes ${ratio.toFixed(2)} × the bare script (median of pairs).`,
    '',
    `In the editor, from the question to the answer from the source alone: ${ms(worker.prepared / 1000)} for the first one to a worker that was started and got ready before (when the extension starts in a workspace with links, or while a person chooses what to compare), ${ms(worker.starting / 1000)} where the question starts the worker, ${ms(worker.again / 1000)} after each change of the source.`,
    '',
  ];
}
