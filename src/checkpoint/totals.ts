import { addIntegers, type Integer, type StorageSpec, type TensorSpec } from '../stateDict/tensorSpec';
import { StorageUses } from '../stateDict/storageTotals';
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
  const sums = new TotalsCounter();
  for (const { tensor, first } of tensors) if (first) sums.tensor(tensor);
  for (const storage of storages) sums.storage(storage);
  return sums.totals();
}

/** Sums over tensors and storages as they come. */
export class TotalsCounter {
  private readonly uses = new StorageUses();
  private tensors = 0;
  private elements: Integer = 0;
  private bytes: Integer = 0;

  /** A tensor object; not again for its aliases. */
  tensor(tensor: TensorSpec): void {
    const { form } = tensor;
    this.tensors += 1;
    this.elements = addIntegers(this.elements, form?.elements ?? tensorElements(tensor) ?? 0);
    this.bytes = addIntegers(this.bytes, form?.bytes ?? tensorBytes(tensor) ?? 0);
    this.uses.addTensor(tensor);
  }

  /** A storage that stands alone. */
  storage(storage: StorageSpec): void {
    this.uses.addStorage(storage);
  }

  totals(): Totals {
    const { tensors, elements, bytes } = this;
    const { storageBytes, unusedStorageBytes } = this.uses.totals();
    return { tensors, elements, bytes, storageBytes, unusedStorageBytes };
  }
}
