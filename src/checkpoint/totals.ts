import {
  addIntegers,
  multiplyIntegers,
  type Integer,
  type StorageSpec,
  type TensorSpec,
} from '../stateDict/tensorSpec';
import { storageUse, stridedViews } from '../stateDict/storageUse';
import { tensorBytes, tensorElements } from '../stateDict/tensorSize';
import type { ListedTensor, Listing } from './listing';

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
  const uses = new StorageUses();
  let count = 0;
  let elements: Integer = 0;
  let bytes: Integer = 0;
  for (let i = 0; i < tensors.length; i++) {
    const { first, tensor } = tensors[i] as ListedTensor;
    if (!first) continue;
    count += 1;
    elements = addIntegers(elements, tensorElements(tensor) ?? 0);
    bytes = addIntegers(bytes, tensorBytes(tensor) ?? 0);
    if (tensor.parts.length === 0) uses.add(tensor.storage, tensor);
    else for (const view of stridedViews(tensor)) uses.add(view.storage, view);
  }
  for (const storage of storages) uses.add(storage, null);
  return { tensors: count, elements, bytes, ...uses.totals() };
}

/** Storages in the order in which they are met, with their first view; further views are few. */
class StorageUses {
  private readonly storages: StorageSpec[] = [];
  private readonly firstViews: (TensorSpec | null)[] = [];
  private readonly furtherViews = new Map<StorageSpec, TensorSpec[]>();

  add(storage: StorageSpec | null, view: TensorSpec | null): void {
    if (storage === null) return;
    if (storage.stamp !== this) {
      storage.stamp = this;
      this.storages.push(storage);
      this.firstViews.push(view);
    } else if (view !== null) {
      const further = this.furtherViews.get(storage);
      if (further === undefined) this.furtherViews.set(storage, [view]);
      else further.push(view);
    }
  }

  totals(): Pick<Totals, 'storageBytes' | 'unusedStorageBytes'> {
    let storageBytes: Integer = 0;
    let unusedStorageBytes: Integer = 0;
    const some = this.furtherViews.size > 0;
    for (let i = 0; i < this.storages.length; i++) {
      const storage = this.storages[i] as StorageSpec;
      const first = this.firstViews[i] ?? null;
      if (storage.bytes === null) continue;
      storageBytes = addIntegers(storageBytes, storage.bytes);
      const further = some ? (this.furtherViews.get(storage) ?? noViews) : noViews;
      unusedStorageBytes = addIntegers(unusedStorageBytes, unusedOf(storage, storage.bytes, first, further));
    }
    return { storageBytes, unusedStorageBytes };
  }
}

const noViews: readonly TensorSpec[] = [];

/** Almost every storage has one contiguous tensor that fills it; the rest is counted view by view. */
function unusedOf(
  storage: StorageSpec,
  size: Integer,
  first: TensorSpec | null,
  further: readonly TensorSpec[],
): Integer {
  if (first !== null && further.length === 0 && isContiguous(first)) {
    const used = tensorBytes(first);
    if (typeof used === 'number' && typeof size === 'number') return Math.max(0, size - used);
  }
  return storageUse(storage, first === null ? further : [first, ...further]).unused ?? 0;
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
