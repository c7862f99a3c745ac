import * as vscode from 'vscode';
import type { PagePlace } from '../../protocol/checkPage';

/** A line as a page shows it; null where none is known. */
export function pagePlace(file: string | null, line: number | null): PagePlace | null {
  if (file === null || file === '' || line === null || line < 1) return null;
  return { file, line, label: `${vscode.workspace.asRelativePath(file)}:${line}` };
}
