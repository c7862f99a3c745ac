import type { Checkpoint, CheckpointFormat, CheckpointWarning, Note } from '../../checkpoint/checkpoint';
import type { Content } from '../../checkpoint/content';
import { listContents, type ListedTensor, type ListedValue } from '../../checkpoint/listing';
import { totalsOf, type Totals } from '../../checkpoint/totals';

/** What a person is shown of a checkpoint. */
export interface InspectReport {
  readonly file: string;
  readonly fileSize: number;
  readonly format: CheckpointFormat;
  readonly root: Content;
  readonly facts: readonly Note[];
  readonly tensors: readonly ListedTensor[];
  readonly values: readonly ListedValue[];
  readonly totals: Totals;
  /** Source texts that the file carries. */
  readonly sources: readonly { readonly name: string }[];
  readonly warnings: readonly CheckpointWarning[];
}

export function inspectReport(file: string, checkpoint: Checkpoint): InspectReport {
  const { fileSize, format, facts, root, sources } = checkpoint;
  const listing = listContents(root);
  return {
    file,
    fileSize,
    format,
    root,
    facts,
    tensors: listing.tensors,
    values: listing.values,
    totals: totalsOf(listing),
    sources,
    warnings: [...checkpoint.warnings, ...listing.warnings],
  };
}
