import type { ConcreteNode } from '../concreteTree';
import { type Conversion, MAX_NESTING } from './conversion';
import { field, fields, named } from './nodes';
import { toExpression, expressionOf } from './expressions';
import { block } from './statements';
import type { Expression, MatchCase, Pattern, Statement } from '../syntax';

export function matchStatement(c: Conversion, node: ConcreteNode): Statement {
  const subjects = fields(node, 'subject').map((child) => toExpression(c, child));
  const cases: MatchCase[] = [];
  const body = field(node, 'body');
  for (const clause of body?.children.filter((child) => child.type === 'case_clause') ?? []) {
    const patterns = clause.children
      .filter((child) => child.type === 'case_pattern')
      .map((child) => toPattern(c, child));
    const guard = field(clause, 'guard');
    const first = patterns[0];
    cases.push({
      line: clause.line,
      pattern:
        patterns.length === 1 && first !== undefined ? first : { kind: 'sequence', elements: patterns },
      guard: guard === undefined ? null : expressionOf(c, named(guard)[0], guard),
      body: block(c, field(clause, 'consequence')),
    });
  }
  const subject = subjects[0];
  if (subject === undefined) return c.invalidStatement(node);
  return {
    kind: 'match',
    line: node.line,
    subject: subjects.length === 1 ? subject : { kind: 'tuple', line: node.line, elements: subjects },
    cases,
  };
}

function toPattern(c: Conversion, node: ConcreteNode): Pattern {
  if (++c.depth > MAX_NESTING) {
    c.depth--;
    return { kind: 'unsupported' };
  }
  const result = shallowPattern(c, node);
  c.depth--;
  return result;
}

function shallowPattern(c: Conversion, node: ConcreteNode): Pattern {
  switch (node.type) {
    case 'case_pattern': {
      const inner = node.children.find((child) => child.type !== 'comment');
      if (inner === undefined) return { kind: 'unsupported' };
      if (inner.type === '_') return { kind: 'any' };
      if (inner.type === '-') return { kind: 'value', value: negative(c, node) };
      return toPattern(c, inner);
    }
    case 'dotted_name': {
      const parts = named(node);
      const first = parts[0];
      if (first === undefined) return { kind: 'unsupported' };
      if (parts.length === 1) {
        const name = c.textOf(first);
        if (name === '_') return { kind: 'any' };
        c.scope.bind(name);
        return { kind: 'capture', name };
      }
      return { kind: 'value', value: dottedName(c, node) };
    }
    case 'union_pattern':
      return {
        kind: 'or',
        options: named(node).map((child) => toPattern(c, child)),
      };
    case 'as_pattern': {
      const [inner, name] = named(node);
      if (inner === undefined || name === undefined) return { kind: 'unsupported' };
      const bound = c.textOf(name);
      c.scope.bind(bound);
      return { kind: 'as', pattern: toPattern(c, inner), name: bound };
    }
    case 'tuple_pattern':
      if (named(node).length === 1 && !node.children.some((child) => child.type === ',')) {
        const only = named(node)[0];
        return only === undefined ? { kind: 'unsupported' } : toPattern(c, only);
      }
      return { kind: 'sequence', elements: named(node).map((child) => toPattern(c, child)) };
    case 'list_pattern':
      return { kind: 'sequence', elements: named(node).map((child) => toPattern(c, child)) };
    case 'splat_pattern': {
      const inner = named(node)[0];
      if (inner === undefined) return { kind: 'rest', name: null };
      const name = c.textOf(inner);
      c.scope.bind(name);
      return { kind: 'rest', name };
    }
    case 'class_pattern':
      return classPattern(c, node);
    case 'dict_pattern':
      return mappingPattern(c, node);
    case 'complex_pattern':
    case 'keyword_pattern':
      return { kind: 'unsupported' };
    default:
      return { kind: 'value', value: toExpression(c, node) };
  }
}

function dottedName(c: Conversion, node: ConcreteNode): Expression {
  const [first, ...rest] = named(node);
  if (first === undefined) return c.invalid(node);
  let value: Expression = { kind: 'name', line: node.line, name: c.textOf(first) };
  for (const part of rest) {
    value = { kind: 'attribute', line: node.line, object: value, name: c.textOf(part) };
  }
  return value;
}

function classPattern(c: Conversion, node: ConcreteNode): Pattern {
  const [name, ...parts] = named(node);
  if (name === undefined) return { kind: 'unsupported' };
  const positional: Pattern[] = [];
  const keywords: { name: string; pattern: Pattern }[] = [];
  for (const part of parts) {
    const keyword = part.children.find((child) => child.type === 'keyword_pattern');
    if (keyword === undefined) {
      positional.push(toPattern(c, part));
      continue;
    }
    const [attribute, value] = named(keyword);
    if (attribute === undefined || value === undefined) return { kind: 'unsupported' };
    const minus = keyword.children.some((child) => child.type === '-');
    const pattern: Pattern = minus
      ? {
          kind: 'value',
          value: { kind: 'unary', line: keyword.line, operator: '-', operand: toExpression(c, value) },
        }
      : value.type === '_'
        ? { kind: 'any' }
        : toPattern(c, value);
    keywords.push({ name: c.textOf(attribute), pattern });
  }
  return { kind: 'class', cls: dottedName(c, name), positional, named: keywords };
}

function mappingPattern(c: Conversion, node: ConcreteNode): Pattern {
  const entries: { key: Expression; pattern: Pattern }[] = [];
  let rest: string | null = null;
  const parts = named(node);
  for (let i = 0; i < parts.length; i++) {
    const part = parts[i];
    if (part === undefined) break;
    if (part.type === 'splat_pattern') {
      const inner = named(part)[0];
      if (inner === undefined) return { kind: 'unsupported' };
      rest = c.textOf(inner);
      c.scope.bind(rest);
      continue;
    }
    const value = parts[++i];
    if (value?.type !== 'case_pattern') return { kind: 'unsupported' };
    const key = part.type === 'dotted_name' ? dottedName(c, part) : toExpression(c, part);
    entries.push({ key, pattern: toPattern(c, value) });
  }
  return { kind: 'mapping', entries, rest };
}

function negative(c: Conversion, node: ConcreteNode): Expression {
  const inner = named(node)[0];
  return { kind: 'unary', line: node.line, operator: '-', operand: expressionOf(c, inner, node) };
}
