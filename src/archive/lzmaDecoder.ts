import { damaged, type Compression, type DecodedOutput } from './decodedOutput';
import { evenProbabilities, makeEven, type RangeDecoder } from './rangeDecoder';

/** Parameters of a stream: how much of a literal's surroundings chooses its probabilities. */
export interface LzmaProperties {
  /** Bits of the byte before a literal. */
  readonly contextBits: number;
  /** Bits of the position, for literals. */
  readonly literalPositionBits: number;
  /** Bits of the position, for the rest. */
  readonly positionBits: number;
}

/** One byte holds the three: (positionBits · 5 + literalPositionBits) · 9 + contextBits. Null for a wrong one. */
export function lzmaProperties(byte: number): LzmaProperties | null {
  if (byte >= 9 * 5 * 5) return null;
  const upper = Math.floor(byte / 9);
  return {
    contextBits: byte % 9,
    literalPositionBits: upper % 5,
    positionBits: Math.floor(upper / 5),
  };
}

/** Shortest match. */
const LEAST_MATCH = 2;
/** Most position bits. */
const POSITION_STATES = 16;
/** What the last few symbols were: 0–6 end in a literal, 7–11 do not. */
const STATES = 12;
const FIRST_MATCH_STATE = 7;
/** Probabilities of one literal: a tree for plain ones, two for those after a match. */
const LITERAL_SIZE = 0x300;
/** Distances that fit into this many slots are coded by trees of their own, greater ones by an aligned tail. */
const FIRST_ALIGNED_SLOT = 14;
const FIRST_TREE_SLOT = 4;
const ALIGN_BITS = 4;
/** Lengths beyond which all share one set of probabilities for their distance. */
const LENGTH_STATES = 4;

/**
 * The symbols of LZMA (literals, matches, repeated matches), decoded into `output`, which is the window too:
 * a distance is good when so much was written since the last reset of the dictionary. The dictionary size of
 * a header therefore costs nothing and is not needed.
 */
export class LzmaDecoder {
  private properties: LzmaProperties = { contextBits: 3, literalPositionBits: 0, positionBits: 2 };
  private state = 0;
  /** The last four distances, less one. */
  private rep0 = 0;
  private rep1 = 0;
  private rep2 = 0;
  private rep3 = 0;
  private windowStart = 0;
  private literals = evenProbabilities(LITERAL_SIZE << 3);
  private readonly isMatch = evenProbabilities(STATES * POSITION_STATES);
  private readonly isRep = evenProbabilities(STATES);
  private readonly isRep0 = evenProbabilities(STATES);
  private readonly isRep1 = evenProbabilities(STATES);
  private readonly isRep2 = evenProbabilities(STATES);
  private readonly isRep0Long = evenProbabilities(STATES * POSITION_STATES);
  private readonly slots = evenProbabilities(LENGTH_STATES << 6);
  private readonly distances = evenProbabilities(1 << 7);
  private readonly alignment = evenProbabilities(1 << ALIGN_BITS);
  private readonly matchLength = new LengthDecoder();
  private readonly repLength = new LengthDecoder();

  constructor(
    private readonly kind: Compression,
    private readonly range: RangeDecoder,
    private readonly output: DecodedOutput,
  ) {}

  /** Forgets what was written before: later distances do not reach it. */
  resetDictionary(): void {
    this.windowStart = this.output.length;
  }

  resetState(properties: LzmaProperties = this.properties): void {
    this.properties = properties;
    this.state = this.rep0 = this.rep1 = this.rep2 = this.rep3 = 0;
    const size = LITERAL_SIZE << (properties.contextBits + properties.literalPositionBits);
    if (this.literals.length < size) this.literals = evenProbabilities(size);
    else makeEven(this.literals);
    for (const probabilities of [
      this.isMatch,
      this.isRep,
      this.isRep0,
      this.isRep1,
      this.isRep2,
      this.isRep0Long,
      this.slots,
      this.distances,
      this.alignment,
    ]) {
      makeEven(probabilities);
    }
    this.matchLength.reset();
    this.repLength.reset();
  }

  /**
   * Decodes until `output` holds `end` bytes (`end` may be infinite) or an end marker comes.
   * @returns true after an end marker
   * @throws CheckpointError `compressed.cut`, `.damaged`, `.outputLimit`
   */
  decode(end: number): boolean {
    const { output, range } = this;
    const positionMask = (1 << this.properties.positionBits) - 1;
    while (output.length < end) {
      const positionState = (output.length - this.windowStart) & positionMask;
      if (range.bit(this.isMatch, this.state * POSITION_STATES + positionState) === 0) {
        this.decodeLiteral();
        continue;
      }
      let length: number;
      if (range.bit(this.isRep, this.state) === 0) {
        length = this.decodeMatch(positionState);
        if (this.rep0 === 0xffffffff) return true;
      } else {
        length = this.decodeRepeat(positionState);
      }
      if (this.rep0 >= output.length - this.windowStart || length > end - output.length) {
        throw damaged(this.kind, range.offset);
      }
      output.copy(this.rep0 + 1, length);
    }
    return false;
  }

  private decodeLiteral(): void {
    const { output, range, literals } = this;
    const { contextBits, literalPositionBits } = this.properties;
    const position = output.length - this.windowStart;
    const previous = position === 0 ? 0 : (output.bytes[output.length - 1] as number);
    const context =
      ((position & ((1 << literalPositionBits) - 1)) << contextBits) | (previous >> (8 - contextBits));
    const base = LITERAL_SIZE * context;
    let symbol = 1;
    if (this.state >= FIRST_MATCH_STATE) {
      // After a match, the byte that would have continued it guides as long as the bits agree.
      if (this.rep0 >= position) throw damaged(this.kind, range.offset);
      let guide = output.bytes[output.length - this.rep0 - 1] as number;
      do {
        const guideBit = (guide >> 7) & 1;
        guide <<= 1;
        const bit = range.bit(literals, base + ((1 + guideBit) << 8) + symbol);
        symbol = (symbol << 1) | bit;
        if (bit !== guideBit) break;
      } while (symbol < 0x100);
    }
    while (symbol < 0x100) symbol = (symbol << 1) | range.bit(literals, base + symbol);
    output.push(symbol & 0xff);
    this.state = this.state < 4 ? 0 : this.state < 10 ? this.state - 3 : this.state - 6;
  }

  private decodeMatch(positionState: number): number {
    this.rep3 = this.rep2;
    this.rep2 = this.rep1;
    this.rep1 = this.rep0;
    const length = this.matchLength.decode(this.range, positionState);
    this.rep0 = this.decodeDistance(length);
    this.state = this.state < FIRST_MATCH_STATE ? 7 : 10;
    return length;
  }

  private decodeDistance(length: number): number {
    const { range } = this;
    const slot = range.tree(this.slots, Math.min(length - LEAST_MATCH, LENGTH_STATES - 1) << 6, 6);
    if (slot < FIRST_TREE_SLOT) return slot;
    const bits = (slot >> 1) - 1;
    const base = ((2 | (slot & 1)) << bits) >>> 0;
    if (slot < FIRST_ALIGNED_SLOT) return base + range.reverseTree(this.distances, base - slot, bits);
    const high = range.direct(bits - ALIGN_BITS) * (1 << ALIGN_BITS);
    return base + high + range.reverseTree(this.alignment, 0, ALIGN_BITS);
  }

  /** One of the last four distances again, which moves to the front. */
  private decodeRepeat(positionState: number): number {
    const { range, state } = this;
    if (range.bit(this.isRep0, state) === 0) {
      if (range.bit(this.isRep0Long, state * POSITION_STATES + positionState) === 0) {
        this.state = state < FIRST_MATCH_STATE ? 9 : 11;
        return 1;
      }
    } else {
      let distance = this.rep1;
      if (range.bit(this.isRep1, state) === 1) {
        distance = this.rep2;
        if (range.bit(this.isRep2, state) === 1) {
          distance = this.rep3;
          this.rep3 = this.rep2;
        }
        this.rep2 = this.rep1;
      }
      this.rep1 = this.rep0;
      this.rep0 = distance;
    }
    this.state = state < FIRST_MATCH_STATE ? 8 : 11;
    return this.repLength.decode(range, positionState);
  }
}

/** Lengths 2–273 in three classes: 8 and 8 by position, 256 for all. */
class LengthDecoder {
  private readonly choice = evenProbabilities(2);
  private readonly low = evenProbabilities(POSITION_STATES << 3);
  private readonly middle = evenProbabilities(POSITION_STATES << 3);
  private readonly high = evenProbabilities(1 << 8);

  decode(range: RangeDecoder, positionState: number): number {
    if (range.bit(this.choice, 0) === 0) return LEAST_MATCH + range.tree(this.low, positionState << 3, 3);
    if (range.bit(this.choice, 1) === 0) {
      return LEAST_MATCH + 8 + range.tree(this.middle, positionState << 3, 3);
    }
    return LEAST_MATCH + 16 + range.tree(this.high, 0, 8);
  }

  reset(): void {
    for (const probabilities of [this.choice, this.low, this.middle, this.high]) makeEven(probabilities);
  }
}
