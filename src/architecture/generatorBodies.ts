import type { Expression, Statement } from '../python/syntax';
import { assign } from './assignment';
import { callMethod, unsupported } from './calls';
import { Abandon, PyRaise, UnknownOperand } from './errors';
import { evaluate, passes } from './expressions';
import type { Interpreter } from './machine';
import { advance, iterate } from './iteration';
import { type Completion, Returned, runStatement } from './statements';
import { enterRow } from './tableRows';
import { truth } from './truth';
import { type Environment, type PyFunction, PyIterator, PyTuple, type Value } from './values';

/**
 * Generators run their bodies step by step, as in CPython, so that what happens between two `next`
 * calls is seen. Only statements that contain a `yield` go through here; the rest is run as usual.
 */
type Body<T> = Generator<Value, T, Value>;

export function startGenerator(vm: Interpreter, callee: PyFunction, env: Environment): PyIterator {
  const { definition } = callee;
  const steps = generate(vm, definition.body, env);
  return wrap(vm, steps, {
    name: callee.qualifiedName,
    file: callee.globals.file,
    internal: callee.globals.isInternal,
    line: definition.line,
  });
}

function wrap(
  vm: Interpreter,
  steps: Body<Completion>,
  frame: { name: string; file: string; internal: boolean; line: number },
): PyIterator {
  let running = false;
  const resume = (sent: Value): Value | undefined => {
    if (running) vm.raise('ValueError', 'generator already executing');
    running = true;
    vm.enter(frame);
    try {
      const { value, done } = steps.next(sent);
      if (done !== true) return value;
      result.returned = value instanceof Returned ? value.value : null;
      return undefined;
    } catch (error) {
      result.finished = true;
      throw error;
    } finally {
      vm.leave();
      running = false;
    }
  };
  const result = new GeneratorObject(() => resume(null), resume);
  return result;
}

/** A generator; remembers what it returned, for `yield from`. */
export class GeneratorObject extends PyIterator {
  returned: Value = null;
  constructor(advanceBody: () => Value | undefined, send: (value: Value) => Value | undefined) {
    super(advanceBody, 'generator', send);
  }
}

function* generate(vm: Interpreter, body: readonly Statement[], env: Environment): Body<Completion> {
  for (const statement of body) {
    const completion = yields(statement)
      ? yield* generateStatement(vm, statement, env)
      : runStatement(vm, statement, env);
    if (completion !== null) return completion;
  }
  return null;
}

const yieldCache = new WeakMap<object, boolean>();

/** Whether a piece of syntax contains a `yield` of its own function. */
function yields(node: Statement | Expression): boolean {
  const known = yieldCache.get(node);
  if (known !== undefined) return known;
  let found = false;
  const stack: unknown[] = [node];
  while (stack.length > 0 && !found) {
    const current = stack.pop();
    if (Array.isArray(current)) {
      stack.push(...(current as unknown[]));
      continue;
    }
    if (typeof current !== 'object' || current === null || current instanceof Set) continue;
    const { kind } = current as { kind?: unknown };
    if (kind === 'yield' || kind === 'yieldFrom') found = true;
    if (kind === 'function' || kind === 'class' || kind === 'lambda') continue;
    stack.push(...(Object.values(current) as unknown[]));
  }
  yieldCache.set(node, found);
  return found;
}

function* generateStatement(vm: Interpreter, statement: Statement, env: Environment): Body<Completion> {
  vm.step();
  const frame = vm.frames[vm.frames.length - 1];
  if (frame !== undefined) frame.line = statement.line;
  switch (statement.kind) {
    case 'expression':
      yield* generateExpression(vm, statement.value, env);
      return null;
    case 'assign': {
      const value = yield* generateExpression(vm, statement.value, env);
      for (const target of statement.targets) assign(vm, target, value, env);
      return null;
    }
    case 'return':
      return new Returned(
        statement.value === null ? null : yield* generateExpression(vm, statement.value, env),
      );
    case 'if': {
      const test = truth(vm, evaluate(vm, statement.test, env));
      if (typeof test !== 'boolean') throw new Abandon(test);
      return yield* generate(vm, test ? statement.then : statement.otherwise, env);
    }
    case 'for': {
      const iterator = abandonUnknown(() => iterate(vm, evaluate(vm, statement.iterable, env)));
      for (;;) {
        const item = abandonUnknown(() => advance(vm, iterator));
        if (item === undefined) break;
        const leaveRow = enterRow(vm, item);
        assign(vm, statement.target, item, env);
        const completion = yield* generate(vm, statement.body, env);
        leaveRow();
        if (completion === 'break') return null;
        if (completion instanceof Returned) return completion;
      }
      return yield* generate(vm, statement.otherwise, env);
    }
    case 'while':
      for (;;) {
        vm.step();
        const test = truth(vm, evaluate(vm, statement.test, env));
        if (typeof test !== 'boolean') throw new Abandon(test);
        if (!test) return yield* generate(vm, statement.otherwise, env);
        const completion = yield* generate(vm, statement.body, env);
        if (completion === 'break') return null;
        if (completion instanceof Returned) return completion;
      }
    case 'with': {
      // The manager is entered and left; what it would do to exceptions is not followed.
      const leave: (() => void)[] = [];
      for (const item of statement.items) {
        const manager = evaluate(vm, item.value, env);
        const entered = callMethod(vm, manager, '__enter__');
        if (item.target !== null) assign(vm, item.target, entered, env);
        leave.unshift(() => void callMethod(vm, manager, '__exit__', [null, null, null]));
      }
      let completion: Completion;
      try {
        completion = yield* generate(vm, statement.body, env);
      } catch (error) {
        if (error instanceof PyRaise) leave.forEach((exit) => exit());
        throw error;
      }
      leave.forEach((exit) => exit());
      return completion;
    }
    case 'try': {
      let completion: Completion = null;
      try {
        completion = yield* generate(vm, statement.body, env);
        if (completion === null) completion = yield* generate(vm, statement.otherwise, env);
      } catch (error) {
        if (!(error instanceof PyRaise)) throw error;
        if (statement.handlers.length > 0) unsupported(vm, 'except around yield');
        yield* generate(vm, statement.final, env);
        throw error;
      }
      return (yield* generate(vm, statement.final, env)) ?? completion;
    }
    default:
      return unsupported(vm, `yield in ${statement.kind}`);
  }
}

function abandonUnknown<T>(run: () => T): T {
  try {
    return run();
  } catch (error) {
    if (error instanceof UnknownOperand) throw new Abandon(error.reason);
    throw error;
  }
}

function* generateExpression(vm: Interpreter, node: Expression, env: Environment): Body<Value> {
  if (!yields(node)) return evaluate(vm, node, env);
  switch (node.kind) {
    case 'yield':
      return yield node.value === null ? null : evaluate(vm, node.value, env);
    case 'yieldFrom': {
      const iterator = abandonUnknown(() => iterate(vm, evaluate(vm, node.value, env)));
      for (;;) {
        const item = abandonUnknown(() => advance(vm, iterator));
        if (item === undefined) break;
        yield item;
      }
      return iterator instanceof GeneratorObject ? iterator.returned : null;
    }
    case 'tuple': {
      const items: Value[] = [];
      for (const element of node.elements) items.push(yield* generateExpression(vm, element, env));
      return new PyTuple(items);
    }
    default:
      return unsupported(vm, 'yield inside an expression');
  }
}

type Comprehension = Extract<Expression, { kind: 'comprehension' }>;

/** A generator expression; the first iterable has been evaluated outside it. */
export function comprehensionGenerator(
  vm: Interpreter,
  node: Comprehension,
  source: Value,
  scope: Environment,
): PyIterator {
  const frame = vm.frames[vm.frames.length - 1];
  return wrap(vm, generateClauses(vm, node, 0, source, scope), {
    name: frame?.name ?? '<genexpr>',
    file: frame?.file ?? '',
    internal: frame?.internal ?? false,
    line: node.line,
  });
}

function* generateClauses(
  vm: Interpreter,
  node: Comprehension,
  index: number,
  source: Value,
  scope: Environment,
): Body<Completion> {
  const clause = node.clauses[index];
  if (clause === undefined) return null;
  const iterator = iterate(vm, source);
  for (;;) {
    const item = advance(vm, iterator);
    if (item === undefined) return null;
    const leaveRow = enterRow(vm, item);
    assign(vm, clause.target, item, scope);
    if (passes(vm, clause.conditions, scope)) {
      const next = node.clauses[index + 1];
      if (next === undefined) yield evaluate(vm, node.element, scope);
      else yield* generateClauses(vm, node, index + 1, evaluate(vm, next.iterable, scope), scope);
    }
    leaveRow();
  }
}
