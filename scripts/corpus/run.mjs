import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { inRoot } from '../paths.mjs';
import { torchPython } from '../torchEnv.mjs';

/** Files that one process reads in turn; a crash costs the others of its part a second run. */
const filesPerBatch = 60;

/**
 * Runs `graftlens scan --json` and `inspect --json` on files of the corpus. Resolves to one result for each:
 * `{ file, command, status, stdout, stderr, wall, cpu, peak, timedOut }`, where `cpu` and `peak` are null for
 * files that share a process.
 *
 * @param lines of the manifest
 * @param options `commands`, `jobs` processes at once, `seconds` for each; `whole`: a process for every file
 */
export async function runCorpus(folder, lines, { commands, jobs, seconds, whole = false }) {
  const cli = inRoot('dist', 'cli.js');
  const batch = inRoot('test', 'corpus', 'batch.cjs');
  const single = (command, line) => ({
    id: JSON.stringify([command, line.file]),
    command: [process.execPath, cli, command, '--json', join(folder, line.file)],
  });
  const together = [];
  const tasks = [];
  for (const command of commands) {
    const shared = lines.filter((line) => !whole && !line.alone);
    for (let i = 0; i < shared.length; i += filesPerBatch) {
      const part = shared.slice(i, i + filesPerBatch);
      const id = JSON.stringify([command, ...part.map((line) => line.file)]);
      together.push({
        id,
        command: [process.execPath, batch, inRoot('dist'), folder, command, ...part.map((line) => line.file)],
      });
    }
    for (const line of lines.filter((line) => whole || line.alone)) tasks.push(single(command, line));
  }
  const byFile = new Map(lines.map((line) => [line.file, line]));
  const results = [];
  for (const ended of await runProcesses(together, jobs, seconds)) {
    const [command, ...files] = JSON.parse(ended.id);
    const told = new Set();
    for (const text of (ended.stdout ?? '').split('\n').filter((line) => line.endsWith('}'))) {
      const result = JSON.parse(text);
      told.add(result.file);
      results.push({ command, ...result, cpu: null, peak: null, timedOut: false });
    }
    // What was not answered because of another file, or is to blame itself.
    for (const file of files) if (!told.has(file)) tasks.push(single(command, byFile.get(file)));
  }
  for (const ended of await runProcesses(tasks, jobs, seconds)) {
    const [command, file] = JSON.parse(ended.id);
    results.push({ ...ended, command, file });
  }
  return results;
}

/** Whole processes, `jobs` at a time, through test/corpus/processes.py. */
export async function runProcesses(tasks, jobs, seconds) {
  if (tasks.length === 0) return [];
  const runner = spawn(
    torchPython(),
    [inRoot('test', 'corpus', 'processes.py'), String(jobs), String(seconds)],
    {
      stdio: ['pipe', 'pipe', 'inherit'],
    },
  );
  runner.stdin.end(tasks.map((task) => JSON.stringify(task)).join('\n'));
  const results = [];
  for await (const line of createInterface({ input: runner.stdout })) results.push(JSON.parse(line));
  if (results.length !== tasks.length)
    throw new Error(`${tasks.length - results.length} of ${tasks.length} processes were not reported`);
  return results;
}
