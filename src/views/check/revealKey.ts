import type * as vscode from 'vscode';
import type { EditorRegistry } from '../editorRegistry';
import { openCheckpointOf } from '../openCheckpoint';

/** Opens a checkpoint, or the editor that has it, at one tensor. */
export async function revealCheckpointKey(
  registry: EditorRegistry,
  weights: vscode.Uri,
  path: readonly (string | number)[],
): Promise<void> {
  (await openCheckpointOf(registry, weights))?.reveal(path);
}
