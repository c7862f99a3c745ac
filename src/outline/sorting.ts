import type { SortColumn } from '../protocol/messages';
import type { Integer } from '../stateDict/tensorSpec';
import { compareNaturally } from './naturalOrder';
import type { OutlineNode } from './nodes';
import type { Outline } from './outline';

export interface Sort {
  readonly column: SortColumn;
  readonly descending: boolean;
}

/**
 * Nodes in the order of a column; equal ones stay in the order of the file, and what has no value for the
 * column comes last in both directions.
 */
export function sortNodes<Node extends OutlineNode>(
  nodes: readonly Node[],
  sort: Sort,
  outline: Outline,
  nameOf: (node: Node) => string,
): Node[] {
  const direction = sort.descending ? -1 : 1;
  const compare = <Value>(
    valueOf: (node: Node) => Value | null,
    order: (a: Value, b: Value) => number,
  ): Node[] => {
    const keyed = nodes.map((node) => ({ node, value: valueOf(node) }));
    keyed.sort((a, b) => {
      if (a.value === null || b.value === null) return Number(a.value === null) - Number(b.value === null);
      return direction * order(a.value, b.value);
    });
    return keyed.map(({ node }) => node);
  };
  switch (sort.column) {
    case 'name':
      return compare(nameOf, compareNaturally);
    case 'dtype':
      return compare(dtypeOf, (a, b) => (a < b ? -1 : a > b ? 1 : 0));
    case 'shape':
      return compare(shapeOf, compareShapes);
    case 'elements':
    case 'bytes':
    case 'share':
      return compare(
        (node) => sizeOf(node, sort.column === 'elements' ? 'elements' : 'bytes', outline),
        compareIntegers,
      );
  }
}

function dtypeOf(node: OutlineNode): string | null {
  return node.kind === 'content' && node.content.type === 'tensor' ? node.content.tensor.dtype : null;
}

function shapeOf(node: OutlineNode): readonly Integer[] | null {
  return node.kind === 'content' && node.content.type === 'tensor' ? node.content.tensor.shape : null;
}

function sizeOf(node: OutlineNode, column: 'elements' | 'bytes', outline: Outline): Integer | null {
  const sum = outline.sumOf(node);
  return sum.tensors === 0 ? null : sum[column];
}

/** By number of dimensions, then from the first dimension on. */
function compareShapes(a: readonly Integer[], b: readonly Integer[]): number {
  if (a.length !== b.length) return a.length - b.length;
  for (let i = 0; i < a.length; i++) {
    const difference = compareIntegers(a[i] ?? 0, b[i] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

function compareIntegers(a: Integer, b: Integer): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
