import * as vscode from 'vscode';

const scheme = 'graftlens-source';

/** Source text that a checkpoint carries, shown in readonly editors. The text goes when its editor is closed. */
export class EmbeddedSources implements vscode.TextDocumentContentProvider {
  private readonly texts = new Map<string, string>();
  private count = 0;

  register(): vscode.Disposable {
    return vscode.Disposable.from(
      vscode.workspace.registerTextDocumentContentProvider(scheme, this),
      vscode.workspace.onDidCloseTextDocument((document) => this.texts.delete(document.uri.toString())),
    );
  }

  provideTextDocumentContent(uri: vscode.Uri): string {
    return this.texts.get(uri.toString()) ?? '';
  }

  async show(name: string, text: string): Promise<void> {
    const uri = vscode.Uri.from({ scheme, path: `/${++this.count}/${fileName(name)}` });
    this.texts.set(uri.toString(), text);
    const document = await vscode.workspace.openTextDocument(uri);
    await vscode.window.showTextDocument(document, { preview: true, viewColumn: vscode.ViewColumn.Beside });
  }
}

/** The last part of a record's name, as a file name that says its language. */
function fileName(name: string): string {
  const last = name.split(/[/\\]/).pop() ?? '';
  const plain = last.replace(/[^\w.-]/g, '_').slice(-80);
  return /\.\w+$/.test(plain) ? plain : `${plain === '' ? 'source' : plain}.py`;
}
