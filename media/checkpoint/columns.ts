import type { SortColumn, ViewState } from '../../src/protocol/messages';
import { element } from '../shared/dom';
import { icon, redraw } from '../shared/icons';
import { text } from '../shared/texts';

export const columns = ['name', 'shape', 'dtype', 'elements', 'bytes', 'share'] as const;

/** The order in which columns give way when the name has less than so many pixels. */
const dropOrder = [
  ['share', 200],
  ['bytes', 190],
  ['elements', 170],
  ['dtype', 120],
] as const;
const limits = { smallest: 48, largest: 600 } as const;

export type ColumnWidths = Readonly<Record<Exclude<SortColumn, 'name'>, number>>;
export const defaultWidths: ColumnWidths = { shape: 140, dtype: 80, elements: 116, bytes: 92, share: 88 };

/** Pixels beside the text of a cell, and of one letter at most in VS Code's usual sizes. */
const cellPadding = 18;
const letterWidth = 7.4;

/** The default widths, with room for the longest dtype (`float8_e4m3fn`). */
export function widthsFor(dtypes: readonly string[]): ColumnWidths {
  const longest = Math.max(0, ...dtypes.map((dtype) => dtype.length));
  return {
    ...defaultWidths,
    dtype: Math.max(defaultWidths.dtype, cellPadding + Math.ceil(longest * letterWidth)),
  };
}

/** Which columns fit, and the grid template of head and rows. */
export function layOutColumns(
  available: number,
  widths: ColumnWidths,
): { readonly shown: ReadonlySet<SortColumn>; readonly template: string } {
  const shown = new Set<SortColumn>(columns);
  const used = () => {
    let sum = 0;
    for (const column of shown) if (column !== 'name') sum += widths[column];
    return sum;
  };
  for (const [column, minimumName] of dropOrder) {
    if (available - used() >= minimumName) break;
    shown.delete(column);
  }
  const template = columns
    .map((column) => {
      if (column === 'name') return 'minmax(0, 1fr)';
      return shown.has(column) ? `${widths[column]}px` : '0px';
    })
    .join(' ');
  return { shown, template };
}

/** The head of the table: sorts by click, Enter and Space, and holds the handles that size columns. */
export class ColumnHead {
  readonly element = element('div', 'column-head');
  private readonly cells = new Map<SortColumn, { cell: HTMLElement; arrow: SVGSVGElement }>();

  constructor(
    private readonly onSort: (column: SortColumn) => void,
    private readonly onResize: (column: Exclude<SortColumn, 'name'>, width: number) => void,
    private readonly widthOf: (column: Exclude<SortColumn, 'name'>) => number,
  ) {
    this.element.setAttribute('role', 'rowgroup');
    const row = element('div', 'row head-row');
    row.setAttribute('role', 'row');
    row.setAttribute('aria-rowindex', '1');
    columns.forEach((column, index) => row.append(this.makeCell(column, index)));
    this.element.append(row);
  }

  update(sort: ViewState['sort'], shown: ReadonlySet<SortColumn>): void {
    for (const [column, { cell, arrow }] of this.cells) {
      const sorted = sort?.column === column;
      const direction = sorted ? (sort.descending ? 'descending' : 'ascending') : 'none';
      cell.setAttribute('aria-sort', direction);
      cell.classList.toggle('hidden', !shown.has(column));
      redraw(arrow, sorted && sort.descending ? 'down' : 'up');
    }
  }

  private makeCell(column: SortColumn, index: number): HTMLElement {
    const arrow = icon('up');
    arrow.classList.add('sort-arrow');
    const label = element('span', 'head-label', text(`editor.column.${column}`));
    const sorter = element('button', 'head-button', label, arrow);
    sorter.type = 'button';
    sorter.title = text('editor.sortBy', text(`editor.column.${column}`));
    sorter.addEventListener('click', () => this.onSort(column));
    const cell = element('div', `cell ${column}`, sorter);
    cell.setAttribute('role', 'columnheader');
    cell.setAttribute('aria-colindex', String(index + 1));
    // The left edge of a column is its handle: the name takes what the others leave.
    if (column !== 'name') cell.append(this.makeHandle(column));
    this.cells.set(column, { cell, arrow });
    return cell;
  }

  private makeHandle(column: Exclude<SortColumn, 'name'>): HTMLElement {
    const handle = element('div', 'column-handle');
    handle.setAttribute('aria-hidden', 'true');
    handle.addEventListener('dblclick', () => this.onResize(column, defaultWidths[column]));
    handle.addEventListener('pointerdown', (down) => {
      down.preventDefault();
      handle.setPointerCapture(down.pointerId);
      const width = this.widthOf(column);
      const move = (event: PointerEvent) => {
        const wanted = width - (event.clientX - down.clientX);
        this.onResize(column, Math.max(limits.smallest, Math.min(limits.largest, wanted)));
      };
      const end = () => {
        handle.removeEventListener('pointermove', move);
        handle.classList.remove('active');
      };
      handle.classList.add('active');
      handle.addEventListener('pointermove', move);
      handle.addEventListener('lostpointercapture', end, { once: true });
    });
    return handle;
  }
}
