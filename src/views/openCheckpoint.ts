import * as vscode from 'vscode';
import type { EditorRegistry, OpenEditor } from './editorRegistry';
import { defaultViewType, optionViewType } from './viewTypes';

/** The editor of a checkpoint, opened beside the active one where there is none: in the first column, if that is another. */
export async function openCheckpointOf(
  registry: EditorRegistry,
  file: vscode.Uri,
): Promise<OpenEditor | undefined> {
  const viewType = /\.(?:ckpt|bin|index\.json)$/i.test(file.path) ? optionViewType : defaultViewType;
  if (registry.of(file) === undefined) {
    const { viewColumn: active } = vscode.window.tabGroups.activeTabGroup;
    await vscode.commands.executeCommand('vscode.openWith', file, viewType, {
      viewColumn: active === vscode.ViewColumn.One ? vscode.ViewColumn.Beside : vscode.ViewColumn.One,
    });
  }
  return registry.of(file);
}
