import { Worker } from 'node:worker_threads';
import type { ErrorBody } from '../protocol/messages';
import { RequestError } from './errorBody';

/** Requests by kind, as the thread's messages list them. */
export type Requests<R> = { readonly [K in keyof R]: { readonly request: unknown; readonly reply: unknown } };

export interface ToThread<R extends Requests<R>> {
  readonly id: number;
  readonly kind: keyof R;
  readonly body: R[keyof R]['request'];
}

export type FromThread =
  | { readonly id: number; readonly ok: true; readonly body: unknown }
  | { readonly id: number; readonly ok: false; readonly error: ErrorBody };

interface Pending {
  readonly resolve: (body: unknown) => void;
  readonly reject: (error: RequestError) => void;
  readonly timer: ReturnType<typeof setTimeout>;
}

/**
 * A thread that answers questions, as the host sees it. It starts with the first question; one that takes too
 * long ends it, and the next question starts another.
 */
export class RestartingWorker<R extends Requests<R>> {
  private worker: Worker | null = null;
  private readonly pending = new Map<number, Pending>();
  private lastId = 0;

  /** @param script path of the bundled worker */
  constructor(
    private readonly script: string,
    private readonly heapMegabytes: number,
  ) {}

  /** @throws RequestError `worker.timeout`, `worker.crashed`, `worker.ended`, or the answer's own */
  request<K extends keyof R>(kind: K, body: R[K]['request'], timeoutMs: number): Promise<R[K]['reply']> {
    const id = ++this.lastId;
    return new Promise((resolve, reject) => {
      const timer = setTimeout(
        () => this.end(failure('worker.timeout', Math.round(timeoutMs / 1000))),
        timeoutMs,
      );
      this.pending.set(id, {
        resolve: (reply) => resolve(reply),
        reject,
        timer,
      });
      const message: ToThread<R> = { id, kind, body };
      this.running().postMessage(message);
    });
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
    worker.on('message', (answer: FromThread) => this.receive(answer));
    worker.on('error', (error: unknown) => {
      const reason = error instanceof Error ? error.message : String(error);
      if (worker === this.worker) this.end(failure('worker.crashed', reason));
    });
    worker.on('exit', (code) => {
      if (worker === this.worker) this.end(failure('worker.crashed', `exit code ${code}`));
    });
    this.worker = worker;
    return worker;
  }

  private receive(answer: FromThread): void {
    const pending = this.pending.get(answer.id);
    if (pending === undefined) return;
    this.pending.delete(answer.id);
    clearTimeout(pending.timer);
    if (answer.ok) pending.resolve(answer.body);
    else pending.reject(new RequestError(answer.error));
  }

  private end(reason: RequestError): void {
    const { worker } = this;
    this.worker = null;
    for (const { reject, timer } of this.pending.values()) {
      clearTimeout(timer);
      reject(reason);
    }
    this.pending.clear();
    void worker?.terminate();
  }
}

function failure(code: string, ...args: (string | number)[]): RequestError {
  return new RequestError({ code, args, offset: null, record: null });
}
