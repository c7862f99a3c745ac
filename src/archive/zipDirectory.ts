import { CheckpointError } from '../checkpointError';
import type { ByteSource, Platform } from './byteSource';
import { archiveLimits } from './limits';
import { minizFind, minizOrder, type MinizOrder } from './minizOrder';
import { asciiLower, NameTable } from './nameTable';

/** A record as the central directory describes it; local headers may disagree, torch ignores them. */
export interface ZipRecord {
  readonly name: string;
  readonly method: number;
  readonly flags: number;
  readonly crc32: number;
  readonly compressedSize: number;
  readonly size: number;
  readonly localHeaderOffset: number;
}

/**
 * The central directory of a zip archive, resolved as torch's reader (miniz) resolves names: ASCII case
 * ignored, of equal names the one that its search meets (see `minizOrder`), the central directory's sizes. A Zip64 end record counts whenever its locator
 * stands before the end record, with or without 0xFFFF markers (torch always writes one).
 */
export class ZipDirectory {
  private order: MinizOrder | null = null;
  private all: readonly ZipRecord[] | null = null;

  private constructor(
    private readonly view: DataView,
    private readonly bytes: Uint8Array,
    private readonly platform: Platform,
    /** Where each central header starts in `bytes`. */
    private readonly starts: Int32Array,
    private readonly names: NameTable,
    /** Bytes before the archive's first byte: offsets in the directory count from there. */
    readonly prependedBytes: number,
  ) {}

  get count(): number {
    return this.starts.length;
  }

  /** Name of the first record, which tells the archive's folder; empty without records. */
  get firstName(): string {
    return this.count === 0 ? '' : this.name(0);
  }

  /** In directory order, duplicates included. */
  get records(): readonly ZipRecord[] {
    return (this.all ??= Array.from(this.starts, (_, i) => this.at(i)));
  }

  /** Names that an earlier record has already. */
  get duplicates(): readonly string[] {
    return this.names.duplicates.map((i) => this.name(i));
  }

  /** The record that torch's reader finds under this name. */
  find(name: string): ZipRecord | undefined {
    const index = this.indexOf('', name);
    return index < 0 ? undefined : this.at(index);
  }

  /** Size of the record that torch's reader finds under `folder + name`, −1 without one. */
  sizeOf(folder: string, name: string): number {
    const index = this.indexOf(folder, name);
    if (index < 0) return -1;
    const size = this.view.getUint32((this.starts[index] as number) + 24, true);
    return size === 0xffffffff ? this.at(index).size : size;
  }

  private indexOf(folder: string, name: string): number {
    if (this.names.duplicates.length === 0) return this.names.findBelow(folder, name);
    this.order ??= minizOrder(Array.from(this.starts, (_, i) => asciiLower(this.name(i))));
    return minizFind(this.order, asciiLower(folder + name));
  }

  private name(index: number): string {
    const start = (this.starts[index] as number) + 46;
    return this.platform.latin1(this.bytes.subarray(start, start + this.view.getUint16(start - 18, true)));
  }

  private at(index: number): ZipRecord {
    const { view } = this;
    const at = this.starts[index] as number;
    let compressedSize = view.getUint32(at + 20, true);
    let size = view.getUint32(at + 24, true);
    let localHeaderOffset = view.getUint32(at + 42, true);
    if (compressedSize === 0xffffffff || size === 0xffffffff || localHeaderOffset === 0xffffffff) {
      const extra = at + 46 + view.getUint16(at + 28, true);
      const length = view.getUint16(at + 30, true);
      const wide = readZip64Extra(view, extra, length, size, compressedSize, localHeaderOffset);
      if (wide === null) throw new CheckpointError('zip.badZip64', [index]);
      ({ size, compressedSize, localHeaderOffset } = wide);
    }
    return {
      name: this.name(index),
      method: view.getUint16(at + 10, true),
      flags: view.getUint16(at + 8, true),
      crc32: view.getUint32(at + 16, true),
      compressedSize,
      size,
      localHeaderOffset: localHeaderOffset + this.prependedBytes,
    };
  }

  /**
   * Reads the end records and the directory.
   * @throws CheckpointError `zip.noEndRecord` when there is none (not a zip, or cut off), `zip.badDirectory`
   */
  static async read(source: ByteSource, platform: Platform): Promise<ZipDirectory> {
    const tailLength = Math.min(source.size, archiveLimits.tailBytes);
    let tail = await source.read(source.size - tailLength, tailLength);
    let tailOffset = source.size - tail.length;
    let end = findEndRecord(tail);
    if (end < 0 && tailOffset > 0) {
      const longer = Math.min(source.size, archiveLimits.endRecordSearch + zip64LocatorSize + zip64EndSize);
      if (longer > tail.length) {
        tail = await source.read(source.size - longer, longer);
        tailOffset = source.size - tail.length;
        end = findEndRecord(tail);
      }
    }
    if (end < 0) throw new CheckpointError('zip.noEndRecord', [source.size]);
    const endOffset = tailOffset + end;
    const location = await locateDirectory(source, tail, tailOffset, endOffset);
    const { size, count } = location;
    if (size > archiveLimits.directoryBytes) {
      throw new CheckpointError('zip.directoryTooLarge', [size, archiveLimits.directoryBytes], endOffset);
    }
    // The directory ends where the end records begin; a gap means that data stands before the archive.
    const prependedBytes = location.endOfDirectory - (location.offset + size);
    if (prependedBytes < 0 || size < count * 46) {
      throw new CheckpointError('zip.badDirectory', [location.offset, size, source.size], endOffset);
    }
    const start = location.offset + prependedBytes;
    const bytes = await directoryBytes(source, start, size, tail, tailOffset);
    if (bytes.length < size)
      throw new CheckpointError('zip.badDirectory', [start, size, source.size], endOffset);
    return ZipDirectory.parse(bytes, count, start, prependedBytes, platform);
  }

  private static parse(
    bytes: Uint8Array,
    count: number,
    start: number,
    prependedBytes: number,
    platform: Platform,
  ): ZipDirectory {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const starts = new Int32Array(count);
    const nameStarts = new Int32Array(count);
    const nameEnds = new Int32Array(count);
    let at = 0;
    for (let i = 0; i < count; i++) {
      // Central file header: APPNOTE.TXT 4.3.12.
      if (at + 46 > bytes.length || view.getUint32(at, true) !== 0x02014b50) {
        throw new CheckpointError('zip.badHeader', [i, count], start + at);
      }
      const nameLength = view.getUint16(at + 28, true);
      const next = at + 46 + nameLength + view.getUint16(at + 30, true) + view.getUint16(at + 32, true);
      if (next > bytes.length) throw new CheckpointError('zip.badHeader', [i, count], start + at);
      starts[i] = at;
      nameStarts[i] = at + 46;
      nameEnds[i] = at + 46 + nameLength;
      at = next;
    }
    const names = new NameTable(platform.latin1(bytes), nameStarts, nameEnds);
    return new ZipDirectory(view, bytes, platform, starts, names, prependedBytes);
  }
}

/** The directory, which is mostly in the tail that has been read. */
async function directoryBytes(
  source: ByteSource,
  start: number,
  size: number,
  tail: Uint8Array,
  tailOffset: number,
): Promise<Uint8Array> {
  if (start >= tailOffset) return tail.subarray(start - tailOffset, start - tailOffset + size);
  // Read as one: to put two parts together costs more than to read the end again.
  return source.read(start, size);
}

const zip64LocatorSize = 20;
const zip64EndSize = 56;

/** Index of the last end-of-central-directory record whose 22 bytes fit, −1 without one. */
function findEndRecord(tail: Uint8Array): number {
  for (let i = tail.length - 22; i >= 0; i--) {
    if (tail[i] === 0x50 && tail[i + 1] === 0x4b && tail[i + 2] === 0x05 && tail[i + 3] === 0x06) return i;
  }
  return -1;
}

interface DirectoryLocation {
  readonly offset: number;
  readonly size: number;
  readonly count: number;
  /** Where the directory must end: at the Zip64 end record, else at the end record. */
  readonly endOfDirectory: number;
}

async function locateDirectory(
  source: ByteSource,
  tail: Uint8Array,
  tailOffset: number,
  endOffset: number,
): Promise<DirectoryLocation> {
  const end = new DataView(tail.buffer, tail.byteOffset + (endOffset - tailOffset), 22);
  const plain: DirectoryLocation = {
    count: end.getUint16(10, true),
    size: end.getUint32(12, true),
    offset: end.getUint32(16, true),
    endOfDirectory: endOffset,
  };
  const locatorOffset = endOffset - zip64LocatorSize;
  if (locatorOffset < zip64EndSize) return plain;
  const locator = await slice(source, tail, tailOffset, locatorOffset, zip64LocatorSize);
  if (locator.getUint32(0, true) !== 0x07064b50) return plain;
  const claimed = locator.getBigUint64(8, true);
  if (claimed > BigInt(locatorOffset - zip64EndSize)) return plain;
  const found = await findZip64End(source, tail, tailOffset, Number(claimed), locatorOffset);
  if (found === null) return plain;
  const { record, at } = found;
  const count = record.getBigUint64(32, true);
  const size = record.getBigUint64(40, true);
  const offset = record.getBigUint64(48, true);
  if (size > BigInt(source.size) || offset > BigInt(source.size) || count > BigInt(source.size)) {
    throw new CheckpointError('zip.badDirectory', [String(offset), String(size), source.size], at);
  }
  return { count: Number(count), size: Number(size), offset: Number(offset), endOfDirectory: at };
}

/** The record at the claimed offset, or just before its locator where data was put before the archive. */
async function findZip64End(
  source: ByteSource,
  tail: Uint8Array,
  tailOffset: number,
  claimed: number,
  locatorOffset: number,
): Promise<{ record: DataView; at: number } | null> {
  for (const at of [claimed, locatorOffset - zip64EndSize]) {
    const record = await slice(source, tail, tailOffset, at, zip64EndSize);
    if (record.getUint32(0, true) === 0x06064b50) return { record, at };
  }
  return null;
}

async function slice(
  source: ByteSource,
  tail: Uint8Array,
  tailOffset: number,
  offset: number,
  length: number,
): Promise<DataView> {
  const bytes =
    offset >= tailOffset
      ? tail.subarray(offset - tailOffset, offset - tailOffset + length)
      : await source.read(offset, length);
  if (bytes.length < length)
    throw new CheckpointError('zip.badDirectory', [offset, length, source.size], offset);
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/** Extra field 0x0001 (APPNOTE.TXT 4.5.3): the 64-bit values of the fields that are all ones, in this order. */
function readZip64Extra(
  view: DataView,
  start: number,
  length: number,
  size: number,
  compressedSize: number,
  localHeaderOffset: number,
): { size: number; compressedSize: number; localHeaderOffset: number } | null {
  let at = start;
  while (at + 4 <= start + length) {
    const fieldEnd = at + 4 + view.getUint16(at + 2, true);
    if (fieldEnd > start + length) return null;
    if (view.getUint16(at, true) === 1) {
      const values = [size, compressedSize, localHeaderOffset];
      let next = at + 4;
      for (let i = 0; i < values.length; i++) {
        if (values[i] !== 0xffffffff) continue;
        if (next + 8 > fieldEnd) return null;
        const wide = view.getBigUint64(next, true);
        if (wide > BigInt(Number.MAX_SAFE_INTEGER)) return null;
        values[i] = Number(wide);
        next += 8;
      }
      const [wideSize = 0, wideCompressed = 0, wideOffset = 0] = values;
      return { size: wideSize, compressedSize: wideCompressed, localHeaderOffset: wideOffset };
    }
    at = fieldEnd;
  }
  return null;
}
