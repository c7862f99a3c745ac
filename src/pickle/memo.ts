import { TensorCall } from './tensorCall';
import type { Value } from './values';

const firstCapacity = 256;

/** 32-bit indexes as signed integers: the engine has no quick way to look up larger numbers. */
function sparseKey(index: number): number {
  return index <= 0xffffffff ? index | 0 : index;
}

/**
 * The machine's memo. Picklers count its indexes up from 0; another order is kept as well. The parts of a
 * `TensorCall` take their indexes without being made: only the call stands there, at the first of them.
 * Entries are dense and know their indexes, since an array with room for all indexes would mostly be holes.
 */
export class Memo {
  /** In the order of their indexes; once the memo is not ordered, each at its index. */
  private entries: (Value | undefined)[] = [];
  /** The index of each entry of an ordered memo. */
  private indexes = new Int32Array(firstCapacity);
  /** Entries before the first call: each at its index. */
  private beforeCalls = 0;
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

  /** Entries that take memory: the parts of a tensor's call do not. */
  get held(): number {
    return this.entries.length + this.sparse.size;
  }

  /** The entry at the next index, of an ordered memo. */
  append(value: Value): void {
    if (this.beforeCalls === this.count) this.beforeCalls++;
    this.add(this.count++, value);
  }

  /** Takes the indexes of a call's parts, of an ordered memo: first those of its texts, then from `call.memoIndex` on. */
  appendCall(call: TensorCall, parts: number): void {
    this.add(this.count, call);
    this.count += parts;
  }

  put(index: number, value: Value): void {
    if (this.ordered && index === this.count) {
      this.append(value);
      return;
    }
    this.leaveOrder();
    if (index < this.count) this.entries[index] = value;
    else this.sparse.set(sparseKey(index), value);
  }

  get(index: number): Value | undefined {
    if (index >= this.count) return this.sparse.get(sparseKey(index));
    if (index < this.beforeCalls || !this.ordered) return this.entries[index];
    return this.find(index);
  }

  private add(index: number, value: Value): void {
    const at = this.entries.length;
    if (at === this.indexes.length) this.grow();
    this.indexes[at] = index;
    this.entries.push(value);
  }

  /** What an ordered memo has at an index below `count`. */
  private find(index: number): Value | undefined {
    const { entries, indexes } = this;
    let low = 0;
    let high = entries.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((indexes[middle] as number) <= index) low = middle + 1;
      else high = middle;
    }
    const first = indexes[low - 1] as number;
    const entry = entries[low - 1];
    // A call's own entry comes after those of its parts.
    if (!(entry instanceof TensorCall) || first > entry.memoIndex) return entry;
    if (index >= entry.memoIndex) return entry.memoized(index);
    const isLocation = entry.form.ownLocation && index === entry.memoIndex - 1;
    return isLocation ? entry.form.location : entry.storageKey;
  }

  /** From here on each entry is what it stands for: an index may come to be taken twice. */
  private leaveOrder(): void {
    if (!this.ordered) return;
    this.entries = Array.from({ length: this.count }, (_, i) => this.get(i));
    this.ordered = false;
  }

  private grow(): void {
    const indexes = new Int32Array(2 * this.indexes.length);
    indexes.set(this.indexes);
    this.indexes = indexes;
  }
}
