import { Abandon, PyRaise, UnknownOperand } from './errors';
import type { Interpreter } from './machine';
import { havoc } from './havoc';
import { MAX_FORK_DEPTH } from './limits';
import type { Mutable } from './heap';
import { sameStructure } from './moduleStructure';
import type { PyClass } from './values';
import {
  Deferred,
  type DictEntry,
  effectOf,
  Environment,
  PyChoice,
  PyDict,
  PyFunction,
  PyInstance,
  PyBound,
  PyList,
  PyMaybeAbsent,
  PyModule,
  PySet,
  PySymbol,
  PySymbolicReal,
  PyTensor,
  PyTuple,
  PyUnknown,
  type UnknownReason,
  type Value,
} from './values';

/** The two ends of a branch that is not known. */
export type Side<T> = { readonly value: T; readonly raised: null } | { readonly raised: PyRaise };

/**
 * Runs both sides of a branch on the same heap and joins what they did: what both agree on is kept,
 * other locations are not known. If one side raises, the other holds "if it constructs".
 */
export function fork<T>(
  vm: Interpreter,
  reason: UnknownReason,
  first: () => T,
  second: () => T,
  join: (a: T, b: T) => T,
): T {
  vm.countFork();
  if (vm.forkDepth >= MAX_FORK_DEPTH) {
    throw new Abandon(vm.reason('budgetForks', String(MAX_FORK_DEPTH)));
  }
  vm.forkDepth++;
  try {
    return runBothSides(vm, reason, first, second, join);
  } finally {
    vm.forkDepth--;
  }
}

function runBothSides<T>(
  vm: Interpreter,
  reason: UnknownReason,
  first: () => T,
  second: () => T,
  join: (a: T, b: T) => T,
): T {
  const depth = vm.frames.length;
  const { start } = vm.trail.begin();
  const outerStart = vm.forkStart;
  const { gradMode } = vm;
  const a = attempt(first);
  const gradModeOfA = vm.gradMode;
  vm.gradMode = gradMode;
  vm.frames.length = depth;
  const effectsOfA = vm.trail.rollback();
  vm.classVersion++;
  const branch = vm.trail.begin();
  const b = attempt(second);
  vm.frames.length = depth;
  vm.classVersion++;
  if (a.raised !== null) {
    vm.trail.commit();
    if (b.raised !== null) throw b.raised;
    vm.mayRaise.push(reason);
    return b.value;
  }
  if (b.raised !== null) {
    vm.trail.rollback();
    for (const [object, effect] of effectsOfA) {
      vm.touch(object);
      object.restoreState(effect.state);
      object.taint = effect.taint;
    }
    vm.gradMode = gradModeOfA;
    vm.mayRaise.push(reason);
    return a.value;
  }
  if (vm.gradMode !== gradModeOfA) vm.gradMode = reason;
  vm.forkStart = start;
  for (const [object, effect] of effectsOfA) {
    vm.touch(object);
    joinObject(vm, object, effect.state, reason);
    object.taint ??= effect.taint;
  }
  for (const [object, before] of branch.saved) {
    if (!effectsOfA.has(object)) joinObject(vm, object, before.state, reason);
  }
  vm.trail.commit();
  try {
    return join(a.value, b.value);
  } finally {
    vm.forkStart = outerStart;
  }
}

function attempt<T>(run: () => T): Side<T> {
  try {
    return { value: run(), raised: null };
  } catch (error) {
    if (error instanceof PyRaise) return { raised: error };
    throw error;
  }
}

/** Joins the other side's state into the object, which holds this side's. */
function joinObject(vm: Interpreter, object: Mutable, other: unknown, reason: UnknownReason): void {
  vm.step();
  if (object instanceof PyDict) {
    const theirs = other as Map<string, DictEntry>;
    const mine = object.map;
    const all = (): Value[] => [...theirs.values(), ...mine.values()].map((entry) => entry.value);
    if (object.isAttributes && joinAttributes(vm, object, theirs, reason)) return;
    if (theirs.size !== mine.size) {
      differ(vm, object, all(), reason);
      return;
    }
    const theirKeys = theirs.keys();
    for (const [key, entry] of mine) {
      if (theirKeys.next().value !== key) {
        differ(vm, object, all(), reason);
        return;
      }
      const their = theirs.get(key);
      if (their !== undefined) entry.value = joinValues(vm, [entry.value, their.value], reason);
    }
    return;
  }
  if (object instanceof PyList) {
    const theirs = other as Value[];
    if (theirs.length !== object.items.length) {
      differ(vm, object, [...theirs, ...object.items], reason);
      return;
    }
    object.items = object.items.map((item, i) => joinValues(vm, [item, theirs[i] ?? null], reason));
    return;
  }
  if (object instanceof PySet) {
    const theirs = other as Map<string, Value>;
    if (theirs.size !== object.map.size || [...theirs.keys()].some((key) => !object.map.has(key))) {
      differ(vm, object, [...theirs.values(), ...object.map.values()], reason);
    }
    return;
  }
  if (object instanceof Environment) {
    const theirs = other as Map<string, Value>;
    for (const name of new Set([...theirs.keys(), ...object.variables.keys()])) {
      const a = object.variables.get(name);
      const b = theirs.get(name);
      object.variables.set(
        name,
        a === undefined || b === undefined
          ? oneOf(vm, [a ?? null, b ?? null], reason)
          : joinValues(vm, [a, b], reason),
      );
    }
    return;
  }
  if (object instanceof PyModule) {
    const theirs = other as PyModule['variables'];
    for (const name of new Set([...theirs.keys(), ...object.variables.keys()])) {
      const a = theirs.get(name);
      const b = object.variables.get(name);
      if (a instanceof Deferred || b instanceof Deferred) continue;
      if (a !== b) {
        object.variables.set(name, oneOf(vm, [a ?? null, b ?? null], reason));
      }
    }
    return;
  }
  if (object instanceof PyTensor) {
    const [cls, shape, dtype, requiresGrad, , , leaf] = other as [
      PyClass | null,
      PyTensor['shape'],
      string | null,
      boolean,
      string,
      PyTensor['data'],
      PyTensor['leaf'],
    ];
    if (object.cls !== cls) object.taint ??= reason;
    if (!sameShape(object.shape, shape)) object.shape = null;
    if (object.dtype !== dtype) object.dtype = null;
    if (object.requiresGrad !== requiresGrad || object.leaf !== leaf) object.leaf = reason;
    object.data = null;
    return;
  }
  if (object instanceof PyInstance) {
    if (object.cls !== other) object.taint ??= reason;
    return;
  }
  object.taint ??= reason;
}

/** What `Module.__init__` sets: without it, nothing of a module is known. */
const REGISTRATIONS = ['_parameters', '_buffers', '_modules', '_non_persistent_buffers_set'];

/** Attributes that only one side has are there or not; false where that leaves nothing to know. */
function joinAttributes(
  vm: Interpreter,
  object: PyDict,
  theirs: ReadonlyMap<string, DictEntry>,
  reason: UnknownReason,
): boolean {
  const mine = object.map;
  if (REGISTRATIONS.some((name) => mine.has(name) !== theirs.has(name))) return false;
  for (const [key, entry] of [...mine, ...theirs]) {
    const other = (mine.get(key) === entry ? theirs : mine).get(key);
    if (other === undefined) {
      havoc(vm, [entry.value], reason);
      mine.set(key, { key: entry.key, value: new PyMaybeAbsent(reason) });
    } else if (mine.get(key) === entry) entry.value = joinValues(vm, [entry.value, other.value], reason);
  }
  return true;
}

export function sameShape(a: PyTensor['shape'], b: PyTensor['shape']): boolean {
  if (a === null || b === null) return a === b;
  return (
    a.length === b.length &&
    a.every((size, i) => {
      const other = b[i];
      if (size instanceof PySymbol) {
        return other instanceof PySymbol && size.polynomial.key === other.polynomial.key;
      }
      return size === other;
    })
  );
}

/** What is known of a value that is one of several. */
export function joinValues(vm: Interpreter, values: readonly Value[], reason: UnknownReason): Value {
  let result = values[0] ?? null;
  for (const other of values.slice(1)) result = joinTwo(vm, result, other, reason);
  return result;
}

function joinTwo(vm: Interpreter, a: Value, b: Value, reason: UnknownReason): Value {
  if (a === b) return a;
  if (a instanceof PyUnknown || b instanceof PyUnknown) return oneOf(vm, [a, b], reason);
  if (a instanceof PySymbol && b instanceof PySymbol && a.polynomial.key === b.polynomial.key) return a;
  if (a instanceof PySymbolicReal && b instanceof PySymbolicReal && a.real.text === b.real.text) return a;
  if (a instanceof PyTuple && b instanceof PyTuple && a.cls === b.cls && a.items.length === b.items.length) {
    return new PyTuple(
      a.items.map((item, i) => joinTwo(vm, item, b.items[i] ?? null, reason)),
      a.cls,
    );
  }
  if (a instanceof PyTensor && b instanceof PyTensor) {
    const fresh = a.born >= vm.forkStart && b.born >= vm.forkStart;
    if (
      fresh &&
      a.cls === b.cls &&
      a.dtype === b.dtype &&
      a.requiresGrad === b.requiresGrad &&
      sameShape(a.shape, b.shape) &&
      a.taint === null &&
      b.taint === null
    ) {
      a.data = null;
      return a;
    }
    return oneOf(vm, [a, b], reason);
  }
  if (a instanceof PyBound && b instanceof PyBound && a.self === b.self && a.callee === b.callee) return a;
  if (a instanceof PyFunction && b instanceof PyFunction && a.definition === b.definition) {
    return a.environment === b.environment ? a : oneOf(vm, [a, b], reason);
  }
  if (a instanceof PyInstance && b instanceof PyInstance) {
    if (a.born >= vm.forkStart && b.born >= vm.forkStart && sameStructure(vm, a, b)) {
      return new PyChoice([a, b], reason, true);
    }
    return oneOf(vm, [a, b], reason);
  }
  return oneOf(vm, [a, b], reason);
}

/** Most objects that one unknown value may be before all of them count as changed. */
const MAX_OPTIONS = 8;

/** A value that is one of several: what is done through it happens to one of the objects. */
function oneOf(vm: Interpreter, values: readonly Value[], reason: UnknownReason): Value {
  const options = new Set<Value>();
  for (const value of values) {
    if (value instanceof PyChoice) for (const option of value.options) options.add(option);
    else if (value !== null && typeof value === 'object' && !(value instanceof PyUnknown)) options.add(value);
  }
  if (options.size === 0) return new PyUnknown(reason, null, effectOf(values));
  if (options.size > MAX_OPTIONS) {
    havoc(vm, options, reason);
    return new PyUnknown(reason);
  }
  return new PyChoice([...options], reason, false);
}

/** Containers whose places differ: nothing is known of them, nor of what is reached through them. */
function differ(vm: Interpreter, object: Mutable, values: Iterable<Value>, reason: UnknownReason): void {
  havoc(vm, values, reason);
  object.taint ??= reason;
}

/** Runs something whose unknown operands make its result unknown. */
export function orUnknown(run: () => Value): Value {
  try {
    return run();
  } catch (error) {
    if (error instanceof UnknownOperand) return new PyUnknown(error.reason);
    throw error;
  }
}
