import type { ConcreteNode } from '../concreteTree';
import { type Conversion, MAX_NESTING } from './conversion';
import { field, fields, hasError, named, need } from './nodes';
import { toExpression, expressionOf, toTarget } from './expressions';
import { annotationOf, classDefinition, functionDefinition } from './definitions';
import { matchStatement } from './patterns';
import { importFrom, importedName } from './imports';
import type { ExceptHandler, Expression, Statement } from '../syntax';

export function statements(c: Conversion, nodes: readonly ConcreteNode[]): Statement[] {
  const result: Statement[] = [];
  for (const node of nodes) {
    if (node.type === 'comment' || node.type === 'line_continuation') continue;
    if (node.type === 'ERROR') {
      result.push(c.invalidStatement(node));
      // What the error swallowed whole is still there.
      result.push(
        ...statements(
          c,
          node.children.filter(
            (child) =>
              child.type === 'class_definition' ||
              child.type === 'function_definition' ||
              child.type === 'decorated_definition',
          ),
        ),
      );
      continue;
    }
    if (!node.named) continue;
    result.push(statement(c, node));
  }
  return result;
}

export function block(c: Conversion, node: ConcreteNode | undefined): Statement[] {
  if (node === undefined) return [];
  if (++c.depth > MAX_NESTING) {
    c.depth--;
    return [c.invalidStatement(node, 'depth')];
  }
  const body = statements(c, node.children);
  c.depth--;
  return body;
}

function statement(c: Conversion, node: ConcreteNode): Statement {
  const { line } = node;
  const broken = hasError(node);
  if (broken && node.type !== 'class_definition' && node.type !== 'function_definition') {
    return c.invalidStatement(node);
  }
  switch (node.type) {
    case 'expression_statement':
      return expressionStatement(c, node);
    case 'return_statement': {
      const value = named(node)[0];
      return { kind: 'return', line, value: value === undefined ? null : toExpression(c, value) };
    }
    case 'if_statement':
      return ifStatement(c, node);
    case 'for_statement': {
      const target = toTarget(c, need(node, 'left'));
      const iterable = toExpression(c, need(node, 'right'));
      return {
        kind: 'for',
        line,
        target,
        iterable,
        body: block(c, field(node, 'body')),
        otherwise: elseBlock(c, field(node, 'alternative')),
      };
    }
    case 'while_statement':
      return {
        kind: 'while',
        line,
        test: toExpression(c, need(node, 'condition')),
        body: block(c, field(node, 'body')),
        otherwise: elseBlock(c, field(node, 'alternative')),
      };
    case 'function_definition':
      return functionDefinition(c, node, []);
    case 'class_definition':
      return classDefinition(c, node, []);
    case 'decorated_definition': {
      const decorators = node.children
        .filter((child) => child.type === 'decorator')
        .map((child) => expressionOf(c, named(child)[0], child));
      const definition = need(node, 'definition');
      return definition.type === 'class_definition'
        ? classDefinition(c, definition, decorators)
        : functionDefinition(c, definition, decorators);
    }
    case 'import_statement': {
      const names = fields(node, 'name').map((child) => importedName(c, child));
      for (const { name, alias } of names) c.scope.bind(alias ?? (name.split('.')[0] as string));
      return { kind: 'import', line, names };
    }
    case 'future_import_statement':
      return { kind: 'pass', line };
    case 'import_from_statement':
      return importFrom(c, node);
    case 'with_statement':
      return withStatement(c, node);
    case 'try_statement':
      return tryStatement(c, node);
    case 'raise_statement': {
      const cause = field(node, 'cause');
      const exception = named(node).find((child) => child.field !== 'cause');
      return {
        kind: 'raise',
        line,
        exception: exception === undefined ? null : toExpression(c, exception),
        cause: cause === undefined ? null : toExpression(c, cause),
      };
    }
    case 'delete_statement': {
      const value = named(node)[0];
      if (value === undefined) return c.invalidStatement(node);
      const targets = value.type === 'expression_list' ? named(value) : [value];
      return {
        kind: 'delete',
        line,
        targets: targets.map((child) => toTarget(c, child)),
      };
    }
    case 'assert_statement': {
      const [test, message] = named(node);
      return {
        kind: 'assert',
        line,
        test: expressionOf(c, test, node),
        message: message === undefined ? null : toExpression(c, message),
      };
    }
    case 'global_statement':
    case 'nonlocal_statement': {
      const names = named(node).map((child) => c.textOf(child));
      const kind = node.type === 'global_statement' ? 'global' : 'nonlocal';
      for (const name of names) {
        c.scope.locals.delete(name);
        (kind === 'global' ? c.scope.globals : c.scope.nonlocals).add(name);
      }
      return { kind, line, names };
    }
    case 'pass_statement':
    case 'type_alias_statement':
      return { kind: 'pass', line };
    case 'break_statement':
      return { kind: 'break', line };
    case 'continue_statement':
      return { kind: 'continue', line };
    case 'match_statement':
      return matchStatement(c, node);
    case 'print_statement':
    case 'exec_statement':
      return c.invalidStatement(node);
    default:
      return { kind: 'expression', line, value: toExpression(c, node) };
  }
}

function expressionStatement(c: Conversion, node: ConcreteNode): Statement {
  const children = named(node);
  const only = children[0];
  if (only === undefined) return { kind: 'pass', line: node.line };
  if (children.length > 1 || node.children.some((child) => child.type === ',')) {
    return {
      kind: 'expression',
      line: node.line,
      value: { kind: 'tuple', line: node.line, elements: children.map((child) => toExpression(c, child)) },
    };
  }
  if (only.type === 'assignment') return assignment(c, only);
  if (only.type === 'augmented_assignment') {
    if (hasError(only)) return c.invalidStatement(only);
    const operator = c.textOf(need(only, 'operator')).slice(0, -1);
    return {
      kind: 'augmented',
      line: only.line,
      target: toTarget(c, need(only, 'left')),
      operator,
      value: toExpression(c, need(only, 'right')),
    };
  }
  return { kind: 'expression', line: node.line, value: toExpression(c, only) };
}

function assignment(c: Conversion, node: ConcreteNode): Statement {
  const targets: Expression[] = [];
  let current: ConcreteNode = node;
  for (;;) {
    if (hasError(current) || isCutOff(c, current)) return c.invalidStatement(node);
    const target = toTarget(c, need(current, 'left'));
    const right = field(current, 'right');
    const annotation = field(current, 'type');
    if (annotation !== undefined) {
      return {
        kind: 'annotated',
        line: node.line,
        target,
        annotation: annotationOf(c, annotation),
        value: right === undefined ? null : toExpression(c, right),
      };
    }
    targets.push(target);
    if (right === undefined) return c.invalidStatement(node);
    if (right.type !== 'assignment') {
      return { kind: 'assign', line: node.line, targets, value: toExpression(c, right) };
    }
    current = right;
  }
}

/** Of `x =` the grammar takes the next line for the value; Python ends a line outside of brackets. */
function isCutOff(c: Conversion, node: ConcreteNode): boolean {
  const right = field(node, 'right');
  if (right === undefined) return false;
  const sign = node.children[node.children.indexOf(right) - 1];
  return sign !== undefined && /(?:^|[^\\])\r?\n/.test(c.text.slice(sign.end, right.start));
}

function ifStatement(c: Conversion, node: ConcreteNode): Statement {
  // `elif` chains are flat in the tree; built from the end, so that no depth is spent on them.
  const test = toExpression(c, need(node, 'condition'));
  const then = block(c, field(node, 'consequence'));
  const links: { line: number; test: Expression; then: Statement[] }[] = [];
  let otherwise: Statement[] = [];
  for (const alternative of fields(node, 'alternative')) {
    if (hasError(alternative)) {
      otherwise = [c.invalidStatement(alternative)];
    } else if (alternative.type === 'elif_clause') {
      links.push({
        line: alternative.line,
        test: toExpression(c, need(alternative, 'condition')),
        then: block(c, field(alternative, 'consequence')),
      });
    } else {
      otherwise = block(c, field(alternative, 'body'));
    }
  }
  for (const link of links.reverse()) otherwise = [{ kind: 'if', ...link, otherwise }];
  return { kind: 'if', line: node.line, test, then, otherwise };
}

function elseBlock(c: Conversion, node: ConcreteNode | undefined): Statement[] {
  return node === undefined ? [] : block(c, field(node, 'body'));
}

function withStatement(c: Conversion, node: ConcreteNode): Statement {
  const items: { value: Expression; target: Expression | null }[] = [];
  for (const clause of node.children.filter((child) => child.type === 'with_clause')) {
    for (const item of named(clause)) {
      const value = need(item, 'value');
      if (value.type === 'as_pattern') items.push(asPattern(c, value));
      else if (value.type === 'tuple' && value.children.some((child) => child.type === 'as_pattern')) {
        for (const child of named(value)) {
          items.push(
            child.type === 'as_pattern'
              ? asPattern(c, child)
              : { value: toExpression(c, child), target: null },
          );
        }
      } else items.push({ value: toExpression(c, value), target: null });
    }
  }
  return { kind: 'with', line: node.line, items, body: block(c, field(node, 'body')) };
}

function asPattern(c: Conversion, node: ConcreteNode): { value: Expression; target: Expression | null } {
  const alias = field(node, 'alias');
  const target = alias === undefined ? undefined : named(alias)[0];
  return {
    value: expressionOf(c, named(node)[0], node),
    target: target === undefined ? null : toTarget(c, target),
  };
}

function tryStatement(c: Conversion, node: ConcreteNode): Statement {
  const handlers: ExceptHandler[] = [];
  let otherwise: Statement[] = [];
  let final: Statement[] = [];
  for (const child of node.children) {
    if (child.type === 'else_clause') otherwise = block(c, field(child, 'body'));
    if (child.type === 'finally_clause') {
      final = block(
        c,
        child.children.find((part) => part.type === 'block'),
      );
    }
    if (child.type !== 'except_clause' && child.type !== 'except_group_clause') continue;
    const parts = named(child).filter((part) => part.type !== 'block');
    let type: Expression | null = null;
    let name: string | null = null;
    const first = parts[0];
    if (hasError(child)) {
      handlers.push({ line: child.line, type: null, name: null, body: [c.invalidStatement(child)] });
      continue;
    }
    if (first?.type === 'as_pattern') {
      const { value, target } = asPattern(c, first);
      type = value;
      name = target?.kind === 'name' ? target.name : null;
    } else if (first !== undefined) {
      type = toExpression(c, first);
      const alias = field(child, 'alias');
      if (alias !== undefined) {
        name = c.textOf(alias);
        c.scope.bind(name);
      }
    }
    handlers.push({
      line: child.line,
      type,
      name,
      body: block(
        c,
        child.children.find((part) => part.type === 'block'),
      ),
    });
  }
  return {
    kind: 'try',
    line: node.line,
    body: block(c, field(node, 'body')),
    handlers,
    otherwise,
    final,
  };
}
