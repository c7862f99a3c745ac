/** Height of a row in CSS pixels; VS Code's own trees use the same. */
export const rowHeight = 22;
/** Browsers cut elements off near 2^25 px (Chromium 33,554,428; Firefox 17,895,697): stay below. */
const maxHeight = 16_000_000;
/** Rows drawn above and below the window, so that a short scroll shows no gap. */
const overscan = 6;

/** Draws one row into a reused element. */
export interface RowPainter<E extends { readonly element: HTMLElement }> {
  create(): E;
  paint(target: E, index: number): void;
  /** The element is taken out of sight until it is painted again. */
  release(target: E): void;
}

/**
 * A list that holds only the elements in its window, for any number of rows. Beyond `maxHeight` the
 * scroll bar is scaled: its ends are exact, and one pixel of it stands for more than one of the list.
 */
export class VirtualList<E extends { readonly element: HTMLElement }> {
  readonly body = document.createElement('div');
  private readonly drawn = new Map<number, E>();
  private readonly spare: E[] = [];
  private count = 0;
  private frame = 0;

  constructor(
    private readonly scroller: HTMLElement,
    /** Height of what is stuck to the top of the scroller, in pixels. */
    private readonly headHeight: number,
    private readonly painter: RowPainter<E>,
    private readonly onScroll: () => void,
  ) {
    this.body.className = 'list-body';
    this.body.setAttribute('role', 'rowgroup');
    scroller.append(this.body);
    scroller.addEventListener('scroll', () => {
      this.schedule();
      this.onScroll();
    });
    new ResizeObserver(() => this.schedule()).observe(scroller);
  }

  get rowCount(): number {
    return this.count;
  }

  set rowCount(count: number) {
    this.count = count;
    this.body.style.height = `${Math.min(count * rowHeight, maxHeight)}px`;
  }

  /** Offset of the window's top edge in the whole list, in unscaled pixels. */
  get offset(): number {
    const { scrollable, range } = this.extent();
    return scrollable <= 0 ? 0 : (Math.min(this.scroller.scrollTop, scrollable) / scrollable) * range;
  }

  set offset(value: number) {
    const { scrollable, range } = this.extent();
    this.scroller.scrollTop = range <= 0 ? 0 : (Math.max(0, Math.min(value, range)) / range) * scrollable;
    this.draw();
  }

  /** Rows that a page holds. */
  get pageRows(): number {
    return Math.max(1, Math.floor(this.windowHeight() / rowHeight));
  }

  /** First and last row, exclusive, that are wholly or partly in the window. */
  visibleRange(): { readonly start: number; readonly end: number } {
    const start = Math.max(0, Math.floor(this.offset / rowHeight));
    return { start, end: Math.min(this.count, start + Math.ceil(this.windowHeight() / rowHeight) + 1) };
  }

  /** Scrolls as little as needed to show the row; to the middle when it is far away. */
  show(index: number): void {
    const top = index * rowHeight;
    const offset = this.offset;
    const height = this.windowHeight();
    if (top >= offset && top + rowHeight <= offset + height) return;
    const far = top < offset - height || top > offset + 2 * height;
    if (far) this.offset = top - (height - rowHeight) / 2;
    else this.offset = top < offset ? top : top + rowHeight - height;
  }

  /** Draws again, now; every drawn row is painted. */
  draw(): void {
    cancelAnimationFrame(this.frame);
    this.frame = 0;
    const { start, end } = this.visibleRange();
    const from = Math.max(0, start - overscan);
    const to = Math.min(this.count, end + overscan);
    for (const [index, row] of this.drawn) {
      if (index >= from && index < to) continue;
      this.drawn.delete(index);
      this.spare.push(row);
      this.painter.release(row);
    }
    const shift = this.scroller.scrollTop - this.offset;
    for (let index = from; index < to; index++) this.place(index, shift);
    for (const row of this.spare) row.element.style.display = 'none';
  }

  elementAt(index: number): E | undefined {
    return this.drawn.get(index);
  }

  schedule(): void {
    if (this.frame === 0) this.frame = requestAnimationFrame(() => this.draw());
  }

  private place(index: number, shift: number): void {
    let row = this.drawn.get(index);
    if (row === undefined) {
      row = this.spare.pop() ?? this.painter.create();
      if (row.element.parentNode === null) this.body.append(row.element);
      row.element.style.display = '';
      this.drawn.set(index, row);
    }
    row.element.style.transform = `translateY(${index * rowHeight + shift}px)`;
    this.painter.paint(row, index);
  }

  private windowHeight(): number {
    return Math.max(0, this.scroller.clientHeight - this.headHeight);
  }

  /** How far the scroll bar and the list itself can move. */
  private extent(): { readonly scrollable: number; readonly range: number } {
    const height = this.windowHeight();
    return {
      scrollable: Math.min(this.count * rowHeight, maxHeight) - height,
      range: this.count * rowHeight - height,
    };
  }
}
