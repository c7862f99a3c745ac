import { call } from './calls';
import { UnknownOperand } from './errors';
import { hashKey } from './hashing';
import { type Interpreter, unknownReason } from './machine';
import { lookup } from './types';
import {
  PyDict,
  PyFunction,
  PyInstance,
  PyIterator,
  PyList,
  PySet,
  PyTensor,
  PyTuple,
  type Value,
} from './values';

/** `copy.copy`: the same items in a new container. */
export function copyValue(value: Value): Value {
  const reason = unknownReason(value);
  if (reason !== null) throw new UnknownOperand(reason);
  if (value instanceof PyList) {
    const copy = new PyList(value.items.slice(), value.cls);
    copy.taint = value.taint;
    copy.row = value.row;
    copy.attributes = copyDict(value.attributes);
    return copy;
  }
  if (value instanceof PyDict) return copyDict(value);
  if (value instanceof PySet) {
    const copy = new PySet(value.frozen, value.cls);
    copy.map = new Map(value.map);
    copy.taint = value.taint;
    copy.open = value.open;
    return copy;
  }
  if (value instanceof PyInstance) {
    if (value.payload !== undefined) return value;
    const copy = new PyInstance(value.cls);
    copy.created = value.created;
    copy.given = value.given;
    copy.taint = value.taint;
    copy.dict = copyDict(value.dict) ?? new PyDict();
    return copy;
  }
  if (value instanceof PyTensor) return copyTensor(value);
  return value;
}

function copyDict<T extends PyDict | null>(value: T): T {
  if (value === null) return value;
  const copy = new PyDict(value.cls);
  for (const [key, entry] of value.map) copy.map.set(key, { ...entry });
  copy.taint = value.taint;
  copy.row = value.row;
  copy.open = value.open;
  copy.attributes = value.attributes === null ? null : copyDict(value.attributes);
  return copy as T;
}

function copyTensor(value: PyTensor): PyTensor {
  const copy = new PyTensor(value.cls, value.shape, value.dtype, value.requiresGrad, value.device);
  copy.data = value.data;
  copy.created = value.created;
  copy.taint = value.taint;
  copy.leaf = value.leaf;
  copy.attributes = copyDict(value.attributes);
  return copy;
}

/** `copy.deepcopy`: sharing inside the value is kept. */
export function deepCopy(vm: Interpreter, root: Value): Value {
  const memo = new Map<object, Value>();
  const copy = (value: Value): Value => {
    if (value === null || typeof value !== 'object') return value;
    vm.step();
    const reason = unknownReason(value);
    if (reason !== null) return value;
    const known = memo.get(value);
    if (known !== undefined) return known;
    if (value instanceof PyTuple) {
      const items = value.items.map(copy);
      const result = items.every((item, i) => item === value.items[i])
        ? value
        : new PyTuple(items, value.cls);
      result.row = value.row;
      memo.set(value, result);
      return result;
    }
    if (value instanceof PyList) {
      const result = new PyList([], value.cls);
      memo.set(value, result);
      result.taint = value.taint;
      result.row = value.row;
      result.items = value.items.map(copy);
      if (value.attributes !== null) result.attributes = copy(value.attributes) as PyDict;
      return result;
    }
    if (value instanceof PyDict) {
      const result = new PyDict(value.cls);
      memo.set(value, result);
      result.taint = value.taint;
      result.row = value.row;
      result.open = value.open;
      for (const entry of value.map.values()) {
        // The copy of a key with identity has another hash.
        const key = copy(entry.key);
        result.map.set(hashKey(vm, key), { key, value: copy(entry.value) });
      }
      if (value.attributes !== null) result.attributes = copy(value.attributes) as PyDict;
      return result;
    }
    if (value instanceof PySet) {
      const result = new PySet(value.frozen, value.cls);
      memo.set(value, result);
      result.map = new Map(value.map);
      result.taint = value.taint;
      result.open = value.open;
      return result;
    }
    if (value instanceof PyTensor) {
      if (value.leaf === false) {
        vm.raise(
          'RuntimeError',
          'Only Tensors created explicitly by the user (graph leaves) support the deepcopy protocol at the moment.',
        );
      }
      if (value.leaf !== true) throw new UnknownOperand(value.leaf);
      const result = copyTensor(value);
      memo.set(value, result);
      return result;
    }
    if (value instanceof PyInstance) {
      if (value.cls.metaclass?.name === 'EnumMeta' || value.payload !== undefined) return value;
      const custom = lookup(vm, value.cls, '__deepcopy__');
      if (custom instanceof PyFunction) {
        const result = call(vm, custom, [value, new PyDict()]);
        memo.set(value, result);
        return result;
      }
      const result = new PyInstance(value.cls);
      memo.set(value, result);
      result.created = value.created;
      result.given = value.given;
      result.taint = value.taint;
      result.dict.taint = value.dict.taint;
      for (const [key, entry] of value.dict.map) {
        result.dict.map.set(key, { key: entry.key, value: copy(entry.value) });
      }
      return result;
    }
    if (value instanceof PyIterator) throw new UnknownOperand(vm.reason('unsupported', 'deepcopy'));
    return value;
  };
  return copy(root);
}
