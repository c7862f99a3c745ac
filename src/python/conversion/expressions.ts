import type { ConcreteNode } from '../concreteTree';
import { type Conversion, MAX_NESTING } from './conversion';
import { fields, hasError, named, need } from './nodes';
import { comprehension, lambda } from './functionExpressions';
import { joinStrings } from './strings';
import { annotationOf } from './definitions';
import type { Argument, DictEntry, Expression } from '../syntax';

export function expressionOf(
  c: Conversion,
  node: ConcreteNode | undefined,
  parent: ConcreteNode,
): Expression {
  return node === undefined ? c.invalid(parent) : toExpression(c, node);
}

export function toExpression(c: Conversion, node: ConcreteNode): Expression {
  if (hasError(node)) return c.invalid(node);
  if (++c.depth > MAX_NESTING) {
    c.depth--;
    return c.invalid(node, 'depth');
  }
  const result = shallowExpression(c, node);
  c.depth--;
  return result;
}

function shallowExpression(c: Conversion, node: ConcreteNode): Expression {
  const { line } = node;
  switch (node.type) {
    case 'identifier':
    case 'keyword_identifier':
      return { kind: 'name', line, name: c.textOf(node) };
    case 'integer':
    case 'float':
      return number(c, node);
    case 'true':
      return { kind: 'constant', line, value: true };
    case 'false':
      return { kind: 'constant', line, value: false };
    case 'none':
      return { kind: 'constant', line, value: null };
    case 'ellipsis':
      return { kind: 'ellipsis', line };
    case 'string':
      return joinStrings(c, [node], line);
    case 'concatenated_string':
      return joinStrings(c, named(node), line);
    case 'attribute':
      return {
        kind: 'attribute',
        line,
        object: toExpression(c, need(node, 'object')),
        name: c.textOf(need(node, 'attribute')),
      };
    case 'subscript':
      return subscript(c, node);
    case 'slice':
      return slice(c, node);
    case 'call': {
      const args = need(node, 'arguments');
      return {
        kind: 'call',
        line,
        callee: toExpression(c, need(node, 'function')),
        args:
          args.type === 'generator_expression'
            ? [{ name: null, unpack: 0, value: toExpression(c, args) }]
            : argumentsOf(c, args),
      };
    }
    case 'binary_operator':
      return binary(c, node);
    case 'unary_operator': {
      const operator = c.textOf(need(node, 'operator')) as '-' | '+' | '~';
      const operand = toExpression(c, need(node, 'argument'));
      if (operator === '-' && operand.kind === 'constant') {
        const { value } = operand;
        if (typeof value === 'bigint' || typeof value === 'number') {
          return { kind: 'constant', line, value: -value };
        }
      }
      return { kind: 'unary', line, operator, operand };
    }
    case 'not_operator':
      return {
        kind: 'unary',
        line,
        operator: 'not',
        operand: toExpression(c, need(node, 'argument')),
      };
    case 'boolean_operator':
      return {
        kind: 'boolean',
        line,
        operator: c.textOf(need(node, 'operator')) as 'and' | 'or',
        left: toExpression(c, need(node, 'left')),
        right: toExpression(c, need(node, 'right')),
      };
    case 'comparison_operator':
      return comparison(c, node);
    case 'conditional_expression': {
      const [then, test, otherwise] = named(node);
      return {
        kind: 'conditional',
        line,
        test: expressionOf(c, test, node),
        then: expressionOf(c, then, node),
        otherwise: expressionOf(c, otherwise, node),
      };
    }
    case 'parenthesized_expression':
    case 'type':
      return expressionOf(c, named(node)[0], node);
    case 'tuple':
    case 'expression_list':
    case 'pattern_list':
    case 'tuple_pattern':
      return { kind: 'tuple', line, elements: named(node).map((child) => toExpression(c, child)) };
    case 'list':
    case 'list_pattern':
      return { kind: 'list', line, elements: named(node).map((child) => toExpression(c, child)) };
    case 'set':
      return { kind: 'set', line, elements: named(node).map((child) => toExpression(c, child)) };
    case 'dictionary':
      return { kind: 'dict', line, entries: named(node).map((child) => dictEntry(c, child)) };
    case 'list_splat':
    case 'list_splat_pattern':
      return { kind: 'starred', line, value: expressionOf(c, named(node)[0], node) };
    case 'list_comprehension':
      return comprehension(c, node, 'list');
    case 'set_comprehension':
      return comprehension(c, node, 'set');
    case 'dictionary_comprehension':
      return comprehension(c, node, 'dict');
    case 'generator_expression':
      return comprehension(c, node, 'generator');
    case 'lambda':
      return lambda(c, node);
    case 'named_expression': {
      const name = c.textOf(need(node, 'name'));
      let scope = c.scope;
      while (scope.comprehensionOf !== null) scope = scope.comprehensionOf;
      scope.bind(name);
      return { kind: 'named', line, name, value: toExpression(c, need(node, 'value')) };
    }
    case 'yield': {
      c.scope.yields = true;
      const value = named(node)[0];
      if (node.children.some((child) => child.type === 'from')) {
        return { kind: 'yieldFrom', line, value: expressionOf(c, value, node) };
      }
      return { kind: 'yield', line, value: value === undefined ? null : toExpression(c, value) };
    }
    case 'await':
      return { kind: 'await', line, value: expressionOf(c, named(node)[0], node) };
    case 'as_pattern':
      return expressionOf(c, named(node)[0], node);
    case 'generic_type':
    case 'union_type':
      return annotationOf(c, node);
    default:
      // Soft keywords (`print`, `exec`, `match`, `type`) are named by their own text.
      if (/^[A-Za-z_]\w*$/.test(c.textOf(node)) && node.children.length === 0) {
        return { kind: 'name', line, name: c.textOf(node) };
      }
      return c.invalid(node);
  }
}

function number(c: Conversion, node: ConcreteNode): Expression {
  const { line } = node;
  const text = c.textOf(node).replace(/_/g, '');
  if (/[jJ]$/.test(text)) return { kind: 'complex', line };
  if (node.type === 'float') return { kind: 'constant', line, value: Number(text) };
  // tree-sitter reads Python 2's `10L` and `010` too.
  if (/^0[xXbBoO]/.test(text)) {
    return { kind: 'constant', line, value: BigInt(text.toLowerCase()) };
  }
  if (!/^[0-9]+$/.test(text) || /^0+[1-9]/.test(text)) return c.invalid(node);
  return { kind: 'constant', line, value: BigInt(text) };
}

function binary(c: Conversion, node: ConcreteNode): Expression {
  // Chains of a left-associative operator are as deep as they are long: unrolled.
  const links: { operator: string; right: ConcreteNode; line: number }[] = [];
  let leftmost = node;
  while (leftmost.type === 'binary_operator') {
    if (hasError(leftmost)) return c.invalid(leftmost);
    links.push({
      operator: c.textOf(need(leftmost, 'operator')),
      right: need(leftmost, 'right'),
      line: leftmost.line,
    });
    leftmost = need(leftmost, 'left');
  }
  if (links.length > MAX_NESTING) return c.invalid(node, 'depth');
  let left = toExpression(c, leftmost);
  for (const { operator, right, line } of links.reverse()) {
    left = { kind: 'binary', line, operator, left, right: toExpression(c, right) };
  }
  return left;
}

function comparison(c: Conversion, node: ConcreteNode): Expression {
  const operands: ConcreteNode[] = [];
  const operators: string[] = [];
  for (const child of node.children) {
    if (child.field === 'operators') operators.push(c.textOf(child).replace(/\s+/g, ' '));
    else if (child.named && child.type !== 'comment') operands.push(child);
  }
  const [first, ...others] = operands;
  return {
    kind: 'compare',
    line: node.line,
    first: expressionOf(c, first, node),
    rest: others.map((operand, i) => ({
      operator: operators[i] === '<>' ? '!=' : (operators[i] ?? '=='),
      operand: toExpression(c, operand),
    })),
  };
}

function subscript(c: Conversion, node: ConcreteNode): Expression {
  const { line } = node;
  const object = toExpression(c, need(node, 'value'));
  const parts = fields(node, 'subscript').map((child) => toExpression(c, child));
  const trailingComma = node.children.some((child) => child.type === ',');
  const only = parts[0];
  if (parts.length === 1 && !trailingComma && only !== undefined && only.kind !== 'starred') {
    return { kind: 'subscript', line, object, index: only };
  }
  return { kind: 'subscript', line, object, index: { kind: 'tuple', line, elements: parts } };
}

function slice(c: Conversion, node: ConcreteNode): Expression {
  const parts: (Expression | null)[] = [null, null, null];
  let position = 0;
  for (const child of node.children) {
    if (child.type === ':') position++;
    else if (child.named && child.type !== 'comment') parts[position] = toExpression(c, child);
  }
  return {
    kind: 'slice',
    line: node.line,
    start: parts[0] ?? null,
    stop: parts[1] ?? null,
    step: parts[2] ?? null,
  };
}

export function argumentsOf(c: Conversion, node: ConcreteNode): Argument[] {
  if (hasError(node)) return [{ name: null, unpack: 0, value: c.invalid(node) }];
  return named(node).map((child): Argument => {
    if (child.type === 'keyword_argument') {
      return {
        name: c.textOf(need(child, 'name')),
        unpack: 0,
        value: toExpression(c, need(child, 'value')),
      };
    }
    if (child.type === 'list_splat' || child.type === 'dictionary_splat') {
      return {
        name: null,
        unpack: child.type === 'list_splat' ? 1 : 2,
        value: expressionOf(c, named(child)[0], child),
      };
    }
    return { name: null, unpack: 0, value: toExpression(c, child) };
  });
}

function dictEntry(c: Conversion, node: ConcreteNode): DictEntry {
  if (node.type === 'pair' && !hasError(node)) {
    return {
      key: toExpression(c, need(node, 'key')),
      value: toExpression(c, need(node, 'value')),
    };
  }
  if (node.type === 'dictionary_splat') {
    return { key: null, value: expressionOf(c, named(node)[0], node) };
  }
  const broken = c.invalid(node);
  return { key: broken, value: broken };
}

/** An expression that is assigned to: its names are bound in the scope. */
export function toTarget(c: Conversion, node: ConcreteNode): Expression {
  const expression = toExpression(c, node);
  bindTarget(c, expression);
  return expression;
}

function bindTarget(c: Conversion, target: Expression): void {
  if (target.kind === 'name') c.scope.bind(target.name);
  else if (target.kind === 'tuple' || target.kind === 'list')
    target.elements.forEach((e) => bindTarget(c, e));
  else if (target.kind === 'starred') bindTarget(c, target.value);
}
