import { closeSync, ftruncateSync, openSync, writeSync } from 'node:fs';
import { crc32 } from 'node:zlib';
import type { NamedTensor } from './yolov7';

/**
 * Writes a state_dict as `torch.save` would: an archive of stored records whose tensor data begin at
 * multiples of 64 bytes. All values are zero and lie in holes of the file, so that a checkpoint of any size
 * costs no time and next to no disk.
 *
 * @param others further entries of the dict: key, and a text or the opcodes of a value
 */
export function writeTorchZip(
  path: string,
  tensors: readonly NamedTensor[],
  others: readonly (readonly [string, string | Buffer])[] = [],
): void {
  const file = openSync(path, 'w');
  try {
    const records: ZipRecord[] = [];
    let end = 0;
    const add = (name: string, bytes: Uint8Array | number) => {
      const record = zipRecord(`archive/${name}`, bytes, end);
      writeSync(file, record.localHeader, 0, record.localHeader.length, end);
      end += record.localHeader.length;
      if (typeof bytes !== 'number') writeSync(file, bytes, 0, bytes.length, end);
      end += record.size;
      records.push(record);
    };
    add('data.pkl', pickledStateDict(tensors, others));
    add('byteorder', Buffer.from('little'));
    tensors.forEach((tensor, index) => add(`data/${index}`, byteLength(tensor)));
    add('version', Buffer.from('3\n'));
    const directory = Buffer.concat(records.map(directoryEntry));
    ftruncateSync(file, end);
    writeSync(file, directory, 0, directory.length, end);
    const tail = endOfDirectory(records.length, directory.length, end);
    writeSync(file, tail, 0, tail.length, end + directory.length);
  } finally {
    closeSync(file);
  }
}

const itemSizes = { float32: 4, float16: 2, int64: 8 } as const;
const storageTypes = { float32: 'FloatStorage', float16: 'HalfStorage', int64: 'LongStorage' } as const;

const elementCount = (tensor: NamedTensor) => tensor.shape.reduce((product, size) => product * size, 1);
const byteLength = (tensor: NamedTensor) => elementCount(tensor) * itemSizes[tensor.dtype];

// Pickle, protocol 2

/** An OrderedDict of tensors, each made by `torch._utils._rebuild_tensor_v2` from its storage. */
function pickledStateDict(
  tensors: readonly NamedTensor[],
  others: readonly (readonly [string, string | Buffer])[],
): Buffer {
  const parts: Buffer[] = [op('\x80\x02'), global('collections', 'OrderedDict'), op(')R(')];
  tensors.forEach((tensor, index) => {
    parts.push(text(tensor.key), global('torch._utils', '_rebuild_tensor_v2'), op('(('));
    parts.push(
      text('storage'),
      global('torch', storageTypes[tensor.dtype]),
      text(String(index)),
      text('cpu'),
    );
    parts.push(integer(elementCount(tensor)), op('tQ'), integer(0));
    parts.push(tuple(tensor.shape), tuple(contiguousStride(tensor.shape)), op('\x89'));
    parts.push(global('collections', 'OrderedDict'), op(')RtR'));
  });
  for (const [key, value] of others) parts.push(text(key), typeof value === 'string' ? text(value) : value);
  parts.push(op('u.'));
  return Buffer.concat(parts);
}

const op = (opcodes: string) => Buffer.from(opcodes, 'latin1');
const global = (module: string, name: string) => Buffer.from(`c${module}\n${name}\n`);
const tuple = (values: readonly number[]) => Buffer.concat([op('('), ...values.map(integer), op('t')]);

function text(value: string): Buffer {
  const bytes = Buffer.from(value);
  const head = Buffer.alloc(5);
  head.write('X', 'latin1');
  head.writeUInt32LE(bytes.length, 1);
  return Buffer.concat([head, bytes]);
}

function integer(value: number): Buffer {
  const bytes = Buffer.alloc(5);
  bytes.write('J', 'latin1');
  bytes.writeInt32LE(value, 1);
  return bytes;
}

function contiguousStride(shape: readonly number[]): number[] {
  let step = 1;
  return shape
    .map((_, index) => shape.length - 1 - index)
    .map((axis) => {
      const stride = step;
      step *= shape[axis] ?? 1;
      return stride;
    })
    .reverse();
}

// ZIP (APPNOTE.TXT 4.3.7, 4.3.12, 4.3.16), stored entries below 4 GiB

interface ZipRecord {
  readonly name: Buffer;
  readonly size: number;
  readonly crc: number;
  readonly offset: number;
  readonly localHeader: Buffer;
}

const localHeaderSize = 30;
const alignment = 64;

function zipRecord(name: string, bytes: Uint8Array | number, offset: number): ZipRecord {
  const nameBytes = Buffer.from(name);
  const size = typeof bytes === 'number' ? bytes : bytes.length;
  const crc = typeof bytes === 'number' ? crcOfZeros(bytes) : crc32(bytes);
  // PyTorch pads with an extra field "FB" until the data are aligned; its own head takes four bytes.
  const unpadded = offset + localHeaderSize + nameBytes.length + 4;
  const padding = (alignment - (unpadded % alignment)) % alignment;
  const localHeader = Buffer.alloc(localHeaderSize + nameBytes.length + 4 + padding, 'Z');
  localHeader.fill(0, 0, localHeaderSize);
  localHeader.writeUInt32LE(0x04034b50, 0);
  localHeader.writeUInt32LE(crc, 14);
  localHeader.writeUInt32LE(size, 18);
  localHeader.writeUInt32LE(size, 22);
  localHeader.writeUInt16LE(nameBytes.length, 26);
  localHeader.writeUInt16LE(4 + padding, 28);
  nameBytes.copy(localHeader, localHeaderSize);
  localHeader.write('FB', localHeaderSize + nameBytes.length, 'latin1');
  localHeader.writeUInt16LE(padding, localHeaderSize + nameBytes.length + 2);
  return { name: nameBytes, size, crc, offset, localHeader };
}

function directoryEntry({ name, size, crc, offset }: ZipRecord): Buffer {
  const entry = Buffer.alloc(46 + name.length);
  entry.writeUInt32LE(0x02014b50, 0);
  entry.writeUInt32LE(crc, 16);
  entry.writeUInt32LE(size, 20);
  entry.writeUInt32LE(size, 24);
  entry.writeUInt16LE(name.length, 28);
  entry.writeUInt32LE(offset, 42);
  name.copy(entry, 46);
  return entry;
}

function endOfDirectory(count: number, size: number, offset: number): Buffer {
  const record = Buffer.alloc(22);
  record.writeUInt32LE(0x06054b50, 0);
  record.writeUInt16LE(count, 8);
  record.writeUInt16LE(count, 10);
  record.writeUInt32LE(size, 12);
  record.writeUInt32LE(offset, 16);
  return record;
}

function crcOfZeros(length: number): number {
  const chunk = Buffer.alloc(Math.min(length, 1 << 20));
  let crc = 0;
  for (let left = length; left > 0; left -= chunk.length) crc = crc32(chunk.subarray(0, left), crc);
  return crc;
}
