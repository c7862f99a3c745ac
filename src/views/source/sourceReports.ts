import * as vscode from 'vscode';
import type { RestartingWorker } from '../../worker/restartingWorker';
import type { SourceClass, SourceReport, SourceRequests, SourceText } from '../../worker/sourceMessages';
import type { Interpreters } from '../interpreters';
import type { ClassArguments } from './classArguments';

/** Milliseconds without a keystroke before a document is analysed again. */
const QUIET = 200;
/** Milliseconds that one document's analysis may take. */
const TIME_LIMIT = 40_000;
/** Milliseconds that a first report waits for the choice of an interpreter; a later choice makes a new report. */
const INTERPRETER_PATIENCE = 200;

interface Known {
  report: SourceReport | null;
  running: Promise<void> | null;
  /** What changed while an analysis ran. */
  again: boolean;
  timer: ReturnType<typeof setTimeout> | null;
  /** Something that the report rests on may have changed. */
  outdated: boolean;
}

/** Whether a document is worth an analysis: Python on this machine's disk that mentions torch. */
export function isTorchSource(document: vscode.TextDocument): boolean {
  return (
    document.languageId === 'python' && document.uri.scheme === 'file' && /\btorch\b/.test(document.getText())
  );
}

/**
 * The last report of every open Python document. A document that changes is analysed when it is at rest; until
 * then, and when an analysis fails, the last good report stays.
 */
export class SourceReports {
  private readonly known = new Map<string, Known>();
  /** Documents that something else than their editor shows, with how often. */
  private readonly followed = new Map<string, number>();
  private readonly changed = new vscode.EventEmitter<vscode.TextDocument>();
  readonly onDidChange = this.changed.event;

  constructor(
    private readonly worker: RestartingWorker<SourceRequests>,
    private readonly args: ClassArguments,
    private readonly interpreters: Interpreters,
  ) {}

  register(): vscode.Disposable {
    return vscode.Disposable.from(
      this.changed,
      vscode.workspace.onDidOpenTextDocument((document) => this.begin(document)),
      vscode.workspace.onDidChangeTextDocument(({ document, contentChanges }) => {
        if (contentChanges.length > 0) this.begin(document);
      }),
      // What a file imports may have changed with another, or with the installed packages.
      vscode.workspace.onDidSaveTextDocument(() => this.outdate()),
      this.interpreters.onDidChange(() => this.outdate()),
      vscode.window.onDidChangeVisibleTextEditors(() => this.beginOutdated()),
      vscode.workspace.onDidCloseTextDocument((document) => this.forget(document)),
      new vscode.Disposable(() => this.worker.dispose()),
    );
  }

  /** The last good report, without waiting. */
  latest(document: vscode.TextDocument): SourceReport | null {
    return this.known.get(document.uri.toString())?.report ?? null;
  }

  /** The last good report; the first is waited for. */
  async report(document: vscode.TextDocument): Promise<SourceReport | null> {
    if (!isTorchSource(document)) return null;
    const known = this.of(document);
    if (known.report === null) await (known.running ?? this.analyse(document));
    return known.report;
  }

  /** Analyses a document anew, at once. */
  async refresh(document: vscode.TextDocument): Promise<void> {
    await this.analyse(document);
  }

  /** Keeps the report of a file up to date while its editor is not seen, too. */
  follow(uri: vscode.Uri): vscode.Disposable {
    const key = uri.toString();
    this.followed.set(key, (this.followed.get(key) ?? 0) + 1);
    return new vscode.Disposable(() => {
      const left = (this.followed.get(key) ?? 1) - 1;
      if (left > 0) this.followed.set(key, left);
      else this.followed.delete(key);
    });
  }

  /** The model that `name(args)` makes; null when the file has no such name. @throws RequestError */
  async predict(
    document: vscode.TextDocument,
    name: string,
    args: string,
  ): Promise<SourceRequests['predict']['reply']> {
    return this.worker.request('predict', { ...(await this.textOf(document)), name, args }, TIME_LIMIT);
  }

  /** Python text of the arguments that the user set for a class. */
  argumentsSet(document: vscode.TextDocument, name: string): string {
    return this.args.of(document.uri)[name] ?? '';
  }

  private of(document: vscode.TextDocument): Known {
    const key = document.uri.toString();
    let known = this.known.get(key);
    if (known === undefined) {
      known = { report: null, running: null, again: false, timer: null, outdated: false };
      this.known.set(key, known);
    }
    return known;
  }

  private begin(document: vscode.TextDocument): void {
    if (!isTorchSource(document)) return;
    const known = this.of(document);
    if (known.timer !== null) clearTimeout(known.timer);
    known.timer = setTimeout(() => void this.analyse(document), QUIET);
  }

  /** Documents that are not seen wait until they are. */
  private outdate(): void {
    for (const known of this.known.values()) known.outdated = true;
    this.beginOutdated();
  }

  private beginOutdated(): void {
    const seen = new Set(vscode.window.visibleTextEditors.map(({ document }) => document.uri.toString()));
    for (const document of vscode.workspace.textDocuments) {
      const key = document.uri.toString();
      const isShown = seen.has(key) || this.followed.has(key);
      if (isShown && this.known.get(key)?.outdated === true) this.begin(document);
    }
  }

  private forget(document: vscode.TextDocument): void {
    const key = document.uri.toString();
    const timer = this.known.get(key)?.timer ?? null;
    if (timer !== null) clearTimeout(timer);
    this.known.delete(key);
    this.changed.fire(document);
  }

  private analyse(document: vscode.TextDocument): Promise<void> {
    const known = this.of(document);
    if (known.running !== null) {
      known.again = true;
      return known.running;
    }
    known.running = this.ask(document, known).finally(() => {
      known.running = null;
      const { again } = known;
      known.again = false;
      if (again && !document.isClosed) void this.analyse(document);
    });
    return known.running;
  }

  private async textOf(document: vscode.TextDocument): Promise<SourceText> {
    const text = document.getText();
    const interpreter = await this.interpreters.of(document.uri, INTERPRETER_PATIENCE);
    const sitePackages = interpreter?.environment.sitePackages ?? null;
    return { path: document.uri.fsPath, text, sitePackages };
  }

  private async ask(document: vscode.TextDocument, known: Known): Promise<void> {
    known.outdated = false;
    const { version } = document;
    const source = await this.textOf(document);
    const args = this.args.of(document.uri);
    try {
      const report = await this.worker.request('report', { ...source, version, args }, TIME_LIMIT);
      known.report = withLastGood(report, known.report, source.text);
      this.changed.fire(document);
    } catch {
      // The last good report stays; the next change asks again.
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
