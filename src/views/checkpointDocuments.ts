import * as vscode from 'vscode';
import { CheckpointDocument } from './checkpointDocument';
import type { StartAnalysis } from './startAnalysis';

/** The checkpoints that have an editor; their workers end when the extension is deactivated. */
export class CheckpointDocuments implements vscode.Disposable {
  private readonly documents = new Set<CheckpointDocument>();
  private readonly changes = new vscode.EventEmitter<vscode.Uri>();
  /** A file that has an editor was read again. */
  readonly onDidChangeFile = this.changes.event;

  constructor(private readonly start: StartAnalysis) {}

  open(uri: vscode.Uri): CheckpointDocument {
    const document = new CheckpointDocument(uri, this.start, () => this.documents.delete(document));
    this.documents.add(document);
    document.onEvent(({ event }) => {
      if (event === 'documentChanged') this.changes.fire(uri);
    });
    return document;
  }

  of(uri: vscode.Uri): CheckpointDocument | undefined {
    const address = uri.toString();
    return [...this.documents].find((document) => document.uri.toString() === address);
  }

  dispose(): void {
    for (const document of [...this.documents]) document.dispose();
    this.changes.dispose();
  }
}
