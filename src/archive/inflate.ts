/** What a deflate stream gave, and how it ended. */
export interface Inflation {
  /** At most as many bytes as were asked for. */
  readonly bytes: Uint8Array;
  /** `end` of the stream, `full`: all that was asked for, `error`: broken or cut off after `bytes`. */
  readonly ended: 'end' | 'full' | 'error';
}

/**
 * Decodes raw deflate data (RFC 1951) up to `size` bytes, and keeps what comes before an error. A platform's zlib
 * is many times as fast and gives all or nothing.
 */
export function inflateUpTo(data: Uint8Array, size: number): Inflation {
  const inflater = new Inflater(data, size);
  const ended = inflater.run();
  return { bytes: inflater.written, ended };
}

/** Code lengths are written in this order (3.2.7). */
const lengthOrder = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15];
const longestCode = 15;
const endOfBlock = 256;
/** Lengths and distances of 3.2.5: the first of each code, and the bits that follow it. */
const lengthBits = [0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5, 0];
const distanceBits = Array.from({ length: 30 }, (_, code) => Math.max(0, (code >> 1) - 1));
const lengthStarts = starts(3, lengthBits.slice(0, 28)).concat(258);
const distanceStarts = starts(1, distanceBits);

function starts(first: number, bits: readonly number[]): number[] {
  let next = first;
  return bits.map((count) => {
    const start = next;
    next += 1 << count;
    return start;
  });
}

class Broken extends Error {}

/** Symbols by the length and the order of their codes. */
interface Codes {
  readonly counts: Uint16Array;
  readonly symbols: Uint16Array;
}

class Inflater {
  private output: Uint8Array;
  private length = 0;
  private at = 0;
  private held = 0;
  private heldBits = 0;

  constructor(
    private readonly data: Uint8Array,
    private readonly size: number,
  ) {
    this.output = new Uint8Array(Math.min(size, 64 << 10));
  }

  get written(): Uint8Array {
    return this.output.subarray(0, this.length);
  }

  run(): Inflation['ended'] {
    try {
      for (;;) {
        const isLast = this.bits(1) === 1;
        if (!this.block(this.bits(2))) return 'full';
        if (isLast) return 'end';
      }
    } catch (error) {
      if (error instanceof Broken) return 'error';
      throw error;
    }
  }

  /** @returns false when no byte more is wanted */
  private block(type: number): boolean {
    if (type === 0) return this.stored();
    if (type === 1) return this.compressed(fixedLiterals, fixedDistances);
    if (type === 2) {
      const [literals, distances] = this.codes();
      return this.compressed(literals, distances);
    }
    throw new Broken();
  }

  private stored(): boolean {
    // Whole bytes that were read ahead are given back.
    this.at -= this.heldBits >> 3;
    this.held = this.heldBits = 0;
    const length = this.bits(16);
    if ((length ^ this.bits(16)) !== 0xffff) throw new Broken();
    for (let i = 0; i < length; i++) {
      if (this.at >= this.data.length) throw new Broken();
      if (this.length >= this.size) return false;
      this.push(this.data[this.at++] as number);
    }
    return true;
  }

  private codes(): [Codes, Codes] {
    const literalCount = this.bits(5) + 257;
    const distanceCount = this.bits(5) + 1;
    const lengths = new Uint8Array(19);
    const count = this.bits(4) + 4;
    for (let i = 0; i < count; i++) lengths[lengthOrder[i] as number] = this.bits(3);
    const lengthCodes = codesOf(lengths);
    const all = new Uint8Array(literalCount + distanceCount);
    for (let i = 0; i < all.length;) {
      const symbol = this.symbol(lengthCodes);
      if (symbol < 16) {
        all[i++] = symbol;
        continue;
      }
      if (symbol === 16 && i === 0) throw new Broken();
      const repeated = symbol === 16 ? (all[i - 1] as number) : 0;
      const times = symbol === 16 ? 3 + this.bits(2) : symbol === 17 ? 3 + this.bits(3) : 11 + this.bits(7);
      if (i + times > all.length) throw new Broken();
      all.fill(repeated, i, i + times);
      i += times;
    }
    return [codesOf(all.subarray(0, literalCount)), codesOf(all.subarray(literalCount))];
  }

  private compressed(literals: Codes, distances: Codes): boolean {
    for (;;) {
      const symbol = this.symbol(literals);
      if (symbol === endOfBlock) return true;
      if (symbol < endOfBlock) {
        if (this.length >= this.size) return false;
        this.push(symbol);
        continue;
      }
      const code = symbol - endOfBlock - 1;
      if (code >= lengthBits.length) throw new Broken();
      const length = (lengthStarts[code] as number) + this.bits(lengthBits[code] as number);
      const far = this.symbol(distances);
      if (far >= distanceBits.length) throw new Broken();
      const distance = (distanceStarts[far] as number) + this.bits(distanceBits[far] as number);
      if (distance > this.length) throw new Broken();
      for (let i = 0; i < length; i++) {
        if (this.length >= this.size) return false;
        this.push(this.output[this.length - distance] as number);
      }
    }
  }

  private push(byte: number): void {
    if (this.length === this.output.length) {
      const grown = new Uint8Array(Math.min(this.size, 2 * this.output.length));
      grown.set(this.output);
      this.output = grown;
    }
    this.output[this.length++] = byte;
  }

  private symbol({ counts, symbols }: Codes): number {
    let code = 0;
    let first = 0;
    let index = 0;
    for (let length = 1; length <= longestCode; length++) {
      code |= this.bits(1);
      const count = counts[length] as number;
      if (code - count < first) return symbols[index + (code - first)] as number;
      index += count;
      first = (first + count) << 1;
      code <<= 1;
    }
    throw new Broken();
  }

  /** @throws Broken at the end of the data */
  private bits(count: number): number {
    while (this.heldBits < count) {
      if (this.at >= this.data.length) throw new Broken();
      this.held |= (this.data[this.at++] as number) << this.heldBits;
      this.heldBits += 8;
    }
    const value = this.held & ((1 << count) - 1);
    this.held >>>= count;
    this.heldBits -= count;
    return value;
  }
}

/** @throws Broken where lengths ask for more codes than there are */
function codesOf(lengths: Uint8Array): Codes {
  const counts = new Uint16Array(longestCode + 1);
  for (const length of lengths) counts[length] = (counts[length] as number) + 1;
  counts[0] = 0;
  let left = 1;
  const offsets = new Uint16Array(longestCode + 2);
  for (let length = 1; length <= longestCode; length++) {
    left = 2 * left - (counts[length] as number);
    if (left < 0) throw new Broken();
    offsets[length + 1] = (offsets[length] as number) + (counts[length] as number);
  }
  const symbols = new Uint16Array(lengths.length);
  lengths.forEach((length, symbol) => {
    if (length === 0) return;
    const at = offsets[length] as number;
    symbols[at] = symbol;
    offsets[length] = at + 1;
  });
  return { counts, symbols };
}

const fixedLiterals = codesOf(
  Uint8Array.from({ length: 288 }, (_, symbol) =>
    symbol < 144 ? 8 : symbol < 256 ? 9 : symbol < 280 ? 7 : 8,
  ),
);
const fixedDistances = codesOf(new Uint8Array(30).fill(5));
