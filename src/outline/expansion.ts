import { keyOf, type NodeFinder } from './nodeKeys';
import type { OutlineNode } from './nodes';

/** What a person opened and closed, where it differs from the default. */
export class Expansion {
  /** Single nodes. */
  private readonly single = new Map<OutlineNode, boolean>();
  /** Nodes with everything below them; of several the nearest counts, and a single node before them. */
  private readonly deep = new Map<OutlineNode, boolean>();

  /** Reads what `keys` wrote. Keys of nodes that no longer exist are dropped. */
  static fromKeys(expanded: readonly string[], collapsed: readonly string[], finder: NodeFinder): Expansion {
    const expansion = new Expansion();
    for (const [keys, open] of [
      [expanded, true],
      [collapsed, false],
    ] as const) {
      for (const key of keys) {
        const isDeep = key.endsWith(deepSuffix);
        const node = finder.find((isDeep ? key.slice(0, -deepSuffix.length) : key) || '/');
        if (node !== null) (isDeep ? expansion.deep : expansion.single).set(node, open);
      }
    }
    return expansion;
  }

  /** Null: as by default. */
  of(node: OutlineNode): boolean | null {
    return this.single.get(node) ?? null;
  }

  /** For everything below a node; null: as above it. */
  below(node: OutlineNode): boolean | null {
    return this.deep.get(node) ?? null;
  }

  set(node: OutlineNode, open: boolean, deep: boolean): void {
    if (!deep) {
      this.single.set(node, open);
      return;
    }
    for (const states of [this.single, this.deep]) {
      for (const other of states.keys()) if (isBelow(other, node)) states.delete(other);
    }
    this.single.set(node, open);
    this.deep.set(node, open);
  }

  keys(): { expanded: string[]; collapsed: string[] } {
    const expanded: string[] = [];
    const collapsed: string[] = [];
    for (const [node, open] of this.single) (open ? expanded : collapsed).push(keyOf(node));
    for (const [node, open] of this.deep) {
      const key = keyOf(node);
      (open ? expanded : collapsed).push(`${key === '/' ? '' : key}${deepSuffix}`);
    }
    return { expanded, collapsed };
  }
}

/** Ends a key that stands for a node and everything below it. No node has this segment. */
const deepSuffix = '/**';

/** Members of a run count as below it. */
function isBelow(node: OutlineNode, ancestor: OutlineNode): boolean {
  for (let at: OutlineNode | null = node; at !== null; at = at.parent) {
    if (at === ancestor) return true;
    if (ancestor.kind === 'run' && at.kind !== 'run' && at.kind !== 'more' && ancestor.members.includes(at)) {
      return true;
    }
  }
  return false;
}
