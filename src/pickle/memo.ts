import { pickleLimits } from './limits';
import { TensorCall } from './tensorCall';
import type { Value } from './values';

const firstCapacity = 256;

/**
 * The machine's memo. Picklers count its indexes up from 0; another order is kept as well. The parts of a
 * `TensorCall` take their indexes without being made: only the call stands there, at that of its id's tuple.
 */
export class Memo {
  private readonly entries = new Array<Value | undefined>(firstCapacity);
  private capacity = firstCapacity;
  /** Indexes taken without a gap. */
  count = 0;
  /** Entries after a gap: LONG_BINPUT can name index 2^32 − 1 at once. */
  private readonly sparse = new Map<number, Value>();
  /** Whether every entry was appended, as picklers do. */
  ordered = true;

  /** The index that MEMOIZE takes. */
  get size(): number {
    return this.count + this.sparse.size;
  }

  /** The entry at the next index, of an ordered memo. */
  append(value: Value): void {
    if (this.count === this.capacity) this.grow();
    this.entries[this.count++] = value;
  }

  /** Takes the indexes of a call's parts, of an ordered memo: `call.memoIndex` is the next or the one after. */
  appendCall(call: TensorCall, parts: number): void {
    if (this.count + parts > this.capacity) this.grow();
    this.entries[call.memoIndex] = call;
    this.count += parts;
  }

  put(index: number, value: Value): void {
    if (this.ordered && index === this.count) {
      this.append(value);
      return;
    }
    this.leaveOrder();
    if (index < this.count) this.entries[index] = value;
    else this.sparse.set(index, value);
  }

  get(index: number): Value | undefined {
    if (index >= this.count) return this.sparse.get(index);
    const value = this.entries[index];
    if (!this.ordered) return value;
    if (value === undefined || (value instanceof TensorCall && value.memoIndex === index)) {
      return this.partAt(index);
    }
    return value;
  }

  /** False when there are more entries than a stream may have. */
  isWithinLimit(): boolean {
    return this.size <= pickleLimits.memoEntries;
  }

  private partAt(index: number): Value | undefined {
    const next = this.entries[index + 1];
    if (next instanceof TensorCall && next.memoIndex === index + 1) return next.storageKey;
    for (let i = index; i >= 0 && i > index - TensorCall.mostParts; i--) {
      const call = this.entries[i];
      if (call instanceof TensorCall && call.memoIndex === i) return call.memoized(index);
    }
    return undefined;
  }

  /** From here on each entry is what it stands for: an index may come to be taken twice. */
  private leaveOrder(): void {
    if (!this.ordered) return;
    // A part is found by its call, so none is replaced before all are known.
    const values = Array.from({ length: this.count }, (_, i) => this.get(i));
    values.forEach((value, i) => (this.entries[i] = value));
    this.ordered = false;
  }

  private grow(): void {
    this.capacity *= 2;
    this.entries.length = this.capacity;
  }
}
