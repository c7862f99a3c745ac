import type { AllRequests, ErrorBody, EventMessage, ReplyMessage } from '../../src/protocol/messages';

/** The part of VS Code's webview API that is used. */
export interface HostPort {
  postMessage(message: unknown): void;
  getState(): unknown;
  setState(state: unknown): void;
}

/** A request that was answered with an error. */
export class RequestError extends Error {
  constructor(readonly body: ErrorBody) {
    super(body.code);
    this.name = 'RequestError';
  }
}

/** Requests by kind, as a page's protocol lists them. */
type Requests<R> = { readonly [K in keyof R]: { readonly request: unknown; readonly reply: unknown } };

/** Requests to the host with one reply each, and the events that it pushes. */
export class HostConnection<
  R extends Requests<R> = AllRequests,
  E extends { readonly type: 'event' } = EventMessage,
> {
  private readonly pending = new Map<
    number,
    { resolve: (body: unknown) => void; reject: (error: RequestError) => void }
  >();
  private lastId = 0;

  constructor(
    private readonly port: HostPort,
    private readonly onEvent: (event: E) => void,
  ) {
    window.addEventListener('message', (event: MessageEvent<unknown>) => this.receive(event.data));
  }

  request<K extends keyof R>(kind: K, body: R[K]['request']): Promise<R[K]['reply']> {
    const id = ++this.lastId;
    return new Promise((resolve, reject) => {
      this.pending.set(id, { resolve: (reply) => resolve(reply), reject });
      this.port.postMessage({ type: 'request', id, kind, body });
    });
  }

  private receive(data: unknown): void {
    if (typeof data !== 'object' || data === null || !('type' in data)) return;
    const message = data as ReplyMessage | E;
    if (message.type === 'event') {
      this.onEvent(message);
      return;
    }
    if (message.type !== 'reply') return;
    const waiting = this.pending.get(message.id);
    this.pending.delete(message.id);
    if (message.ok) waiting?.resolve(message.body);
    else waiting?.reject(new RequestError(message.error));
  }
}
