import { addIntegers, type Integer } from '../stateDict/tensorSpec';
import { StorageUses } from '../stateDict/storageTotals';
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
    uses.addTensor(tensor);
  }
  for (const storage of storages) uses.addStorage(storage);
  const { storageBytes, unusedStorageBytes } = uses.totals();
  return { tensors: count, elements, bytes, storageBytes, unusedStorageBytes };
}
