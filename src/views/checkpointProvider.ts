import * as vscode from 'vscode';
import { CheckpointDocument } from './checkpointDocument';
import { type EditorServices, openCheckpointEditor } from './checkpointEditor';
import type { StartAnalysis } from './startAnalysis';
import { defaultViewType, optionViewType } from './viewTypes';

/** Opens checkpoints, readonly. */
export class CheckpointProvider implements vscode.CustomReadonlyEditorProvider<CheckpointDocument> {
  /** Open documents, so that their workers end when the extension is deactivated. */
  private readonly documents = new Set<CheckpointDocument>();

  private readonly changes = new vscode.EventEmitter<vscode.Uri>();
  /** A file that has an editor was read again. */
  readonly onDidChangeFile = this.changes.event;

  constructor(
    private readonly services: EditorServices,
    private readonly start: StartAnalysis,
  ) {}

  register(): vscode.Disposable {
    const options = { supportsMultipleEditorsPerDocument: true };
    return vscode.Disposable.from(
      this.changes,
      ...[defaultViewType, optionViewType].map((viewType) =>
        vscode.window.registerCustomEditorProvider(viewType, this, options),
      ),
      new vscode.Disposable(() => {
        for (const document of [...this.documents]) document.dispose();
      }),
    );
  }

  openCustomDocument(uri: vscode.Uri): CheckpointDocument {
    const document = new CheckpointDocument(uri, this.start, () => this.documents.delete(document));
    this.documents.add(document);
    document.onEvent(({ event }) => {
      if (event === 'documentChanged') this.changes.fire(uri);
    });
    return document;
  }

  /** The open document of a file. */
  documentOf(uri: vscode.Uri): CheckpointDocument | undefined {
    const address = uri.toString();
    return [...this.documents].find((document) => document.uri.toString() === address);
  }

  resolveCustomEditor(document: CheckpointDocument, panel: vscode.WebviewPanel): void {
    openCheckpointEditor(document, panel, this.services);
  }
}
