import type { TensorForm } from './tensorForm';
import type { Integer, StorageSpec, TensorSpec } from './tensorSpec';
import { addIntegers } from './tensorSpec';
import { storageUse, stridedViews, unusedBehind } from './storageUse';

/** What all storages take together, and what of it no tensor uses. In bytes. */
export interface StorageTotals {
  readonly storageBytes: Integer;
  readonly unusedStorageBytes: Integer;
  /** False: the size of some storage is not known, `storageBytes` is a lower bound. */
  readonly storageExact: boolean;
  /** False: `unusedStorageBytes` is a lower bound, for that reason or for views too scattered to count. */
  readonly unusedExact: boolean;
}

/** Storages in the order in which they are met, with their first view; further views are few. */
export class StorageUses {
  private readonly storages: StorageSpec[] = [];
  private readonly firstViews: (TensorSpec | null)[] = [];
  private readonly furtherViews = new Map<StorageSpec, TensorSpec[]>();
  /** Sums that hold while each storage has one contiguous view of a form. */
  private simpleBytes: Integer = 0;
  private simpleUnused: Integer = 0;
  private isSimple = true;

  /** A tensor object, once. */
  addTensor(tensor: TensorSpec): void {
    if (tensor.parts.length === 0) this.add(tensor.storage, tensor);
    else for (const view of stridedViews(tensor)) this.add(view.storage, view);
  }

  /** A storage that may have no tensor. */
  addStorage(storage: StorageSpec): void {
    this.add(storage, null);
  }

  totals(): StorageTotals {
    if (this.isSimple) {
      const { simpleBytes: storageBytes, simpleUnused: unusedStorageBytes } = this;
      return { storageBytes, unusedStorageBytes, storageExact: true, unusedExact: true };
    }
    let storageBytes: Integer = 0;
    let unusedStorageBytes: Integer = 0;
    let storageExact = true;
    let unusedExact = true;
    const some = this.furtherViews.size > 0;
    for (let i = 0; i < this.storages.length; i++) {
      const storage = this.storages[i] as StorageSpec;
      if (storage.bytes === null) {
        storageExact = unusedExact = false;
        continue;
      }
      storageBytes = addIntegers(storageBytes, storage.bytes);
      const first = this.firstViews[i] ?? null;
      const further = some ? (this.furtherViews.get(storage) ?? noViews) : noViews;
      let unused: Integer | null = null;
      if (first !== null && further.length === 0) unused = unusedBehind(storage, first);
      if (unused === null) {
        const use = storageUse(storage, first === null ? further : [first, ...further]);
        unused = use.unused ?? 0;
        unusedExact &&= use.exact;
      }
      unusedStorageBytes = addIntegers(unusedStorageBytes, unused);
    }
    return { storageBytes, unusedStorageBytes, storageExact, unusedExact };
  }

  private addSimple(size: Integer | null, form: TensorForm | undefined): boolean {
    if (form === undefined || !form.isContiguous || typeof form.bytes !== 'number') return false;
    if (typeof size !== 'number' || form.bytes > size) return false;
    this.simpleBytes = addIntegers(this.simpleBytes, size);
    this.simpleUnused = addIntegers(this.simpleUnused, size - form.bytes);
    return true;
  }

  private add(storage: StorageSpec | null, view: TensorSpec | null): void {
    if (storage === null) return;
    if (storage.stamp !== this) {
      storage.stamp = this;
      this.storages.push(storage);
      this.firstViews.push(view);
      this.isSimple &&= this.addSimple(storage.bytes, view?.form);
    } else if (view !== null) {
      this.isSimple = false;
      const further = this.furtherViews.get(storage);
      if (further === undefined) this.furtherViews.set(storage, [view]);
      else further.push(view);
    }
  }
}

const noViews: readonly TensorSpec[] = [];
