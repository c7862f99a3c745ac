import * as vscode from 'vscode';
import {
  type AttentionTemplate,
  attentionTemplates,
  templateCost,
} from '../../architecture/attentionTemplates';
import { formatInteger } from '../../protocol/numbers';
import type { SourceReport } from '../../worker/sourceMessages';
import { say } from '../hostTexts';
import type { SourceReports } from './sourceReports';

const DEFAULT_CHANNELS = 256;

/** Lines above the cursor that are looked at for a layer whose channels are written out. */
const NEAR = 40;

interface Choice extends vscode.QuickPickItem {
  readonly template: AttentionTemplate;
}

interface Variant extends vscode.QuickPickItem {
  readonly identity: boolean;
}

/** Asks which block, shows what it costs for the channels at the cursor, and inserts its class. */
export async function insertAttention(reports: SourceReports): Promise<void> {
  const editor = vscode.window.activeTextEditor;
  if (editor?.document.languageId !== 'python') {
    await vscode.window.showInformationMessage(say('source.insert.noEditor'));
    return;
  }
  const { document } = editor;
  const line = editor.selection.active.line;
  const channels = channelsAt(reports.latest(document), line + 1) ?? DEFAULT_CHANNELS;
  const cost = (template: AttentionTemplate, identity: boolean): string =>
    say('source.insert.cost', formatInteger(templateCost(template, channels, identity)), channels);
  const chosen = await vscode.window.showQuickPick<Choice>(
    attentionTemplates.map((template) => ({
      label: template.label,
      description: cost(template, false),
      template,
    })),
    {
      title: say('source.insert.title', channels),
      placeHolder: say('source.insert.placeholder'),
      matchOnDescription: true,
    },
  );
  if (chosen === undefined) return;
  const variant = await vscode.window.showQuickPick<Variant>(variants(chosen.template, cost), {
    title: chosen.label,
    placeHolder: say('source.insert.placeholder'),
  });
  if (variant === undefined) return;
  await insert(editor, chosen.template, variant.identity);
}

function variants(
  template: AttentionTemplate,
  cost: (template: AttentionTemplate, identity: boolean) => string,
): Variant[] {
  const standard: Variant = {
    label: say('source.insert.standard'),
    description: cost(template, false),
    identity: false,
  };
  const detail =
    template.id === 'simam'
      ? say('source.insert.noGate')
      : template.freshGate === null
        ? undefined
        : say('source.insert.standardDetail', template.freshGate);
  return [
    {
      label: say('source.insert.identity'),
      description: cost(template, true),
      ...(template.id === 'simam' ? {} : { detail: say('source.insert.identityDetail') }),
      identity: true,
    },
    detail === undefined ? standard : { ...standard, detail },
  ];
}

/** Channels that come out of the layer at the line, or of the nearest above it that says so. */
function channelsAt(report: SourceReport | null, line: number): number | null {
  const near = (report?.layers ?? []).filter(
    (use) => use.line <= line && line - use.line <= NEAR && /^\d+$/.test(use.output),
  );
  const last = near[near.length - 1];
  return last === undefined ? null : Number(last.output);
}

/** Puts the class before the top-level statement that holds the cursor, and imports what it needs. */
async function insert(
  editor: vscode.TextEditor,
  template: AttentionTemplate,
  identity: boolean,
): Promise<void> {
  const { document } = editor;
  const text = document.getText();
  const hasTorch = /^import torch\b(?!\.)(?! as)/m.test(text);
  const hasNn = /^(?:from torch import .*\bnn\b(?! as)|import torch\.nn as nn\b)/m.test(text);
  const imports = `${hasTorch ? '' : 'import torch\n'}${hasNn ? '' : 'from torch import nn\n'}`;
  const at = topLevelLine(document, editor.selection.active.line);
  const source = template.source('nn', identity);
  await editor.edit((edit) => {
    if (imports !== '') edit.insert(new vscode.Position(importLine(document), 0), imports);
    edit.insert(new vscode.Position(at, 0), `${source}\n\n`);
  });
  const inserted = editor.document.getText().indexOf(`class ${template.className}(`);
  const position = editor.document.positionAt(Math.max(0, inserted));
  editor.selection = new vscode.Selection(position, position);
  editor.revealRange(
    new vscode.Range(position, position),
    vscode.TextEditorRevealType.InCenterIfOutsideViewport,
  );
}

/** The line of the class or function around a line, its decorators included; the line itself outside of one. */
function topLevelLine(document: vscode.TextDocument, line: number): number {
  let at = line;
  while (at > 0 && !/^\S/.test(document.lineAt(at).text)) at--;
  const isBlock = /^(?:class|def|async def|@)/.test(document.lineAt(at).text);
  if (!isBlock) return Math.max(line, importLine(document));
  while (at > 0 && document.lineAt(at - 1).text.startsWith('@')) at--;
  return at;
}

/** The first line where an import may stand: behind a docstring, comments and `from __future__`. */
function importLine(document: vscode.TextDocument): number {
  for (let line = 0; line < document.lineCount; line++) {
    const { text } = document.lineAt(line);
    if (/^(?:import|from)\s/.test(text) && !text.startsWith('from __future__')) return line;
  }
  return 0;
}
