import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parentPort } from 'node:worker_threads';
import { PythonParser } from '../python/concreteTree';
import { CheckAnalysis } from './checkAnalysis';
import type { CheckWorkerKind, CheckWorkerRequests } from './checkMessages';
import { errorBodyOf } from './errorBody';
import type { FromThread, ToThread } from './restartingWorker';

/** The entry of the worker that compares source with checkpoints: one thread for all checks of a window. */

if (parentPort === null) throw new Error('The check worker runs in a worker thread.');
const port = parentPort;

/** The parser's wasm lies beside the bundle. */
const analysis = PythonParser.load({
  runtime: join(__dirname, 'web-tree-sitter.wasm'),
  grammar: readFileSync(join(__dirname, 'tree-sitter-python.wasm')),
}).then((parser) => new CheckAnalysis(parser));

type Answers = {
  readonly [K in CheckWorkerKind]: (
    body: CheckWorkerRequests[K]['request'],
  ) => Promise<CheckWorkerRequests[K]['reply']>;
};

const answers: Answers = {
  check: async (question) => (await analysis).check(question),
  proofRequest: async (question) => (await analysis).proofRequest(question),
  classes: async ({ files, overlays }) => (await analysis).classes(files, overlays),
  isArguments: async ({ text }) => (await analysis).isArguments(text),
};

port.on('message', (message: ToThread<CheckWorkerRequests>) => void answer(message));

async function answer({ id, kind, body }: ToThread<CheckWorkerRequests>): Promise<void> {
  try {
    // Kind and body belong together, which the compiler cannot see.
    send({ id, ok: true, body: await answers[kind](body as never) });
  } catch (error) {
    send({ id, ok: false, error: errorBodyOf(error) });
  }
}

function send(message: FromThread): void {
  port.postMessage(message);
}
