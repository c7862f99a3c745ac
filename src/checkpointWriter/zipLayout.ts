import { CheckpointError } from '../checkpointError';
import type { PlannedRecord } from './plan';

/**
 * Where a zip of stored records has its data, as jszip writes it with `streamFiles`: local header, data, data
 * descriptor. torch maps storages into memory from multiples of 64 bytes, so data starts at one.
 */
export interface ZipLayout {
  readonly entries: readonly ZipEntry[];
  /** Bytes of the whole archive. */
  readonly size: number;
}

export interface ZipEntry {
  readonly name: string;
  readonly record: PlannedRecord;
  /**
   * Comment of the entry. One that is not ASCII stands in the extra field of the local header too (APPNOTE
   * 4.6.8, Info-ZIP Unicode Comment): there it is the padding before the data.
   */
  readonly comment: string;
}

/** Folder of the archive; torch takes any. */
const FOLDER = 'archive/';

/** `torch.serialization`'s alignment of storages. */
const ALIGNMENT = 64;

/** Sizes of APPNOTE 4.3.7, 4.3.9 (with signature), 4.3.12 and 4.3.16. */
const LOCAL_HEADER = 30;
const DESCRIPTOR = 16;
const CENTRAL_HEADER = 46;
const END = 22;

/** Id, size, version and checksum of the extra field with the comment. */
const COMMENT_FIELD = 9;

/** Two bytes of UTF-8: without one such character the comment has no extra field. */
const MARK = '·';

/** jszip writes no Zip64: sizes and offsets have 32 bits and the count of entries 16, all ones meaning Zip64. */
const MAX_SIZE = 0xffff_fffe;
const MAX_ENTRIES = 0xfffe;

/** @throws CheckpointError `writing.tooLarge`, `writing.tooManyRecords` beyond what jszip can write */
export function zipLayout(records: readonly PlannedRecord[]): ZipLayout {
  if (records.length > MAX_ENTRIES)
    throw new CheckpointError('writing.tooManyRecords', [records.length, MAX_ENTRIES]);
  let at = 0;
  let directory = 0;
  const entries = records.map((record) => {
    const name = FOLDER + record.name;
    const unpadded = at + LOCAL_HEADER + name.length;
    const padding = paddingBefore(unpadded);
    const comment = padding === 0 ? '' : MARK.padEnd(padding - COMMENT_FIELD - 1);
    at = unpadded + padding + record.size + DESCRIPTOR;
    directory += CENTRAL_HEADER + name.length + padding + Math.max(0, padding - COMMENT_FIELD);
    return { name, record, comment };
  });
  const size = at + directory + END;
  if (size > MAX_SIZE) throw new CheckpointError('writing.tooLarge', [size, MAX_SIZE]);
  return { entries, size };
}

/** Bytes of the extra field that brings the data to a multiple of the alignment. */
function paddingBefore(offset: number): number {
  const missing = (ALIGNMENT - (offset % ALIGNMENT)) % ALIGNMENT;
  return missing === 0 || missing >= COMMENT_FIELD + 2 ? missing : missing + ALIGNMENT;
}
