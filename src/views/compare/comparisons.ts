import * as vscode from 'vscode';
import { parseComparisonRequest } from '../../protocol/comparisonRequest';
import type { CheckWorkerRequests } from '../../worker/checkMessages';
import type { RestartingWorker } from '../../worker/restartingWorker';
import { askArguments } from '../check/askArguments';
import { classesOfWorkspace } from '../check/askClass';
import type { Links } from '../check/links';
import { revealCheckpointKey } from '../check/revealKey';
import type { EditorRegistry } from '../editorRegistry';
import { say } from '../hostTexts';
import type { Interpreters } from '../interpreters';
import { openCheckpointOf } from '../openCheckpoint';
import { PagePanel } from '../pagePanel';
import { goToLine } from '../source/goToLine';
import { askSide, type SideSources } from './askSide';
import { ComparisonSession } from './comparisonSession';
import { ComparisonRunner } from './runComparison';
import { areSame, fileSide, namesOf, type Side, type Sides, sidesFrom } from './sides';

const comparisonViewType = 'graftlens.comparison';
const comparisonPages = { script: 'comparison', parse: parseComparisonRequest };

/** A class of a Python file. */
interface ClassOfFile {
  readonly file: vscode.Uri;
  readonly name: string;
}

/** What comparisons share with the check of weight compatibility. */
export interface ComparisonSurroundings {
  readonly mediaFolder: vscode.Uri;
  readonly registry: EditorRegistry;
  readonly interpreters: Interpreters;
  readonly links: Links;
  /** Answers for the classes of the workspace. */
  readonly worker: RestartingWorker<CheckWorkerRequests>;
  /** Starts another worker of the same kind. */
  readonly start: () => RestartingWorker<CheckWorkerRequests>;
  /** The class that the cursor is in. */
  readonly classAtCursor: () => Promise<ClassOfFile | null>;
  /** Python text, null for the defaults, undefined for "never mind". */
  readonly argumentsOf: (file: vscode.Uri, name: string) => Promise<string | null | undefined>;
}

/** "Compare with…": keys, shapes and dtypes of two files or models, each pair in a tab of its own. */
export class Comparisons {
  private readonly runner: ComparisonRunner;
  private readonly open = new Set<{
    readonly panel: vscode.WebviewPanel;
    readonly session: ComparisonSession;
  }>();

  constructor(private readonly around: ComparisonSurroundings) {
    this.runner = new ComparisonRunner(around.start, around.interpreters);
  }

  register(): vscode.Disposable {
    return vscode.Disposable.from(
      vscode.commands.registerCommand('graftlens.compareWith', (clicked?: unknown, selected?: unknown) =>
        this.compare(clicked, selected),
      ),
      vscode.window.registerWebviewPanelSerializer(comparisonViewType, {
        deserializeWebviewPanel: async (panel, state: unknown) => this.restore(panel, state),
      }),
      new vscode.Disposable(() => {
        for (const { panel } of [...this.open]) panel.dispose();
      }),
    );
  }

  /** The explorer gives the file that was clicked and all that are selected; what is not known is asked for. */
  private async compare(clicked: unknown, selected: unknown): Promise<void> {
    const [first, second, ...more] = Array.isArray(selected) ? selected.filter(isUri) : [];
    if (first !== undefined && second !== undefined && more.length === 0) {
      return this.show({ a: fileSide(first), b: fileSide(second) });
    }
    const a = isUri(clicked) ? fileSide(clicked) : await this.firstSide();
    if (a === null) return;
    const b = await this.ask(say('comparison.ask.second', namesOf({ a, b: a }).a));
    if (b !== null) await this.show({ a, b });
  }

  private async firstSide(): Promise<Side | null> {
    const active = this.around.registry.active?.uri;
    if (active !== undefined) return fileSide(active);
    const cls = await this.around.classAtCursor();
    if (cls !== null) return this.modelSide(cls);
    return this.ask(say('comparison.ask.first'));
  }

  private async ask(title: string): Promise<Side | null> {
    const sources: SideSources = {
      recent: () => this.around.links.all.map(({ weights }) => weights),
      classes: () => classesOfWorkspace(this.around.worker),
    };
    const chosen = await askSide(title, sources);
    if (chosen === null) return null;
    if (chosen.kind === 'file') return fileSide(chosen.uri);
    return this.modelSide({ file: vscode.Uri.file(chosen.place.file), name: chosen.place.name });
  }

  private async modelSide({ file, name }: ClassOfFile): Promise<Side | null> {
    const args = await this.around.argumentsOf(file, name);
    return args === undefined ? null : { kind: 'model', uri: file.toString(), name, args };
  }

  private async show(sides: Sides): Promise<void> {
    const known = [...this.open].find(({ session }) => areSame(session.current, sides));
    if (known !== undefined) {
      known.panel.reveal();
      await known.session.run();
      return;
    }
    const panel = vscode.window.createWebviewPanel(comparisonViewType, '', vscode.ViewColumn.Active);
    await this.attach(panel, sides).run();
  }

  /** Nothing is run for it but our own reading. */
  private async restore(panel: vscode.WebviewPanel, state: unknown): Promise<void> {
    const sides = sidesFrom(
      typeof state === 'object' && state !== null && 'report' in state ? state.report : null,
    );
    if (sides === null) panel.dispose();
    else await this.attach(panel, sides).run();
  }

  private attach(panel: vscode.WebviewPanel, sides: Sides): ComparisonSession {
    const { registry, worker } = this.around;
    const session = new ComparisonSession(sides, {
      runner: this.runner,
      showFile: async (uri, path) => {
        if (path === null) await openCheckpointOf(registry, uri);
        else await revealCheckpointKey(registry, uri, path);
      },
      showLine: (place) => goToLine(place, panel),
      askArguments: (name, args) => askArguments(worker, name, args),
    });
    const open = { panel, session };
    this.open.add(open);
    new PagePanel(panel, session, comparisonPages, this.around.mediaFolder, () => this.open.delete(open));
    return session;
  }
}

function isUri(value: unknown): value is vscode.Uri {
  return value instanceof vscode.Uri;
}
