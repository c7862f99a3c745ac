import type { Child, Content } from '../checkpoint/content';
import type { Sum } from './sum';

/**
 * The nodes of the outline: places, not objects. A content that has two paths has two nodes. Nodes are made
 * when their parent is first looked into, and kept.
 */
export type OutlineNode = ContentNode | GroupNode | RunNode | MoreNode;

/** `alias`: another path of something listed above, or below such a path; `cycle`: one of its own ancestors. */
export type Place = 'first' | 'alias' | 'cycle';

/** A child of the content graph at one of its places. */
export class ContentNode {
  readonly kind = 'content';
  /** Made by the outline when first asked for; maps of so many nodes would take longer than making them. */
  children: readonly (ContentNode | GroupNode)[] | null = null;
  /** The children with runs in place of their members; made by the folding when first asked for. */
  folded: readonly OutlineNode[] | null = null;

  constructor(
    readonly id: number,
    readonly parent: ContentNode | GroupNode | null,
    /** Part of the node's key below its parent's, unique among siblings. */
    readonly segment: string,
    /** Its own name, raw: the last part of a dotted key in a split state_dict. */
    readonly label: string,
    /** Index among the children of the nearest content above. */
    readonly index: number,
    readonly child: Child,
    readonly place: Place,
  ) {}

  get content(): Content {
    return this.child.content;
  }
}

/** Children of one content under a common name: a module of dotted keys, or a module's plain attributes. */
export class GroupNode {
  readonly kind = 'group';
  /** As those of a `ContentNode`. */
  children: readonly (ContentNode | GroupNode)[] | null = null;
  folded: readonly OutlineNode[] | null = null;
  sum: Sum | null = null;

  constructor(
    readonly id: number,
    readonly parent: ContentNode | GroupNode,
    readonly segment: string,
    readonly label: string,
    readonly variant: 'prefix' | 'attributes',
    /** The node whose content's children these are. */
    readonly owner: ContentNode,
    /** Their indices. */
    readonly entries: readonly number[],
    /** Length of the common start of their keys, the last dot included; 0 for attributes. */
    readonly prefixLength: number,
    /** Parts of the keys above this node's children. */
    readonly parts: number,
  ) {}
}

/** Consecutive siblings with equal contents, folded into one row. Their parent stays what it is. */
export class RunNode {
  readonly kind = 'run';
  sum: Sum | null = null;

  constructor(
    readonly id: number,
    readonly parent: ContentNode | GroupNode,
    readonly segment: string,
    readonly label: string,
    readonly members: readonly (ContentNode | GroupNode)[],
  ) {}
}

/** Stands for the siblings from `start` on, until it is expanded. */
export class MoreNode {
  readonly kind = 'more';
  readonly label = '';
  sum: Sum | null = null;

  constructor(
    readonly id: number,
    readonly parent: ContentNode | GroupNode | RunNode,
    readonly segment: string,
    readonly start: number,
  ) {}
}

/** The nearest content at or above a node. */
export function contentNodeOf(node: OutlineNode): ContentNode {
  let at: OutlineNode = node;
  while (at.kind !== 'content') at = at.kind === 'group' ? at.owner : at.parent;
  return at;
}
