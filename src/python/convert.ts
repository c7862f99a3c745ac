import type { ConcreteNode, ConcreteTree } from './concreteTree';
import { decodeEscapes, literalStart } from './stringLiterals';
import type {
  Argument,
  ClassDefinition,
  ComprehensionClause,
  DictEntry,
  ExceptHandler,
  Expression,
  FormatPart,
  FunctionDefinition,
  ImportedName,
  MatchCase,
  Module,
  Parameter,
  Pattern,
  Scope,
  Statement,
} from './syntax';

/**
 * Expressions and blocks nested deeper than this are `invalid`: conversion and evaluation recurse on
 * nesting, and CPython's own parser stops at 200 brackets and 100 indents.
 */
export const MAX_NESTING = 220;

/** Turns tree-sitter's tree into Python's abstract syntax. Never throws: what is no Python is `invalid`. */
export function convertModule(tree: ConcreteTree): Module {
  return new Converter(tree.text).module(tree.root);
}

class ScopeBuilder implements Scope {
  readonly locals = new Set<string>();
  readonly globals = new Set<string>();
  readonly nonlocals = new Set<string>();
  yields = false;
  constructor(readonly comprehensionOf: ScopeBuilder | null) {}

  bind(name: string): void {
    if (!this.globals.has(name) && !this.nonlocals.has(name)) this.locals.add(name);
  }
}

class Converter {
  private scope = new ScopeBuilder(null);
  private depth = 0;
  private readonly errors: number[] = [];

  constructor(private readonly text: string) {}

  module(root: ConcreteNode): Module {
    const body = this.statements(root.children);
    return {
      body,
      scope: this.scope,
      errors: this.errors,
      lines: countLines(this.text),
    };
  }

  private textOf(node: ConcreteNode): string {
    return this.text.slice(node.start, node.end);
  }

  // Statements ---------------------------------------------------------------------------------

  private statements(nodes: readonly ConcreteNode[]): Statement[] {
    const result: Statement[] = [];
    for (const node of nodes) {
      if (node.type === 'comment' || node.type === 'line_continuation') continue;
      if (node.type === 'ERROR') {
        result.push(this.invalidStatement(node));
        // What the error swallowed whole is still there.
        result.push(
          ...this.statements(
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
      result.push(this.statement(node));
    }
    return result;
  }

  private invalidStatement(node: ConcreteNode, reason: 'syntax' | 'depth' = 'syntax'): Statement {
    this.errors.push(node.line);
    return { kind: 'invalidStatement', line: node.line, reason };
  }

  private block(node: ConcreteNode | undefined): Statement[] {
    if (node === undefined) return [];
    if (++this.depth > MAX_NESTING) {
      this.depth--;
      return [this.invalidStatement(node, 'depth')];
    }
    const body = this.statements(node.children);
    this.depth--;
    return body;
  }

  private statement(node: ConcreteNode): Statement {
    const { line } = node;
    const broken = hasError(node);
    if (broken && node.type !== 'class_definition' && node.type !== 'function_definition') {
      return this.invalidStatement(node);
    }
    switch (node.type) {
      case 'expression_statement':
        return this.expressionStatement(node);
      case 'return_statement': {
        const value = named(node)[0];
        return { kind: 'return', line, value: value === undefined ? null : this.expression(value) };
      }
      case 'if_statement':
        return this.ifStatement(node);
      case 'for_statement': {
        const target = this.target(need(node, 'left'));
        const iterable = this.expression(need(node, 'right'));
        return {
          kind: 'for',
          line,
          target,
          iterable,
          body: this.block(field(node, 'body')),
          otherwise: this.elseBlock(field(node, 'alternative')),
        };
      }
      case 'while_statement':
        return {
          kind: 'while',
          line,
          test: this.expression(need(node, 'condition')),
          body: this.block(field(node, 'body')),
          otherwise: this.elseBlock(field(node, 'alternative')),
        };
      case 'function_definition':
        return this.functionDefinition(node, []);
      case 'class_definition':
        return this.classDefinition(node, []);
      case 'decorated_definition': {
        const decorators = node.children
          .filter((child) => child.type === 'decorator')
          .map((child) => this.expressionOf(named(child)[0], child));
        const definition = need(node, 'definition');
        return definition.type === 'class_definition'
          ? this.classDefinition(definition, decorators)
          : this.functionDefinition(definition, decorators);
      }
      case 'import_statement': {
        const names = fields(node, 'name').map((child) => this.importedName(child));
        for (const { name, alias } of names) this.scope.bind(alias ?? (name.split('.')[0] as string));
        return { kind: 'import', line, names };
      }
      case 'future_import_statement':
        return { kind: 'pass', line };
      case 'import_from_statement':
        return this.importFrom(node);
      case 'with_statement':
        return this.withStatement(node);
      case 'try_statement':
        return this.tryStatement(node);
      case 'raise_statement': {
        const cause = field(node, 'cause');
        const exception = named(node).find((child) => child.field !== 'cause');
        return {
          kind: 'raise',
          line,
          exception: exception === undefined ? null : this.expression(exception),
          cause: cause === undefined ? null : this.expression(cause),
        };
      }
      case 'delete_statement': {
        const value = named(node)[0];
        if (value === undefined) return this.invalidStatement(node);
        const targets = value.type === 'expression_list' ? named(value) : [value];
        return {
          kind: 'delete',
          line,
          targets: targets.map((child) => this.target(child)),
        };
      }
      case 'assert_statement': {
        const [test, message] = named(node);
        return {
          kind: 'assert',
          line,
          test: this.expressionOf(test, node),
          message: message === undefined ? null : this.expression(message),
        };
      }
      case 'global_statement':
      case 'nonlocal_statement': {
        const names = named(node).map((child) => this.textOf(child));
        const kind = node.type === 'global_statement' ? 'global' : 'nonlocal';
        for (const name of names) {
          this.scope.locals.delete(name);
          (kind === 'global' ? this.scope.globals : this.scope.nonlocals).add(name);
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
        return this.matchStatement(node);
      case 'print_statement':
      case 'exec_statement':
        return this.invalidStatement(node);
      default:
        return { kind: 'expression', line, value: this.expression(node) };
    }
  }

  private expressionStatement(node: ConcreteNode): Statement {
    const children = named(node);
    const only = children[0];
    if (only === undefined) return { kind: 'pass', line: node.line };
    if (children.length > 1 || node.children.some((child) => child.type === ',')) {
      return {
        kind: 'expression',
        line: node.line,
        value: { kind: 'tuple', line: node.line, elements: children.map((child) => this.expression(child)) },
      };
    }
    if (only.type === 'assignment') return this.assignment(only);
    if (only.type === 'augmented_assignment') {
      if (hasError(only)) return this.invalidStatement(only);
      const operator = this.textOf(need(only, 'operator')).slice(0, -1);
      return {
        kind: 'augmented',
        line: only.line,
        target: this.target(need(only, 'left')),
        operator,
        value: this.expression(need(only, 'right')),
      };
    }
    return { kind: 'expression', line: node.line, value: this.expression(only) };
  }

  private assignment(node: ConcreteNode): Statement {
    const targets: Expression[] = [];
    let current: ConcreteNode = node;
    for (;;) {
      if (hasError(current)) return this.invalidStatement(node);
      const target = this.target(need(current, 'left'));
      const right = field(current, 'right');
      const annotation = field(current, 'type');
      if (annotation !== undefined) {
        return {
          kind: 'annotated',
          line: node.line,
          target,
          annotation: this.annotation(annotation),
          value: right === undefined ? null : this.expression(right),
        };
      }
      targets.push(target);
      if (right === undefined) return this.invalidStatement(node);
      if (right.type !== 'assignment') {
        return { kind: 'assign', line: node.line, targets, value: this.expression(right) };
      }
      current = right;
    }
  }

  private ifStatement(node: ConcreteNode): Statement {
    // `elif` chains are flat in the tree; built from the end, so that no depth is spent on them.
    const test = this.expression(need(node, 'condition'));
    const then = this.block(field(node, 'consequence'));
    const links: { line: number; test: Expression; then: Statement[] }[] = [];
    let otherwise: Statement[] = [];
    for (const alternative of fields(node, 'alternative')) {
      if (hasError(alternative)) {
        otherwise = [this.invalidStatement(alternative)];
      } else if (alternative.type === 'elif_clause') {
        links.push({
          line: alternative.line,
          test: this.expression(need(alternative, 'condition')),
          then: this.block(field(alternative, 'consequence')),
        });
      } else {
        otherwise = this.block(field(alternative, 'body'));
      }
    }
    for (const link of links.reverse()) otherwise = [{ kind: 'if', ...link, otherwise }];
    return { kind: 'if', line: node.line, test, then, otherwise };
  }

  private elseBlock(node: ConcreteNode | undefined): Statement[] {
    return node === undefined ? [] : this.block(field(node, 'body'));
  }

  private importedName(node: ConcreteNode): ImportedName {
    if (node.type === 'aliased_import') {
      return { name: this.dotted(need(node, 'name')), alias: this.textOf(need(node, 'alias')) };
    }
    return { name: this.dotted(node), alias: null };
  }

  private dotted(node: ConcreteNode): string {
    return named(node)
      .map((child) => this.textOf(child))
      .join('.');
  }

  private importFrom(node: ConcreteNode): Statement {
    const moduleNode = need(node, 'module_name');
    let level = 0;
    let module = '';
    if (moduleNode.type === 'relative_import') {
      for (const child of named(moduleNode)) {
        if (child.type === 'import_prefix') level = this.textOf(child).replace(/[^.]/g, '').length;
        else module = this.dotted(child);
      }
    } else {
      module = this.dotted(moduleNode);
    }
    if (node.children.some((child) => child.type === 'wildcard_import')) {
      return { kind: 'importFrom', line: node.line, module, level, names: null };
    }
    const names = fields(node, 'name').map((child) => this.importedName(child));
    for (const { name, alias } of names) this.scope.bind(alias ?? name);
    return { kind: 'importFrom', line: node.line, module, level, names };
  }

  private withStatement(node: ConcreteNode): Statement {
    const items: { value: Expression; target: Expression | null }[] = [];
    for (const clause of node.children.filter((child) => child.type === 'with_clause')) {
      for (const item of named(clause)) {
        const value = need(item, 'value');
        if (value.type === 'as_pattern') items.push(this.asPattern(value));
        else if (value.type === 'tuple' && value.children.some((child) => child.type === 'as_pattern')) {
          for (const child of named(value)) {
            items.push(
              child.type === 'as_pattern'
                ? this.asPattern(child)
                : { value: this.expression(child), target: null },
            );
          }
        } else items.push({ value: this.expression(value), target: null });
      }
    }
    return { kind: 'with', line: node.line, items, body: this.block(field(node, 'body')) };
  }

  private asPattern(node: ConcreteNode): { value: Expression; target: Expression | null } {
    const alias = field(node, 'alias');
    const target = alias === undefined ? undefined : named(alias)[0];
    return {
      value: this.expressionOf(named(node)[0], node),
      target: target === undefined ? null : this.target(target),
    };
  }

  private tryStatement(node: ConcreteNode): Statement {
    const handlers: ExceptHandler[] = [];
    let otherwise: Statement[] = [];
    let final: Statement[] = [];
    for (const child of node.children) {
      if (child.type === 'else_clause') otherwise = this.block(field(child, 'body'));
      if (child.type === 'finally_clause') {
        final = this.block(child.children.find((part) => part.type === 'block'));
      }
      if (child.type !== 'except_clause' && child.type !== 'except_group_clause') continue;
      const parts = named(child).filter((part) => part.type !== 'block');
      let type: Expression | null = null;
      let name: string | null = null;
      const first = parts[0];
      if (hasError(child)) {
        handlers.push({ line: child.line, type: null, name: null, body: [this.invalidStatement(child)] });
        continue;
      }
      if (first?.type === 'as_pattern') {
        const { value, target } = this.asPattern(first);
        type = value;
        name = target?.kind === 'name' ? target.name : null;
      } else if (first !== undefined) {
        type = this.expression(first);
        const alias = field(child, 'alias');
        if (alias !== undefined) {
          name = this.textOf(alias);
          this.scope.bind(name);
        }
      }
      handlers.push({
        line: child.line,
        type,
        name,
        body: this.block(child.children.find((part) => part.type === 'block')),
      });
    }
    return {
      kind: 'try',
      line: node.line,
      body: this.block(field(node, 'body')),
      handlers,
      otherwise,
      final,
    };
  }

  // Definitions --------------------------------------------------------------------------------

  private functionDefinition(node: ConcreteNode, decorators: Expression[]): FunctionDefinition {
    const name = this.textOf(need(node, 'name'));
    this.scope.bind(name);
    const returns = field(node, 'return_type');
    return this.inScope(node, () => {
      const parameters = this.parameters(field(node, 'parameters'));
      const body = this.block(field(node, 'body'));
      if (hasError(node)) body.push(this.invalidStatement(node));
      return {
        kind: 'function',
        line: node.line,
        endLine: this.lineAt(node),
        name,
        parameters,
        body,
        decorators,
        returns: returns === undefined ? null : this.annotation(returns),
        scope: this.scope,
        isGenerator: this.scope.yields,
        isAsync: node.children[0]?.type === 'async',
      };
    });
  }

  private classDefinition(node: ConcreteNode, decorators: Expression[]): ClassDefinition {
    const name = this.textOf(need(node, 'name'));
    this.scope.bind(name);
    const superclasses = field(node, 'superclasses');
    const bases = superclasses === undefined ? [] : this.argumentsOf(superclasses);
    return this.inScope(node, () => {
      const body = this.block(field(node, 'body'));
      if (hasError(node)) body.push(this.invalidStatement(node));
      return {
        kind: 'class',
        line: node.line,
        endLine: this.lineAt(node),
        name,
        bases,
        body,
        decorators,
        scope: this.scope,
      };
    });
  }

  private lineAt(node: ConcreteNode): number {
    let line = node.line;
    const text = this.textOf(node).trimEnd();
    for (let i = text.indexOf('\n'); i >= 0; i = text.indexOf('\n', i + 1)) line++;
    return line;
  }

  private inScope<T>(node: ConcreteNode, make: () => T): T {
    const outer = this.scope;
    this.scope = new ScopeBuilder(null);
    this.depth++;
    try {
      return make();
    } finally {
      this.depth--;
      this.scope = outer;
      void node;
    }
  }

  /** Defaults belong to the outer scope; they bind nothing but `:=`, which nobody writes there. */
  private parameters(node: ConcreteNode | undefined): Parameter[] {
    const result: Parameter[] = [];
    if (node === undefined) return result;
    let kind: Parameter['kind'] = 'ordinary';
    const add = (
      nameNode: ConcreteNode,
      parameterKind: Parameter['kind'],
      value: ConcreteNode | undefined,
      type: ConcreteNode | undefined,
    ): void => {
      const name = this.textOf(nameNode);
      this.scope.bind(name);
      const annotation = type === undefined ? null : this.annotation(type);
      result.push({
        name,
        kind: parameterKind,
        default: value === undefined ? null : this.expression(value),
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

  private annotation(node: ConcreteNode): Expression {
    const { line } = node;
    const inner = node.type === 'type' ? named(node)[0] : node;
    if (inner === undefined) return { kind: 'constant', line, value: null };
    switch (inner.type) {
      case 'generic_type': {
        const [base, parameter] = named(inner);
        return {
          kind: 'subscript',
          line,
          object: this.expressionOf(base, inner),
          index: {
            kind: 'tuple',
            line,
            elements: named(parameter ?? inner).map((child) => this.annotation(child)),
          },
        };
      }
      case 'union_type':
      case 'constrained_type':
      case 'member_type':
      case 'splat_type':
        return { kind: 'constant', line, value: null };
      default:
        return this.expression(inner);
    }
  }

  // Patterns of `match` -------------------------------------------------------------------------

  private matchStatement(node: ConcreteNode): Statement {
    const subjects = fields(node, 'subject').map((child) => this.expression(child));
    const cases: MatchCase[] = [];
    const body = field(node, 'body');
    for (const clause of body?.children.filter((child) => child.type === 'case_clause') ?? []) {
      const patterns = clause.children
        .filter((child) => child.type === 'case_pattern')
        .map((child) => this.pattern(child));
      const guard = field(clause, 'guard');
      const first = patterns[0];
      cases.push({
        line: clause.line,
        pattern:
          patterns.length === 1 && first !== undefined ? first : { kind: 'sequence', elements: patterns },
        guard: guard === undefined ? null : this.expressionOf(named(guard)[0], guard),
        body: this.block(field(clause, 'consequence')),
      });
    }
    const subject = subjects[0];
    if (subject === undefined) return this.invalidStatement(node);
    return {
      kind: 'match',
      line: node.line,
      subject: subjects.length === 1 ? subject : { kind: 'tuple', line: node.line, elements: subjects },
      cases,
    };
  }

  private pattern(node: ConcreteNode): Pattern {
    if (++this.depth > MAX_NESTING) {
      this.depth--;
      return { kind: 'unsupported' };
    }
    const result = this.shallowPattern(node);
    this.depth--;
    return result;
  }

  private shallowPattern(node: ConcreteNode): Pattern {
    switch (node.type) {
      case 'case_pattern': {
        const inner = node.children.find((child) => child.type !== 'comment');
        if (inner === undefined) return { kind: 'unsupported' };
        if (inner.type === '_') return { kind: 'any' };
        if (inner.type === '-') return { kind: 'value', value: this.negative(node) };
        return this.pattern(inner);
      }
      case 'dotted_name': {
        const parts = named(node);
        const first = parts[0];
        if (first === undefined) return { kind: 'unsupported' };
        if (parts.length === 1) {
          const name = this.textOf(first);
          if (name === '_') return { kind: 'any' };
          this.scope.bind(name);
          return { kind: 'capture', name };
        }
        return { kind: 'value', value: this.dottedName(node) };
      }
      case 'union_pattern':
        return {
          kind: 'or',
          options: named(node).map((child) => this.pattern(child)),
        };
      case 'as_pattern': {
        const [inner, name] = named(node);
        if (inner === undefined || name === undefined) return { kind: 'unsupported' };
        const bound = this.textOf(name);
        this.scope.bind(bound);
        return { kind: 'as', pattern: this.pattern(inner), name: bound };
      }
      case 'tuple_pattern':
        if (named(node).length === 1 && !node.children.some((child) => child.type === ',')) {
          const only = named(node)[0];
          return only === undefined ? { kind: 'unsupported' } : this.pattern(only);
        }
        return { kind: 'sequence', elements: named(node).map((child) => this.pattern(child)) };
      case 'list_pattern':
        return { kind: 'sequence', elements: named(node).map((child) => this.pattern(child)) };
      case 'splat_pattern': {
        const inner = named(node)[0];
        if (inner === undefined) return { kind: 'rest', name: null };
        const name = this.textOf(inner);
        this.scope.bind(name);
        return { kind: 'rest', name };
      }
      case 'class_pattern':
        return this.classPattern(node);
      case 'dict_pattern':
        return this.mappingPattern(node);
      case 'complex_pattern':
      case 'keyword_pattern':
        return { kind: 'unsupported' };
      default:
        return { kind: 'value', value: this.expression(node) };
    }
  }

  private dottedName(node: ConcreteNode): Expression {
    const [first, ...rest] = named(node);
    if (first === undefined) return this.invalid(node);
    let value: Expression = { kind: 'name', line: node.line, name: this.textOf(first) };
    for (const part of rest) {
      value = { kind: 'attribute', line: node.line, object: value, name: this.textOf(part) };
    }
    return value;
  }

  private classPattern(node: ConcreteNode): Pattern {
    const [name, ...parts] = named(node);
    if (name === undefined) return { kind: 'unsupported' };
    const positional: Pattern[] = [];
    const keywords: { name: string; pattern: Pattern }[] = [];
    for (const part of parts) {
      const keyword = part.children.find((child) => child.type === 'keyword_pattern');
      if (keyword === undefined) {
        positional.push(this.pattern(part));
        continue;
      }
      const [attribute, value] = named(keyword);
      if (attribute === undefined || value === undefined) return { kind: 'unsupported' };
      const minus = keyword.children.some((child) => child.type === '-');
      const pattern: Pattern = minus
        ? {
            kind: 'value',
            value: { kind: 'unary', line: keyword.line, operator: '-', operand: this.expression(value) },
          }
        : value.type === '_'
          ? { kind: 'any' }
          : this.pattern(value);
      keywords.push({ name: this.textOf(attribute), pattern });
    }
    return { kind: 'class', cls: this.dottedName(name), positional, named: keywords };
  }

  private mappingPattern(node: ConcreteNode): Pattern {
    const entries: { key: Expression; pattern: Pattern }[] = [];
    let rest: string | null = null;
    const parts = named(node);
    for (let i = 0; i < parts.length; i++) {
      const part = parts[i];
      if (part === undefined) break;
      if (part.type === 'splat_pattern') {
        const inner = named(part)[0];
        if (inner === undefined) return { kind: 'unsupported' };
        rest = this.textOf(inner);
        this.scope.bind(rest);
        continue;
      }
      const value = parts[++i];
      if (value?.type !== 'case_pattern') return { kind: 'unsupported' };
      const key = part.type === 'dotted_name' ? this.dottedName(part) : this.expression(part);
      entries.push({ key, pattern: this.pattern(value) });
    }
    return { kind: 'mapping', entries, rest };
  }

  private negative(node: ConcreteNode): Expression {
    const inner = named(node)[0];
    return { kind: 'unary', line: node.line, operator: '-', operand: this.expressionOf(inner, node) };
  }

  // Expressions ---------------------------------------------------------------------------------

  private expressionOf(node: ConcreteNode | undefined, parent: ConcreteNode): Expression {
    return node === undefined ? this.invalid(parent) : this.expression(node);
  }

  private invalid(node: ConcreteNode, reason: 'syntax' | 'depth' = 'syntax'): Expression {
    this.errors.push(node.line);
    return { kind: 'invalid', line: node.line, reason };
  }

  /** An expression that is assigned to: its names are bound in the scope. */
  private target(node: ConcreteNode): Expression {
    const expression = this.expression(node);
    this.bindTarget(expression);
    return expression;
  }

  private bindTarget(target: Expression): void {
    if (target.kind === 'name') this.scope.bind(target.name);
    else if (target.kind === 'tuple' || target.kind === 'list')
      target.elements.forEach((e) => this.bindTarget(e));
    else if (target.kind === 'starred') this.bindTarget(target.value);
  }

  private expression(node: ConcreteNode): Expression {
    if (hasError(node)) return this.invalid(node);
    if (++this.depth > MAX_NESTING) {
      this.depth--;
      return this.invalid(node, 'depth');
    }
    const result = this.shallowExpression(node);
    this.depth--;
    return result;
  }

  private shallowExpression(node: ConcreteNode): Expression {
    const { line } = node;
    switch (node.type) {
      case 'identifier':
      case 'keyword_identifier':
        return { kind: 'name', line, name: this.textOf(node) };
      case 'integer':
      case 'float':
        return this.number(node);
      case 'true':
        return { kind: 'constant', line, value: true };
      case 'false':
        return { kind: 'constant', line, value: false };
      case 'none':
        return { kind: 'constant', line, value: null };
      case 'ellipsis':
        return { kind: 'ellipsis', line };
      case 'string':
        return this.joinStrings([node], line);
      case 'concatenated_string':
        return this.joinStrings(named(node), line);
      case 'attribute':
        return {
          kind: 'attribute',
          line,
          object: this.expression(need(node, 'object')),
          name: this.textOf(need(node, 'attribute')),
        };
      case 'subscript':
        return this.subscript(node);
      case 'slice':
        return this.slice(node);
      case 'call': {
        const args = need(node, 'arguments');
        return {
          kind: 'call',
          line,
          callee: this.expression(need(node, 'function')),
          args:
            args.type === 'generator_expression'
              ? [{ name: null, unpack: 0, value: this.expression(args) }]
              : this.argumentsOf(args),
        };
      }
      case 'binary_operator':
        return this.binary(node);
      case 'unary_operator': {
        const operator = this.textOf(need(node, 'operator')) as '-' | '+' | '~';
        const operand = this.expression(need(node, 'argument'));
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
          operand: this.expression(need(node, 'argument')),
        };
      case 'boolean_operator':
        return {
          kind: 'boolean',
          line,
          operator: this.textOf(need(node, 'operator')) as 'and' | 'or',
          left: this.expression(need(node, 'left')),
          right: this.expression(need(node, 'right')),
        };
      case 'comparison_operator':
        return this.comparison(node);
      case 'conditional_expression': {
        const [then, test, otherwise] = named(node);
        return {
          kind: 'conditional',
          line,
          test: this.expressionOf(test, node),
          then: this.expressionOf(then, node),
          otherwise: this.expressionOf(otherwise, node),
        };
      }
      case 'parenthesized_expression':
      case 'type':
        return this.expressionOf(named(node)[0], node);
      case 'tuple':
      case 'expression_list':
      case 'pattern_list':
      case 'tuple_pattern':
        return { kind: 'tuple', line, elements: named(node).map((child) => this.expression(child)) };
      case 'list':
      case 'list_pattern':
        return { kind: 'list', line, elements: named(node).map((child) => this.expression(child)) };
      case 'set':
        return { kind: 'set', line, elements: named(node).map((child) => this.expression(child)) };
      case 'dictionary':
        return { kind: 'dict', line, entries: named(node).map((child) => this.dictEntry(child)) };
      case 'list_splat':
      case 'list_splat_pattern':
        return { kind: 'starred', line, value: this.expressionOf(named(node)[0], node) };
      case 'list_comprehension':
        return this.comprehension(node, 'list');
      case 'set_comprehension':
        return this.comprehension(node, 'set');
      case 'dictionary_comprehension':
        return this.comprehension(node, 'dict');
      case 'generator_expression':
        return this.comprehension(node, 'generator');
      case 'lambda':
        return this.lambda(node);
      case 'named_expression': {
        const name = this.textOf(need(node, 'name'));
        let scope = this.scope;
        while (scope.comprehensionOf !== null) scope = scope.comprehensionOf;
        scope.bind(name);
        return { kind: 'named', line, name, value: this.expression(need(node, 'value')) };
      }
      case 'yield': {
        this.scope.yields = true;
        const value = named(node)[0];
        if (node.children.some((child) => child.type === 'from')) {
          return { kind: 'yieldFrom', line, value: this.expressionOf(value, node) };
        }
        return { kind: 'yield', line, value: value === undefined ? null : this.expression(value) };
      }
      case 'await':
        return { kind: 'await', line, value: this.expressionOf(named(node)[0], node) };
      case 'as_pattern':
        return this.expressionOf(named(node)[0], node);
      case 'generic_type':
      case 'union_type':
        return this.annotation(node);
      default:
        // Soft keywords (`print`, `exec`, `match`, `type`) are named by their own text.
        if (/^[A-Za-z_]\w*$/.test(this.textOf(node)) && node.children.length === 0) {
          return { kind: 'name', line, name: this.textOf(node) };
        }
        return this.invalid(node);
    }
  }

  private number(node: ConcreteNode): Expression {
    const { line } = node;
    const text = this.textOf(node).replace(/_/g, '');
    if (/[jJ]$/.test(text)) return { kind: 'complex', line };
    if (node.type === 'float') return { kind: 'constant', line, value: Number(text) };
    // tree-sitter reads Python 2's `10L` and `010` too.
    if (/^0[xXbBoO]/.test(text)) {
      return { kind: 'constant', line, value: BigInt(text.toLowerCase()) };
    }
    if (!/^[0-9]+$/.test(text) || /^0+[1-9]/.test(text)) return this.invalid(node);
    return { kind: 'constant', line, value: BigInt(text) };
  }

  private binary(node: ConcreteNode): Expression {
    // Chains of a left-associative operator are as deep as they are long: unrolled.
    const links: { operator: string; right: ConcreteNode; line: number }[] = [];
    let leftmost = node;
    while (leftmost.type === 'binary_operator') {
      if (hasError(leftmost)) return this.invalid(leftmost);
      links.push({
        operator: this.textOf(need(leftmost, 'operator')),
        right: need(leftmost, 'right'),
        line: leftmost.line,
      });
      leftmost = need(leftmost, 'left');
    }
    if (links.length > MAX_NESTING) return this.invalid(node, 'depth');
    let left = this.expression(leftmost);
    for (const { operator, right, line } of links.reverse()) {
      left = { kind: 'binary', line, operator, left, right: this.expression(right) };
    }
    return left;
  }

  private comparison(node: ConcreteNode): Expression {
    const operands: ConcreteNode[] = [];
    const operators: string[] = [];
    for (const child of node.children) {
      if (child.field === 'operators') operators.push(this.textOf(child).replace(/\s+/g, ' '));
      else if (child.named && child.type !== 'comment') operands.push(child);
    }
    const [first, ...others] = operands;
    return {
      kind: 'compare',
      line: node.line,
      first: this.expressionOf(first, node),
      rest: others.map((operand, i) => ({
        operator: operators[i] === '<>' ? '!=' : (operators[i] ?? '=='),
        operand: this.expression(operand),
      })),
    };
  }

  private subscript(node: ConcreteNode): Expression {
    const { line } = node;
    const object = this.expression(need(node, 'value'));
    const parts = fields(node, 'subscript').map((child) => this.expression(child));
    const trailingComma = node.children.some((child) => child.type === ',');
    const only = parts[0];
    if (parts.length === 1 && !trailingComma && only !== undefined && only.kind !== 'starred') {
      return { kind: 'subscript', line, object, index: only };
    }
    return { kind: 'subscript', line, object, index: { kind: 'tuple', line, elements: parts } };
  }

  private slice(node: ConcreteNode): Expression {
    const parts: (Expression | null)[] = [null, null, null];
    let position = 0;
    for (const child of node.children) {
      if (child.type === ':') position++;
      else if (child.named && child.type !== 'comment') parts[position] = this.expression(child);
    }
    return {
      kind: 'slice',
      line: node.line,
      start: parts[0] ?? null,
      stop: parts[1] ?? null,
      step: parts[2] ?? null,
    };
  }

  private argumentsOf(node: ConcreteNode): Argument[] {
    if (hasError(node)) return [{ name: null, unpack: 0, value: this.invalid(node) }];
    return named(node).map((child): Argument => {
      if (child.type === 'keyword_argument') {
        return {
          name: this.textOf(need(child, 'name')),
          unpack: 0,
          value: this.expression(need(child, 'value')),
        };
      }
      if (child.type === 'list_splat' || child.type === 'dictionary_splat') {
        return {
          name: null,
          unpack: child.type === 'list_splat' ? 1 : 2,
          value: this.expressionOf(named(child)[0], child),
        };
      }
      return { name: null, unpack: 0, value: this.expression(child) };
    });
  }

  private dictEntry(node: ConcreteNode): DictEntry {
    if (node.type === 'pair' && !hasError(node)) {
      return {
        key: this.expression(need(node, 'key')),
        value: this.expression(need(node, 'value')),
      };
    }
    if (node.type === 'dictionary_splat') {
      return { key: null, value: this.expressionOf(named(node)[0], node) };
    }
    const broken = this.invalid(node);
    return { key: broken, value: broken };
  }

  private comprehension(node: ConcreteNode, result: 'list' | 'set' | 'dict' | 'generator'): Expression {
    const outer = this.scope;
    const scope = new ScopeBuilder(outer);
    const clauses: { target: Expression; iterable: Expression; conditions: Expression[] }[] = [];
    let body: ConcreteNode | undefined;
    for (const child of named(node)) {
      if (child.field === 'body') body = child;
      else if (child.type === 'for_in_clause') {
        // The first iterable is evaluated outside.
        const sources = fields(child, 'right');
        this.scope = clauses.length === 0 ? outer : scope;
        const iterables = sources.map((source) => this.expression(source));
        this.scope = scope;
        const first = iterables[0];
        const target = this.target(need(child, 'left'));
        clauses.push({
          target,
          iterable:
            iterables.length === 1 && first !== undefined
              ? first
              : { kind: 'tuple', line: child.line, elements: iterables },
          conditions: [],
        });
      } else if (child.type === 'if_clause') {
        this.scope = scope;
        clauses[clauses.length - 1]?.conditions.push(this.expressionOf(named(child)[0], child));
      }
    }
    this.scope = scope;
    let element: Expression;
    let value: Expression | null = null;
    if (body?.type === 'pair') {
      element = this.expression(need(body, 'key'));
      value = this.expression(need(body, 'value'));
    } else element = this.expressionOf(body, node);
    this.scope = outer;
    const finished: readonly ComprehensionClause[] = clauses;
    return { kind: 'comprehension', line: node.line, result, element, value, clauses: finished, scope };
  }

  private lambda(node: ConcreteNode): Expression {
    const { line } = node;
    return this.inScope(node, () => {
      const parameters = this.parameters(field(node, 'parameters'));
      const value = this.expression(need(node, 'body'));
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
          scope: this.scope,
          isGenerator: this.scope.yields,
          isAsync: false,
        },
      };
    });
  }

  // Strings -------------------------------------------------------------------------------------

  private joinStrings(nodes: readonly ConcreteNode[], line: number): Expression {
    const parts: FormatPart[] = [];
    let bytes = false;
    let format = false;
    for (const node of nodes) {
      if (node.type !== 'string' || hasError(node)) return this.invalid(node);
      const opening = node.children.find((child) => child.type === 'string_start');
      const start = literalStart(opening === undefined ? '"' : this.textOf(opening));
      bytes ||= start.bytes;
      format ||= start.format;
      this.stringParts(node, start.raw, start.bytes, start.format, parts);
    }
    if (bytes) return { kind: 'bytes', line, value: parts.filter((p) => typeof p === 'string').join('') };
    if (!format) {
      return { kind: 'constant', line, value: parts.filter((p) => typeof p === 'string').join('') };
    }
    return { kind: 'format', line, parts };
  }

  private stringParts(
    node: ConcreteNode,
    raw: boolean,
    bytes: boolean,
    format: boolean,
    parts: FormatPart[],
  ): void {
    for (const child of node.children) {
      if (child.type === 'string_content') {
        let text = this.textOf(child);
        if (format) text = text.replace(/\{\{/g, '{').replace(/\}\}/g, '}');
        parts.push(raw ? text : decodeEscapes(text, bytes));
      } else if (child.type === 'interpolation') parts.push(this.interpolation(child));
      else if (child.type === 'escape_interpolation') parts.push(this.textOf(child).slice(1));
    }
  }

  private interpolation(node: ConcreteNode): FormatPart {
    const conversion = field(node, 'type_conversion');
    const specifier = field(node, 'format_specifier');
    const value = need(node, 'expression');
    const equals = node.children.find((child) => child.type === '=');
    const format: FormatPart[] = [];
    if (specifier !== undefined) {
      // Its text between the nested expressions belongs to no child.
      let position = specifier.start + 1;
      for (const child of specifier.children) {
        if (child.type !== 'format_expression') continue;
        format.push(this.text.slice(position, child.start));
        format.push(this.interpolation(child));
        position = child.end;
      }
      format.push(this.text.slice(position, specifier.end));
    }
    return {
      value: this.expression(value),
      conversion: conversion === undefined ? null : this.textOf(conversion).slice(1),
      format,
      label: equals === undefined ? null : this.text.slice(node.start + 1, equals.end),
    };
  }
}

const IGNORED = new Set(['comment', 'line_continuation']);

function named(node: ConcreteNode): ConcreteNode[] {
  return node.children.filter((child) => child.named && !IGNORED.has(child.type));
}

function field(node: ConcreteNode, name: string): ConcreteNode | undefined {
  return node.children.find((child) => child.field === name && !IGNORED.has(child.type));
}

function fields(node: ConcreteNode, name: string): ConcreteNode[] {
  return node.children.filter((child) => child.field === name && child.named && !IGNORED.has(child.type));
}

/** A field that the grammar promises; the node itself stands in where an error left it out. */
function need(node: ConcreteNode, name: string): ConcreteNode {
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

function hasError(node: ConcreteNode): boolean {
  for (const child of node.children) if (child.type === 'ERROR' || child.missing) return true;
  return node.missing;
}

function countLines(text: string): number {
  let lines = 1;
  for (let i = text.indexOf('\n'); i >= 0; i = text.indexOf('\n', i + 1)) lines++;
  return lines;
}
