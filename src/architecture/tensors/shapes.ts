import { UnknownOperand } from '../errors';
import { type Interpreter, unknownReason } from '../machine';
import { checkTaint, listItems } from '../iteration';
import { needIndex } from '../subscripts';
import { integerValue, polynomialOf } from '../operators';
import { extremum, floorDivide } from '../symbolicValues';
import { Polynomial } from '../polynomial';
import {
  type Dimension,
  PyList,
  PySymbol,
  PyTensor,
  PyTuple,
  PyUnknown,
  type UnknownReason,
  type Value,
} from '../values';

/** A shape or why it is not known. */
export type Shape = readonly Dimension[];

/** An integer argument that may be symbolic. */
export function dimension(vm: Interpreter, value: Value | undefined): Dimension {
  if (value instanceof PySymbol) return value;
  return needIndex(vm, value ?? null, 'size');
}

/** Sizes given as one sequence or as several arguments. */
export function sizesOf(vm: Interpreter, args: readonly Value[]): Shape {
  const [first] = args;
  const values =
    args.length === 1 && (first instanceof PyTuple || first instanceof PyList) ? listItems(vm, first) : args;
  // torch takes True for a number, but not as the first of the sizes.
  if (typeof values[0] === 'boolean')
    vm.raise('TypeError', "argument 'size' must be tuple of ints, not bool");
  return values.map((value) => dimension(vm, value));
}

export function requireShape(vm: Interpreter, tensor: PyTensor): Shape {
  checkTaint(tensor);
  if (tensor.shape === null) throw new UnknownOperand(tensor.shapeReason ?? vm.reason('tensorShape', ''));
  return tensor.shape;
}

export function sizeTuple(vm: Interpreter, shape: Shape): PyTuple {
  return new PyTuple([...shape], vm.class('Size'));
}

/** Product of a shape. */
export function elements(shape: Shape): Dimension {
  let product = Polynomial.constant(1n);
  let plain = 1n;
  let symbolic = false;
  for (const size of shape) {
    if (size instanceof PySymbol) {
      symbolic = true;
      product = product.multiply(size.polynomial);
    } else plain *= size;
  }
  return symbolic ? asDimension(integerValue(product.scale(plain))) : plain;
}

export function asDimension(value: Value): Dimension {
  if (typeof value === 'bigint' || value instanceof PySymbol) return value;
  throw new Error('not a dimension');
}

export function add(a: Dimension, b: Dimension): Dimension {
  if (typeof a === 'bigint' && typeof b === 'bigint') return a + b;
  return asDimension(integerValue(poly(a).add(poly(b))));
}

export function multiply(a: Dimension, b: Dimension): Dimension {
  if (typeof a === 'bigint' && typeof b === 'bigint') return a * b;
  return asDimension(integerValue(poly(a).multiply(poly(b))));
}

export function divide(vm: Interpreter, a: Dimension, b: Dimension): Dimension {
  const result = floorDivide(poly(a), poly(b));
  if (result === 'zero') vm.raise('ZeroDivisionError', 'integer division or modulo by zero');
  return asDimension(integerValue(result));
}

export function larger(a: Dimension, b: Dimension): Dimension {
  return asDimension(integerValue(extremum('max', poly(a), poly(b))));
}

export function sameSize(a: Dimension | undefined, b: Dimension | undefined): boolean {
  if (a === b) return true;
  return a instanceof PySymbol && b instanceof PySymbol && a.polynomial.key === b.polynomial.key;
}

function poly(value: Dimension): Polynomial {
  return polynomialOf(value) ?? Polynomial.constant(0n);
}

/** A dimension index from the end or the start, within `rank`. */
export function axis(vm: Interpreter, value: Value | undefined, rank: number): number {
  const index = Number(needIndex(vm, value ?? null, 'dim'));
  const at = index < 0 ? index + Math.max(rank, 1) : index;
  if (at < 0 || at >= Math.max(rank, 1)) {
    vm.raise('IndexError', `Dimension out of range (got ${index} for a tensor of ${rank} dimensions)`);
  }
  return at;
}

/** The shape that two operands broadcast to. */
export function broadcast(vm: Interpreter, a: Shape, b: Shape): Shape {
  const rank = Math.max(a.length, b.length);
  const result: Dimension[] = [];
  for (let i = 0; i < rank; i++) {
    const x = a[a.length - rank + i] ?? 1n;
    const y = b[b.length - rank + i] ?? 1n;
    if (sameSize(x, y) || y === 1n) result.push(x);
    else if (x === 1n) result.push(y);
    else if (typeof x === 'bigint' && typeof y === 'bigint') {
      vm.raise('RuntimeError', `The size of tensor a (${x}) must match the size of tensor b (${y})`);
    } else throw new UnknownOperand(vm.reason('symbolicOperation', 'broadcast'));
  }
  return result;
}

/** `view` and `reshape`: one −1 is what is left. */
export function reshaped(vm: Interpreter, from: Shape, wanted: Shape): Shape {
  const total = elements(from);
  const open = wanted.findIndex((size) => size === -1n);
  if (wanted.some((size, i) => typeof size === 'bigint' && size < 0n && i !== open))
    vm.raise('RuntimeError', 'only one dimension can be inferred, and no other negative');
  if (open < 0) {
    const count = elements(wanted);
    if (typeof count === 'bigint' && typeof total === 'bigint' && count !== total) {
      vm.raise('RuntimeError', `shape is invalid for input of size ${total}`);
    }
    return wanted;
  }
  const rest = elements(wanted.filter((_size, i) => i !== open));
  if (rest === 0n) vm.raise('RuntimeError', 'cannot reshape tensor of 0 elements');
  if (typeof total === 'bigint' && typeof rest === 'bigint' && total % rest !== 0n) {
    vm.raise('RuntimeError', `shape is invalid for input of size ${total}`);
  }
  return wanted.map((size, i) => (i === open ? divide(vm, total, rest) : size));
}

/** A result whose shape is not known. */
export function unknownTensor(vm: Interpreter, reason: UnknownReason): PyUnknown {
  return new PyUnknown(reason, vm.class('Tensor'));
}

/** Runs a shape computation; what is not known makes the result unknown. */
export function shaped(vm: Interpreter, run: () => Value): Value {
  try {
    return run();
  } catch (error) {
    if (error instanceof UnknownOperand) return unknownTensor(vm, error.reason);
    throw error;
  }
}

export function tensorArgument(vm: Interpreter, value: Value | undefined): PyTensor {
  if (value instanceof PyTensor) return value;
  const reason = unknownReason(value);
  if (reason !== null) throw new UnknownOperand(reason);
  vm.raise('TypeError', 'expected a Tensor');
}
