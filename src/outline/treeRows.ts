import type { Expansion } from './expansion';
import type { Folding } from './folding';
import { outlineLimits } from './limits';
import type { OutlineNode } from './nodes';
import type { Outline } from './outline';
import { RowList } from './rowList';
import type { Sort } from './sorting';
import { sortNodes } from './sorting';

/** What a filter found, by node id. */
export interface FilterMarks {
  /** The node matches itself. */
  matches(node: OutlineNode): boolean;
  /** Something below the node matches. */
  leadsToMatch(node: OutlineNode): boolean;
  /** One of the two. */
  isShown(node: OutlineNode): boolean;
}

export interface TreeOptions {
  readonly outline: Outline;
  /** Null: runs are not folded. */
  readonly folding: Folding | null;
  readonly sort: Sort | null;
  readonly marks: FilterMarks | null;
  readonly expansion: Expansion;
  /** Nodes that are open unless closed. */
  readonly defaults: ReadonlySet<OutlineNode>;
}

interface Frame {
  readonly node: OutlineNode;
  readonly children: readonly OutlineNode[];
  readonly total: number;
  next: number;
  readonly row: number;
  readonly depth: number;
  /** What was said about everything below an ancestor. */
  readonly deep: boolean | null;
  /** Single children opened in a row up to here. */
  readonly chain: number;
  /** Below a match that leads to no further one: everything is shown. */
  readonly everything: boolean;
}

export interface TreeRows {
  readonly rows: RowList;
  /** False when the limit of rows cut the list. */
  readonly complete: boolean;
}

/** The rows of a tree, from the top. One frame per open node, no recursion. */
export function treeRows(options: TreeOptions): TreeRows {
  const { outline } = options;
  const rows = new RowList();
  const stack: Frame[] = [];
  const root: OutlineNode = outline.root;
  const rootDeep = options.expansion.below(root);
  if (outline.showsRoot) {
    rows.push(root, 0, -1, 1, 1);
    if (isExpanded(root, { deep: null, chain: 0, depth: 0, everything: false, total: 1 }, options)) {
      stack.push(frameOf(root, 0, 1, rootDeep, 0, false, options));
    }
  } else stack.push(frameOf(root, -1, 0, rootDeep, 0, false, options));
  for (let frame = stack[stack.length - 1]; frame !== undefined; frame = stack[stack.length - 1]) {
    const position = frame.next++;
    const node = frame.children[position];
    if (node === undefined) {
      stack.pop();
      continue;
    }
    if (rows.length >= outlineLimits.rows) return { rows, complete: false };
    const row = rows.push(node, frame.depth, frame.row, position + 1, frame.total);
    if (node.kind === 'more' || !outline.isExpandable(node) || !isExpanded(node, frame, options)) continue;
    const deep = options.expansion.below(node) ?? frame.deep;
    const everything = frame.everything || isLastMatch(node, options);
    const chain = frame.total === 1 ? frame.chain + 1 : 0;
    stack.push(frameOf(node, row, frame.depth + 1, deep, chain, everything, options));
  }
  return { rows, complete: true };
}

/**
 * The nodes that a freshly opened document shows open: from the top, level by level, what fits on about two
 * screens, and always what holds most of the bytes. Chains of single children open without being listed here.
 */
export function defaultExpansion(outline: Outline, folding: Folding | null): Set<OutlineNode> {
  const open = new Set<OutlineNode>();
  const half = Number(outline.sumOf(outline.root).bytes) / 2;
  let budget: number = outlineLimits.rowsOpened;
  let level: OutlineNode[] = [outline.root];
  for (let depth = 0; level.length > 0 && depth < outlineLimits.levelsOpened; depth++) {
    const next: OutlineNode[] = [];
    // What is further down is not on those screens.
    for (const node of level.slice(0, outlineLimits.rowsOpened)) {
      if (!outline.isExpandable(node) || (isSideMatter(node) && node !== outline.root)) continue;
      const children = shownChildren(node, outline, folding);
      const isMain = depth <= 1 && Number(outline.sumOf(node).bytes) > half;
      if (children.length > budget && !isMain) continue;
      budget -= children.length;
      open.add(node);
      for (const child of children) next.push(child);
    }
    level = next;
  }
  return open;
}

/** Plain attributes, other places of shared objects and folded runs open only when asked. */
function isSideMatter(node: OutlineNode): boolean {
  switch (node.kind) {
    case 'group':
      return node.variant === 'attributes';
    case 'content':
      return node.place !== 'first' || node.child.role === 'attribute' || node.content.type === 'tensor';
    case 'run':
    case 'more':
      return true;
  }
}

function shownChildren(node: OutlineNode, outline: Outline, folding: Folding | null): readonly OutlineNode[] {
  return folding === null ? outline.childrenOf(node) : folding.childrenOf(node);
}

function frameOf(
  node: OutlineNode,
  row: number,
  depth: number,
  deep: boolean | null,
  chain: number,
  everything: boolean,
  options: TreeOptions,
): Frame {
  const { outline, marks, sort } = options;
  let children = shownChildren(node, outline, options.folding);
  if (marks !== null && !everything) children = shownOf(children, marks);
  if (sort !== null) children = sortNodes(children, sort, outline, (child) => child.label);
  const total = children.length;
  if (total > outlineLimits.childrenShown && node.kind !== 'more') {
    let shown: number = outlineLimits.childrenShown;
    let more = outline.moreNode(node, shown);
    while (shown < total && options.expansion.of(more) === true) {
      shown += outlineLimits.childrenShown;
      more = outline.moreNode(node, shown);
    }
    if (shown < total) children = [...children.slice(0, shown), more];
  }
  return { node, children, total, next: 0, row, depth, deep, chain, everything };
}

function isExpanded(
  node: OutlineNode,
  frame: Pick<Frame, 'deep' | 'chain' | 'depth' | 'everything' | 'total'>,
  options: TreeOptions,
): boolean {
  const said = options.expansion.of(node);
  if (said !== null) return said;
  if (frame.deep !== null) {
    // "Expand all" goes once through everything, not down every path of what is shared.
    const again = node.kind === 'content' && node.place !== 'first';
    return frame.deep && !again && frame.depth < outlineLimits.expandedDepth;
  }
  if (options.marks !== null) return !frame.everything && leadsToMatch(node, options.marks);
  if (options.defaults.has(node)) return true;
  // A single child is what one looked for when opening its parent.
  if (frame.total !== 1 || frame.chain >= outlineLimits.openedChain) return false;
  return !isSideMatter(node);
}

/** The nodes that match or lead to a match: mostly all. */
function shownOf(nodes: readonly OutlineNode[], marks: FilterMarks): readonly OutlineNode[] {
  const first = nodes.findIndex((node) => !isShown(node, marks));
  if (first < 0) return nodes;
  const shown = nodes.slice(0, first);
  for (let i = first + 1; i < nodes.length; i++) {
    const node = nodes[i];
    if (node !== undefined && isShown(node, marks)) shown.push(node);
  }
  return shown;
}

function isShown(node: OutlineNode, marks: FilterMarks): boolean {
  return node.kind === 'run' ? leadsToMatch(node, marks) : marks.isShown(node);
}

function leadsToMatch(node: OutlineNode, marks: FilterMarks): boolean {
  if (node.kind !== 'run') return marks.leadsToMatch(node);
  return node.members.some((member) => isShown(member, marks));
}

function isLastMatch(node: OutlineNode, { marks }: TreeOptions): boolean {
  return marks !== null && marks.matches(node) && !leadsToMatch(node, marks);
}
