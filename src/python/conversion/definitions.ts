import type { ConcreteNode } from '../concreteTree';
import type { Conversion } from './conversion';
import { field, hasError, named, need } from './nodes';
import { argumentsOf, toExpression, expressionOf } from './expressions';
import { block } from './statements';
import type { ClassDefinition, Expression, FunctionDefinition, Parameter } from '../syntax';

export function functionDefinition(
  c: Conversion,
  node: ConcreteNode,
  decorators: Expression[],
): FunctionDefinition {
  const name = c.textOf(need(node, 'name'));
  c.scope.bind(name);
  const returns = field(node, 'return_type');
  return c.inScope(() => {
    const parameters = parametersOf(c, field(node, 'parameters'));
    const body = block(c, field(node, 'body'));
    if (hasError(node)) body.push(c.invalidStatement(node));
    return {
      kind: 'function',
      line: node.line,
      endLine: c.lastLineOf(node),
      name,
      parameters,
      body,
      decorators,
      returns: returns === undefined ? null : annotationOf(c, returns),
      scope: c.scope.names,
      isGenerator: c.scope.yields,
      isAsync: node.children[0]?.type === 'async',
    };
  });
}

export function classDefinition(
  c: Conversion,
  node: ConcreteNode,
  decorators: Expression[],
): ClassDefinition {
  const name = c.textOf(need(node, 'name'));
  c.scope.bind(name);
  const superclasses = field(node, 'superclasses');
  const bases = superclasses === undefined ? [] : argumentsOf(c, superclasses);
  return c.inScope(() => {
    const body = block(c, field(node, 'body'));
    if (hasError(node)) body.push(c.invalidStatement(node));
    return {
      kind: 'class',
      line: node.line,
      endLine: c.lastLineOf(node),
      name,
      bases,
      body,
      decorators,
      scope: c.scope.names,
    };
  });
}

/** Defaults belong to the outer scope; they bind nothing but `:=`, which nobody writes there. */
export function parametersOf(c: Conversion, node: ConcreteNode | undefined): Parameter[] {
  const result: Parameter[] = [];
  if (node === undefined) return result;
  let kind: Parameter['kind'] = 'ordinary';
  const add = (
    nameNode: ConcreteNode,
    parameterKind: Parameter['kind'],
    value: ConcreteNode | undefined,
    type: ConcreteNode | undefined,
  ): void => {
    const name = c.textOf(nameNode);
    c.scope.bind(name);
    const annotation = type === undefined ? null : annotationOf(c, type);
    result.push({
      name,
      kind: parameterKind,
      default: value === undefined ? null : toExpression(c, value),
      annotation,
    });
  };
  for (const child of node.children) {
    switch (child.type) {
      case 'identifier':
        add(child, kind, undefined, undefined);
        break;
      case 'default_parameter':
        add(need(child, 'name'), kind, field(child, 'value'), undefined);
        break;
      case 'typed_default_parameter':
        add(need(child, 'name'), kind, field(child, 'value'), field(child, 'type'));
        break;
      case 'typed_parameter': {
        const target = named(child)[0];
        if (target === undefined) break;
        const type = field(child, 'type');
        const inner = named(target)[0];
        if (target.type === 'list_splat_pattern' && inner !== undefined) {
          add(inner, 'star', undefined, type);
          kind = 'keywordOnly';
        } else if (target.type === 'dictionary_splat_pattern' && inner !== undefined) {
          add(inner, 'doubleStar', undefined, type);
        } else add(target, kind, undefined, type);
        break;
      }
      case 'list_splat_pattern': {
        const inner = named(child)[0];
        if (inner !== undefined) add(inner, 'star', undefined, undefined);
        kind = 'keywordOnly';
        break;
      }
      case 'dictionary_splat_pattern': {
        const inner = named(child)[0];
        if (inner !== undefined) add(inner, 'doubleStar', undefined, undefined);
        break;
      }
      case 'keyword_separator':
        kind = 'keywordOnly';
        break;
      case 'positional_separator':
        for (let i = 0; i < result.length; i++) {
          const parameter = result[i];
          if (parameter !== undefined) result[i] = { ...parameter, kind: 'positionalOnly' };
        }
        break;
    }
  }
  return result;
}

export function annotationOf(c: Conversion, node: ConcreteNode): Expression {
  const { line } = node;
  const inner = node.type === 'type' ? named(node)[0] : node;
  if (inner === undefined) return { kind: 'constant', line, value: null };
  switch (inner.type) {
    case 'generic_type': {
      const [base, parameter] = named(inner);
      return {
        kind: 'subscript',
        line,
        object: expressionOf(c, base, inner),
        index: {
          kind: 'tuple',
          line,
          elements: named(parameter ?? inner).map((child) => annotationOf(c, child)),
        },
      };
    }
    case 'union_type':
    case 'constrained_type':
    case 'member_type':
    case 'splat_type':
      return { kind: 'constant', line, value: null };
    default:
      return toExpression(c, inner);
  }
}
