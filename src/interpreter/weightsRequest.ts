import type { StateDict } from '../stateDict/stateDict';
import type { StorageSpec } from '../stateDict/tensorSpec';
import { rangeEntries } from './rangeEntries';
import type { RepairTrial, WeightsRequest } from './request';

/** What a request needs of an opened checkpoint. */
export interface LocatingCheckpoint {
  readonly format: string;
  readonly facts: readonly { readonly code: string }[];
  locate(storage: StorageSpec): Promise<{ readonly source: string | null; readonly offset: number } | null>;
}

/**
 * One part of a checkpoint for a request. `shard` gives the absolute path of another file of the checkpoint.
 * Costs one read of a local header for each storage of a zip.
 */
export async function weightsRequest(
  file: string,
  checkpoint: LocatingCheckpoint,
  part: { readonly path: readonly (string | number)[]; readonly stateDict: StateDict },
  shard: (name: string) => string,
  repairs: readonly RepairTrial[] = [],
): Promise<WeightsRequest> {
  const entries = await rangeEntries(part.stateDict, async (storage) => {
    const place = await checkpoint.locate(storage);
    if (place === null) return null;
    return { file: place.source === null ? file : shard(place.source), offset: place.offset };
  });
  const { metadata } = part.stateDict;
  return {
    file,
    format: checkpoint.format,
    path: part.path,
    entries,
    metadata: metadata === null ? null : [...metadata].map(([path, { version }]) => [path, version] as const),
    byteOrder: checkpoint.facts.some(({ code }) => code === 'fact.bigEndian') ? 'big' : 'little',
    repairs,
  };
}
