import type { Checkpoint } from '../../checkpoint/checkpoint';
import { listContents } from '../../checkpoint/listing';
import { storageElementSize } from '../../checkpoint/storageSize';
import type { StorageSpec, TensorSpec } from '../../stateDict/tensorSpec';

/** Storages asked for at once: a source does small reads of the same moment together. */
const LOCATED_TOGETHER = 500;

/** First byte of each storage that tensors view, in its file; null where the file does not hold it. */
export type StorageStarts = ReadonlyMap<StorageSpec, number | null>;

export async function storageStarts(checkpoint: Checkpoint): Promise<StorageStarts> {
  const storages = new Set<StorageSpec>();
  for (const { tensor } of listContents(checkpoint.root).tensors) {
    if (tensor.storage !== null) storages.add(tensor.storage);
  }
  const starts = new Map<StorageSpec, number | null>();
  const all = [...storages];
  for (let i = 0; i < all.length; i += LOCATED_TOGETHER) {
    const some = all.slice(i, i + LOCATED_TOGETHER);
    const locations = await Promise.all(some.map((storage) => checkpoint.locate(storage)));
    some.forEach((storage, j) => starts.set(storage, locations[j]?.offset ?? null));
  }
  return starts;
}

/** First byte of a tensor's data in its file, null where the file does not hold it. */
export function fileOffset(starts: StorageStarts, tensor: TensorSpec): number | null {
  const { storage, storageOffset, dtype } = tensor;
  const start = storage === null ? null : (starts.get(storage) ?? null);
  if (start === null || typeof storageOffset !== 'number') return null;
  return start + storageOffset * storageElementSize(dtype);
}
