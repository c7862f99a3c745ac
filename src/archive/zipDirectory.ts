import { CheckpointError } from '../checkpointError';
import type { ByteSource, Platform } from './byteSource';
import { archiveLimits } from './limits';
import { minizFind, minizOrder, type MinizOrder } from './minizOrder';
import { asciiLower, NameTable } from './nameTable';
import { directoryPlace, readZipEnd, Tail, type ZipEnd } from './zipEnd';

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
    /** Where the directory is in the file, and how many of its bytes its headers take. */
    readonly start: number,
    readonly usedBytes: number,
  ) {}

  get count(): number {
    return this.starts.length;
  }

  /** Name of the first record, which tells the archive's folder; empty without records. */
  get firstName(): string {
    return this.count === 0 ? '' : this.nameAt(0);
  }

  /** In directory order, duplicates included. */
  get records(): readonly ZipRecord[] {
    return (this.all ??= Array.from(this.starts, (_, i) => this.recordAt(i)));
  }

  /** Names that an earlier record has already. */
  get duplicates(): readonly string[] {
    return this.names.duplicates.map((i) => this.nameAt(i));
  }

  /** The record that torch's reader finds under this name. */
  find(name: string): ZipRecord | undefined {
    const index = this.indexOf('', name);
    return index < 0 ? undefined : this.recordAt(index);
  }

  /** Size of the record that torch's reader finds under `folder + name`, −1 without one. */
  sizeOf(folder: string, name: string): number {
    const index = this.indexOf(folder, name);
    if (index < 0) return -1;
    const size = this.view.getUint32((this.starts[index] as number) + 24, true);
    return size === 0xffffffff ? this.recordAt(index).size : size;
  }

  private indexOf(folder: string, name: string): number {
    if (this.names.duplicates.length === 0) return this.names.findBelow(folder, name);
    this.order ??= minizOrder(Array.from(this.starts, (_, i) => asciiLower(this.nameAt(i))));
    return minizFind(this.order, asciiLower(folder + name));
  }

  /** Each character a byte. */
  nameAt(index: number): string {
    const start = (this.starts[index] as number) + 46;
    return this.platform.latin1(this.bytes.subarray(start, start + this.view.getUint16(start - 18, true)));
  }

  /** Where the record of that name that torch's reader finds stands in the directory, −1 without one. */
  positionOf(name: string): number {
    return this.indexOf('', name);
  }

  /** Positions of records whose name, ASCII case ignored, an earlier one has. */
  get repeated(): readonly number[] {
    return this.names.duplicates;
  }

  /** The bytes of a record's extra fields in the directory. */
  extraAt(index: number): Uint8Array {
    const at = this.starts[index] as number;
    const start = at + 46 + this.view.getUint16(at + 28, true);
    return this.bytes.subarray(start, start + this.view.getUint16(at + 30, true));
  }

  /** By its position in the directory. @throws CheckpointError `zip.badZip64` */
  recordAt(index: number): ZipRecord {
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
      name: this.nameAt(index),
      method: view.getUint16(at + 10, true),
      flags: view.getUint16(at + 8, true),
      crc32: view.getUint32(at + 16, true),
      compressedSize,
      size,
      localHeaderOffset: localHeaderOffset + this.prependedBytes,
    };
  }

  /**
   * Reads the end records and the directory. Where there is none at the place that torch goes to, the one that
   * Python finds is taken: torch cannot open such a file, and it is shown all the same.
   * @throws CheckpointError `zip.noEndRecord` when there is none (not a zip, or cut off), `zip.badDirectory`
   */
  static async read(source: ByteSource, platform: Platform): Promise<ZipDirectory> {
    const tail = await Tail.read(source);
    const end = await readZipEnd(source, tail);
    const places = [directoryPlace(end, 'torch'), directoryPlace(end, 'python')];
    const [torch, python] = places as [DirectoryPlace, DirectoryPlace];
    const isThere = torch.count > 0 && torch.size > 0 && (await hasHeaderAt(tail, torch.offset));
    return ZipDirectory.readAt(source, platform, tail, end, isThere ? torch : python);
  }

  /**
   * The directory at a place that one reader takes it from.
   * @param place with a negative count for all headers that its bytes hold, as `zipfile` counts
   * @throws CheckpointError as `read`
   */
  static async readAt(
    source: ByteSource,
    platform: Platform,
    tail: Tail,
    end: ZipEnd,
    { count, size, offset, prependedBytes }: DirectoryPlace,
  ): Promise<ZipDirectory> {
    if (size > archiveLimits.directoryBytes) {
      throw new CheckpointError('zip.directoryTooLarge', [size, archiveLimits.directoryBytes], end.offset);
    }
    const start = offset + prependedBytes;
    if (prependedBytes < 0 || size < count * 46 || start + size > source.size) {
      throw new CheckpointError('zip.badDirectory', [offset, size, source.size], end.offset);
    }
    const bytes = await tail.bytesAt(start, size);
    if (bytes.length < size)
      throw new CheckpointError('zip.badDirectory', [start, size, source.size], end.offset);
    return ZipDirectory.parse(bytes, count < 0 ? headersIn(bytes) : count, start, prependedBytes, platform);
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
    return new ZipDirectory(view, bytes, platform, starts, names, prependedBytes, start, at);
  }
}

type DirectoryPlace = ReturnType<typeof directoryPlace>;

async function hasHeaderAt(tail: Tail, offset: number): Promise<boolean> {
  const bytes = await tail.bytesAt(offset, 4);
  return bytes[0] === 0x50 && bytes[1] === 0x4b && bytes[2] === 0x01 && bytes[3] === 0x02;
}

function headersIn(bytes: Uint8Array): number {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let count = 0;
  for (let at = 0; at + 46 <= bytes.length && view.getUint32(at, true) === 0x02014b50; count++) {
    at += 46 + view.getUint16(at + 28, true) + view.getUint16(at + 30, true) + view.getUint16(at + 32, true);
  }
  return count;
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
  // A size of 4 GiB less one, or a claim of it: what stands there counts, for torch as for Python.
  return { size, compressedSize, localHeaderOffset };
}
