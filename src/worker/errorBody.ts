import { CheckpointError } from '../checkpointError';
import type { ErrorBody } from '../protocol/messages';

/** Any error in the form that travels; one that is not ours is an internal one. */
export function errorBodyOf(error: unknown): ErrorBody {
  if (error instanceof CheckpointError) {
    return { code: error.code, args: error.args, offset: error.offset, record: error.record };
  }
  const reason = error instanceof Error ? error.message : String(error);
  return { code: 'internal', args: [reason], offset: null, record: null };
}

/** An error that travelled, on the other side. */
export class RequestError extends CheckpointError {
  constructor(readonly body: ErrorBody) {
    super(body.code, body.args, body.offset, body.record);
  }
}
