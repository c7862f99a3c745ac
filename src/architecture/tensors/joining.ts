import { UnknownOperand } from '../errors';
import { listItems } from '../iteration';
import type { Interpreter } from '../machine';
import {
  type Dimension,
  type Keywords,
  NO_KEYWORDS,
  PyList,
  type PyTensor,
  PyTuple,
  type Value,
} from '../values';
import { categoryOf, resultDtype } from './dtypes';
import { resultOf } from './gradients';
import { add, axis, requireShape, sameSize, tensorArgument } from './shapes';
import { checkArguments } from './signatures';
import { type Element, storedAll } from './storedValues';
import { option } from './tensorMethod';

/** torch's functions of a list of tensors. */
type Run = (vm: Interpreter, args: readonly Value[], keywords: Keywords) => Value;

export const cat: Run = (vm, args, keywords) => {
  checkArguments(vm, 'cat', 'tensors:a dim/axis:?i', args, keywords);
  const items = tensorsOf(vm, option(args, keywords, 0, 'tensors'));
  const [first] = items;
  if (first === undefined) return vm.raise('RuntimeError', 'expected a non-empty list of Tensors');
  const shapes = items.map((item) => requireShape(vm, item));
  const shape = requireShape(vm, first);
  if (shapes.some((own) => own.length === 0))
    vm.raise('RuntimeError', 'zero-dimensional tensor cannot be concatenated');
  // A tensor of nothing is left out, whatever the others and the dimension are.
  if (shapes.some((own) => own.length === 1 && own[0] === 0n))
    throw new UnknownOperand(vm.reason('unsupported', 'cat of nothing'));
  const at = axis(vm, option(args, keywords, 1, 'dim', 'axis') ?? 0n, shape.length);
  if (shapes.some((own) => own.length !== shape.length))
    vm.raise('RuntimeError', 'Tensors must have same number of dimensions');
  let size: Dimension = 0n;
  for (const own of shapes) {
    own.forEach((length, i) => {
      const expected = shape[i];
      if (i !== at && typeof length === 'bigint' && typeof expected === 'bigint' && length !== expected) {
        vm.raise('RuntimeError', `Sizes of tensors must match except in dimension ${at}`);
      }
    });
    size = add(size, own[at] ?? 1n);
  }
  const values = shape.length === 1 ? valuesOf(items) : null;
  return joined(
    vm,
    items,
    shape.map((own, i) => (i === at ? size : own)),
    values,
  );
};

export const stack: Run = (vm, args, keywords) => {
  checkArguments(vm, 'stack', 'tensors:a dim:?i', args, keywords);
  const items = tensorsOf(vm, option(args, keywords, 0, 'tensors'));
  const [first] = items;
  if (first === undefined) return vm.raise('RuntimeError', 'stack expects a non-empty list');
  const shape = requireShape(vm, first);
  const at = axis(vm, option(args, keywords, 1, 'dim') ?? 0n, shape.length + 1);
  for (const item of items) {
    const own = requireShape(vm, item);
    if (own.length === shape.length && own.every((size, i) => sameSize(size, shape[i]))) continue;
    if ([...own, ...shape].every((size) => typeof size === 'bigint'))
      vm.raise('RuntimeError', 'stack expects each tensor to be equal size');
    throw new UnknownOperand(vm.reason('symbolicOperation', 'stack'));
  }
  const sizes = [...shape.slice(0, at), BigInt(items.length), ...shape.slice(at)];
  return joined(vm, items, sizes, at === 0 ? valuesOf(items) : null);
};

/** `hstack(tensors)`: joined along the columns, or the only dimension. */
export const hstack: Run = (vm, args, keywords) => {
  checkArguments(vm, 'hstack', 'tensors:a', args, keywords);
  const items = tensorsOf(vm, option(args, keywords, 0, 'tensors')).map((item) => ofRank(vm, item, 1));
  const [first] = items;
  const rank = first === undefined ? 1 : requireShape(vm, first).length;
  return cat(vm, [new PyList(items), rank === 1 ? 0n : 1n], NO_KEYWORDS);
};

/** `vstack(tensors)`: joined along the rows; what has one dimension is a row. */
export const vstack: Run = (vm, args, keywords) => {
  checkArguments(vm, 'vstack', 'tensors:a', args, keywords);
  const items = tensorsOf(vm, option(args, keywords, 0, 'tensors')).map((item) => ofRank(vm, item, 2));
  return cat(vm, [new PyList(items), 0n], NO_KEYWORDS);
};

/** The same values with leading dimensions of one. */
function ofRank(vm: Interpreter, tensor: PyTensor, rank: number): PyTensor {
  const shape = requireShape(vm, tensor);
  if (shape.length >= rank) return tensor;
  const lead = new Array<bigint>(rank - shape.length).fill(1n);
  const result = resultOf(vm, [...lead, ...shape], tensor.dtype, tensor.requiresGrad);
  result.data = tensor.data;
  return result;
}

export const meshgrid: Run = (vm, args, keywords) => {
  const [only] = args;
  const isList = args.length === 1 && (only instanceof PyList || only instanceof PyTuple);
  checkArguments(
    vm,
    'meshgrid',
    isList ? 'tensors:a | indexing:a' : '*tensors:T | indexing:a',
    args,
    keywords,
  );
  const indexing = keywords.get('indexing') ?? 'ij';
  const items = (isList ? listItems(vm, only) : args).map((item) => tensorArgument(vm, item));
  const [first] = items;
  const sizes = items.map((item) => {
    const shape = requireShape(vm, item);
    if (shape.length > 1) vm.raise('RuntimeError', 'meshgrid expects tensors of one dimension');
    return shape[0] ?? 1n;
  });
  if (first === undefined || (indexing !== 'ij' && indexing !== 'xy'))
    throw new UnknownOperand(vm.reason('unsupported', 'meshgrid'));
  if (items.some(({ dtype }) => dtype !== first.dtype))
    vm.raise('RuntimeError', 'meshgrid expects all tensors to have the same dtype');
  const shape =
    indexing === 'xy' && sizes.length > 1 ? [sizes[1] ?? 1n, sizes[0] ?? 1n, ...sizes.slice(2)] : sizes;
  return new PyTuple(
    items.map((item) => {
      const made = resultOf(vm, shape, item.dtype, item.requiresGrad);
      made.strided = true;
      return made;
    }),
  );
};

function tensorsOf(vm: Interpreter, value: Value | undefined): PyTensor[] {
  return listItems(vm, value ?? null).map((item) => tensorArgument(vm, item));
}

function valuesOf(items: readonly PyTensor[]): Element[] | null {
  return items.every(({ data }) => data !== null) ? items.flatMap(({ data }) => data ?? []) : null;
}

/** The tensor of all of them, in the dtype that holds them. */
function joined(
  vm: Interpreter,
  items: readonly PyTensor[],
  shape: readonly Dimension[],
  values: readonly Element[] | null,
): PyTensor {
  const participants = items.map(({ dtype, shape: own, shapeReason }) => {
    if (dtype === null) throw new UnknownOperand(shapeReason ?? vm.reason('dtype', ''));
    return { dtype, rank: own?.length ?? 0, scalar: false };
  });
  const dtype = resultDtype(participants);
  const result = resultOf(
    vm,
    shape,
    dtype,
    items.some((item) => item.requiresGrad),
  );
  if (values !== null && categoryOf(dtype) < 3) result.data = storedAll(values, dtype);
  return result;
}
