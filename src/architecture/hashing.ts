import { call } from './calls';
import { UnknownOperand } from './errors';
import { type Interpreter, unknownReason } from './machine';
import { lookup, typeOf } from './types';
import {
  PyBytes,
  PyDict,
  PyFunction,
  PyInstance,
  PyList,
  PySet,
  PySymbol,
  PySymbolicCondition,
  PySymbolicReal,
  PyTuple,
  type Value,
} from './values';

/**
 * A string that is equal for keys that Python holds equal: `1`, `1.0` and `True` are one key. A Python
 * str is itself; every other key starts with NUL.
 */
export function hashKey(vm: Interpreter, value: Value): string {
  switch (typeof value) {
    case 'string':
      return value.startsWith('\0') ? `\0s${value}` : value;
    case 'bigint':
      return `\0i${value}`;
    case 'boolean':
      return value ? '\0i1' : '\0i0';
    case 'number':
      return Number.isInteger(value) ? `\0i${BigInt(value)}` : `\0f${value}`;
    default:
  }
  if (value === null) return '\0none';
  const reason = unknownReason(value);
  if (reason !== null) throw new UnknownOperand(reason);
  if (value instanceof PyTuple) {
    return `\0t${value.items
      .map((item) => {
        const key = hashKey(vm, item);
        return `${key.length}:${key}`;
      })
      .join('')}`;
  }
  if (value instanceof PyBytes) return `\0b${value.data}`;
  if (value instanceof PySymbol || value instanceof PySymbolicReal || value instanceof PySymbolicCondition) {
    throw new UnknownOperand(vm.reason('symbolicKey', ''));
  }
  if (value instanceof PyList || value instanceof PyDict || (value instanceof PySet && !value.frozen)) {
    if (value.cls === null || lookup(vm, value.cls, '__hash__') === undefined) {
      vm.raise('TypeError', `unhashable type: '${typeOf(vm, value).name}'`);
    }
  }
  if (value instanceof PySet) return `\0z${[...value.map.keys()].sort().join('\0')}`;
  if (value instanceof PyInstance) {
    if (typeof value.payload === 'string' && value.cls.isSubclassOf(vm.class('str'))) {
      return hashKey(vm, value.payload);
    }
    if (typeof value.payload === 'bigint' && value.cls.isSubclassOf(vm.class('int'))) {
      return hashKey(vm, value.payload);
    }
    const equality = lookup(vm, value.cls, '__eq__');
    if (equality instanceof PyFunction) {
      const hash = lookup(vm, value.cls, '__hash__');
      if (hash instanceof PyFunction) {
        const result = call(vm, hash, [value]);
        if (typeof result === 'bigint' || typeof result === 'string') {
          return `\0h${value.cls.id}:${String(result)}`;
        }
      }
      throw new UnknownOperand(vm.reason('unsupported', '__hash__'));
    }
  }
  return `\0o${value.id}`;
}
