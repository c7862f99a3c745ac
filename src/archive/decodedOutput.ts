import { CheckpointError } from '../checkpointError';

/** Compressions that core code decodes itself, as messages name them. */
export type Compression = 'bzip2' | 'xz' | 'lzma' | 'lz4';

/** Bytes to begin with where the compressed data says nothing; most dumps are small. */
const FIRST_CAPACITY = 64 << 10;

/**
 * What a decoder has produced so far. It grows with what is really written, never with a claim, and up to a
 * limit. It is the window that LZ77 copies from, too: no dictionary of a claimed size is ever allocated.
 */
export class DecodedOutput {
  bytes = new Uint8Array(0);
  length = 0;

  constructor(
    private readonly kind: Compression,
    /** Bytes that may be produced. */
    private readonly limit: number,
  ) {}

  /**
   * Makes room for `count` more bytes; `bytes` may be another array afterwards.
   * @throws CheckpointError `compressed.outputLimit`
   */
  reserve(count: number): void {
    const needed = this.length + count;
    if (needed <= this.bytes.length) return;
    this.claim(needed);
    const capacity = Math.min(this.limit, Math.max(FIRST_CAPACITY, 2 * this.bytes.length, needed));
    const grown = new Uint8Array(capacity);
    grown.set(this.bytes.subarray(0, this.length));
    this.bytes = grown;
  }

  /** Refuses a total size that the data announces, before anything is decoded. */
  claim(size: number | bigint): void {
    if (size > this.limit) throw new CheckpointError('compressed.outputLimit', [this.kind, this.limit]);
  }

  push(byte: number): void {
    if (this.length === this.bytes.length) this.reserve(1);
    this.bytes[this.length++] = byte;
  }

  append(bytes: Uint8Array): void {
    this.reserve(bytes.length);
    this.bytes.set(bytes, this.length);
    this.length += bytes.length;
  }

  fill(byte: number, count: number): void {
    this.reserve(count);
    this.bytes.fill(byte, this.length, this.length + count);
    this.length += count;
  }

  /**
   * Repeats `count` bytes from `distance` ≥ 1 bytes back; the two may overlap. The caller has checked that so
   * much was written.
   */
  copy(distance: number, count: number): void {
    this.reserve(count);
    const { bytes } = this;
    let to = this.length;
    const end = to + count;
    this.length = end;
    // A short copy costs less as a loop than as a call.
    if (count < 32) {
      for (; to < end; to++) bytes[to] = bytes[to - distance] as number;
      return;
    }
    // The repeated part doubles with every step: a run of one byte takes a few of them.
    const from = to - distance;
    while (to < end) {
      const ready = Math.min(to - from, end - to);
      bytes.copyWithin(to, from, from + ready);
      to += ready;
    }
  }

  /** What was written since `start`. */
  since(start: number): Uint8Array {
    return this.bytes.subarray(start, this.length);
  }
}

/** The input ended in the middle of its data. */
export function cutOff(kind: Compression, offset: number): CheckpointError {
  return new CheckpointError('compressed.cut', [kind], offset);
}

/** The input breaks its format at `offset`. */
export function damaged(kind: Compression, offset: number): CheckpointError {
  return new CheckpointError('compressed.damaged', [kind], offset);
}

/** The input uses a part of its format that is not decoded here. */
export function unsupported(kind: Compression, feature: string, offset: number): CheckpointError {
  return new CheckpointError('compressed.feature', [kind, feature], offset);
}

/** The checksum that stands at `offset` is not that of the data. */
export function badChecksum(kind: Compression, offset: number): CheckpointError {
  return new CheckpointError('compressed.checksum', [kind], offset);
}
