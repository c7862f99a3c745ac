import { Refused, Unsure } from './outcome';
import { weightsOnlyLimits } from './limits';

/** The stream goes on behind the bytes that are in memory. */
export class NeedMore extends Error {}

/** Reads a pickle as `read` and `readline` of a Python file do: at its end they give what is left. */
export class PickleReader {
  constructor(
    private readonly bytes: Uint8Array,
    public position: number,
    /** Whether the file ends where the bytes do. */
    private readonly isWhole: boolean,
  ) {}

  /** The next opcode; torch raises EOFError without one. */
  opcode(): number {
    const code = this.bytes[this.position];
    if (code === undefined) throw this.end();
    this.position++;
    return code;
  }

  /** `length` bytes; fewer at the end of the file, where torch raises sooner or later. */
  take(length: number): Uint8Array {
    const end = this.position + length;
    if (end > this.bytes.length) throw this.end();
    const taken = this.bytes.subarray(this.position, end);
    this.position = end;
    return taken;
  }

  byte(): number {
    return this.take(1)[0] as number;
  }

  uint16(): number {
    const [low = 0, high = 0] = this.take(2);
    return low | (high << 8);
  }

  int32(): number {
    const [a = 0, b = 0, c = 0, d = 0] = this.take(4);
    return a | (b << 8) | (c << 16) | (d << 24);
  }

  uint32(): number {
    return this.int32() >>> 0;
  }

  /** Big-endian, as pickle writes floats. */
  float64(): number {
    const eight = this.take(8);
    return new DataView(eight.buffer, eight.byteOffset, 8).getFloat64(0, false);
  }

  /** Bytes up to the next newline, which is passed over. */
  line(): Uint8Array {
    const end = this.bytes.indexOf(0x0a, this.position);
    if (end < 0) throw this.end();
    const line = this.bytes.subarray(this.position, end);
    this.position = end + 1;
    return line;
  }

  /** A stream that breaks off raises, whatever it did before. */
  private end(): Error {
    if (this.isWhole) return new Refused('weightsOnly.ends');
    if (this.bytes.length >= weightsOnlyLimits.pickleBytes) {
      return new Unsure('weightsOnly.tooLong', [weightsOnlyLimits.pickleBytes]);
    }
    return new NeedMore();
  }
}
