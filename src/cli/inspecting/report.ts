import type { Checkpoint, CheckpointFormat, CheckpointWarning, Note } from '../../checkpoint/checkpoint';
import type { Content } from '../../checkpoint/content';
import { listContents, type ListedTensor, type ListedValue } from '../../checkpoint/listing';
import { storageElementSize } from '../../checkpoint/storageSize';
import { totalsOf, type Totals } from '../../checkpoint/totals';
import type { StorageSpec } from '../../stateDict/tensorSpec';

export interface InspectReport {
  readonly file: string;
  readonly fileSize: number;
  readonly format: CheckpointFormat;
  readonly bytesRead: number;
  readonly partial: boolean;
  readonly root: Content;
  readonly facts: readonly Note[];
  readonly tensors: readonly ListedTensor[];
  /** First byte of each tensor's data in its file, by position; null where the file does not hold it. */
  readonly offsets: readonly (number | null)[] | null;
  readonly values: readonly ListedValue[];
  readonly totals: Totals;
  /** Source texts that the file carries; the text is null where it would have to be read first. */
  readonly sources: readonly { readonly name: string; readonly text: string | null }[];
  readonly warnings: readonly CheckpointWarning[];
}

export async function inspectReport(
  file: string,
  checkpoint: Checkpoint,
  withOffsets: boolean,
): Promise<InspectReport> {
  const listing = listContents(checkpoint.root);
  const offsets = withOffsets ? await fileOffsets(checkpoint, listing.tensors) : null;
  return {
    file,
    fileSize: checkpoint.fileSize,
    format: checkpoint.format,
    bytesRead: checkpoint.bytesRead(),
    partial: checkpoint.partial,
    facts: checkpoint.facts,
    tensors: listing.tensors,
    offsets,
    values: listing.values,
    totals: totalsOf(listing),
    sources: checkpoint.sources.map(({ name, text }) => ({ name, text: text ?? null })),
    root: checkpoint.root,
    warnings: [...checkpoint.warnings, ...listing.warnings],
  };
}

/** Storages asked for at once: a source does small reads of the same moment together. */
const LOCATED_TOGETHER = 500;

async function fileOffsets(
  checkpoint: Checkpoint,
  tensors: readonly ListedTensor[],
): Promise<readonly (number | null)[]> {
  const storages = new Set<StorageSpec>();
  for (const { tensor } of tensors) if (tensor.storage !== null) storages.add(tensor.storage);
  const starts = new Map<StorageSpec, number | null>();
  const all = [...storages];
  for (let i = 0; i < all.length; i += LOCATED_TOGETHER) {
    const some = all.slice(i, i + LOCATED_TOGETHER);
    const locations = await Promise.all(some.map((storage) => checkpoint.locate(storage)));
    some.forEach((storage, j) => starts.set(storage, locations[j]?.offset ?? null));
  }
  return tensors.map(({ tensor: { storage, storageOffset, dtype } }) => {
    const start = storage === null ? null : (starts.get(storage) ?? null);
    if (start === null || typeof storageOffset !== 'number') return null;
    return start + storageOffset * storageElementSize(dtype);
  });
}
