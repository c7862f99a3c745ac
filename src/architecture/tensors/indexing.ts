import { UnknownOperand } from '../errors';
import { type Interpreter, unknownReason } from '../machine';
import { listItems } from '../iteration';
import { MAX_TENSOR_VALUES } from '../limits';
import { needIndex, slicePositions } from '../subscripts';
import {
  ELLIPSIS,
  type Dimension,
  NO_KEYWORDS,
  PyList,
  PyRange,
  PySlice,
  PySymbol,
  PyTensor,
  PyTuple,
  PyUnknown,
  type Value,
} from '../values';
import { arrayValues } from './arrays';
import { isHeld, tensorFrom } from './creation';
import { changeInPlace, markViews, resultOf } from './gradients';
import { broadcast, elements, requireShape, type Shape, shaped } from './shapes';
import type { Element } from './storedValues';

/** `tensor[index]`: integers drop a dimension, slices shorten it, None adds one, tensors and lists choose. */
export function tensorGetItem(vm: Interpreter, tensor: PyTensor, index: Value): Value {
  return shaped(vm, () => {
    const shape = requireShape(vm, tensor);
    const { axes, isChosen } = axesOf(vm, shape, index);
    const sizes = sizesOfAxes(vm, axes);
    if (axes.some((axis) => axis.kind === 'chosen' && axis.outside)) {
      // Of a result without elements no position is looked at.
      if (elements(sizes) === 0n) throw unsupported(vm);
      vm.raise('IndexError', 'an index is out of bounds');
    }
    const item = resultOf(vm, sizes, tensor.dtype, tensor.requiresGrad);
    item.data = valuesAt(tensor, shape, axes, sizes);
    PLACES.set(item, { tensor, index });
    if (isChosen) return item;
    markViews(tensor, [item]);
    // A row, or some rows that follow each other, lie as in a new tensor.
    const parts = partsOf(index);
    const [only] = parts;
    const isStep = only instanceof PySlice && only.step !== null && only.step !== 1n;
    item.expanded = tensor.expanded;
    item.strided = tensor.strided || parts.length > 1 || isStep;
    return item;
  });
}

/** Where an item was taken from: `tensor[index] += 1` sets it there again. */
const PLACES = new WeakMap<PyTensor, { readonly tensor: PyTensor; readonly index: Value }>();

/** What an index does with one dimension of the tensor, or the one that it adds. */
type Axis =
  /** An integer: the dimension is dropped. */
  | { readonly kind: 'at'; readonly size: Dimension; readonly position: bigint | null }
  /** A slice; `positions` is null where it is the whole dimension. */
  | {
      readonly kind: 'slice';
      readonly size: Dimension;
      readonly length: Dimension;
      readonly positions: readonly number[] | null;
    }
  | { readonly kind: 'new' }
  /** A tensor of positions. */
  | {
      readonly kind: 'chosen';
      readonly size: Dimension;
      readonly shape: Shape;
      readonly positions: readonly Element[] | null;
      readonly outside: boolean;
    };

function partsOf(index: Value): readonly Value[] {
  return index instanceof PyTuple ? index.items : [index];
}

function axesOf(
  vm: Interpreter,
  shape: Shape,
  index: Value,
): { readonly axes: readonly Axis[]; readonly isChosen: boolean } {
  const parts = partsOf(index).map((part) => chooser(vm, part));
  if (parts.filter((part) => part === ELLIPSIS).length > 1) throw unsupported(vm);
  const used = parts.reduce<number>(
    (count, part) => count + (part === null || part === ELLIPSIS ? 0 : dimensionsOf(part)),
    0,
  );
  const axes: Axis[] = [];
  let at = 0;
  const next = (): Dimension => {
    const size = shape[at++];
    if (size === undefined) vm.raise('IndexError', 'too many indices for tensor');
    return size;
  };
  const whole = (): void => {
    const size = next();
    axes.push({ kind: 'slice', size, length: size, positions: null });
  };
  for (const part of parts) {
    if (part === null) axes.push({ kind: 'new' });
    else if (part === ELLIPSIS) for (let i = shape.length - used; i > 0; i--) whole();
    else if (part instanceof PySlice) axes.push(sliced(vm, part, next()));
    else if (part instanceof PyTensor) axes.push(...chosen(vm, part, next));
    else axes.push(integer(vm, part, next()));
  }
  while (at < shape.length) whole();
  return { axes, isChosen: axes.some(({ kind }) => kind === 'chosen') };
}

function unsupported(vm: Interpreter): UnknownOperand {
  return new UnknownOperand(vm.reason('unsupported', 'tensor index'));
}

/** Sequences and arrays among the parts of an index as tensors; a tensor of one integer as that integer. */
function chooser(vm: Interpreter, part: Value): Value {
  const reason = unknownReason(part);
  if (reason !== null) throw new UnknownOperand(reason);
  if (typeof part === 'boolean') throw unsupported(vm);
  if (typeof part === 'number' || typeof part === 'string')
    return vm.raise('IndexError', 'only integers, slices, ellipsis, None and tensors are valid indices');
  const array = arrayValues(part);
  let made: Value = array ?? part;
  if (part instanceof PyList || part instanceof PyTuple || part instanceof PyRange) {
    // A list of anything but numbers is read as several indices, or is none.
    const isPlain = (item: Value): boolean => typeof item === 'bigint' || typeof item === 'boolean';
    const items = listItems(vm, part);
    if (items.length === 0 || !items.every(isPlain)) throw unsupported(vm);
    made = tensorFrom(vm, [part], NO_KEYWORDS);
  }
  if (!(made instanceof PyTensor)) return made;
  if (made.dtype === null || !/^(bool|int32|int64)$/.test(made.dtype)) throw unsupported(vm);
  if (array !== null && made.dtype === 'int32') throw unsupported(vm);
  if (requireShape(vm, made).length > 0) return made;
  const [only] = made.data ?? [];
  if (typeof only !== 'bigint') throw unsupported(vm);
  return only;
}

/** How many dimensions a part stands for: a mask for as many as it has. */
function dimensionsOf(part: Value): number {
  return part instanceof PyTensor && part.dtype === 'bool' ? (part.shape?.length ?? 1) : 1;
}

function integer(vm: Interpreter, part: Value, size: Dimension): Axis {
  if (typeof size !== 'bigint') return { kind: 'at', size, position: null };
  const position = needIndex(vm, part, 'tensor');
  if (position >= size || position < -size) {
    vm.raise('IndexError', `index ${position} is out of bounds for dimension with size ${size}`);
  }
  return { kind: 'at', size, position: position < 0n ? position + size : position };
}

function sliced(vm: Interpreter, slice: PySlice, size: Dimension): Axis {
  if (typeof slice.step === 'bigint' && slice.step <= 0n) {
    vm.raise('ValueError', 'step must be greater than zero');
  }
  if (slice.start === null && slice.stop === null && (slice.step === null || slice.step === 1n)) {
    return { kind: 'slice', size, length: size, positions: null };
  }
  if (size instanceof PySymbol || slice.start instanceof PySymbol || slice.stop instanceof PySymbol) {
    throw new UnknownOperand(vm.reason('symbolicOperation', '[]'));
  }
  const positions = slicePositions(vm, slice, Number(size));
  return { kind: 'slice', size, length: BigInt(positions.length), positions };
}

/** The positions that a tensor of integers, or a mask, chooses. */
function chosen(vm: Interpreter, part: PyTensor, next: () => Dimension): Axis[] {
  const shape = requireShape(vm, part);
  if (part.dtype !== 'bool') {
    const size = next();
    const isOutside = (value: Element): boolean =>
      typeof size === 'bigint' && (BigInt(value) >= size || BigInt(value) < -size);
    const outside = part.data?.some(isOutside) === true || (size === 0n && elements(shape) !== 0n);
    const positions = part.data?.map((value) => {
      const position = BigInt(value);
      return position < 0n && typeof size === 'bigint' ? position + size : position;
    });
    return [{ kind: 'chosen', size, shape, positions: positions ?? null, outside }];
  }
  const sizes = shape.map(() => next());
  if (sizes.some((size, i) => typeof size !== 'bigint' || typeof shape[i] !== 'bigint'))
    throw unsupported(vm);
  if (sizes.some((size, i) => size !== shape[i]))
    vm.raise('IndexError', 'the shape of the mask does not match the shape of the tensor');
  if (part.data === null) throw new UnknownOperand(vm.reason('tensorValue', 'mask'));
  const places = part.data.flatMap((value, i) => (value ? [i] : []));
  const length = [BigInt(places.length)];
  return sizes.map((size, i) => {
    const stride = sizes.slice(i + 1).reduce<number>((product, one) => product * Number(one), 1);
    const positions = places.map((place) => BigInt(Math.floor(place / stride) % Number(size)));
    return { kind: 'chosen', size, shape: length, positions, outside: false };
  });
}

/** Where the dimensions of choosing tensors come in the result, and their common shape. */
function choice(
  vm: Interpreter,
  axes: readonly Axis[],
): { readonly at: number; readonly shape: Shape } | null {
  const kept = axes.filter(({ kind }) => kind !== 'at');
  const places = kept.flatMap(({ kind }, i) => (kind === 'chosen' ? [i] : []));
  const [first] = places;
  if (first === undefined) return null;
  const shape = kept.reduce<Shape>(
    (shape, axis) => (axis.kind === 'chosen' ? broadcastIndices(vm, shape, axis.shape) : shape),
    [],
  );
  const isTogether = places.every((place, i) => place === first + i);
  return { at: isTogether ? first : 0, shape };
}

function broadcastIndices(vm: Interpreter, a: Shape, b: Shape): Shape {
  const lead = b.length - a.length;
  const differs = a.some((size, i) => {
    const other = b[i + lead];
    return (
      typeof size === 'bigint' && typeof other === 'bigint' && size !== other && size !== 1n && other !== 1n
    );
  });
  if (differs) throw unsupported(vm);
  return broadcast(vm, a, b);
}

function sizesOfAxes(vm: Interpreter, axes: readonly Axis[]): Shape {
  const chosenAt = choice(vm, axes);
  const result: Dimension[] = [];
  for (const axis of axes) {
    if (axis.kind === 'new') result.push(1n);
    else if (axis.kind === 'slice') result.push(axis.length);
  }
  if (chosenAt !== null) result.splice(chosenAt.at, 0, ...chosenAt.shape);
  return result;
}

/** The values that an index chooses; null where they are not known. */
function valuesAt(tensor: PyTensor, shape: Shape, axes: readonly Axis[], sizes: Shape): Element[] | null {
  const { data } = tensor;
  const count = elements(sizes);
  if (data === null || typeof count !== 'bigint' || count > BigInt(MAX_TENSOR_VALUES)) return null;
  if ([...shape, ...sizes].some((size) => typeof size !== 'bigint')) return null;
  const offsets = offsetsOf(shape, axes, sizes);
  if (offsets === null) return null;
  const lengths = sizes.map(Number);
  const result: Element[] = [];
  const coordinates = lengths.map(() => 0);
  for (let i = 0; i < Number(count); i++) {
    const position = offsets.reduce((sum, offset) => sum + offset(coordinates), 0);
    result.push(data[position] ?? 0);
    for (let d = lengths.length - 1; d >= 0; d--) {
      const moved = (coordinates[d] ?? 0) + 1;
      if (moved < (lengths[d] ?? 0)) {
        coordinates[d] = moved;
        break;
      }
      coordinates[d] = 0;
    }
  }
  return result;
}

/** For each dimension of the tensor: how far into its elements coordinates of the result lie. */
function offsetsOf(
  shape: Shape,
  axes: readonly Axis[],
  sizes: Shape,
): ((coordinates: readonly number[]) => number)[] | null {
  const own = axes.filter(({ kind }) => kind === 'new' || kind === 'slice').length;
  const rank = sizes.length - own;
  const kept = axes.filter(({ kind }) => kind !== 'at');
  const places = kept.flatMap(({ kind }, i) => (kind === 'chosen' ? [i] : []));
  const start =
    places[0] !== undefined && places.every((place, i) => place === (places[0] ?? 0) + i) ? places[0] : 0;
  let dimension = 0;
  let result = 0;
  const offsets: ((coordinates: readonly number[]) => number)[] = [];
  for (const axis of axes) {
    if (axis.kind === 'new') {
      result++;
      continue;
    }
    const stride = Number(elements(shape.slice(dimension + 1)));
    dimension++;
    if (axis.kind === 'at') {
      if (axis.position === null) return null;
      const offset = Number(axis.position) * stride;
      offsets.push(() => offset);
    } else if (axis.kind === 'slice') {
      const at = result < start || rank === 0 ? result : result + rank;
      result++;
      const { positions } = axis;
      offsets.push((coordinates) => {
        const coordinate = coordinates[at] ?? 0;
        return (positions === null ? coordinate : (positions[coordinate] ?? 0)) * stride;
      });
    } else {
      const { positions } = axis;
      if (positions === null) return null;
      const lead = start + rank - axis.shape.length;
      const sizesOfIndex = axis.shape.map(Number);
      offsets.push((coordinates) => {
        const flat = sizesOfIndex.reduce(
          (sum, size, i) => sum * size + (size === 1 ? 0 : (coordinates[lead + i] ?? 0)),
          0,
        );
        return Number(positions[flat] ?? 0) * stride;
      });
    }
  }
  return offsets;
}

/** Whether an index is of integers and slices alone, whose result is a view. */
function isPlain(index: Value): boolean {
  return partsOf(index).every(
    (part) => part === null || part === ELLIPSIS || part instanceof PySlice || typeof part === 'bigint',
  );
}

/** `tensor[index] = value`: only values change; the place must be there and the value broadcast to it. */
export function tensorSetItem(vm: Interpreter, tensor: PyTensor, index: Value, value: Value): void {
  if (value instanceof PyList || value instanceof PyTuple || value === null || typeof value === 'string') {
    vm.raise('TypeError', "can't assign this to a tensor");
  }
  const from = value instanceof PyTensor ? PLACES.get(value) : undefined;
  const isItself = from?.tensor === tensor && from.index === index;
  if (value instanceof PyTensor && !isItself && !isPlain(index) && value.dtype !== tensor.dtype) {
    // Chosen places take values of their own dtype only, which torch asks before it looks at the places.
    vm.mayRaise.push(vm.reason('unsupported', '[] ='));
    changeInPlace(vm, tensor, [value]);
    return;
  }
  const place = tensorGetItem(vm, tensor, index);
  if (value instanceof PyTensor && isItself) {
    // Changed in place already, where it is a view.
    if (value.taint !== null) vm.mayRaise.push(value.taint);
  } else if (value instanceof PyTensor) checkFits(vm, tensor, place, value);
  else if (tensor.dtype !== null && (typeof value === 'number' || typeof value === 'bigint')) {
    if (!isHeld(value, tensor.dtype))
      vm.mayRaise.push(vm.reason('unsupported', `${value} as ${tensor.dtype}`));
  } else if (typeof value !== 'boolean')
    vm.mayRaise.push(unknownReason(value) ?? vm.reason('unsupported', '[] ='));
  if (place instanceof PyUnknown) vm.mayRaise.push(place.reason);
  changeInPlace(vm, tensor, [value]);
}

function checkFits(vm: Interpreter, tensor: PyTensor, place: Value, value: PyTensor): void {
  if (!(place instanceof PyTensor) || value.shape === null || place.shape === null) {
    vm.mayRaise.push(vm.reason('tensorShape', '[] ='));
    return;
  }
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
  // Elements that overlap are refused.
  if (value.sharing !== null && value.sharing === tensor.sharing)
    vm.mayRaise.push(vm.reason('unsupported', '[] ='));
}
