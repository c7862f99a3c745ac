import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { CheckWorkerRequests } from '../../src/worker/checkMessages';
import { RestartingWorker } from '../../src/worker/restartingWorker';

/**
 * What the editor waits for until its worker says from the source alone whether a checkpoint loads, from the
 * question to the answer: `staticCheck.cjs MODEL.py CLASS WEIGHTS FOLDER DIST`, with a line of JSON, in
 * milliseconds. `starting`: the question starts the thread. `prepared`: the first question to a thread that was
 * started and got ready before. `again`: the median after changes that insert a layer or take it out again.
 */
const [, , model = '', name = '', weights = '', folder = '', dist = ''] = process.argv;

const plain = readFileSync(model, 'utf8');
const path = join(folder, 'static_check_model.py');

function started(): RestartingWorker<CheckWorkerRequests> {
  return new RestartingWorker<CheckWorkerRequests>(join(dist, 'checkWorker.js'), 2_048);
}

async function check(worker: RestartingWorker<CheckWorkerRequests>, text: string) {
  const start = performance.now();
  const question = {
    model: { file: path, name, args: null },
    overlays: [{ path, text }],
    sitePackages: null,
    weights,
    weightsName: weights,
    part: null,
    baseline: null,
    torch: null,
  };
  const { report } = await worker.request('check', question, 60_000);
  return { time: performance.now() - start, matched: report.matched };
}

async function measure(): Promise<unknown> {
  writeFileSync(path, plain);
  const fresh = started();
  const starting = await check(fresh, plain);
  fresh.dispose();
  const worker = started();
  await worker.request('prepare', null, 60_000);
  const prepared = await check(worker, plain);
  const times: number[] = [];
  for (let i = 0; i < 30; i++) {
    const grafted = plain.replace(
      'self.blocks =',
      `self.gate = nn.Linear(${i + 2}, 8)\n        self.blocks =`,
    );
    for (const text of [grafted, plain]) {
      const { time, matched } = await check(worker, text);
      if (matched !== starting.matched) throw new Error(`${matched} keys instead of ${starting.matched}`);
      times.push(time);
    }
  }
  worker.dispose();
  rmSync(path);
  times.sort((a, b) => a - b);
  return { starting: starting.time, prepared: prepared.time, again: times[Math.floor(times.length / 2)] };
}

measure().then(
  (result) => process.stdout.write(JSON.stringify(result)),
  (error: unknown) => {
    process.exitCode = 1;
    console.error(error);
  },
);
