import * as vscode from 'vscode';

/** Files of other programs that bear a checkpoint's name: site-packages' `.pth`, page templates, Apple's `.pkl`. */
const otherFiles = new Set(['notCheckpoint.text', 'notCheckpoint.json', 'notCheckpoint.propertyList']);

/** Whether the reason why a file cannot be opened says that it belongs in the text editor. */
export function belongsInTextEditor(code: string): boolean {
  return otherFiles.has(code);
}

/**
 * Gives files that are no checkpoints to the text editor. A person who then chooses "Reopen With" wants to
 * know why, so the second editor of a file that is open as text explains instead.
 */
export class HandOver {
  isOpenAsText(uri: vscode.Uri): boolean {
    const key = uri.toString();
    return vscode.window.tabGroups.all.some((group) =>
      group.tabs.some(({ input }) => input instanceof vscode.TabInputText && input.uri.toString() === key),
    );
  }

  /** Puts a text editor where `panel` is. */
  async replace(uri: vscode.Uri, panel: vscode.WebviewPanel): Promise<void> {
    const column = panel.viewColumn ?? vscode.ViewColumn.Active;
    const options = { viewColumn: column, preserveFocus: !panel.active, preview: true };
    await vscode.commands.executeCommand('vscode.openWith', uri, 'default', options);
    panel.dispose();
  }
}
