import type { ErrorBody, ReplyMessage, WorkerRequestKind, WorkerRequests } from '../protocol/messages';

/** What passes between the extension host and the analysis worker. */

/** Which file a worker is for: one on this machine's disk, or one that the host reads for it. */
export type WorkerFile =
  { readonly type: 'path'; readonly path: string } | { readonly type: 'remote'; readonly name: string };

export type ToWorker =
  | {
      readonly type: 'request';
      readonly id: number;
      readonly kind: WorkerRequestKind;
      readonly body: WorkerRequests[WorkerRequestKind]['request'];
    }
  /** Nobody waits for this request any more: it is not begun, if it has not been. */
  | { readonly type: 'cancel'; readonly id: number }
  | {
      readonly type: 'file';
      readonly id: number;
      readonly result:
        | { readonly bytes: Uint8Array | null }
        | { readonly names: readonly string[] }
        | { readonly error: ErrorBody };
    };

export type FromWorker =
  | ReplyMessage
  /** A whole file of the remote folder; answered by `file`. */
  | { readonly type: 'readFile'; readonly id: number; readonly name: string }
  | { readonly type: 'fileNames'; readonly id: number };
