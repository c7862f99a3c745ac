import { Worker } from 'node:worker_threads';
import type { WholeFiles } from '../files/remoteSource';
import type { ErrorBody, WorkerRequestKind, WorkerRequests } from '../protocol/messages';
import { errorBodyOf, type RequestError } from './errorBody';
import { crash, failure, PendingRequests, timeout } from './pendingRequests';
import type { FromWorker, ModelPredictor, ToWorker, WorkerFile } from './workerMessages';

/**
 * Megabytes of JavaScript heap for one document: a checkpoint of a million tensors needs about one thousand.
 * Beyond it the worker ends with an error, and the editor lives on.
 */
const HEAP_MEGABYTES = 4_096;

/** Opening makes many objects that stay: room for them halves the time that is spent on moving them. */
const YOUNG_HEAP_MEGABYTES = 128;

export interface RequestOptions {
  /** Gives the request up; it is answered with `worker.cancelled`. */
  readonly signal?: AbortSignal;
  /** Milliseconds; a request that takes longer ends the worker, since nothing else could stop it. */
  readonly timeoutMs?: number;
}

/**
 * One document's analysis worker, as the host sees it. The thread starts with the object. Every request gets one
 * answer: its reply, its error, `worker.cancelled`, `worker.timeout`, or the reason why the worker ended. A worker
 * that ended is not started again; open the file with a new one.
 */
export class AnalysisWorker {
  /** Resolves when the worker has ended: null when it was asked to, else the reason. */
  readonly ended: Promise<ErrorBody | null>;
  private readonly worker: Worker;
  private readonly pending = new PendingRequests();
  /** Set once the worker is ending: what every further request is told. */
  private reason: RequestError | null = null;
  private disposed = false;

  /**
   * @param script path of the bundled worker, `dist/worker.js`
   * @param supplier who reads whole files for a `remote` one, or predicts the model
   */
  constructor(
    script: string,
    file: WorkerFile,
    private readonly supplier: WholeFiles | ModelPredictor | null = null,
    heapMegabytes = HEAP_MEGABYTES,
  ) {
    this.worker = new Worker(script, {
      workerData: file,
      resourceLimits: {
        maxOldGenerationSizeMb: heapMegabytes,
        maxYoungGenerationSizeMb: YOUNG_HEAP_MEGABYTES,
      },
      // Nothing of the environment is needed to read a file.
      env: {},
      execArgv: [],
    });
    this.worker.on('message', (message: FromWorker) => void this.receive(message));
    this.worker.on('messageerror', (error) => this.end(failure('worker.crashed', error.message)));
    this.worker.on('error', (error: unknown) => this.end(crash(error, heapMegabytes)));
    this.ended = new Promise((resolve) => {
      this.worker.on('exit', (code) => {
        this.end(failure('worker.crashed', `exit code ${code}`));
        resolve(this.disposed || this.reason === null ? null : this.reason.body);
      });
    });
  }

  /** @throws RequestError as the class says */
  async request<K extends WorkerRequestKind>(
    kind: K,
    body: WorkerRequests[K]['request'],
    { signal, timeoutMs }: RequestOptions = {},
  ): Promise<WorkerRequests[K]['reply']> {
    if (this.reason !== null) throw this.reason;
    const answer = await this.pending.ask((id) => this.send({ type: 'request', id, kind, body }), {
      signal,
      timeoutMs,
      onTimeout: (waited) => this.end(timeout(waited)),
      onAbort: (id) => this.send({ type: 'cancel', id }),
    });
    // The worker answers each kind with its own reply.
    return answer as WorkerRequests[K]['reply'];
  }

  /** Ends the worker and answers what is open with `worker.ended`. Frees the document's memory. */
  dispose(): void {
    this.disposed ||= this.reason === null;
    this.end(failure('worker.ended'));
  }

  private end(reason: RequestError): void {
    if (this.reason !== null) return;
    this.reason = reason;
    this.pending.failAll(reason);
    void this.worker.terminate();
  }

  private async receive(message: FromWorker): Promise<void> {
    switch (message.type) {
      case 'reply':
        this.pending.answer(message.id, message);
        return;
      case 'readFile':
        return this.give(message.id, async () => ({ bytes: await this.files.readFile(message.name) }));
      case 'fileNames':
        return this.give(message.id, async () => ({ names: await this.files.fileNames() }));
      case 'predict':
        return this.give(message.id, async () => ({ model: await this.predictor.predict() }));
    }
  }

  private get files(): WholeFiles {
    if (this.supplier === null || !('readFile' in this.supplier)) throw failure('file.missing', '');
    return this.supplier;
  }

  private get predictor(): ModelPredictor {
    if (this.supplier === null || !('predict' in this.supplier)) throw failure('file.missing', '');
    return this.supplier;
  }

  private async give(
    id: number,
    read: () => Promise<(ToWorker & { type: 'file' })['result']>,
  ): Promise<void> {
    try {
      this.send({ type: 'file', id, result: await read() });
    } catch (error) {
      this.send({ type: 'file', id, result: { error: errorBodyOf(error) } });
    }
  }

  private send(message: ToWorker): void {
    if (this.reason === null) this.worker.postMessage(message);
  }
}
