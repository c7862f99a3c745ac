import { CheckpointError } from '../checkpointError';
import { copyNode, copyTable } from '../outline/copy';
import { outlineLimits } from '../outline/limits';
import { OutlineDocument } from '../outline/outlineDocument';
import type { OutlineSource } from '../outline/outlineSource';
import { OutlineView } from '../outline/outlineView';
import type {
  CopyFormat,
  DocumentSummary,
  ViewState,
  WorkerRequestKind,
  WorkerRequests,
} from '../protocol/messages';
import type { PickleAnswers } from './pickleAnswers';

type Body<K extends WorkerRequestKind> = WorkerRequests[K]['request'];
type Reply<K extends WorkerRequestKind> = WorkerRequests[K]['reply'];

/** One state of the document, from one reading to the next. */
interface Opened {
  readonly source: OutlineSource;
  readonly document: OutlineDocument;
  readonly summary: DocumentSummary;
  readonly views: Map<string, OutlineView>;
}

/**
 * Answers the requests about one document. Knows neither threads nor files: `read` brings its source, and
 * brings it again for a reload. A reading that fails leaves the last good state in place.
 */
export class RequestHandler {
  private opened: Opened | null = null;
  private opening: Promise<Opened> | null = null;
  private revision = 0;
  /** The last state of every view, so that a view goes on after a reload. */
  private readonly states = new Map<string, ViewState>();

  /** @param pickles null for what is no file */
  constructor(
    private readonly read: () => Promise<OutlineSource>,
    private readonly pickles: PickleAnswers | null = null,
  ) {}

  /** @throws CheckpointError and whatever `read` throws; every error is the answer to this request alone */
  handle<K extends WorkerRequestKind>(kind: K, body: Body<K>): Promise<Reply<K>> {
    const answer = this.answers[kind] as (body: Body<K>) => Reply<K> | Promise<Reply<K>>;
    // A promise even for what is thrown at once.
    return Promise.resolve(body).then(answer);
  }

  /** Prepares what the first search needs, when there is nothing else to do. */
  warmUp(): void {
    void this.opened?.document.treeIndex;
  }

  private readonly answers: {
    readonly [K in WorkerRequestKind]: (body: Body<K>) => Reply<K> | Promise<Reply<K>>;
  } = {
    open: async ({ reload }) => (await this.open(reload)).summary,
    setView: ({ view, state, anchor }) => {
      const opened = this.current();
      this.states.set(view, state);
      return { revision: opened.summary.revision, ...this.viewOf(opened, view).setState(state, anchor) };
    },
    rows: ({ view, start, end }) => {
      const opened = this.current();
      const rows = this.viewOf(opened, view).rowRange(
        start,
        Math.min(end, start + outlineLimits.rowsPerRequest),
      );
      return { revision: opened.summary.revision, rows };
    },
    toggle: ({ view, key, expanded, deep }) => {
      const opened = this.current();
      const result = this.viewOf(opened, view).toggle(key, expanded, deep);
      this.rememberExpansion(view, result);
      return { revision: opened.summary.revision, ...result };
    },
    nextMatch: ({ view, from, backwards }) => this.viewOf(this.current(), view).nextMatch(from, backwards),
    reveal: ({ view, key }) => {
      const opened = this.current();
      const result = this.viewOf(opened, view).reveal(key);
      this.rememberExpansion(view, result);
      return { revision: opened.summary.revision, ...result };
    },
    details: async ({ key }) => {
      const { document, source } = this.current();
      const node = document.finder.find(key);
      return node === null ? null : source.details(node, document.outline);
    },
    locate: ({ path }) => ({ key: this.current().document.locate(path) }),
    copy: ({ view, key, format }) => ({ text: this.copy(view, key, format) }),
    safety: () => this.pickleAnswers().safety(),
    pickles: async () => ({ pickles: (await this.pickles?.list()) ?? [] }),
    disassembly: ({ record, start, part }) => this.pickleAnswers().part(record, start, part),
    disassemblyLine: async ({ record, offset }) => (await this.pickles?.line(record, offset)) ?? null,
  };

  private pickleAnswers(): PickleAnswers {
    if (this.pickles === null) throw new CheckpointError('disassembly.none');
    return this.pickles;
  }

  private open(reload: boolean): Promise<Opened> {
    if (this.opening !== null) return this.opening;
    if (this.opened !== null && !reload) return Promise.resolve(this.opened);
    this.opening = this.readAnew().finally(() => (this.opening = null));
    return this.opening;
  }

  private async readAnew(): Promise<Opened> {
    this.pickles?.forget();
    const source = await this.read();
    const document = new OutlineDocument(source.root, source.pythonName);
    const summary = source.summary(document.outline, this.revision + 1);
    this.revision++;
    this.opened = { source, document, summary, views: new Map() };
    return this.opened;
  }

  private current(): Opened {
    if (this.opened === null) throw new CheckpointError('worker.notOpen');
    return this.opened;
  }

  private viewOf(opened: Opened, name: string): OutlineView {
    let view = opened.views.get(name);
    if (view === undefined) {
      view = new OutlineView(opened.document);
      opened.views.set(name, view);
      const state = this.states.get(name);
      if (state !== undefined) view.setState(state, null);
    }
    return view;
  }

  private rememberExpansion(view: string, keys: Pick<ViewState, 'expanded' | 'collapsed'>): void {
    const state = this.states.get(view);
    if (state === undefined) return;
    this.states.set(view, { ...state, expanded: keys.expanded, collapsed: keys.collapsed });
  }

  private copy(view: string, key: string | null, format: CopyFormat): string {
    const opened = this.current();
    const { outline, finder } = opened.document;
    const node = key === null ? null : finder.find(key);
    if (key !== null && node === null) throw new CheckpointError('outline.noSuchNode');
    if (format === 'key' || format === 'python' || format === 'row') {
      return copyNode(node ?? outline.root, format, outline);
    }
    return copyTable(this.viewOf(opened, view).tensorsFor(node), format);
  }
}
