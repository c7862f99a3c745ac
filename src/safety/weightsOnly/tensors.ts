import type { Context } from './context';
import { weightsOnlyLimits } from './limits';
import { badCall } from './outcome';
import { iterate, sequence, truth } from './python';
import { torchFacts } from './torchVersions';
import { Dict, Named, Opaque, Storage, Tensor, typeName, type Value } from './values';

const maximum = 2n ** 63n - 1n;

/**
 * `tensor.set_(storage, offset, size, stride)`: whether the view can be made.
 * @param elementBytes of the tensor's dtype, null where it is not known
 * @returns the shape, null where it is not known
 */
export function setView(
  storage: Storage,
  elementBytes: number | null,
  [offset, size, stride]: readonly [Value, Value, Value],
  context: Context,
  callee: string,
): readonly (number | bigint)[] | null {
  const start = integer(offset, context, callee, 'storage_offset');
  const shape = integers(size, context, callee, 'size');
  const steps = stride === null ? [] : integers(stride, context, callee, 'stride');
  if (start === null || shape === null || steps === null) return null;
  if (start < 0) throw badCall(callee, 'negative', 'storage_offset');
  if (steps.length > 0 && steps.length !== shape.length) {
    throw badCall(callee, 'parts', 'stride', steps.length, shape.length);
  }
  if (elementBytes === null) {
    context.unsure('weightsOnly.opaque', callee);
    return shape;
  }
  const elements = extent(BigInt(start), shape, steps, callee, context);
  requireBytes(storage, bytesFor(elements, BigInt(elementBytes), storage.dtype), callee, context);
  return shape;
}

/** Elements of these two types share bytes. */
const perByte = new Map([
  ['quint4x2', 2n],
  ['quint2x4', 4n],
]);

function bytesFor(elements: bigint, elementBytes: bigint, dtype: string | null): bigint {
  const shared = perByte.get(dtype ?? '') ?? 1n;
  return ((elements + shared - 1n) / shared) * elementBytes;
}

/** Elements from the storage's first to the view's last; 0 for an empty view. */
function extent(
  start: bigint,
  shape: readonly (number | bigint)[],
  steps: readonly (number | bigint)[],
  callee: string,
  context: Context,
): bigint {
  const isEmpty = shape.some((length) => length === 0);
  if (shape.some((length) => length < 0)) {
    // The product is taken of unsigned numbers: it overflows, unless a zero comes in time.
    if (isEmpty) context.unsure('weightsOnly.opaque', callee);
    else throw badCall(callee, 'negative', 'size');
  }
  if (isEmpty) return 0n;
  let elements = 1n;
  for (const length of shape) elements *= BigInt(length);
  if (elements > maximum) throw badCall(callee, 'overflow', 'numel');
  let last = start;
  let contiguous = 1n;
  for (let i = shape.length - 1; i >= 0; i--) {
    const length = BigInt(shape[i] as number | bigint);
    const step = steps.length === 0 ? contiguous : BigInt(steps[i] as number | bigint);
    if (step < 0n && length > 1n) throw badCall(callee, 'negative', 'stride');
    last += step * (length - 1n);
    contiguous *= length;
  }
  return last + 1n;
}

function requireBytes(storage: Storage, needed: bigint, callee: string, context: Context): void {
  const root = storage.root ?? storage;
  if (needed <= BigInt(root.bytes)) return;
  if (needed > maximum) throw badCall(callee, 'overflow', 'storage');
  // A storage on the meta device has no bytes, and grows.
  if (root.isMeta) return;
  if (!root.resizable) throw badCall(callee, 'storage', String(needed), root.bytes);
  root.bytes = allocate(Number(needed), callee, context);
}

/**
 * Memory of `bytes`: refuses what no machine has, doubts what a machine may not have. What a file of `fileSize`
 * bytes holds can be had.
 */
export function allocate(bytes: number, callee: string, context: Context, fileSize = 0): number {
  if (bytes > weightsOnlyLimits.impossibleBytes) throw badCall(callee, 'memory', bytes);
  if (bytes > Math.max(fileSize, weightsOnlyLimits.allocatedBytes))
    context.unsure('weightsOnly.memory', bytes);
  return bytes;
}

/** An integer of 64 bits; null where it is not known. */
function integer(value: Value, context: Context, callee: string, name: string): number | bigint | null {
  if (value instanceof Opaque || value instanceof Tensor) {
    context.unsure('weightsOnly.opaque', callee);
    return null;
  }
  if (typeof value !== 'number' && typeof value !== 'bigint')
    throw badCall(callee, 'value', name, typeName(value));
  if (BigInt(value) > maximum || BigInt(value) < -maximum - 1n)
    throw badCall(callee, 'value', name, String(value));
  return value;
}

/** A list or tuple of integers of 64 bits; null where they are not known. */
export function integers(
  value: Value,
  context: Context,
  callee: string,
  name: string,
): readonly (number | bigint)[] | null {
  if (value instanceof Opaque) {
    context.unsure('weightsOnly.opaque', callee);
    return null;
  }
  const items = sequence(value);
  if (items === undefined) throw badCall(callee, 'value', name, typeName(value));
  const found: (number | bigint)[] = [];
  for (const item of items) {
    const one = integer(item, context, callee, name);
    if (one === null) return null;
    found.push(one);
  }
  return found;
}

/** `tensor.requires_grad = value`. */
export function setRequiresGrad(value: Value, dtype: string | null, context: Context, callee: string): void {
  if (value instanceof Opaque) return context.unsure('weightsOnly.opaque', callee);
  if (typeof value !== 'boolean') throw badCall(callee, 'value', 'requires_grad', typeName(value));
  if (!value) return;
  if (dtype === null) return context.unsure('weightsOnly.opaque', callee);
  if (!torchFacts.differentiable.has(dtype)) throw badCall(callee, 'gradients', dtype);
}

/** `set_tensor_metadata(tensor, metadata)`, where there is metadata: the bits `conj` and `neg`. */
export function setMetadata(value: Value, dtype: string | null, context: Context, callee: string): void {
  const given = truth(value);
  if (given === null) return context.unsure('weightsOnly.opaque', callee);
  if (!given) return;
  if (!(value instanceof Dict)) throw badCall(callee, 'value', 'metadata', typeName(value));
  for (const [key, bit] of value.entries) {
    if (typeof key !== 'string') throw badCall(callee, 'value', 'metadata', 'dict');
    if (typeof bit !== 'boolean') context.unsure('weightsOnly.opaque', callee);
    if (key === 'conj' && dtype !== null && !dtype.startsWith('complex')) {
      throw badCall(callee, 'value', 'conj', dtype);
    }
  }
}

/** The `dtype` attribute of what a persistent id or a rebuild function is given; undefined without one. */
export function dtypeOf(value: Value): string | null | undefined {
  if (value instanceof Tensor) return value.dtype;
  if (value instanceof Storage) return value.dtype ?? undefined;
  if (!(value instanceof Named)) return value instanceof Opaque ? null : undefined;
  const { kind, dtype } = value.global;
  return kind === 'storageType' || kind === 'storageClass' || kind === 'tensorType' ? dtype : undefined;
}

/** A dtype that is given as one; null where it is not known. `None` is torch's default. */
export function requireDtype(value: Value, context: Context, callee: string): string | null {
  if (value === null) return 'float32';
  if (value instanceof Named && value.global.kind === 'dtype') return value.global.dtype ?? null;
  if (!(value instanceof Opaque)) throw badCall(callee, 'value', 'dtype', typeName(value));
  context.unsure('weightsOnly.opaque', callee);
  return null;
}

/** Bytes of an element as the C++ side counts them; `_element_size` knows fewer dtypes. */
export function itemBytes(dtype: string | null): number | null {
  if (dtype === null) return null;
  const known = torchFacts.elementSizes.get(dtype);
  if (known !== null) return known ?? null;
  return dtype === 'bits16' ? 2 : 1;
}

/** `setattr(tensor, key, value)` for each item: plain attributes are kept, descriptors do things of their own. */
export function setAttributes(state: Value, context: Context, callee: string): void {
  const given = truth(state);
  if (given === null) return context.unsure('weightsOnly.opaque', callee);
  if (!given) return;
  if (!(state instanceof Dict)) throw badCall(callee, 'value', 'state', typeName(state));
  for (const [key] of state.entries) {
    if (typeof key !== 'string') throw badCall(callee, 'value', 'attribute', typeName(key));
    if (torchFacts.tensorAttributes.has(key)) context.unsure('weightsOnly.attribute', key);
  }
}

/** The arguments of a call, `func(*args)`; null where they are not known. */
export function unpack(args: Value, context: Context, callee: string): readonly Value[] | null {
  return iterate(args, context, callee);
}
