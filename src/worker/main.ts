import { parentPort, workerData } from 'node:worker_threads';
import type { ByteSource } from '../archive/byteSource';
import { openCheckpoint } from '../checkpoint/openCheckpoint';
import { NodeFileSource } from '../files/nodeFileSource';
import { nodePlatform } from '../files/nodePlatform';
import { RemoteSource, type WholeFiles } from '../files/remoteSource';
import { checkpointSource, type OutlineSource } from '../outline/outlineSource';
import type { PredictedModel } from '../outline/prediction/predictedModel';
import { predictionSource } from '../outline/prediction/predictionSource';
import { errorBodyOf, RequestError } from './errorBody';
import { PickleAnswers } from './pickleAnswers';
import { RequestHandler } from './requestHandler';
import type { FromWorker, ToWorker, WorkerFile } from './workerMessages';

/** The entry of the analysis worker: one thread, one document. */

/** Milliseconds without a request before the first search is prepared. */
const WARM_UP_AFTER = 300;

if (parentPort === null) throw new Error('The analysis worker runs in a worker thread.');
const port = parentPort;
const file = workerData as WorkerFile;

const pendingFiles = new Map<number, (result: (ToWorker & { type: 'file' })['result']) => void>();
let lastFileId = 0;
/** Requests that were not begun. */
const waiting = new Set<number>();
let warmUp: ReturnType<typeof setTimeout> | null = null;

const handler = new RequestHandler(
  read,
  file.type === 'prediction' ? null : new PickleAnswers(openFile, nodePlatform),
);

port.on('message', (message: ToWorker) => {
  switch (message.type) {
    case 'request':
      waiting.add(message.id);
      // Behind the messages that are already here: a cancellation may be among them.
      setImmediate(() => void answer(message));
      break;
    case 'cancel':
      waiting.delete(message.id);
      break;
    case 'file':
      pendingFiles.get(message.id)?.(message.result);
      pendingFiles.delete(message.id);
      break;
  }
});

async function answer({ id, kind, body }: ToWorker & { type: 'request' }): Promise<void> {
  if (!waiting.delete(id)) return;
  try {
    send({ type: 'reply', id, ok: true, body: await handler.handle(kind, body) });
  } catch (error) {
    send({ type: 'reply', id, ok: false, error: errorBodyOf(error) });
  }
  if (warmUp !== null) clearTimeout(warmUp);
  warmUp = setTimeout(() => handler.warmUp(), WARM_UP_AFTER);
}

function send(message: FromWorker): void {
  port.postMessage(message);
}

async function read(): Promise<OutlineSource> {
  if (file.type === 'prediction') return predictionSource(await predictedModel());
  return checkpointSource(await openCheckpoint(await openFile(), nodePlatform));
}

async function openFile(): Promise<ByteSource> {
  switch (file.type) {
    case 'path':
      return NodeFileSource.open(file.path);
    case 'remote':
      return RemoteSource.open(file.name, remoteFiles);
    case 'prediction':
      throw new Error('A predicted model is no file.');
  }
}

async function predictedModel(): Promise<PredictedModel> {
  const result = await askHost((id) => ({ type: 'predict', id }));
  if (!('model' in result)) throw new Error('The host answered with no model.');
  return result.model;
}

const remoteFiles: WholeFiles = {
  async readFile(name) {
    const result = await askHost((id) => ({ type: 'readFile', id, name }));
    return 'bytes' in result ? result.bytes : null;
  },
  async fileNames() {
    const result = await askHost((id) => ({ type: 'fileNames', id }));
    return 'names' in result ? result.names : [];
  },
};

async function askHost(
  question: (id: number) => FromWorker,
): Promise<(ToWorker & { type: 'file' })['result']> {
  const id = ++lastFileId;
  const result = await new Promise<(ToWorker & { type: 'file' })['result']>((resolve) => {
    pendingFiles.set(id, resolve);
    send(question(id));
  });
  if ('error' in result) throw new RequestError(result.error);
  return result;
}
