import { readFileSync } from 'node:fs';
import { parentPort, workerData } from 'node:worker_threads';
import { Coverage } from './engine/coverage';
import { Fuzzer } from './engine/fuzzer';
import { lowerLimits } from './engine/lowerLimits';
import type { FromFuzzer, Order } from './engine/messages';
import { seedsOf } from './engine/storedSeeds';
import { targetNamed } from './targets';

/** The thread that runs inputs; what it is at can be read in the shared memory, should it hang. */

const { target: name, seed, seconds, seedFolder, corpusFolder, current } = workerData as Order;
const target = targetNamed(name);
lowerLimits();
const header = new Int32Array(current, 0, 2);
const bytes = new Uint8Array(current, 8);
const send = (message: FromFuzzer): void => parentPort?.postMessage(message);

const coverage = new Coverage(__filename, readFileSync(__filename, 'utf8').length);
const fuzzer = new Fuzzer(target, coverage, seed, {
  started(input) {
    bytes.set(input.subarray(0, bytes.length));
    header[1] = Math.min(input.length, bytes.length);
    Atomics.add(header, 0, 1);
  },
  finding: (finding) => send({ type: 'finding', finding }),
  kept: (input) => send({ type: 'kept', input }),
});

async function run(): Promise<void> {
  const started = performance.now();
  await fuzzer.runSeeds(seedsOf(target, seedFolder, corpusFolder));
  let saidAt = performance.now();
  const state = (): FromFuzzer => ({
    type: 'state',
    executions: fuzzer.executions,
    features: fuzzer.features,
    corpus: fuzzer.corpus.length,
  });
  await fuzzer.run(() => {
    const now = performance.now();
    if (now - saidAt > 10_000) {
      saidAt = now;
      send(state());
    }
    return now - started > seconds * 1000;
  });
  send(state());
}

void run().then(() => process.exit(0));
