import { crc32Forward } from './checksums';
import { badChecksum, cutOff, damaged, DecodedOutput, unsupported } from './decodedOutput';

/**
 * Decodes bzip2 data: one or several streams in a row; bytes after the last one are ignored, as Python does.
 * Every block's checksum is verified.
 *
 * @param output keeps what was decoded before an error
 * @throws CheckpointError `compressed.cut`, `.damaged`, `.checksum`, `.feature`, `.outputLimit` (more than
 * `limit` bytes)
 */
export function decode(
  bytes: Uint8Array,
  limit: number,
  output = new DecodedOutput('bzip2', limit),
): Uint8Array {
  const bits = new BitReader(bytes);
  const scratch: Scratch = { links: new Uint32Array(0) };
  do decodeStream(bits, scratch, output);
  while (startsStream(bytes, bits.byteOffset));
  return output.since(0);
}

const LONGEST_CODE = 20;
/** Symbols that are read with one table before the next selector counts. */
const GROUP_SIZE = 50;
/** Block sizes are given in hundreds of thousands of bytes. */
const SIZE_UNIT = 100_000;

/** Memory of one block, kept for the next ones: a file may have millions of tiny streams. */
interface Scratch {
  links: Uint32Array;
}

function startsStream(bytes: Uint8Array, at: number): boolean {
  const level = bytes[at + 3] ?? 0;
  return bytes[at] === 0x42 && bytes[at + 1] === 0x5a && bytes[at + 2] === 0x68 && isLevel(level);
}

function isLevel(character: number): boolean {
  return character >= 0x31 && character <= 0x39;
}

function decodeStream(bits: BitReader, scratch: Scratch, output: DecodedOutput): void {
  if (bits.read(24) !== 0x425a68) throw damaged('bzip2', 0);
  const level = bits.read(8);
  if (!isLevel(level)) throw damaged('bzip2', bits.byteOffset);
  const blockSize = (level - 0x30) * SIZE_UNIT;
  let combined = 0;
  for (;;) {
    const first = bits.read(24);
    const second = bits.read(24);
    const checksum = bits.read(32);
    // The digits of π before a block, of √π at the end.
    if (first === 0x177245 && second === 0x385090) {
      if (checksum !== combined) throw badChecksum('bzip2', bits.byteOffset);
      return bits.alignToByte();
    }
    if (first !== 0x314159 || second !== 0x265359) throw damaged('bzip2', bits.byteOffset);
    // At most 3.6 MB, whatever the data says.
    if (scratch.links.length < blockSize) scratch.links = new Uint32Array(blockSize);
    const start = output.length;
    decodeBlock(bits, scratch.links.subarray(0, blockSize), output);
    if (crc32Forward(output.since(start)) !== checksum) throw badChecksum('bzip2', bits.byteOffset);
    combined = (((combined << 1) | (combined >>> 31)) ^ checksum) >>> 0;
  }
}

function decodeBlock(bits: BitReader, links: Uint32Array, output: DecodedOutput): void {
  if (bits.read(1) === 1) throw unsupported('bzip2', 'randomised blocks', bits.byteOffset);
  const origin = bits.read(24);
  const alphabet = readAlphabet(bits);
  const tableCount = bits.read(3);
  if (tableCount < 2 || tableCount > 6) throw damaged('bzip2', bits.byteOffset);
  const selectors = readSelectors(bits, tableCount);
  const tables = Array.from({ length: tableCount }, () => new HuffmanTable(bits, alphabet.length + 2));
  const counts = new Uint32Array(256);
  const length = readSymbols(bits, alphabet, selectors, tables, links, counts);
  if (origin >= length) throw damaged('bzip2', bits.byteOffset);
  linkRows(links, length, counts);
  unfoldRows(links, length, origin, output);
}

/** The byte values that occur, from a two-level bit map. */
function readAlphabet(bits: BitReader): Uint8Array {
  const alphabet: number[] = [];
  const rows = bits.read(16);
  for (let row = 0; row < 16; row++) {
    if ((rows & (0x8000 >> row)) === 0) continue;
    const columns = bits.read(16);
    for (let column = 0; column < 16; column++) {
      if ((columns & (0x8000 >> column)) !== 0) alphabet.push(row * 16 + column);
    }
  }
  if (alphabet.length === 0) throw damaged('bzip2', bits.byteOffset);
  return Uint8Array.from(alphabet);
}

/** Which table decodes each group of symbols, itself coded by move-to-front. */
function readSelectors(bits: BitReader, tableCount: number): Uint8Array {
  const count = bits.read(15);
  if (count === 0) throw damaged('bzip2', bits.byteOffset);
  const selectors = new Uint8Array(count);
  const recent = Uint8Array.from({ length: tableCount }, (_, i) => i);
  for (let i = 0; i < count; i++) {
    let position = 0;
    while (bits.read(1) === 1) {
      if (++position >= tableCount) throw damaged('bzip2', bits.byteOffset);
    }
    selectors[i] = moveToFront(recent, position);
  }
  return selectors;
}

function moveToFront(recent: Uint8Array, position: number): number {
  const value = recent[position] as number;
  recent.copyWithin(1, 0, position);
  recent[0] = value;
  return value;
}

/** A canonical Huffman code. */
class HuffmanTable {
  /** By code length: the first 20-bit value that is too great for codes of this length. */
  private readonly ends = new Uint32Array(LONGEST_CODE + 1);
  /** By code length: what to subtract from a code to get its index into `symbols`. */
  private readonly bases = new Int32Array(LONGEST_CODE + 1);
  private readonly symbols: Uint16Array;
  private shortest = LONGEST_CODE;

  constructor(bits: BitReader, symbolCount: number) {
    const lengths = readLengths(bits, symbolCount);
    this.symbols = new Uint16Array(symbolCount);
    let code = 0;
    let index = 0;
    for (let length = 1; length <= LONGEST_CODE; length++) {
      this.bases[length] = code - index;
      for (let symbol = 0; symbol < symbolCount; symbol++) {
        if (lengths[symbol] !== length) continue;
        this.symbols[index++] = symbol;
        code++;
        this.shortest = Math.min(this.shortest, length);
      }
      this.ends[length] = code << (LONGEST_CODE - length);
      // More codes than bits can tell apart: the sum of 2^-length is above 1.
      if (code > 1 << length) throw damaged('bzip2', bits.byteOffset);
      code <<= 1;
    }
  }

  read(bits: BitReader): number {
    const next = bits.peek20();
    let length = this.shortest;
    while (next >= (this.ends[length] as number)) {
      if (++length > LONGEST_CODE) throw damaged('bzip2', bits.byteOffset);
    }
    bits.skip(length);
    return this.symbols[(next >>> (LONGEST_CODE - length)) - (this.bases[length] as number)] as number;
  }
}

/** Code lengths, each as steps of one up or down from the one before. */
function readLengths(bits: BitReader, symbolCount: number): Uint8Array {
  const lengths = new Uint8Array(symbolCount);
  let length = bits.read(5);
  for (let symbol = 0; symbol < symbolCount; symbol++) {
    for (;;) {
      if (length < 1 || length > LONGEST_CODE) throw damaged('bzip2', bits.byteOffset);
      if (bits.read(1) === 0) break;
      length += bits.read(1) === 0 ? 1 : -1;
    }
    lengths[symbol] = length;
  }
  return lengths;
}

/**
 * Undoes Huffman coding, run lengths and move-to-front: the last column of the sorted rotations goes into the
 * low bytes of `links`, the number of each byte value into `counts`. Returns the column's length.
 */
function readSymbols(
  bits: BitReader,
  alphabet: Uint8Array,
  selectors: Uint8Array,
  tables: readonly HuffmanTable[],
  links: Uint32Array,
  counts: Uint32Array,
): number {
  const recent = alphabet.slice();
  const endOfBlock = alphabet.length + 1;
  let length = 0;
  /** Value of the next digit of a run length (digits 1 and 2, the least first), 0 outside of a run. */
  let digitValue = 0;
  let run = 0;
  for (const selector of selectors) {
    const table = tables[selector] as HuffmanTable;
    for (let i = 0; i < GROUP_SIZE; i++) {
      const symbol = table.read(bits);
      if (symbol < 2) {
        if (digitValue === 0) digitValue = 1;
        run += digitValue << symbol;
        digitValue <<= 1;
        // Before the shift can overflow.
        if (run > links.length - length) throw damaged('bzip2', bits.byteOffset);
        continue;
      }
      if (digitValue > 0) {
        const byte = recent[0] as number;
        links.fill(byte, length, length + run);
        counts[byte] = (counts[byte] as number) + run;
        length += run;
        digitValue = run = 0;
      }
      if (symbol === endOfBlock) return length;
      if (length >= links.length) throw damaged('bzip2', bits.byteOffset);
      const byte = moveToFront(recent, symbol - 1);
      links[length++] = byte;
      counts[byte] = (counts[byte] as number) + 1;
    }
  }
  throw damaged('bzip2', bits.byteOffset);
}

/** The Burrows–Wheeler transform backwards, first half: each entry gets the place of its successor. */
function linkRows(links: Uint32Array, length: number, counts: Uint32Array): void {
  const next = new Uint32Array(256);
  for (let byte = 1; byte < 256; byte++) {
    next[byte] = (next[byte - 1] as number) + (counts[byte - 1] as number);
  }
  for (let i = 0; i < length; i++) {
    const byte = (links[i] as number) & 0xff;
    const place = next[byte] as number;
    next[byte] = place + 1;
    links[place] = (links[place] as number) | (i << 8);
  }
}

/** Second half: follows the places, and undoes the first run-length coding (four equal bytes, then a count). */
function unfoldRows(links: Uint32Array, length: number, origin: number, output: DecodedOutput): void {
  let place = (links[origin] as number) >>> 8;
  let previous = -1;
  let equal = 0;
  for (let i = 0; i < length; i++) {
    const entry = links[place] as number;
    const byte = entry & 0xff;
    place = entry >>> 8;
    if (equal === 4) {
      output.fill(previous, byte);
      equal = 0;
      previous = -1;
      continue;
    }
    equal = byte === previous ? equal + 1 : 1;
    previous = byte;
    output.push(byte);
  }
}

/** Bits, the most significant of each byte first. */
class BitReader {
  private next = 0;
  /** The low `count` bits are those that were read and not used. */
  private held = 0;
  private count = 0;

  constructor(private readonly bytes: Uint8Array) {}

  /** The byte that the next bit is in. */
  get byteOffset(): number {
    return this.next - (this.count >> 3);
  }

  /** Up to 32 bits, as an unsigned number. */
  read(size: number): number {
    if (size > 24) return this.read(size - 16) * 0x10000 + this.read(16);
    this.hold(size);
    if (this.count < size) throw cutOff('bzip2', this.bytes.length);
    this.count -= size;
    return (this.held >>> this.count) & ((1 << size) - 1);
  }

  /** The next 20 bits, zeros after the end. */
  peek20(): number {
    this.hold(20);
    const bits = this.count < 20 ? this.held << (20 - this.count) : this.held >>> (this.count - 20);
    return bits & 0xfffff;
  }

  skip(size: number): void {
    if (this.count < size) throw cutOff('bzip2', this.bytes.length);
    this.count -= size;
  }

  alignToByte(): void {
    this.count &= ~7;
  }

  private hold(size: number): void {
    while (this.count < size && this.next < this.bytes.length) {
      this.held = (this.held << 8) | (this.bytes[this.next++] as number);
      this.count += 8;
    }
  }
}
