import type { Content } from '../checkpoint/content';
import { outlineLimits } from './limits';
import type { ContentNode, OutlineNode } from './nodes';
import type { Outline } from './outline';

export interface TensorTable {
  /** Tensors under every one of their paths, in the order of the file. */
  readonly nodes: readonly ContentNode[];
  /** False when a limit left paths out. */
  readonly complete: boolean;
}

/** Lists the tensors of an outline. Looks only where there are some, and follows no cycle. */
export function tensorTable(outline: Outline): TensorTable {
  const nodes: ContentNode[] = [];
  const onPath = new Set<Content>();
  const stack: { node: OutlineNode; next: number }[] = [];
  let steps = 0;
  const enter = (node: ContentNode): void => {
    if (node.content.type === 'tensor') nodes.push(node);
    if (onPath.has(node.content) || !outline.isExpandable(node)) return;
    onPath.add(node.content);
    stack.push({ node, next: 0 });
  };
  enter(outline.root);
  for (let frame = stack[stack.length - 1]; frame !== undefined; frame = stack[stack.length - 1]) {
    const child = outline.childrenOf(frame.node)[frame.next++];
    if (child === undefined) {
      stack.pop();
      if (frame.node.kind === 'content') onPath.delete(frame.node.content);
      continue;
    }
    if (nodes.length >= outlineLimits.tableRows || ++steps > outlineLimits.tableSteps) {
      return { nodes, complete: false };
    }
    if (outline.sumOf(child).tensors === 0) continue;
    if (child.kind === 'content') enter(child);
    else stack.push({ node: child, next: 0 });
  }
  return { nodes, complete: outline.survey.complete };
}
