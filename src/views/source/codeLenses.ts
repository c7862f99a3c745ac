import * as vscode from 'vscode';
import type { SourceClass, SourceReport } from '../../worker/sourceMessages';
import { say, windowTexts } from '../hostTexts';
import { lensText, obstaclesOf, obstacleText } from './lensText';
import { isTorchSource, type SourceReports } from './sourceReports';
import { sourceSettings } from './sourceSettings';

/** Lenses from the last good report: already resolved, one for each thing to click on. */
export class CodeLenses implements vscode.CodeLensProvider {
  private readonly changed = new vscode.EventEmitter<void>();
  readonly onDidChangeCodeLenses = this.changed.event;

  constructor(private readonly reports: SourceReports) {}

  register(): vscode.Disposable {
    return vscode.Disposable.from(
      this.changed,
      this.reports.onDidChange(() => this.changed.fire()),
      vscode.workspace.onDidChangeConfiguration((change) => {
        if (change.affectsConfiguration('graftlens.source')) this.changed.fire();
      }),
      vscode.languages.registerCodeLensProvider({ language: 'python' }, this),
    );
  }

  async provideCodeLenses(
    document: vscode.TextDocument,
    token: vscode.CancellationToken,
  ): Promise<vscode.CodeLens[]> {
    const settings = sourceSettings(document.uri);
    if (!settings.codeLens || !isTorchSource(document)) return [];
    const report = await this.reports.report(document);
    if (report === null || token.isCancellationRequested) return [];
    return report.classes.flatMap((cls) => {
      const line = classLine(cls, report, document);
      return line === null ? [] : lensesOf(cls, document.uri, line, lensText(cls, settings, windowTexts()));
    });
  }
}

function lensesOf(cls: SourceClass, uri: vscode.Uri, line: number, title: string): vscode.CodeLens[] {
  const range = new vscode.Range(line, 0, line, 0);
  const lenses = [
    new vscode.CodeLens(range, {
      title,
      tooltip: say('source.lens.showBreakdown'),
      command: 'graftlens.source.showBreakdown',
      arguments: [uri, cls.name],
    }),
  ];
  const obstacles = obstaclesOf(cls);
  const [first] = obstacles;
  if (first !== undefined) {
    lenses.push(
      new vscode.CodeLens(range, {
        title: say('source.lens.obstacles', obstacles.length),
        tooltip: obstacleText(first, windowTexts()),
        command: 'graftlens.source.goToLine',
        arguments: [first.file, first.line],
      }),
    );
  }
  if (cls.required.length > 0 || cls.argumentsSet) {
    lenses.push(
      new vscode.CodeLens(range, {
        title: cls.argumentsSet
          ? say('source.lens.setArguments')
          : say('source.lens.needs', cls.required.join(', ')),
        command: 'graftlens.source.setArguments',
        arguments: [uri, cls.name],
      }),
    );
  }
  return lenses;
}

/** The class's line (from 0) in the text as it is now, which may be newer than the report. */
export function classLine(
  cls: SourceClass,
  report: SourceReport,
  document: vscode.TextDocument,
): number | null {
  const pattern = new RegExp(`^\\s*class ${cls.name}\\b`);
  const expected = cls.line - 1;
  if (report.version === document.version && expected < document.lineCount) {
    if (pattern.test(document.lineAt(expected).text)) return expected;
  }
  for (let line = 0; line < document.lineCount; line++) {
    if (pattern.test(document.lineAt(line).text)) return line;
  }
  return null;
}
