import * as vscode from 'vscode';

/** Milliseconds in which changes are told as one: a checkout or an installation changes thousands of files. */
const QUIET = 300;
/** Milliseconds for which a text that is typed elsewhere is waited for. */
const TYPING = 500;

/** Tells when Python files or tables (YAML) may have changed: on the disk, or typed in another editor. */
export class SourceChanges {
  private readonly changed = new vscode.EventEmitter<void>();
  readonly onDidChange = this.changed.event;
  private readonly listed = new vscode.EventEmitter<void>();
  /** A file came or went. */
  readonly onDidChangeList = this.listed.event;
  private timer: ReturnType<typeof setTimeout> | null = null;

  register(): vscode.Disposable {
    const watcher = vscode.workspace.createFileSystemWatcher('**/*.{py,yaml,yml}');
    const soon = (): void => this.soon(QUIET);
    const list = (): void => {
      this.listed.fire();
      soon();
    };
    return vscode.Disposable.from(
      this.changed,
      this.listed,
      watcher,
      watcher.onDidChange(soon),
      watcher.onDidCreate(list),
      watcher.onDidDelete(list),
      vscode.workspace.onDidChangeWorkspaceFolders(list),
      // Files outside the workspace have no watcher.
      vscode.workspace.onDidSaveTextDocument(soon),
      vscode.workspace.onDidChangeTextDocument(({ document, contentChanges }) => {
        const isSource = document.languageId === 'python' || document.languageId === 'yaml';
        if (isSource && contentChanges.length > 0 && document.uri.scheme === 'file') this.soon(TYPING);
      }),
      new vscode.Disposable(() => {
        if (this.timer !== null) clearTimeout(this.timer);
      }),
    );
  }

  private soon(milliseconds: number): void {
    if (this.timer !== null) clearTimeout(this.timer);
    this.timer = setTimeout(() => this.changed.fire(), milliseconds);
  }
}
