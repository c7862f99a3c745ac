import type { Row } from '../../src/protocol/messages';
import { collapsedSiblings, findByName, parentIndex } from './navigation';
import type { RowSource } from './rowSource';
import type { TreeAction } from './treeKeyboard';

/** What keys do to an outline. */
export interface KeyTarget {
  readonly rows: RowSource;
  readonly selectedIndex: number;
  /** Undefined while the selected row is on its way, or none is. */
  readonly selected: Row | undefined;
  readonly firstVisible: number;
  readonly pageRows: number;
  select(index: number): Promise<void>;
  toggle(row: Row, expanded: boolean): Promise<void>;
  expandAll(keys: readonly string[]): Promise<void>;
  activateLeaf(): void;
  leave(): void;
}

/** Does what a key asks for, per the ARIA practices for tree grids. */
export async function actOnKey(target: KeyTarget, action: TreeAction): Promise<void> {
  const { rowCount } = target.rows;
  if (action.type === 'leave') return target.leave();
  if (rowCount === 0) return;
  const current = target.selectedIndex;
  const clamp = (index: number) => Math.max(0, Math.min(rowCount - 1, index));
  switch (action.type) {
    case 'move':
      return target.select(clamp(current < 0 ? target.firstVisible : current + action.by));
    case 'page':
      return target.select(clamp(Math.max(0, current) + action.by * (target.pageRows - 1)));
    case 'first':
      return target.select(0);
    case 'last':
      return target.select(rowCount - 1);
    case 'typeahead': {
      // One letter moves on; more letters narrow down what is selected.
      const from = Math.max(0, current + (action.prefix.length === 1 ? 1 : 0)) % rowCount;
      const found = await findByName(target.rows, from, action.prefix);
      return found >= 0 ? target.select(found) : undefined;
    }
    default:
      return actOnRow(target, action.type);
  }
}

async function actOnRow(
  target: KeyTarget,
  type: 'open' | 'close' | 'activate' | 'expandSiblings',
): Promise<void> {
  const row = target.selected;
  if (row === undefined) return target.select(0);
  switch (type) {
    case 'open':
      if (row.expandable && !row.expanded) return target.toggle(row, true);
      return row.expandable ? target.select(row.index + 1) : undefined;
    case 'close': {
      if (row.expandable && row.expanded) return target.toggle(row, false);
      const parent = await parentIndex(target.rows, row);
      return parent >= 0 ? target.select(parent) : undefined;
    }
    case 'activate':
      return row.expandable ? target.toggle(row, !row.expanded) : target.activateLeaf();
    case 'expandSiblings':
      return target.expandAll(await collapsedSiblings(target.rows, row));
  }
}
