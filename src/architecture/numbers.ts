import { UnknownOperand } from './errors';
import { PyInterval } from './floats';
import { type Interpreter, unknownReason } from './machine';
import { PyInstance, PySymbol, PySymbolicReal, PyTensor, type Value } from './values';

export { PyInterval, intervalOperation, power } from './floats';

/** A number as a float (or bounds of one); null for anything else. */
export function floatOf(value: Value): number | PyInterval | null {
  if (typeof value === 'number' || value instanceof PyInterval) return value;
  if (typeof value === 'bigint') return Number(value);
  if (typeof value === 'boolean') return value ? 1 : 0;
  if (value instanceof PyInstance && value.payload !== undefined && value.payload !== value) {
    return typeof value.payload === 'string' ? null : floatOf(value.payload);
  }
  return null;
}

/** An integer argument of a native function; symbolic and unknown ones make the result unknown. */
export function needInteger(vm: Interpreter, value: Value | undefined): bigint {
  if (typeof value === 'bigint') return value;
  if (typeof value === 'boolean') return BigInt(value);
  if (value === undefined) vm.raise('TypeError', 'an integer is required');
  const reason = unknownReason(value);
  if (reason !== null) throw new UnknownOperand(reason);
  if (value instanceof PySymbol || value instanceof PySymbolicReal) {
    throw new UnknownOperand(vm.reason('symbolicOperation', ''));
  }
  if (value instanceof PyInstance && typeof value.payload === 'bigint') return value.payload;
  if (value instanceof PyTensor) {
    const [only] = value.data ?? [];
    if (value.data?.length === 1 && typeof only === 'bigint') return only;
    throw new UnknownOperand(vm.reason('tensorValue', ''));
  }
  if (converts(value)) throw new UnknownOperand(vm.reason('unsupported', value.cls.name));
  vm.raise('TypeError', 'an integer is required');
}

/** Whether an object makes a number of itself. */
function converts(value: Value): value is PyInstance {
  return (
    value instanceof PyInstance &&
    value.cls.mro.some(
      ({ dict }) => dict.get('__float__') !== undefined || dict.get('__index__') !== undefined,
    )
  );
}

/** A float argument of a native function. */
export function needFloat(vm: Interpreter, value: Value | undefined): number {
  if (value === undefined) vm.raise('TypeError', 'must be real number');
  const reason = unknownReason(value);
  if (reason !== null) throw new UnknownOperand(reason);
  const number = floatOf(value);
  if (typeof number === 'number') return number;
  if (number instanceof PyInterval) throw new UnknownOperand(vm.reason('floatPrecision', ''));
  if (value instanceof PySymbol || value instanceof PySymbolicReal) {
    throw new UnknownOperand(vm.reason('symbolicOperation', ''));
  }
  if (value instanceof PyTensor) {
    const [only] = value.data ?? [];
    if (value.data?.length === 1 && only !== undefined) return Number(only);
    throw new UnknownOperand(vm.reason('tensorValue', ''));
  }
  if (converts(value)) throw new UnknownOperand(vm.reason('unsupported', value.cls.name));
  vm.raise('TypeError', 'must be real number');
}

export function needString(vm: Interpreter, value: Value | undefined): string {
  if (typeof value === 'string') return value;
  if (value !== undefined) {
    const reason = unknownReason(value);
    if (reason !== null) throw new UnknownOperand(reason);
    if (value instanceof PyInstance && typeof value.payload === 'string') return value.payload;
  }
  vm.raise('TypeError', 'expected str');
}
