import { crc32, crc64 } from './checksums';
import { badChecksum, cutOff, damaged, DecodedOutput, unsupported } from './decodedOutput';
import { LzmaDecoder, lzmaProperties } from './lzmaDecoder';
import { RangeDecoder } from './rangeDecoder';

/**
 * Decodes the xz format: streams of blocks, filtered with LZMA2 only. Zeros and other bytes after the last
 * stream are ignored, as Python does. CRC-32 and CRC-64 checks are verified, SHA-256 is not.
 * Sections in comments are those of "The .xz File Format", version 1.2.1.
 *
 * @param output keeps what was decoded before an error
 * @throws CheckpointError `compressed.cut`, `.damaged`, `.checksum`, `.feature`, `.outputLimit` (more than
 * `limit` bytes)
 */
export function decode(
  bytes: Uint8Array,
  limit: number,
  output = new DecodedOutput('xz', limit),
): Uint8Array {
  const reader = new XzReader(bytes, output);
  do reader.stream();
  while (reader.findsNextStream());
  return output.since(0);
}

const HEADER_SIZE = 12;
/** Sections 2.1.1.1 and 2.1.2.4. */
const HEADER_MAGIC = [0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00];
const FOOTER_MAGIC = 0x5a59;
/** Identifier of the LZMA2 filter (5.3.1), whose dictionary sizes go up to 40. */
const LZMA2 = 0x21;
const LARGEST_DICTIONARY = 40;
/** Bytes of a check, by its identifier (2.1.1.2). */
const CHECK_SIZES = [0, 4, 4, 4, 8, 8, 8, 16, 16, 16, 32, 32, 32, 64, 64, 64];
const CHECK_CRC32 = 1;
const CHECK_CRC64 = 4;

/** A block as its index entry must describe it. */
interface BlockSizes {
  readonly unpadded: number;
  readonly uncompressed: number;
}

class XzReader {
  private at = 0;
  private readonly view: DataView;
  private readonly range: RangeDecoder;
  private readonly decoder: LzmaDecoder;

  constructor(
    private readonly bytes: Uint8Array,
    private readonly output: DecodedOutput,
  ) {
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.range = new RangeDecoder('xz', bytes);
    this.decoder = new LzmaDecoder('xz', this.range, output);
  }

  /** A header, blocks, their index and a footer (section 2). */
  stream(): void {
    const start = this.at;
    this.need(HEADER_SIZE);
    if (!this.isHeaderMagic()) throw damaged('xz', start);
    const flags = this.view.getUint16(start + 6, true);
    this.at = start + 8;
    this.checkCrc32(start + 6, start + 8);
    // The low byte and the upper half of the other one are reserved.
    if ((flags & 0xf0ff) !== 0) throw unsupported('xz', 'unknown flags', start + 6);
    const check = flags >> 8;
    const blocks: BlockSizes[] = [];
    while (this.peek() !== 0) blocks.push(this.block(check));
    const indexSize = this.index(blocks);
    this.footer(flags, indexSize);
  }

  /** Streams may be padded with zeros, in multiples of four bytes (2.2). */
  findsNextStream(): boolean {
    while (this.at + 4 <= this.bytes.length && this.view.getUint32(this.at, true) === 0) this.at += 4;
    return this.isHeaderMagic();
  }

  private isHeaderMagic(): boolean {
    return HEADER_MAGIC.every((byte, i) => this.bytes[this.at + i] === byte);
  }

  /** Section 3. */
  private block(check: number): BlockSizes {
    const start = this.at;
    const claimed = this.blockHeader();
    const dataStart = this.at;
    const outputStart = this.output.length;
    this.lzma2();
    const compressed = this.at - dataStart;
    const uncompressed = this.output.length - outputStart;
    if ((claimed.compressed ?? compressed) !== compressed) throw damaged('xz', this.at);
    if ((claimed.uncompressed ?? uncompressed) !== uncompressed) throw damaged('xz', this.at);
    const headerSize = dataStart - start;
    this.padding(compressed);
    const checkSize = CHECK_SIZES[check] as number;
    this.need(checkSize);
    this.verify(check, this.output.since(outputStart));
    this.at += checkSize;
    return { unpadded: headerSize + compressed + checkSize, uncompressed };
  }

  /** Section 3.1. */
  private blockHeader(): { compressed: number | null; uncompressed: number | null } {
    const start = this.at;
    const end = start + this.byte() * 4;
    if (end + 4 > this.bytes.length) throw cutOff('xz', this.bytes.length);
    const flags = this.byte();
    const compressed = (flags & 0x40) === 0 ? null : this.number(end);
    const uncompressed = (flags & 0x80) === 0 ? null : this.number(end);
    if (uncompressed !== null) this.output.claim(this.output.length + uncompressed);
    if ((flags & 0x3f) !== 0) throw unsupported('xz', 'filters other than LZMA2', start + 1);
    const filter = this.number(end);
    if (filter !== LZMA2) throw unsupported('xz', `filter ${filter}`, this.at);
    if (this.number(end) !== 1 || this.at >= end || this.byte() > LARGEST_DICTIONARY) {
      throw damaged('xz', this.at);
    }
    for (; this.at < end; this.at++) if (this.bytes[this.at] !== 0) throw damaged('xz', this.at);
    this.checkCrc32(start, end);
    return { compressed, uncompressed };
  }

  /** Chunks of LZMA2 up to its end mark. A chunk says what it resets; the first ones must reset everything. */
  private lzma2(): void {
    let needsDictionary = true;
    let needsProperties = true;
    for (;;) {
      const chunk = this.at;
      const control = this.byte();
      if (control === 0) return;
      if (control === 1 || control >= 0xe0) {
        this.decoder.resetDictionary();
        needsDictionary = false;
        needsProperties = true;
      } else if (needsDictionary) {
        throw damaged('xz', chunk);
      }
      if (control < 0x80) {
        if (control > 2) throw damaged('xz', chunk);
        const size = this.uint16() + 1;
        this.need(size);
        this.output.append(this.bytes.subarray(this.at, this.at + size));
        this.at += size;
        continue;
      }
      const size = ((control & 0x1f) << 16) + this.uint16() + 1;
      const packed = this.uint16() + 1;
      if (control >= 0xc0) {
        const properties = lzmaProperties(this.byte());
        // LZMA2 allows four bits for both together.
        if (properties === null || properties.contextBits + properties.literalPositionBits > 4) {
          throw damaged('xz', this.at - 1);
        }
        this.decoder.resetState(properties);
        needsProperties = false;
      } else if (needsProperties) {
        throw damaged('xz', chunk);
      } else if (control >= 0xa0) {
        this.decoder.resetState();
      }
      this.lzmaChunk(size, packed);
    }
  }

  private lzmaChunk(size: number, packed: number): void {
    const end = this.at + packed;
    this.output.reserve(size);
    this.range.start(this.at, end);
    const marked = this.decoder.decode(this.output.length + size);
    if (marked || !this.range.isFinished || this.range.offset !== end) throw damaged('xz', this.range.offset);
    this.at = end;
  }

  /** Section 3.4: what a check is of, is known only for two of them. */
  private verify(check: number, data: Uint8Array): void {
    const { view, at } = this;
    if (check === CHECK_CRC32 && view.getUint32(at, true) !== crc32(data)) throw badChecksum('xz', at);
    if (check !== CHECK_CRC64) return;
    const [low, high] = crc64(data);
    if (view.getUint32(at, true) !== low || view.getUint32(at + 4, true) !== high) {
      throw badChecksum('xz', at);
    }
  }

  /** Section 4. Returns the size of the index. */
  private index(blocks: readonly BlockSizes[]): number {
    const start = this.at;
    const { length } = this.bytes;
    this.byte();
    if (this.number(length) !== blocks.length) throw damaged('xz', this.at);
    for (const block of blocks) {
      if (this.number(length) !== block.unpadded) throw damaged('xz', this.at);
      if (this.number(length) !== block.uncompressed) throw damaged('xz', this.at);
    }
    this.padding(this.at - start);
    this.checkCrc32(start, this.at);
    return this.at - start;
  }

  /** Section 2.1.2. */
  private footer(flags: number, indexSize: number): void {
    const start = this.at;
    this.need(HEADER_SIZE);
    const { view } = this;
    if (view.getUint32(start, true) !== crc32(this.bytes.subarray(start + 4, start + 10))) {
      throw badChecksum('xz', start);
    }
    const isGood =
      (view.getUint32(start + 4, true) + 1) * 4 === indexSize &&
      view.getUint16(start + 8, true) === flags &&
      view.getUint16(start + 10, true) === FOOTER_MAGIC;
    if (!isGood) throw damaged('xz', start);
    this.at = start + HEADER_SIZE;
  }

  /** Passes over the CRC-32 that follows the bytes [start, end). */
  private checkCrc32(start: number, end: number): void {
    this.at = end;
    this.need(4);
    if (this.view.getUint32(end, true) !== crc32(this.bytes.subarray(start, end))) {
      throw badChecksum('xz', end);
    }
    this.at = end + 4;
  }

  /** Zeros up to a multiple of four. */
  private padding(size: number): void {
    for (let i = size; i % 4 !== 0; i++) if (this.byte() !== 0) throw damaged('xz', this.at - 1);
  }

  /** A number of up to 63 bits, seven in a byte, the least first (section 1.2). */
  private number(end: number): number {
    let value = 0;
    for (let i = 0; i < 9; i++) {
      if (this.at >= end) break;
      const byte = this.byte();
      value += (byte & 0x7f) * 2 ** (7 * i);
      // Beyond 2^53 a number is inexact: larger than any file or limit, and refused as such.
      if (byte < 0x80) return value;
    }
    if (this.at >= this.bytes.length) throw cutOff('xz', this.at);
    throw damaged('xz', this.at);
  }

  private uint16(): number {
    return this.byte() * 0x100 + this.byte();
  }

  private byte(): number {
    const byte = this.peek();
    this.at++;
    return byte;
  }

  private peek(): number {
    const byte = this.bytes[this.at];
    if (byte === undefined) throw cutOff('xz', this.at);
    return byte;
  }

  private need(size: number): void {
    if (this.at + size > this.bytes.length) throw cutOff('xz', this.bytes.length);
  }
}
