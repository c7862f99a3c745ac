import { parentPort } from 'node:worker_threads';
import { errorBodyOf } from './errorBody';
import type { FromThread, Requests, ToThread } from './restartingWorker';

/** What answers each kind of request. */
export type Answers<R extends Requests<R>> = {
  readonly [K in keyof R]: (body: R[K]['request']) => Promise<R[K]['reply']>;
};

/** Answers what a `RestartingWorker` asks; to be called once by the thread's entry. */
export function answerRequests<R extends Requests<R>>(answers: Answers<R>): void {
  if (parentPort === null) throw new Error('Requests are answered in a worker thread.');
  const port = parentPort;
  const send = (message: FromThread): void => port.postMessage(message);
  const answer = async ({ id, kind, body }: ToThread<R>): Promise<void> => {
    try {
      send({ id, ok: true, body: await answers[kind](body) });
    } catch (error) {
      send({ id, ok: false, error: errorBodyOf(error) });
    }
  };
  port.on('message', (message: ToThread<R>) => void answer(message));
}
