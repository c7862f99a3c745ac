import type { ConcreteNode } from '../concreteTree';
import type { Conversion } from './conversion';
import { field, fields, named, need } from './nodes';
import { toExpression, expressionOf, toTarget } from './expressions';
import { parametersOf } from './definitions';
import { ScopeBuilder } from './scopes';
import type { ComprehensionClause, Expression } from '../syntax';

export function comprehension(
  c: Conversion,
  node: ConcreteNode,
  result: 'list' | 'set' | 'dict' | 'generator',
): Expression {
  const outer = c.scope;
  const scope = new ScopeBuilder(outer);
  const clauses: { target: Expression; iterable: Expression; conditions: Expression[] }[] = [];
  let body: ConcreteNode | undefined;
  for (const child of named(node)) {
    if (child.field === 'body') body = child;
    else if (child.type === 'for_in_clause') {
      // The first iterable is evaluated outside.
      const sources = fields(child, 'right');
      c.scope = clauses.length === 0 ? outer : scope;
      const iterables = sources.map((source) => toExpression(c, source));
      c.scope = scope;
      const first = iterables[0];
      const target = toTarget(c, need(child, 'left'));
      clauses.push({
        target,
        iterable:
          iterables.length === 1 && first !== undefined
            ? first
            : { kind: 'tuple', line: child.line, elements: iterables },
        conditions: [],
      });
    } else if (child.type === 'if_clause') {
      c.scope = scope;
      clauses[clauses.length - 1]?.conditions.push(expressionOf(c, named(child)[0], child));
    }
  }
  c.scope = scope;
  let element: Expression;
  let value: Expression | null = null;
  if (body?.type === 'pair') {
    element = toExpression(c, need(body, 'key'));
    value = toExpression(c, need(body, 'value'));
  } else element = expressionOf(c, body, node);
  c.scope = outer;
  const finished: readonly ComprehensionClause[] = clauses;
  return {
    kind: 'comprehension',
    line: node.line,
    result,
    element,
    value,
    clauses: finished,
    scope: scope.names,
  };
}

export function lambda(c: Conversion, node: ConcreteNode): Expression {
  const { line } = node;
  return c.inScope(() => {
    const parameters = parametersOf(c, field(node, 'parameters'));
    const value = toExpression(c, need(node, 'body'));
    return {
      kind: 'lambda',
      line,
      definition: {
        kind: 'function',
        line,
        endLine: line,
        name: '<lambda>',
        parameters,
        body: [{ kind: 'return', line, value }],
        decorators: [],
        returns: null,
        scope: c.scope.names,
        isGenerator: c.scope.yields,
        isAsync: false,
      },
    };
  });
}
