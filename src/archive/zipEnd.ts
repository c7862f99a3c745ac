import { CheckpointError } from '../checkpointError';
import type { ByteSource } from './byteSource';
import { archiveLimits } from './limits';

/** Which program's way of reading is meant: torch's (miniz), or that of Python's `zipfile`. */
export type ZipReader = 'torch' | 'python';

/** What an end record says of the directory. */
export interface DirectoryClaim {
  readonly count: number;
  readonly size: number;
  /** Counted from the archive's first byte. */
  readonly offset: number;
}

/** The records at the end of a zip archive, as they stand there. */
export interface ZipEnd {
  /** Of the end record (APPNOTE.TXT 4.3.16). */
  readonly offset: number;
  readonly claim: DirectoryClaim;
  readonly commentLength: number;
  /** Bytes after the end record and its comment; negative where the comment is cut off. */
  readonly trailingBytes: number;
  /** The Zip64 end record (4.3.14) that torch uses: the one that its locator names. Null without one. */
  readonly torch64: (DirectoryClaim & { readonly at: number }) | null;
  /** The one that Python uses: where it must stand, just before its locator. */
  readonly python64: (DirectoryClaim & { readonly at: number }) | null;
  /** Offsets of signatures of end records behind the directory, besides the one that counts. */
  readonly otherEndRecords: readonly number[];
}

const endRecordSize = 22;
const zip64LocatorSize = 20;
const zip64EndSize = 56;

/** The last bytes of a file, read once. */
export class Tail {
  constructor(
    private readonly source: ByteSource,
    readonly bytes: Uint8Array,
    readonly offset: number,
  ) {}

  /** Reads the end, and more of it where the first bytes hold no end record. */
  static async read(source: ByteSource): Promise<Tail> {
    const first = await Tail.ofLength(source, archiveLimits.tailBytes);
    if (first.offset === 0 || lastEndRecord(first.bytes) >= 0) return first;
    return Tail.ofLength(source, archiveLimits.endRecordSearch + zip64LocatorSize + zip64EndSize);
  }

  private static async ofLength(source: ByteSource, length: number): Promise<Tail> {
    const bytes = await source.read(Math.max(0, source.size - length), Math.min(source.size, length));
    return new Tail(source, bytes, source.size - bytes.length);
  }

  /** Bytes of the file, from memory where they are in it; fewer at the file's end. */
  async bytesAt(offset: number, length: number): Promise<Uint8Array> {
    if (offset >= this.offset)
      return this.bytes.subarray(offset - this.offset, offset - this.offset + length);
    // Read as one: to put two parts together costs more than to read the end again.
    return this.source.read(offset, length);
  }

  async viewAt(offset: number, length: number): Promise<DataView> {
    const bytes = await this.bytesAt(offset, length);
    if (bytes.length < length)
      throw new CheckpointError('zip.badDirectory', [offset, length, this.source.size], offset);
    return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }
}

/** @throws CheckpointError `zip.noEndRecord` when there is none (not a zip, or cut off), `zip.badDirectory` */
export async function readZipEnd(source: ByteSource, tail: Tail): Promise<ZipEnd> {
  const index = lastEndRecord(tail.bytes);
  if (index < 0) throw new CheckpointError('zip.noEndRecord', [source.size]);
  const offset = tail.offset + index;
  const end = await tail.viewAt(offset, endRecordSize);
  const claim = {
    count: end.getUint16(10, true),
    size: end.getUint32(12, true),
    offset: end.getUint32(16, true),
  };
  const commentLength = end.getUint16(20, true);
  const { torch64, python64 } = await readZip64(source, tail, offset);
  const directory = torch64 ?? claim;
  const behindDirectory = Math.min(directory.offset + directory.size, offset) - tail.offset;
  return {
    offset,
    claim,
    commentLength,
    trailingBytes: source.size - offset - endRecordSize - commentLength,
    torch64,
    python64,
    otherEndRecords: endRecords(tail.bytes, Math.max(0, behindDirectory))
      .filter((at) => at !== index)
      .map((at) => at + tail.offset),
  };
}

/**
 * Where a reader takes the directory from, and what stands before the archive's first byte by its count. torch
 * goes to the offset that the end record says; Python takes the bytes just before the end records, whatever
 * their offset should be, and counts all others from there.
 */
export function directoryPlace(
  end: ZipEnd,
  reader: ZipReader,
): DirectoryClaim & { readonly prependedBytes: number } {
  const wide = reader === 'torch' ? end.torch64 : end.python64;
  const claim = wide ?? end.claim;
  if (reader === 'torch') return { ...claim, prependedBytes: 0 };
  return { ...claim, prependedBytes: (wide?.at ?? end.offset) - claim.size - claim.offset };
}

function lastEndRecord(tail: Uint8Array): number {
  for (let i = tail.length - endRecordSize; i >= 0; i--) if (isEndRecord(tail, i)) return i;
  return -1;
}

function endRecords(tail: Uint8Array, from: number): readonly number[] {
  const found: number[] = [];
  for (let i = from; i + 4 <= tail.length; i++) if (isEndRecord(tail, i)) found.push(i);
  return found;
}

function isEndRecord(bytes: Uint8Array, at: number): boolean {
  return bytes[at] === 0x50 && bytes[at + 1] === 0x4b && bytes[at + 2] === 0x05 && bytes[at + 3] === 0x06;
}

async function readZip64(
  source: ByteSource,
  tail: Tail,
  endOffset: number,
): Promise<Pick<ZipEnd, 'torch64' | 'python64'>> {
  const locatorOffset = endOffset - zip64LocatorSize;
  const usual = locatorOffset - zip64EndSize;
  if (usual < 0) return { torch64: null, python64: null };
  const locator = await tail.viewAt(locatorOffset, zip64LocatorSize);
  if (locator.getUint32(0, true) !== 0x07064b50) return { torch64: null, python64: null };
  const claimed = locator.getBigUint64(8, true);
  const python64 = await readZip64End(source, tail, usual);
  if (claimed === BigInt(usual)) return { torch64: python64, python64 };
  const isInside = claimed <= BigInt(source.size - zip64EndSize);
  const torch64 = isInside ? await readZip64End(source, tail, Number(claimed)) : null;
  return { torch64, python64 };
}

async function readZip64End(source: ByteSource, tail: Tail, at: number): Promise<ZipEnd['torch64']> {
  const record = await tail.viewAt(at, zip64EndSize);
  if (record.getUint32(0, true) !== 0x06064b50) return null;
  const count = record.getBigUint64(32, true);
  const size = record.getBigUint64(40, true);
  const offset = record.getBigUint64(48, true);
  if (size > BigInt(source.size) || offset > BigInt(source.size) || count > BigInt(source.size)) {
    throw new CheckpointError('zip.badDirectory', [String(offset), String(size), source.size], at);
  }
  return { count: Number(count), size: Number(size), offset: Number(offset), at };
}
