import type { ConcreteNode } from '../concreteTree';
import type { Expression, Statement } from '../syntax';
import { ScopeBuilder } from './scopes';

/**
 * Expressions and blocks nested deeper than this are `invalid`: conversion and evaluation recurse on
 * nesting, and CPython's own parser stops at 200 brackets and 100 indents.
 */
export const MAX_NESTING = 220;

/** The state of one conversion: its text, the scope and the depth it is at, the lines that are no Python. */
export class Conversion {
  scope = new ScopeBuilder(null);
  depth = 0;
  readonly errors: number[] = [];

  constructor(readonly text: string) {}

  textOf(node: ConcreteNode): string {
    return this.text.slice(node.start, node.end);
  }

  /** The last line of a node that has text on it. */
  lastLineOf(node: ConcreteNode): number {
    let line = node.line;
    const text = this.textOf(node).trimEnd();
    for (let i = text.indexOf('\n'); i >= 0; i = text.indexOf('\n', i + 1)) line++;
    return line;
  }

  invalidStatement(node: ConcreteNode, reason: 'syntax' | 'depth' = 'syntax'): Statement {
    this.errors.push(node.line);
    return { kind: 'invalidStatement', line: node.line, reason };
  }

  invalid(node: ConcreteNode, reason: 'syntax' | 'depth' = 'syntax'): Expression {
    this.errors.push(node.line);
    return { kind: 'invalid', line: node.line, reason };
  }

  /** Converts what has a scope of its own. */
  inScope<T>(make: () => T): T {
    const outer = this.scope;
    this.scope = new ScopeBuilder(null);
    this.depth++;
    try {
      return make();
    } finally {
      this.depth--;
      this.scope = outer;
    }
  }
}
