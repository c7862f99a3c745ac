import * as vscode from 'vscode';
import { reasonMessage } from '../../protocol/architectureReasons';
import { formatCount, formatInteger } from '../../protocol/numbers';
import { text } from '../../protocol/texts/text';
import type { TableReader, TableReport } from '../../worker/sourceMessages';
import { say, windowTexts } from '../hostTexts';
import { sourceSettings } from './sourceSettings';
import type { TableReports } from './tableReports';

/** Paths of modules that a hint's tooltip lists. */
const MAX_MODULES = 12;

const TABLES: vscode.DocumentSelector = { language: 'yaml', scheme: 'file' };

/** What a table of layers comes to: in all above it, each row's parameters behind it, and what is wrong at its row. */
export class TableViews implements vscode.CodeLensProvider, vscode.InlayHintsProvider {
  private readonly changed = new vscode.EventEmitter<void>();
  readonly onDidChangeCodeLenses = this.changed.event;
  readonly onDidChangeInlayHints = this.changed.event;
  private readonly collection = vscode.languages.createDiagnosticCollection('graftlens-tables');

  constructor(private readonly reports: TableReports) {}

  register(): vscode.Disposable {
    return vscode.Disposable.from(
      this.changed,
      this.collection,
      this.reports.onDidChange((document) => {
        this.changed.fire();
        this.publish(document);
      }),
      vscode.workspace.onDidChangeConfiguration((change) => {
        if (change.affectsConfiguration('graftlens.source')) this.changed.fire();
      }),
      vscode.languages.registerCodeLensProvider(TABLES, this),
      vscode.languages.registerInlayHintsProvider(TABLES, this),
      vscode.commands.registerCommand('graftlens.source.chooseTableClass', (uri: vscode.Uri) =>
        this.choose(uri),
      ),
    );
  }

  async provideCodeLenses(
    document: vscode.TextDocument,
    token: vscode.CancellationToken,
  ): Promise<vscode.CodeLens[]> {
    if (!sourceSettings(document.uri).codeLens) return [];
    const report = await this.reports.report(document);
    if (report === null || token.isCancellationRequested) return [];
    const line = firstLine(report, document);
    const range = new vscode.Range(line, 0, line, 0);
    const { file, name, line: at, args } = report.model;
    const lenses = [
      new vscode.CodeLens(range, {
        title: totalText(report),
        tooltip: say('source.lens.showBreakdown'),
        command: 'graftlens.source.showBreakdown',
        arguments: [vscode.Uri.file(file), name, { args, at: { file: document.uri.fsPath, line: line + 1 } }],
      }),
    ];
    const obstacles = new Map(report.obstacles.map((one) => [`${one.file}:${one.line}`, one]));
    const [first] = obstacles.values();
    if (first !== undefined && first.file !== '' && first.line > 0) {
      lenses.push(
        new vscode.CodeLens(range, {
          title: say('source.lens.obstacles', obstacles.size),
          tooltip: text(windowTexts(), reasonMessage(first)),
          command: 'graftlens.source.goToLine',
          arguments: [first.file, first.line],
        }),
      );
    }
    const other = report.others.length > 0;
    lenses.push(
      new vscode.CodeLens(range, {
        title: say('source.table.builtBy', name),
        tooltip: other ? say('source.table.choose') : placeOf(report.model),
        command: other ? 'graftlens.source.chooseTableClass' : 'graftlens.source.goToLine',
        arguments: other ? [document.uri] : [file, at],
      }),
    );
    return lenses;
  }

  async provideInlayHints(
    document: vscode.TextDocument,
    range: vscode.Range,
    token: vscode.CancellationToken,
  ): Promise<vscode.InlayHint[]> {
    if (!sourceSettings(document.uri).codeLens) return [];
    const report = await this.reports.report(document);
    // Lines of an older text would count another row.
    if (report?.version !== document.version || token.isCancellationRequested) return [];
    return report.rows.flatMap((row) => {
      const line = row.line - 1;
      if (line < range.start.line || line > range.end.line || line >= document.lineCount) return [];
      const { text: written } = document.lineAt(line);
      const count = row.parameters === null ? say('source.lens.notKnown') : hintText(row.parameters);
      const hint = new vscode.InlayHint(new vscode.Position(line, written.trimEnd().length), count);
      hint.paddingLeft = true;
      const more = row.modules.length > MAX_MODULES ? ', …' : '';
      const modules = row.modules.slice(0, MAX_MODULES).join(', ') + more;
      const parameters = row.parameters === null ? '?' : formatInteger(row.parameters);
      hint.tooltip = say('source.table.row', modules, parameters, row.keys);
      return [hint];
    });
  }

  private async choose(uri: vscode.Uri): Promise<void> {
    const document = await vscode.workspace.openTextDocument(uri);
    const report = await this.reports.report(document);
    if (report === null) return;
    const items = [report.model, ...report.others].map((reader) => ({
      label: reader.name,
      description: placeOf(reader),
      reader,
    }));
    const picked = await vscode.window.showQuickPick(items, { placeHolder: say('source.table.choose') });
    if (picked === undefined) return;
    await this.reports.choose(document, `${picked.reader.file}:${picked.reader.name}`);
  }

  private publish(document: vscode.TextDocument): void {
    const report = this.reports.latest(document);
    if (report === null || document.isClosed) {
      this.collection.delete(document.uri);
      return;
    }
    // VS Code moves the shown ones with the text until the next report.
    if (report.version !== document.version) return;
    const found: vscode.Diagnostic[] = [];
    const { raises, model } = report;
    if (raises !== null) {
      const line = (raises.row ?? firstLine(report, document) + 1) - 1;
      const message = say('source.table.raises', model.name, raises.code, raises.message);
      found.push(diagnosticAt(document, line, message, vscode.DiagnosticSeverity.Error, 'table.raises'));
    }
    const rows = new Map(
      report.obstacles.flatMap((one) => (one.row === null ? [] : [[one.row, one] as const])),
    );
    for (const [row, obstacle] of rows) {
      const reason = text(windowTexts(), reasonMessage(obstacle));
      const message = say('source.table.notUnderstood', reason);
      found.push(
        diagnosticAt(
          document,
          row - 1,
          message,
          vscode.DiagnosticSeverity.Information,
          'table.notUnderstood',
        ),
      );
    }
    this.collection.set(document.uri, found);
  }
}

function totalText({ parameters, atLeast, keys, raises }: TableReport): string {
  if (raises !== null) return say('source.lens.raises', raises.code, raises.message);
  if (parameters !== null) return say('source.lens.counts', formatCount(parameters), keys);
  return atLeast === null ? say('source.lens.notKnown') : say('source.lens.atLeast', formatCount(atLeast));
}

function hintText(parameters: bigint): string {
  return parameters === 0n ? '–' : formatInteger(parameters);
}

function placeOf({ file, line }: TableReader): string {
  return `${vscode.workspace.asRelativePath(file)}:${line}`;
}

/** The line (from 0) of the key that the first row is below, or of the row itself. */
export function firstLine(report: TableReport, document: vscode.TextDocument): number {
  const lines = [...report.rows.map(({ line }) => line), report.raises?.row ?? Infinity];
  const row = Math.min(...lines, document.lineCount) - 1;
  for (let line = row; line >= 0; line--) {
    if (/^[^\s#-][^:]*:\s*(#.*)?$/.test(document.lineAt(line).text)) return line;
  }
  return row;
}

function diagnosticAt(
  document: vscode.TextDocument,
  line: number,
  message: string,
  severity: vscode.DiagnosticSeverity,
  code: string,
): vscode.Diagnostic {
  const { firstNonWhitespaceCharacterIndex: start, text: written } = document.lineAt(
    Math.max(0, Math.min(line, document.lineCount - 1)),
  );
  const end = written.replace(/\s*(#.*)?$/, '').length;
  const diagnostic = new vscode.Diagnostic(
    new vscode.Range(line, start, line, Math.max(end, start)),
    message,
    severity,
  );
  diagnostic.source = 'Graftlens';
  diagnostic.code = code;
  return diagnostic;
}
