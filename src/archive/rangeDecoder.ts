import { cutOff, damaged, type Compression } from './decodedOutput';

/** A probability of one half; the coder counts in 2^-11. */
const EVEN = 1024;
/** Bits of a probability. */
const MODEL_BITS = 11;
/** How quickly a probability follows what it sees. */
const ADAPTION = 5;
/** Below this the range is refilled by a byte. */
const LEAST_RANGE = 2 ** 24;

/** Adaptive probabilities that the next bit is 0. */
export type Probabilities = Uint16Array;

export function evenProbabilities(count: number): Probabilities {
  return new Uint16Array(count).fill(EVEN);
}

export function makeEven(probabilities: Probabilities): void {
  probabilities.fill(EVEN);
}

/** The range coder of LZMA: bits of an interval that is divided by adaptive probabilities. */
export class RangeDecoder {
  private range = 0xffffffff;
  private code = 0;
  private at = 0;
  private end = 0;

  constructor(
    private readonly kind: Compression,
    private readonly bytes: Uint8Array,
  ) {}

  /** Next byte of the input. */
  get offset(): number {
    return this.at;
  }

  /** An encoder ends with an empty interval: anything else shows damage. */
  get isFinished(): boolean {
    return this.code === 0;
  }

  /** Begins with five bytes at `start`; the input ends before `end`. */
  start(start: number, end: number): void {
    this.at = start;
    this.end = Math.min(end, this.bytes.length);
    this.range = 0xffffffff;
    this.code = 0;
    // The first byte of an encoder's output is always 0.
    if (this.nextByte() !== 0) throw damaged(this.kind, start);
    for (let i = 0; i < 4; i++) this.code = ((this.code << 8) | this.nextByte()) >>> 0;
    if (this.code === 0xffffffff) throw damaged(this.kind, start);
  }

  bit(probabilities: Probabilities, index: number): 0 | 1 {
    const probability = probabilities[index] as number;
    const bound = (this.range >>> MODEL_BITS) * probability;
    let bit: 0 | 1;
    if (this.code < bound) {
      this.range = bound;
      probabilities[index] = probability + (((1 << MODEL_BITS) - probability) >> ADAPTION);
      bit = 0;
    } else {
      this.range -= bound;
      this.code -= bound;
      probabilities[index] = probability - (probability >> ADAPTION);
      bit = 1;
    }
    if (this.range < LEAST_RANGE) this.refill();
    return bit;
  }

  /** A number of `bits` bits, the most significant first, by a binary tree of probabilities from `base` on. */
  tree(probabilities: Probabilities, base: number, bits: number): number {
    let node = 1;
    for (let i = 0; i < bits; i++) node = (node << 1) | this.bit(probabilities, base + node);
    return node - (1 << bits);
  }

  /** The same, the least significant bit first. */
  reverseTree(probabilities: Probabilities, base: number, bits: number): number {
    let node = 1;
    let value = 0;
    for (let i = 0; i < bits; i++) {
      const bit = this.bit(probabilities, base + node);
      node = (node << 1) | bit;
      value |= bit << i;
    }
    return value;
  }

  /** A number of `count` bits, each as probable as not. */
  direct(count: number): number {
    let value = 0;
    for (let i = 0; i < count; i++) {
      this.range >>>= 1;
      const bit = this.code >= this.range ? 1 : 0;
      if (bit === 1) this.code -= this.range;
      value = (value << 1) | bit;
      if (this.range < LEAST_RANGE) this.refill();
    }
    return value >>> 0;
  }

  private refill(): void {
    this.range = (this.range << 8) >>> 0;
    this.code = ((this.code << 8) | this.nextByte()) >>> 0;
  }

  private nextByte(): number {
    if (this.at >= this.end) {
      // The end of the file, or of a part whose size was wrong.
      if (this.end === this.bytes.length) throw cutOff(this.kind, this.at);
      throw damaged(this.kind, this.at);
    }
    return this.bytes[this.at++] as number;
  }
}
