import { call } from './calls';
import { type Interpreter, unknownReason } from './machine';
import { PyInterval } from './floats';
import { lookup, typeOf } from './types';
import {
  PyBytes,
  PyDict,
  PyList,
  PyRange,
  PySet,
  PySymbol,
  PySymbolicCondition,
  PySymbolicReal,
  PyTensor,
  PyTuple,
  PyInstance,
  type UnknownReason,
  type Value,
} from './values';
import { compare } from './symbolicValues';
import { Polynomial } from './polynomial';

/** Python's truth of a value, or why it is not known. */
export function truth(vm: Interpreter, value: Value): boolean | UnknownReason {
  switch (typeof value) {
    case 'boolean':
      return value;
    case 'bigint':
      return value !== 0n;
    case 'number':
      return value !== 0;
    case 'string':
      return value !== '';
    default:
  }
  if (value === null) return false;
  if (value instanceof PySymbolicCondition) return vm.decide(value.condition);
  if (value instanceof PySymbol) {
    const answer = compare('!=', value.polynomial, Polynomial.constant(0n));
    return typeof answer === 'boolean' ? answer : vm.decide(answer);
  }
  if (value instanceof PySymbolicReal) return vm.reason('symbolicCondition', value.real.text);
  if (value instanceof PyInterval) {
    return value.low > 0 || value.high < 0 ? true : vm.reason('floatPrecision', '');
  }
  const reason = unknownReason(value);
  if (reason !== null) return reason;
  if (value instanceof PyTuple) return value.items.length > 0;
  if (value instanceof PyList) return value.taint ?? value.items.length > 0;
  if (value instanceof PyDict || value instanceof PySet) {
    if (value.taint !== null) return value.taint;
    if (value.map.size > 0) return true;
    return value.open ?? false;
  }
  if (value instanceof PyRange) return value.length > 0n;
  if (value instanceof PyBytes) return value.data !== '';
  if (value instanceof PyTensor) {
    const [only] = value.data ?? [];
    if (value.data?.length === 1 && only !== undefined) return Boolean(only);
    if (value.shape !== null && value.shape.some((size) => size !== 1n) && value.data !== null) {
      vm.raise('RuntimeError', 'Boolean value of Tensor with more than one value is ambiguous');
    }
    return vm.reason('tensorValue', '');
  }
  if (value instanceof PyInstance && value.payload !== undefined && value.payload !== value) {
    if (lookup(vm, value.cls, '__bool__') === undefined) return truth(vm, value.payload);
  }
  const cls = typeOf(vm, value);
  const test = lookup(vm, cls, '__bool__') ?? undefined;
  if (test !== undefined) return truth(vm, call(vm, test, [value]));
  const length = lookup(vm, cls, '__len__') ?? undefined;
  if (length !== undefined && value instanceof PyInstance) return truth(vm, call(vm, length, [value]));
  for (const base of cls.mro) if (base.unknownBase !== null) return base.unknownBase;
  return true;
}
