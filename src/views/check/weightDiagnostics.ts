import * as vscode from 'vscode';
import { say, sayMessage } from '../hostTexts';
import { checkSettings } from './checkSettings';
import { type LineFinding, lineFindings } from './lineFindings';
import { nameOf } from './links';
import type { LiveCheck, LiveChecks } from './liveChecks';

/** Tells at each line whose layer does not get its pretrained weights why that is. */
export class WeightDiagnostics {
  private readonly collection = vscode.languages.createDiagnosticCollection('graftlens-weights');

  constructor(private readonly live: LiveChecks) {}

  register(): vscode.Disposable {
    return vscode.Disposable.from(
      this.collection,
      this.live.onDidChange(() => this.publish()),
      vscode.workspace.onDidChangeConfiguration((change) => {
        if (change.affectsConfiguration('graftlens.check')) this.publish();
      }),
    );
  }

  private publish(): void {
    const byFile = new Map<string, vscode.Diagnostic[]>();
    for (const live of this.live.all) {
      if (live.checked === null) continue;
      if (!checkSettings(vscode.Uri.parse(live.link.file)).diagnostics) continue;
      for (const finding of lineFindings(live.checked)) {
        const diagnostics = byFile.get(finding.file) ?? [];
        diagnostics.push(diagnosticOf(finding, live));
        byFile.set(finding.file, diagnostics);
      }
    }
    this.collection.clear();
    for (const [file, diagnostics] of byFile) this.collection.set(vscode.Uri.file(file), diagnostics);
  }
}

function diagnosticOf(finding: LineFinding, { link }: LiveCheck): vscode.Diagnostic {
  const { state, path, others, keys, reason } = finding;
  const what = others === 0 ? path : say('report.problem.andMore', path, others);
  const sentence = say(`report.problem.${state}`, what, keys, nameOf(link.weights));
  const severity =
    state === 'headSwap' ? vscode.DiagnosticSeverity.Information : vscode.DiagnosticSeverity.Warning;
  const diagnostic = new vscode.Diagnostic(
    rangeOf(finding),
    reason === null || state === 'headSwap' ? sentence : `${sentence} ${sayMessage(reason)}`,
    severity,
  );
  diagnostic.source = 'Graftlens';
  diagnostic.code = `weights.${state}`;
  return diagnostic;
}

/** The text of the line, where its file is open; else all of it. */
function rangeOf({ file, line }: LineFinding): vscode.Range {
  const uri = vscode.Uri.file(file).toString();
  const document = vscode.workspace.textDocuments.find((one) => one.uri.toString() === uri);
  if (document === undefined || line > document.lineCount) {
    return new vscode.Range(line - 1, 0, line - 1, Number.MAX_SAFE_INTEGER);
  }
  const { firstNonWhitespaceCharacterIndex: start, text } = document.lineAt(line - 1);
  return new vscode.Range(line - 1, start, line - 1, text.trimEnd().length);
}
