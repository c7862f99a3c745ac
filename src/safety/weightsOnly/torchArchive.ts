import type { ByteSource, Platform } from '../../archive/byteSource';
import { inflateUpTo } from '../../archive/inflate';
import { archiveLimits } from '../../archive/limits';
import { minizFind, minizOrder, type MinizOrder } from '../../archive/minizOrder';
import { decodeUtf8 } from '../../pickle/text';
import { Refused, Unsure } from './outcome';

/** A record as miniz's `mz_zip_reader_file_stat` describes it. */
export interface ArchiveRecord {
  readonly name: string;
  readonly method: number;
  readonly compressedSize: number;
  readonly size: number;
  readonly localHeaderOffset: number;
}

const ones = 0xffffffff;

/**
 * The zip archive as torch opens it: everything that miniz's `mz_zip_reader_read_central_dir` and torch's
 * `PyTorchStreamReader` refuse is refused. It is stricter than `ZipDirectory`, which shows what can be shown.
 */
export class TorchArchive {
  private order: MinizOrder | null = null;

  private constructor(
    private readonly source: ByteSource,
    private readonly platform: Platform,
    private readonly directory: DataView,
    private readonly starts: readonly number[],
    private readonly names: readonly string[],
    /** `archive/`: the folder of the first record. */
    private readonly folder: string,
  ) {}

  /** @throws Refused where torch cannot open it, Unsure beyond a limit */
  static async open(source: ByteSource, platform: Platform): Promise<TorchArchive> {
    const { count, size, offset, disk } = await readEnd(source);
    if (size > archiveLimits.directoryBytes)
      throw new Unsure('weightsOnly.tooLong', [archiveLimits.directoryBytes]);
    const bytes = await source.read(offset, size);
    if (bytes.length < size) throw badZip('directory');
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const starts = readDirectory(view, count, disk, source.size);
    if (starts.length === 0) throw badZip('empty');
    const names = starts.map((at) => {
      const from = at + 46;
      return platform.latin1(bytes.subarray(from, from + view.getUint16(at + 28, true)));
    });
    const slash = (names[0] ?? '').indexOf('/');
    if (slash < 0) throw badZip('noFolder');
    return new TorchArchive(source, platform, view, starts, names, (names[0] ?? '').slice(0, slash + 1));
  }

  /** Names below the folder, as `get_all_records` lists them. */
  allRecords(): readonly string[] {
    return this.names.map((name) => {
      // A C string of at most 512 bytes.
      const shown = (name.split('\0')[0] ?? '').slice(0, 511);
      if (!shown.startsWith(this.folder)) throw badZip('folder', this.folder);
      const text = decodeUtf8(Uint8Array.from(shown, (character) => character.charCodeAt(0)));
      if (text === null) throw badZip('name');
      return shown.slice(this.folder.length);
    });
  }

  /** @param name each character a byte */
  find(name: string): ArchiveRecord | undefined {
    this.order ??= minizOrder(this.names.map(asciiLower));
    const index = minizFind(this.order, asciiLower(this.folder + (name.split('\0')[0] ?? '')));
    return index < 0 ? undefined : this.at(index);
  }

  /** A whole record. What is not known of it is zeros. */
  async read(record: ArchiveRecord, limit: number): Promise<Uint8Array> {
    const start = await this.dataStart(record);
    if (record.compressedSize > limit || record.size > limit)
      throw new Unsure('weightsOnly.tooLong', [limit]);
    if (start === null) return new Uint8Array(record.size);
    if (record.method === 0) return this.source.read(start, record.size);
    const bytes = await this.inflated(record, start);
    if (bytes.length === record.size) return bytes;
    const filled = new Uint8Array(record.size);
    filled.set(bytes);
    return filled;
  }

  /** Raises what `read` would, of bytes that nobody looks at. */
  async require(record: ArchiveRecord, limit: number): Promise<void> {
    const start = await this.dataStart(record);
    if (start === null || record.method === 0) return;
    if (record.compressedSize > limit || record.size > limit)
      throw new Unsure('weightsOnly.tooLong', [limit]);
    await this.inflated(record, start);
  }

  /**
   * torch asks miniz for an error and not whether it is done: data that is broken, cut off or longer than the
   * directory says counts as far as it goes, and the rest of the memory is whatever it was. Only a stream that
   * ends too early is refused.
   */
  private async inflated(record: ArchiveRecord, start: number): Promise<Uint8Array> {
    const { name, size, compressedSize } = record;
    const packed = await this.source.read(start, compressedSize);
    let bytes: Uint8Array;
    let hasEnded = true;
    try {
      bytes = this.platform.inflateRaw(packed, size);
    } catch {
      const part = inflateUpTo(packed, size);
      bytes = part.bytes;
      hasEnded = part.ended === 'end';
    }
    if (hasEnded && bytes.length < size) throw badZip('inflate', name);
    return bytes;
  }

  /** Where a record's bytes start, if they can be had: local header and place. Null for one without bytes. */
  async dataStart(record: ArchiveRecord): Promise<number | null> {
    if (record.compressedSize === 0) return null;
    const header = await this.source.read(record.localHeaderOffset, 30);
    const view = new DataView(header.buffer, header.byteOffset, header.byteLength);
    if (header.length < 30 || view.getUint32(0, true) !== 0x04034b50) {
      throw badZip('localHeader', record.name);
    }
    const start = record.localHeaderOffset + 30 + view.getUint16(26, true) + view.getUint16(28, true);
    const stored = record.method === 0 ? Math.max(record.size, record.compressedSize) : record.compressedSize;
    if (start + stored > this.source.size) throw badZip('cut', record.name);
    return start;
  }

  private at(index: number): ArchiveRecord {
    const { directory: view } = this;
    const at = this.starts[index] as number;
    const flags = view.getUint16(at + 8, true);
    const method = view.getUint16(at + 10, true);
    const name = this.names[index] ?? '';
    // Encrypted, strongly encrypted, a patch.
    if ((flags & 0x61) !== 0) throw badZip('encrypted', name);
    if (method !== 0 && method !== 8) throw badZip('compression', name);
    const fields = [
      view.getUint32(at + 24, true),
      view.getUint32(at + 20, true),
      view.getUint32(at + 42, true),
    ];
    const extra = at + 46 + view.getUint16(at + 28, true);
    if (fields.includes(ones)) readZip64(view, extra, extra + view.getUint16(at + 30, true), fields);
    const [size = 0, compressedSize = 0, localHeaderOffset = 0] = fields;
    return { name, method, size, compressedSize, localHeaderOffset };
  }
}

/** torch cannot open the archive, or a record of it. */
function badZip(problem: string, ...args: string[]): Refused {
  return new Refused(`weightsOnly.zip.${problem}`, args);
}

function asciiLower(text: string): string {
  return text.replace(/[A-Z]+/g, (upper) => upper.toLowerCase());
}

interface End {
  readonly count: number;
  readonly size: number;
  readonly offset: number;
  readonly disk: number;
}

async function readEnd(source: ByteSource): Promise<End> {
  const length = Math.min(source.size, archiveLimits.endRecordSearch + 20);
  const tail = await source.read(source.size - length, length);
  let at = tail.length - 22;
  while (at >= 0 && !(tail[at] === 0x50 && tail[at + 1] === 0x4b && tail[at + 2] === 5 && tail[at + 3] === 6))
    at--;
  if (at < 0) throw badZip('noEnd');
  const end = new DataView(tail.buffer, tail.byteOffset + at, 22);
  const offset = source.size - tail.length + at;
  const wide = await readZip64End(source, offset);
  const found = wide ?? {
    count: end.getUint16(10, true),
    countHere: end.getUint16(8, true),
    size: end.getUint32(12, true),
    offset: end.getUint32(16, true),
    disk: end.getUint16(4, true),
    directoryDisk: end.getUint16(6, true),
  };
  const isSplit = (found.disk | found.directoryDisk) !== 0 && (found.disk !== 1 || found.directoryDisk !== 1);
  if (found.count !== found.countHere || isSplit) throw badZip('split');
  if (found.size < found.count * 46 || found.offset + found.size > source.size) throw badZip('end');
  return found;
}

async function readZip64End(
  source: ByteSource,
  endOffset: number,
): Promise<(End & { countHere: number; directoryDisk: number }) | null> {
  if (endOffset < 76) return null;
  const locator = viewOf(await source.read(endOffset - 20, 20));
  if (locator.getUint32(0, true) !== 0x07064b50) return null;
  const at = Number(locator.getBigUint64(8, true));
  if (at > source.size - 56) throw badZip('end');
  const record = viewOf(await source.read(at, 56));
  if (record.byteLength < 56 || record.getUint32(0, true) !== 0x06064b50) return null;
  const long = (offset: number) => Number(record.getBigUint64(offset, true));
  if (long(4) < 44) throw badZip('end');
  if (locator.getUint32(16, true) !== 1) throw badZip('split');
  if (long(32) > ones || long(24) > ones || long(40) > ones) throw badZip('directory');
  return {
    count: long(32),
    countHere: long(24),
    size: long(40),
    offset: long(48),
    disk: record.getUint32(16, true),
    directoryDisk: record.getUint32(20, true),
  };
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/** Where each header starts. */
function readDirectory(view: DataView, count: number, disk: number, fileSize: number): readonly number[] {
  const starts: number[] = [];
  let at = 0;
  for (let i = 0; i < count; i++) {
    if (at + 46 > view.byteLength || view.getUint32(at, true) !== 0x02014b50) throw badZip('directory');
    const compressed = view.getUint32(at + 20, true);
    const size = view.getUint32(at + 24, true);
    const record = view.getUint16(at + 34, true);
    if (compressed !== ones && size !== ones) {
      // miniz reads the method's two bytes as four: with a time it is never 0.
      const isStored = view.getUint32(at + 10, true) === 0;
      const isWrong = (isStored && size !== compressed) || (size !== 0 && compressed === 0);
      if (isWrong) throw badZip('directory');
    }
    if (record === 0xffff || (record !== disk && record !== 1)) throw badZip('split');
    if (compressed !== ones && view.getUint32(at + 42, true) + 30 + compressed > fileSize) {
      throw badZip('outside');
    }
    if ((view.getUint16(at + 8, true) & 0x2000) !== 0) throw badZip('encrypted', 'directory');
    const next =
      at + 46 + view.getUint16(at + 28, true) + view.getUint16(at + 30, true) + view.getUint16(at + 32, true);
    if (next > view.byteLength) throw badZip('directory');
    starts.push(at);
    at = next;
  }
  return starts;
}

/** Extra field 1: the 64-bit values of those of `fields` (size, compressed size, offset) that are all ones. */
function readZip64(view: DataView, start: number, end: number, fields: number[]): void {
  for (let at = start; at + 4 <= end;) {
    const next = at + 4 + view.getUint16(at + 2, true);
    if (next > end) throw badZip('directory');
    if (view.getUint16(at, true) === 1) {
      let value = at + 4;
      for (let i = 0; i < fields.length; i++) {
        if (fields[i] !== ones) continue;
        if (value + 8 > next) throw badZip('directory');
        fields[i] = Number(view.getBigUint64(value, true));
        value += 8;
      }
      return;
    }
    at = next;
  }
}
