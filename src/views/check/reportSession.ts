import * as vscode from 'vscode';
import { CheckpointError } from '../../checkpointError';
import { reasonMessage } from '../../protocol/architectureReasons';
import type {
  CheckPage,
  CheckRequestMessage,
  PageAction,
  PageNotice,
  PagePlace,
  RepairAction,
} from '../../protocol/checkPage';
import type { ErrorBody, Message } from '../../protocol/messages';
import type { EmbeddedSources } from '../embeddedSources';
import { goToLine } from '../source/breakdown';
import type { CheckedLink } from './checks';
import { exportReport } from './exportReport';
import { type Link, type Links, nameOf } from './links';
import type { LiveCheck, LiveChecks } from './liveChecks';
import type { ReportModel } from './reportPanel';
import { copyRepair, insertRepair, showMapping } from './repairActions';
import { partLabel, reportPage } from './reportPage';

/** Obstacles that are told one by one. */
const MAX_OBSTACLES = 3;

/** What a report needs of the window. */
export interface ReportServices {
  readonly links: Links;
  readonly live: LiveChecks;
  readonly sources: EmbeddedSources;
  /** Opens the checkpoint and shows a key of it. */
  readonly revealKey: (weights: vscode.Uri, path: readonly (string | number)[]) => Promise<void>;
  readonly act: (session: ReportSession, action: PageAction) => Promise<void>;
}

/** One report: what is known of a link, as a page, and what a person does with it. */
export class ReportSession implements ReportModel {
  private readonly changed = new vscode.EventEmitter<void>();
  readonly onDidChange = this.changed.event;
  private readonly parts: vscode.Disposable[];
  private live: LiveCheck | null;

  constructor(
    private link: Link,
    private readonly services: ReportServices,
  ) {
    this.live = services.live.latest(link);
    this.parts = [
      this.changed,
      services.live.keep(link.id),
      services.live.onDidChange((live) => {
        if (live?.link.id === this.link.id) this.update(live);
      }),
      services.links.onDidChange(() => {
        this.link = services.links.get(this.link.id) ?? this.link;
      }),
    ];
  }

  get id(): string {
    return this.link.id;
  }

  get title(): string {
    return `${this.link.name} ← ${nameOf(this.link.weights)}`;
  }

  get current(): Link {
    return this.link;
  }

  get page(): CheckPage {
    const checked = this.live?.checked ?? null;
    if (checked === null) return this.pageWithout(this.live?.error ?? null);
    const modules = new Map(
      checked.modules.map(({ path, type, file, line }) => [path, { type, place: placeOf(file, line) }]),
    );
    return reportPage(checked.report, {
      weights: nameOf(this.link.weights),
      progress: null,
      facts: factsOf(checked, nameOf(this.link.weights)),
      notices: noticesOf(checked),
      modules,
      input: null,
      placeOf,
    });
  }

  async answer(request: Exclude<CheckRequestMessage, { kind: 'ready' }>): Promise<unknown> {
    switch (request.kind) {
      case 'act':
        return this.services.act(this, request.body.action);
      case 'goTo':
        return this.goTo(request.body.file, request.body.line);
      case 'revealKey': {
        const path = this.live?.checked?.report.weights.path ?? [];
        return this.services.revealKey(vscode.Uri.parse(this.link.weights), [...path, request.body.key]);
      }
      case 'usePart':
        await this.services.links.change(this.link.id, { part: request.body.path });
        return undefined;
      case 'export':
        return exportReport(this.link, this.page, this.checked().report);
      case 'repair':
        return { said: await this.repair(request.body.index, request.body.action) };
      case 'cancel':
        return undefined;
    }
  }

  dispose(): void {
    vscode.Disposable.from(...this.parts).dispose();
  }

  private async repair(index: number, action: RepairAction): Promise<Message | null> {
    const repair = this.checked().report.repairs[index];
    if (repair === undefined) throw new CheckpointError('host.badRequest');
    switch (action) {
      case 'copy':
        return copyRepair(repair);
      case 'insert':
        await insertRepair(this.link, repair);
        return null;
      case 'mapping':
        await showMapping(this.services.sources, this.link, repair);
        return null;
    }
  }

  private checked(): CheckedLink {
    const checked = this.live?.checked ?? null;
    if (checked === null) throw new CheckpointError('report.nothingToExport');
    return checked;
  }

  private update(live: LiveCheck): void {
    this.live = live;
    this.changed.fire();
  }

  /** Only to files that the report speaks of: the page is no way to open any file. */
  private async goTo(file: string, line: number): Promise<void> {
    const { modelPlace, modelTree, notices } = this.page;
    const places = [modelPlace, ...modelTree.map(({ place }) => place), ...notices.map(({ place }) => place)];
    if (!places.some((place) => place?.file === file)) throw new CheckpointError('host.badRequest');
    await goToLine(file, line);
  }

  private pageWithout(error: ErrorBody | null): CheckPage {
    const { name, args, weights } = this.link;
    return {
      model: `${name}(${args ?? ''})`,
      modelPlace: null,
      weights: nameOf(weights),
      progress: error === null ? { code: 'report.reading', args: [] } : null,
      verdict: error === null ? null : { tone: 'unknown', message: { code: 'report.noAnswer', args: [] } },
      facts: [],
      notices: error === null ? [] : [{ kind: 'error', message: error, place: null, actions: [] }],
      bars: [],
      parts: [],
      modelTree: [],
      fileTree: [],
      repairs: [],
      forward: null,
      signal: null,
    };
  }
}

function factsOf({ report, commit }: CheckedLink, weights: string): Message[] {
  const { path } = report.weights;
  const facts: Message[] = [
    path.length === 0
      ? message('report.fact.file', weights)
      : message('report.fact.part', partLabel(path), weights),
  ];
  if (report.evidence === 'baseline' && commit !== null) {
    facts.push(message('report.evidence.commit', commit.slice(0, 8)));
  } else facts.push(message(`report.evidence.${report.evidence}`));
  facts.push(message('report.fact.source'));
  return facts;
}

function noticesOf({ report, obstacles }: CheckedLink): PageNotice[] {
  const notices = report.notes.map((note): PageNotice => {
    const asks = note.code === 'check.note.ambiguous' || note.code === 'check.note.baselineDiffers';
    const isGood = note.code === 'check.note.notTheWeights' || note.code === 'check.note.retyped';
    return {
      kind: isGood ? 'info' : 'warning',
      message: note,
      place: null,
      actions: asks ? ['addBaseline'] : [],
    };
  });
  if (report.error !== null) {
    const { file, line } = report.error;
    const argumentsMissing = report.error.code === 'TypeError';
    notices.unshift({
      kind: 'error',
      message: message('report.notice.raises', report.error.code, report.error.message),
      place: placeOf(file, line),
      actions: argumentsMissing ? ['chooseArguments'] : [],
    });
  }
  const seen = new Set<string>();
  const told = obstacles.filter(({ file, line }) => {
    const place = `${file}:${line}`;
    return !seen.has(place) && seen.add(place);
  });
  for (const obstacle of report.exact ? [] : told.slice(0, MAX_OBSTACLES)) {
    notices.push({
      kind: 'warning',
      message: reasonMessage(obstacle),
      place: placeOf(obstacle.file === '' ? null : obstacle.file, obstacle.line),
      actions: obstacle.code === 'argumentsNeeded' ? ['chooseArguments'] : [],
    });
  }
  return notices;
}

function placeOf(file: string | null, line: number | null): PagePlace | null {
  if (file === null || line === null || line < 1) return null;
  return { file, line, label: `${vscode.workspace.asRelativePath(file)}:${line}` };
}

function message(code: string, ...args: readonly (string | number)[]): Message {
  return { code, args };
}
