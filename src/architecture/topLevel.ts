import { skeletonOf } from '../python/mergeSyntax';
import type { Expression, FunctionDefinition, Module as Syntax, Statement } from '../python/syntax';

/** What of a module's top level runs when it is imported, and what can wait until one of its names is read. */
export interface TopLevel {
  readonly deferred: readonly Statement[];
  readonly eager: readonly Statement[];
  /** The statements that bind a name, in order. */
  readonly binders: ReadonlyMap<string, readonly Statement[]>;
}

const topLevels = new WeakMap<Syntax, TopLevel>();

export function topLevelOf(syntax: Syntax): TopLevel {
  const known = topLevels.get(syntax);
  if (known !== undefined) return known;
  const binders = new Map<string, Statement[]>();
  const last = new Map<string, number>();
  for (const [index, statement] of syntax.body.entries()) {
    for (const name of namesOf(statement).written) {
      const before = binders.get(name);
      if (before === undefined) binders.set(name, [statement]);
      else before.push(statement);
      last.set(name, index);
    }
  }
  const once = (name: string): boolean => binders.get(name)?.length === 1;
  const announced = announcedClasses(syntax);
  const deferred: Statement[] = [];
  const eager: Statement[] = [];
  for (const [index, statement] of syntax.body.entries()) {
    /** None of the names that it reads is bound anew after it. */
    const settled = (): boolean => {
      for (const name of namesOf(statement).read) if ((last.get(name) ?? -1) > index) return false;
      return true;
    };
    const waits = !announced.has(statement) && canWait(statement, once, settled);
    (waits ? deferred : eager).push(statement);
  }
  const result = { deferred, eager, binders };
  topLevels.set(syntax, result);
  return result;
}

/**
 * Classes whose making is noticed by others: by `__init_subclass__` of a class of the module or by its metaclass,
 * or they pass arguments to such.
 */
function announcedClasses(syntax: Syntax): ReadonlySet<Statement> {
  const noticing = new Set<string>();
  const found = new Set<Statement>();
  for (const statement of syntax.body) {
    if (statement.kind !== 'class') continue;
    const { bases, body } = statement;
    const metaclass = bases.find(({ name }) => name === 'metaclass')?.value;
    const derived = bases.some(({ name, value }) =>
      name === null ? value.kind === 'name' && noticing.has(value.name) : name !== 'metaclass',
    );
    // A metaclass of the module may keep account of its classes; those of the library do not.
    const kept = metaclass?.kind === 'name' && noticing.has(metaclass.name);
    if (derived || kept) found.add(statement);
    const isMetaclass = bases.some(
      ({ name, value }) =>
        name === null &&
        (value.kind === 'name' || value.kind === 'attribute') &&
        /^(type|ABCMeta|EnumMeta)$/.test(value.name),
    );
    const hooks = body.some(
      (part) =>
        part.kind === 'function' &&
        (part.name === '__init_subclass__' || (isMetaclass && /^__(new|init)__$/.test(part.name))),
    );
    if (hooks || derived || kept) noticing.add(statement.name);
  }
  return found;
}

/** Whether a statement has no effect but its names, which have no other value. */
function canWait(statement: Statement, once: (name: string) => boolean, settled: () => boolean): boolean {
  switch (statement.kind) {
    case 'import':
      return (
        statement.names.every(({ name, alias }) => once(alias ?? name.split('.')[0] ?? name)) ||
        statement.names.every(({ name, alias }) => name.includes('.') && alias === null)
      );
    case 'importFrom':
      return statement.names === null || statement.names.every(({ name, alias }) => once(alias ?? name));
    case 'function':
    case 'class':
      return statement.decorators.length === 0 && once(statement.name) && settled();
    case 'assign': {
      const [target] = statement.targets;
      return (
        statement.targets.length === 1 &&
        target?.kind === 'name' &&
        once(target.name) &&
        isPure(statement.value) &&
        settled()
      );
    }
    case 'pass':
    // What is half typed binds nothing and ends where it begins.
    case 'invalidStatement':
      return true;
    case 'expression':
      return statement.value.kind === 'constant';
    default:
      return false;
  }
}

const starts = new WeakMap<Syntax, readonly unknown[]>();

/** What decides how a module is after it has been imported, to be compared part by part. */
export function startOf(syntax: Syntax): readonly unknown[] {
  let start = starts.get(syntax);
  if (start === undefined) {
    const { deferred, eager } = topLevelOf(syntax);
    const stars = deferred.filter((one) => one.kind === 'importFrom' && one.names === null);
    start = [
      ...stars.map(skeletonOf),
      null,
      ...eager.map(skeletonOf),
      [...mutatedNames(syntax)].sort().join(' '),
    ];
    starts.set(syntax, start);
  }
  return start;
}

/** An expression that calls nothing: its value does not depend on when it is evaluated. */
function isPure(node: Expression): boolean {
  switch (node.kind) {
    case 'constant':
    case 'name':
    case 'lambda':
    case 'bytes':
    case 'ellipsis':
      return true;
    case 'attribute':
      return isPure(node.object);
    case 'tuple':
    case 'list':
    case 'set':
      return node.elements.every(isPure);
    case 'dict':
      return node.entries.every(({ key, value }) => (key === null || isPure(key)) && isPure(value));
    case 'binary':
      return isPure(node.left) && isPure(node.right);
    case 'unary':
      return isPure(node.operand);
    default:
      return false;
  }
}

interface StatementNames {
  readonly read: ReadonlySet<string>;
  readonly written: ReadonlySet<string>;
}

const nameCache = new WeakMap<Statement, StatementNames>();

/** Names that a top-level statement reads (function bodies included) and binds in the module. */
export function namesOf(statement: Statement): StatementNames {
  const known = nameCache.get(statement);
  if (known !== undefined) return known;
  const read = new Set<string>();
  const written = new Set<string>();
  const stack: { node: unknown; inner: boolean }[] = [{ node: statement, inner: false }];
  for (;;) {
    const item = stack.pop();
    if (item === undefined) break;
    const { node, inner } = item;
    if (Array.isArray(node)) {
      for (const part of node as unknown[]) stack.push({ node: part, inner });
      continue;
    }
    if (typeof node !== 'object' || node === null || node instanceof Set) continue;
    const { kind, name } = node as { kind?: unknown; name?: unknown };
    if (kind === 'name' && typeof name === 'string') read.add(name);
    if (kind === 'global') for (const global of (node as { names: string[] }).names) written.add(global);
    if (!inner) bindNames(node as Statement, written);
    const nested =
      inner || kind === 'function' || kind === 'class' || kind === 'lambda' || kind === 'comprehension';
    for (const part of Object.values(node) as unknown[]) stack.push({ node: part, inner: nested });
  }
  const result = { read, written };
  nameCache.set(statement, result);
  return result;
}

function bindNames(node: Statement | Expression, written: Set<string>): void {
  const target = (expression: Expression): void => {
    if (expression.kind === 'name') written.add(expression.name);
    else if (expression.kind === 'tuple' || expression.kind === 'list') expression.elements.forEach(target);
    else if (expression.kind === 'starred') target(expression.value);
  };
  switch (node.kind) {
    case 'function':
    case 'class':
    case 'named':
      written.add(node.name);
      break;
    case 'assign':
    case 'delete':
      node.targets.forEach(target);
      break;
    case 'annotated':
    case 'augmented':
    case 'for':
      target(node.target);
      break;
    case 'with':
      for (const item of node.items) if (item.target !== null) target(item.target);
      break;
    case 'try':
      for (const handler of node.handlers) if (handler.name !== null) written.add(handler.name);
      break;
    case 'import':
      for (const { name, alias } of node.names) written.add(alias ?? name.split('.')[0] ?? name);
      break;
    case 'importFrom':
      for (const { name, alias } of node.names ?? []) written.add(alias ?? name);
      break;
    default:
  }
}

const mutatedCache = new WeakMap<Statement, ReadonlySet<string>>();
const ADDERS = new Set([
  'add',
  'update',
  'setdefault',
  'append',
  'extend',
  'insert',
  'pop',
  'clear',
  'remove',
]);

/** Module-level names that a function body of the module stores into. */
export function mutatedNames(syntax: Syntax): ReadonlySet<string> {
  const found = new Set<string>();
  for (const statement of syntax.body) for (const name of mutatedBy(statement)) found.add(name);
  return found;
}

function mutatedBy(statement: Statement): ReadonlySet<string> {
  const known = mutatedCache.get(statement);
  if (known !== undefined) return known;
  const found = new Set<string>();
  const stack: { node: unknown; locals: ReadonlySet<string> | null }[] = [{ node: statement, locals: null }];
  for (;;) {
    const item = stack.pop();
    if (item === undefined) break;
    const { node } = item;
    let { locals } = item;
    if (Array.isArray(node)) {
      for (const part of node as unknown[]) stack.push({ node: part, locals });
      continue;
    }
    if (typeof node !== 'object' || node === null || node instanceof Set) continue;
    const typed = node as Statement | Expression;
    if (typed.kind === 'function') locals = typed.scope.locals;
    const global = (expression: Expression): void => {
      if (locals !== null && expression.kind === 'subscript') {
        let base: Expression = expression.object;
        while (base.kind === 'subscript') base = base.object;
        if (base.kind === 'name' && !locals.has(base.name)) found.add(base.name);
      }
    };
    if (typed.kind === 'assign') typed.targets.forEach(global);
    if (typed.kind === 'augmented') global(typed.target);
    if (
      typed.kind === 'call' &&
      typed.callee.kind === 'attribute' &&
      ADDERS.has(typed.callee.name) &&
      locals !== null
    ) {
      let base: Expression = typed.callee.object;
      while (base.kind === 'subscript') base = base.object;
      if (base.kind === 'name' && !locals.has(base.name)) found.add(base.name);
    }
    for (const part of Object.values(node) as unknown[]) stack.push({ node: part, locals });
  }
  mutatedCache.set(statement, found);
  return found;
}

const added = new WeakMap<FunctionDefinition, ReadonlySet<string>>();

/** Attributes of an object that a function stores into: `self.table[name] = …`, `self.table.update(…)`. */
export function attributesAdded(definition: FunctionDefinition, self: string): ReadonlySet<string> {
  const known = added.get(definition);
  if (known !== undefined) return known;
  const found = new Set<string>();
  const note = (container: Expression): void => {
    let base = container;
    while (base.kind === 'subscript') base = base.object;
    if (base.kind === 'attribute' && base.object.kind === 'name' && base.object.name === self) {
      found.add(base.name);
    }
  };
  const stack: unknown[] = [definition.body];
  while (stack.length > 0) {
    const node = stack.pop();
    if (Array.isArray(node)) {
      stack.push(...(node as unknown[]));
      continue;
    }
    if (typeof node !== 'object' || node === null || node instanceof Set) continue;
    const typed = node as Statement | Expression;
    const targets =
      typed.kind === 'assign' ? typed.targets : typed.kind === 'augmented' ? [typed.target] : [];
    for (const target of targets) if (target.kind === 'subscript') note(target.object);
    if (typed.kind === 'call' && typed.callee.kind === 'attribute' && ADDERS.has(typed.callee.name)) {
      note(typed.callee.object);
    }
    stack.push(...(Object.values(node) as unknown[]));
  }
  added.set(definition, found);
  return found;
}
