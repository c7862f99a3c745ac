import type { Child, Content } from '../checkpoint/content';
import { isStateDict, splitKeys } from './dottedKeys';
import { KeySegments } from './keySegments';
import { outlineLimits } from './limits';
import type { OutlineNode, Place, RunNode } from './nodes';
import { ContentNode, contentNodeOf, GroupNode, MoreNode } from './nodes';
import { compareNaturally } from './naturalOrder';
import type { Sum } from './sum';
import { emptySum } from './sum';
import type { Place as GraphPlace } from './survey';
import { Survey } from './survey';

type InnerNode = ContentNode | GroupNode;

/**
 * The tree that a person sees of a content graph. Dotted keys of a state_dict become modules, a module's plain
 * attributes a node of their own, shared objects stay visible under each path but are told to be aliases, and
 * cycles end. Made on demand, so the size of the tree does not matter: 40 nested `[a, a]` have 2^40 paths.
 */
export class Outline {
  readonly root: ContentNode;
  readonly survey: Survey;
  private nodeCount = 0;
  private readonly distinctNames = new Map<Content, boolean>();
  private readonly moreNodes = new Map<OutlineNode, MoreNode[]>();

  /** @param pythonName how Python expressions name the whole */
  constructor(content: Content, pythonName = 'ckpt') {
    this.survey = new Survey(content);
    const child: Child = { name: '', access: pythonName, content, role: 'item' };
    this.root = new ContentNode(this.nodeCount++, null, '', '', 0, child, 'first');
  }

  /** One more than the largest `id` so far. */
  get size(): number {
    return this.nodeCount;
  }

  nextId(): number {
    return this.nodeCount++;
  }

  /** The root's row is left out where it only holds the others: a dict or a list. */
  get showsRoot(): boolean {
    const type = this.root.content.type;
    return type !== 'dict' && type !== 'sequence';
  }

  /** The children of a node, runs not folded. */
  childrenOf(node: OutlineNode): readonly InnerNode[] {
    if (node.kind === 'run') return node.members;
    if (node.kind === 'more') return noNodes;
    if (node.children !== null) return node.children;
    if (!this.isExpandable(node)) return noNodes;
    return (node.children =
      node.kind === 'group' ? this.childrenOfGroup(node) : this.childrenOfContent(node));
  }

  /** Whether a node has children, without making them. */
  isExpandable(node: OutlineNode): boolean {
    if (node.kind !== 'content') return true;
    return node.place !== 'cycle' && this.survey.childrenOf(node.content).length > 0;
  }

  /** Tensors at and below a node, each object once. */
  sumOf(node: OutlineNode): Sum {
    if (node.kind === 'content') return node.place === 'cycle' ? emptySum : this.survey.sumOf(node.content);
    return (node.sum ??= this.survey.sumOfChildren(contentNodeOf(node).content, this.indicesOf(node)));
  }

  /** Whether there are tensors at or below a node; does not add them up where that can be told at once. */
  hasTensors(node: OutlineNode): boolean {
    if (node.kind === 'group') {
      const children = this.survey.childrenOf(node.owner.content);
      if (node.entries.some((index) => children[index]?.content.type === 'tensor')) return true;
    }
    return this.sumOf(node).tensors > 0;
  }

  /** The node of a content's first place, null when the survey did not reach it. */
  firstNodeOf(content: Content): ContentNode | null {
    const first = this.survey.firstPlace(content);
    return first === null ? null : this.nodeAt(first);
  }

  /** The node of a place whose parent is reached by its first places. */
  nodeAt(place: GraphPlace): ContentNode | null {
    const indices: number[] = [];
    let at: GraphPlace | null = place;
    for (; at !== null && at.parent !== null; at = this.survey.firstPlace(at.parent)) indices.push(at.index);
    if (at === null) return null;
    let node: ContentNode | null = this.root;
    for (let i = indices.length - 1; i >= 0 && node !== null; i--)
      node = this.childAt(node, indices[i] ?? -1);
    return node;
  }

  /** The "more" row of `parent` that stands for its shown children from `start` on. */
  moreNode(parent: InnerNode | RunNode, start: number): MoreNode {
    let nodes = this.moreNodes.get(parent);
    if (nodes === undefined) this.moreNodes.set(parent, (nodes = []));
    let node = nodes.find((one) => one.start === start);
    if (node === undefined) {
      node = new MoreNode(this.nodeCount++, parent, `+${start}`, start);
      nodes.push(node);
    }
    return node;
  }

  /** Which children of the nearest content above a node stands for. */
  private indicesOf(node: OutlineNode): readonly number[] {
    switch (node.kind) {
      case 'content':
        return [node.index];
      case 'group':
        return node.entries;
      case 'run':
        return node.members.flatMap((member) => this.indicesOf(member));
      case 'more':
        return this.childrenOf(node.parent)
          .slice(node.start)
          .flatMap((sibling) => this.indicesOf(sibling));
    }
  }

  /** The node of child `index` of a content, below whatever groups it is in. */
  private childAt(parent: ContentNode, index: number): ContentNode | null {
    let node: InnerNode = parent;
    for (;;) {
      let next: InnerNode | null = null;
      for (const child of this.childrenOf(node)) {
        const holds = child.kind === 'content' ? child.index === index : child.entries.includes(index);
        if (holds) {
          next = child;
          break;
        }
      }
      if (next === null) return null;
      if (next.kind === 'content') return next;
      node = next;
    }
  }

  private childrenOfContent(node: ContentNode): InnerNode[] {
    const content = node.content;
    const children = this.survey.childrenOf(content);
    const indices = children.map((_, index) => index);
    if (content.type === 'dict' && isStateDict(children)) return this.split(node, node, indices, 0, 0);
    if (content.type === 'module') return this.childrenOfModule(node, children);
    return this.leaves(node, node, indices);
  }

  /** What `print(model)` shows, and its plain attributes (`training`, `stride` …) in one node at the end. */
  private childrenOfModule(node: ContentNode, children: readonly Child[]): InnerNode[] {
    const attributes: number[] = [];
    const shown: number[] = [];
    children.forEach((child, index) => {
      const plain = child.role === 'attribute' && this.survey.sumOf(child.content).tensors === 0;
      (plain ? attributes : shown).push(index);
    });
    const nodes: InnerNode[] = this.leaves(node, node, shown);
    if (attributes.length > 0) nodes.push(this.group(node, node, '__dict__', 'attributes', attributes, 0, 0));
    return nodes;
  }

  private childrenOfGroup(group: GroupNode): InnerNode[] {
    if (group.variant === 'prefix') {
      return this.split(group, group.owner, group.entries, group.prefixLength, group.parts);
    }
    return this.leaves(group, group.owner, group.entries);
  }

  /** Children by the next part of their keys, in the order of the file, whole numbers in their own order. */
  private split(
    parent: InnerNode,
    owner: ContentNode,
    entries: readonly number[],
    offset: number,
    parts: number,
  ): InnerNode[] {
    const children = this.survey.childrenOf(owner.content);
    const segments = this.segmentsFor(owner);
    const nodes: InnerNode[] = [];
    for (const part of splitKeys(children, entries, offset, parts)) {
      if (typeof part !== 'number') {
        const prefixLength = offset + part.label.length + 1;
        nodes.push(this.group(parent, owner, part.label, 'prefix', part.entries, prefixLength, parts + 1));
        continue;
      }
      const child = children[part];
      if (child !== undefined) nodes.push(this.leaf(parent, owner, part, child, offset, segments));
    }
    // Sorted files (safetensors) list layers 0, 1, 10, 11, 2.
    if (nodes.length > 1 && nodes.every((node) => wholeNumber.test(node.label))) {
      nodes.sort((a, b) => compareNaturally(a.label, b.label));
    }
    return nodes;
  }

  private group(
    parent: InnerNode,
    owner: ContentNode,
    label: string,
    variant: GroupNode['variant'],
    entries: readonly number[],
    prefixLength: number,
    parts: number,
  ): GroupNode {
    const segment = KeySegments.of('~', label);
    const id = this.nodeCount++;
    return new GroupNode(id, parent, segment, label, variant, owner, entries, prefixLength, parts);
  }

  private leaves(parent: InnerNode, owner: ContentNode, indices: readonly number[]): InnerNode[] {
    const children = this.survey.childrenOf(owner.content);
    const segments = this.segmentsFor(owner);
    const nodes: InnerNode[] = [];
    for (const index of indices) {
      const child = children[index];
      if (child !== undefined) nodes.push(this.leaf(parent, owner, index, child, 0, segments));
    }
    return nodes;
  }

  private leaf(
    parent: InnerNode,
    owner: ContentNode,
    index: number,
    child: Child,
    offset: number,
    segments: KeySegments | null,
  ): ContentNode {
    const label = typeof child.name === 'string' ? child.name.slice(offset) : String(child.name);
    const tag = typeof child.name === 'number' ? '#' : child.role === 'item' ? "'" : '.';
    const segment = segments === null ? KeySegments.of(tag, label) : segments.unique(tag, label);
    const place = this.placeOf(child.content, owner, index);
    return new ContentNode(this.nodeCount++, parent, segment, label, index, child, place);
  }

  /** Null where the names of all children differ, as they nearly always do: then their segments do too. */
  private segmentsFor(owner: ContentNode): KeySegments | null {
    let distinct = this.distinctNames.get(owner.content);
    if (distinct === undefined) {
      const children = this.survey.childrenOf(owner.content);
      // Cut names are told apart by a hash only.
      distinct =
        children.every(({ name }) => typeof name === 'number' || name.length <= outlineLimits.keySegment) &&
        new Set(children.map(({ name }) => name)).size === children.length;
      this.distinctNames.set(owner.content, distinct);
    }
    return distinct ? null : new KeySegments();
  }

  private placeOf(content: Content, owner: ContentNode, index: number): Place {
    if (content.type === 'scalar') return 'first';
    if (owner.place === 'first' && this.survey.isFirstPlace(content, owner.content, index)) return 'first';
    let ancestor: ContentNode | null = owner;
    for (let i = 0; ancestor !== null && i < outlineLimits.cycleDepth; i++) {
      if (ancestor.content === content) return 'cycle';
      ancestor = ancestor.parent === null ? null : contentNodeOf(ancestor.parent);
    }
    // Python shares constants, `(3, 3)` for two arguments: that says nothing.
    const constant = content.type === 'sequence' && content.pythonType === 'tuple';
    return constant && owner.place === 'first' && this.survey.sumOf(content).tensors === 0
      ? 'first'
      : 'alias';
  }
}

const noNodes: readonly InnerNode[] = [];
const wholeNumber = /^(?:0|[1-9]\d{0,15})$/;
