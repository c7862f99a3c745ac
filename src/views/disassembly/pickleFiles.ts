import type * as vscode from 'vscode';
import type { WorkerRequests } from '../../protocol/messages';
import type { CheckpointDocuments } from '../checkpointDocuments';
import { checkpointSettings } from '../settings';
import type { StartAnalysis } from '../startAnalysis';

type PickleRequest = 'pickles' | 'disassembly' | 'disassemblyLine';

/** Asks about the pickles of a file: the worker of its editor, or one that lives for the question. */
export class PickleFiles {
  constructor(
    private readonly documents: CheckpointDocuments,
    private readonly start: StartAnalysis,
  ) {}

  /** @throws CheckpointError of reading the file */
  async ask<K extends PickleRequest>(
    file: vscode.Uri,
    kind: K,
    body: WorkerRequests[K]['request'],
  ): Promise<WorkerRequests[K]['reply']> {
    const document = this.documents.of(file);
    if (document !== undefined) return document.request(kind, body);
    const analysis = this.start(file);
    try {
      return await analysis.request(kind, body, { timeoutMs: checkpointSettings(file).timeLimit });
    } finally {
      analysis.dispose();
    }
  }
}
