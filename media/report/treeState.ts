import type { PageNode } from '../../src/protocol/checkPage';

/**
 * Whether a module is open before a person says so: where it is the only way to what is wrong. A module that
 * has a reason says all by itself.
 */
export function openByDefault(node: PageNode): boolean {
  const kinds = Object.keys(node.counts);
  return node.why === null && kinds.some((state) => state !== 'loads') && kinds.length > 1;
}

/** Indexes of the rows to draw: closed modules hide what is below them, unwanted ones are left out whole. */
export function visibleRows(
  nodes: readonly PageNode[],
  isOpen: (node: PageNode) => boolean,
  isWanted: (node: PageNode) => boolean,
): number[] {
  const shown: number[] = [];
  for (let index = 0; index < nodes.length;) {
    const node = nodes[index];
    if (node === undefined) break;
    if (!isWanted(node)) {
      index += node.below + 1;
      continue;
    }
    shown.push(index);
    index += node.leaf === null && !isOpen(node) ? node.below + 1 : 1;
  }
  return shown;
}
