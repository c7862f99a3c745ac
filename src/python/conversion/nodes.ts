import type { ConcreteNode } from '../concreteTree';

const IGNORED = new Set(['comment', 'line_continuation']);

/** The children that carry meaning, without punctuation and comments. */
export function named(node: ConcreteNode): ConcreteNode[] {
  return node.children.filter((child) => child.named && !IGNORED.has(child.type));
}

export function field(node: ConcreteNode, name: string): ConcreteNode | undefined {
  return node.children.find((child) => child.field === name && !IGNORED.has(child.type));
}

export function fields(node: ConcreteNode, name: string): ConcreteNode[] {
  return node.children.filter((child) => child.field === name && child.named && !IGNORED.has(child.type));
}

/** A field that the grammar promises; the node itself stands in where an error left it out. */
export function need(node: ConcreteNode, name: string): ConcreteNode {
  return field(node, name) ?? { ...node, type: 'ERROR', children: [ERROR_CHILD] };
}

const ERROR_CHILD: ConcreteNode = {
  type: 'ERROR',
  field: null,
  start: 0,
  end: 0,
  line: 1,
  named: true,
  missing: true,
  children: [],
};

export function hasError(node: ConcreteNode): boolean {
  for (const child of node.children) if (child.type === 'ERROR' || child.missing) return true;
  return node.missing;
}
