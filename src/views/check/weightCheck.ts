import * as vscode from 'vscode';
import type { PageAction } from '../../protocol/checkPage';
import { parseCheckRequest } from '../../protocol/checkRequest';
import type { CheckWorkerRequests } from '../../worker/checkMessages';
import { RestartingWorker } from '../../worker/restartingWorker';
import { Comparisons } from '../compare/comparisons';
import type { EmbeddedSources } from '../embeddedSources';
import type { EditorRegistry } from '../editorRegistry';
import type { Interpreters } from '../interpreters';
import { PagePanel } from '../pagePanel';
import type { ClassArguments } from '../source/classArguments';
import { enclosingClass } from '../source/hovers';
import type { SourceReports } from '../source/sourceReports';
import type { TableReports } from '../source/tableReports';
import { askArguments, suggestedArguments } from './askArguments';
import { askBaseline } from './askBaseline';
import { askClass } from './askClass';
import { askInput } from './askInput';
import { askWeights } from './askWeights';
import { CheckLenses } from './checkLenses';
import { Checks } from './checks';
import { GitSource } from './gitSource';
import { manageLinks, removeLinks } from './linkCommands';
import { type Link, Links } from './links';
import { LiveChecks } from './liveChecks';
import { Proofs } from './proofs';
import { ProofStore } from './proofStore';
import { PythonChoice } from './pythonChoice';
import { ReportSession } from './reportSession';
import { revealCheckpointKey } from './revealKey';
import { WeightDiagnostics } from './weightDiagnostics';
import { WeightHovers } from './weightHovers';

const reportViewType = 'graftlens.report';
const reportPages = { script: 'report', parse: parseCheckRequest };

/** Megabytes of JavaScript heap: the keys of a few checkpoints and the source of a window. */
const HEAP_MEGABYTES = 2_048;

/** Milliseconds that getting ready may take; what it was for is asked all the same. */
const PREPARATION_LIMIT = 30_000;

/** What the check shares with the rest of the extension. */
export interface CheckSurroundings {
  readonly context: vscode.ExtensionContext;
  readonly mediaFolder: vscode.Uri;
  readonly registry: EditorRegistry;
  readonly sources: EmbeddedSources;
  readonly interpreters: Interpreters;
  readonly reports: SourceReports;
  readonly tables: TableReports;
  readonly args: ClassArguments;
}

/** What a command already knows: a lens gives the link or the class, a menu the checkpoint. */
interface Known {
  readonly link?: string;
  readonly file?: vscode.Uri;
  readonly name?: string;
  readonly args?: string | null;
  readonly weights?: vscode.Uri;
}

/** The check of weight compatibility: lenses, diagnostics, commands, reports, and comparisons beside it. */
export class WeightCheck {
  private readonly worker: RestartingWorker<CheckWorkerRequests>;
  private readonly links: Links;
  private readonly git = new GitSource();
  private readonly checks: Checks;
  private readonly live: LiveChecks;
  private readonly pythons: PythonChoice;
  private readonly proofs: Proofs;
  private readonly store: ProofStore;
  private readonly comparisons: Comparisons;
  private readonly panels = new Map<
    string,
    { readonly panel: vscode.WebviewPanel; readonly session: ReportSession }
  >();

  constructor(private readonly around: CheckSurroundings) {
    const script = vscode.Uri.joinPath(around.context.extensionUri, 'dist', 'checkWorker.js').fsPath;
    const start = (): RestartingWorker<CheckWorkerRequests> => new RestartingWorker(script, HEAP_MEGABYTES);
    this.worker = start();
    this.links = new Links(around.context.workspaceState);
    const checks = new Checks(this.worker, this.git, around.interpreters, start);
    this.checks = checks;
    this.live = new LiveChecks(checks, this.links, around.reports, around.tables, this.git);
    const { context, interpreters } = around;
    const storage = context.storageUri ?? context.globalStorageUri;
    this.store = new ProofStore(vscode.Uri.joinPath(storage, 'reports'));
    this.pythons = new PythonChoice(interpreters, context.globalState);
    const proofScript = vscode.Uri.joinPath(context.extensionUri, 'python', 'check_weights.py').fsPath;
    this.comparisons = new Comparisons({
      mediaFolder: around.mediaFolder,
      registry: around.registry,
      interpreters,
      links: this.links,
      worker: this.worker,
      start,
      classAtCursor: () => this.classAtCursor(),
      argumentsOf: (file, name) => this.argumentsOf(file, name),
    });
    this.proofs = new Proofs(checks, this.pythons, context.workspaceState, proofScript);
  }

  register(): vscode.Disposable {
    if (this.links.all.length > 0) this.prepare();
    const command = (name: string, run: (...args: never[]) => unknown): vscode.Disposable =>
      vscode.commands.registerCommand(`graftlens.check.${name}`, run);
    return vscode.Disposable.from(
      this.links,
      this.links.onDidChange(() => {
        void this.store.keepOnly(new Set(this.links.all.map(({ id }) => id)));
      }),
      this.git,
      this.proofs,
      this.live.register(),
      new CheckLenses(this.around.reports, this.around.tables, this.links, this.live).register(),
      new WeightHovers(this.around.reports, this.live).register(),
      new WeightDiagnostics(this.live).register(),
      command('run', (known?: unknown) => this.run(knownFrom(known))),
      command('manageLinks', () => manageLinks(this.links, (link) => void this.show(link))),
      command('removeLinks', () => removeLinks(this.links)),
      this.comparisons.register(),
      vscode.window.registerWebviewPanelSerializer(reportViewType, {
        deserializeWebviewPanel: (panel, state: unknown) => this.restore(panel, state),
      }),
      new vscode.Disposable(() => {
        for (const { panel } of this.panels.values()) panel.dispose();
        this.worker.dispose();
      }),
    );
  }

  /** Has the worker start and get ready, where a question is to be expected. */
  private prepare(): void {
    if (!this.worker.isRunning)
      this.worker.request('prepare', null, PREPARATION_LIMIT).catch(() => undefined);
  }

  /** Asks for what is not known, remembers it as a link, and shows the report. */
  private async run(known: Known): Promise<void> {
    const link = known.link === undefined ? await this.ask(known) : this.links.get(known.link);
    if (link !== undefined && link !== null) await this.show(link);
  }

  private async ask(known: Known): Promise<Link | null> {
    this.prepare();
    const active = this.around.registry.active?.uri;
    const weights = known.weights ?? (known.file === undefined ? active : undefined);
    const place = await this.classOf(known, weights ?? null);
    if (place === null) return null;
    const { file, name } = place;
    const args = known.args !== undefined ? known.args : await this.argumentsOf(file, name);
    if (args === undefined) return null;
    const chosen = weights ?? (await askWeights(this.links, file, name));
    if (chosen === null) return null;
    return this.links.use({ file: file.toString(), weights: chosen.toString(), name, args });
  }

  private async classOf(
    known: Known,
    weights: vscode.Uri | null,
  ): Promise<{ readonly file: vscode.Uri; readonly name: string } | null> {
    if (known.file !== undefined && known.name !== undefined) return { file: known.file, name: known.name };
    const here = weights !== null ? null : await this.classAtCursor();
    if (here !== null) return here;
    const place = await askClass(this.links, this.worker, weights);
    return place === null ? null : { file: vscode.Uri.file(place.file), name: place.name };
  }

  private async classAtCursor(): Promise<{ readonly file: vscode.Uri; readonly name: string } | null> {
    const editor = vscode.window.activeTextEditor;
    const report = editor === undefined ? null : await this.around.reports.report(editor.document);
    if (editor === undefined || report === null) return null;
    const cls = enclosingClass(editor.selection.active.line + 1, report);
    return cls === undefined ? null : { file: editor.document.uri, name: cls.name };
  }

  /** Those that were set, those of the last run, none where none are needed; else a person is asked. */
  private async argumentsOf(file: vscode.Uri, name: string): Promise<string | null | undefined> {
    const set = this.around.args.of(file)[name];
    if (set !== undefined) return set;
    const [last] = this.links.ofFile(file).filter((link) => link.name === name);
    const document = await vscode.workspace.openTextDocument(file);
    const report = await this.around.reports.report(document);
    const cls = report?.classes.find((one) => one.name === name);
    if (cls !== undefined && cls.required.length === 0) return last?.args ?? null;
    if (last !== undefined && last.args !== null) return last.args;
    return askArguments(this.worker, name, cls === undefined ? '' : suggestedArguments(cls));
  }

  private async show(link: Link): Promise<void> {
    const open = this.panels.get(link.id);
    if (open !== undefined) {
      open.panel.reveal();
      await open.session.run();
      return;
    }
    const column =
      vscode.window.activeTextEditor === undefined ? vscode.ViewColumn.Active : vscode.ViewColumn.Beside;
    const panel = vscode.window.createWebviewPanel(reportViewType, link.name, column, {
      enableFindWidget: true,
    });
    await this.attach(panel, link).run();
  }

  private attach(panel: vscode.WebviewPanel, link: Link): ReportSession {
    const session = new ReportSession(link, {
      links: this.links,
      checks: this.checks,
      live: this.live,
      proofs: this.proofs,
      store: this.store,
      sources: this.around.sources,
      revealKey: (weights, path) => revealCheckpointKey(this.around.registry, weights, path),
      act: (of, action) => this.act(of, action),
    });
    new PagePanel(panel, session, reportPages, this.around.mediaFolder, () => {
      if (this.panels.get(link.id)?.panel === panel) this.panels.delete(link.id);
    });
    this.panels.set(link.id, { panel, session });
    return session;
  }

  private async restore(panel: vscode.WebviewPanel, state: unknown): Promise<void> {
    const id = typeof state === 'object' && state !== null && 'report' in state ? state.report : null;
    const link = typeof id === 'string' ? this.links.get(id) : undefined;
    if (link === undefined) panel.dispose();
    else await this.attach(panel, link).recall();
  }

  private async act(session: ReportSession, action: PageAction): Promise<void> {
    const link = session.current;
    switch (action) {
      case 'run':
        return session.run();
      case 'addBaseline': {
        const baseline = await askBaseline(link, this.git, this.worker);
        if (baseline !== null) await this.links.change(link.id, { baseline });
        return;
      }
      case 'chooseArguments': {
        const args = await askArguments(this.worker, link.name, link.args ?? '');
        if (args !== undefined) await this.links.change(link.id, { args });
        return;
      }
      case 'trust':
        await vscode.commands.executeCommand('workbench.trust.manage');
        return;
      case 'choosePython':
        if ((await this.pythons.ask(vscode.Uri.parse(link.file))) !== null) await session.run();
        return;
      case 'showLog':
        this.proofs.showLog();
        return;
      case 'signal': {
        const input = await askInput(link.input);
        if (input === null) return;
        await this.links.change(link.id, { input });
        return session.run();
      }
    }
  }
}

/** A lens gives an object, the explorer the file that was clicked. */
function knownFrom(value: unknown): Known {
  if (value instanceof vscode.Uri) return { weights: value };
  return typeof value === 'object' && value !== null ? (value as Known) : {};
}
