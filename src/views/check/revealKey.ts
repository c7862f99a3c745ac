import * as vscode from 'vscode';
import type { EditorRegistry } from '../editorRegistry';
import { defaultViewType, optionViewType } from '../viewTypes';

/** Opens a checkpoint, or the editor that has it, at one tensor. */
export async function revealCheckpointKey(
  registry: EditorRegistry,
  weights: vscode.Uri,
  path: readonly (string | number)[],
): Promise<void> {
  const viewType = /\.(?:ckpt|bin|index\.json)$/i.test(weights.path) ? optionViewType : defaultViewType;
  if (registry.of(weights) === undefined) {
    await vscode.commands.executeCommand('vscode.openWith', weights, viewType, {
      viewColumn: vscode.ViewColumn.Beside,
    });
  }
  registry.of(weights)?.reveal(path);
}
