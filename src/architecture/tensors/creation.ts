import { bindNative } from '../calls';
import { UnknownOperand } from '../errors';
import { type Interpreter, unknownReason } from '../machine';
import { listItems } from '../iteration';
import { MAX_TENSOR_VALUES } from '../limits';
import { needFloat, needInteger, floatOf, PyInterval } from '../numbers';
import { truth } from '../truth';
import {
  type Keywords,
  NO_KEYWORDS,
  PyClass,
  PyInstance,
  PyList,
  PyRange,
  PySymbol,
  PySymbolicReal,
  PyTensor,
  PyTuple,
  PyUnknown,
  type Value,
} from '../values';
import { arrayValues } from './arrays';
import { categoryOf, dtypeName, isFloating, promote } from './dtypes';
import { shareValues } from './gradients';
import { elements, type Shape, sizesOf } from './shapes';
import { checkArguments, OPTIONS } from './signatures';
import { type Element, storedAll } from './storedValues';
import { option } from './tensorMethod';

/** The dtype of new floating tensors: `torch.set_default_dtype` is rare enough to be unknown. */
export const DEFAULT_DTYPE = 'float32';

export function newTensor(vm: Interpreter, shape: Shape, dtype: string, requiresGrad = false): PyTensor {
  const tensor = new PyTensor(null, shape, dtype, requiresGrad);
  tensor.created = vm.creationPath();
  return tensor;
}

/** A tensor with known values, if it is small. */
export function tensorOf(vm: Interpreter, shape: Shape, dtype: string, values: readonly Element[]): PyTensor {
  const tensor = newTensor(vm, shape, dtype);
  if (values.length <= MAX_TENSOR_VALUES) tensor.data = storedAll(values, dtype);
  return tensor;
}

/** `_graftlens.empty(shape, dtype=None, requires_grad=False)`. */
export function emptyTensor(vm: Interpreter, args: readonly Value[], keywords: Keywords): Value {
  const [shape, dtype, requiresGrad] = bindNative(
    vm,
    'empty',
    ['shape', 'dtype?', 'requires_grad?'],
    args,
    keywords,
  );
  const name = dtype === undefined || dtype === null ? DEFAULT_DTYPE : dtypeName(dtype);
  const grad = requiresGrad === undefined ? false : truth(vm, requiresGrad) === true;
  try {
    const sizes = sizesOf(vm, [shape ?? null]);
    checkSizes(vm, sizes);
    const tensor = newTensor(vm, sizes, name ?? DEFAULT_DTYPE, grad);
    if (name === null) {
      tensor.dtype = null;
      tensor.shapeReason = unknownReason(dtype) ?? vm.reason('dtype', '');
    }
    return tensor;
  } catch (error) {
    if (!(error instanceof UnknownOperand)) throw error;
    const tensor = newTensor(vm, [], name ?? DEFAULT_DTYPE, grad);
    tensor.shape = null;
    tensor.shapeReason = error.reason;
    return tensor;
  }
}

export function checkSizes(vm: Interpreter, sizes: Shape): void {
  for (const size of sizes) {
    if (typeof size === 'bigint' && size < 0n) {
      vm.raise('RuntimeError', `Trying to create tensor with negative dimension ${size}`);
    }
  }
}

/** `_graftlens.make_parameter(cls, data, requires_grad)`: a new object over the same data. */
export function makeParameter(vm: Interpreter, args: readonly Value[], keywords: Keywords): Value {
  const [cls, data, requiresGrad] = bindNative(
    vm,
    'make_parameter',
    ['cls', 'data', 'requires_grad?'],
    args,
    keywords,
  );
  if (!(cls instanceof PyClass)) vm.raise('TypeError', 'make_parameter() needs a class');
  const grad = requiresGrad === undefined ? true : truth(vm, requiresGrad) !== false;
  let made: PyTensor;
  if (data === null || data === undefined) made = new PyTensor(cls, [0n], DEFAULT_DTYPE, grad);
  else if (data instanceof PyTensor) {
    if (grad && data.dtype !== null && !isFloating(data.dtype) && !data.dtype.startsWith('complex')) {
      vm.raise('RuntimeError', 'Only Tensors of floating point and complex dtype can require gradients');
    }
    made = new PyTensor(cls, data.shape, data.dtype, grad, data.device);
    made.data = data.data;
    shareValues(data, made);
    made.shapeReason = data.shapeReason;
    made.taint = data.taint;
  } else {
    const reason = unknownReason(data);
    if (reason === null) vm.raise('TypeError', 'a parameter is made of a tensor');
    made = new PyTensor(cls, null, null, grad);
    made.shapeReason = reason;
  }
  made.created = vm.creationPath();
  return made;
}

/** Factories that are given sizes: `zeros`, `ones`, `empty`, `rand`, `randn` … */
export function sizedFactory(
  name: string,
  value: number | null,
): (vm: Interpreter, args: readonly Value[], keywords: Keywords) => Value {
  return (vm, args, keywords) => {
    checkArguments(vm, name, `*size:a | ${OPTIONS} names:a generator:a memory_format:a`, args, keywords);
    const named = keywords.get('size');
    const sizes = named === undefined ? sizesOf(vm, args) : sizesOf(vm, [named]);
    checkSizes(vm, sizes);
    const dtype = givenDtype(keywords, DEFAULT_DTYPE, vm);
    if (name.startsWith('rand') && !isFloating(dtype))
      throw new UnknownOperand(vm.reason('unsupported', name));
    return filled(vm, sizes, dtype, value, keywords);
  };
}

export function filled(
  vm: Interpreter,
  sizes: Shape,
  dtype: string,
  value: Element | null,
  keywords: Keywords,
): PyTensor {
  const grad = keywords.get('requires_grad');
  const wantsGrad = grad !== undefined && truth(vm, grad) === true;
  if (wantsGrad && categoryOf(dtype) < 2)
    vm.raise('RuntimeError', 'Only Tensors of floating point and complex dtype can require gradients');
  const tensor = newTensor(vm, sizes, dtype, wantsGrad);
  const count = elements(sizes);
  if (value !== null && typeof count === 'bigint' && count <= MAX_TENSOR_VALUES) {
    tensor.data = storedAll(new Array<Element>(Number(count)).fill(value), dtype);
  }
  return tensor;
}

export function givenDtype(keywords: Keywords, fallback: string, vm: Interpreter): string {
  const given = keywords.get('dtype');
  if (given === undefined || given === null) return fallback;
  const name = dtypeName(given);
  if (name !== null) return name;
  const reason = unknownReason(given);
  throw new UnknownOperand(reason ?? vm.reason('dtype', ''));
}

/** `full(size, fill_value)`. */
export function full(vm: Interpreter, args: readonly Value[], keywords: Keywords): Value {
  checkArguments(vm, 'full', `size:s fill_value:n | ${OPTIONS} names:a`, args, keywords);
  const sizes = sizesOf(vm, [option(args, keywords, 0, 'size') ?? null]);
  checkSizes(vm, sizes);
  const value = option(args, keywords, 1, 'fill_value') ?? null;
  const reason = unknownReason(value);
  if (reason !== null && !keywords.has('dtype')) throw new UnknownOperand(reason);
  const isWhole = typeof value === 'bigint' || value instanceof PySymbol;
  const inferred = typeof value === 'boolean' ? 'bool' : isWhole ? 'int64' : DEFAULT_DTYPE;
  const known = typeof value === 'number' || typeof value === 'bigint' || typeof value === 'boolean';
  const dtype = givenDtype(keywords, inferred, vm);
  checkHeld(vm, value, dtype);
  return filled(vm, sizes, dtype, known ? value : null, keywords);
}

/** Numbers outside the range of a dtype are mostly refused. */
export function checkHeld(vm: Interpreter, value: Value, dtype: string): void {
  if ((typeof value !== 'number' && typeof value !== 'bigint') || isHeld(value, dtype)) return;
  const reason = vm.reason('unsupported', `${value} as ${dtype}`);
  vm.mayRaise.push(reason);
  throw new UnknownOperand(reason);
}

/** The greatest finite numbers of floats that are narrower than Python's. */
const GREATEST: Readonly<Record<string, number>> = {
  float16: 65504,
  bfloat16: 3.3895313892515355e38,
  float32: 3.4028234663852886e38,
};

/** Whether a dtype holds a number, rounded. */
export function isHeld(value: number | bigint, dtype: string): boolean {
  const number = Number(value);
  const greatest = GREATEST[dtype];
  if (greatest !== undefined) return !Number.isFinite(number) || Math.abs(number) <= greatest;
  const bits = /^(u?)int(\d+)$/.exec(dtype);
  if (bits === null) return true;
  const size = 2 ** (Number(bits[2]) - (bits[1] === 'u' ? 0 : 1));
  return number >= (bits[1] === 'u' ? 0 : -size) && number < size;
}

/** `arange(start, end, step)`: integers unless one argument is a float. */
export function arange(vm: Interpreter, args: readonly Value[], keywords: Keywords): Value {
  checkArguments(vm, 'arange', `end:n | ${OPTIONS};start:n end:n step:?n | ${OPTIONS}`, args, keywords);
  const isEndAlone = args.length + ['start', 'end', 'step'].filter((name) => keywords.has(name)).length === 1;
  const start = isEndAlone ? 0n : (option(args, keywords, 0, 'start') ?? null);
  const stop = option(args, keywords, isEndAlone ? 0 : 1, 'end') ?? null;
  const step = option(args, keywords, 2, 'step') ?? 1n;
  const integral = [start, stop, step].every((value) => typeof value === 'bigint');
  const dtype = givenDtype(keywords, integral ? 'int64' : DEFAULT_DTYPE, vm);
  if (
    [start, stop, step].some((value) => typeof value === 'boolean') ||
    dtype === 'bool' ||
    categoryOf(dtype) > 2 ||
    (!integral && !isFloating(dtype))
  )
    throw new UnknownOperand(vm.reason('unsupported', 'arange'));
  const from = needFloat(vm, start);
  const to = needFloat(vm, stop);
  const by = needFloat(vm, step);
  if (by === 0) vm.raise('RuntimeError', 'step must be nonzero');
  const count = Math.ceil((to - from) / by);
  if (by > 0 ? to < from : to > from)
    vm.raise('RuntimeError', 'upper bound and larger bound inconsistent with step sign');
  vm.checkSize(count);
  if (count > MAX_TENSOR_VALUES) return newTensor(vm, [BigInt(count)], dtype);
  const values: number[] = [];
  for (let i = 0; i < count; i++) values.push(from + i * by);
  return tensorOf(vm, [BigInt(count)], dtype, values);
}

/** `linspace(start, end, steps)`, as torch computes it: from both ends. */
export function linspace(vm: Interpreter, args: readonly Value[], keywords: Keywords): Value {
  checkArguments(vm, 'linspace', `start:n end:n steps:i | ${OPTIONS}`, args, keywords);
  const start = option(args, keywords, 0, 'start');
  const end = option(args, keywords, 1, 'end');
  const steps = Number(needInteger(vm, option(args, keywords, 2, 'steps')));
  vm.checkSize(steps);
  if (steps < 0) vm.raise('RuntimeError', 'number of steps must be non-negative');
  const dtype = givenDtype(keywords, DEFAULT_DTYPE, vm);
  const knownEnds = floatOf(start ?? null);
  const other = floatOf(end ?? null);
  if (!isFloating(dtype)) throw new UnknownOperand(vm.reason('unsupported', 'linspace'));
  if (
    !/^float(32|64)$/.test(dtype) ||
    typeof knownEnds !== 'number' ||
    typeof other !== 'number' ||
    steps > MAX_TENSOR_VALUES
  ) {
    return newTensor(vm, [BigInt(steps)], dtype);
  }
  const round = dtype === 'float32' ? Math.fround : (value: number): number => value;
  const from = round(knownEnds);
  const to = round(other);
  const step = steps > 1 ? round(round(to - from) / (steps - 1)) : 0;
  const values: number[] = [];
  for (let i = 0; i < steps; i++) {
    values.push(
      i < Math.floor(steps / 2) ? round(from + round(step * i)) : round(to - round(step * (steps - 1 - i))),
    );
  }
  if (steps === 1) values[0] = from;
  return tensorOf(vm, [BigInt(steps)], dtype, values);
}

/** `tensor(data)` and `as_tensor`: the shape of the nested lists. */
export function tensorFrom(vm: Interpreter, args: readonly Value[], keywords: Keywords): Value {
  checkArguments(vm, 'tensor', 'data:a | dtype:t device:a pin_memory:a requires_grad:b', args, keywords);
  const given = option(args, keywords, 0, 'data') ?? null;
  const data = arrayValues(given) ?? given;
  if (data instanceof PyTensor) {
    const copy = new PyTensor(null, data.shape, givenDtype(keywords, data.dtype ?? DEFAULT_DTYPE, vm));
    copy.data = data.data === null || copy.dtype === null ? null : storedAll(data.data, copy.dtype);
    copy.shapeReason = data.shapeReason;
    copy.taint = data.taint;
    copy.created = vm.creationPath();
    return copy;
  }
  const shape: bigint[] = [];
  const values: Value[] = [];
  collect(vm, data, 0, shape, values);
  let dtype: string | null = null;
  let allKnown = true;
  for (const value of values) {
    const own =
      typeof value === 'boolean'
        ? 'bool'
        : typeof value === 'bigint' || value instanceof PySymbol
          ? 'int64'
          : typeof value === 'number' || value instanceof PySymbolicReal
            ? DEFAULT_DTYPE
            : null;
    if (typeof value !== 'boolean' && typeof value !== 'bigint' && typeof value !== 'number')
      allKnown = false;
    if (own === null) {
      const upper = value instanceof PyUnknown ? value.upper?.name : undefined;
      const guess =
        upper === 'int' ? 'int64' : upper === 'float' ? DEFAULT_DTYPE : upper === 'bool' ? 'bool' : null;
      if (guess === null && !keywords.has('dtype')) {
        throw new UnknownOperand(unknownReason(value) ?? vm.reason('dtype', ''));
      }
      dtype = dtype === null ? guess : promote(dtype, guess ?? dtype);
    } else dtype = dtype === null ? own : promote(dtype, own);
  }
  const name = givenDtype(keywords, dtype ?? DEFAULT_DTYPE, vm);
  const wantsGrad = truth(vm, keywords.get('requires_grad') ?? false) === true;
  if (wantsGrad && categoryOf(name) < 2)
    vm.raise('RuntimeError', 'Only Tensors of floating point and complex dtype can require gradients');
  for (const value of values) checkHeld(vm, value, name);
  const isKnown = allKnown && values.length <= MAX_TENSOR_VALUES;
  const made = isKnown ? tensorOf(vm, shape, name, values as Element[]) : newTensor(vm, shape, name);
  made.requiresGrad = wantsGrad;
  return made;
}

/** `as_tensor` and `asarray`: a tensor of the dtype is given back as it is. */
export function sharedTensor(vm: Interpreter, args: readonly Value[], keywords: Keywords): Value {
  const name = keywords.has('obj') ? 'obj' : 'data';
  checkArguments(vm, 'as_tensor', `${name}:a dtype:?t device:?a`, args, keywords);
  const data = option(args, keywords, 0, name) ?? null;
  const dtype = option(args, keywords, 1, 'dtype');
  if (data instanceof PyTensor && (dtypeName(dtype) ?? data.dtype) === data.dtype) return data;
  return tensorFrom(vm, [data], dtype === undefined ? NO_KEYWORDS : new Map([['dtype', dtype]]));
}

function collect(vm: Interpreter, value: Value, depth: number, shape: bigint[], values: Value[]): void {
  vm.step();
  const array = arrayValues(value);
  if (array !== null) {
    collect(vm, array, depth, shape, values);
    return;
  }
  const isSequence =
    value instanceof PyList ||
    value instanceof PyTuple ||
    value instanceof PyRange ||
    (value instanceof PyTensor && value.shape !== null && value.shape.length > 0);
  if (!isSequence) {
    if (value instanceof PyTensor) {
      // Only an explicit dtype says what numbers of unlike precision become.
      values.push(numberOf(vm, value));
    } else
      values.push(
        value instanceof PyInterval
          ? vm.unknown('floatPrecision', '', vm.class('float'))
          : numberAmong(value),
      );
    return;
  }
  if (depth > 32) vm.raise('ValueError', 'too many dimensions');
  const items = listItems(vm, value);
  const size = shape[depth];
  if (size === undefined) shape.push(BigInt(items.length));
  else if (size !== BigInt(items.length)) vm.raise('ValueError', 'expected sequences of equal lengths');
  for (const item of items) collect(vm, item, depth + 1, shape, values);
}

/** What is not known may be a sequence, unless it is said to be a number. */
function numberAmong(value: Value): Value {
  const reason = unknownReason(value);
  const upper = value instanceof PyUnknown ? (value.upper?.name ?? '') : '';
  if (reason !== null && !['int', 'float', 'bool', 'complex'].includes(upper))
    throw new UnknownOperand(reason);
  return value;
}

/** A tensor of no dimensions among numbers: its value, of a type that stands for its dtype. */
function numberOf(vm: Interpreter, tensor: PyTensor): Value {
  const { dtype } = tensor;
  const upper =
    dtype === 'int64' ? 'int' : dtype === 'bool' ? 'bool' : dtype === DEFAULT_DTYPE ? 'float' : null;
  const [only] = tensor.data ?? [];
  if (upper === null || only === undefined) {
    return vm.unknown('tensorValue', '', upper === null ? null : vm.class(upper));
  }
  return only;
}

export function isDtypeArgument(value: Value | undefined): boolean {
  return value instanceof PyInstance && value.cls.name === 'dtype';
}
