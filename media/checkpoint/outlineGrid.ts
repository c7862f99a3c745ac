import type { Row, SortColumn, ViewState } from '../../src/protocol/messages';
import { element } from '../shared/dom';
import { text } from '../shared/texts';
import { ColumnHead, type ColumnWidths, columns, defaultWidths, layOutColumns, widthsFor } from './columns';
import { titleCutName } from './cutName';
import type { EditorMemory } from './editorMemory';
import { RowElement } from './rowElement';
import { RowSource } from './rowSource';
import { VirtualList, rowHeight } from './virtualList';

export interface GridEvents {
  readonly onKey: (event: KeyboardEvent) => void;
  /** A row was pressed, also for its context menu. */
  readonly onPress: (row: Row) => void;
  readonly onTwisty: (row: Row, deep: boolean) => void;
  readonly onDoublePress: (row: Row) => void;
  readonly onSort: (column: SortColumn) => void;
  /** What the window shows moved or changed. */
  readonly onScroll: () => void;
  readonly onMemory: () => void;
}

/** The tree or table on the screen: a head of columns, the rows in the window, and what the pointer does to them. */
export class OutlineGrid {
  readonly element = element('div', 'outline');
  readonly list: VirtualList<RowElement>;
  private readonly head: ColumnHead;
  private readonly empty = element('p', 'outline-empty');
  private source = noRows();
  private selectedIndex = -1;
  private fitting = defaultWidths;
  private height = 0;

  constructor(
    private readonly memory: EditorMemory,
    private readonly events: GridEvents,
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
      (column) => events.onSort(column),
      (column, width) => this.resizeColumn({ ...memory.widths, [column]: width }),
      (column) => this.widths[column],
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
    grid.addEventListener('pointerover', (event) => titleCutName(event, this.rowAt(event)));
    new ResizeObserver(() => this.resized()).observe(grid);
  }

  /** The rows that are shown. */
  get rows(): RowSource {
    return this.source;
  }

  /** −1 when no row is selected. */
  get selected(): number {
    return this.selectedIndex;
  }

  /** The dtypes that the document has: their column is as wide as the longest, until a person sizes it. */
  fit(dtypes: readonly string[]): void {
    this.fitting = widthsFor(dtypes);
  }

  /** Shows other rows, from `offset` (pixels of the whole list) on. */
  show(source: RowSource, view: ViewState, selected: number, offset: number): void {
    this.source = source;
    this.selectedIndex = selected;
    this.list.rowCount = source.rowCount;
    const { mode, filter, sort } = view;
    this.element.setAttribute('role', mode === 'tree' ? 'treegrid' : 'grid');
    this.element.setAttribute('aria-rowcount', String(source.rowCount + 1));
    this.element.classList.toggle('table', mode === 'table');
    this.empty.hidden = source.rowCount > 0;
    this.empty.textContent = text(filter.trim() === '' ? 'editor.noRows' : 'editor.noMatches');
    this.head.update(sort, this.layOut());
    this.list.offset = offset;
  }

  /** Selects a row and scrolls it into the window. */
  select(index: number): void {
    this.selectedIndex = index;
    this.list.show(index);
    this.list.draw();
  }

  private key(event: KeyboardEvent): void {
    // Keys on a column's button belong to the button.
    if (event.target === this.element) this.events.onKey(event);
  }

  private pressed(event: MouseEvent): void {
    const row = this.rowAt(event);
    if (row === undefined) return;
    if (isOnTwisty(event) && event.button === 0 && row.expandable) this.events.onTwisty(row, event.altKey);
    else this.events.onPress(row);
  }

  private doublePressed(event: MouseEvent): void {
    const row = this.rowAt(event);
    if (row !== undefined && !isOnTwisty(event)) this.events.onDoublePress(row);
  }

  private rowAt(event: Event): Row | undefined {
    if (!(event.target instanceof Element)) return undefined;
    const line = event.target.closest<HTMLElement>('.list-body > .row');
    return line === null ? undefined : this.source.get(Number(line.dataset['index'] ?? -1));
  }

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
    this.events.onScroll();
  }

  private resizeColumn(widths: ColumnWidths): void {
    this.memory.widths = widths;
    this.head.update(this.memory.view.sort, this.layOut());
    this.events.onMemory();
  }

  private get widths(): ColumnWidths {
    const { widths } = this.memory;
    return widths.dtype === defaultWidths.dtype ? { ...widths, dtype: this.fitting.dtype } : widths;
  }

  private resized(): void {
    this.layOut();
    const { clientHeight } = this.element;
    const top = this.selectedIndex * rowHeight - this.list.offset;
    const wasShown = top >= 0 && top < this.height;
    // The details may come to lie over the row that they are about.
    if (wasShown && clientHeight > 0 && clientHeight < this.height) this.list.show(this.selectedIndex);
    this.height = clientHeight;
  }

  private layOut(): ReadonlySet<SortColumn> {
    const { shown, template } = layOutColumns(this.element.clientWidth, this.widths);
    this.element.style.setProperty('--columns', template);
    for (const column of columns) this.element.classList.toggle(`without-${column}`, !shown.has(column));
    return shown;
  }
}

function noRows(): RowSource {
  return new RowSource(
    -1,
    0,
    () => Promise.resolve({ revision: -1, rows: [] }),
    () => undefined,
  );
}

function isOnTwisty(event: MouseEvent): boolean {
  return event.target instanceof Element && event.target.closest('.twisty') !== null;
}
