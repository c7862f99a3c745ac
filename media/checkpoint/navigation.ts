import type { Row } from '../../src/protocol/messages';
import type { RowSource } from './rowSource';

/** Rows looked through for a typed name, from the selected one on. */
const typeaheadReach = 5000;
/** Rows looked through for siblings to expand. */
const siblingReach = 2000;

/**
 * Index of the row's parent, −1 for a row at the root. Leaps over groups of siblings by their
 * positions, so that the parent of the last of 100,000 siblings is found with one more page.
 */
export async function parentIndex(source: RowSource, row: Row): Promise<number> {
  if (row.depth === 0) return -1;
  let current: Row | undefined = row;
  while (current !== undefined && current.depth >= row.depth) {
    // At least this many rows precede it among its siblings; all of them belong to the same parent.
    current = await source.row(current.index - Math.max(1, current.position));
  }
  return current?.index ?? -1;
}

/** The next row, wrapping around, whose name starts with `prefix` (lower case); −1 when none does. */
export async function findByName(source: RowSource, from: number, prefix: string): Promise<number> {
  const reach = Math.min(source.rowCount, typeaheadReach);
  for (let step = 0; step < reach; step++) {
    const index = (from + step) % source.rowCount;
    const row = source.get(index) ?? (await source.row(index));
    if (row?.name.toLowerCase().startsWith(prefix) === true) return index;
  }
  return -1;
}

/** Keys of the row's siblings (itself included) that can be expanded and are not. */
export async function collapsedSiblings(source: RowSource, row: Row): Promise<readonly string[]> {
  const keys: string[] = [];
  const first = (await parentIndex(source, row)) + 1;
  const last = Math.min(source.rowCount, first + siblingReach);
  for (let index = first; index < last; index++) {
    const sibling = source.get(index) ?? (await source.row(index));
    if (sibling === undefined || sibling.depth < row.depth) break;
    if (sibling.depth === row.depth && sibling.expandable && !sibling.expanded) keys.push(sibling.key);
  }
  return keys;
}
