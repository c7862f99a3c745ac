import { type Transferable, Worker } from 'node:worker_threads';
import type { RequestError } from './errorBody';
import { type Answer, crash, failure, PendingRequests, timeout } from './pendingRequests';

/** Requests by kind, as the thread's messages list them. */
export type Requests<R> = { readonly [K in keyof R]: { readonly request: unknown; readonly reply: unknown } };

export interface ToThread<R extends Requests<R>> {
  readonly id: number;
  readonly kind: keyof R;
  readonly body: R[keyof R]['request'];
}

export type FromThread = { readonly id: number } & Answer;

/**
 * A thread that answers questions, as the host sees it. It starts with the first question; one that takes too
 * long ends it, and the next question starts another.
 */
export class RestartingWorker<R extends Requests<R>> {
  private worker: Worker | null = null;
  private readonly pending = new PendingRequests();

  /** @param script path of the bundled worker */
  constructor(
    private readonly script: string,
    private readonly heapMegabytes: number,
  ) {}

  /** @throws RequestError `worker.timeout`, `worker.crashed`, `worker.outOfMemory`, `worker.ended`, or the answer's own */
  async request<K extends keyof R>(
    kind: K,
    body: R[K]['request'],
    timeoutMs: number,
    /** What of the body is handed over and not copied. */
    transferred: readonly Transferable[] = [],
  ): Promise<R[K]['reply']> {
    const send = (id: number): void => {
      const message: ToThread<R> = { id, kind, body };
      this.running().postMessage(message, transferred);
    };
    return this.pending.ask(send, { timeoutMs, onTimeout: (waited) => this.end(timeout(waited)) });
  }

  /** Whether the thread runs, or starts. */
  get isRunning(): boolean {
    return this.worker !== null;
  }

  dispose(): void {
    this.end(failure('worker.ended'));
  }

  private running(): Worker {
    if (this.worker !== null) return this.worker;
    const worker = new Worker(this.script, {
      resourceLimits: { maxOldGenerationSizeMb: this.heapMegabytes },
      // Nothing of the environment is needed to read files.
      env: {},
      execArgv: [],
    });
    const ends = (reason: RequestError): void => {
      // An earlier thread's end is no news.
      if (worker === this.worker) this.end(reason);
    };
    worker.on('message', (answer: FromThread) => this.pending.answer(answer.id, answer));
    worker.on('messageerror', (error) => ends(failure('worker.crashed', error.message)));
    worker.on('error', (error: unknown) => ends(crash(error, this.heapMegabytes)));
    worker.on('exit', (code) => ends(failure('worker.crashed', `exit code ${code}`)));
    this.worker = worker;
    return worker;
  }

  private end(reason: RequestError): void {
    const { worker } = this;
    this.worker = null;
    this.pending.failAll(reason);
    void worker?.terminate();
  }
}
