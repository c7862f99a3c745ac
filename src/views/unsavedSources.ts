import * as vscode from 'vscode';
import { toPortable } from '../files/importRoot';
import type { SourceOverlay } from '../files/overlayTree';

/** Texts of the open Python files and tables (YAML) that are not saved. */
export function unsavedSources(): SourceOverlay[] {
  return vscode.workspace.textDocuments
    .filter(({ isDirty, uri, languageId }) => isDirty && uri.scheme === 'file' && isSource(languageId))
    .map((document) => ({ path: toPortable(document.uri.fsPath), text: document.getText() }));
}

function isSource(languageId: string): boolean {
  return languageId === 'python' || languageId === 'yaml';
}
