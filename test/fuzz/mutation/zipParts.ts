import { crc32, deflateRawSync } from 'node:zlib';
import { MemorySource } from '../../../src/archive/memorySource';
import { ZipDirectory } from '../../../src/archive/zipDirectory';
import { readRecord } from '../../../src/archive/zipRecord';
import { nodePlatform } from '../../../src/files/nodePlatform';
import type { Random } from '../engine/random';
import { edgeNumber, mutateBytes } from './bytes';
import { mutatePickle } from './pickleOpcodes';

interface Part {
  readonly name: string;
  readonly bytes: Uint8Array;
}

const NAMES = [
  'data.pkl',
  'DATA.PKL',
  'constants.pkl',
  'bytecode.pkl',
  'version',
  'byteorder',
  'data/0',
  'data/1',
  '.data/extern_modules',
  'archive_format',
  'models/model.json',
  'code/__torch__.py',
  'extra/x',
  '../x',
  '/x',
  '',
];

/** Changes the records of an archive and writes it anew, or changes its bytes. */
export async function mutateZip(input: Uint8Array, other: Uint8Array, random: Random): Promise<Uint8Array> {
  if (random.chance(0.3)) return mutateBytes(input, other, random);
  const parts = await partsOf(input);
  if (parts === null || parts.length === 0) return mutateBytes(input, other, random);
  const found = await partsOf(other);
  const others = found === null || found.length === 0 ? parts : found;
  const at = random.below(parts.length);
  const part = parts[at] as Part;
  const folder = part.name.slice(0, part.name.indexOf('/') + 1);
  switch (random.below(8)) {
    case 0:
      parts.splice(at, 1);
      break;
    case 1:
      parts.splice(random.below(parts.length + 1), 0, random.pick(others));
      break;
    case 2:
      parts[at] = { name: folder + random.pick(NAMES), bytes: part.bytes };
      break;
    case 3:
      parts[at] = { name: part.name, bytes: mutateBytes(part.bytes, random.pick(others).bytes, random) };
      break;
    default: {
      const pickles = parts.filter(({ name }) => name.endsWith('.pkl'));
      const chosen = pickles.length > 0 ? random.pick(pickles) : part;
      const otherPickle = others.find(({ name }) => name.endsWith('.pkl')) ?? chosen;
      const changed = mutatePickle(chosen.bytes, otherPickle.bytes, random);
      parts[parts.indexOf(chosen)] = { name: chosen.name, bytes: changed };
    }
  }
  return writeZip(parts, random);
}

async function partsOf(bytes: Uint8Array): Promise<Part[] | null> {
  const source = new MemorySource('a', bytes);
  try {
    const directory = await ZipDirectory.read(source, nodePlatform);
    const parts: Part[] = [];
    for (const record of directory.records.slice(0, 40)) {
      parts.push({ name: record.name, bytes: await readRecord(source, nodePlatform, record, 1 << 16) });
    }
    return parts;
  } catch {
    return null;
  }
}

/** An archive of these parts; some are deflated, and at times a field of a header is a lie. */
function writeZip(parts: readonly Part[], random: Random): Uint8Array {
  const pieces: Uint8Array[] = [];
  const directory: Uint8Array[] = [];
  const deflate = random.chance(0.2);
  let at = 0;
  for (const { name, bytes } of parts) {
    const nameBytes = Buffer.from(name, 'latin1');
    const data = deflate ? deflateRawSync(bytes) : bytes;
    const fields = {
      method: deflate ? 8 : 0,
      crc: crc32(bytes),
      compressed: data.length,
      size: bytes.length,
      offset: at,
    };
    pieces.push(localHeader(nameBytes, fields), data);
    at += 30 + nameBytes.length + data.length;
    const shown = random.chance(0.05) ? lying(fields, random) : fields;
    directory.push(centralHeader(nameBytes, shown));
  }
  const size = directory.reduce((sum, { length }) => sum + length, 0);
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(parts.length & 0xffff, 8);
  end.writeUInt16LE(parts.length & 0xffff, 10);
  end.writeUInt32LE(size, 12);
  end.writeUInt32LE(at, 16);
  return new Uint8Array(Buffer.concat([...pieces, ...directory, end]));
}

interface Fields {
  readonly method: number;
  readonly crc: number;
  readonly compressed: number;
  readonly size: number;
  readonly offset: number;
}

function lying(fields: Fields, random: Random): Fields {
  const field = random.pick(['compressed', 'size', 'offset'] as const);
  return { ...fields, [field]: Number(edgeNumber(random, 4)) };
}

function localHeader(name: Buffer, { method, crc, compressed, size }: Fields): Buffer {
  const header = Buffer.alloc(30);
  header.writeUInt32LE(0x04034b50, 0);
  header.writeUInt16LE(method, 8);
  header.writeUInt32LE(crc, 14);
  header.writeUInt32LE(compressed, 18);
  header.writeUInt32LE(size, 22);
  header.writeUInt16LE(name.length, 26);
  return Buffer.concat([header, name]);
}

function centralHeader(name: Buffer, { method, crc, compressed, size, offset }: Fields): Buffer {
  const header = Buffer.alloc(46);
  header.writeUInt32LE(0x02014b50, 0);
  header.writeUInt16LE(method, 10);
  header.writeUInt32LE(crc, 16);
  header.writeUInt32LE(compressed, 20);
  header.writeUInt32LE(size, 24);
  header.writeUInt16LE(name.length, 28);
  header.writeUInt32LE(offset, 42);
  return Buffer.concat([header, name]);
}
