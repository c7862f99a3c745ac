import type { Row, SortColumn, ViewState, ViewSummary, WorkerRequests } from '../../src/protocol/messages';
import { element } from '../shared/dom';
import type { HostConnection } from '../shared/rpc';
import { text } from '../shared/texts';
import { ColumnHead, type ColumnWidths, columns, defaultWidths, layOutColumns } from './columns';
import { titleCutName } from './cutName';
import type { EditorMemory } from './editorMemory';
import { actOnKey, type KeyTarget } from './outlineKeys';
import { RowElement } from './rowElement';
import { RowSource } from './rowSource';
import { TreeKeyboard } from './treeKeyboard';
import { VirtualList, rowHeight } from './virtualList';

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
 * The tree or table: rows by range from the worker, one selection, the keys of a tree grid. Changes of
 * the view run one after the other, each from the state that the one before left.
 */
export class Outline {
  readonly element = element('div', 'outline');
  private readonly list: VirtualList<RowElement>;
  private readonly head: ColumnHead;
  private readonly empty = element('p', 'outline-empty');
  private readonly keyboard = new TreeKeyboard();
  private source = new RowSource(
    -1,
    0,
    () => Promise.resolve({ revision: -1, rows: [] }),
    () => undefined,
  );
  private summary: ViewSummary | null = null;
  private changes: Promise<void> = Promise.resolve();
  private pendingViews = 0;
  private selectedIndex = -1;

  constructor(
    private readonly host: HostConnection,
    private readonly view: string,
    private readonly memory: EditorMemory,
    private readonly events: OutlineEvents,
  ) {
    const grid = this.element;
    grid.tabIndex = 0;
    grid.setAttribute('aria-label', text('editor.outline'));
    grid.setAttribute('aria-colcount', String(columns.length));
    grid.dataset['vscodeContext'] = JSON.stringify({
      webviewSection: 'rows',
      preventDefaultContextMenuItems: true,
    });
    this.head = new ColumnHead(
      (column) => this.sortBy(column),
      (column, width) => this.resizeColumn({ ...this.memory.widths, [column]: width }),
      (column) => this.memory.widths[column],
    );
    grid.append(this.head.element);
    this.list = new VirtualList<RowElement>(
      grid,
      rowHeight + 2,
      {
        create: () => new RowElement(),
        paint: (row, index) => this.paint(row, index),
        release: (row) => row.release(),
      },
      () => this.scrolled(),
    );
    this.empty.hidden = true;
    grid.append(this.empty);
    grid.addEventListener('keydown', (event) => this.key(event));
    grid.addEventListener('mousedown', (event) => this.pressed(event));
    grid.addEventListener('dblclick', (event) => this.doublePressed(event));
    grid.addEventListener('contextmenu', (event) => this.pressed(event), { capture: true });
    grid.addEventListener('pointerover', (event) => titleCutName(event, this.source.get(rowAt(event))));
    new ResizeObserver(() => this.layOut()).observe(grid);
  }

  get selected(): Row | undefined {
    return this.source.get(this.selectedIndex);
  }

  focus(): void {
    this.element.focus();
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
    const from = this.selectedIndex;
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
    this.source = source;
    this.summary = summary;
    this.selectedIndex = summary.anchorRow;
    this.list.rowCount = summary.rowCount;
    this.describe();
    this.list.offset = offset;
    this.remember();
    this.events.onSelect(this.memory.selected);
    this.events.onView(summary, null);
  }

  private describe(): void {
    const { mode, filter, sort } = this.memory.view;
    this.element.setAttribute('role', mode === 'tree' ? 'treegrid' : 'grid');
    this.element.setAttribute('aria-rowcount', String(this.source.rowCount + 1));
    this.element.classList.toggle('table', mode === 'table');
    this.empty.hidden = this.source.rowCount > 0;
    this.empty.textContent = text(filter.trim() === '' ? 'editor.noRows' : 'editor.noMatches');
    this.head.update(sort, this.layOut());
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
    if (selected !== null && this.selectedIndex >= start && this.selectedIndex < end) {
      return { key: selected, y: this.selectedIndex * rowHeight - offset, selected: true };
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
    this.selectedIndex = index;
    this.memory.selected = row.key;
    this.list.show(index);
    this.list.draw();
    this.remember();
    this.events.onSelect(row.key);
  }

  private key(event: KeyboardEvent): void {
    // Keys on a column's button belong to the button.
    if (event.target !== this.element) return;
    const action = this.keyboard.action(event);
    if (action === null) return;
    event.preventDefault();
    this.changes.then(() => actOnKey(this.keyTarget, action)).catch(this.events.onError);
  }

  private get keyTarget(): KeyTarget {
    return {
      rows: this.source,
      selectedIndex: this.selectedIndex,
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

  private pressed(event: MouseEvent): void {
    const index = rowAt(event);
    if (index < 0) return;
    const row = this.source.get(index);
    if (row === undefined) return;
    const onTwisty = event.target instanceof Element && event.target.closest('.twisty') !== null;
    if (onTwisty && event.button === 0 && row.expandable) {
      void this.toggle(row, !row.expanded, event.altKey);
      return;
    }
    this.select(index).catch(this.events.onError);
  }

  private doublePressed(event: MouseEvent): void {
    const row = this.source.get(rowAt(event));
    const onTwisty = event.target instanceof Element && event.target.closest('.twisty') !== null;
    if (row?.expandable === true && !onTwisty) void this.toggle(row, !row.expanded);
  }

  // Drawing

  private paint(target: RowElement, index: number): void {
    const row = this.source.get(index);
    if (row === undefined) void this.source.load(index, index + 1);
    target.paint(index, row, index === this.selectedIndex, this.memory.view.mode === 'tree');
    if (index === this.selectedIndex) this.element.setAttribute('aria-activedescendant', target.element.id);
  }

  private scrolled(): void {
    const { start, end } = this.list.visibleRange();
    if (this.selectedIndex < start || this.selectedIndex >= end) {
      // The element of the selected row may be gone or show another row.
      if (this.list.elementAt(this.selectedIndex) === undefined) {
        this.element.removeAttribute('aria-activedescendant');
      }
    }
    this.remember();
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

  private resizeColumn(widths: ColumnWidths): void {
    this.memory.widths = widths ?? defaultWidths;
    this.head.update(this.memory.view.sort, this.layOut());
    this.events.onMemory();
  }

  private layOut(): ReadonlySet<SortColumn> {
    const { shown, template } = layOutColumns(this.element.clientWidth, this.memory.widths);
    this.element.style.setProperty('--columns', template);
    for (const column of columns) this.element.classList.toggle(`without-${column}`, !shown.has(column));
    return shown;
  }
}

function rowAt(event: Event): number {
  if (!(event.target instanceof Element)) return -1;
  const line = event.target.closest<HTMLElement>('.list-body > .row');
  return line === null ? -1 : Number(line.dataset['index'] ?? -1);
}
