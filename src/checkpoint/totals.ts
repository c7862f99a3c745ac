import {
  addIntegers,
  multiplyIntegers,
  type Integer,
  type StorageSpec,
  type TensorSpec,
} from '../stateDict/tensorSpec';
import { storageUse, stridedViews } from '../stateDict/storageUse';
import { tensorBytes, tensorElements } from '../stateDict/tensorSize';
import type { Listing } from './listing';

export interface Totals {
  /** Tensor objects: aliases count once. */
  readonly tensors: number;
  readonly elements: Integer;
  readonly bytes: Integer;
  /** Storages count once, whatever views them. */
  readonly storageBytes: Integer;
  /** Storage bytes that no tensor uses; a lower bound for views too scattered to count. */
  readonly unusedStorageBytes: Integer;
}

export function totalsOf({ tensors, storages }: Pick<Listing, 'tensors' | 'storages'>): Totals {
  let count = 0;
  const views = new Map<StorageSpec, TensorSpec | TensorSpec[]>();
  let elements: Integer = 0;
  let bytes: Integer = 0;
  for (const { first, tensor } of tensors) {
    if (!first) continue;
    count += 1;
    elements = addIntegers(elements, tensorElements(tensor) ?? 0);
    bytes = addIntegers(bytes, tensorBytes(tensor) ?? 0);
    if (tensor.parts.length === 0) addView(views, tensor);
    else for (const view of stridedViews(tensor)) addView(views, view);
  }
  for (const storage of storages) if (!views.has(storage)) views.set(storage, []);
  let storageBytes: Integer = 0;
  let unusedStorageBytes: Integer = 0;
  for (const [storage, viewing] of views) {
    if (storage.bytes === null) continue;
    storageBytes = addIntegers(storageBytes, storage.bytes);
    unusedStorageBytes = addIntegers(unusedStorageBytes, unusedOf(storage, storage.bytes, viewing));
  }
  return { tensors: count, elements, bytes, storageBytes, unusedStorageBytes };
}

function addView(views: Map<StorageSpec, TensorSpec | TensorSpec[]>, view: TensorSpec): void {
  const { storage } = view;
  if (storage === null) return;
  const others = views.get(storage);
  if (others === undefined) views.set(storage, view);
  else if (Array.isArray(others)) others.push(view);
  else views.set(storage, [others, view]);
}

/** Almost every storage has one contiguous tensor that fills it; the rest is counted view by view. */
function unusedOf(storage: StorageSpec, size: Integer, views: TensorSpec | readonly TensorSpec[]): Integer {
  const several = 'length' in views;
  if (!several && isContiguous(views)) {
    const used = tensorBytes(views);
    if (typeof used === 'number' && typeof size === 'number') return Math.max(0, size - used);
  }
  return storageUse(storage, several ? views : [views]).unused ?? 0;
}

function isContiguous({ shape, stride }: TensorSpec): boolean {
  if (shape === null || stride === null) return false;
  let step: Integer = 1;
  for (let i = shape.length - 1; i >= 0; i--) {
    const size = shape[i] ?? 1;
    if (size !== 1 && stride[i] !== step) return false;
    step = multiplyIntegers(step, size);
  }
  return true;
}
