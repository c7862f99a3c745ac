import * as vscode from 'vscode';
import type { EditorRegistry, OpenEditor } from './editorRegistry';
import { defaultViewType, optionViewType } from './viewTypes';

/** The editor of a checkpoint, opened beside the active one where there is none. */
export async function openCheckpointOf(
  registry: EditorRegistry,
  file: vscode.Uri,
): Promise<OpenEditor | undefined> {
  const viewType = /\.(?:ckpt|bin|index\.json)$/i.test(file.path) ? optionViewType : defaultViewType;
  if (registry.of(file) === undefined) {
    await vscode.commands.executeCommand('vscode.openWith', file, viewType, {
      viewColumn: vscode.ViewColumn.Beside,
    });
  }
  return registry.of(file);
}
