import * as vscode from 'vscode';

/** Milliseconds without a keystroke before a document is analysed again. */
const QUIET = 200;

/** What is told of one text of a document. */
interface Versioned {
  readonly version: number;
}

interface Known<R> {
  report: R | null;
  /** An analysis has ended, whether there was anything to tell. */
  answered: boolean;
  running: Promise<void> | null;
  /** What changed while an analysis ran. */
  again: boolean;
  timer: ReturnType<typeof setTimeout> | null;
  /** Something that the report rests on may have changed. */
  outdated: boolean;
}

/**
 * The last report of every open document of a kind. A document that changes is analysed when it is at rest; until
 * then, and when an analysis fails, the last good report stays.
 */
export abstract class DocumentReports<R extends Versioned> {
  private readonly known = new Map<string, Known<R>>();
  /** Documents that something else than their editor shows, with how often. */
  private readonly followed = new Map<string, number>();
  private readonly changed = new vscode.EventEmitter<vscode.TextDocument>();
  readonly onDidChange = this.changed.event;

  /** Whether a document is worth an analysis. */
  protected abstract accepts(document: vscode.TextDocument): boolean;
  /** @returns null where there is nothing to tell; throws where the last good report is to stay */
  protected abstract ask(document: vscode.TextDocument, last: R | null): Promise<R | null>;

  register(): vscode.Disposable {
    return vscode.Disposable.from(
      this.changed,
      vscode.workspace.onDidOpenTextDocument((document) => this.begin(document)),
      vscode.workspace.onDidChangeTextDocument(({ document, contentChanges }) => {
        if (contentChanges.length > 0) this.begin(document);
      }),
      vscode.window.onDidChangeVisibleTextEditors(() => this.beginOutdated()),
      vscode.workspace.onDidCloseTextDocument((document) => this.forget(document)),
    );
  }

  /** The last good report, without waiting. */
  latest(document: vscode.TextDocument): R | null {
    return this.known.get(document.uri.toString())?.report ?? null;
  }

  /** The last good report; the first is waited for. */
  async report(document: vscode.TextDocument): Promise<R | null> {
    if (!this.accepts(document)) return null;
    const known = this.of(document);
    if (!known.answered) await (known.running ?? this.analyse(document));
    return known.report;
  }

  /** Analyses a document anew, at once. */
  async refresh(document: vscode.TextDocument): Promise<void> {
    await this.analyse(document);
  }

  /** Something that reports rest on may have changed. Documents that are not seen wait until they are. */
  outdate(): void {
    for (const known of this.known.values()) known.outdated = true;
    this.beginOutdated();
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

  private of(document: vscode.TextDocument): Known<R> {
    const key = document.uri.toString();
    let known = this.known.get(key);
    if (known === undefined) {
      known = { report: null, answered: false, running: null, again: false, timer: null, outdated: false };
      this.known.set(key, known);
    }
    return known;
  }

  private begin(document: vscode.TextDocument): void {
    if (!this.accepts(document)) return;
    const known = this.of(document);
    if (known.timer !== null) clearTimeout(known.timer);
    known.timer = setTimeout(() => void this.analyse(document), QUIET);
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
    if (this.known.delete(key)) this.changed.fire(document);
  }

  private analyse(document: vscode.TextDocument): Promise<void> {
    const known = this.of(document);
    if (known.running !== null) {
      known.again = true;
      return known.running;
    }
    known.running = this.update(document, known).finally(() => {
      known.running = null;
      const { again } = known;
      known.again = false;
      if (again && !document.isClosed) void this.analyse(document);
    });
    return known.running;
  }

  private async update(document: vscode.TextDocument, known: Known<R>): Promise<void> {
    known.outdated = false;
    try {
      known.report = await this.ask(document, known.report);
      known.answered = true;
      this.changed.fire(document);
    } catch {
      // The last good report stays; the next change asks again.
    }
  }
}
