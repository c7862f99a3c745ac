import type { Row, SortColumn, ViewState, ViewSummary, WorkerRequests } from '../../src/protocol/messages';
import type { HostConnection } from '../shared/rpc';
import type { EditorMemory } from './editorMemory';
import { OutlineGrid } from './outlineGrid';
import { actOnKey, type KeyTarget } from './outlineKeys';
import { RowSource } from './rowSource';
import { TreeKeyboard } from './treeKeyboard';
import { rowHeight } from './virtualList';

export interface OutlineEvents {
  /** The selection moved, or its row was read again; null when nothing is selected. */
  readonly onSelect: (key: string | null) => void;
  /** The rows changed; `ordinal` is the place of the selected row among the matches. */
  readonly onView: (summary: ViewSummary, ordinal: number | null) => void;
  readonly onError: (error: unknown) => void;
  readonly onActivateLeaf: () => void;
  readonly onLeave: () => void;
  readonly onMemory: () => void;
}

/** Key of the node that holds all others. */
const rootKey = '/';

type Expansion = WorkerRequests['toggle']['reply'];

/**
 * What the tree or table shows: rows by range from the worker, one selection, the keys of a tree grid. Changes
 * of the view run one after the other, each from the state that the one before left.
 */
export class Outline {
  private readonly grid: OutlineGrid;
  private readonly keyboard = new TreeKeyboard();
  private summary: ViewSummary | null = null;
  private changes: Promise<void> = Promise.resolve();
  private pendingViews = 0;

  constructor(
    private readonly host: HostConnection,
    private readonly view: string,
    private readonly memory: EditorMemory,
    private readonly events: OutlineEvents,
  ) {
    this.grid = new OutlineGrid(memory, {
      onKey: (event) => this.key(event),
      onPress: (row) => void this.select(row.index).catch(events.onError),
      onTwisty: (row, deep) => void this.toggle(row, !row.expanded, deep),
      onDoublePress: (row) => {
        if (row.expandable) void this.toggle(row, !row.expanded);
        else events.onActivateLeaf();
      },
      onSort: (column) => this.sortBy(column),
      onScroll: () => this.remember(),
      onMemory: () => events.onMemory(),
    });
  }

  get element(): HTMLElement {
    return this.grid.element;
  }

  get selected(): Row | undefined {
    return this.source.get(this.grid.selected);
  }

  focus(): void {
    this.element.focus();
  }

  /** The dtypes of the document that is about to be shown. */
  fit(dtypes: readonly string[]): void {
    this.grid.fit(dtypes);
  }

  /** Shows the document again after it was opened or reloaded, at the place that the memory names. */
  reload(): Promise<void> {
    const { top } = this.memory;
    return this.change(async () => {
      const first = await this.requestView(this.memory.selected);
      let offset = this.list.offset;
      let summary = first;
      if (top !== null) {
        summary = await this.requestView(top.key);
        if (summary.anchorRow >= 0) offset = summary.anchorRow * rowHeight + top.offset;
      }
      await this.commit({ ...summary, anchorRow: first.anchorRow }, offset);
    });
  }

  /** Changes mode, filter, order or folding. Of changes that wait, only the last is made. */
  setView(changed: Partial<ViewState>): Promise<void> {
    this.memory.view = { ...this.memory.view, ...changed };
    this.events.onMemory();
    this.pendingViews++;
    return this.change(async () => {
      if (--this.pendingViews > 0) return;
      const folding = changed.mode === undefined && changed.filter === undefined;
      const anchor = this.anchor(folding);
      const summary = await this.requestView(anchor.key);
      // Another order is looked at from its top, and so is another set of rows without the selected one.
      const keepsPlace = summary.anchorRow >= 0 && changed.sort === undefined && (anchor.selected || folding);
      const offset = keepsPlace ? summary.anchorRow * rowHeight - anchor.y : 0;
      await this.commit(anchor.selected ? summary : await this.requestView(this.memory.selected), offset);
      if (!keepsPlace && changed.sort === undefined && (summary.matchCount ?? 0) > 0) await this.firstMatch();
    });
  }

  toggle(row: Row, expanded: boolean, deep = false): Promise<void> {
    return this.change(async () => {
      const body = { view: this.view, key: row.key, expanded, deep };
      await this.expansionChanged(await this.host.request('toggle', body), row.key);
    });
  }

  /** Expands or collapses everything. */
  toggleAll(expanded: boolean): Promise<void> {
    return this.change(async () => {
      const body = { view: this.view, key: rootKey, expanded, deep: true };
      await this.expansionChanged(await this.host.request('toggle', body), this.memory.selected);
    });
  }

  /** Selects a node, expanding what hides it. */
  reveal(key: string): Promise<void> {
    return this.change(async () => {
      const reply = await this.host.request('reveal', { view: this.view, key });
      this.memory.view = { ...this.memory.view, expanded: reply.expanded, collapsed: reply.collapsed };
      await this.commit({ ...reply, anchorRow: -1 }, this.list.offset);
      if (reply.anchorRow >= 0) await this.select(reply.anchorRow);
    });
  }

  /** Selects the next or previous row that matches the filter. */
  async nextMatch(backwards: boolean): Promise<void> {
    await this.changes;
    const from = this.grid.selected;
    const reply = await this.host.request('nextMatch', { view: this.view, from, backwards });
    if (reply.row < 0) return;
    await this.select(reply.row);
    if (this.summary !== null) this.events.onView(this.summary, reply.ordinal);
  }

  sortBy(column: SortColumn): void {
    const { sort } = this.memory.view;
    // Sizes are looked at from the largest, names from the first; a third click restores the file's order.
    const startsDescending = column === 'elements' || column === 'bytes' || column === 'share';
    let next: ViewState['sort'] = { column, descending: startsDescending };
    if (sort?.column === column) {
      next = sort.descending === startsDescending ? { column, descending: !startsDescending } : null;
    }
    void this.setView({ sort: next });
  }

  private get source(): RowSource {
    return this.grid.rows;
  }

  private get list() {
    return this.grid.list;
  }

  // Changes of the view

  private change(step: () => Promise<void>): Promise<void> {
    const done = this.changes.then(async () => {
      this.source.retire();
      try {
        await step();
      } catch (error) {
        this.events.onError(error);
      } finally {
        this.source.revive();
      }
    });
    this.changes = done;
    return done;
  }

  private requestView(anchor: string | null): Promise<ViewSummary> {
    return this.host.request('setView', { view: this.view, state: this.memory.view, anchor });
  }

  private async expansionChanged(reply: Expansion, selected: string | null): Promise<void> {
    this.memory.view = { ...this.memory.view, expanded: reply.expanded, collapsed: reply.collapsed };
    this.events.onMemory();
    let anchorRow = reply.anchorRow;
    if (selected !== this.memory.selected || anchorRow < 0) {
      anchorRow = (await this.requestView(this.memory.selected)).anchorRow;
    }
    await this.commit({ ...reply, anchorRow }, this.list.offset);
  }

  /** Swaps the rows once those that will be in the window are here, so that nothing flickers. */
  private async commit(summary: ViewSummary, offset: number): Promise<void> {
    const source = new RowSource(
      summary.revision,
      summary.rowCount,
      (start, end) => this.host.request('rows', { view: this.view, start, end }),
      () => this.rowsArrived(),
    );
    const first = Math.max(0, Math.floor(offset / rowHeight) - 10);
    const last = Math.max(0, summary.rowCount - this.list.pageRows - 10);
    const start = Math.min(first, last);
    await source.load(start, start + this.list.pageRows + 24);
    if (summary.anchorRow >= 0) await source.row(summary.anchorRow);
    this.summary = summary;
    this.grid.show(source, this.memory.view, summary.anchorRow, offset);
    this.remember();
    this.events.onSelect(this.memory.selected);
    this.events.onView(summary, null);
  }

  /**
   * The row that stays where it is on the screen: the selected one when it is visible, else the topmost when
   * the rows stay `similar`, else the selected one again, to be found among others.
   */
  private anchor(similar: boolean): {
    readonly key: string | null;
    readonly y: number;
    readonly selected: boolean;
  } {
    const { start, end } = this.list.visibleRange();
    const offset = this.list.offset;
    const { selected } = this.memory;
    if (selected !== null && this.grid.selected >= start && this.grid.selected < end) {
      return { key: selected, y: this.grid.selected * rowHeight - offset, selected: true };
    }
    if (selected !== null && !similar) return { key: selected, y: rowHeight * 4, selected: true };
    return { key: this.source.get(start)?.key ?? null, y: start * rowHeight - offset, selected: false };
  }

  private async firstMatch(): Promise<void> {
    const body = { view: this.view, from: -1, backwards: false };
    const { row } = await this.host.request('nextMatch', body);
    if (row >= 0) this.list.show(row);
  }

  // Selection and keys

  private async select(index: number): Promise<void> {
    const row = await this.source.row(index);
    if (row === undefined) return;
    this.memory.selected = row.key;
    this.grid.select(index);
    this.remember();
    this.events.onSelect(row.key);
  }

  private key(event: KeyboardEvent): void {
    const action = this.keyboard.action(event);
    if (action === null) return;
    event.preventDefault();
    this.changes.then(() => actOnKey(this.keyTarget, action)).catch(this.events.onError);
  }

  private get keyTarget(): KeyTarget {
    return {
      rows: this.source,
      selectedIndex: this.grid.selected,
      selected: this.selected,
      firstVisible: this.list.visibleRange().start,
      pageRows: this.list.pageRows,
      select: (index) => this.select(index),
      toggle: (row, expanded) => this.toggle(row, expanded),
      expandAll: (keys) => this.expandAlso(keys),
      activateLeaf: () => this.events.onActivateLeaf(),
      leave: () => this.events.onLeave(),
    };
  }

  private expandAlso(keys: readonly string[]): Promise<void> {
    const { expanded, collapsed } = this.memory.view;
    return this.setView({
      expanded: [...new Set([...expanded, ...keys])],
      collapsed: collapsed.filter((key) => !keys.includes(key)),
    });
  }

  private rowsArrived(): void {
    this.list.schedule();
    this.remember();
  }

  private remember(): void {
    const { start } = this.list.visibleRange();
    const row = this.source.get(start);
    if (row !== undefined) this.memory.top = { key: row.key, offset: this.list.offset - start * rowHeight };
    this.events.onMemory();
  }
}
