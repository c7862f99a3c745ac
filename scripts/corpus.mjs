/**
 * `npm run corpus`: scans and inspects every file of the corpus (test/corpus), each in a process of its own, and
 * says what was called what, what it cost, and every fault. Ends with 1 if something is wrong.
 *
 *   npm run corpus -- --only=TEXT      files with that text in their names
 *   npm run corpus -- --batch          files that are harmless to a process share one; no figures for these
 */
import { ensureDependencies } from './dependencies.mjs';

ensureDependencies();
const { build } = await import('./build.mjs');
const { generateCorpus } = await import('./corpus/generate.mjs');
const { faults, verdictCounts } = await import('./corpus/judge.mjs');
const { runCorpus } = await import('./corpus/run.mjs');

const only = process.argv.find((argument) => argument.startsWith('--only='))?.slice('--only='.length) ?? '';
const whole = !process.argv.includes('--batch');
const commands = ['scan', 'inspect'].filter((name) => !process.argv.includes(`--no-${name}`));

await build();
const { folder, lines: all } = generateCorpus();
const lines = all.filter((line) => line.file.includes(only));
const results = await runCorpus(folder, lines, { commands, jobs: 2, seconds: 60, whole });
const byFile = new Map(lines.map((line) => [line.file, line]));
let wrong = 0;
for (const result of results) {
  const line = byFile.get(result.file);
  const found = faults(line, result, line.class === 'hostile' ? { seconds: 2, mebibytes: 512 } : {});
  if (found.length === 0) continue;
  wrong++;
  const cost = result.peak === null ? '' : ` (${result.cpu} s of processor, ${result.peak} MiB)`;
  console.log(
    `${result.command} ${result.file}: ${found.join('; ')}${cost} ${result.stderr.slice(0, 200).trim()}`,
  );
}
console.log('');
for (const kind of ['dangerous', 'benign', 'hostile']) {
  const of = lines.filter((line) => line.class === kind);
  const counts = [...verdictCounts(of, results)].map(([verdict, count]) => `${count} ${verdict}`);
  console.log(`${of.length} ${kind}: ${counts.join(', ')}`);
}
for (const command of commands) {
  const costs = results.filter((result) => result.command === command && result.peak !== null);
  if (costs.length === 0) continue;
  const worst = (name) => costs.reduce((a, b) => (a[name] > b[name] ? a : b));
  const [slow, large] = [worst('wall'), worst('peak')];
  console.log(`${command}: at most ${slow.wall} s (${slow.file}), ${large.peak} MiB (${large.file})`);
}
console.log(`${wrong} faults in ${results.length} answers`);
if (wrong > 0) process.exitCode = 1;
