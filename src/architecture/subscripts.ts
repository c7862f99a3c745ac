import { call } from './calls';
import { PyRaise, UnknownOperand } from './errors';
import { hashKey } from './hashing';
import { type Interpreter, unknownReason } from './machine';
import { needInteger } from './numbers';
import { getAttribute } from './attributes';
import { tensorGetItem, tensorSetItem } from './tensors/indexing';
import { listItems } from './iteration';
import { lookup, typeOf } from './types';
import {
  effectOf,
  PyBytes,
  PyClass,
  PyDict,
  PyFunction,
  PyGenericAlias,
  PyInstance,
  PyList,
  PyRange,
  PySlice,
  PySymbol,
  PyTensor,
  PyTuple,
  PyUnknown,
  type Value,
} from './values';

/** `object[index]`. */
export function getItem(vm: Interpreter, object: Value, index: Value): Value {
  const reason = unknownReason(object);
  if (reason !== null) return new PyUnknown(reason, null, effectOf([object]));
  const custom = customMethod(vm, object, '__getitem__');
  if (custom !== null) return call(vm, custom, [object, index]);
  if (object instanceof PyDict) return dictItem(vm, object, index);
  if (object instanceof PyList) {
    if (object.taint !== null) return new PyUnknown(object.taint);
    if (index instanceof PySlice) return new PyList(sliceItems(vm, object.items, index));
    return sequenceItem(vm, object.items, index, 'list');
  }
  if (object instanceof PyTuple) {
    if (index instanceof PySlice) {
      const size = object.cls?.name === 'Size' ? object.cls : null;
      return new PyTuple(sliceItems(vm, object.items, index), size);
    }
    return sequenceItem(vm, object.items, index, 'tuple');
  }
  if (object instanceof PyTensor) return tensorGetItem(vm, object, index);
  if (typeof object === 'string') {
    const characters = Array.from(object);
    if (index instanceof PySlice) return sliceItems(vm, characters, index).join('');
    return sequenceItem(vm, characters, index, 'string');
  }
  if (object instanceof PyBytes) {
    const codes = Array.from(object.data, (c) => BigInt(c.charCodeAt(0)));
    if (index instanceof PySlice) {
      return new PyBytes(
        sliceItems(vm, codes, index)
          .map((code) => String.fromCharCode(Number(code as bigint)))
          .join(''),
      );
    }
    return sequenceItem(vm, codes, index, 'bytes');
  }
  if (object instanceof PyRange) {
    if (index instanceof PySlice) return new PyList(sliceItems(vm, listItems(vm, object), index));
    const length = object.length;
    let position = needIndex(vm, index, 'range');
    if (position < 0n) position += length;
    if (position < 0n || position >= length) vm.raise('IndexError', 'range object index out of range');
    return object.start + position * object.step;
  }
  if (object instanceof PyClass) {
    const meta = object.metaclass === null ? undefined : lookup(vm, object.metaclass, '__getitem__');
    if (meta !== undefined) return call(vm, meta, [object, index]);
    const generic = lookup(vm, object, '__class_getitem__');
    if (generic instanceof PyFunction) return call(vm, generic, [object, index]);
    return new PyGenericAlias(object, index);
  }
  if (object instanceof PyGenericAlias) return object;
  const method = lookup(vm, typeOf(vm, object), '__getitem__');
  if (method !== undefined) return call(vm, method, [object, index]);
  for (const base of typeOf(vm, object).mro) {
    if (base.unknownBase !== null) return new PyUnknown(base.unknownBase);
  }
  vm.raise('TypeError', `'${typeOf(vm, object).name}' object is not subscriptable`);
}

function customMethod(vm: Interpreter, object: Value, name: string): Value | null {
  const cls =
    object instanceof PyDict || object instanceof PyList || object instanceof PyTuple ? object.cls : null;
  if (cls === null) return null;
  const method = lookup(vm, cls, name);
  return method instanceof PyFunction ? method : null;
}

/** `dict[key]`, as `dict.__getitem__` does it: `__missing__` is asked. */
export function dictItem(vm: Interpreter, dict: PyDict, key: Value): Value {
  if (dict.taint !== null) return new PyUnknown(dict.taint);
  const entry = dict.map.get(hashKey(vm, key));
  if (entry !== undefined) return entry.value;
  if (dict.cls !== null) {
    const missing = lookup(vm, dict.cls, '__missing__');
    if (missing !== undefined) return call(vm, missing, [dict, key]);
  }
  if (dict.open !== null) return new PyUnknown(dict.open);
  const error = vm.exception('KeyError', '');
  error.dict.set('args', new PyTuple([key]));
  throw new PyRaise(error, vm.place);
}

export function needIndex(vm: Interpreter, index: Value, kind: string): bigint {
  if (typeof index === 'bigint') return index;
  const reason = unknownReason(index);
  if (reason !== null) throw new UnknownOperand(reason);
  if (index instanceof PySymbol) throw new UnknownOperand(vm.reason('symbolicOperation', '[]'));
  if (typeof index === 'boolean') return BigInt(index);
  if (index instanceof PyInstance) {
    if (typeof index.payload === 'bigint') return index.payload;
    const method = lookup(vm, index.cls, '__index__');
    if (method !== undefined) return needInteger(vm, call(vm, method, [index]));
  }
  if (index instanceof PyTensor) return needInteger(vm, index);
  vm.raise('TypeError', `${kind} indices must be integers or slices, not ${typeOf(vm, index).name}`);
}

function sequenceItem(vm: Interpreter, items: readonly Value[], index: Value, kind: string): Value {
  const position = Number(needIndex(vm, index, kind));
  const item = items[position < 0 ? position + items.length : position];
  if (item === undefined) vm.raise('IndexError', `${kind} index out of range`);
  return item;
}

/** Positions that a slice selects, by `slice.indices(length)`. */
export function slicePositions(vm: Interpreter, slice: PySlice, length: number): number[] {
  const part = (value: Value): number | null =>
    value === null ? null : Number(needIndex(vm, value, 'slice'));
  const step = part(slice.step) ?? 1;
  if (step === 0) vm.raise('ValueError', 'slice step cannot be zero');
  const clamp = (value: number): number => {
    const shifted = value < 0 ? value + length : value;
    return step > 0 ? Math.min(Math.max(shifted, 0), length) : Math.min(Math.max(shifted, -1), length - 1);
  };
  const start = part(slice.start);
  const stop = part(slice.stop);
  const from = start === null ? (step > 0 ? 0 : length - 1) : clamp(start);
  const to = stop === null ? (step > 0 ? length : -1) : clamp(stop);
  const positions: number[] = [];
  for (let i = from; step > 0 ? i < to : i > to; i += step) positions.push(i);
  return positions;
}

function sliceItems<T extends Value>(vm: Interpreter, items: readonly T[], slice: PySlice): T[] {
  const result: T[] = [];
  for (const position of slicePositions(vm, slice, items.length)) {
    const item = items[position];
    if (item !== undefined) result.push(item);
  }
  return result;
}

/** `object[index] = value`. What is not known taints the container. */
export function setItem(vm: Interpreter, object: Value, index: Value, value: Value): void {
  if (unknownReason(object) !== null) return;
  const custom = customMethod(vm, object, '__setitem__');
  if (custom !== null) {
    call(vm, custom, [object, index, value]);
    return;
  }
  if (object instanceof PyDict) {
    vm.touch(object);
    const reason = unknownReason(index);
    if (reason !== null) {
      object.taint ??= reason;
      return;
    }
    let key: string;
    try {
      key = hashKey(vm, index);
    } catch (error) {
      if (!(error instanceof UnknownOperand)) throw error;
      object.taint ??= error.reason;
      return;
    }
    const entry = object.map.get(key);
    if (entry === undefined) object.map.set(key, { key: index, value });
    else entry.value = value;
    return;
  }
  if (object instanceof PyList) {
    if (object.taint !== null) return;
    vm.touch(object);
    const reason =
      unknownReason(index) ?? (index instanceof PySymbol ? vm.reason('symbolicOperation', '[]') : null);
    if (reason !== null) {
      object.taint = reason;
      return;
    }
    if (index instanceof PySlice) {
      setSlice(vm, object, index, value);
      return;
    }
    const position = Number(needIndex(vm, index, 'list'));
    const at = position < 0 ? position + object.items.length : position;
    if (at < 0 || at >= object.items.length) vm.raise('IndexError', 'list assignment index out of range');
    object.items[at] = value;
    return;
  }
  if (object instanceof PyTensor) {
    tensorSetItem(vm, object, index, value);
    return;
  }
  call(vm, getAttribute(vm, object, '__setitem__'), [index, value]);
}

function setSlice(vm: Interpreter, list: PyList, slice: PySlice, value: Value): void {
  const items = listItems(vm, value);
  const positions = slicePositions(vm, slice, list.items.length);
  if (slice.step === null || slice.step === 1n) {
    const start = positions[0] ?? sliceStart(vm, slice, list.items.length);
    list.items.splice(start, positions.length, ...items);
    return;
  }
  if (items.length !== positions.length) {
    vm.raise('ValueError', 'attempt to assign sequence of another size to extended slice');
  }
  positions.forEach((position, i) => {
    list.items[position] = items[i] ?? null;
  });
}

function sliceStart(vm: Interpreter, slice: PySlice, length: number): number {
  const start = slice.start === null ? 0 : Number(needIndex(vm, slice.start, 'slice'));
  return Math.min(Math.max(start < 0 ? start + length : start, 0), length);
}

/** `del object[index]`. */
export function deleteItem(vm: Interpreter, object: Value, index: Value): void {
  const custom = customMethod(vm, object, '__delitem__');
  if (custom !== null) {
    call(vm, custom, [object, index]);
    return;
  }
  const reason = unknownReason(index);
  if (object instanceof PyDict) {
    if (object.taint !== null) return;
    vm.touch(object);
    if (reason !== null) object.taint = reason;
    else if (!object.map.delete(hashKey(vm, index))) {
      vm.raise('KeyError', typeof index === 'string' ? index : '');
    }
    return;
  }
  if (object instanceof PyList) {
    if (object.taint !== null) return;
    vm.touch(object);
    if (reason !== null) object.taint = reason;
    else if (index instanceof PySlice) {
      const gone = new Set(slicePositions(vm, index, object.items.length));
      object.items = object.items.filter((_item, i) => !gone.has(i));
    } else {
      const position = Number(needIndex(vm, index, 'list'));
      const at = position < 0 ? position + object.items.length : position;
      if (at < 0 || at >= object.items.length) vm.raise('IndexError', 'list assignment index out of range');
      object.items.splice(at, 1);
    }
    return;
  }
  const bound = getAttribute(vm, object, '__delitem__');
  call(vm, bound, [index]);
}
