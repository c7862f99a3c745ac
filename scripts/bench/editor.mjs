import { execFileSync } from 'node:child_process';
import * as esbuild from 'esbuild';
import { inRoot } from '../paths.mjs';

const openings = 7;
/** As `src/worker/client.ts` gives the worker. */
const heap = '--max-semi-space-size=64';

/**
 * The section "editor" of the benchmarks: milliseconds of processor time that the worker takes to open `file`
 * (fresh processes, medians by step) and to filter 100,000 keys (warm).
 */
export async function measureEditor(file) {
  const bundle = inRoot('.cache', 'bench', 'editor.cjs');
  await esbuild.build({
    entryPoints: [inRoot('test', 'bench', 'editor.ts')],
    outfile: bundle,
    bundle: true,
    platform: 'node',
    format: 'cjs',
    logLevel: 'error',
  });
  const run = (...args) =>
    JSON.parse(execFileSync(process.execPath, [heap, bundle, ...args], { encoding: 'utf8' }));
  const all = Array.from({ length: openings }, () => run('open', file));
  const opening = Object.fromEntries(
    Object.keys(all[0]).map((step) => [step, median(all.map((times) => times[step]))]),
  );
  return { opening, filters: run('filters') };
}

/** The section as lines of Markdown. */
export function editorSection({ opening, filters }) {
  const rows = (times) => Object.entries(times).map(([name, time]) => `| ${name} | ${time.toFixed(0)} ms |`);
  return [
    '## The editor',
    '',
    'Processor time of its worker. Opening 20,000 tensors, step by step in a fresh process:',
    '',
    '| step | time |',
    '|---|---:|',
    ...rows(opening),
    '',
    'Filters of 100,000 keys, warm, until the first rows are there:',
    '',
    '| filter, view | time |',
    '|---|---:|',
    ...rows(filters),
    '',
  ];
}

function median(values) {
  return values.sort((a, b) => a - b)[values.length >> 1];
}
