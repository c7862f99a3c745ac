import { dtypeBits, dtypeBytes } from './dtypes';
import type { Integer, StorageSpec, TensorSpec } from './tensorSpec';
import { addIntegers, elementCount, multiplyIntegers, normalizeInteger } from './tensorSpec';

/** How much of a storage its tensors use. */
export interface StorageUse {
  /** Bytes that at least one tensor uses. */
  readonly used: Integer;
  /** Bytes that none uses; null where the storage's size is not known. */
  readonly unused: Integer | null;
  /** False: `used` is an upper bound and `unused` a lower one, because the views are too scattered to count. */
  readonly exact: boolean;
}

/** Separate pieces of the views of one storage that are counted one by one: a column view has one per row. */
const MAX_PIECES = 1_000_000;

/**
 * Union of what views use of a storage. `tensors` are all strided views of it; composite tensors are given as
 * their parts.
 */
export function storageUse(storage: StorageSpec, tensors: readonly TensorSpec[]): StorageUse {
  const simple = simpleUse(storage, tensors);
  if (simple !== null) return simple;
  const pieces = new Pieces();
  for (const tensor of tensors) pieces.addTensor(tensor);
  let used = pieces.union();
  if (storage.bytes !== null && (pieces.unknown || used > storage.bytes)) used = storage.bytes;
  const unused = storage.bytes === null ? null : normalizeInteger(BigInt(storage.bytes) - BigInt(used));
  return { used, unused, exact: pieces.exact && !pieces.unknown };
}

/** Almost every storage has one contiguous tensor: that needs no counting. Null for all others. */
function simpleUse(storage: StorageSpec, tensors: readonly TensorSpec[]): StorageUse | null {
  const [tensor] = tensors;
  if (tensor === undefined || tensors.length > 1) return null;
  const unused = unusedBehind(storage, tensor);
  return unused === null ? null : { used: Number(storage.bytes) - unused, unused, exact: true };
}

/** Bytes of a storage that its only view leaves, where that view is contiguous and lies in it; else null. */
export function unusedBehind(storage: StorageSpec, { shape, stride, dtype }: TensorSpec): number | null {
  if (typeof storage.bytes !== 'number' || shape === null) return null;
  if (stride !== null && !isContiguous(shape, stride)) return null;
  const elements = elementCount(shape);
  const used = elements === null ? null : dtypeBytes(dtype, elements);
  return typeof used !== 'number' || used > storage.bytes ? null : storage.bytes - used;
}

/** Whether the elements lie next to each other in the order of the dimensions, as torch says it. */
export function isContiguous(shape: readonly Integer[], stride: readonly Integer[]): boolean {
  let step: Integer = 1;
  let contiguous = true;
  for (let i = shape.length - 1; i >= 0; i--) {
    const size = shape[i] ?? 1;
    if (size === 0) return true;
    // The stride of a dimension of one element is never used.
    if (size !== 1 && stride[i] !== step) contiguous = false;
    step = multiplyIntegers(step, size);
  }
  return contiguous;
}

/** The tensors that hold data of their own: a composite one's parts (a sparse tensor has no storage itself). */
export function stridedViews(tensor: TensorSpec): TensorSpec[] {
  const own = tensor.storage === null ? [] : [tensor];
  return [...own, ...tensor.parts.flatMap((part) => (part.tensor.storage === null ? [] : [part.tensor]))];
}

/** Byte ranges of one storage. */
class Pieces {
  exact = true;
  /** Something uses the storage, nobody can say where. */
  unknown = false;
  private readonly ranges: [number, number][] = [];
  private readonly seen = new Set<string>();

  addTensor(tensor: TensorSpec): void {
    const bits = dtypeBits(tensor.dtype);
    const { shape, stride } = tensor;
    const offset = safe(tensor.storageOffset ?? 0);
    const sizes = shape?.map(safe);
    const strides = stride?.map(safe);
    if (bits === null || sizes === undefined || offset === null) {
      this.unknown = true;
      return;
    }
    // Views that are the same view are common (tied weights) and add nothing.
    const key = [bits, offset, sizes, stride].join(';');
    if (this.seen.has(key)) return;
    this.seen.add(key);
    if (elementCount(shape) === 0) return;
    const contiguous = strides === undefined ? elementCount(shape) : null;
    if (contiguous !== null) {
      this.add(offset, Number(contiguous), bits);
      return;
    }
    this.addStrided(offset, sizes, strides ?? [], bits);
  }

  /** Total length of the union of the ranges, in bytes. */
  union(): Integer {
    this.ranges.sort((a, b) => a[0] - b[0]);
    let total: Integer = 0;
    let end = 0;
    for (const [from, to] of this.ranges) {
      const start = Math.max(from, end);
      if (to > start) total = addIntegers(total, to - start);
      end = Math.max(end, to);
    }
    return total;
  }

  private addStrided(
    offset: number,
    sizes: readonly (number | null)[],
    strides: readonly (number | null)[],
    bits: number,
  ): void {
    const dimensions: { size: number; stride: number }[] = [];
    for (let i = 0; i < sizes.length; i++) {
      const size = sizes[i] ?? null;
      const stride = strides[i] ?? null;
      if (size === null || stride === null) {
        this.unknown = true;
        return;
      }
      if (size > 1 && stride > 0) dimensions.push({ size, stride });
    }
    dimensions.sort((a, b) => a.stride - b.stride);
    // Inner dimensions that leave no gap are one run of elements.
    let run = 1;
    while (dimensions[0] !== undefined && dimensions[0].stride <= run) {
      run = (dimensions[0].size - 1) * dimensions[0].stride + run;
      dimensions.shift();
    }
    const count = dimensions.reduce((product, { size }) => product * size, 1);
    if (this.ranges.length + count > MAX_PIECES) {
      this.exact = false;
      const last = dimensions.reduce((sum, { size, stride }) => sum + (size - 1) * stride, 0);
      this.add(offset, last + run, bits);
      return;
    }
    const index = dimensions.map(() => 0);
    for (let piece = 0; piece < count; piece++) {
      let at = offset;
      dimensions.forEach(({ stride }, i) => (at += stride * (index[i] ?? 0)));
      this.add(at, run, bits);
      for (let i = 0; i < dimensions.length; i++) {
        const next = (index[i] ?? 0) + 1;
        index[i] = next === dimensions[i]?.size ? 0 : next;
        if (index[i] !== 0) break;
      }
    }
  }

  private add(offset: number, elements: number, bits: number): void {
    const from = Math.floor((offset * bits) / 8);
    const to = Math.ceil(((offset + elements) * bits) / 8);
    if (!Number.isSafeInteger(to)) this.unknown = true;
    this.ranges.push([from, to]);
  }
}

/** A number that arithmetic is exact for, null above 2^53 − 1 and for negative ones. */
function safe(value: Integer): number | null {
  return typeof value === 'number' && value >= 0 ? value : null;
}
