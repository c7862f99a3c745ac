import * as vscode from 'vscode';
import type { CopyFormat } from '../protocol/messages';
import { say } from './hostTexts';

const formats: readonly { readonly extension: string; readonly format: CopyFormat; readonly name: string }[] =
  [
    { extension: 'csv', format: 'csv', name: 'CSV' },
    { extension: 'tsv', format: 'tsv', name: 'TSV' },
    { extension: 'md', format: 'markdown', name: 'Markdown' },
    { extension: 'json', format: 'json', name: 'JSON' },
  ];

/** Asks where to, and writes the table in the format of the chosen extension. False when cancelled. */
export async function exportTable(
  checkpoint: vscode.Uri,
  tableIn: (format: CopyFormat) => Promise<string>,
): Promise<boolean> {
  const target = await vscode.window.showSaveDialog({
    title: say('host.exportTitle'),
    defaultUri: checkpoint.with({ path: `${checkpoint.path}.csv` }),
    filters: Object.fromEntries(formats.map(({ name, extension }) => [name, [extension]])),
  });
  if (target === undefined) return false;
  const chosen = formats.find(({ extension }) => target.path.toLowerCase().endsWith(`.${extension}`));
  const text = await tableIn(chosen?.format ?? 'csv');
  await vscode.workspace.fs.writeFile(target, new TextEncoder().encode(text));
  void offerToOpen(target);
  return true;
}

export async function offerToOpen(target: vscode.Uri): Promise<void> {
  const name = target.path.slice(target.path.lastIndexOf('/') + 1);
  const open = say('host.exportOpen');
  const answer = await vscode.window.showInformationMessage(say('host.exported', name), open);
  if (answer === open) await vscode.commands.executeCommand('vscode.open', target);
}
