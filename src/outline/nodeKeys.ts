import type { Folding } from './folding';
import type { OutlineNode } from './nodes';
import type { Outline } from './outline';

/** The key of a node: stable over reloads of the file, unique in its outline. */
export function keyOf(node: OutlineNode): string {
  const segments: string[] = [];
  for (let at: OutlineNode | null = node; at !== null; at = at.parent) segments.push(at.segment);
  segments.reverse();
  return segments.length === 1 ? '/' : segments.join('/');
}

/** Finds nodes by their keys. Keeps an index of the siblings that it looked through. */
export class NodeFinder {
  private readonly siblings = new Map<OutlineNode, Map<string, OutlineNode>>();

  constructor(
    private readonly outline: Outline,
    private readonly folding: Folding,
  ) {}

  /** The node of a key; null when the file has no such node (any more). */
  find(key: string): OutlineNode | null {
    if (key === '/') return this.outline.root;
    const segments = key.split('/');
    if (segments[0] !== '') return null;
    let node: OutlineNode = this.outline.root;
    for (let i = 1; i < segments.length; i++) {
      const next = this.child(node, segments[i] ?? '');
      if (next === null) return null;
      node = next;
    }
    return node;
  }

  private child(parent: OutlineNode, segment: string): OutlineNode | null {
    if (parent.kind === 'more') return null;
    const more = /^\+(\d{1,9})$/.exec(segment);
    if (more !== null) {
      const start = Number(more[1]);
      const count = this.outline.childrenOf(parent).length;
      return start > 0 && start < count ? this.outline.moreNode(parent, start) : null;
    }
    if (parent.kind === 'run') return null;
    let index = this.siblings.get(parent);
    if (index === undefined) {
      index = new Map();
      for (const node of this.outline.childrenOf(parent)) index.set(node.segment, node);
      this.siblings.set(parent, index);
    }
    const found = index.get(segment);
    if (found !== undefined) return found;
    if (!segment.startsWith('*')) return null;
    const folded = this.folding.childrenOf(parent);
    return folded.find((node) => node.kind === 'run' && node.segment === segment) ?? null;
  }
}
