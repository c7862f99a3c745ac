import * as vscode from 'vscode';
import { say } from './hostTexts';
import { defaultViewType, optionViewType } from './viewTypes';

/**
 * Opens the checkpoint that a folder is: custom editors open files only, so the folder's metadata or shard
 * index is opened in its place.
 */
export async function openFolder(argument: unknown): Promise<void> {
  const folder = argument instanceof vscode.Uri ? argument : await pickFolder();
  if (folder === undefined) return;
  const entries = await entriesOf(folder);
  const name = folder.path.slice(folder.path.lastIndexOf('/') + 1);
  if (entries.length === 0) {
    void vscode.window.showWarningMessage(say('host.folderWithout', name));
    return;
  }
  const [first] = entries;
  const chosen =
    entries.length === 1
      ? first
      : await vscode.window.showQuickPick(entries, { placeHolder: say('host.folderChoose') });
  if (chosen === undefined) return;
  const viewType = chosen === '.metadata' ? defaultViewType : optionViewType;
  await vscode.commands.executeCommand('vscode.openWith', vscode.Uri.joinPath(folder, chosen), viewType);
}

async function pickFolder(): Promise<vscode.Uri | undefined> {
  const [folder] =
    (await vscode.window.showOpenDialog({
      canSelectFiles: false,
      canSelectFolders: true,
      openLabel: say('host.folderPick'),
    })) ?? [];
  return folder;
}

/** What the folder can be opened by: the metadata of a distributed checkpoint first, then indexes of shards. */
async function entriesOf(folder: vscode.Uri): Promise<readonly string[]> {
  let files: readonly string[];
  try {
    const children = await vscode.workspace.fs.readDirectory(folder);
    files = children.filter(([, type]) => (type & vscode.FileType.File) !== 0).map(([name]) => name);
  } catch {
    return [];
  }
  const metadata = files.filter((name) => name === '.metadata');
  const indexes = files.filter((name) => /\.(safetensors|bin|pt|pth)\.index\.json$/.test(name));
  return [...metadata, ...indexes.sort()];
}
