import type { ErrorBody } from '../protocol/messages';

/** A request that cannot be answered, with the reason that the webview shows. */
export class RequestFailure extends Error {
  constructor(readonly body: ErrorBody) {
    super(body.code);
    this.name = 'RequestFailure';
  }
}

export function failure(code: string, ...args: readonly (string | number)[]): RequestFailure {
  return new RequestFailure({ code, args, offset: null, record: null });
}

/** What went wrong, in the form that travels. */
export function errorBodyOf(error: unknown): ErrorBody {
  if (error instanceof RequestFailure) return error.body;
  const carried = typeof error === 'object' && error !== null && 'body' in error ? error.body : null;
  if (isErrorBody(carried)) return carried;
  const reason = error instanceof Error ? error.message : String(error);
  return { code: 'internal', args: [reason], offset: null, record: null };
}

function isErrorBody(value: unknown): value is ErrorBody {
  return typeof value === 'object' && value !== null && 'code' in value && 'args' in value;
}
