import type * as vscode from 'vscode';
import type { RestartingWorker } from '../../worker/restartingWorker';
import type { SourceClass, SourceReport, SourceRequests } from '../../worker/sourceMessages';
import type { ClassArguments } from './classArguments';
import { DocumentReports } from './documentReports';
import type { SourceTexts } from './sourceTexts';

/** Milliseconds that one document's analysis may take. */
const TIME_LIMIT = 40_000;

/** Whether a document is worth an analysis: Python on this machine's disk that mentions torch. */
export function isTorchSource(document: vscode.TextDocument): boolean {
  return (
    document.languageId === 'python' && document.uri.scheme === 'file' && /\btorch\b/.test(document.getText())
  );
}

/** What is known of every open Python document that mentions torch. */
export class SourceReports extends DocumentReports<SourceReport> {
  constructor(
    private readonly worker: RestartingWorker<SourceRequests>,
    private readonly args: ClassArguments,
    private readonly texts: SourceTexts,
  ) {
    super();
  }

  /** The model that `name(args)` makes; null when the file has no such name. @throws RequestError */
  async predict(
    document: vscode.TextDocument,
    name: string,
    args: string,
  ): Promise<SourceRequests['predict']['reply']> {
    return this.worker.request('predict', { ...(await this.texts.of(document)), name, args }, TIME_LIMIT);
  }

  /** Python text of the arguments that the user set for a class. */
  argumentsSet(document: vscode.TextDocument, name: string): string {
    return this.args.of(document.uri)[name] ?? '';
  }

  protected accepts(document: vscode.TextDocument): boolean {
    return isTorchSource(document);
  }

  protected async ask(document: vscode.TextDocument, last: SourceReport | null): Promise<SourceReport> {
    const { version } = document;
    const source = await this.texts.of(document);
    const args = this.args.of(document.uri);
    const report = await this.worker.request('report', { ...source, version, args }, TIME_LIMIT);
    return withLastGood(report, last, source.text);
  }
}

/** While code is half typed, classes that cannot be read keep what was known of them. */
function withLastGood(report: SourceReport, last: SourceReport | null, text: string): SourceReport {
  if (last === null) return report;
  const classes: SourceClass[] = report.classes.map((made) => {
    const isBroken = made.built?.obstacles.some(({ code }) => code === 'syntax') === true;
    const before = isBroken ? last.classes.find(({ name }) => name === made.name) : undefined;
    return before === undefined ? made : { ...before, line: made.line, endLine: made.endLine };
  });
  const names = new Set(classes.map(({ name }) => name));
  for (const before of last.classes) {
    if (!names.has(before.name) && new RegExp(`^class ${before.name}\\b`, 'm').test(text))
      classes.push(before);
  }
  return { ...report, classes };
}
