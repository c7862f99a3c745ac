import * as vscode from 'vscode';
import { CheckpointError } from '../checkpointError';
import type { WholeFiles } from '../files/remoteSource';
import { formatBytes } from '../protocol/numbers';
import { checkpointSettings } from './settings';

/**
 * The files of a folder that is not on this machine's disk. VS Code reads them whole or not at all, so a
 * limit stands before the memory that they take.
 */
export class VirtualFiles implements WholeFiles {
  /** The checkpoint's own name. */
  readonly name: string;
  private readonly folder: vscode.Uri;

  constructor(private readonly uri: vscode.Uri) {
    this.folder = vscode.Uri.joinPath(uri, '..');
    this.name = uri.path.slice(uri.path.lastIndexOf('/') + 1);
  }

  async readFile(name: string): Promise<Uint8Array | null> {
    // The query of the checkpoint's address (a revision) belongs to its siblings too.
    const uri = name === this.name ? this.uri : vscode.Uri.joinPath(this.folder, name);
    const size = await this.sizeOf(uri);
    if (size === null) return null;
    const { virtualFileLimit } = checkpointSettings(this.uri);
    if (size > virtualFileLimit) {
      throw new CheckpointError('host.fileTooLarge', [formatBytes(size), formatBytes(virtualFileLimit)]);
    }
    return vscode.workspace.fs.readFile(uri);
  }

  async fileNames(): Promise<readonly string[]> {
    const entries = await vscode.workspace.fs.readDirectory(this.folder);
    return entries.filter(([, type]) => (type & vscode.FileType.File) !== 0).map(([name]) => name);
  }

  private async sizeOf(uri: vscode.Uri): Promise<number | null> {
    try {
      return (await vscode.workspace.fs.stat(uri)).size;
    } catch (error) {
      if (error instanceof vscode.FileSystemError && error.code === 'FileNotFound') return null;
      throw new CheckpointError('file.readFailed', [uri.path, error instanceof Error ? error.message : '']);
    }
  }
}
