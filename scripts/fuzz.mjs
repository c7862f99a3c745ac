/**
 * `npm run fuzz -- [TARGET …] [--seconds N] [--seed S]`: runs parts of the product on inputs that grow by what
 * code they reach (see test/fuzz). Every target in turn when none is named; a minute for each when no time is said.
 * What is found is in `out/fuzz/findings`; inputs that reached new code stay in `.cache/fuzz` for the next run.
 */
import { pathToFileURL } from 'node:url';
import * as esbuild from 'esbuild';
import { nodeBundle } from './bundles.mjs';
import { inRoot } from './paths.mjs';
import { endChildrenOnSignals, start } from './processes.mjs';

/** Bundles the fuzzer; the command line that runs it, without the options of a run. */
export async function buildFuzzer() {
  const outdir = inRoot('out', 'fuzz');
  await esbuild.build({
    ...nodeBundle,
    entryPoints: [inRoot('test', 'fuzz', 'main.ts'), inRoot('test', 'fuzz', 'thread.ts')],
    outdir,
    sourcemap: 'linked',
    sourcesContent: false,
  });
  return [
    `${outdir}/main.js`,
    ...['--thread', `${outdir}/thread.js`],
    ...['--seeds', inRoot('test', 'fuzz', 'seeds')],
  ];
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  const args = process.argv.slice(2);
  if (!args.some((arg) => /^--seed(=|$)/.test(arg))) args.push('--seed', String(Date.now() % 1_000_000));
  const command = [...(await buildFuzzer()), '--out', inRoot('.cache', 'fuzz'), '--keep', ...args];
  endChildrenOnSignals();
  const child = start(process.execPath, command, { cwd: inRoot() });
  child.once('exit', (code) => (process.exitCode = code ?? 1));
}
