import type * as vscode from 'vscode';
import type { ErrorBody, WorkerRequestKind, WorkerRequests } from '../protocol/messages';

/** A worker with one document, as the document sees it. */
export interface Analysis {
  request<K extends WorkerRequestKind>(
    kind: K,
    body: WorkerRequests[K]['request'],
  ): Promise<WorkerRequests[K]['reply']>;
  /** Resolves when the worker has ended, with the reason when it was not asked to. */
  readonly ended: Promise<ErrorBody | null>;
  dispose(): void;
}

export type StartAnalysis = (uri: vscode.Uri) => Promise<Analysis>;
