import assert from 'node:assert/strict';
import * as vscode from 'vscode';

/** The workspace folder: a copy of test/samples with the files of `makeWorkspace`. */
export function workspaceFolder(): vscode.Uri {
  const folder = vscode.workspace.workspaceFolders?.[0];
  assert.ok(folder, 'a folder is open');
  return folder.uri;
}

export function workspaceFile(name: string): vscode.Uri {
  return vscode.Uri.joinPath(workspaceFolder(), name);
}

/** Opens a file as a click in the explorer does. */
export async function openFile(name: string, column = vscode.ViewColumn.One): Promise<void> {
  await vscode.commands.executeCommand('vscode.open', workspaceFile(name), column);
}

/** Opens a file with the checkpoint editor. */
export async function openCheckpoint(name: string, column = vscode.ViewColumn.One): Promise<void> {
  const uri = workspaceFile(name);
  await vscode.commands.executeCommand('vscode.openWith', uri, 'graftlens.checkpoint', column);
}

/** All open tabs, as `kind file`. */
export function openTabs(): string[] {
  return vscode.window.tabGroups.all.flatMap(({ tabs }) => tabs.map(describeTab));
}

export async function closeAllEditors(): Promise<void> {
  await vscode.commands.executeCommand('workbench.action.closeAllEditors');
}

function describeTab({ input, label }: vscode.Tab): string {
  if (input instanceof vscode.TabInputCustom) return `${input.viewType} ${fileName(input.uri)}`;
  if (input instanceof vscode.TabInputText) return `text ${fileName(input.uri)}`;
  return `other ${label}`;
}

const fileName = (uri: vscode.Uri) => uri.path.slice(uri.path.lastIndexOf('/') + 1);
