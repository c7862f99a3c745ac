import * as vscode from 'vscode';

/** Files of other programs that bear a checkpoint's name: site-packages' `.pth`, page templates, Apple's `.pkl`. */
const otherFiles = new Set(['notCheckpoint.text', 'notCheckpoint.json', 'notCheckpoint.propertyList']);

/** Whether the reason why a file cannot be opened says that it belongs in the text editor. */
export function belongsInTextEditor(code: string): boolean {
  return otherFiles.has(code);
}

/** A text editor that closes within this time of another's opening was replaced by it: "Reopen With". */
const replacedWithin = 2000;

/**
 * Gives files that are no checkpoints to the text editor. A person who then chooses "Reopen With" wants to
 * know why, so an editor that takes the place of a text editor explains instead. A text editor in preview
 * is replaced by a mere click in the explorer too: that is handed over again.
 */
export class HandOver {
  /** When the text editor of a file that was handed over was closed, by address. */
  private readonly closed = new Map<string, number>();
  private readonly handedOver = new Set<string>();

  register(): vscode.Disposable {
    return vscode.window.tabGroups.onDidChangeTabs(({ closed }) => {
      for (const { input, isPreview } of closed) {
        if (!(input instanceof vscode.TabInputText) || isPreview) continue;
        const key = input.uri.toString();
        if (this.handedOver.has(key)) this.closed.set(key, Date.now());
      }
    });
  }

  /** Whether the editor of `uri` that opened at `time` is there because a person chose it over the text editor. */
  wasChosen(uri: vscode.Uri, time: number): boolean {
    const closed = this.closed.get(uri.toString());
    return closed !== undefined && Math.abs(time - closed) < replacedWithin;
  }

  /** Puts a text editor where `panel` is. */
  async replace(uri: vscode.Uri, panel: vscode.WebviewPanel): Promise<void> {
    const key = uri.toString();
    const options: vscode.TextDocumentShowOptions = {
      viewColumn: panel.viewColumn ?? vscode.ViewColumn.Active,
      preserveFocus: !panel.active,
      // A second click on the file means to keep it open.
      preview: isPreview(uri) && !this.handedOver.has(key),
    };
    this.handedOver.add(key);
    await vscode.commands.executeCommand('vscode.openWith', uri, 'default', options);
    panel.dispose();
  }
}

function isPreview(uri: vscode.Uri): boolean {
  const key = uri.toString();
  const tabs = vscode.window.tabGroups.all.flatMap((group) => group.tabs);
  return tabs.some(
    ({ input, isPreview }) =>
      isPreview && input instanceof vscode.TabInputCustom && input.uri.toString() === key,
  );
}
