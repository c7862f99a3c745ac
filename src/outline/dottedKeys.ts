import type { Child } from '../checkpoint/content';
import { outlineLimits } from './limits';

/** Keys that go on with the same part: the indices of the children that have them. */
export interface KeyGroup {
  readonly label: string;
  readonly entries: number[];
}

/** A dict whose keys torch could have made: mostly tensors, at least one dotted key. */
export function isStateDict(children: readonly Child[]): boolean {
  let items = 0;
  let tensors = 0;
  let dotted = false;
  for (const child of children) {
    if (child.role !== 'item') continue;
    items++;
    if (child.content.type !== 'tensor') continue;
    tensors++;
    dotted ||= typeof child.name === 'string' && child.name.includes('.');
  }
  return dotted && tensors * 2 >= items;
}

/**
 * Children of a state_dict by the next part of their keys, behind `offset`: groups of those whose keys go on,
 * the index of each whose key ends here, in the order of the file.
 */
export function splitKeys(
  children: readonly Child[],
  entries: readonly number[],
  offset: number,
  parts: number,
): (KeyGroup | number)[] {
  const order: (KeyGroup | number)[] = [];
  const groups = new Map<string, KeyGroup>();
  // Keys of one module follow each other: mostly the group is the one before.
  let last: KeyGroup | null = null;
  let lastStart = '';
  for (const index of entries) {
    const child = children[index];
    if (child === undefined) continue;
    const { name } = child;
    if (typeof name !== 'string' || parts >= outlineLimits.keyParts || !isSplitKey(child, name, offset)) {
      order.push(index);
      continue;
    }
    if (last !== null && name.startsWith(lastStart, offset)) {
      last.entries.push(index);
      continue;
    }
    const dot = name.indexOf('.', offset);
    if (dot < 0) {
      order.push(index);
      continue;
    }
    const label = name.slice(offset, dot);
    let group = groups.get(label);
    if (group === undefined) {
      group = { label, entries: [] };
      groups.set(label, group);
      order.push(group);
    }
    group.entries.push(index);
    last = group;
    lastStart = `${label}.`;
  }
  return order;
}

/** A key that may be split: one of non-empty parts. `offset` is 0 or behind a dot of such a key. */
function isSplitKey(child: Child, name: string, offset: number): boolean {
  if (child.role !== 'item') return false;
  return offset > 0 || !(name.startsWith('.') || name.endsWith('.') || name.includes('..'));
}
