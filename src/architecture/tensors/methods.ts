import { UnknownOperand } from '../errors';
import { around, decimalLog, binaryLog, exponential, naturalLog, PyInterval } from '../floats';
import type { Interpreter } from '../machine';
import { listItems } from '../iteration';
import { needInteger, floatOf } from '../numbers';
import { namedTuple } from '../namedTuples';
import { truth } from '../truth';
import { type Dimension, NO_KEYWORDS, PyList, PyTensor, PyTuple, PyUnknown, type Value } from '../values';
import { arrayOf } from './arrays';
import { categoryOf, dtypeName, dtypeObject, isFloating } from './dtypes';
import { tensorBinary, tensorCompare, tensorInPlace, matmul } from './elementwise';
import { changeInPlace, markViews, shareValues } from './gradients';
import { tensorFrom } from './creation';
import {
  axis,
  broadcast,
  dimension,
  divide,
  elements,
  multiply,
  requireShape,
  reshaped,
  type Shape,
  sizesOf,
  sizeTuple,
  tensorArgument,
} from './shapes';
import { type Element, stored, storedAll } from './storedValues';
import { expand, flip, permute, repeat, transpose, turned } from './rearranging';
import { nestedList } from './tensorItems';
import { like, option, type TensorMethod } from './tensorMethod';

/** The same shape, new values. */
const same: TensorMethod = (vm, self) => like(vm, self, requireShape(vm, self));

/** The same shape; integers become floats. */
const floated: TensorMethod = (vm, self) =>
  like(
    vm,
    self,
    requireShape(vm, self),
    self.dtype !== null && categoryOf(self.dtype) < 2 ? 'float32' : self.dtype,
  );

/** Changes values in place, if anything. */
const inPlace: TensorMethod = (vm, self, args, keywords) => {
  changeInPlace(vm, self, [...args, ...keywords.values()]);
  return self;
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

/** `sum`, `mean`, `amax` …: over some dimensions or all. */
const reduce =
  (dtypeOf: (dtype: string) => string, fold: ((values: readonly number[]) => number) | null): TensorMethod =>
  (vm, self, args, keywords) => {
    const shape = requireShape(vm, self);
    const dim = option(args, keywords, 0, 'dim', 'axis');
    const keep = truth(vm, option(args, keywords, 1, 'keepdim', 'keepdims') ?? false) === true;
    const given = keywords.get('dtype');
    const dtype = dtypeName(given) ?? (self.dtype === null ? null : dtypeOf(self.dtype));
    const result = like(vm, self, reducedShape(vm, shape, dim, keep), dtype);
    if ((dim === undefined || dim === null) && self.data !== null && fold !== null && dtype !== null) {
      result.data = storedAll([fold(self.data.map(Number))], dtype);
    }
    return result;
  };

function reducedShape(vm: Interpreter, shape: Shape, dim: Value | undefined, keep: boolean): Shape {
  if (dim === undefined || dim === null) return keep ? shape.map(() => 1n) : [];
  const axes = new Set(
    (dim instanceof PyTuple || dim instanceof PyList ? listItems(vm, dim) : [dim]).map((one) =>
      axis(vm, one, shape.length),
    ),
  );
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
    const dim = option(args, keywords, 0, 'dim');
    if (dim instanceof PyTensor) return like(vm, self, requireShape(vm, self));
    const keep = truth(vm, option(args, keywords, 1, 'keepdim') ?? false) === true;
    const values = like(vm, self, reducedShape(vm, requireShape(vm, self), dim, keep));
    if (dim === undefined) {
      if (self.data !== null && self.dtype !== null)
        values.data = [stored(fold(self.data.map(Number)), self.dtype)];
      return values;
    }
    return valuesAndIndices(vm, values, like(vm, self, values.shape ?? [], 'int64'));
  };

const identityDtype = (dtype: string): string => dtype;

/** Averages are there for floats only, unless a dtype is given. */
const averaged =
  (run: TensorMethod): TensorMethod =>
  (vm, self, args, keywords) => {
    const dtype = dtypeName(keywords.get('dtype')) ?? self.dtype;
    if (dtype !== null && categoryOf(dtype) < 2) {
      vm.raise('RuntimeError', `could not infer an output dtype for ${dtype}`);
    }
    return run(vm, self, args, keywords);
  };
const sumDtype = (dtype: string): string =>
  isFloating(dtype) || dtype.startsWith('complex') ? dtype : 'int64';

/** A function of each value; bounds of a float that disagree after float32 are not known. */
const map =
  (run: (value: number) => number | PyInterval, floating = true): TensorMethod =>
  (vm, self) => {
    const dtype = self.dtype !== null && floating && !isFloating(self.dtype) ? 'float32' : self.dtype;
    const result = like(vm, self, requireShape(vm, self), dtype);
    if (self.data !== null && dtype !== null) {
      const data: Element[] = [];
      for (const value of self.data) {
        const mapped = run(Number(value));
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
  if (rest < 0.5) return floor;
  if (rest > 0.5) return floor + 1;
  return floor % 2 === 0 ? floor : floor + 1;
}

const operation =
  (operator: string): TensorMethod =>
  (vm, self, args) =>
    tensorBinary(vm, operator, self, args[0] ?? null);

/** `div(other, rounding_mode=…)`. */
const division: TensorMethod = (vm, self, args, keywords) => {
  const mode = keywords.get('rounding_mode') ?? null;
  if (mode === null) return tensorBinary(vm, '/', self, args[0] ?? keywords.get('other') ?? null);
  return tensorBinary(vm, '//', self, args[0] ?? keywords.get('other') ?? null);
};

/** `add_(other)`: an operation in place. */
const operationInPlace =
  (operator: string): TensorMethod =>
  (vm, self, args, keywords) => {
    const made = tensorInPlace(vm, operator, self, args[0] ?? keywords.get('other') ?? null);
    // `alpha` and `rounding_mode` change the values.
    if (keywords.size > 0) self.data = null;
    return made;
  };

const comparison =
  (operator: string): TensorMethod =>
  (vm, self, args) =>
    tensorCompare(vm, operator, self, args[0] ?? null);

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

const viewAs: TensorMethod = (vm, self, args, keywords) =>
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
  let result: PyTensor;
  if (dim === undefined) {
    if (shape.some((size) => typeof size !== 'bigint'))
      throw new UnknownOperand(vm.reason('symbolicOperation', 'squeeze'));
    result = like(
      vm,
      self,
      shape.filter((size) => size !== 1n),
    );
  } else {
    const at = axis(vm, dim, shape.length);
    result = like(
      vm,
      self,
      shape.filter((size, i) => i !== at || size !== 1n),
    );
  }
  result.data = self.data;
  return result;
};

/** `chunk(n, dim)` and `split(size, dim)`. */
const chunk: TensorMethod = (vm, self, args, keywords) => {
  const shape = requireShape(vm, self);
  const count = needInteger(vm, option(args, keywords, 0, 'chunks'));
  const at = axis(vm, option(args, keywords, 1, 'dim') ?? 0n, shape.length);
  const size = shape[at] ?? 1n;
  if (typeof size !== 'bigint') {
    const part = divide(vm, size, count);
    return new PyTuple(
      Array.from({ length: Number(count) }, () => like(vm, self, replaced(shape, at, part))),
    );
  }
  const part = (size + count - 1n) / count;
  return parts(vm, self, shape, at, pieces(vm, size, part));
};

const split: TensorMethod = (vm, self, args, keywords) => {
  const shape = requireShape(vm, self);
  const sizes = option(args, keywords, 0, 'split_size', 'split_size_or_sections');
  const at = axis(vm, option(args, keywords, 1, 'dim') ?? 0n, shape.length);
  if (sizes instanceof PyTuple || sizes instanceof PyList) {
    return parts(
      vm,
      self,
      shape,
      at,
      listItems(vm, sizes).map((size) => dimension(vm, size)),
    );
  }
  const whole = shape[at] ?? 1n;
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
    dtype ??= dtypeName(argument);
    if (argument instanceof PyTensor) dtype ??= argument.dtype;
    if (argument instanceof PyUnknown && argument.reason.code !== 'device')
      throw new UnknownOperand(argument.reason);
  }
  return dtype === null ? self : converted(vm, self, dtype);
};

const item: TensorMethod = (vm, self) => {
  const [only] = self.data ?? [];
  if (self.data?.length === 1 && only !== undefined) return only;
  const upper =
    self.dtype === 'bool' ? 'bool' : self.dtype !== null && isFloating(self.dtype) ? 'float' : 'int';
  return new PyUnknown(self.taint ?? vm.reason('tensorValue', ''), vm.class(upper));
};

const unique: TensorMethod = (vm, self, args, keywords) => {
  if (self.data === null) throw new UnknownOperand(vm.reason('tensorValue', 'unique'));
  for (const name of ['return_inverse', 'dim']) {
    if (truth(vm, keywords.get(name) ?? false) !== false)
      throw new UnknownOperand(vm.reason('unsupported', 'unique'));
  }
  if (args.length > 0) throw new UnknownOperand(vm.reason('unsupported', 'unique'));
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
const diff: TensorMethod = (vm, self, args, keywords) => {
  const shape = requireShape(vm, self);
  const [length] = shape;
  if (args.length > 0 || keywords.size > 0 || shape.length !== 1 || typeof length !== 'bigint') {
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
    const sizes = sizesOf(
      vm,
      args.filter((argument) => dtypeName(argument) === null),
    );
    const result = new PyTensor(null, sizes, dtypeName(keywords.get('dtype')) ?? self.dtype);
    void value;
    return result;
  };

const clamp: TensorMethod = (vm, self, args, keywords) => {
  const low = option(args, keywords, 0, 'min');
  const high = option(args, keywords, 1, 'max');
  let promoted: Value = self;
  for (const bound of [low, high]) {
    // A bound of a higher category, or a tensor, makes the result's dtype and shape as a sum does.
    if (bound !== undefined && bound !== null && promoted instanceof PyTensor) {
      promoted = tensorBinary(vm, '+', promoted, bound);
    }
  }
  if (!(promoted instanceof PyTensor)) return promoted;
  if (low instanceof PyTensor || high instanceof PyTensor) {
    return like(vm, self, requireShape(vm, promoted), promoted.dtype);
  }
  if (promoted.dtype !== self.dtype) return like(vm, self, requireShape(vm, self), promoted.dtype);
  const result = like(vm, self, requireShape(vm, self));
  const bound = (value: Value | undefined): number | null => {
    const number = value === undefined || value === null ? null : floatOf(value);
    return typeof number === 'number' ? number : null;
  };
  const min = bound(low);
  const max = bound(high);
  if (self.data !== null && self.dtype !== null) {
    const dtype = self.dtype;
    result.data = self.data.map((value) => {
      let number = Number(value);
      if (min !== null && number < min) number = min;
      if (max !== null && number > max) number = max;
      return stored(number, dtype);
    });
  }
  return result;
};

const cumsum: TensorMethod = (vm, self) => {
  const shape = requireShape(vm, self);
  const dtype = self.dtype === null ? null : sumDtype(self.dtype);
  const result = like(vm, self, shape, dtype);
  if (self.data !== null && shape.length === 1 && dtype !== null) {
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
    'narrow unbind'
  ).split(' '),
);

const METHODS: Readonly<Record<string, TensorMethod>> = {
  size: (vm, self, args, keywords) => {
    const shape = requireShape(vm, self);
    const dim = option(args, keywords, 0, 'dim');
    return dim === undefined ? sizeTuple(vm, shape) : (shape[axis(vm, dim, shape.length)] ?? 1n);
  },
  dim: (vm, self) => BigInt(requireShape(vm, self).length),
  ndimension: (vm, self) => BigInt(requireShape(vm, self).length),
  numel: (vm, self) => elements(requireShape(vm, self)),
  nelement: (vm, self) => elements(requireShape(vm, self)),
  element_size: (_vm, self) =>
    self.dtype === 'float64' || self.dtype === 'int64'
      ? 8n
      : self.dtype === 'float32' || self.dtype === 'int32'
        ? 4n
        : 2n,
  is_floating_point: (vm, self) => {
    if (self.dtype === null) throw new UnknownOperand(self.shapeReason ?? vm.reason('dtype', ''));
    return isFloating(self.dtype);
  },
  is_complex: (_vm, self) => self.dtype?.startsWith('complex') === true,
  is_contiguous: () => true,
  stride: (vm) => vm.unknown('unsupported', 'stride'),
  view,
  reshape: view,
  view_as: viewAs,
  reshape_as: viewAs,
  expand_as: (vm, self, args, keywords) =>
    expand(
      vm,
      self,
      [...requireShape(vm, tensorArgument(vm, args[0] ?? keywords.get('other')))],
      NO_KEYWORDS,
    ),
  flatten,
  permute,
  transpose,
  swapaxes: transpose,
  t: turned,
  unsqueeze,
  squeeze,
  expand,
  repeat,
  tile: repeat,
  chunk,
  split,
  contiguous: (_vm, self) => self,
  clone: (vm, self) => {
    const result = like(vm, self, requireShape(vm, self));
    result.data = self.data;
    result.created = vm.creationPath();
    return result;
  },
  detach: (vm, self) => {
    const result = new PyTensor(null, requireShape(vm, self), self.dtype, false, self.device);
    result.data = self.data;
    shareValues(self, result);
    return result;
  },
  detach_: (_vm, self) => self,
  cpu: (_vm, self) => self,
  cuda: (_vm, self) => self,
  pin_memory: (_vm, self) => self,
  numpy: (vm, self) => arrayOf(vm, self),
  to,
  type_as: (vm, self, args) => {
    const other = tensorArgument(vm, args[0]);
    return other.dtype === null ? same(vm, self, [], new Map()) : converted(vm, self, other.dtype);
  },
  type: (vm, self, args) => {
    const dtype = dtypeName(args[0]);
    if (dtype === null) throw new UnknownOperand(vm.reason('unsupported', 'type()'));
    return converted(vm, self, dtype);
  },
  float: cast('float32'),
  double: cast('float64'),
  half: cast('float16'),
  bfloat16: cast('bfloat16'),
  int: cast('int32'),
  long: cast('int64'),
  short: cast('int16'),
  bool: cast('bool'),
  byte: cast('uint8'),
  requires_grad_: (vm, self, args, keywords) => {
    vm.touch(self);
    self.requiresGrad = truth(vm, option(args, keywords, 0, 'requires_grad') ?? true) === true;
    return self;
  },
  register_hook: (vm) => vm.unknown('unsupported', 'register_hook'),
  retain_grad: () => null,
  backward: () => null,
  item,
  tolist: (vm, self) => nestedList(vm, self, (items) => new PyList(items)),
  unique,
  diff,
  sign: map(Math.sign, false),
  rsqrt: map((value) => 1 / Math.sqrt(value)),
  square: map((value) => value * value, false),
  erf: floated,
  rad2deg: floated,
  reciprocal: map((value) => 1 / value),
  add: operation('+'),
  sub: operation('-'),
  mul: operation('*'),
  multiply: operation('*'),
  div: division,
  divide: division,
  true_divide: operation('/'),
  floor_divide: operation('//'),
  remainder: operation('%'),
  pow: operation('**'),
  matmul: (vm, self, args) => matmul(vm, self, args[0] ?? null),
  mm: (vm, self, args) => matmul(vm, self, args[0] ?? null),
  bmm: (vm, self, args) => matmul(vm, self, args[0] ?? null),
  eq: comparison('=='),
  ne: comparison('!='),
  lt: comparison('<'),
  le: comparison('<='),
  gt: comparison('>'),
  ge: comparison('>='),
  sum: reduce(sumDtype, (values) => values.reduce((a, b) => a + b, 0)),
  prod: reduce(sumDtype, (values) => values.reduce((a, b) => a * b, 1)),
  mean: averaged(reduce(identityDtype, (values) => values.reduce((a, b) => a + b, 0) / values.length)),
  std: averaged(reduce(identityDtype, null)),
  var: averaged(reduce(identityDtype, null)),
  norm: (vm, self, args, keywords) => {
    const dim = option(args, keywords, 1, 'dim');
    const keep = truth(vm, option(args, keywords, 2, 'keepdim') ?? false) === true;
    return like(vm, self, reducedShape(vm, requireShape(vm, self), dim, keep));
  },
  amax: reduce(identityDtype, (values) => Math.max(...values)),
  amin: reduce(identityDtype, (values) => Math.min(...values)),
  max: extremeMethod((values) => Math.max(...values)),
  min: extremeMethod((values) => Math.min(...values)),
  argmax: reduce(() => 'int64', null),
  argmin: reduce(() => 'int64', null),
  all: reduce(
    () => 'bool',
    (values) => (values.every((value) => value !== 0) ? 1 : 0),
  ),
  any: reduce(
    () => 'bool',
    (values) => (values.some((value) => value !== 0) ? 1 : 0),
  ),
  cumsum,
  clamp,
  clip: clamp,
  abs: map(Math.abs, false),
  neg: map((value) => -value, false),
  sqrt: map(Math.sqrt),
  exp: map((value) => exponential(value)),
  log: map((value) => naturalLog(value)),
  log2: map((value) => binaryLog(value)),
  log10: map((value) => decimalLog(value)),
  round: rounded(halfEven, 0.5),
  floor: rounded(Math.floor, 0),
  ceil: rounded(Math.ceil, 0),
  trunc: rounded(Math.trunc, 0),
  sin: map((value) => around(Math.sin(value))),
  cos: map((value) => around(Math.cos(value))),
  tanh: map((value) => around(Math.tanh(value))),
  sigmoid: floated,
  relu: same,
  softmax: same,
  log_softmax: same,
  flip,
  roll: same,
  tril: same,
  triu: same,
  masked_fill: same,
  where: (vm, self, args) => {
    const [condition, other] = args;
    const both = tensorBinary(vm, '+', self, other ?? null);
    if (!(both instanceof PyTensor)) return both;
    const shape = requireShape(vm, tensorArgument(vm, condition));
    return like(vm, self, broadcast(vm, shape, requireShape(vm, both)), both.dtype);
  },
  new_zeros: newFilled(0),
  new_ones: newFilled(1),
  new_empty: newFilled(null),
  new_tensor: (vm, self, args, keywords) =>
    tensorFrom(
      vm,
      args.slice(0, 1),
      keywords.has('dtype') || self.dtype === null
        ? keywords
        : new Map([...keywords, ['dtype', dtypeObject(vm, self.dtype)]]),
    ),
  apply_: inPlace,
  add_: operationInPlace('+'),
  sub_: operationInPlace('-'),
  mul_: operationInPlace('*'),
  div_: operationInPlace('/'),
  __len__: (vm, self) => requireShape(vm, self)[0] ?? 0n,
  index_select: (vm, self, args, keywords) => {
    const shape = requireShape(vm, self);
    const at = axis(vm, option(args, keywords, 0, 'dim'), shape.length);
    const index = tensorArgument(vm, option(args, keywords, 1, 'index'));
    return like(vm, self, replaced(shape, at, elements(requireShape(vm, index))));
  },
  narrow: (vm, self, args) => {
    const shape = requireShape(vm, self);
    return like(vm, self, replaced(shape, axis(vm, args[0], shape.length), dimension(vm, args[2])));
  },
  repeat_interleave: (vm, self, args, keywords) => {
    const shape = requireShape(vm, self);
    const dim = option(args, keywords, 1, 'dim');
    const times = dimension(vm, option(args, keywords, 0, 'repeats'));
    if (dim === undefined) return like(vm, self, [multiply(elements(shape), times)]);
    const at = axis(vm, dim, shape.length);
    return like(vm, self, replaced(shape, at, multiply(shape[at] ?? 1n, times)));
  },
  unbind: (vm, self, args, keywords) => {
    const shape = requireShape(vm, self);
    const at = axis(vm, option(args, keywords, 0, 'dim') ?? 0n, shape.length);
    const count = needInteger(vm, shape[at]);
    return new PyTuple(
      Array.from({ length: vm.checkSize(count) }, () =>
        like(
          vm,
          self,
          shape.filter((_size, i) => i !== at),
        ),
      ),
    );
  },
  ...Object.fromEntries(
    (
      'fill_ zero_ normal_ uniform_ copy_ clamp_ clip_ exponential_ random_ bernoulli_ trunc_normal_ ' +
      'erfinv_ sqrt_ pow_ abs_ neg_ log_normal_ cauchy_ geometric_ masked_fill_ fill_diagonal_ scatter_ index_fill_ round_ ' +
      'floor_ ceil_ sigmoid_ tanh_ relu_ exp_ log_ rsqrt_ addcmul_ addcdiv_ eye_ share_memory_ lerp_ tril_ triu_'
    )
      .split(' ')
      .map((name) => [name, inPlace] as const),
  ),
};

/** Methods by name. A name that is missing here gives an unknown value. */
export const TENSOR_METHODS: Readonly<Record<string, TensorMethod>> = Object.fromEntries(
  Object.entries(METHODS).map(([name, run]) => [name, VIEWS.has(name) ? viewing(run) : run] as const),
);

function viewing(run: TensorMethod): TensorMethod {
  return (vm, self, args, keywords) => {
    const made = run(vm, self, args, keywords);
    markViews(self, made instanceof PyTuple ? made.items : [made]);
    return made;
  };
}
