import type { Expression } from '../python/syntax';
import { getAttribute, setAttribute, deleteAttribute } from './attributes';
import { unsupported } from './calls';
import { UnknownOperand } from './errors';
import { evaluate, lookUpName } from './expressions';
import { type Interpreter, unknownReason } from './machine';
import { listItems } from './iteration';
import { deleteItem, getItem, setItem } from './subscripts';
import { type Environment, PyList, PyUnknown, type Value } from './values';

/** Binds a target: a name, attribute, item, or a tuple of targets. */
export function assign(vm: Interpreter, target: Expression, value: Value, env: Environment): void {
  switch (target.kind) {
    case 'name': {
      const scope = scopeOf(env, target.name);
      vm.touch(scope);
      scope.variables.set(target.name, value);
      return;
    }
    case 'attribute':
      setAttribute(vm, evaluate(vm, target.object, env), target.name, value);
      return;
    case 'subscript':
      setItem(vm, evaluate(vm, target.object, env), evaluate(vm, target.index, env), value);
      return;
    case 'tuple':
    case 'list':
      unpack(vm, target.elements, value, env);
      return;
    default:
      unsupported(vm, 'assignment');
  }
}

/** Where a name is written: the scope itself, the module (`global`), an enclosing function. */
function scopeOf(env: Environment, name: string): { variables: Map<string, Value> } & Environment {
  if (env.globalNames.has(name)) return moduleScope(env);
  if (env.nonlocalNames.has(name)) {
    for (let outer = env.parent; outer !== null; outer = outer.parent) {
      if (outer.locals === null || outer.locals.has(name)) return outer;
    }
  }
  return env.locals === null ? moduleScope(env) : env;
}

function moduleScope(env: Environment): { variables: Map<string, Value> } & Environment {
  // A module's variables may be deferred; a written one never is.
  return env.globals as unknown as { variables: Map<string, Value> } & Environment;
}

function unpack(vm: Interpreter, targets: readonly Expression[], value: Value, env: Environment): void {
  let items: Value[];
  try {
    items = listItems(vm, value);
  } catch (error) {
    if (!(error instanceof UnknownOperand)) throw error;
    for (const target of targets) {
      const plain = target.kind === 'starred' ? target.value : target;
      assign(vm, plain, new PyUnknown(error.reason), env);
    }
    return;
  }
  const star = targets.findIndex((target) => target.kind === 'starred');
  if (star < 0) {
    if (items.length !== targets.length) {
      vm.raise(
        'ValueError',
        items.length > targets.length
          ? `too many values to unpack (expected ${targets.length})`
          : `not enough values to unpack (expected ${targets.length}, got ${items.length})`,
      );
    }
    targets.forEach((target, i) => assign(vm, target, items[i] ?? null, env));
    return;
  }
  const after = targets.length - star - 1;
  if (items.length < star + after) vm.raise('ValueError', 'not enough values to unpack');
  targets.forEach((target, i) => {
    if (target.kind === 'starred') {
      assign(vm, target.value, new PyList(items.slice(star, items.length - after)), env);
    } else {
      assign(vm, target, items[i < star ? i : items.length - targets.length + i] ?? null, env);
    }
  });
}

/** The parts of `target op= value`: what is read, and how the result is written, evaluated once. */
export function readForAugmented(
  vm: Interpreter,
  target: Expression,
  env: Environment,
): { read: Value; write: (value: Value) => void } {
  switch (target.kind) {
    case 'name':
      return {
        read: lookUpName(vm, target.name, env),
        write: (value) => assign(vm, target, value, env),
      };
    case 'attribute': {
      const object = evaluate(vm, target.object, env);
      return {
        read: getAttribute(vm, object, target.name),
        write: (value) => setAttribute(vm, object, target.name, value),
      };
    }
    case 'subscript': {
      const object = evaluate(vm, target.object, env);
      const index = evaluate(vm, target.index, env);
      return {
        read: getItem(vm, object, index),
        write: (value) => setItem(vm, object, index, value),
      };
    }
    default:
      unsupported(vm, 'augmented assignment');
  }
}

export function deleteTarget(vm: Interpreter, target: Expression, env: Environment): void {
  switch (target.kind) {
    case 'name': {
      const scope = scopeOf(env, target.name);
      vm.touch(scope);
      if (!scope.variables.delete(target.name)) vm.raise('NameError', `name '${target.name}' is not defined`);
      return;
    }
    case 'attribute':
      deleteAttribute(vm, evaluate(vm, target.object, env), target.name);
      return;
    case 'subscript': {
      const object = evaluate(vm, target.object, env);
      if (unknownReason(object) === null) deleteItem(vm, object, evaluate(vm, target.index, env));
      return;
    }
    case 'tuple':
    case 'list':
      for (const element of target.elements) deleteTarget(vm, element, env);
      return;
    default:
      unsupported(vm, 'del');
  }
}
