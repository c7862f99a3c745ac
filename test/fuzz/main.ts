import { createHash } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { Worker } from 'node:worker_threads';
import type { Finding } from './engine/fuzzer';
import type { FromFuzzer, Order } from './engine/messages';
import { targetNamed, targets } from './targets';

/**
 * `main.js --thread FILE --seeds FOLDER --out FOLDER [TARGET …] [--seconds N] [--seed S] [--keep]`: fuzzes each target
 * for so long, in a thread that is watched. Findings go to `OUT/findings`; with `--keep`, inputs that reached new
 * code go to `OUT/corpus` and are where the next run starts.
 */

/** Milliseconds without an end of one input before its thread is ended: far beyond every time limit, even on a busy machine. */
const HANG = 60_000;

/** Megabytes of heap: inputs of some kilobytes may not need more than a real checkpoint of a million tensors. */
const HEAP = 512;

const LONGEST = 1 << 20;

interface Options {
  readonly thread: string;
  readonly seedFolder: string;
  readonly out: string;
  readonly seconds: number;
  readonly seed: number;
  readonly keep: boolean;
}

async function fuzz(name: string, options: Options): Promise<number> {
  const until = Date.now() + options.seconds * 1000;
  const found = new Map<string, Finding>();
  let { seed } = options;
  let state = 'nothing was run';
  const corpusFolder = options.keep ? join(options.out, 'corpus', name) : null;
  if (corpusFolder !== null) mkdirSync(corpusFolder, { recursive: true });
  while (Date.now() < until) {
    const current = new SharedArrayBuffer(8 + LONGEST);
    const order: Order = {
      target: name,
      seed,
      seconds: (until - Date.now()) / 1000,
      seedFolder: options.seedFolder,
      corpusFolder,
      current,
    };
    const ended = await watched(options.thread, order, (message) => {
      if (message.type === 'finding') report(name, message.finding, found, options.out);
      else if (message.type === 'kept') {
        if (corpusFolder !== null) writeFileSync(join(corpusFolder, digest(message.input)), message.input);
      } else {
        state = `${message.executions} runs, ${message.features} features, ${message.corpus} inputs kept`;
        if (options.keep) console.log(`${name}: ${state}`);
      }
    });
    if (ended === null) break;
    const length = new Int32Array(current, 0, 2)[1] ?? 0;
    const input = new Uint8Array(current, 8, length).slice();
    report(name, { input, signature: ended, message: ended }, found, options.out);
    seed++;
  }
  console.log(`${name}: ${found.size} findings; ${state} (seed ${options.seed})`);
  return found.size;
}

/** Null when the thread came to its end, else why it did not. */
function watched(
  thread: string,
  order: Order,
  receive: (message: FromFuzzer) => void,
): Promise<string | null> {
  const worker = new Worker(thread, {
    workerData: order,
    resourceLimits: { maxOldGenerationSizeMb: HEAP },
    execArgv: ['--enable-source-maps'],
  });
  return new Promise((resolve) => {
    const counter = new Int32Array(order.current, 0, 1);
    let last = -1;
    let since = Date.now();
    const timer = setInterval(() => {
      const count = Atomics.load(counter, 0);
      if (count !== last) {
        last = count;
        since = Date.now();
      } else if (Date.now() - since > HANG) end(`hang: no end within ${HANG / 1000} s`);
    }, 500);
    const end = (reason: string | null): void => {
      clearInterval(timer);
      resolve(reason);
      void worker.terminate();
    };
    worker.on('message', receive);
    worker.on('error', (error: unknown) => end(`the thread ended: ${String(error)}`));
    worker.on('exit', (code) => end(code === 0 ? null : `the thread ended with code ${code}`));
  });
}

function report(name: string, finding: Finding, found: Map<string, Finding>, out: string): void {
  if (found.has(finding.signature)) return;
  found.set(finding.signature, finding);
  const folder = join(out, 'findings');
  mkdirSync(folder, { recursive: true });
  const file = join(folder, `${name}-${digest(finding.input)}`);
  writeFileSync(file, finding.input);
  writeFileSync(`${file}.txt`, finding.message);
  console.log(`${name}: FINDING (${finding.input.length} bytes in ${file})\n${finding.message}\n`);
}

function digest(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex').slice(0, 16);
}

async function main(): Promise<void> {
  const text = (fallback: string) => ({ type: 'string', default: fallback }) as const;
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      thread: text(''),
      seeds: text(''),
      out: text(''),
      seconds: text('60'),
      seed: text('1'),
      keep: { type: 'boolean', default: false },
    },
  });
  const options: Options = {
    thread: values.thread,
    seedFolder: values.seeds,
    out: values.out,
    seconds: Number(values.seconds),
    seed: Number(values.seed),
    keep: values.keep,
  };
  let findings = 0;
  for (const { name } of positionals.length === 0 ? targets : positionals.map(targetNamed)) {
    findings += await fuzz(name, options);
  }
  process.exitCode = findings === 0 ? 0 : 1;
}

void main();
