import { changeInPlace, markViews, resultOf } from './gradients';
import { UnknownOperand } from '../errors';
import { type Interpreter, unknownReason } from '../machine';
import { needIndex, slicePositions } from '../subscripts';
import {
  ELLIPSIS,
  type Dimension,
  PyList,
  PySlice,
  PySymbol,
  PyTensor,
  PyTuple,
  type Value,
} from '../values';
import { arrayValues } from './arrays';
import { elements, requireShape, shaped } from './shapes';

/** `tensor[index]`: integers drop a dimension, slices shorten it, None adds one. */
export function tensorGetItem(vm: Interpreter, tensor: PyTensor, index: Value): Value {
  return shaped(vm, () => {
    const shape = requireShape(vm, tensor);
    const parts = index instanceof PyTuple ? index.items : [index];
    for (const part of parts) {
      const reason = unknownReason(part);
      if (reason !== null) throw new UnknownOperand(reason);
      if (part instanceof PyTensor || part instanceof PyList || typeof part === 'boolean') {
        if (part instanceof PyTensor && part.dtype === 'int64' && parts.length === 1 && shape.length > 0) {
          const [length] = shape;
          const isInside = (value: unknown): boolean =>
            typeof value === 'bigint' && (typeof length !== 'bigint' || (value < length && value >= -length));
          if (part.data?.every(isInside) !== false && length !== 0n) {
            const sizes = [...requireShape(vm, part), ...shape.slice(1)];
            return resultOf(vm, sizes, tensor.dtype, tensor.requiresGrad);
          }
        }
        throw new UnknownOperand(vm.reason('unsupported', 'tensor index'));
      }
    }
    if (parts.filter((part) => part === ELLIPSIS).length > 1)
      throw new UnknownOperand(vm.reason('unsupported', 'tensor index'));
    const used = parts.filter((part) => part !== null && part !== ELLIPSIS).length;
    const result: Dimension[] = [];
    let at = 0;
    for (const part of parts) {
      if (part === null) result.push(1n);
      else if (part === ELLIPSIS) {
        for (let i = 0; i < shape.length - used; i++) result.push(shape[at++] ?? 1n);
      } else {
        const size = shape[at++];
        if (size === undefined) vm.raise('IndexError', 'too many indices for tensor');
        if (typeof part === 'number' || typeof part === 'string')
          vm.raise('IndexError', 'only integers, slices, ellipsis, None and tensors are valid indices');
        if (part instanceof PySlice) result.push(sliceSize(vm, part, size));
        else if (typeof size === 'bigint') {
          const position = needIndex(vm, part, 'tensor');
          if (position >= size || position < -size) {
            vm.raise('IndexError', `index ${position} is out of bounds for dimension with size ${size}`);
          }
        }
      }
    }
    result.push(...shape.slice(at));
    const item = resultOf(vm, result, tensor.dtype, tensor.requiresGrad);
    markViews(tensor, [item]);
    // A row, or some rows that follow each other, lie as in a new tensor.
    const [only] = parts;
    const isStep = only instanceof PySlice && only.step !== null && only.step !== 1n;
    item.strided = tensor.strided || parts.length > 1 || isStep;
    if (tensor.data !== null && parts.length === 1) {
      const [length, ...rest] = shape;
      const size = Number(elements(rest));
      if (typeof only === 'bigint' && typeof length === 'bigint') {
        const position = Number(only < 0n ? only + length : only);
        item.data = tensor.data.slice(position * size, (position + 1) * size);
      } else if (only instanceof PySlice && typeof length === 'bigint') {
        const data = tensor.data;
        item.data = slicePositions(vm, only, Number(length)).flatMap((position) =>
          data.slice(position * size, (position + 1) * size),
        );
      }
    }
    return item;
  });
}

function sliceSize(vm: Interpreter, slice: PySlice, size: Dimension): Dimension {
  if (typeof slice.step === 'bigint' && slice.step <= 0n)
    throw new UnknownOperand(vm.reason('unsupported', 'tensor index'));
  if (slice.start === null && slice.stop === null && (slice.step === null || slice.step === 1n)) return size;
  if (size instanceof PySymbol || slice.start instanceof PySymbol || slice.stop instanceof PySymbol) {
    throw new UnknownOperand(vm.reason('symbolicOperation', '[]'));
  }
  if (typeof slice.step === 'bigint' && slice.step <= 0n) {
    vm.raise('ValueError', 'step must be greater than zero');
  }
  return BigInt(slicePositions(vm, slice, Number(size)).length);
}

/** `tensor[index] = value`: only values change; the place must be there and the value broadcast to it. */
export function tensorSetItem(vm: Interpreter, tensor: PyTensor, index: Value, value: Value): void {
  const place = tensorGetItem(vm, tensor, index);
  if (
    value instanceof PyTensor &&
    place instanceof PyTensor &&
    value.shape !== null &&
    place.shape !== null
  ) {
    // Leading dimensions of one are dropped.
    let { shape } = value;
    while (shape.length > place.shape.length && shape[0] === 1n) shape = shape.slice(1);
    const lead = place.shape.length - shape.length;
    const fits =
      lead >= 0 &&
      shape.every((size, i) => {
        const own = place.shape?.[lead + i];
        return size === 1n || typeof size !== 'bigint' || typeof own !== 'bigint' || size === own;
      });
    if (!fits) vm.raise('RuntimeError', 'The expanded size of the tensor must match the existing size');
  }
  if (value instanceof PyList || value instanceof PyTuple || value === null || arrayValues(value) !== null) {
    vm.raise('TypeError', "can't assign this to a tensor");
  }
  changeInPlace(vm, tensor, [value]);
}
