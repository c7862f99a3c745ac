import type { Row } from '../../src/protocol/messages';

/** Rows fetched at once; larger than any window of rows, small enough to arrive within a frame or two. */
const pageSize = 128;
/** Pages kept; 100 pages are about 10 MB of rows. The oldest go first. */
const maxPages = 100;

export type FetchRows = (
  start: number,
  end: number,
) => Promise<{ readonly revision: number; readonly rows: readonly Row[] }>;

/**
 * The rows of one state of the view, fetched by range and cached by page. A changed view gets a new
 * source: rows of two states are never mixed.
 */
export class RowSource {
  private readonly pages = new Map<number, readonly Row[]>();
  private readonly loading = new Map<number, Promise<void>>();
  private retired = false;

  constructor(
    readonly revision: number,
    readonly rowCount: number,
    private readonly fetchRows: FetchRows,
    /** Called after rows arrived. */
    private readonly onRows: () => void,
  ) {}

  get(index: number): Row | undefined {
    return this.pages.get(Math.floor(index / pageSize))?.[index % pageSize];
  }

  /** Fetches what is missing of [start, end); resolves when it is there. */
  async load(start: number, end: number): Promise<void> {
    if (this.retired) return;
    const last = Math.min(end, this.rowCount) - 1;
    const waits: Promise<void>[] = [];
    for (let page = Math.floor(Math.max(0, start) / pageSize); page * pageSize <= last; page++) {
      if (this.pages.has(page)) continue;
      waits.push(this.loading.get(page) ?? this.loadPage(page));
    }
    await Promise.all(waits);
  }

  async row(index: number): Promise<Row | undefined> {
    if (index < 0 || index >= this.rowCount) return undefined;
    await this.load(index, index + 1);
    return this.get(index);
  }

  /** The view is about to change: what is asked for now would be answered for the next state. */
  retire(): void {
    this.retired = true;
  }

  /** The change failed: this state is still the current one. */
  revive(): void {
    this.retired = false;
  }

  private loadPage(page: number): Promise<void> {
    const start = page * pageSize;
    const wait = this.fetchRows(start, Math.min(start + pageSize, this.rowCount))
      .then((reply) => {
        if (this.retired || reply.revision !== this.revision) return;
        this.pages.set(page, reply.rows);
        if (this.pages.size > maxPages) {
          const oldest = this.pages.keys().next();
          if (oldest.done !== true) this.pages.delete(oldest.value);
        }
        this.onRows();
      })
      // A failed page stays missing and is asked for again when it is next shown.
      .catch(() => undefined)
      .finally(() => this.loading.delete(page));
    this.loading.set(page, wait);
    return wait;
  }
}
