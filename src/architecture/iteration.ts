import { Abandon, PyRaise, UnknownOperand } from './errors';
import { call } from './calls';
import { type Interpreter, unknownReason } from './machine';
import { lookup, typeOf } from './types';
import { tensorItems } from './tensors/tensorItems';
import {
  PyBytes,
  PyClass,
  PyDict,
  PyGenericAlias,
  PyInstance,
  PyIterator,
  PyList,
  PyRange,
  PySet,
  PySymbol,
  PyTensor,
  PyTuple,
  type UnknownReason,
  type Value,
} from './values';

/** Python's `iter(value)`. Values that are not known throw `UnknownOperand`. */
export function iterate(vm: Interpreter, value: Value): PyIterator {
  const reason = unknownReason(value);
  if (reason !== null) throw new UnknownOperand(reason);
  if (value instanceof PyIterator) return value;
  if (value instanceof PyList) {
    const custom = customIterator(vm, value);
    if (custom !== null) return custom;
    let i = 0;
    return new PyIterator(() => {
      checkTaint(value);
      return i < value.items.length ? value.items[i++] : undefined;
    });
  }
  if (value instanceof PyTuple) {
    const custom = customIterator(vm, value);
    if (custom !== null) return custom;
    return overItems(value.items);
  }
  if (value instanceof PyRange) {
    let current = value.start;
    const { stop, step } = value;
    return new PyIterator(() => {
      if (step > 0n ? current >= stop : current <= stop) return undefined;
      const result = current;
      current += step;
      return result;
    });
  }
  if (value instanceof PyDict) {
    return customIterator(vm, value) ?? dictIterator(vm, value, (entry) => entry.key);
  }
  if (value instanceof PySet) {
    checkTaint(value);
    if (value.open !== null) throw new UnknownOperand(value.open);
    return overItems(setOrder(vm, value));
  }
  if (typeof value === 'string') return overItems(Array.from(value));
  if (value instanceof PyBytes) {
    return overItems(Array.from(value.data, (c) => BigInt(c.charCodeAt(0))));
  }
  if (value instanceof PyTensor) return overItems(tensorItems(vm, value));
  if (value instanceof PySymbol) vm.raise('TypeError', "'int' object is not iterable");
  if (value instanceof PyClass || value instanceof PyInstance || value instanceof PyGenericAlias) {
    const custom = customIterator(vm, value);
    if (custom !== null) return custom;
  }
  vm.raise('TypeError', `'${typeOf(vm, value).name}' object is not iterable`);
}

/**
 * A set's order depends on hashes: of strings it changes from run to run, of small integers it does
 * not, but follows the table's layout. Known only for at most one element.
 */
function setOrder(vm: Interpreter, value: PySet): Value[] {
  const items = [...value.map.values()];
  if (items.length > 1) throw new UnknownOperand(vm.reason('setOrder', ''));
  return items;
}

/** Entries as they are when asked for; a changed size raises, as in CPython. */
export function dictIterator(
  vm: Interpreter,
  dict: PyDict,
  part: (entry: { readonly key: Value; readonly value: Value }) => Value,
): PyIterator {
  checkTaint(dict);
  if (dict.open !== null) throw new UnknownOperand(dict.open);
  const { size } = dict.map;
  let source = dict.map;
  let entries = source.values();
  let position = 0;
  return new PyIterator(() => {
    checkTaint(dict);
    if (dict.map !== source) {
      // Restored after an unknown branch: the same keys, another map.
      source = dict.map;
      entries = source.values();
      for (let i = 0; i < position; i++) entries.next();
    }
    if (dict.map.size !== size) {
      vm.raise('RuntimeError', 'dictionary changed size during iteration');
    }
    const { value, done } = entries.next();
    if (done === true) return undefined;
    position++;
    return part(value);
  });
}

function customIterator(vm: Interpreter, value: Value): PyIterator | null {
  const cls = typeOf(vm, value);
  if (cls.place === null && !(value instanceof PyInstance) && !(value instanceof PyClass)) return null;
  const method = lookup(vm, cls, '__iter__');
  if (method !== undefined && method !== null) {
    const iterator = call(vm, method, [value]);
    if (iterator instanceof PyIterator) return iterator;
    const reason = unknownReason(iterator);
    if (reason !== null) throw new UnknownOperand(reason);
    const next = lookup(vm, typeOf(vm, iterator), '__next__');
    if (next === undefined) vm.raise('TypeError', 'iter() returned non-iterator');
    return new PyIterator(() => {
      try {
        return call(vm, next, [iterator]);
      } catch (error) {
        if (isStopIteration(vm, error)) return undefined;
        throw error;
      }
    });
  }
  const getItem = lookup(vm, cls, '__getitem__');
  if (getItem === undefined || !(value instanceof PyInstance)) return null;
  let i = 0n;
  return new PyIterator(() => {
    try {
      return call(vm, getItem, [value, i++]);
    } catch (error) {
      if (error instanceof PyRaise && error.exception.cls.isSubclassOf(vm.class('IndexError'))) {
        return undefined;
      }
      throw error;
    }
  });
}

export function isStopIteration(vm: Interpreter, error: unknown): boolean {
  return error instanceof PyRaise && error.exception.cls.isSubclassOf(vm.class('StopIteration'));
}

export function overItems(items: readonly Value[]): PyIterator {
  let i = 0;
  return new PyIterator(() => (i < items.length ? items[i++] : undefined));
}

/** `next(iterator)`: undefined at the end. */
export function advance(vm: Interpreter, iterator: PyIterator): Value | undefined {
  if (iterator.taint !== null) throw new UnknownOperand(iterator.taint);
  // Its position is in a JavaScript closure: it cannot be set back if a branch is undone.
  if (vm.trail.isShared(iterator)) throw new Abandon(vm.reason('iteratorInBranch', ''));
  if (iterator.finished) return undefined;
  vm.step();
  const value = iterator.advance();
  if (value === undefined) iterator.finished = true;
  return value;
}

/** Adds items to others; one by one, because a call takes some ten thousands of arguments at most. */
export function addItems(vm: Interpreter, target: Value[], items: readonly Value[]): void {
  vm.checkSize(target.length + items.length);
  for (const item of items) target.push(item);
}

/** All items, as `list(value)`. */
export function listItems(vm: Interpreter, value: Value): Value[] {
  if (value instanceof PyList && value.cls === null) {
    checkTaint(value);
    return value.items.slice();
  }
  if (value instanceof PyTuple && value.cls === null) return value.items.slice();
  if (value instanceof PyRange) vm.checkSize(value.length);
  const iterator = iterate(vm, value);
  const items: Value[] = [];
  for (;;) {
    const item = advance(vm, iterator);
    if (item === undefined) return items;
    items.push(item);
    vm.checkSize(items.length);
  }
}

export function checkTaint(value: { readonly taint: UnknownReason | null }): void {
  if (value.taint !== null) throw new UnknownOperand(value.taint);
}
