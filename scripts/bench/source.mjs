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
      execFileSync(
        process.execPath,
        ['--expose-gc', bundle, inRoot('.cache', 'bench', 'source'), inRoot('dist'), task],
        { encoding: 'utf8' },
      ),
    );
  /** What is done first in a process, in several of them: each number's median. */
  const first = (task) => {
    const runs = Array.from({ length: firstRuns }, () => run(task));
    return Object.fromEntries(Object.keys(runs[0]).map((key) => [key, median(runs.map((one) => one[key]))]));
  };
  return { keystrokes: run('keystrokes'), repository: first('repository'), deep: first('deep') };
}

const firstRuns = 7;

function median(values) {
  return values.sort((a, b) => a - b)[Math.floor(values.length / 2)];
}

/** The section of BENCHMARKS.md. */
export function describeSource({ keystrokes, repository, deep }) {
  const ms = (value) => `${value.toFixed(0)} ms`;
  const mib = (bytes) => `${(bytes / 2 ** 20).toFixed(0)} MiB`;
  const { median, p95, kinds, memory } = keystrokes;
  return [
    '## Analysis of Python source',
    '',
    'Work of the editor’s worker as processor time (other processes do not count, the engine’s own compilers on other threads do), from a changed text to the new values of all its lenses. The file has 2,000 lines and 99 classes (test/support/modelFile.ts); a thousand keys, half of which take back the one before.',
    '',
    '| | work |',
    '|---|---:|',
    `| a keystroke, median | ${ms(median)} |`,
    `| a keystroke, 95th percentile | ${ms(p95)} |`,
    ...Object.entries(kinds).map(([kind, value]) => `| · ${kind}, median | ${ms(value)} |`),
    `| the file of 2,000 lines, first | ${ms(keystrokes.first)} |`,
    `| a model of 300 layers, after a change | ${ms(deep.again)} |`,
    '',
    `The first analysis of a process that has just started, median of ${firstRuns} processes:`,
    '',
    '| | time | work |',
    '|---|---:|---:|',
    `| a document and 39 files that it imports | ${ms(repository.time)} | ${ms(repository.work)} |`,
    `| a model of 300 layers | ${ms(deep.time)} | ${ms(deep.work)} |`,
    '',
    `Memory in use after a collection: ${mib(memory.heapAfter100)} of heap after 100 keys, ${mib(memory.heapAfter1000)} after 1,000; ${mib(memory.rss)} resident.`,
    '',
  ];
}
