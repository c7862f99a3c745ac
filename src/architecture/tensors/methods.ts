import { UnknownOperand } from '../errors';
import { around, decimalLog, binaryLog, exponential, naturalLog, PyInterval } from '../floats';
import type { Interpreter } from '../machine';
import { listItems } from '../iteration';
import { needInteger } from '../numbers';
import { namedTuple } from '../namedTuples';
import { truth } from '../truth';
import { type Dimension, NO_KEYWORDS, PyList, PyTensor, PyTuple, PyUnknown, type Value } from '../values';
import { arrayOf } from './arrays';
import { DEFAULT_DTYPE, checkHeld, checkSizes, filled, givenDtype, isHeld, tensorFrom } from './creation';
import { categoryOf, dtypeName, dtypeObject, isFloating } from './dtypes';
import { elementwise, matmul, tensorBinary, tensorCompare, tensorInPlace, tensorUnary } from './elementwise';
import { changeInPlace, markViews, shareValues } from './gradients';
import {
  add,
  axis,
  broadcast,
  dimension,
  elements,
  multiply,
  requireShape,
  reshaped,
  sameSize,
  type Shape,
  sizesOf,
  sizeTuple,
  tensorArgument,
} from './shapes';
import { type Element, stored, storedAll } from './storedValues';
import { expand, flip, permute, repeat, tile, transpose, turned } from './rearranging';
import { checkArguments } from './signatures';
import { nestedList, scalarClass } from './tensorItems';
import { like, option, type TensorMethod } from './tensorMethod';

/** The same shape, new values. */
const same: TensorMethod = (vm, self) => like(vm, self, requireShape(vm, self));

/** Changes values in place, if anything. */
const inPlace: TensorMethod = (vm, self, args, keywords) => {
  changeInPlace(vm, self, [...args, ...keywords.values()]);
  return self;
};

/** Draws floats, or computes them, in place: torch has that for floating point only. */
const floatsInPlace: TensorMethod = (vm, self, args, keywords) => {
  if (self.dtype !== null && !isFloating(self.dtype))
    vm.mayRaise.push(vm.reason('unsupported', `a change in place of ${self.dtype}`));
  return inPlace(vm, self, args, keywords);
};

/** As `inPlace`, for what torch does not have for truth values and complex numbers. */
const numbersInPlace: TensorMethod = (vm, self, args, keywords) => {
  if (self.dtype === 'bool' || self.dtype?.startsWith('complex') === true)
    vm.mayRaise.push(vm.reason('unsupported', `a change in place of ${self.dtype}`));
  return inPlace(vm, self, args, keywords);
};

/** `copy_` and others that are given a tensor that is broadcast to this one. */
const takenInPlace: TensorMethod = (vm, self, args, keywords) => {
  const shape = self.shape ?? [];
  for (const given of [...args, ...keywords.values()]) {
    const isNumber = typeof given === 'number' || typeof given === 'bigint';
    if (isNumber && self.dtype !== null && !isHeld(given, self.dtype))
      vm.mayRaise.push(vm.reason('unsupported', `${given} as ${self.dtype}`));
    if (!(given instanceof PyTensor) || given.shape === null || self.shape === null) continue;
    const lead = shape.length - given.shape.length;
    const differs = (size: Dimension, i: number): boolean =>
      size !== 1n &&
      typeof shape[i + lead] === 'bigint' &&
      typeof size === 'bigint' &&
      size !== shape[i + lead];
    if (lead < 0 || given.shape.some(differs))
      vm.mayRaise.push(vm.reason('unsupported', 'a change in place'));
  }
  return inPlace(vm, self, args, keywords);
};

const operationInPlace =
  (operator: string): TensorMethod =>
  (vm, self, args, keywords) => {
    if (args.length !== 1 || keywords.size > 0) return takenInPlace(vm, self, args, keywords);
    return tensorInPlace(vm, operator, self, args[0] ?? null);
  };

/** Sets a triangle, or the diagonal, in place. */
const matrixInPlace: TensorMethod = (vm, self, args, keywords) => {
  if (self.shape !== null && self.shape.length < 2) vm.raise('RuntimeError', 'not a matrix');
  return inPlace(vm, self, args, keywords);
};

/** The same shape in another dtype. */
const cast =
  (dtype: string): TensorMethod =>
  (vm, self) =>
    converted(vm, self, dtype);

function converted(vm: Interpreter, self: PyTensor, dtype: string): PyTensor {
  if (dtype === self.dtype) return self;
  const result = like(vm, self, requireShape(vm, self), dtype);
  if (self.data !== null) result.data = storedAll(self.data, dtype);
  return result;
}

interface Reduction {
  readonly dtypeOf: (dtype: string) => string;
  /** All values in one; null where that is not computed. */
  readonly fold: ((values: readonly number[]) => number) | null;
  /** Whether it is there for floating point only. */
  readonly floating?: boolean;
  /** Whether there is no result of nothing. */
  readonly ofSomething?: boolean;
}

/** `sum`, `mean`, `amax` …: over some dimensions or all. */
const reduce =
  ({ dtypeOf, fold, floating = false, ofSomething = false }: Reduction): TensorMethod =>
  (vm, self, args, keywords) => {
    const shape = requireShape(vm, self);
    const dim = option(args, keywords, 0, 'dim', 'axis');
    const keep = truth(vm, option(args, keywords, 1, 'keepdim', 'keepdims') ?? false) === true;
    const given = dtypeName(keywords.get('dtype'));
    const own = knownDtype(vm, self);
    const isOrdered = !ofSomething || categoryOf(own) < 3;
    if (floating && categoryOf(given ?? own) < 2)
      vm.mayRaise.push(vm.reason('unsupported', `an average of ${own}`));
    if (
      !isOrdered ||
      (floating && !isFloating(given ?? own)) ||
      (ofSomething && shape.some((size) => size === 0n))
    )
      throw new UnknownOperand(vm.reason('unsupported', `reduction of ${own}`));
    const dtype = given ?? dtypeOf(own);
    const result = like(vm, self, reducedShape(vm, shape, dim, keep), dtype);
    if ((dim === undefined || dim === null) && self.data !== null && fold !== null) {
      const values = given === null ? self.data : storedAll(self.data, given);
      result.data = values === null ? null : storedAll([fold(values.map(Number))], dtype);
    }
    return result;
  };

function reducedShape(vm: Interpreter, shape: Shape, dim: Value | undefined, keep: boolean): Shape {
  if (dim === undefined || dim === null) return keep ? shape.map(() => 1n) : [];
  const dims = dim instanceof PyTuple || dim instanceof PyList ? listItems(vm, dim) : [dim];
  const axes = new Set(dims.map((one) => axis(vm, one, shape.length)));
  // No dimensions are all of them, for some functions; the same one twice is refused.
  if (dims.length === 0 || axes.size < dims.length) throw new UnknownOperand(vm.reason('unsupported', 'dim'));
  const result: Dimension[] = [];
  shape.forEach((size, i) => {
    if (!axes.has(i)) result.push(size);
    else if (keep) result.push(1n);
  });
  return result;
}

/** What `max(dim)` gives: a tuple whose parts have names. */
function valuesAndIndices(vm: Interpreter, values: PyTensor, indices: PyTensor): PyTuple {
  const known = vm.classes.get('return_types');
  const cls =
    known ??
    namedTuple(vm, 'return_types', ['values', 'indices'], new Map(), { module: 'torch', place: null });
  if (known === undefined) vm.classes.set('return_types', cls);
  return new PyTuple([values, indices], cls);
}

/** `max(dim)` gives values and indices. */
const extremeMethod =
  (fold: (values: readonly number[]) => number): TensorMethod =>
  (vm, self, args, keywords) => {
    const dim = option(args, keywords, 0, 'dim', 'other');
    if (categoryOf(knownDtype(vm, self)) === 3) throw new UnknownOperand(vm.reason('unsupported', 'max'));
    if (dim instanceof PyTensor) return elementwise(vm, [self, dim]);
    const shape = requireShape(vm, self);
    if (shape.some((size) => size === 0n)) throw new UnknownOperand(vm.reason('unsupported', 'max'));
    const keep = truth(vm, option(args, keywords, 1, 'keepdim') ?? false) === true;
    const values = like(vm, self, reducedShape(vm, shape, dim, keep));
    if (dim === undefined) {
      if (self.data !== null && self.dtype !== null)
        values.data = [stored(fold(self.data.map(Number)), self.dtype)];
      return values;
    }
    return valuesAndIndices(vm, values, like(vm, self, values.shape ?? [], 'int64'));
  };

function knownDtype(vm: Interpreter, self: PyTensor): string {
  if (self.dtype === null) throw new UnknownOperand(self.shapeReason ?? vm.reason('dtype', ''));
  return self.dtype;
}

/** Only for tensors of a dtype for which torch has the function, and of some rank. */
const only =
  (fits: (dtype: string, rank: number) => boolean, run: TensorMethod): TensorMethod =>
  (vm, self, args, keywords) => {
    const dtype = knownDtype(vm, self);
    if (!fits(dtype, requireShape(vm, self).length))
      throw new UnknownOperand(vm.reason('unsupported', `a function of ${dtype}`));
    return run(vm, self, args, keywords);
  };
const real = (dtype: string): boolean => !dtype.startsWith('complex');
const numeric = (dtype: string): boolean => dtype !== 'bool' && !dtype.startsWith('complex');
const matrix = (_dtype: string, rank: number): boolean => rank >= 2;

const identityDtype = (dtype: string): string => dtype;
const sumDtype = (dtype: string): string =>
  isFloating(dtype) || dtype.startsWith('complex') ? dtype : 'int64';
const truthDtype = (dtype: string): string => (dtype === 'uint8' ? 'uint8' : 'bool');

/** A function of each value; bounds of a float that disagree after float32 are not known. */
const map =
  (run: (value: number) => number | PyInterval | null, floating = true): TensorMethod =>
  (vm, self) => {
    if (categoryOf(knownDtype(vm, self)) === 3) {
      if (!floating)
        throw new UnknownOperand(vm.reason('unsupported', `a function of ${String(self.dtype)}`));
      return like(vm, self, requireShape(vm, self));
    }
    const dtype = self.dtype !== null && floating && !isFloating(self.dtype) ? 'float32' : self.dtype;
    const result = like(vm, self, requireShape(vm, self), dtype);
    if (self.data !== null && dtype !== null) {
      const data: Element[] = [];
      for (const value of self.data) {
        const mapped = run(Number(value));
        if (mapped === null) return result;
        const low = stored(mapped instanceof PyInterval ? mapped.low : mapped, dtype);
        if (mapped instanceof PyInterval && low !== stored(mapped.high, dtype)) return result;
        data.push(low);
      }
      result.data = data;
    }
    return result;
  };

/** Rounding of computed float32 values: too near to a half, the last bit of a C library decides. */
const rounded =
  (run: (value: number) => number, edge: number): TensorMethod =>
  (vm, self) => {
    const result = like(vm, self, requireShape(vm, self));
    if (self.data !== null && self.dtype !== null) {
      const dtype = self.dtype;
      const data = self.data.map(Number);
      const near = (value: number): boolean => {
        const distance = Math.abs(value - edge - Math.round(value - edge));
        return distance !== 0 && distance < Math.abs(value) * 2 ** -20;
      };
      if (!data.some(near)) result.data = data.map((value) => stored(run(value), dtype));
    }
    return result;
  };

function halfEven(value: number): number {
  const floor = Math.floor(value);
  const rest = value - floor;
  const up = rest > 0.5 || (rest === 0.5 && floor % 2 !== 0);
  const rounded = up ? floor + 1 : floor;
  // A zero keeps the sign.
  return rounded === 0 && value < 0 ? -0 : rounded;
}

const operation =
  (operator: string): TensorMethod =>
  (vm, self, args, keywords) =>
    tensorBinary(vm, operator, self, option(args, keywords, 0, 'other', 'exponent') ?? null);

const comparison =
  (operator: string): TensorMethod =>
  (vm, self, args, keywords) =>
    tensorCompare(vm, operator, self, option(args, keywords, 0, 'other') ?? null);

const product =
  (rank: number | null): TensorMethod =>
  (vm, self, args, keywords) => {
    const other = tensorArgument(vm, option(args, keywords, 0, 'other', 'mat2', 'tensor'));
    const ranks = [requireShape(vm, self).length, requireShape(vm, other).length];
    if (rank !== null && ranks.some((one) => one !== rank))
      throw new UnknownOperand(vm.reason('unsupported', 'a product of tensors of other ranks'));
    if (rank === 3 && !sameSize(self.shape?.[0], other.shape?.[0]))
      throw new UnknownOperand(vm.reason('unsupported', 'a product of other batches'));
    return matmul(vm, self, other);
  };

const division: TensorMethod = (vm, self, args, keywords) => {
  const mode = keywords.get('rounding_mode') ?? null;
  if (mode !== null && mode !== 'floor') throw new UnknownOperand(vm.reason('unsupported', 'rounding_mode'));
  const other = option(args, keywords, 0, 'other') ?? null;
  return tensorBinary(vm, mode === null ? '/' : '//', self, other);
};

const view: TensorMethod = (vm, self, args, keywords) => {
  const [first] = args;
  const asDtype = dtypeName(first ?? keywords.get('dtype'));
  if (asDtype !== null) throw new UnknownOperand(vm.reason('unsupported', 'view(dtype)'));
  const named = keywords.get('shape') ?? keywords.get('size');
  const wanted = sizesOf(vm, named === undefined ? args : [named]);
  const result = like(vm, self, reshaped(vm, requireShape(vm, self), wanted));
  result.data = self.data;
  return result;
};

/** A view needs strides that fit; those of a transposed tensor mostly do not. */
const viewed: TensorMethod = (vm, self, args, keywords) => {
  if (self.strided && requireShape(vm, self).length > 1)
    throw new UnknownOperand(vm.reason('unsupported', 'a view of what is not contiguous'));
  return view(vm, self, args, keywords);
};

const viewAs: TensorMethod = (vm, self, args, keywords) =>
  viewed(vm, self, [...requireShape(vm, tensorArgument(vm, args[0] ?? keywords.get('other')))], NO_KEYWORDS);

const reshapeAs: TensorMethod = (vm, self, args, keywords) =>
  view(vm, self, [...requireShape(vm, tensorArgument(vm, args[0] ?? keywords.get('other')))], NO_KEYWORDS);

const flatten: TensorMethod = (vm, self, args, keywords) => {
  const shape = requireShape(vm, self);
  const start = axis(vm, option(args, keywords, 0, 'start_dim') ?? 0n, shape.length);
  const end = axis(vm, option(args, keywords, 1, 'end_dim') ?? -1n, shape.length);
  if (start > end)
    vm.raise('RuntimeError', 'flatten() has invalid args: start_dim cannot come after end_dim');
  // A number becomes a tensor of one element.
  if (shape.length === 0) return like(vm, self, [1n]);
  const middle = elements(shape.slice(start, end + 1));
  const result = like(vm, self, [...shape.slice(0, start), middle, ...shape.slice(end + 1)]);
  result.data = self.data;
  return result;
};

const unsqueeze: TensorMethod = (vm, self, args, keywords) => {
  const shape = requireShape(vm, self);
  const at = axis(vm, option(args, keywords, 0, 'dim'), shape.length + 1);
  const result = like(vm, self, [...shape.slice(0, at), 1n, ...shape.slice(at)]);
  result.data = self.data;
  return result;
};

const squeeze: TensorMethod = (vm, self, args, keywords) => {
  const shape = requireShape(vm, self);
  const dim = option(args, keywords, 0, 'dim');
  if (dim === undefined && shape.some((size) => typeof size !== 'bigint'))
    throw new UnknownOperand(vm.reason('symbolicOperation', 'squeeze'));
  const dims = dim instanceof PyTuple || dim instanceof PyList ? listItems(vm, dim) : [dim ?? null];
  const axes = dim === undefined ? [...shape.keys()] : dims.map((one) => axis(vm, one, shape.length));
  const result = like(
    vm,
    self,
    shape.filter((size, i) => !axes.includes(i) || size !== 1n),
  );
  result.data = self.data;
  return result;
};

/** `chunk(n, dim)` and `split(size, dim)`. */
const chunk: TensorMethod = (vm, self, args, keywords) => {
  const shape = requireShape(vm, self);
  const count = needInteger(vm, option(args, keywords, 0, 'chunks'));
  if (shape.length === 0) throw new UnknownOperand(vm.reason('unsupported', 'chunk of nothing'));
  const at = axis(vm, option(args, keywords, 1, 'dim') ?? 0n, shape.length);
  const size = shape[at] ?? 1n;
  if (size === 0n || count <= 0n) throw new UnknownOperand(vm.reason('unsupported', 'chunk of nothing'));
  if (typeof size !== 'bigint') throw new UnknownOperand(vm.reason('symbolicOperation', 'chunk'));
  const part = (size + count - 1n) / count;
  return parts(vm, self, shape, at, pieces(vm, size, part));
};

const split: TensorMethod = (vm, self, args, keywords) => {
  const shape = requireShape(vm, self);
  if (shape.length === 0) throw new UnknownOperand(vm.reason('unsupported', 'split of nothing'));
  const sizes = option(args, keywords, 0, 'split_size', 'split_size_or_sections');
  const at = axis(vm, option(args, keywords, 1, 'dim') ?? 0n, shape.length);
  const whole = shape[at];
  if (whole === undefined || whole === 0n)
    throw new UnknownOperand(vm.reason('unsupported', 'split of nothing'));
  if (sizes instanceof PyTuple || sizes instanceof PyList) {
    const wanted = listItems(vm, sizes).map((size) => dimension(vm, size));
    if (
      !sameSize(wanted.reduce(add, 0n), whole) ||
      wanted.some((size) => typeof size === 'bigint' && size < 0n)
    )
      throw new UnknownOperand(vm.reason('unsupported', 'split into other sizes'));
    return parts(vm, self, shape, at, wanted);
  }
  if (typeof whole !== 'bigint') throw new UnknownOperand(vm.reason('symbolicOperation', 'split'));
  return parts(vm, self, shape, at, pieces(vm, whole, needInteger(vm, sizes)));
};

function pieces(vm: Interpreter, whole: bigint, part: bigint): bigint[] {
  if (part <= 0n) vm.raise('RuntimeError', 'split_size can only be positive');
  const result: bigint[] = [];
  for (let rest = whole; rest > 0n; rest -= part) result.push(rest < part ? rest : part);
  vm.checkSize(result.length);
  return result;
}

export function replaced(shape: Shape, at: number, size: Dimension): Shape {
  return shape.map((own, i) => (i === at ? size : own));
}

const to: TensorMethod = (vm, self, args, keywords) => {
  let dtype: string | null = dtypeName(keywords.get('dtype'));
  for (const argument of args) {
    if (typeof argument === 'bigint' || typeof argument === 'number')
      throw new UnknownOperand(vm.reason('unsupported', 'arguments of to()'));
    dtype ??= dtypeName(argument);
    if (argument instanceof PyTensor) dtype ??= argument.dtype;
    if (argument instanceof PyUnknown && argument.reason.code !== 'device')
      throw new UnknownOperand(argument.reason);
  }
  return dtype === null ? self : converted(vm, self, dtype);
};

const item: TensorMethod = (vm, self) => {
  const count = self.shape === null ? 1n : elements(self.shape);
  if (typeof count === 'bigint' && count !== 1n)
    vm.raise('RuntimeError', `a Tensor with ${count} elements cannot be converted to Scalar`);
  const [only] = self.data ?? [];
  if (self.data?.length === 1 && only !== undefined) return only;
  return new PyUnknown(self.taint ?? vm.reason('tensorValue', ''), vm.class(scalarClass(self)));
};

const unique: TensorMethod = (vm, self, _args, keywords) => {
  if (self.data === null) throw new UnknownOperand(vm.reason('tensorValue', 'unique'));
  const counts = new Map<number, bigint>();
  for (const value of self.data.map(Number).sort((a, b) => a - b)) {
    counts.set(value, (counts.get(value) ?? 0n) + 1n);
  }
  const values = [...counts.keys()];
  const shape = [BigInt(values.length)];
  const result = like(vm, self, shape);
  const { dtype } = self;
  if (dtype !== null) result.data = values.map((value) => stored(value, dtype));
  if (truth(vm, keywords.get('return_counts') ?? false) !== true) return result;
  const numbers = like(vm, self, shape, 'int64');
  numbers.data = [...counts.values()];
  return new PyTuple([result, numbers]);
};

/** Differences of neighbours along a one-dimensional tensor. */
const diff: TensorMethod = (vm, self) => {
  const shape = requireShape(vm, self);
  const [length] = shape;
  if (self.dtype === 'bool' || shape.length !== 1 || typeof length !== 'bigint') {
    throw new UnknownOperand(vm.reason('unsupported', 'diff'));
  }
  const result = like(vm, self, [length > 0n ? length - 1n : 0n]);
  const { data, dtype } = self;
  if (data !== null && dtype !== null) {
    result.data = data.slice(1).map((value, i) => stored(Number(value) - Number(data[i]), dtype));
  }
  return result;
};

/** Consecutive parts along a dimension, with their values where there is only one. */
function parts(
  vm: Interpreter,
  self: PyTensor,
  shape: Shape,
  at: number,
  sizes: readonly Dimension[],
): PyTuple {
  let from = 0;
  return new PyTuple(
    sizes.map((size) => {
      const part = like(vm, self, replaced(shape, at, size));
      if (shape.length === 1 && typeof size === 'bigint') {
        part.data = self.data?.slice(from, from + Number(size)) ?? null;
        from += Number(size);
      }
      return part;
    }),
  );
}

const newFilled =
  (value: number | null): TensorMethod =>
  (vm, self, args, keywords) => {
    const named = keywords.get('size');
    const sizes = sizesOf(vm, named === undefined ? args : [named]);
    checkSizes(vm, sizes);
    return filled(vm, sizes, givenDtype(keywords, knownDtype(vm, self), vm), value, keywords);
  };

const newFull: TensorMethod = (vm, self, args, keywords) => {
  const sizes = sizesOf(vm, [option(args, keywords, 0, 'size') ?? null]);
  checkSizes(vm, sizes);
  const dtype = givenDtype(keywords, knownDtype(vm, self), vm);
  checkHeld(vm, option(args, keywords, 1, 'fill_value') ?? null, dtype);
  return filled(vm, sizes, dtype, null, keywords);
};

const newTensorOf: TensorMethod = (vm, self, args, keywords) => {
  const given = new Map(keywords);
  if (!given.has('dtype')) given.set('dtype', dtypeObject(vm, knownDtype(vm, self)));
  return tensorFrom(vm, args, given);
};

/** `where(condition, a, b)`, the condition as the tensor of its method. */
const chosen: TensorMethod = (vm, self, args, keywords) => {
  const condition = tensorArgument(vm, option(args, keywords, 0, 'condition'));
  if (condition.dtype !== 'bool') throw new UnknownOperand(vm.reason('unsupported', 'where'));
  const other = option(args, keywords, 1, 'other') ?? null;
  return elementwise(vm, [self, other], [condition]);
};

/** `masked_fill(mask, value)`: broadcasts both, keeps the dtype. */
const masked: TensorMethod = (vm, self, args, keywords) => {
  const mask = tensorArgument(vm, option(args, keywords, 0, 'mask'));
  const value = option(args, keywords, 1, 'value');
  const dtype = knownDtype(vm, self);
  const whole = typeof value === 'bigint' || typeof value === 'boolean' || isFloating(dtype);
  checkHeld(vm, value ?? null, dtype);
  if (mask.dtype !== 'bool' || !whole) throw new UnknownOperand(vm.reason('unsupported', 'masked_fill'));
  return like(vm, self, broadcast(vm, requireShape(vm, self), requireShape(vm, mask)));
};

const softmax: TensorMethod = (vm, self, args, keywords) => {
  const shape = requireShape(vm, self);
  axis(vm, option(args, keywords, 0, 'dim'), shape.length);
  const dtype = givenDtype(keywords, knownDtype(vm, self), vm);
  if (!isFloating(dtype)) throw new UnknownOperand(vm.reason('unsupported', 'softmax'));
  return like(vm, self, shape, dtype);
};

const roll: TensorMethod = (vm, self, args, keywords) => {
  const shape = requireShape(vm, self);
  const shifts = option(args, keywords, 0, 'shifts') ?? null;
  const dims = option(args, keywords, 1, 'dims');
  const several = (value: Value): readonly Value[] =>
    value instanceof PyTuple || value instanceof PyList ? listItems(vm, value) : [value];
  const axes = dims === undefined ? [] : several(dims);
  // Without elements torch does not look at the dimensions.
  if (!shape.includes(0n)) for (const dim of axes) axis(vm, dim, shape.length);
  if (shape.length === 0 && axes.length > 0) vm.raise('IndexError', 'the tensor has no dimensions');
  if (several(shifts).length !== (dims === undefined ? 1 : axes.length))
    throw new UnknownOperand(vm.reason('unsupported', 'roll'));
  return like(vm, self, shape);
};

const inverted: TensorMethod = (vm, self) => tensorUnary(vm, '~', self);

const clamp: TensorMethod = (vm, self, args, keywords) => {
  const low = option(args, keywords, 0, 'min') ?? null;
  const high = option(args, keywords, 1, 'max') ?? null;
  const isComplex = categoryOf(knownDtype(vm, self)) === 3;
  if (isComplex || (low === null && high === null))
    throw new UnknownOperand(vm.reason('unsupported', 'clamp'));
  const result = elementwise(vm, [self, ...[low, high].filter((bound) => bound !== null)]);
  const { dtype } = result;
  const isNumber = (value: Value): value is number | bigint =>
    typeof value === 'number' || typeof value === 'bigint';
  if (
    [low, high].every((bound) => bound === null || isNumber(bound)) &&
    self.data !== null &&
    dtype !== null
  ) {
    result.data = self.data.map((value) => {
      let number = Number(value);
      if (isNumber(low) && number < Number(low)) number = Number(low);
      if (isNumber(high) && number > Number(high)) number = Number(high);
      return stored(number, dtype);
    });
  }
  return result;
};

const cumsum: TensorMethod = (vm, self, args, keywords) => {
  const shape = requireShape(vm, self);
  axis(vm, option(args, keywords, 0, 'dim', 'axis'), shape.length);
  const given = dtypeName(keywords.get('dtype'));
  const dtype = given ?? sumDtype(knownDtype(vm, self));
  const result = like(vm, self, shape, dtype);
  if (given === null && self.data !== null && shape.length === 1) {
    let total = 0;
    result.data = self.data.map((value) => {
      total = Number(stored(total + Number(value), dtype));
      return stored(total, dtype);
    });
  }
  return result;
};

/** Methods whose result shares the tensor's elements. */
const VIEWS: ReadonlySet<string> = new Set(
  (
    'view reshape view_as reshape_as expand_as flatten permute transpose swapaxes t unsqueeze squeeze expand chunk split ' +
    'narrow unbind ravel'
  ).split(' '),
);

/** Those of them whose result need not be contiguous. */
const STRIDED: ReadonlySet<string> = new Set(
  'expand_as permute transpose swapaxes t expand chunk split narrow unbind'.split(' '),
);

const itself: TensorMethod = (_vm, self) => self;

/** Bytes of an element. */
function elementSize(vm: Interpreter, dtype: string): bigint {
  if (dtype === 'bool') return 1n;
  const bits = /^(?:bfloat|u?int|float|complex)(\d+)/.exec(dtype)?.[1];
  if (bits === undefined) throw new UnknownOperand(vm.reason('dtype', dtype));
  return BigInt(bits) / 8n;
}

const sum = reduce({ dtypeOf: sumDtype, fold: (values) => values.reduce((a, b) => a + b, 0) });
const prod = reduce({ dtypeOf: sumDtype, fold: (values) => values.reduce((a, b) => a * b, 1) });
const mean = reduce({
  dtypeOf: identityDtype,
  fold: (values) => values.reduce((a, b) => a + b, 0) / values.length,
  floating: true,
});
const deviation: TensorMethod = (vm, self, args, keywords) =>
  reduce({ dtypeOf: identityDtype, fold: null, floating: true })(vm, self, args, keywords);
const greatest = reduce({
  dtypeOf: identityDtype,
  fold: (values) => Math.max(...values),
  ofSomething: true,
});
const least = reduce({
  dtypeOf: identityDtype,
  fold: (values) => Math.min(...values),
  ofSomething: true,
});
const positionOf = reduce({ dtypeOf: () => 'int64', fold: null, ofSomething: true });
const every = reduce({
  dtypeOf: truthDtype,
  fold: (values) => (values.every((value) => value !== 0) ? 1 : 0),
});
const some = reduce({
  dtypeOf: truthDtype,
  fold: (values) => (values.some((value) => value !== 0) ? 1 : 0),
});

/** Methods with the parameters that are followed (see checkArguments). */
const METHODS: Readonly<Record<string, readonly [signature: string, run: TensorMethod]>> = {
  size: [
    'dim:?I',
    (vm, self, args, keywords) => {
      const shape = requireShape(vm, self);
      const dim = option(args, keywords, 0, 'dim') ?? null;
      if (dim === null) return sizeTuple(vm, shape);
      return shape[axis(vm, dim, shape.length)] ?? vm.raise('IndexError', 'the tensor has no dimensions');
    },
  ],
  dim: ['', (vm, self) => BigInt(requireShape(vm, self).length)],
  ndimension: ['', (vm, self) => BigInt(requireShape(vm, self).length)],
  numel: ['', (vm, self) => elements(requireShape(vm, self))],
  nelement: ['', (vm, self) => elements(requireShape(vm, self))],
  element_size: ['', (vm, self) => elementSize(vm, knownDtype(vm, self))],
  is_floating_point: ['', (vm, self) => isFloating(knownDtype(vm, self))],
  is_complex: ['', (vm, self) => knownDtype(vm, self).startsWith('complex')],
  is_contiguous: [
    '',
    (vm, self) => !self.strided || new PyUnknown(vm.reason('unsupported', 'strides'), vm.class('bool')),
  ],
  stride: ['*dim:a', (vm) => vm.unknown('unsupported', 'stride')],
  view: ['*shape/size:a', viewed],
  reshape: ['*shape:i', view],
  view_as: ['other:T', viewAs],
  reshape_as: ['other:T', reshapeAs],
  expand_as: [
    'other:T',
    (vm, self, args, keywords) =>
      expand(
        vm,
        self,
        [...requireShape(vm, tensorArgument(vm, args[0] ?? keywords.get('other')))],
        NO_KEYWORDS,
      ),
  ],
  flatten: ['start_dim:?i end_dim:?i', flatten],
  ravel: ['', flatten],
  permute: ['*dims:i', permute],
  transpose: ['dim0:i dim1:i', transpose],
  swapaxes: ['axis0:i axis1:i', transpose],
  t: ['', turned],
  unsqueeze: ['dim:i', unsqueeze],
  squeeze: ['dim:?S', squeeze],
  expand: ['*size:i', expand],
  repeat: ['*repeats:i', repeat],
  tile: ['*dims:i', tile],
  chunk: ['chunks:i dim:?i', chunk],
  split: ['split_size/split_size_or_sections:S dim:?i', split],
  contiguous: [
    '| memory_format:a',
    (vm, self) => {
      if (!self.strided) return self;
      const result = like(vm, self, requireShape(vm, self));
      result.data = self.data;
      result.strided = false;
      return result;
    },
  ],
  clone: [
    '| memory_format:a',
    (vm, self) => {
      const result = like(vm, self, requireShape(vm, self));
      result.data = self.data;
      result.created = vm.creationPath();
      return result;
    },
  ],
  detach: [
    '',
    (vm, self) => {
      const result = new PyTensor(null, requireShape(vm, self), self.dtype, false, self.device);
      result.data = self.data;
      result.strided = self.strided;
      shareValues(self, result);
      return result;
    },
  ],
  detach_: ['', itself],
  cpu: ['', itself],
  cuda: ['*device:a', itself],
  pin_memory: ['*device:a', itself],
  numpy: [
    '',
    (vm, self) => {
      if (self.dtype === 'bfloat16' || self.requiresGrad)
        throw new UnknownOperand(vm.reason('unsupported', 'numpy()'));
      return arrayOf(vm, self);
    },
  ],
  to: ['*any:a | device:a dtype:t non_blocking:b copy:b memory_format:a', to],
  type_as: ['other:T', (vm, self, args) => converted(vm, self, knownDtype(vm, tensorArgument(vm, args[0])))],
  type: [
    'dtype:a',
    (vm, self, args) => {
      const dtype = dtypeName(args[0]);
      if (dtype === null) throw new UnknownOperand(vm.reason('unsupported', 'type()'));
      return converted(vm, self, dtype);
    },
  ],
  float: ['', cast('float32')],
  double: ['', cast('float64')],
  half: ['', cast('float16')],
  bfloat16: ['', cast('bfloat16')],
  int: ['', cast('int32')],
  long: ['', cast('int64')],
  short: ['', cast('int16')],
  bool: ['', cast('bool')],
  byte: ['', cast('uint8')],
  requires_grad_: [
    'requires_grad:?b',
    (vm, self, args, keywords) => {
      const wanted = truth(vm, option(args, keywords, 0, 'requires_grad') ?? true) === true;
      const dtype = self.dtype ?? DEFAULT_DTYPE;
      if (wanted && !isFloating(dtype) && !dtype.startsWith('complex'))
        vm.raise('RuntimeError', 'only Tensors of floating point dtype can require gradients');
      vm.touch(self);
      self.requiresGrad = wanted;
      return self;
    },
  ],
  register_hook: ['hook:a', (vm) => vm.unknown('unsupported', 'register_hook')],
  retain_grad: ['', () => null],
  backward: ['*any:a', () => null],
  item: ['', item],
  tolist: ['', (vm, self) => nestedList(vm, self, (items) => new PyList(items))],
  unique: ['| sorted:b return_counts:b', unique],
  diff: ['', diff],
  sign: ['', map(Math.sign, false)],
  rsqrt: ['', map((value) => 1 / Math.sqrt(value))],
  square: [
    '',
    only(
      numeric,
      map((value) => value * value, false),
    ),
  ],
  erf: [
    '',
    only(
      real,
      map(() => null),
    ),
  ],
  rad2deg: [
    '',
    only(
      real,
      map(() => null),
    ),
  ],
  reciprocal: ['', map((value) => 1 / value)],
  add: ['other:o', operation('+')],
  sub: ['other:o', operation('-')],
  subtract: ['other:o', operation('-')],
  mul: ['other:o', operation('*')],
  multiply: ['other:o', operation('*')],
  div: ['other:o | rounding_mode:a', division],
  divide: ['other:o | rounding_mode:a', division],
  true_divide: ['other:o', operation('/')],
  floor_divide: ['other:o', operation('//')],
  remainder: ['other:o', operation('%')],
  pow: ['exponent:o', operation('**')],
  matmul: ['other/tensor:T', product(null)],
  mm: ['mat2:T', product(2)],
  bmm: ['mat2:T', product(3)],
  eq: ['other:o', comparison('==')],
  ne: ['other:o', comparison('!=')],
  lt: ['other:o', comparison('<')],
  le: ['other:o', comparison('<=')],
  gt: ['other:o', comparison('>')],
  ge: ['other:o', comparison('>=')],
  sum: ['| dtype:t;dim/axis:d keepdim/keepdims:?b | dtype:t', sum],
  prod: ['| dtype:t;dim:i keepdim:?b | dtype:t', prod],
  mean: ['| dtype:t;dim/axis:d keepdim/keepdims:?b | dtype:t', mean],
  std: ['| unbiased:b;dim:d | unbiased:b keepdim:b correction:n', deviation],
  var: ['| unbiased:b;dim:d | unbiased:b keepdim:b correction:n', deviation],
  norm: [
    'p:?n dim:?d keepdim:?b',
    (vm, self, args, keywords) => {
      if (!isFloating(knownDtype(vm, self))) throw new UnknownOperand(vm.reason('unsupported', 'norm'));
      const dim = option(args, keywords, 1, 'dim');
      const keep = truth(vm, option(args, keywords, 2, 'keepdim') ?? false) === true;
      return like(vm, self, reducedShape(vm, requireShape(vm, self), dim, keep));
    },
  ],
  amax: ['dim:?d keepdim:?b', greatest],
  amin: ['dim:?d keepdim:?b', least],
  max: [';dim:i keepdim:?b;other:T', extremeMethod((values) => Math.max(...values))],
  min: [';dim:i keepdim:?b;other:T', extremeMethod((values) => Math.min(...values))],
  argmax: ['dim:?I keepdim:?b', only(numeric, positionOf)],
  argmin: ['dim:?I keepdim:?b', only(numeric, positionOf)],
  all: [';dim:d keepdim:?b', every],
  any: [';dim:d keepdim:?b', some],
  cumsum: ['dim/axis:i | dtype:t', cumsum],
  clamp: ['min:?O max:?O', clamp],
  clip: ['min:?O max:?O', clamp],
  abs: ['', only(numeric, map(Math.abs, false))],
  neg: ['', (vm, self) => tensorUnary(vm, '-', self)],
  sqrt: ['', map(Math.sqrt)],
  exp: ['', map((value) => exponential(value))],
  log: ['', map((value) => naturalLog(value))],
  log2: ['', map((value) => binaryLog(value))],
  log10: ['', map((value) => decimalLog(value))],
  round: ['', only(numeric, rounded(halfEven, 0.5))],
  floor: ['', only(numeric, rounded(Math.floor, 0))],
  ceil: ['', only(numeric, rounded(Math.ceil, 0))],
  trunc: ['', only(numeric, rounded(Math.trunc, 0))],
  sin: ['', map((value) => around(Math.sin(value)))],
  cos: ['', map((value) => around(Math.cos(value)))],
  tanh: ['', map((value) => around(Math.tanh(value)))],
  sigmoid: ['', map(() => null)],
  relu: ['', only(numeric, same)],
  softmax: ['dim:i | dtype:t', softmax],
  log_softmax: ['dim:i | dtype:t', softmax],
  bitwise_not: ['', inverted],
  flip: ['*dims:i', flip],
  roll: ['shifts:S dims:?S', roll],
  tril: ['diagonal:?i', only(matrix, same)],
  triu: ['diagonal:?i', only(matrix, same)],
  masked_fill: ['mask:T value:n', masked],
  where: ['condition:T other:o', chosen],
  new_zeros: ['*size:i | dtype:t device:a requires_grad:b', newFilled(0)],
  new_ones: ['*size:i | dtype:t device:a requires_grad:b', newFilled(1)],
  new_empty: ['*size:i | dtype:t device:a requires_grad:b', newFilled(null)],
  new_full: ['size:s fill_value:n | dtype:t device:a requires_grad:b', newFull],
  new_tensor: ['data:a | dtype:t device:a', newTensorOf],
  apply_: ['callable:a', inPlace],
  __len__: ['', (vm, self) => requireShape(vm, self)[0] ?? vm.raise('TypeError', 'len() of a 0-d tensor')],
  index_select: [
    'dim:i index:T',
    (vm, self, args, keywords) => {
      const shape = requireShape(vm, self);
      const at = axis(vm, option(args, keywords, 0, 'dim'), shape.length);
      const index = tensorArgument(vm, option(args, keywords, 1, 'index'));
      const length = shape[at];
      const outside = (value: Element): boolean =>
        Number(value) < 0 || (typeof length === 'bigint' && Number(value) >= Number(length));
      if (
        length === undefined ||
        requireShape(vm, index).length !== 1 ||
        !/^int(32|64)$/.test(index.dtype ?? '') ||
        index.data?.some(outside) === true
      )
        throw new UnknownOperand(vm.reason('unsupported', 'index_select'));
      return like(vm, self, replaced(shape, at, elements(requireShape(vm, index))));
    },
  ],
  narrow: [
    'dim:i start:i length:i',
    (vm, self, args, keywords) => {
      const shape = requireShape(vm, self);
      if (shape.length === 0) throw new UnknownOperand(vm.reason('unsupported', 'narrow'));
      const at = axis(vm, option(args, keywords, 0, 'dim'), shape.length);
      const start = dimension(vm, option(args, keywords, 1, 'start'));
      const length = dimension(vm, option(args, keywords, 2, 'length'));
      const whole = shape[at];
      const fits =
        typeof whole !== 'bigint' ||
        typeof start !== 'bigint' ||
        typeof length !== 'bigint' ||
        (start >= -whole && length >= 0n && (start < 0n ? start + whole : start) + length <= whole);
      if (whole === undefined || !fits) throw new UnknownOperand(vm.reason('unsupported', 'narrow'));
      return like(vm, self, replaced(shape, at, length));
    },
  ],
  repeat_interleave: [
    'repeats:i dim:?I',
    (vm, self, args, keywords) => {
      const shape = requireShape(vm, self);
      const dim = option(args, keywords, 1, 'dim') ?? null;
      const times = dimension(vm, option(args, keywords, 0, 'repeats'));
      if (typeof times === 'bigint' && times < 0n) vm.raise('RuntimeError', 'repeats must be non-negative');
      if (dim === null) return like(vm, self, [multiply(elements(shape), times)]);
      const at = axis(vm, dim, shape.length);
      const length = shape[at];
      if (length === undefined) throw new UnknownOperand(vm.reason('unsupported', 'repeat_interleave'));
      return like(vm, self, replaced(shape, at, multiply(length, times)));
    },
  ],
  unbind: [
    'dim:?i',
    (vm, self, args, keywords) => {
      const shape = requireShape(vm, self);
      const at = axis(vm, option(args, keywords, 0, 'dim') ?? 0n, shape.length);
      const length = shape[at];
      if (length === undefined) throw new UnknownOperand(vm.reason('unsupported', 'unbind'));
      return new PyTuple(
        Array.from({ length: vm.checkSize(needInteger(vm, length)) }, () =>
          like(
            vm,
            self,
            shape.filter((_size, i) => i !== at),
          ),
        ),
      );
    },
  ],
  ...named('zero_ share_memory_', inPlace),
  ...named('bernoulli_ relu_ abs_ neg_ clamp_ clip_', numbersInPlace),
  ...named(
    'normal_ uniform_ exponential_ trunc_normal_ erfinv_ sqrt_ log_normal_ cauchy_ geometric_ sigmoid_ tanh_ exp_ ' +
      'log_ rsqrt_',
    floatsInPlace,
  ),
  ...named(
    'fill_ random_ copy_ masked_fill_ scatter_ index_fill_ addcmul_ addcdiv_ lerp_ round_ floor_ ceil_',
    takenInPlace,
  ),
  ...named('fill_diagonal_ tril_ triu_', matrixInPlace),
  ...Object.fromEntries(
    Object.entries({ add_: '+', sub_: '-', mul_: '*', div_: '/', pow_: '**' }).map(
      ([name, operator]) => [name, ['*any:a | alpha:n rounding_mode:a', operationInPlace(operator)]] as const,
    ),
  ),
};

/** Methods that are followed by what becomes of their tensor alone, whatever they are given. */
function named(
  names: string,
  run: TensorMethod,
): Record<string, readonly [signature: string, run: TensorMethod]> {
  return Object.fromEntries(names.split(' ').map((name) => [name, ['', run] as const]));
}

/** Whether a method takes any number of sizes or dimensions, of which its function takes a sequence. */
export function takesMany(name: string): boolean {
  return METHODS[name]?.[0].startsWith('*') === true;
}

/** Methods by name. A name that is missing here gives an unknown value. */
export const TENSOR_METHODS: Readonly<Record<string, TensorMethod>> = Object.fromEntries(
  Object.entries(METHODS).map(([name, [signature, run]]) => {
    const checked: TensorMethod = (vm, self, args, keywords) => {
      // What a method does to its tensor in place happens all the same.
      if (!name.endsWith('_')) checkArguments(vm, name, signature, args, keywords);
      return run(vm, self, args, keywords);
    };
    return [
      name,
      VIEWS.has(name) ? viewing(checked, STRIDED.has(name), name.startsWith('expand')) : checked,
    ] as const;
  }),
);

function viewing(run: TensorMethod, strided: boolean, expanded: boolean): TensorMethod {
  return (vm, self, args, keywords) => {
    const made = run(vm, self, args, keywords);
    const views = made instanceof PyTuple ? made.items : [made];
    markViews(self, views);
    for (const view of views) {
      if (!(view instanceof PyTensor) || view === self) continue;
      if (strided || self.strided) view.strided = true;
      if (expanded || self.expanded) view.expanded = true;
    }
    return made;
  };
}
