import * as vscode from 'vscode';
import { findPythonFiles } from '../findFiles';
import type { SourceChanges } from './sourceChanges';

/** The paths of the workspace's Python files, found when they are first asked for and when one came or went. */
export class WorkspaceSources {
  private found: Promise<readonly string[]> | null = null;
  private search: vscode.CancellationTokenSource | null = null;

  constructor(changes: SourceChanges) {
    changes.onDidChangeList(() => this.forget());
  }

  /** At most as many as a list has; the ones that are not on this machine's disk are left out. */
  paths(): Promise<readonly string[]> {
    this.found ??= this.find();
    return this.found;
  }

  /** Cancels a search that is under way. */
  dispose(): void {
    this.forget();
  }

  private forget(): void {
    this.search?.cancel();
    this.search = null;
    this.found = null;
  }

  private async find(): Promise<readonly string[]> {
    const search = new vscode.CancellationTokenSource();
    this.search = search;
    const uris = await findPythonFiles(search.token);
    return uris.filter(({ scheme }) => scheme === 'file').map(({ fsPath }) => fsPath);
  }
}
