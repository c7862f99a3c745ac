import { execFileSync } from 'node:child_process';
import * as esbuild from 'esbuild';
import { nodeBundle } from '../bundles.mjs';
import { inRoot } from '../paths.mjs';

/** What the editor's worker does for Python files, in processor time: see test/bench/sourceAnalysis.ts. */
export async function measureSource() {
  const bundle = inRoot('.cache', 'bench', 'sourceAnalysis.cjs');
  await esbuild.build({
    ...nodeBundle,
    entryPoints: [inRoot('test', 'bench', 'sourceAnalysis.ts')],
    outfile: bundle,
  });
  const run = (task) =>
    JSON.parse(
      execFileSync(process.execPath, [bundle, inRoot('.cache', 'bench', 'source'), inRoot('dist'), task], {
        encoding: 'utf8',
      }),
    );
  return { keystrokes: run('keystrokes'), repository: run('repository'), deep: run('deep') };
}

/** The section of BENCHMARKS.md. */
export function describeSource({ keystrokes, repository, deep }) {
  const ms = (value) => `${value.toFixed(0)} ms`;
  const mib = (bytes) => `${(bytes / 2 ** 20).toFixed(0)} MiB`;
  const { median, p95, kinds, memory } = keystrokes;
  return [
    '## Analysis of Python source',
    '',
    'Work of the editor’s worker as processor time (other processes do not count), from a changed text to the new values of all its lenses. The file has 2,000 lines and 99 classes (test/support/modelFile.ts); a thousand keys, half of which take back the one before.',
    '',
    '| | work |',
    '|---|---:|',
    `| a keystroke, median | ${ms(median)} |`,
    `| a keystroke, 95th percentile | ${ms(p95)} |`,
    ...Object.entries(kinds).map(([kind, value]) => `| · ${kind}, median | ${ms(value)} |`),
    `| the file of 2,000 lines, first | ${ms(keystrokes.first)} |`,
    `| a document and 39 files that it imports, first | ${ms(repository.work)} |`,
    `| the same, the whole process | ${ms(repository.process)} |`,
    `| a model of 300 layers, first | ${ms(deep.first)} |`,
    `| a model of 300 layers, after a change | ${ms(deep.again)} |`,
    '',
    `Memory: heap ${mib(memory.heapAfter100)} after 100 keys and ${mib(memory.heapAfter1000)} after 1,000; resident ${mib(memory.rss)}.`,
    '',
  ];
}
