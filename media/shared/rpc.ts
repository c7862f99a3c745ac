import type {
  AllRequests,
  ErrorBody,
  EventMessage,
  ReplyMessage,
  RequestMessage,
} from '../../src/protocol/messages';

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

/** Requests to the host with one reply each, and the events that it pushes. */
export class HostConnection {
  private readonly pending = new Map<
    number,
    { resolve: (body: unknown) => void; reject: (error: RequestError) => void }
  >();
  private lastId = 0;

  constructor(
    private readonly port: HostPort,
    private readonly onEvent: (event: EventMessage) => void,
  ) {
    window.addEventListener('message', (event: MessageEvent<unknown>) => this.receive(event.data));
  }

  request<K extends keyof AllRequests>(
    kind: K,
    body: AllRequests[K]['request'],
  ): Promise<AllRequests[K]['reply']> {
    const id = ++this.lastId;
    return new Promise((resolve, reject) => {
      this.pending.set(id, { resolve: (reply) => resolve(reply as AllRequests[K]['reply']), reject });
      // The compiler cannot relate kind and body of a generic request to the union of all.
      this.port.postMessage({ type: 'request', id, kind, body } as RequestMessage);
    });
  }

  private receive(data: unknown): void {
    if (typeof data !== 'object' || data === null || !('type' in data)) return;
    const message = data as ReplyMessage | EventMessage;
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
