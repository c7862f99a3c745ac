import type { PredictedModel } from '../outline/prediction/predictedModel';
import type { ErrorBody, ReplyMessage, WorkerRequestKind, WorkerRequests } from '../protocol/messages';

/** What passes between the extension host and the analysis worker. */

/** What a worker is for: a file on this machine's disk, one that the host reads for it, or a predicted model. */
export type WorkerFile =
  | { readonly type: 'path'; readonly path: string }
  | { readonly type: 'remote'; readonly name: string }
  | { readonly type: 'prediction' };

/** Who predicts the model that a worker shows. */
export interface ModelPredictor {
  /** The model as its source is now. @throws CheckpointError when there is none */
  predict(): Promise<PredictedModel>;
}

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
        | { readonly model: PredictedModel }
        | { readonly error: ErrorBody };
    };

export type FromWorker =
  | ReplyMessage
  /** A whole file of the remote folder; answered by `file`. */
  | { readonly type: 'readFile'; readonly id: number; readonly name: string }
  | { readonly type: 'fileNames'; readonly id: number }
  /** The predicted model; answered by `file`. */
  | { readonly type: 'predict'; readonly id: number };
