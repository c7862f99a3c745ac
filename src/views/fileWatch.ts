import * as vscode from 'vscode';

/** Between two looks at a file that is being written; two equal looks mean that it is done. */
const settleInterval = 500;
/** A writer that replaces a file removes it for a moment. */
const missingLooks = 6;
/** Watchers miss changes on network file systems and outside the workspace: look now and then. */
const pollInterval = 4000;

type Stamp = string;

/**
 * Tells when a file has changed and is at rest again: training writes a checkpoint over seconds.
 * No handle is held; a look is a `stat`.
 */
export class FileWatch {
  private readonly watcher: vscode.FileSystemWatcher;
  private readonly poll: ReturnType<typeof setInterval>;
  private known: Stamp | null = null;
  private settling = false;
  private disposed = false;

  constructor(
    private readonly uri: vscode.Uri,
    private readonly onSettled: (exists: boolean) => void,
  ) {
    const folder = vscode.Uri.joinPath(uri, '..');
    const name = uri.path.slice(uri.path.lastIndexOf('/') + 1);
    this.watcher = vscode.workspace.createFileSystemWatcher(
      new vscode.RelativePattern(folder, name.replace(/[[\]{}*?!]/g, '[$&]')),
    );
    const look = () => void this.look();
    this.watcher.onDidChange(look);
    this.watcher.onDidCreate(look);
    this.watcher.onDidDelete(look);
    this.poll = setInterval(look, pollInterval);
  }

  /** The file as it is now counts as known; call before reading it. */
  async remember(): Promise<void> {
    this.known = await this.stamp();
  }

  dispose(): void {
    this.disposed = true;
    clearInterval(this.poll);
    this.watcher.dispose();
  }

  private async look(): Promise<void> {
    if (this.settling || this.disposed) return;
    this.settling = true;
    try {
      let last = await this.stamp();
      if (last === this.known) return;
      let missing = 0;
      for (;;) {
        await pause(settleInterval);
        if (this.disposed) return;
        const now = await this.stamp();
        missing = now === null ? missing + 1 : 0;
        const atRest = now === last && (now !== null || missing >= missingLooks);
        last = now;
        if (atRest) break;
      }
      if (last === this.known) return;
      this.known = last;
      this.onSettled(last !== null);
    } finally {
      this.settling = false;
    }
  }

  private async stamp(): Promise<Stamp | null> {
    try {
      const { size, mtime } = await vscode.workspace.fs.stat(this.uri);
      return `${size}@${mtime}`;
    } catch {
      return null;
    }
  }
}

function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
