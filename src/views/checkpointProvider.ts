import * as vscode from 'vscode';
import type { CheckpointDocument } from './checkpointDocument';
import type { CheckpointDocuments } from './checkpointDocuments';
import { type EditorServices, openCheckpointEditor } from './checkpointEditor';
import { defaultViewType, optionViewType } from './viewTypes';

/** Opens checkpoints, readonly. */
export class CheckpointProvider implements vscode.CustomReadonlyEditorProvider<CheckpointDocument> {
  constructor(
    private readonly services: EditorServices,
    private readonly documents: CheckpointDocuments,
  ) {}

  register(): vscode.Disposable {
    const options = { supportsMultipleEditorsPerDocument: true };
    return vscode.Disposable.from(
      ...[defaultViewType, optionViewType].map((viewType) =>
        vscode.window.registerCustomEditorProvider(viewType, this, options),
      ),
    );
  }

  openCustomDocument(uri: vscode.Uri): CheckpointDocument {
    return this.documents.open(uri);
  }

  resolveCustomEditor(document: CheckpointDocument, panel: vscode.WebviewPanel): void {
    openCheckpointEditor(document, panel, this.services);
  }
}
