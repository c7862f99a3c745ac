import type { ErrorBody } from '../protocol/messages';
import { errorBodyOf, RequestError } from './errorBody';

/** A thread's answer. */
export type Answer =
  { readonly ok: true; readonly body: unknown } | { readonly ok: false; readonly error: ErrorBody };

export interface Waiting {
  /** Milliseconds, after which `onTimeout` is called; it has to see to it that the request is answered. */
  readonly timeoutMs?: number | undefined;
  readonly signal?: AbortSignal | undefined;
  onTimeout?(timeoutMs: number): void;
  /** The request was given up, and was answered with `worker.cancelled`. */
  onAbort?(id: number): void;
}

interface Pending {
  readonly resolve: (body: unknown) => void;
  readonly reject: (error: RequestError) => void;
  readonly cleanUp: () => void;
}

/** Requests to a thread that wait for their answers, by number. Each is answered exactly once. */
export class PendingRequests {
  private readonly pending = new Map<number, Pending>();
  private lastId = 0;

  /**
   * Sends a request under a number of its own and waits for its answer.
   * @throws RequestError the answer's own, the reason given to `failAll`, `worker.cancelled`
   */
  ask(send: (id: number) => void, { timeoutMs, signal, onTimeout, onAbort }: Waiting = {}): Promise<unknown> {
    if (signal?.aborted === true) return Promise.reject(failure('worker.cancelled'));
    const id = ++this.lastId;
    return new Promise((resolve, reject) => {
      const abort = (): void => {
        this.settle(id)?.reject(failure('worker.cancelled'));
        onAbort?.(id);
      };
      const timer = timeoutMs === undefined ? undefined : setTimeout(() => onTimeout?.(timeoutMs), timeoutMs);
      signal?.addEventListener('abort', abort, { once: true });
      const cleanUp = (): void => {
        clearTimeout(timer);
        signal?.removeEventListener('abort', abort);
      };
      this.pending.set(id, { resolve, reject, cleanUp });
      try {
        send(id);
      } catch (error) {
        // What cannot be sent is nobody's to answer.
        this.settle(id)?.reject(new RequestError(errorBodyOf(error)));
      }
    });
  }

  /** Answers a request; nothing happens where it has been answered. */
  answer(id: number, answer: Answer): void {
    const pending = this.settle(id);
    if (answer.ok) pending?.resolve(answer.body);
    else pending?.reject(new RequestError(answer.error));
  }

  failAll(reason: RequestError): void {
    for (const id of [...this.pending.keys()]) this.settle(id)?.reject(reason);
  }

  private settle(id: number): Pending | undefined {
    const pending = this.pending.get(id);
    this.pending.delete(id);
    pending?.cleanUp();
    return pending;
  }
}

export function failure(code: string, ...args: (string | number)[]): RequestError {
  return new RequestError({ code, args, offset: null, record: null });
}

/** Why a thread ended, from its `error` event. */
export function crash(error: unknown, heapMegabytes: number): RequestError {
  const code = typeof error === 'object' && error !== null && 'code' in error ? error.code : null;
  if (code === 'ERR_WORKER_OUT_OF_MEMORY') return failure('worker.outOfMemory', heapMegabytes);
  return failure('worker.crashed', error instanceof Error ? error.message : String(error));
}

/** How long a request was waited for, in the words of a person. */
export function timeout(timeoutMs: number): RequestError {
  return failure('worker.timeout', Math.round(timeoutMs / 1000));
}
