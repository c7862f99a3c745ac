import { dtypeBits } from '../stateDict/dtypes';
import type { StateDict } from '../stateDict/stateDict';
import type { StorageSpec, TensorSpec } from '../stateDict/tensorSpec';
import type { RangeEntry } from './request';

/** Where a storage's bytes begin: in which file, named absolutely, and at which byte. */
export interface StoragePlace {
  readonly file: string;
  readonly offset: number;
}

/** Storages asked for at once: a source does small reads of the same moment together. */
const LOCATED_TOGETHER = 500;

/**
 * The entries of a state_dict with the byte ranges of their values, for a request. `locate` answers null for a
 * storage that no file holds as plain bytes (compressed, or embedded in a pickle).
 */
export async function rangeEntries(
  stateDict: StateDict,
  locate: (storage: StorageSpec) => Promise<StoragePlace | null>,
): Promise<RangeEntry[]> {
  const storages = new Set<StorageSpec>();
  for (const { tensor } of stateDict.entries.values()) {
    if (tensor !== null && isPlain(tensor) && tensor.storage !== null) storages.add(tensor.storage);
  }
  const all = [...storages];
  const places = new Map<StorageSpec, StoragePlace | null>();
  for (let i = 0; i < all.length; i += LOCATED_TOGETHER) {
    const some = all.slice(i, i + LOCATED_TOGETHER);
    const found = await Promise.all(some.map(locate));
    some.forEach((storage, j) => places.set(storage, found[j] ?? null));
  }
  return [...stateDict.entries].map(([key, { tensor }]) => ({
    key,
    dtype: tensor?.dtype ?? null,
    shape: tensor?.shape ?? null,
    stride: tensor?.stride ?? null,
    range: tensor === null ? null : rangeOf(tensor, places),
  }));
}

function rangeOf(
  tensor: TensorSpec,
  places: ReadonlyMap<StorageSpec, StoragePlace | null>,
): RangeEntry['range'] {
  const { storage, storageOffset, dtype } = tensor;
  const place = storage === null ? null : (places.get(storage) ?? null);
  const bits = dtypeBits(dtype);
  if (place === null || typeof storageOffset !== 'number' || bits === null || !isPlain(tensor)) return null;
  const offset = place.offset + storageOffset * (bits / 8);
  return Number.isSafeInteger(offset) ? { file: place.file, offset } : null;
}

/** Whether the bytes of the file are the values: not sparse, not quantized, not packed. */
function isPlain({ layout, dtype, shape, stride, parts }: TensorSpec): boolean {
  return (
    layout === 'strided' && shape !== null && stride !== null && parts.length === 0 && !/^qu?int/.test(dtype)
  );
}
