import * as vscode from 'vscode';
import { CheckpointError } from '../../checkpointError';
import { reasonMessage } from '../../protocol/architectureReasons';
import type {
  CheckPage,
  CheckRequestMessage,
  PageAction,
  PageNotice,
  RepairAction,
} from '../../protocol/checkPage';
import type { ErrorBody, Message } from '../../protocol/messages';
import { visibleText } from '../../protocol/visibleText';
import type { EmbeddedSources } from '../embeddedSources';
import type { PageModel } from '../pagePanel';
import type { CheckedLink, Checks } from './checks';
import { exportReport } from './exportReport';
import { type Link, type Links, nameOf } from './links';
import type { LiveCheck, LiveChecks } from './liveChecks';
import type { Proof, Proofs } from './proofs';
import type { ProofStore } from './proofStore';
import { copyRepair, insertRepair, showMapping } from './repairActions';
import { pagePlace } from './pagePlace';
import { partLabel, reportPage } from './reportPage';
import { saveRepaired } from './saveRepaired';

/** Obstacles that are told one by one. */
const MAX_OBSTACLES = 3;

/** What a report needs of the window. */
export interface ReportServices {
  readonly links: Links;
  readonly checks: Checks;
  readonly live: LiveChecks;
  readonly proofs: Proofs;
  readonly store: ProofStore;
  readonly sources: EmbeddedSources;
  /** Opens the checkpoint and shows a key of it. */
  readonly revealKey: (weights: vscode.Uri, path: readonly (string | number)[]) => Promise<void>;
  readonly act: (session: ReportSession, action: PageAction) => Promise<void>;
}

/** One report: what is known of a link, as a page, and what a person does with it. */
export class ReportSession implements PageModel<CheckRequestMessage> {
  private readonly changed = new vscode.EventEmitter<void>();
  readonly onDidChange = this.changed.event;
  private readonly parts: vscode.Disposable[];
  private live: LiveCheck | null;
  private proof: Proof | null = null;
  /** Of the source that torch answered for: another one makes its answer an old one. */
  private provenSource = '';
  private stage: Message | null = null;
  private running: AbortController | null = null;

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
    const { stage } = this;
    const proven = this.currentProof;
    const checked = proven?.checked ?? this.live?.checked ?? null;
    if (checked === null) return this.pageWithout(this.live?.error ?? null);
    const modules = new Map(
      checked.modules.map(({ path, type, file, line }) => [path, { type, place: pagePlace(file, line) }]),
    );
    return reportPage(checked.report, {
      weights: nameOf(this.link.weights),
      progress: stage,
      facts: factsOf(checked, nameOf(this.link.weights), proven?.seconds ?? null),
      proven: proven !== null,
      notices: [...this.proofNotices(), ...noticesOf(checked)],
      modules,
      input: this.link.input,
      placeOf: pagePlace,
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
        this.running?.abort();
        return undefined;
    }
  }

  /** The answer of the source at once, then torch's. */
  async run(): Promise<void> {
    if (this.running !== null) return;
    const running = new AbortController();
    this.running = running;
    this.setStage({ code: 'report.reading', args: [] });
    try {
      await this.services.live.refresh(this.link);
      // What is edited while torch works is not what it answers for.
      const source = this.sourceKey;
      const proof = await this.services.proofs.prove(this.link, {
        signal: running.signal,
        onStage: (stage) => this.setStage({ code: `interpreter.stage.${stage}`, args: [] }),
      });
      // What torch said before stays said.
      if (proof.kind === 'cancelled' && this.currentProof !== null) return;
      this.proof = proof;
      this.provenSource = source;
      if (proof.kind === 'proven') await this.services.store.write(this.id, { proof, source });
    } finally {
      this.running = null;
      this.setStage(null);
    }
  }

  /** Takes up the last answer of torch, after a reload of the window. */
  async recall(): Promise<void> {
    const stored = await this.services.store.read(this.id);
    if (stored === null || this.proof !== null || this.running !== null) return;
    this.proof = stored.proof;
    this.provenSource = stored.source;
    this.changed.fire();
  }

  dispose(): void {
    this.running?.abort();
    vscode.Disposable.from(...this.parts).dispose();
  }

  private setStage(stage: Message | null): void {
    this.stage = stage;
    this.changed.fire();
  }

  /** Whether the source says something else than when torch was asked. */
  private get isStale(): boolean {
    // Until the source was read again, nothing says that it changed.
    const checked = this.live?.checked ?? null;
    return this.proof !== null && checked !== null && this.provenSource !== this.sourceKey;
  }

  private get sourceKey(): string {
    const report = this.live?.checked?.report;
    const { args, part, weights } = this.link;
    const shapes = report?.keys.map(({ key, shape, dtype }) => [key, shape, dtype]);
    return JSON.stringify([
      args,
      part,
      weights,
      shapes,
      report?.fileKeys.map(({ key, shape }) => [key, shape]),
    ]);
  }

  private proofNotices(): PageNotice[] {
    const { proof } = this;
    if (proof === null || this.running !== null) return [];
    if (this.isStale) return [{ ...info('report.notice.stale'), actions: ['run'] }];
    switch (proof.kind) {
      case 'untrusted':
        return [{ ...info('report.notice.untrusted'), actions: ['trust'] }];
      case 'noPython':
        return [{ ...info('report.notice.noPython'), actions: ['choosePython'] }];
      case 'declined':
      case 'cancelled':
        return [info(`report.notice.${proof.kind}`)];
      case 'dangerous': {
        const first = visibleText(proof.danger.first, 300).text;
        const message = { code: 'report.notice.dangerous', args: [first] };
        return [{ kind: 'warning', message, place: null, actions: ['run'] }];
      }
      case 'failed': {
        const { code, args, file, line } = proof.failure;
        const choosing: readonly PageAction[] = aboutPython.test(code) ? ['choosePython'] : [];
        const changing: readonly PageAction[] = /\.arguments/.test(code) ? ['chooseArguments'] : [];
        return [
          {
            kind: 'error',
            message: { code, args },
            place: pagePlace(file, line),
            actions: [...choosing, ...changing, 'showLog'],
          },
        ];
      }
      case 'proven':
        return proof.checked.report.differences.map((message) => ({
          kind: 'warning',
          message,
          place: null,
          actions: ['showLog'],
        }));
    }
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
      case 'save':
        await saveRepaired(this.services.checks, this.link, this.currentProof?.reply ?? null, repair);
        return null;
    }
  }

  /** What torch said, where it still holds. */
  private get currentProof(): Extract<Proof, { kind: 'proven' }> | null {
    const { proof } = this;
    return proof?.kind === 'proven' && !this.isStale ? proof : null;
  }

  private checked(): CheckedLink {
    const checked = this.currentProof?.checked ?? this.live?.checked ?? null;
    if (checked === null) throw new CheckpointError('report.nothingToExport');
    return checked;
  }

  private update(live: LiveCheck): void {
    const before = baseOf(this.live);
    this.live = live;
    this.changed.fire();
    const { proof } = this;
    if (proof?.kind === 'proven' && before !== baseOf(live) && !this.isStale) void this.lookAnew(proof);
  }

  /** Another base source tells other things of what torch has said. */
  private async lookAnew(proof: Extract<Proof, { kind: 'proven' }>): Promise<void> {
    const seen = await this.services.proofs.seenAnew(this.link, proof).catch(() => proof);
    if (this.proof !== proof) return;
    this.proof = seen;
    this.changed.fire();
  }

  /** Only to files that the report speaks of: the page is no way to open any file. */
  private async goTo(file: string, line: number): Promise<void> {
    const { modelPlace, modelTree, notices, forward } = this.page;
    const places = [
      modelPlace,
      forward?.error?.place ?? null,
      ...modelTree.map(({ place }) => place),
      ...notices.map(({ place }) => place),
    ];
    if (!places.some((place) => place?.file === file)) throw new CheckpointError('host.badRequest');
    await showLine(file, line);
  }

  private pageWithout(error: ErrorBody | null): CheckPage {
    const { name, args, weights } = this.link;
    return {
      model: `${name}(${args ?? ''})`,
      modelPlace: null,
      weights: nameOf(weights),
      progress: this.stage ?? (error === null ? { code: 'report.reading', args: [] } : null),
      verdict: error === null ? null : { tone: 'unknown', message: { code: 'report.noAnswer', args: [] } },
      facts: [],
      proven: false,
      notices: error === null ? [] : [{ kind: 'error', message: error, place: null, actions: [] }],
      bars: [],
      parts: [],
      modelTree: [],
      fileTree: [],
      repairs: [],
      advice: [],
      forward: null,
      signal: null,
    };
  }
}

/** Failures that another interpreter may not have. */
const aboutPython =
  /\.(?:noTorch|torchBroken|torchTooOld|pythonTooOld|missingModule|notFound|notExecutable|notProgram|notPython|notStarted|noDtype)$/;

/** Beside the report: where the file is shown already, else in the first column that is not the report's. */
async function showLine(file: string, line: number): Promise<void> {
  const uri = vscode.Uri.file(file);
  const shown = vscode.window.visibleTextEditors.find(
    ({ document }) => document.uri.toString() === uri.toString(),
  );
  const position = new vscode.Position(line - 1, 0);
  const reportIsFirst = vscode.window.tabGroups.activeTabGroup.viewColumn === vscode.ViewColumn.One;
  await vscode.window.showTextDocument(uri, {
    viewColumn: shown?.viewColumn ?? (reportIsFirst ? vscode.ViewColumn.Beside : vscode.ViewColumn.One),
    selection: new vscode.Range(position, position),
  });
}

/** What the answer rests on besides the model and the file. */
function baseOf(live: LiveCheck | null): string {
  const report = live?.checked?.report;
  return JSON.stringify([report?.evidence, report?.baseline, live?.checked?.commit]);
}

function info(code: string): PageNotice {
  return { kind: 'info', message: message(code), place: null, actions: [] };
}

function factsOf({ report, commit }: CheckedLink, weights: string, seconds: number | null): Message[] {
  const { path } = report.weights;
  const facts: Message[] = [
    path.length === 0
      ? message('report.fact.file', weights)
      : message('report.fact.part', partLabel(path), weights),
  ];
  if (report.evidence === 'baseline' && commit !== null) {
    facts.push(message('report.evidence.commit', commit.slice(0, 8)));
  } else facts.push(message(`report.evidence.${report.evidence}`));
  const { proof } = report;
  if (proof === null) return [...facts, message('report.fact.source')];
  facts.push(message('report.fact.torch', proof.torch, proof.python, (seconds ?? 0).toFixed(1)));
  if (report.differences.length === 0) facts.push(message('report.fact.agreed'));
  return facts;
}

/** Notes that the table of the signal check has beside each block. */
const toldBySignal: ReadonlySet<string> = new Set(['check.note.signalBehind', 'check.note.signalLogits']);

function noticesOf({ report, obstacles }: CheckedLink): PageNotice[] {
  const notes = report.notes.filter(({ code }) => !toldBySignal.has(code));
  const notices = notes.map((note): PageNotice => {
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
      place: pagePlace(file, line),
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
      place: pagePlace(obstacle.file === '' ? null : obstacle.file, obstacle.line),
      actions: obstacle.code === 'argumentsNeeded' ? ['chooseArguments'] : [],
    });
  }
  return notices;
}

function message(code: string, ...args: readonly (string | number)[]): Message {
  return { code, args };
}
