import * as vscode from 'vscode';
import type { ErrorBody } from '../../protocol/messages';
import { errorBodyOf } from '../../worker/errorBody';
import { FileWatch } from '../fileWatch';
import type { SourceReports } from '../source/sourceReports';
import type { TableReports } from '../source/tableReports';
import type { CheckedLink, Checks } from './checks';
import type { GitSource } from './gitSource';
import type { Link, Links } from './links';

/** Milliseconds without a change before links are checked again: an edit changes several things at once. */
const QUIET = 100;

/** What is known of a link now. */
export interface LiveCheck {
  readonly link: Link;
  /** The last answer; it stays while a newer one is computed. */
  readonly checked: CheckedLink | null;
  readonly error: ErrorBody | null;
}

interface Running {
  live: LiveCheck;
  running: boolean;
  /** What changed while a check ran. */
  again: boolean;
}

/**
 * Checks the links of open files from the source alone, whenever the source, the checkpoint, the revision or the
 * link changes. One check of a link runs at a time; what changes meanwhile is one more.
 */
export class LiveChecks {
  private readonly known = new Map<string, Running>();
  private readonly watches = new Map<string, FileWatch>();
  /** Links that a report shows, whether their file is open or not. */
  private readonly kept = new Map<string, number>();
  private readonly changed = new vscode.EventEmitter<LiveCheck | null>();
  /** With null when links came or went. */
  readonly onDidChange = this.changed.event;
  private timer: ReturnType<typeof setTimeout> | null = null;

  constructor(
    private readonly checks: Checks,
    private readonly links: Links,
    private readonly reports: SourceReports,
    private readonly tables: TableReports,
    private readonly git: GitSource,
  ) {}

  register(): vscode.Disposable {
    const soon = (): void => this.soon();
    return vscode.Disposable.from(
      this.changed,
      this.reports.onDidChange(soon),
      this.tables.onDidChange(soon),
      this.links.onDidChange(soon),
      this.git.onDidChange(soon),
      vscode.workspace.onDidSaveTextDocument(soon),
      new vscode.Disposable(() => {
        if (this.timer !== null) clearTimeout(this.timer);
        for (const watch of this.watches.values()) watch.dispose();
      }),
    );
  }

  latest(link: Link): LiveCheck | null {
    return this.known.get(link.id)?.live ?? null;
  }

  get all(): readonly LiveCheck[] {
    return [...this.known.values()].map(({ live }) => live);
  }

  /** Whether what is known is of the sources as they are: no check runs or is about to. */
  get isAtRest(): boolean {
    return this.timer === null && [...this.known.values()].every(({ running }) => !running);
  }

  /** Keeps a link checked as long as the result is not disposed. */
  keep(id: string): vscode.Disposable {
    this.kept.set(id, (this.kept.get(id) ?? 0) + 1);
    this.soon();
    return new vscode.Disposable(() => {
      const count = (this.kept.get(id) ?? 1) - 1;
      if (count === 0) this.kept.delete(id);
      else this.kept.set(id, count);
      this.soon();
    });
  }

  /** Checks a link now, and waits for the answer. */
  async refresh(link: Link): Promise<LiveCheck> {
    return this.run(link);
  }

  private soon(): void {
    if (this.timer !== null) clearTimeout(this.timer);
    this.timer = setTimeout(() => {
      this.timer = null;
      this.checkAll();
    }, QUIET);
  }

  private checkAll(): void {
    const open = new Set(
      vscode.workspace.textDocuments
        .filter(({ isClosed }) => !isClosed)
        .flatMap((document) => [document.uri.toString(), ...this.builderOf(document)]),
    );
    const wanted = this.links.all.filter(({ id, file }) => open.has(file) || this.kept.has(id));
    const ids = new Set(wanted.map(({ id }) => id));
    let gone = false;
    for (const id of this.known.keys()) {
      if (ids.has(id)) continue;
      this.known.delete(id);
      gone = true;
    }
    this.watchFiles(new Set(wanted.map(({ weights }) => weights)));
    if (gone) this.changed.fire(null);
    for (const link of wanted) this.begin(link);
  }

  /** The address of the file whose class builds an open table. */
  private builderOf(document: vscode.TextDocument): string[] {
    const table = this.tables.latest(document);
    return table === null ? [] : [vscode.Uri.file(table.model.file).toString()];
  }

  private begin(link: Link): void {
    const known = this.known.get(link.id);
    if (known?.running === true) known.again = true;
    else void this.run(link);
  }

  private async run(link: Link): Promise<LiveCheck> {
    const known = this.known.get(link.id) ?? {
      live: { link, checked: null, error: null },
      running: false,
      again: false,
    };
    this.known.set(link.id, known);
    known.running = true;
    known.again = false;
    let live: LiveCheck;
    try {
      live = { link, checked: await this.checks.check(link), error: null };
    } catch (error) {
      live = { link, checked: null, error: errorBodyOf(error) };
    }
    known.running = false;
    known.live = live;
    // A link that was removed meanwhile has nothing to say.
    if (this.known.get(link.id) !== known) return live;
    this.changed.fire(live);
    if (known.again) {
      const now = this.links.get(link.id);
      if (now !== undefined) void this.run(now);
    }
    return live;
  }

  private watchFiles(wanted: ReadonlySet<string>): void {
    for (const [address, watch] of this.watches) {
      if (wanted.has(address)) continue;
      watch.dispose();
      this.watches.delete(address);
    }
    for (const address of wanted) {
      if (this.watches.has(address)) continue;
      const watch = new FileWatch(vscode.Uri.parse(address), () => this.soon());
      void watch.remember();
      this.watches.set(address, watch);
    }
  }
}
