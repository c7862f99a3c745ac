import * as vscode from 'vscode';
import type { Repair } from '../../compatibility/report';
import type { Message } from '../../protocol/messages';
import type { EmbeddedSources } from '../embeddedSources';
import { escapeInvisible } from '../../protocol/visibleText';
import { say } from '../hostTexts';
import { type Link, nameOf } from './links';

interface PlaceItem extends vscode.QuickPickItem {
  readonly insert: () => Thenable<unknown>;
}

/** Copies the code of a repair. */
export async function copyRepair(repair: Repair): Promise<Message> {
  await vscode.env.clipboard.writeText(repair.code);
  return { code: 'report.repair.copied', args: [] };
}

/** Shows every key that a repair changes, as a text to read and to search. */
export async function showMapping(sources: EmbeddedSources, link: Link, repair: Repair): Promise<void> {
  const lines = Object.entries(repair.mapping).map(
    ([from, to]) =>
      `${escapeInvisible(from)} → ${to === null ? `(${say('report.repair.leftOut')})` : escapeInvisible(to)}`,
  );
  await sources.show(`${nameOf(link.weights)}.mapping.txt`, `${lines.join('\n')}\n`);
}

/** Puts the code of a repair where a person wants it. */
export async function insertRepair(link: Link, repair: Repair): Promise<void> {
  const chosen = await vscode.window.showQuickPick(placesFor(link, repair.code), {
    title: say('report.repair.insertTitle'),
    placeHolder: say('report.repair.insertHint'),
  });
  await chosen?.insert();
}

function placesFor(link: Link, code: string): PlaceItem[] {
  const items: PlaceItem[] = [];
  for (const editor of vscode.window.visibleTextEditors) {
    const { document, selection } = editor;
    if (document.languageId !== 'python' || document.isUntitled) continue;
    const line = selection.active.line;
    items.push({
      label: say('report.repair.atCursor', vscode.workspace.asRelativePath(document.uri), line + 1),
      insert: () => insertAt(document.uri, line, code),
    });
  }
  const file = vscode.Uri.parse(link.file);
  items.push({
    label: say('report.repair.atEnd', vscode.workspace.asRelativePath(file)),
    insert: () => insertAt(file, null, code),
  });
  items.push({
    label: say('report.repair.inNewFile'),
    insert: async () => {
      const document = await vscode.workspace.openTextDocument({ language: 'python', content: code });
      await vscode.window.showTextDocument(document, { viewColumn: vscode.ViewColumn.One });
    },
  });
  return items;
}

/** Inserts before a line (from 0), or at the end of the file; the person saves it. */
async function insertAt(uri: vscode.Uri, line: number | null, code: string): Promise<void> {
  const document = await vscode.workspace.openTextDocument(uri);
  const editor = await vscode.window.showTextDocument(document, { viewColumn: vscode.ViewColumn.One });
  const last = document.lineAt(document.lineCount - 1);
  const at = line === null ? last.range.end : new vscode.Position(Math.min(line, document.lineCount - 1), 0);
  const gap = last.isEmptyOrWhitespace ? '\n' : '\n\n\n';
  const text = line === null ? `${gap}${code.trimEnd()}\n` : `${code.trimEnd()}\n\n\n`;
  const start = document.offsetAt(at) + (text.length - text.trimStart().length);
  await editor.edit((edit) => edit.insert(at, text));
  const position = document.positionAt(start);
  editor.selection = new vscode.Selection(position, position);
  editor.revealRange(new vscode.Range(position, position), vscode.TextEditorRevealType.InCenter);
}
