import { CheckpointError } from '../checkpointError';
import type { ByteSource, Platform } from './byteSource';
import { archiveLimits } from './limits';
import type { ZipRecord } from './zipDirectory';

const localHeaderSize = 30;

/**
 * Offset of a record's first data byte. Names and the alignment padding in the extra field make it differ
 * from record to record, so it costs one read of the local header.
 */
export async function recordDataOffset(source: ByteSource, record: ZipRecord): Promise<number> {
  const header = await source.read(record.localHeaderOffset, localHeaderSize);
  return record.localHeaderOffset + dataStart(header, record);
}

function dataStart(header: Uint8Array, record: ZipRecord): number {
  // Local file header: APPNOTE.TXT 4.3.7.
  if (header.length < localHeaderSize || uint16(header, 0) !== 0x4b50 || uint16(header, 2) !== 0x0403) {
    throw new CheckpointError('zip.badLocalHeader', [record.name], record.localHeaderOffset, record.name);
  }
  return localHeaderSize + uint16(header, 26) + uint16(header, 28);
}

/** A view for each of many thousand headers would cost more than this. */
function uint16(bytes: Uint8Array, at: number): number {
  return (bytes[at] as number) | ((bytes[at + 1] as number) << 8);
}

/**
 * A whole record, inflated where it is deflated. For metadata only.
 * @throws CheckpointError `zip.recordTooLarge`, `zip.method`, `zip.inflate`, `zip.recordCut`
 */
export async function readRecord(
  source: ByteSource,
  platform: Platform,
  record: ZipRecord,
  limit: number = archiveLimits.recordBytes,
): Promise<Uint8Array> {
  if (record.compressedSize > limit) {
    throw new CheckpointError(
      'zip.recordTooLarge',
      [record.compressedSize, limit],
      record.localHeaderOffset,
      record.name,
    );
  }
  // One read for header and data: names are short, and torch pads to multiples of 64.
  const guess = localHeaderSize + record.name.length + 128;
  let bytes = await source.read(record.localHeaderOffset, guess + record.compressedSize);
  const start = dataStart(bytes, record);
  if (start + record.compressedSize > bytes.length) {
    bytes = (await source.read(record.localHeaderOffset + start, record.compressedSize)).slice();
  } else {
    bytes = bytes.subarray(start, start + record.compressedSize);
  }
  if (bytes.length < record.compressedSize) {
    throw new CheckpointError(
      'zip.recordCut',
      [record.compressedSize, bytes.length],
      record.localHeaderOffset,
      record.name,
    );
  }
  return record.method === 0 ? bytes : inflate(platform, record, bytes);
}

function inflate(platform: Platform, record: ZipRecord, bytes: Uint8Array): Uint8Array {
  if (record.method !== 8) {
    throw new CheckpointError('zip.method', [record.method], record.localHeaderOffset, record.name);
  }
  try {
    return platform.inflateRaw(bytes, archiveLimits.inflatedBytes);
  } catch {
    throw new CheckpointError(
      'zip.inflate',
      [archiveLimits.inflatedBytes],
      record.localHeaderOffset,
      record.name,
    );
  }
}
