import type { ContentNode, OutlineNode } from './nodes';
import type { FilterMarks } from './treeRows';

/** What a filter found, as one byte for each node. */
export class Marks implements FilterMarks {
  private readonly flags: Uint8Array;

  /** `size`: one more than the largest node id. Nodes made later are unmarked. */
  constructor(size: number, found: readonly ContentNode[]) {
    this.flags = new Uint8Array(size);
    for (const node of found) {
      this.flags[node.id] = (this.flags[node.id] ?? 0) | matching;
      for (let at = node.parent; at !== null; at = at.parent) {
        const flags = this.flags[at.id] ?? 0;
        if ((flags & above) !== 0) break;
        this.flags[at.id] = flags | above;
      }
    }
  }

  matches(node: OutlineNode): boolean {
    return ((this.flags[node.id] ?? 0) & matching) !== 0;
  }

  isShown(node: OutlineNode): boolean {
    return (this.flags[node.id] ?? 0) !== 0;
  }

  leadsToMatch(node: OutlineNode): boolean {
    return ((this.flags[node.id] ?? 0) & above) !== 0;
  }
}

const matching = 1;
const above = 2;
