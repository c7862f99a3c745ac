/**
 * `npm run weights-only:compare -- 2.6.0 …`: holds the weights_only model against other versions of torch than
 * the tests' own, over the same files. The versions must be there (`npm run weights-only -- --keep --only=2.6.0`).
 * Versions before 2.10 run code for crafted files: each file is loaded in a process with limits, without a
 * network where the system lets us; still, this is for a machine that can be thrown away.
 */
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as esbuild from 'esbuild';
import { nodeBundle } from './bundles.mjs';
import { inRoot } from './paths.mjs';
import { run } from './processes.mjs';
import { torchPython } from './torchEnv.mjs';

const python = torchPython();
const folder = mkdtempSync(join(tmpdir(), 'graftlens-weights-only-'));
const scripts = inRoot('test', 'torch', 'weightsOnly');
const checker = join(folder, 'compare.cjs');
await esbuild.build({
  ...nodeBundle,
  format: 'cjs',
  entryPoints: [join(scripts, 'compare.ts')],
  outfile: checker,
});
try {
  await run(python, ['-W', 'ignore', join(scripts, 'cases.py'), folder, '600']);
  for (const release of process.argv.slice(2)) await compare(release);
} finally {
  rmSync(folder, { recursive: true, force: true });
}

async function compare(release) {
  const site = inRoot('.cache', 'weights-only', release, 'site');
  if (!existsSync(site))
    throw new Error(`torch ${release} is not there: npm run weights-only -- --keep --only=${release}`);
  const answers = join(folder, `${release}.json`);
  await run(python, ['-S', join(scripts, 'ask.py'), join(folder, 'files.json'), answers], {
    env: { ...process.env, PYTHONPATH: site },
  });
  console.log(await run(process.execPath, [checker, answers]));
}
