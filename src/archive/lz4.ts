import { xxHash32 } from './checksums';
import { badChecksum, cutOff, damaged, DecodedOutput, unsupported } from './decodedOutput';

/**
 * Decodes LZ4 frames: one or several in a row, skippable ones among them; other bytes after the last one are
 * ignored. Checksums are verified where there are any.
 * Names are those of the "LZ4 Frame Format Description", version 1.6.4.
 *
 * @param output keeps what was decoded before an error
 * @throws CheckpointError `compressed.cut`, `.damaged`, `.checksum`, `.feature`, `.outputLimit` (more than
 * `limit` bytes)
 */
export function decode(
  bytes: Uint8Array,
  limit: number,
  output = new DecodedOutput('lz4', limit),
): Uint8Array {
  const reader = new FrameReader(bytes, output);
  do reader.frame();
  while (reader.findsNextFrame());
  return output.since(0);
}

const MAGIC = 0x184d2204;
/** Sixteen numbers that differ in the lowest half byte. */
const SKIPPABLE_MAGIC = 0x184d2a50;
/** Shortest match. */
const LEAST_MATCH = 4;
/** Furthest match; also what a block sees of the one before. */
const WINDOW = 65_535;

interface FrameDescriptor {
  readonly independent: boolean;
  readonly blockChecksums: boolean;
  readonly contentChecksum: boolean;
  readonly contentSize: bigint | null;
  readonly largestBlock: number;
}

class FrameReader {
  private at = 0;
  private readonly view: DataView;

  constructor(
    private readonly bytes: Uint8Array,
    private readonly output: DecodedOutput,
  ) {
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  /** At a frame, after passing over skippable ones. */
  findsNextFrame(): boolean {
    while (this.at + 8 <= this.bytes.length) {
      const magic = this.view.getUint32(this.at, true);
      if (magic === MAGIC) return true;
      if ((magic & 0xfffffff0) !== SKIPPABLE_MAGIC) return false;
      this.at += 8 + this.view.getUint32(this.at + 4, true);
    }
    return false;
  }

  frame(): void {
    if (this.uint32() !== MAGIC) throw damaged('lz4', 0);
    const descriptor = this.descriptor();
    const start = this.output.length;
    for (;;) {
      const head = this.uint32();
      if (head === 0) break;
      this.block(descriptor, head, start);
    }
    const content = this.output.since(start);
    const { contentSize, contentChecksum } = descriptor;
    if (contentSize !== null && contentSize !== BigInt(content.length)) throw damaged('lz4', this.at);
    if (contentChecksum) this.checksum(content);
  }

  private descriptor(): FrameDescriptor {
    const start = this.at;
    this.need(2);
    const flags = this.bytes[start] as number;
    const sizes = this.bytes[start + 1] as number;
    this.at += 2;
    if (flags >> 6 !== 1) throw unsupported('lz4', `version ${flags >> 6}`, start);
    const sizeClass = (sizes >> 4) & 7;
    if (sizeClass < 4 || (flags & 0x02) !== 0 || (sizes & 0x8f) !== 0) throw damaged('lz4', start);
    let contentSize: bigint | null = null;
    if ((flags & 0x08) !== 0) {
      this.need(8);
      contentSize = this.view.getBigUint64(this.at, true);
      this.output.claim(BigInt(this.output.length) + contentSize);
      this.at += 8;
    }
    if ((flags & 0x01) !== 0) throw unsupported('lz4', 'a dictionary', this.at);
    this.need(1);
    const hash = (xxHash32(this.bytes.subarray(start, this.at)) >> 8) & 0xff;
    if (this.bytes[this.at++] !== hash) throw badChecksum('lz4', this.at - 1);
    return {
      independent: (flags & 0x20) !== 0,
      blockChecksums: (flags & 0x10) !== 0,
      contentChecksum: (flags & 0x04) !== 0,
      contentSize,
      // 64 KiB, 256 KiB, 1 MiB, 4 MiB.
      largestBlock: 1 << (8 + 2 * sizeClass),
    };
  }

  /** A block with its size in `head`, whose highest bit says that the data is stored as it is. */
  private block(descriptor: FrameDescriptor, head: number, frameStart: number): void {
    const size = head & 0x7fffffff;
    if (size > descriptor.largestBlock) throw damaged('lz4', this.at - 4);
    this.need(size);
    const data = this.bytes.subarray(this.at, this.at + size);
    const blockStart = this.output.length;
    if (head >= 0x80000000) {
      this.output.append(data);
    } else {
      const windowStart = descriptor.independent ? blockStart : frameStart;
      this.sequences(this.at + size, windowStart, blockStart + descriptor.largestBlock);
    }
    this.at += size;
    if (descriptor.blockChecksums) this.checksum(data);
  }

  /** Literals and matches by turns, up to `end` in the input and at most up to `outputEnd` in the output. */
  private sequences(end: number, windowStart: number, outputEnd: number): void {
    const { bytes, output } = this;
    let at = this.at;
    /** A length that begins with four bits; 15 is continued by bytes, of which 255 is continued again. */
    const length = (first: number): number => {
      let sum = first;
      if (first < 15) return sum;
      for (;;) {
        if (at >= end) throw damaged('lz4', at);
        const byte = bytes[at++] as number;
        sum += byte;
        if (byte < 255) return sum;
      }
    };
    while (at < end) {
      const token = bytes[at++] as number;
      const literals = length(token >> 4);
      if (literals > end - at || literals > outputEnd - output.length) throw damaged('lz4', at);
      output.append(bytes.subarray(at, at + literals));
      at += literals;
      // The last sequence has no match.
      if (at === end) return;
      if (at + 2 > end) throw damaged('lz4', at);
      const distance = (bytes[at] as number) | ((bytes[at + 1] as number) << 8);
      at += 2;
      const match = LEAST_MATCH + length(token & 15);
      const reach = Math.min(WINDOW, output.length - windowStart);
      if (distance === 0 || distance > reach || match > outputEnd - output.length) throw damaged('lz4', at);
      output.copy(distance, match);
    }
    throw damaged('lz4', end);
  }

  private checksum(data: Uint8Array): void {
    const at = this.at;
    if (this.uint32() !== xxHash32(data)) throw badChecksum('lz4', at);
  }

  private uint32(): number {
    this.need(4);
    this.at += 4;
    return this.view.getUint32(this.at - 4, true);
  }

  private need(size: number): void {
    if (this.at + size > this.bytes.length) throw cutOff('lz4', this.bytes.length);
  }
}
