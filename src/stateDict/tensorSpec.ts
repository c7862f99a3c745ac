/**
 * What a tensor is, wherever it was learnt from: a file, the source code or a running torch.
 * Shapes and strides are in elements, sizes in bytes.
 */

import type { TensorForm } from './tensorForm';

/** A Python integer: a `number` while it is safe (|n| ≤ 2^53 − 1), a `bigint` above. */
export type Integer = number | bigint;

/** torch's layouts, named as torch names them without the `torch.` prefix. */
export type Layout =
  | 'strided'
  | 'sparse_coo'
  | 'sparse_csr'
  | 'sparse_csc'
  | 'sparse_bsr'
  | 'sparse_bsc'
  | 'jagged'
  | 'nested'
  | '_mkldnn';

/** `tensor` when the source does not say which of the two it is (a plain state_dict does not). */
export type TensorKind = 'parameter' | 'buffer' | 'tensor';

/** A block of memory that one or more tensors view. Compared by identity: one object per storage. */
export interface StorageSpec {
  /** The name the file gives it: a zip record (`0` of `data/0`), a legacy key, a safetensors key. */
  readonly key: string;
  /** torch dtype name of a typed storage (`float32`), null for an untyped one. */
  readonly dtype: string | null;
  /** Size in bytes, null when the file does not say. */
  readonly bytes: Integer | null;
  /** Device it was saved from, `cpu`, `cuda:0`, `meta`; null when unknown. */
  readonly device: string | null;
  /** The shard (file name) that holds it, null for the opened file itself. */
  readonly source: string | null;
  /** The walk that met it last, see `StorageUses`: a map of tens of thousands of objects takes longer. */
  stamp?: object;
}

export interface TensorSpec {
  /** torch's dtype name without `torch.`: `float32`, `bfloat16`, `qint8`, `float8_e4m3fn`. */
  readonly dtype: string;
  /** Null where the format has no shape to give (a nested tensor). `[]` is a scalar. */
  readonly shape: readonly Integer[] | null;
  readonly stride: readonly Integer[] | null;
  readonly layout: Layout;
  readonly storage: StorageSpec | null;
  /** Offset of the first element into the storage, in elements. */
  readonly storageOffset: Integer | null;
  readonly device: string | null;
  readonly kind: TensorKind;
  readonly requiresGrad: boolean | null;
  /** Python class, `torch.Tensor`, `torch.nn.parameter.Parameter`, a subclass's dotted name. */
  readonly pythonType: string;
  /** Tensors that a composite tensor is made of: `indices` and `values` of a sparse one, `scales` … */
  readonly parts: readonly { readonly name: string; readonly tensor: TensorSpec }[];
  /** What it has in common with others, where one object stands for that. */
  readonly form?: TensorForm;
}

/** Product of a shape, exact: `1` for a scalar, null for an unknown shape. */
export function elementCount(shape: readonly Integer[] | null): Integer | null {
  if (shape === null) return null;
  let product = 1;
  for (let i = 0; i < shape.length; i++) {
    const size = shape[i];
    if (typeof size !== 'number') return bigElementCount(shape);
    product *= size;
  }
  return Number.isSafeInteger(product) ? product : bigElementCount(shape);
}

function bigElementCount(shape: readonly Integer[]): Integer {
  let product = 1n;
  for (const size of shape) product *= BigInt(size);
  return normalizeInteger(product);
}

/** The `number` of the same value where it is safe. */
export function normalizeInteger(value: bigint): Integer {
  const asNumber = Number(value);
  return Number.isSafeInteger(asNumber) ? asNumber : value;
}

export function addIntegers(a: Integer, b: Integer): Integer {
  if (typeof a === 'number' && typeof b === 'number') {
    const sum = a + b;
    if (Number.isSafeInteger(sum)) return sum;
  }
  return normalizeInteger(BigInt(a) + BigInt(b));
}

export function multiplyIntegers(a: Integer, b: Integer): Integer {
  if (typeof a === 'number' && typeof b === 'number') {
    const product = a * b;
    if (Number.isSafeInteger(product)) return product;
  }
  return normalizeInteger(BigInt(a) * BigInt(b));
}

/** Strides of a contiguous tensor, in elements, as torch computes them (a size of 0 counts as 1). */
export function contiguousStride(shape: readonly Integer[]): Integer[] {
  const stride: Integer[] = new Array<Integer>(shape.length);
  let step: Integer = 1;
  for (let i = shape.length - 1; i >= 0; i--) {
    stride[i] = step;
    const size = shape[i] ?? 1;
    step = multiplyIntegers(step, size === 0 ? 1 : size);
  }
  return stride;
}
