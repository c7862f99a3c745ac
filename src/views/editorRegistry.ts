import * as vscode from 'vscode';
import type { EditorCommand, EditorState } from '../protocol/messages';
import type { SafetyPlace } from '../protocol/safetyPage';

/** An open editor as commands see it. */
export interface OpenEditor {
  readonly uri: vscode.Uri;
  readonly panel: vscode.WebviewPanel;
  state: EditorState | null;
  run(command: EditorCommand): void;
  /** Shows the safety view at the finding of a place. */
  showFinding(place: SafetyPlace): void;
  /** Shows the tensor at a path of the file. */
  reveal(path: readonly (string | number)[]): void;
}

/** The open editors; the active one drives the context keys that menus and key bindings ask for. */
export class EditorRegistry {
  private readonly editors = new Set<OpenEditor>();

  get active(): OpenEditor | undefined {
    for (const editor of this.editors) if (editor.panel.active) return editor;
    return undefined;
  }

  of(uri: vscode.Uri): OpenEditor | undefined {
    const address = uri.toString();
    for (const editor of this.editors) if (editor.uri.toString() === address) return editor;
    return undefined;
  }

  add(editor: OpenEditor): vscode.Disposable {
    this.editors.add(editor);
    const changed = editor.panel.onDidChangeViewState(() => this.updateContext());
    this.updateContext();
    setContext('opened', true);
    return new vscode.Disposable(() => {
      changed.dispose();
      this.editors.delete(editor);
      this.updateContext();
    });
  }

  updateContext(): void {
    const state = this.active?.state ?? null;
    setContext('table', state?.mode === 'table');
    setContext('foldsRuns', state?.foldRuns === true);
    setContext('filtered', state?.filtered === true);
    setContext('selected', state?.selected === true);
  }
}

function setContext(name: string, value: boolean): void {
  void vscode.commands.executeCommand('setContext', `graftlens.checkpoint.${name}`, value);
}
