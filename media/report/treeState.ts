import type { PageNode } from '../../src/protocol/checkPage';

/**
 * Whether a module is open before a person says so: where it is the only way to what is wrong. A module that
 * has a reason says all by itself.
 *
 * @param fine the state of keys that nothing is wrong with
 */
export function openByDefault<State extends string>(node: PageNode<State>, fine: State): boolean {
  const kinds = Object.keys(node.counts);
  return node.why === null && kinds.some((state) => state !== fine) && kinds.length > 1;
}

/** Indexes of the rows to draw: closed modules hide what is below them, unwanted ones are left out whole. */
export function visibleRows<State extends string>(
  nodes: readonly PageNode<State>[],
  isOpen: (node: PageNode<State>) => boolean,
  isWanted: (node: PageNode<State>, index: number) => boolean,
): number[] {
  const shown: number[] = [];
  for (let index = 0; index < nodes.length;) {
    const node = nodes[index];
    if (node === undefined) break;
    if (!isWanted(node, index)) {
      index += node.below + 1;
      continue;
    }
    shown.push(index);
    index += node.leaf === null && !isOpen(node) ? node.below + 1 : 1;
  }
  return shown;
}

/** Indexes of the keys whose names contain every word, and of the modules above them. */
export function matchingRows<State extends string>(
  nodes: readonly PageNode<State>[],
  words: readonly string[],
): ReadonlySet<number> {
  const matching = new Set<number>();
  const above: number[] = [];
  nodes.forEach(({ depth, leaf }, index) => {
    above.length = depth;
    above[depth] = index;
    const key = leaf?.key.toLowerCase();
    if (key !== undefined && words.every((word) => key.includes(word))) {
      for (const one of above) matching.add(one);
    }
  });
  return matching;
}
