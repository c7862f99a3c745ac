import { UnknownOperand } from '../errors';
import type { Interpreter } from '../machine';
import { MAX_TENSOR_VALUES } from '../limits';
import { NO_KEYWORDS, type PyTensor, type Value } from '../values';
import { axis, elements, multiply, requireShape, type Shape, sizesOf } from './shapes';
import type { Element } from './storedValues';
import { like, option, type TensorMethod } from './tensorMethod';

/** Methods that put the elements of a tensor in another order, or repeat them. */

export const permute: TensorMethod = (vm, self, args, keywords) => {
  const shape = requireShape(vm, self);
  const named = keywords.get('dims');
  const wanted = sizesOf(vm, named === undefined ? args : [named]);
  if (wanted.length !== shape.length)
    vm.raise('RuntimeError', 'permute(): not as many dims as the tensor has');
  const order = wanted.map((dim) => axis(vm, dim, shape.length));
  if (new Set(order).size !== order.length) {
    vm.raise('RuntimeError', 'permute(): the dims are not those of the tensor');
  }
  return reordered(vm, self, shape, order);
};

export const transpose: TensorMethod = (vm, self, args, keywords) => {
  const shape = requireShape(vm, self);
  const a = axis(vm, option(args, keywords, 0, 'dim0', 'axis0'), shape.length);
  const b = axis(vm, option(args, keywords, 1, 'dim1', 'axis1'), shape.length);
  return reordered(
    vm,
    self,
    shape,
    shape.map((_size, i) => (i === a ? b : i === b ? a : i)),
  );
};

/** `t()` and `T`: the dimensions from last to first, of which there are two at most. */
export const turned: TensorMethod = (vm, self) => {
  const shape = requireShape(vm, self);
  if (shape.length > 2) throw new UnknownOperand(vm.reason('unsupported', 't() of more dimensions'));
  return reordered(vm, self, shape, [...shape.keys()].reverse());
};

function reordered(vm: Interpreter, self: PyTensor, shape: Shape, order: readonly number[]): PyTensor {
  const to = order.map((at) => shape[at] ?? 1n);
  return gathered(vm, self, shape, to, (position) => {
    const from = new Array<number>(shape.length).fill(0);
    order.forEach((at, i) => (from[at] = position[i] ?? 0));
    return from;
  });
}

export const flip: TensorMethod = (vm, self, args, keywords) => {
  const shape = requireShape(vm, self);
  const named = keywords.get('dims');
  const axes = sizesOf(vm, named === undefined ? args : [named]).map((dim) => axis(vm, dim, shape.length));
  if (new Set(axes).size < axes.length) throw new UnknownOperand(vm.reason('unsupported', 'flip'));
  return gathered(vm, self, shape, shape, (position) =>
    position.map((at, i) => (axes.includes(i) ? Number(shape[i]) - 1 - at : at)),
  );
};

/** `expand(sizes)`: −1 keeps a size, dimensions of one are repeated. */
export const expand: TensorMethod = (vm, self, args, keywords) => {
  const shape = requireShape(vm, self);
  const named = keywords.get('size');
  const wanted = sizesOf(vm, named === undefined ? args : [named]);
  const lead = wanted.length - shape.length;
  if (lead < 0) vm.raise('RuntimeError', 'expand: fewer sizes than the tensor has dimensions');
  const to = wanted.map((size, i) => {
    const own = shape[i - lead];
    if (size === -1n && own === undefined) vm.raise('RuntimeError', 'expand: -1 for a new dimension');
    if (size === -1n) return own ?? 1n;
    if (typeof size === 'bigint' && size < 0n) vm.raise('RuntimeError', `expand: the size ${size}`);
    if (typeof own === 'bigint' && typeof size === 'bigint' && own !== 1n && own !== size) {
      vm.raise('RuntimeError', `expand: the size ${own} cannot become ${size}`);
    }
    return size;
  });
  return gathered(vm, self, shape, to, (position) =>
    shape.map((size, i) => (size === 1n ? 0 : (position[i + lead] ?? 0))),
  );
};

export const repeat: TensorMethod = (vm, self, args, keywords) => {
  const named = keywords.get('repeats') ?? keywords.get('dims');
  const times = sizesOf(vm, named === undefined ? args : [named]);
  const shape = requireShape(vm, self);
  const lead = times.length - shape.length;
  if (lead < 0) vm.raise('RuntimeError', 'repeat: fewer numbers than the tensor has dimensions');
  if (times.some((count) => typeof count === 'bigint' && count < 0n))
    vm.raise('RuntimeError', 'repeat: a negative number');
  const to = times.map((count, i) => multiply(count, i < lead ? 1n : (shape[i - lead] ?? 1n)));
  return gathered(vm, self, shape, to, (position) =>
    shape.map((size, i) => (position[i + lead] ?? 0) % Number(size)),
  );
};

/** `tile(dims)`: as `repeat`, fewer numbers are for the last dimensions. */
export const tile: TensorMethod = (vm, self, args, keywords) => {
  const named = keywords.get('dims');
  const times = sizesOf(vm, named === undefined ? args : [named]);
  const lead = Math.max(requireShape(vm, self).length - times.length, 0);
  return repeat(vm, self, [...new Array<Value>(lead).fill(1n), ...times], NO_KEYWORDS);
};

/** A tensor of the shape `to` whose element at a position is that of `from` at `source(position)`. */
function gathered(
  vm: Interpreter,
  self: PyTensor,
  from: Shape,
  to: Shape,
  source: (position: readonly number[]) => readonly number[],
): PyTensor {
  const result = like(vm, self, to);
  const count = elements(to);
  const { data } = self;
  if (data === null || typeof count !== 'bigint' || count > MAX_TENSOR_VALUES) return result;
  const sizes = to.map(Number);
  const position = sizes.map(() => 0);
  const moved: Element[] = [];
  for (let i = 0; i < count; i++) {
    let index = 0;
    source(position).forEach((at, axisOfSource) => (index = index * Number(from[axisOfSource]) + at));
    const value = data[index];
    if (value === undefined) throw new UnknownOperand(vm.reason('tensorValue', ''));
    moved.push(value);
    // The next position, the last dimension fastest.
    for (let d = sizes.length - 1; d >= 0; d--) {
      position[d] = (position[d] ?? 0) + 1;
      if ((position[d] ?? 0) < (sizes[d] ?? 0)) break;
      position[d] = 0;
    }
  }
  result.data = moved;
  return result;
}

/** `T`, `mT`, `H`: without an argument, for attributes. */
export function transposed(vm: Interpreter, self: PyTensor, last: boolean): Value {
  const shape = requireShape(vm, self);
  if (!last) return turned(vm, self, [], new Map());
  if (shape.length === 0) throw new UnknownOperand(vm.reason('unsupported', 'mT'));
  if (shape.length < 2) vm.raise('RuntimeError', 'tensor.mT is for tensors of two or more dimensions');
  return transpose(vm, self, [-2n, -1n], new Map());
}
