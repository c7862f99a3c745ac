import * as vscode from 'vscode';
import type { CompatibilityReport } from '../../compatibility/report';
import { reportDocument } from '../../compatibility/reportDocument';
import type { CheckPage } from '../../protocol/checkPage';
import { say, sayMessage, windowTexts } from '../hostTexts';
import { offerToOpen } from '../exportTable';
import { type Link, nameOf } from './links';
import { reportMarkdown } from './reportMarkdown';

/** Saves the report where a person wants it, as Markdown or as the JSON of the command line. */
export async function exportReport(link: Link, page: CheckPage, report: CompatibilityReport): Promise<void> {
  const folder = vscode.Uri.joinPath(vscode.Uri.parse(link.file), '..');
  const target = await vscode.window.showSaveDialog({
    title: say('report.exportTitle'),
    defaultUri: vscode.Uri.joinPath(folder, `${link.name}-${nameOf(link.weights)}.md`),
    filters: { Markdown: ['md'], JSON: ['json'] },
  });
  if (target === undefined) return;
  const isJson = target.path.toLowerCase().endsWith('.json');
  const text = isJson
    ? `${JSON.stringify(reportDocument(report, sayMessage), null, 2)}\n`
    : reportMarkdown(page, windowTexts());
  await vscode.workspace.fs.writeFile(target, new TextEncoder().encode(text));
  void offerToOpen(target);
}
