import { isDeepStrictEqual } from 'node:util';
import type * as vscode from 'vscode';
import type { ClassUse } from '../../worker/classUses';
import type { RestartingWorker } from '../../worker/restartingWorker';
import type { SourceClass, SourceReport, SourceRequests } from '../../worker/sourceMessages';
import type { ClassArguments } from './classArguments';
import { DocumentReports } from './documentReports';
import { isSourceScheme } from './sourcePaths';
import { sourceSettings } from './sourceSettings';
import type { SourceTexts } from './sourceTexts';
import type { WorkspaceSources } from './workspaceSources';

/** Milliseconds that one document's analysis may take. */
const TIME_LIMIT = 40_000;

/** Whether a document is worth an analysis: Python that mentions torch, saved or not. */
export function isTorchSource(document: vscode.TextDocument): boolean {
  return (
    document.languageId === 'python' && isSourceScheme(document.uri) && /\btorch\b/.test(document.getText())
  );
}

/** What is known of every open Python document that mentions torch. */
export class SourceReports extends DocumentReports<SourceReport> {
  /** Where other files construct the classes of a document. */
  private readonly elsewhere = new WeakMap<vscode.TextDocument, readonly ClassUse[]>();
  /** Names of the classes that were searched for. */
  private readonly searched = new Map<vscode.TextDocument, string>();

  constructor(
    private readonly worker: RestartingWorker<SourceRequests>,
    private readonly args: ClassArguments,
    private readonly texts: SourceTexts,
    private readonly files: WorkspaceSources,
  ) {
    super();
  }

  /** Call sites may have changed as well: they are searched for when the reports are made anew. */
  override outdate(): void {
    this.searched.clear();
    super.outdate();
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
    const elsewhere = this.elsewhere.get(document) ?? [];
    const report = await this.worker.request('report', { ...source, version, args, elsewhere }, TIME_LIMIT);
    if (sourceSettings(document.uri).callSites) void this.searchCallSites(document, report);
    return withLastGood(report, last, source.text);
  }

  /** Looks through the workspace's other files, after the report: a person need not wait for them. */
  private async searchCallSites(document: vscode.TextDocument, report: SourceReport): Promise<void> {
    const names = report.classes.map(({ name }) => name).join(' ');
    if (names === '' || document.uri.scheme !== 'file') return;
    if (this.searched.get(document) === names) return;
    this.searched.set(document, names);
    try {
      const [source, files] = await Promise.all([this.texts.of(document), this.files.paths()]);
      const setArguments = this.args.all;
      const found = await this.worker.request('callSites', { ...source, files, setArguments }, TIME_LIMIT);
      if (document.isClosed || isDeepStrictEqual(found, this.elsewhere.get(document) ?? [])) return;
      this.elsewhere.set(document, found);
      await this.refresh(document);
    } catch {
      // Those that are known stay; the next report searches again.
      this.searched.delete(document);
    }
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
