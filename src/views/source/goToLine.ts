import * as vscode from 'vscode';
import type { SourcePlace } from '../../protocol/messages';
import { sourceUri } from './sourcePaths';

/** Opens a line: where its file is shown already, else beside what is not a text. */
export async function goToLine({ file, line }: SourcePlace, from?: vscode.WebviewPanel): Promise<void> {
  const uri = sourceUri(file);
  const position = new vscode.Position(Math.max(0, line - 1), 0);
  await vscode.window.showTextDocument(uri, {
    selection: new vscode.Range(position, position),
    ...(from === undefined ? {} : { viewColumn: columnFor(uri, from) }),
  });
}

function columnFor(uri: vscode.Uri, from: vscode.WebviewPanel): vscode.ViewColumn {
  const others = vscode.window.visibleTextEditors.filter(({ viewColumn }) => viewColumn !== undefined);
  const shown = others.find(({ document }) => document.uri.toString() === uri.toString()) ?? others[0];
  if (shown?.viewColumn !== undefined) return shown.viewColumn;
  return from.viewColumn === vscode.ViewColumn.One ? vscode.ViewColumn.Two : vscode.ViewColumn.One;
}
