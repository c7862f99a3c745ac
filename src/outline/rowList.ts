import type { OutlineNode } from './nodes';

const numbersPerRow = 4;

/** The rows of a view: nodes and numbers only, so that 100,000 of them take no time. Row texts come later. */
export class RowList {
  readonly nodes: OutlineNode[] = [];
  /** Depth, parent, position and size of the set of each row: one array that grows by doubling. */
  private numbers = new Int32Array(64 * numbersPerRow);

  /** Index of the new row. */
  push(node: OutlineNode, depth: number, parent: number, position: number, setSize: number): number {
    const at = this.nodes.length * numbersPerRow;
    if (at === this.numbers.length) {
      const longer = new Int32Array(at * 2);
      longer.set(this.numbers);
      this.numbers = longer;
    }
    this.numbers[at] = depth;
    this.numbers[at + 1] = parent;
    this.numbers[at + 2] = position;
    this.numbers[at + 3] = setSize;
    return this.nodes.push(node) - 1;
  }

  get length(): number {
    return this.nodes.length;
  }

  /** Distance from the top level. */
  depthOf(row: number): number {
    return this.numberOf(row, 0, 0);
  }

  /** Row of the parent, −1 at the top level. */
  parentOf(row: number): number {
    return this.numberOf(row, 1, -1);
  }

  /** From 1, among the siblings that this view has. */
  positionOf(row: number): number {
    return this.numberOf(row, 2, 1);
  }

  setSizeOf(row: number): number {
    return this.numberOf(row, 3, 1);
  }

  /** −1 when the node has no row. */
  rowOf(node: OutlineNode): number {
    return this.nodes.indexOf(node);
  }

  /** Whether the row's children follow it. */
  isExpanded(row: number): boolean {
    return this.parentOf(row + 1) === row;
  }

  private numberOf(row: number, which: number, missing: number): number {
    if (row < 0 || row >= this.nodes.length) return missing;
    return this.numbers[row * numbersPerRow + which] ?? missing;
  }
}
