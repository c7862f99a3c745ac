import * as vscode from 'vscode';
import { CheckpointError } from '../../checkpointError';
import { reasonMessage } from '../../protocol/architectureReasons';
import type { PageNotice } from '../../protocol/checkPage';
import type {
  ComparisonAction,
  ComparisonPage,
  ComparisonRequestMessage,
  ComparisonSide,
  ComparisonSideName,
} from '../../protocol/comparisonPage';
import type { ErrorBody, Message, SourcePlace } from '../../protocol/messages';
import { errorBodyOf } from '../../worker/errorBody';
import type { ComparisonAnswer } from '../../worker/checkMessages';
import { pagePlace } from '../check/pagePlace';
import { offerToOpen } from '../exportTable';
import { say, windowTexts } from '../hostTexts';
import type { PageModel } from '../pagePanel';
import { comparisonMarkdown } from './comparisonMarkdown';
import { comparedPage, type Compared } from './comparisonPage';
import type { ComparisonRunner } from './runComparison';
import { namesOf, type Side, type Sides, sidesText } from './sides';

/** Obstacles that are told one by one. */
const MAX_OBSTACLES = 3;

/** What a comparison needs of the window. */
export interface ComparisonServices {
  readonly runner: ComparisonRunner;
  /** Opens a checkpoint, at a key of it if one is given. */
  readonly showFile: (uri: vscode.Uri, path: readonly (string | number)[] | null) => Promise<void>;
  readonly showLine: (place: SourcePlace) => Promise<void>;
  readonly askArguments: (name: string, args: string) => Promise<string | null | undefined>;
}

/** One comparison: two sides, what is known of them, and what a person does with it. */
export class ComparisonSession implements PageModel<ComparisonRequestMessage> {
  private readonly changed = new vscode.EventEmitter<void>();
  readonly onDidChange = this.changed.event;
  private answered: ComparisonAnswer | null = null;
  /** The page of what was answered, made when somebody looks at it. */
  private made: ReturnType<typeof comparedPage> | null = null;
  private error: ErrorBody | null = null;
  private wasCancelled = false;
  private running: AbortController | null = null;

  constructor(
    private sides: Sides,
    private readonly services: ComparisonServices,
  ) {}

  get id(): string {
    return sidesText(this.sides);
  }

  get title(): string {
    const { a, b } = namesOf(this.sides);
    return `${a} ↔ ${b}`;
  }

  get current(): Sides {
    return this.sides;
  }

  get page(): ComparisonPage {
    const { answered } = this;
    const names = namesOf(this.sides);
    const progress: Message | null = this.running === null ? null : message('comparison.reading');
    const nothing = { bars: [], tree: [], verdict: [], tone: 'unknown' } as const;
    const plain = { id: this.id, a: bare(names.a), b: bare(names.b), progress };
    if (this.error !== null) {
      return { ...plain, ...nothing, notices: [notice('error', this.error)] };
    }
    if (answered === null) {
      const notices = this.wasCancelled ? [notice('info', message('comparison.cancelled'))] : [];
      return { ...plain, ...nothing, notices };
    }
    if (answered.kind === 'compared') {
      this.made ??= comparedPage(answered, this.sides, names);
      return { ...plain, ...this.made, notices: [] };
    }
    const verdict = [message('comparison.notKnown', names[answered.side])];
    return { ...plain, ...nothing, verdict, notices: reasonsOf(answered) };
  }

  async answer(request: Exclude<ComparisonRequestMessage, { kind: 'ready' }>): Promise<unknown> {
    switch (request.kind) {
      case 'act':
        return { said: await this.act(request.body.action) };
      case 'cancel':
        this.running?.abort();
        return undefined;
      case 'reveal':
        return this.reveal(request.body.side, request.body.key);
      case 'usePart': {
        const { side, path } = request.body;
        const chosen = this.sides[side];
        if (chosen.kind !== 'file') throw new CheckpointError('host.badRequest');
        return this.change({ ...this.sides, [side]: { ...chosen, part: path } });
      }
      case 'goTo':
        return this.goTo(request.body);
    }
  }

  /** Compares, or compares anew. What was known stays where this is cancelled. */
  async run(): Promise<void> {
    this.running?.abort();
    const running = new AbortController();
    this.running = running;
    this.changed.fire();
    try {
      const answered = await this.services.runner.run(this.sides, running.signal);
      if (this.running !== running) return;
      this.answered = answered;
      this.made = null;
      this.error = null;
    } catch (error) {
      if (this.running !== running) return;
      this.wasCancelled = running.signal.aborted;
      if (!running.signal.aborted) this.error = errorBodyOf(error);
    }
    this.running = null;
    this.changed.fire();
  }

  dispose(): void {
    const { running } = this;
    this.running = null;
    running?.abort();
    this.changed.dispose();
  }

  /** Other sides, parts or arguments: what is known is not of them. */
  private change(sides: Sides): Promise<void> {
    this.sides = sides;
    this.answered = null;
    this.made = null;
    this.error = null;
    return this.run();
  }

  private async act(action: ComparisonAction): Promise<Message | null> {
    switch (action) {
      case 'run':
        await this.run();
        return null;
      case 'swap':
        await this.change({ a: this.sides.b, b: this.sides.a });
        return null;
      case 'chooseArguments':
        await this.chooseArguments();
        return null;
      case 'copyMarkdown':
      case 'copyJson':
        await vscode.env.clipboard.writeText(this.document(action === 'copyJson'));
        return message('comparison.copied');
      case 'export':
        await this.export();
        return null;
    }
  }

  /** Of the model that could not be built. */
  private async chooseArguments(): Promise<void> {
    if (this.answered?.kind !== 'notKnown') throw new CheckpointError('host.badRequest');
    const { side: name } = this.answered;
    const side = this.sides[name];
    if (side.kind !== 'model') throw new CheckpointError('host.badRequest');
    const args = await this.services.askArguments(side.name, side.args ?? '');
    if (args !== undefined) await this.change({ ...this.sides, [name]: { ...side, args } });
  }

  private async reveal(name: ComparisonSideName, key: string | null): Promise<void> {
    const side = this.sides[name];
    const known = this.compared()[name];
    const uri = vscode.Uri.parse(side.uri);
    if (side.kind === 'file') return this.services.showFile(uri, key === null ? null : [...known.part, key]);
    const place = (key === null ? undefined : known.places.get(key)) ?? known.place;
    return this.services.showLine(place ?? { file: uri.fsPath, line: 1 });
  }

  /** Only to lines that a notice names: the page is no way to open any file. */
  private async goTo({ file, line }: SourcePlace): Promise<void> {
    if (!this.page.notices.some(({ place }) => place?.file === file)) {
      throw new CheckpointError('host.badRequest');
    }
    await this.services.showLine({ file, line });
  }

  private document(asJson: boolean): string {
    const { differences, keys } = this.compared();
    return asJson
      ? `${JSON.stringify(differences, null, 2)}\n`
      : comparisonMarkdown(this.page, keys, windowTexts());
  }

  private async export(): Promise<void> {
    this.compared();
    const folder = vscode.Uri.joinPath(vscode.Uri.parse(this.sides.a.uri), '..');
    const target = await vscode.window.showSaveDialog({
      title: say('comparison.exportTitle'),
      defaultUri: vscode.Uri.joinPath(folder, `${fileName(this.sides.a)}-${fileName(this.sides.b)}.md`),
      filters: { Markdown: ['md'], JSON: ['json'] },
    });
    if (target === undefined) return;
    const text = this.document(target.path.toLowerCase().endsWith('.json'));
    await vscode.workspace.fs.writeFile(target, new TextEncoder().encode(text));
    void offerToOpen(target);
  }

  private compared(): Compared {
    if (this.answered?.kind !== 'compared') throw new CheckpointError('report.nothingToExport');
    return this.answered;
  }
}

function bare(name: string): ComparisonSide {
  return { name, facts: [], parts: [] };
}

function notice(kind: PageNotice['kind'], what: Message): PageNotice {
  return { kind, message: what, place: null, actions: [] };
}

/** Why the keys of a model are not known, with what can be done about it. */
function reasonsOf({ raises, obstacles }: Extract<ComparisonAnswer, { kind: 'notKnown' }>): PageNotice[] {
  if (raises !== null) {
    return [
      {
        kind: 'error',
        message: message('report.notice.raises', raises.code, raises.message),
        place: pagePlace(raises.file, raises.line),
        actions: raises.code === 'TypeError' ? ['chooseArguments'] : [],
      },
    ];
  }
  return obstacles.slice(0, MAX_OBSTACLES).map((obstacle) => ({
    kind: 'warning',
    message: reasonMessage(obstacle),
    place: pagePlace(obstacle.file, obstacle.line),
    actions: obstacle.code === 'argumentsNeeded' ? ['chooseArguments'] : [],
  }));
}

/** Letters of a name that may stand in the name of a file. */
function fileName(side: Side): string {
  const { path } = vscode.Uri.parse(side.uri);
  return side.kind === 'model' ? side.name : path.slice(path.lastIndexOf('/') + 1);
}

function message(code: string, ...args: readonly (string | number)[]): Message {
  return { code, args };
}
