import type { Expression, Statement } from '../python/syntax';
import { assign, deleteTarget, readForAugmented } from './assignment';
import { call, callMethod, unsupported } from './calls';
import { defineClass } from './classes';
import { Abandon, PyRaise, UnknownOperand } from './errors';
import { evaluate, makeFunction } from './expressions';
import { fork, joinValues, orUnknown } from './join';
import { havoc } from './havoc';
import { bindImport, bindImportFrom } from './imports';
import { type Interpreter, unknownReason } from './machine';
import { advance, iterate } from './iteration';
import { matchPattern } from './matching';
import { binaryInPlace } from './operators';
import { withRow } from './tableRows';
import { truth } from './truth';
import { isInstance, isSubclass } from './types';
import {
  Deferred,
  Environment,
  PyClass,
  PyDict,
  PyInstance,
  PyModule,
  PyTuple,
  PyUnknown,
  type UnknownReason,
  type Value,
} from './values';
import type { Mutable } from './heap';

/** How a statement ended: null when the next one follows. */
export type Completion = null | 'break' | 'continue' | Returned;

export class Returned {
  constructor(readonly value: Value) {}
}

/** What falling off the end of a block means there: decides which unknown branches can be joined. */
export type BlockKind = 'function' | 'loop' | 'plain';

/** Runs a function's body and gives its value. */
export function runBody(vm: Interpreter, body: readonly Statement[], env: Environment): Value {
  const completion = runBlock(vm, body, env, 'function');
  return completion instanceof Returned ? completion.value : null;
}

export function runBlock(
  vm: Interpreter,
  body: readonly Statement[],
  env: Environment,
  kind: BlockKind,
  from = 0,
): Completion {
  for (let i = from; i < body.length; i++) {
    const statement = body[i];
    if (statement === undefined) break;
    let completion: Completion;
    if (statement.kind === 'if') completion = runIf(vm, statement, env, kind, body, i);
    else if (statement.kind === 'try') {
      vm.step();
      setLine(vm, statement.line);
      completion = runTry(vm, statement, env, { kind, block: body, index: i });
    } else completion = runStatement(vm, statement, env);
    if (completion === REST_DONE) return null;
    if (completion !== null) return completion;
  }
  return null;
}

/** Marks that a branch has already run the rest of its block, to its end. */
const REST_DONE = new Returned(null);

function setLine(vm: Interpreter, line: number): void {
  const frame = vm.frames[vm.frames.length - 1];
  if (frame !== undefined) frame.line = line;
}

export function runStatement(vm: Interpreter, statement: Statement, env: Environment): Completion {
  vm.step();
  setLine(vm, statement.line);
  switch (statement.kind) {
    case 'expression':
      if (statement.value.kind === 'constant') return null;
      evaluate(vm, statement.value, env);
      return null;
    case 'assign': {
      const value = evaluate(vm, statement.value, env);
      for (const target of statement.targets) assign(vm, target, value, env);
      return null;
    }
    case 'annotated':
      if (env.isClass && statement.target.kind === 'name') {
        annotate(vm, env, statement.target.name, statement.annotation);
      }
      if (statement.value !== null) {
        assign(vm, statement.target, evaluate(vm, statement.value, env), env);
      }
      return null;
    case 'augmented': {
      const { read, write } = readForAugmented(vm, statement.target, env);
      const value = evaluate(vm, statement.value, env);
      write(binaryInPlace(vm, statement.operator, read, value));
      return null;
    }
    case 'return':
      return new Returned(statement.value === null ? null : evaluate(vm, statement.value, env));
    case 'if':
      return runIf(vm, statement, env, 'plain', [statement], 0);
    case 'for':
      return runFor(vm, statement, env);
    case 'while':
      return runWhile(vm, statement, env);
    case 'function': {
      let value: Value = makeFunction(vm, statement, env);
      value = decorate(vm, statement.decorators, value, env);
      assignName(vm, statement.name, value, env);
      return null;
    }
    case 'class': {
      let value: Value = defineClass(vm, statement, env);
      value = decorate(vm, statement.decorators, value, env);
      assignName(vm, statement.name, value, env);
      return null;
    }
    case 'import':
      bindImport(vm, statement, (name, value) => assignName(vm, name, value, env));
      return null;
    case 'importFrom':
      bindImportFrom(vm, statement, env.globals, (name, value) => assignName(vm, name, value, env));
      return null;
    case 'raise':
      return raiseStatement(vm, statement, env);
    case 'try':
      return runTry(vm, statement, env, null);
    case 'with':
      return runWith(vm, statement.items, 0, statement.body, env);
    case 'assert': {
      const test = truth(vm, evaluate(vm, statement.test, env));
      if (test === false) vm.raise('AssertionError', '');
      if (test !== true) vm.mayRaise.push(test);
      return null;
    }
    case 'delete':
      for (const target of statement.targets) deleteTarget(vm, target, env);
      return null;
    case 'match':
      return runMatch(vm, statement, env);
    case 'break':
    case 'continue':
      return statement.kind;
    case 'pass':
    case 'global':
    case 'nonlocal':
      return null;
    case 'invalidStatement':
      throw new Abandon(vm.reason(statement.reason === 'depth' ? 'budgetDepth' : 'syntax', ''));
  }
}

function assignName(vm: Interpreter, name: string, value: Value, env: Environment): void {
  assign(vm, { kind: 'name', line: 0, name }, value, env);
}

function annotate(vm: Interpreter, env: Environment, name: string, annotation: Expression): void {
  const known = env.variables.get('__annotations__');
  const annotations = known instanceof PyDict ? known : new PyDict();
  env.variables.set('__annotations__', annotations);
  // Only what dataclasses look for is kept of the annotation: its outermost name.
  annotations.set(name, annotationName(annotation));
  void vm;
}

/** `ClassVar[int]` is `ClassVar`, `typing.Optional[int]` `Optional`; a dataclass asks no more. */
export function annotationName(annotation: Expression): string {
  switch (annotation.kind) {
    case 'name':
      return annotation.name;
    case 'attribute':
      return annotation.name;
    case 'subscript':
      return annotationName(annotation.object);
    case 'constant':
      return typeof annotation.value === 'string' ? annotation.value : 'None';
    default:
      return '';
  }
}

function decorate(
  vm: Interpreter,
  decorators: readonly Expression[],
  definition: Value,
  env: Environment,
): Value {
  // Evaluated from the first, applied from the last.
  const values = decorators.map((decorator) => evaluate(vm, decorator, env));
  let value = definition;
  for (const decorator of values.reverse()) {
    if (decorator instanceof PyUnknown) {
      // An unknown decorator may wrap, replace or register.
      havoc(vm, [value], decorator.reason);
      value = new PyUnknown(decorator.reason);
    } else value = call(vm, decorator, [value]);
  }
  return value;
}

type If = Extract<Statement, { kind: 'if' }>;

function runIf(
  vm: Interpreter,
  statement: If,
  env: Environment,
  kind: BlockKind,
  block: readonly Statement[],
  index: number,
): Completion {
  let current = statement;
  for (;;) {
    vm.step();
    setLine(vm, current.line);
    const test = truth(vm, evaluate(vm, current.test, env));
    if (test === true) return runBlock(vm, current.then, env, 'plain');
    if (test !== false) return forkIf(vm, current, test, env, kind, block, index);
    const [only] = current.otherwise;
    if (current.otherwise.length === 1 && only?.kind === 'if') current = only;
    else return runBlock(vm, current.otherwise, env, 'plain');
  }
}

function forkIf(
  vm: Interpreter,
  statement: If,
  reason: UnknownReason,
  env: Environment,
  kind: BlockKind,
  block: readonly Statement[],
  index: number,
): Completion {
  const leaves = mayLeave(statement.then) || mayLeave(statement.otherwise);
  const side = (body: readonly Statement[]) => (): Completion => {
    const completion = runBlock(vm, body, env, 'plain');
    if (completion !== null || !leaves) return completion;
    return runBlock(vm, block, env, kind, index + 1) ?? REST_DONE;
  };
  return fork(vm, reason, side(statement.then), side(statement.otherwise), (a, b) =>
    joinCompletions(vm, a, b, kind, reason),
  );
}

function joinCompletions(
  vm: Interpreter,
  a: Completion,
  b: Completion,
  kind: BlockKind,
  reason: UnknownReason,
): Completion {
  const normal = (completion: Completion): Completion => {
    if (completion === REST_DONE && kind === 'function') return new Returned(null);
    if (completion === 'continue' && kind === 'loop') return REST_DONE;
    return completion;
  };
  const x = normal(a);
  const y = normal(b);
  if (x === y) return x;
  if (x instanceof Returned && y instanceof Returned && x !== REST_DONE && y !== REST_DONE) {
    return new Returned(joinValues(vm, [x.value, y.value], reason));
  }
  throw new Abandon(reason);
}

/** Whether a block may end by `return`, `break` or `continue` (of a loop outside it). */
function mayLeave(body: readonly Statement[]): boolean {
  return body.some((statement) => {
    switch (statement.kind) {
      case 'return':
      case 'break':
      case 'continue':
        return true;
      case 'if':
        return mayLeave(statement.then) || mayLeave(statement.otherwise);
      case 'for':
      case 'while':
      case 'with':
        return mayLeave(statement.body);
      case 'try':
        return (
          mayLeave(statement.body) ||
          mayLeave(statement.otherwise) ||
          mayLeave(statement.final) ||
          statement.handlers.some((handler) => mayLeave(handler.body))
        );
      case 'match':
        return statement.cases.some((option) => mayLeave(option.body));
      default:
        return false;
    }
  });
}

function runFor(
  vm: Interpreter,
  statement: Extract<Statement, { kind: 'for' }>,
  env: Environment,
): Completion {
  const iterable = evaluate(vm, statement.iterable, env);
  let iterator;
  try {
    iterator = iterate(vm, iterable);
  } catch (error) {
    if (error instanceof UnknownOperand) return havocLoop(vm, statement, env, error.reason);
    throw error;
  }
  for (;;) {
    let item;
    try {
      item = advance(vm, iterator);
    } catch (error) {
      if (error instanceof UnknownOperand) return havocLoop(vm, statement, env, error.reason);
      throw error;
    }
    if (item === undefined) break;
    setLine(vm, statement.line);
    const completion = withRow(vm, item, () => {
      assign(vm, statement.target, item, env);
      return runBlock(vm, statement.body, env, 'loop');
    });
    if (completion === 'break') return null;
    if (completion instanceof Returned) return completion;
  }
  return runBlock(vm, statement.otherwise, env, 'plain');
}

function runWhile(
  vm: Interpreter,
  statement: Extract<Statement, { kind: 'while' }>,
  env: Environment,
): Completion {
  for (;;) {
    vm.step();
    setLine(vm, statement.line);
    const test = truth(vm, evaluate(vm, statement.test, env));
    if (test === false) break;
    if (test !== true) return havocLoop(vm, statement, env, test);
    const completion = runBlock(vm, statement.body, env, 'loop');
    if (completion === 'break') return null;
    if (completion instanceof Returned) return completion;
  }
  return runBlock(vm, statement.otherwise, env, 'plain');
}

/**
 * A loop whose turns are not known: nothing that its body may write or reach is known afterwards. If
 * it may return, nothing is known at all.
 */
function havocLoop(
  vm: Interpreter,
  statement: Extract<Statement, { kind: 'for' | 'while' }>,
  env: Environment,
  reason: UnknownReason,
): Completion {
  if (mayReturn(statement.body) || mayReturn(statement.otherwise)) throw new Abandon(reason);
  const names = namesIn(statement);
  const reached: Value[] = [];
  for (const name of names.read) {
    const value = lookUpQuietly(vm, env, name);
    if (value !== undefined) reached.push(value);
  }
  havoc(vm, reached, reason);
  for (const name of names.written) assignName(vm, name, new PyUnknown(reason), env);
  vm.unknownCalls = reason;
  return null;
}

function mayReturn(body: readonly Statement[]): boolean {
  let found = false;
  visitStatements(body, (statement) => {
    if (statement.kind === 'return') found = true;
  });
  return found;
}

function visitStatements(body: readonly Statement[], visit: (statement: Statement) => void): void {
  const stack: Statement[] = [...body];
  for (;;) {
    const statement = stack.pop();
    if (statement === undefined) return;
    visit(statement);
    switch (statement.kind) {
      case 'if':
        stack.push(...statement.then, ...statement.otherwise);
        break;
      case 'for':
      case 'while':
        stack.push(...statement.body, ...statement.otherwise);
        break;
      case 'with':
        stack.push(...statement.body);
        break;
      case 'try':
        stack.push(...statement.body, ...statement.otherwise, ...statement.final);
        for (const handler of statement.handlers) stack.push(...handler.body);
        break;
      case 'match':
        for (const option of statement.cases) stack.push(...option.body);
        break;
      default:
    }
  }
}

/** Names that a piece of syntax reads and writes, found without regard to order. */
function namesIn(root: unknown): { read: Set<string>; written: Set<string> } {
  const read = new Set<string>();
  const written = new Set<string>();
  const stack: unknown[] = [root];
  while (stack.length > 0) {
    const node = stack.pop();
    if (Array.isArray(node)) {
      stack.push(...(node as unknown[]));
      continue;
    }
    if (typeof node !== 'object' || node === null || node instanceof Set) continue;
    const { kind, name } = node as { kind?: unknown; name?: unknown };
    if (kind === 'name' && typeof name === 'string') read.add(name);
    if ((kind === 'function' || kind === 'class' || kind === 'named') && typeof name === 'string') {
      written.add(name);
    }
    if (kind === 'for' || kind === 'augmented' || kind === 'annotated') {
      targetNames((node as { target: Expression }).target, written);
    }
    if (kind === 'assign') {
      for (const target of (node as { targets: readonly Expression[] }).targets) {
        targetNames(target, written);
      }
    }
    if (kind === 'with') {
      for (const item of (node as { items: readonly { target: Expression | null }[] }).items) {
        if (item.target !== null) targetNames(item.target, written);
      }
    }
    if (kind === 'import' || kind === 'importFrom') {
      const names = (node as { names: readonly { name: string; alias: string | null }[] | null }).names;
      for (const imported of names ?? []) {
        written.add(imported.alias ?? imported.name.split('.')[0] ?? imported.name);
      }
    }
    stack.push(...(Object.values(node) as unknown[]));
  }
  return { read, written };
}

function targetNames(target: Expression, names: Set<string>): void {
  if (target.kind === 'name') names.add(target.name);
  else if (target.kind === 'tuple' || target.kind === 'list') {
    for (const element of target.elements) targetNames(element, names);
  } else if (target.kind === 'starred') targetNames(target.value, names);
}

function lookUpQuietly(vm: Interpreter, env: Environment, name: string): Value | undefined {
  for (let scope: Environment | null = env; scope !== null; scope = scope.parent) {
    const value = scope.variables.get(name);
    if (value !== undefined) return value;
  }
  if (!env.globals.isInternal) vm.reads.variable(env.globals, name);
  const value = env.globals.variables.get(name);
  return value === undefined || (typeof value === 'object' && value !== null && 'force' in value)
    ? undefined
    : value;
}

// Exceptions ------------------------------------------------------------------------------------

function raiseStatement(
  vm: Interpreter,
  statement: Extract<Statement, { kind: 'raise' }>,
  env: Environment,
): never {
  if (statement.exception === null) {
    const current = env.variables.get(CURRENT_EXCEPTION);
    if (current instanceof PyInstance) throw new PyRaise(current, vm.place);
    vm.raise('RuntimeError', 'No active exception to reraise');
  }
  let value = evaluate(vm, statement.exception, env);
  if (value instanceof PyClass) value = call(vm, value, []);
  if (value instanceof PyInstance) throw new PyRaise(value, vm.place);
  const reason = unknownReason(value);
  if (reason !== null) {
    // Which exception is not known: an instance of Exception stands for it.
    const exception = vm.exception('Exception', 'an exception that is not known');
    exception.taint = reason;
    throw new PyRaise(exception, vm.place);
  }
  vm.raise('TypeError', 'exceptions must derive from BaseException');
}

/** The exception being handled is a variable that no program can name. */
const CURRENT_EXCEPTION = '\0exception';

/** What follows a statement in its block. */
interface Rest {
  readonly kind: BlockKind;
  readonly block: readonly Statement[];
  readonly index: number;
}

type Try = Extract<Statement, { kind: 'try' }>;

function runTry(vm: Interpreter, statement: Try, env: Environment, rest: Rest | null): Completion {
  const { final } = statement;
  if (final.length === 0) return runTryBody(vm, statement, env, rest);
  let completion: Completion;
  try {
    // What follows comes after `finally`: no side of a branch may run it before.
    completion = runTryBody(vm, statement, env, null);
  } catch (error) {
    if (error instanceof PyRaise) {
      const ending = runBlock(vm, final, env, 'plain');
      if (ending !== null) return ending;
    }
    throw error;
  }
  return runBlock(vm, final, env, 'plain') ?? completion;
}

function runTryBody(vm: Interpreter, statement: Try, env: Environment, rest: Rest | null): Completion {
  const before = vm.unknownCalls;
  vm.unknownCalls = null;
  const depth = vm.frames.length;
  let completion: Completion = null;
  let raised: PyRaise | null = null;
  vm.tryDepth++;
  const changed = vm.trail.watched(() => {
    try {
      completion = runBlock(vm, statement.body, env, 'plain');
    } catch (error) {
      if (!(error instanceof PyRaise)) throw error;
      raised = error;
      vm.frames.length = depth;
    }
  });
  vm.tryDepth--;
  const unknown = vm.unknownCalls as UnknownReason | null;
  vm.unknownCalls ??= before;
  const ending = (): Completion => {
    if (raised !== null) return runHandlers(vm, statement, raised, env);
    return completion ?? runBlock(vm, statement.otherwise, env, 'plain');
  };
  if (unknown === null || statement.handlers.length === 0) return ending();
  const leaves =
    completion !== null ||
    mayLeave(statement.otherwise) ||
    statement.handlers.some((one) => mayLeave(one.body));
  return afterUnknownTry(vm, statement, env, unknown, changed, ending, leaves ? (rest ?? 'none') : null);
}

/**
 * Something in the body may have raised, from any point of it: both what follows the body and what follows a
 * handler are run, and joined.
 *
 * @param rest what follows the statement, where a side may leave its block; null where none does
 */
function afterUnknownTry(
  vm: Interpreter,
  statement: Try,
  env: Environment,
  reason: UnknownReason,
  changed: ReadonlyMap<Mutable, unknown>,
  ending: () => Completion,
  rest: Rest | 'none' | null,
): Completion {
  if (statement.handlers.every((handler) => handler.body.at(-1)?.kind === 'raise')) {
    // A module that is not there ends the construction, as it does outside of `try`.
    if (reason.code !== 'moduleNotFound') vm.mayRaise.push(reason);
    return ending();
  }
  const whole = (completion: Completion): Completion => {
    if (completion !== null || rest === null) return completion;
    if (rest === 'none') throw new Abandon(reason);
    return runBlock(vm, rest.block, env, rest.kind, rest.index + 1) ?? REST_DONE;
  };
  const interrupted = (): Completion => {
    // Of what the body changed, it may have changed a part only; what it left alone is as it was.
    for (const [object, before] of changed) {
      vm.touch(object);
      if (object instanceof Environment || object instanceof PyModule)
        doubtVariables(vm, object, before, reason);
      else object.taint ??= reason;
    }
    return whole(runSomeHandler(vm, statement, 0, reason, env));
  };
  return fork(
    vm,
    reason,
    () => whole(ending()),
    interrupted,
    (a, b) => joinCompletions(vm, a, b, rest === null || rest === 'none' ? 'plain' : rest.kind, reason),
  );
}

/** Variables may still have the values that they had before. */
function doubtVariables(
  vm: Interpreter,
  scope: Environment | PyModule,
  state: unknown,
  reason: UnknownReason,
): void {
  const before = state as PyModule['variables'];
  for (const [name, value] of scope.variables) {
    const old = before.get(name);
    if (old === value || value instanceof Deferred || old instanceof Deferred) continue;
    scope.variables.set(
      name,
      old === undefined ? new PyUnknown(reason) : joinValues(vm, [old, value], reason),
    );
  }
  // A name that is deleted may be there still.
  for (const name of before.keys()) {
    if (!scope.variables.has(name)) scope.variables.set(name, new PyUnknown(reason));
  }
}

/** The handler of an exception that is not known: any of those from `index` on. */
function runSomeHandler(
  vm: Interpreter,
  statement: Try,
  index: number,
  reason: UnknownReason,
  env: Environment,
): Completion {
  const handler = statement.handlers[index];
  if (handler === undefined) return null;
  const exception = vm.exception('Exception', 'an exception that is not known');
  exception.taint = reason;
  const own = (): Completion => runHandler(vm, handler, exception, env);
  if (index === statement.handlers.length - 1) return own();
  return fork(
    vm,
    reason,
    own,
    () => runSomeHandler(vm, statement, index + 1, reason, env),
    (a, b) => joinCompletions(vm, a, b, 'plain', reason),
  );
}

function runHandlers(
  vm: Interpreter,
  statement: Extract<Statement, { kind: 'try' }>,
  error: PyRaise,
  env: Environment,
): Completion {
  for (const handler of statement.handlers) {
    if (handler.type !== null) {
      const type = evaluate(vm, handler.type, env);
      const matches = handles(vm, error.exception, type);
      if (matches === false) continue;
      if (matches !== true) throw new Abandon(matches);
    }
    return runHandler(vm, handler, error.exception, env);
  }
  throw error;
}

function runHandler(
  vm: Interpreter,
  handler: Try['handlers'][number],
  exception: PyInstance,
  env: Environment,
): Completion {
  const outer = env.variables.get(CURRENT_EXCEPTION);
  vm.touch(env);
  env.variables.set(CURRENT_EXCEPTION, exception);
  if (handler.name !== null) assignName(vm, handler.name, exception, env);
  const completion = runBlock(vm, handler.body, env, 'plain');
  vm.touch(env);
  if (handler.name !== null) {
    const scope = env.locals === null ? env.globals : env;
    vm.touch(scope);
    scope.variables.delete(handler.name);
  }
  if (outer === undefined) env.variables.delete(CURRENT_EXCEPTION);
  else env.variables.set(CURRENT_EXCEPTION, outer);
  return completion;
}

/** Whether an exception is caught by `except type`. */
function handles(vm: Interpreter, exception: PyInstance, type: Value): boolean | UnknownReason {
  if (exception.taint !== null) {
    const everything = [vm.class('Exception'), vm.class('BaseException')];
    return type instanceof PyClass && everything.includes(type) ? true : exception.taint;
  }
  if (type instanceof PyTuple) {
    let unknown: UnknownReason | null = null;
    for (const option of type.items) {
      const answer = handles(vm, exception, option);
      if (answer === true) return true;
      if (answer !== false) unknown = answer;
    }
    return unknown ?? false;
  }
  if (type instanceof PyClass) return isSubclass(vm, exception.cls, type);
  return isInstance(vm, exception, type);
}

// With and match ----------------------------------------------------------------------------------

function runWith(
  vm: Interpreter,
  items: readonly { readonly value: Expression; readonly target: Expression | null }[],
  index: number,
  body: readonly Statement[],
  env: Environment,
): Completion {
  const item = items[index];
  if (item === undefined) return runBlock(vm, body, env, 'plain');
  const manager = evaluate(vm, item.value, env);
  const reason = unknownReason(manager);
  if (reason !== null) {
    if (item.target !== null) assign(vm, item.target, new PyUnknown(reason), env);
    return runWith(vm, items, index + 1, body, env);
  }
  const { gradMode } = vm;
  const entered = callMethod(vm, manager, '__enter__');
  if (item.target !== null) assign(vm, item.target, entered, env);
  let completion: Completion;
  try {
    completion = runWith(vm, items, index + 1, body, env);
  } catch (error) {
    if (!(error instanceof PyRaise)) {
      vm.gradMode = gradMode;
      throw error;
    }
    const suppressed = truth(
      vm,
      callMethod(vm, manager, '__exit__', [error.exception.cls, error.exception, null]),
    );
    if (suppressed === true) return null;
    if (suppressed !== false) unsupported(vm, '__exit__');
    throw error;
  }
  callMethod(vm, manager, '__exit__', [null, null, null]);
  return completion;
}

function runMatch(
  vm: Interpreter,
  statement: Extract<Statement, { kind: 'match' }>,
  env: Environment,
): Completion {
  const subject = evaluate(vm, statement.subject, env);
  for (const option of statement.cases) {
    const matched = matchPattern(vm, option.pattern, subject, env);
    if (matched === null) throw new Abandon(unknownReason(subject) ?? vm.reason('unsupported', 'match'));
    if (!matched) continue;
    if (option.guard !== null) {
      const guard = truth(vm, evaluate(vm, option.guard, env));
      if (guard === false) continue;
      if (guard !== true) throw new Abandon(guard);
    }
    return runBlock(vm, option.body, env, 'plain');
  }
  return null;
}

export { orUnknown };
