import type { ByteSource, Platform } from './byteSource';
import type { ZipRecord } from './zipDirectory';

/** What stands before a record's data (APPNOTE.TXT 4.3.7). */
export interface LocalHeader {
  /** Each character a byte. */
  readonly name: string;
  readonly flags: number;
  readonly method: number;
  readonly crc32: number;
  readonly compressedSize: number;
  readonly size: number;
  /** Offset of the first data byte. */
  readonly dataOffset: number;
  /** First bytes of the data. */
  readonly head: Uint8Array;
}

/** Sizes and checksum stand behind the data. */
export const dataDescriptorFlag = 0x0008;
const headerSize = 30;
const ones = 0xffffffff;

export interface HeadSizes {
  /** First bytes of the data to give. */
  readonly head: number;
  /** Room for the extra field in the first read; a longer one costs a second. */
  readonly extra: number;
}

/** Local headers of records, all reads at once; null for one that is no header. */
export function readLocalHeaders(
  source: ByteSource,
  platform: Platform,
  records: readonly ZipRecord[],
  sizes: HeadSizes,
): Promise<readonly (LocalHeader | null)[]> {
  return Promise.all(records.map((record) => readLocalHeader(source, platform, record, sizes)));
}

/** @param record as the directory describes it: where it is, and how much to read */
export async function readLocalHeader(
  source: ByteSource,
  platform: Platform,
  record: Pick<ZipRecord, 'name' | 'localHeaderOffset'>,
  sizes: HeadSizes,
): Promise<LocalHeader | null> {
  const start = record.localHeaderOffset;
  const length = headerSize + record.name.length + sizes.extra + sizes.head;
  let bytes = await source.read(start, length);
  if (bytes.length < headerSize) return null;
  let view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (view.getUint32(0, true) !== 0x04034b50) return null;
  const nameLength = view.getUint16(26, true);
  const extraLength = view.getUint16(28, true);
  const dataStart = headerSize + nameLength + extraLength;
  if (dataStart + sizes.head > bytes.length && bytes.length === length) {
    bytes = await source.read(start, dataStart + sizes.head);
    view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }
  const short = { size: view.getUint32(22, true), compressedSize: view.getUint32(18, true) };
  const extra = Math.min(headerSize + nameLength, bytes.length);
  return {
    name: platform.latin1(bytes.subarray(headerSize, headerSize + nameLength)),
    flags: view.getUint16(6, true),
    method: view.getUint16(8, true),
    crc32: view.getUint32(14, true),
    ...wideSizes(view, extra, Math.min(dataStart, bytes.length), short),
    dataOffset: start + dataStart,
    head: bytes.subarray(dataStart, dataStart + sizes.head),
  };
}

interface Sizes {
  readonly size: number;
  readonly compressedSize: number;
}

/** Extra field 0x0001 of a local header (4.5.3): the size, then the compressed size, where those are all ones. */
function wideSizes(view: DataView, start: number, end: number, short: Sizes): Sizes {
  if (short.size !== ones && short.compressedSize !== ones) return short;
  for (let at = start; at + 4 <= end;) {
    const next = at + 4 + view.getUint16(at + 2, true);
    if (next > end) return short;
    if (view.getUint16(at, true) === 1) {
      let value = at + 4;
      const wide = (field: number): number => {
        if (field !== ones || value + 8 > next) return field;
        value += 8;
        return Number(view.getBigUint64(value - 8, true));
      };
      const size = wide(short.size);
      return { size, compressedSize: wide(short.compressedSize) };
    }
    at = next;
  }
  return short;
}
