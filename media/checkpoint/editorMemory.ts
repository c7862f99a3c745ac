import type { SortColumn, ViewState } from '../../src/protocol/messages';
import type { HostPort } from '../shared/rpc';
import { columns, type ColumnWidths, defaultWidths } from './columns';

export type DetailsPlacement = 'auto' | 'right' | 'below' | 'hidden';

/** What an editor shows, kept by VS Code over a reload of the window and while the tab is hidden. */
export interface EditorMemory {
  view: ViewState;
  /** Key of the selected node. */
  selected: string | null;
  /** First visible row and the pixels that are scrolled past its top. */
  top: { readonly key: string; readonly offset: number } | null;
  widths: ColumnWidths;
  details: DetailsPlacement;
  /** The safety view stands in the place of the rows. */
  safety: boolean;
  /** What the host wants to find again, as it is. */
  origin: string | null;
  /** Size of the details pane in pixels, by placement; null until a person chose one. */
  detailsWidth: number | null;
  detailsHeight: number | null;
}

export interface MemoryDefaults {
  readonly mode: ViewState['mode'];
  readonly foldRuns: boolean;
  readonly details: DetailsPlacement;
}

/** The memory as saved; whatever is missing or of the wrong kind gets its default. */
export function recall(port: HostPort, defaults: MemoryDefaults, origin: string | null): EditorMemory {
  const saved = record(port.getState());
  const view = record(saved['view']);
  return {
    view: {
      mode: view['mode'] === 'tree' || view['mode'] === 'table' ? view['mode'] : defaults.mode,
      filter: typeof view['filter'] === 'string' ? view['filter'] : '',
      sort: sortOf(record(view['sort'])),
      foldRuns: typeof view['foldRuns'] === 'boolean' ? view['foldRuns'] : defaults.foldRuns,
      expanded: strings(view['expanded']),
      collapsed: strings(view['collapsed']),
    },
    selected: typeof saved['selected'] === 'string' ? saved['selected'] : null,
    top: topOf(record(saved['top'])),
    widths: widthsOf(record(saved['widths'])),
    origin,
    safety: saved['safety'] === true,
    details: placementOf(saved['details']) ?? defaults.details,
    detailsWidth: size(saved['detailsWidth']),
    detailsHeight: size(saved['detailsHeight']),
  };
}

/** Saves at most so often, in milliseconds: scrolling changes the memory with every frame. */
const saveInterval = 150;

/** Saves the memory at once, unless it was just saved: a tab that is hidden is taken down without notice. */
export class MemoryKeeper {
  private timer: ReturnType<typeof setTimeout> | undefined;
  private changed = false;

  constructor(
    private readonly port: HostPort,
    readonly memory: EditorMemory,
  ) {}

  save(): void {
    if (this.timer !== undefined) {
      this.changed = true;
      return;
    }
    this.changed = false;
    this.port.setState(this.memory);
    this.timer = setTimeout(() => {
      this.timer = undefined;
      if (this.changed) this.save();
    }, saveInterval);
  }
}

function record(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? { ...value } : {};
}

function strings(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.filter((item) => typeof item === 'string') : [];
}

function size(value: unknown): number | null {
  return typeof value === 'number' && value >= 80 && value <= 4000 ? value : null;
}

function sortOf(saved: Record<string, unknown>): ViewState['sort'] {
  const column = columns.find((name) => name === saved['column']);
  return column === undefined ? null : { column, descending: saved['descending'] === true };
}

function topOf(saved: Record<string, unknown>): EditorMemory['top'] {
  const { key, offset } = saved;
  return typeof key === 'string' && typeof offset === 'number' ? { key, offset } : null;
}

function widthsOf(saved: Record<string, unknown>): ColumnWidths {
  const width = (column: Exclude<SortColumn, 'name'>) => {
    const value = saved[column];
    return typeof value === 'number' && value >= 40 && value <= 1000 ? value : defaultWidths[column];
  };
  return {
    shape: width('shape'),
    dtype: width('dtype'),
    elements: width('elements'),
    bytes: width('bytes'),
    share: width('share'),
  };
}

function placementOf(value: unknown): DetailsPlacement | undefined {
  return value === 'auto' || value === 'right' || value === 'below' || value === 'hidden' ? value : undefined;
}
