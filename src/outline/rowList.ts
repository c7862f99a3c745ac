import type { OutlineNode } from './nodes';

/** The rows of a view: nodes and numbers only, so that 100,000 of them take no time. Row texts come later. */
export class RowList {
  private readonly depths: number[] = [];
  private readonly parents: number[] = [];
  private readonly positions: number[] = [];
  private readonly setSizes: number[] = [];
  readonly nodes: OutlineNode[] = [];

  /** Index of the new row. */
  push(node: OutlineNode, depth: number, parent: number, position: number, setSize: number): number {
    this.depths.push(depth);
    this.parents.push(parent);
    this.positions.push(position);
    this.setSizes.push(setSize);
    return this.nodes.push(node) - 1;
  }

  get length(): number {
    return this.nodes.length;
  }

  /** Distance from the top level. */
  depthOf(row: number): number {
    return this.depths[row] ?? 0;
  }

  /** Row of the parent, −1 at the top level. */
  parentOf(row: number): number {
    return this.parents[row] ?? -1;
  }

  /** From 1, among the siblings that this view has. */
  positionOf(row: number): number {
    return this.positions[row] ?? 1;
  }

  setSizeOf(row: number): number {
    return this.setSizes[row] ?? 1;
  }

  /** −1 when the node has no row. */
  rowOf(node: OutlineNode): number {
    return this.nodes.indexOf(node);
  }

  /** Whether the row's children follow it. */
  isExpanded(row: number): boolean {
    return this.parents[row + 1] === row;
  }
}
