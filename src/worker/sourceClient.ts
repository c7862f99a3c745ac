import { Worker } from 'node:worker_threads';
import { RequestError } from './errorBody';
import type { SourceAnswer, SourceQuestion, SourceRequestKind, SourceRequests } from './sourceMessages';

/** Megabytes of JavaScript heap for the source of a window. */
const HEAP_MEGABYTES = 1_024;

interface Pending {
  readonly resolve: (body: unknown) => void;
  readonly reject: (error: RequestError) => void;
  readonly timer: ReturnType<typeof setTimeout>;
}

/**
 * The worker for Python source, as the host sees it. It starts with the first question; one that takes too
 * long ends it, and the next question starts another.
 */
export class SourceWorker {
  private worker: Worker | null = null;
  private readonly pending = new Map<number, Pending>();
  private lastId = 0;

  /** @param script path of the bundled worker, `dist/sourceWorker.js` */
  constructor(private readonly script: string) {}

  /** @throws RequestError `worker.timeout`, `worker.crashed`, `worker.ended`, or the analysis's own */
  ask<K extends SourceRequestKind>(
    kind: K,
    body: SourceRequests[K]['request'],
    timeoutMs: number,
  ): Promise<SourceRequests[K]['reply']> {
    const id = ++this.lastId;
    return new Promise((resolve, reject) => {
      const timer = setTimeout(
        () => this.end(failure('worker.timeout', Math.round(timeoutMs / 1000))),
        timeoutMs,
      );
      // The worker answers each kind with its own reply.
      this.pending.set(id, {
        resolve: (reply) => resolve(reply as SourceRequests[K]['reply']),
        reject,
        timer,
      });
      // The compiler cannot relate kind and body of a generic question to the union of all.
      this.running().postMessage({ id, kind, body } as SourceQuestion);
    });
  }

  dispose(): void {
    this.end(failure('worker.ended'));
  }

  private running(): Worker {
    if (this.worker !== null) return this.worker;
    const worker = new Worker(this.script, {
      resourceLimits: { maxOldGenerationSizeMb: HEAP_MEGABYTES },
      // Nothing of the environment is needed to read source.
      env: {},
      execArgv: [],
    });
    worker.on('message', (answer: SourceAnswer) => this.receive(answer));
    worker.on('error', (error: unknown) => {
      if (worker === this.worker) this.end(failure('worker.crashed', describeError(error)));
    });
    worker.on('exit', (code) => {
      if (worker === this.worker) this.end(failure('worker.crashed', `exit code ${code}`));
    });
    this.worker = worker;
    return worker;
  }

  private receive(answer: SourceAnswer): void {
    const pending = this.pending.get(answer.id);
    if (pending === undefined) return;
    this.pending.delete(answer.id);
    clearTimeout(pending.timer);
    if ('body' in answer) pending.resolve(answer.body);
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

function describeError(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function failure(code: string, ...args: (string | number)[]): RequestError {
  return new RequestError({ code, args, offset: null, record: null });
}
