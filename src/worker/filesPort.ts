import type { MessagePort } from 'node:worker_threads';
import type { WholeFiles } from '../files/remoteSource';
import type { ErrorBody } from '../protocol/messages';
import { errorBodyOf, RequestError } from './errorBody';

/** What a thread asks for a folder that only the host can read. */
type Question = { readonly id: number; readonly kind: 'file' | 'names'; readonly name: string };
type Answer = { readonly id: number } & (
  { readonly ok: true; readonly body: unknown } | { readonly ok: false; readonly error: ErrorBody }
);

/** Lets the thread at the other end of a port read files of a folder, until the port is closed. */
export function serveFiles(port: MessagePort, files: WholeFiles): void {
  port.on('message', ({ id, kind, name }: Question) => {
    const reading: Promise<unknown> = kind === 'file' ? files.readFile(name) : files.fileNames();
    reading
      .then((body): Answer => ({ id, ok: true, body }))
      .catch((error: unknown): Answer => ({ id, ok: false, error: errorBodyOf(error) }))
      .then((answer) => port.postMessage(answer))
      .catch(() => port.close());
  });
}

/** The files that `serveFiles` gives at the other end. Rejects with the host's error. */
export function filesThrough(port: MessagePort): WholeFiles {
  const waiting = new Map<number, (answer: Answer) => void>();
  let lastId = 0;
  port.on('message', (answer: Answer) => {
    waiting.get(answer.id)?.(answer);
    waiting.delete(answer.id);
  });
  const ask = async (kind: Question['kind'], name: string): Promise<unknown> => {
    const id = ++lastId;
    const answer = await new Promise<Answer>((resolve) => {
      waiting.set(id, resolve);
      const question: Question = { id, kind, name };
      port.postMessage(question);
    });
    if (!answer.ok) throw new RequestError(answer.error);
    return answer.body;
  };
  return {
    readFile: async (name) => (await ask('file', name)) as Uint8Array | null,
    fileNames: async () => (await ask('names', '')) as readonly string[],
  };
}
