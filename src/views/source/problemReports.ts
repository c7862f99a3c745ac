import * as vscode from 'vscode';
import type { Problem, ProblemKind } from '../../architecture/diagnostics/problem';
import { say } from '../hostTexts';
import type { SourceReports } from './sourceReports';
import { sourceSettings } from './sourceSettings';

const TEXTS: Readonly<Record<ProblemKind, string>> = {
  plainList: 'source.problem.plainList',
  sharedDefault: 'source.problem.sharedDefault',
  returnsNothing: 'source.problem.returnsNothing',
  gateTwice: 'source.problem.gateTwice',
  zeroChannels: 'source.problem.zeroChannels',
  superMissing: 'source.problem.superMissing',
  superLate: 'source.problem.superLate',
};

const FIXES: Readonly<Partial<Record<ProblemKind, string>>> = {
  plainList: 'source.fix.plainList',
  returnsNothing: 'source.fix.returnsNothing',
  gateTwice: 'source.fix.gateTwice',
  superMissing: 'source.fix.superMissing',
  superLate: 'source.fix.superLate',
};

/** Where a built-in default or an unusual size is no certain mistake. */
const HINTS: ReadonlySet<ProblemKind> = new Set(['sharedDefault']);

/** Shows the problems of open documents, and repairs those that have one certain repair. */
export class ProblemReports implements vscode.CodeActionProvider {
  private readonly collection = vscode.languages.createDiagnosticCollection('graftlens');

  constructor(private readonly reports: SourceReports) {}

  register(): vscode.Disposable {
    return vscode.Disposable.from(
      this.collection,
      this.reports.onDidChange((document) => this.publish(document)),
      vscode.workspace.onDidChangeConfiguration((change) => {
        if (!change.affectsConfiguration('graftlens.source')) return;
        vscode.workspace.textDocuments.forEach((document) => this.publish(document));
      }),
      vscode.languages.registerCodeActionsProvider({ language: 'python' }, this, {
        providedCodeActionKinds: [vscode.CodeActionKind.QuickFix],
      }),
    );
  }

  provideCodeActions(
    document: vscode.TextDocument,
    _range: vscode.Range,
    context: vscode.CodeActionContext,
  ): vscode.CodeAction[] {
    const report = this.reports.latest(document);
    // Places of an older text would put the repair somewhere else.
    if (report?.version !== document.version) return [];
    return context.diagnostics.flatMap((diagnostic) => {
      const problem = report.problems.find(
        ({ kind, line }) => kind === diagnostic.code && line - 1 === diagnostic.range.start.line,
      );
      const title = problem === undefined ? undefined : FIXES[problem.kind];
      if (problem === undefined || problem.fix === null || title === undefined) return [];
      const action = new vscode.CodeAction(say(title), vscode.CodeActionKind.QuickFix);
      action.edit = new vscode.WorkspaceEdit();
      for (const { line, column, endLine, endColumn, text } of problem.fix) {
        const range = new vscode.Range(line - 1, column, endLine - 1, endColumn);
        action.edit.replace(document.uri, range, text);
      }
      action.diagnostics = [diagnostic];
      action.isPreferred = true;
      return [action];
    });
  }

  private publish(document: vscode.TextDocument): void {
    // The file itself has the problems of its other revisions, too.
    const isOwn = document.uri.scheme === 'file' || document.uri.scheme === 'untitled';
    const report = isOwn ? this.reports.latest(document) : null;
    if (report === null) {
      this.collection.delete(document.uri);
      return;
    }
    // VS Code moves the shown ones with the text until the next report.
    if (report.version !== document.version) return;
    const { reports } = sourceSettings(document.uri);
    this.collection.set(
      document.uri,
      report.problems.filter(({ kind }) => reports(kind)).map((problem) => diagnosticOf(problem, document)),
    );
  }
}

function diagnosticOf(problem: Problem, document: vscode.TextDocument): vscode.Diagnostic {
  const line = document.lineAt(Math.min(problem.line, document.lineCount) - 1);
  const end = line.text.replace(/\s*(#.*)?$/, '').length;
  const start = line.firstNonWhitespaceCharacterIndex;
  const range = new vscode.Range(line.lineNumber, start, line.lineNumber, Math.max(end, start));
  const severity = HINTS.has(problem.kind)
    ? vscode.DiagnosticSeverity.Information
    : vscode.DiagnosticSeverity.Warning;
  const diagnostic = new vscode.Diagnostic(range, say(TEXTS[problem.kind], ...problem.args), severity);
  diagnostic.source = 'Graftlens';
  diagnostic.code = problem.kind;
  return diagnostic;
}
