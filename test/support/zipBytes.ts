import { crc32, deflateRawSync } from 'node:zlib';

/** Fields of one of a record's two headers. */
export interface HeaderFields {
  name: string;
  flags: number;
  method: number;
  crc: number;
  compressedSize: number;
  size: number;
  extra: Uint8Array;
}

/** A record, each of whose headers can say something else. Names are of one byte per character. */
export interface RecordToWrite {
  readonly name: string;
  readonly data: Uint8Array;
  readonly method?: 0 | 8;
  /** The data as they stand in the file, where compressing them is not enough. */
  readonly packed?: Uint8Array;
  readonly local?: Partial<HeaderFields>;
  readonly central?: Partial<HeaderFields> & { readonly offset?: number };
  /** Bytes behind the data: a data descriptor. */
  readonly after?: Uint8Array;
  readonly isListed?: boolean;
}

export interface ArchiveParts {
  readonly body: Buffer;
  readonly directory: Buffer;
  readonly count: number;
}

/** Records and their directory, written field by field. @param start offset of the first record in the file */
export function zipParts(records: readonly RecordToWrite[], start = 0): ArchiveParts {
  const body: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = start;
  for (const record of records) {
    const packed = record.packed ?? (record.method === 8 ? deflateRawSync(record.data) : record.data);
    const fields: HeaderFields = {
      name: record.name,
      flags: 0x800,
      method: record.method ?? 0,
      crc: crc32(record.data),
      compressedSize: packed.length,
      size: record.data.length,
      extra: new Uint8Array(0),
    };
    const local = header(0x04034b50, { ...fields, ...record.local }, Buffer.alloc(0), Buffer.alloc(0));
    const rest = Buffer.alloc(14);
    rest.writeUInt32LE(record.central?.offset ?? offset, 10);
    const made = Buffer.from([20, 0]);
    if (record.isListed !== false)
      directory.push(header(0x02014b50, { ...fields, ...record.central }, made, rest));
    const parts = [local, packed, record.after ?? Buffer.alloc(0)];
    body.push(...parts.map((part) => Buffer.from(part)));
    offset += parts.reduce((sum, part) => sum + part.length, 0);
  }
  const count = directory.length;
  return { body: Buffer.concat(body), directory: Buffer.concat(directory), count };
}

function header(signature: number, fields: HeaderFields, made: Buffer, rest: Buffer): Buffer {
  const { name, extra } = fields;
  const sign = Buffer.alloc(4);
  sign.writeUInt32LE(signature);
  const fixed = Buffer.alloc(26);
  fixed.writeUInt16LE(20, 0);
  fixed.writeUInt16LE(fields.flags, 2);
  fixed.writeUInt16LE(fields.method, 4);
  fixed.writeUInt16LE(33, 8);
  fixed.writeUInt32LE(fields.crc, 10);
  fixed.writeUInt32LE(fields.compressedSize, 14);
  fixed.writeUInt32LE(fields.size, 18);
  fixed.writeUInt16LE(name.length, 22);
  fixed.writeUInt16LE(extra.length, 24);
  return Buffer.concat([sign, made, fixed, rest, Buffer.from(name, 'latin1'), extra]);
}

/** The end record. */
export function zipEnd(
  count: number,
  size: number,
  offset: number,
  comment: Uint8Array = Buffer.alloc(0),
): Buffer {
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(count, 8);
  end.writeUInt16LE(count, 10);
  end.writeUInt32LE(size, 12);
  end.writeUInt32LE(offset, 16);
  end.writeUInt16LE(comment.length, 20);
  return Buffer.concat([end, comment]);
}

export function zip64End(count: number, size: number, offset: number): Buffer {
  const end = Buffer.alloc(56);
  end.writeUInt32LE(0x06064b50, 0);
  end.writeBigUInt64LE(44n, 4);
  end.writeUInt16LE(45, 12);
  end.writeUInt16LE(45, 14);
  for (const [at, value] of [
    [24, count],
    [32, count],
    [40, size],
    [48, offset],
  ] as const) {
    end.writeBigUInt64LE(BigInt(value), at);
  }
  return end;
}

export function zip64Locator(offset: number): Buffer {
  const locator = Buffer.alloc(20);
  locator.writeUInt32LE(0x07064b50, 0);
  locator.writeBigUInt64LE(BigInt(offset), 8);
  locator.writeUInt32LE(1, 16);
  return locator;
}

/** A whole archive. */
export function zipBytes(records: readonly RecordToWrite[]): Buffer {
  const { body, directory, count } = zipParts(records);
  return Buffer.concat([body, directory, zipEnd(count, directory.length, body.length)]);
}
