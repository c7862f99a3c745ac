import type { PyTuple, Value } from './values';

/** Slots of the cache: a model has far fewer different shapes and strides. */
const slots = 1024;
/** Longer tuples are hardly ever shapes. */
const longest = 8;

/** One array for equal tuples of small integers, where the cache still has it: shapes and strides repeat. */
export class IntegerTuples {
  private readonly cache = new Array<PyTuple | undefined>(slots);

  /** The array that stands for a tuple: an equal one that came before, or `items` itself. */
  shared(items: PyTuple): PyTuple {
    const { length } = items;
    if (length === 0 || length > longest) return items;
    let hash = length;
    for (let i = 0; i < length; i++) {
      const item = items[i];
      if (typeof item !== 'number') return items;
      hash = mix(hash, item);
    }
    const slot = slotOf(hash);
    const known = this.cache[slot];
    if (known !== undefined && startsEqual(known, items, length)) return known;
    this.cache[slot] = items;
    return items;
  }

  /** The same for the first `length` (1 to 8) of `numbers`, which stay the caller's. */
  ofNumbers(numbers: readonly number[], length: number): PyTuple {
    let hash = length;
    for (let i = 0; i < length; i++) hash = mix(hash, numbers[i] as number);
    const slot = slotOf(hash);
    const known = this.cache[slot];
    if (known !== undefined && startsEqual(known, numbers, length)) return known;
    const items = numbers.slice(0, length);
    this.cache[slot] = items;
    return items;
  }
}

function mix(hash: number, item: number): number {
  return (Math.imul(hash, 31) + (item | 0)) | 0;
}

function slotOf(hash: number): number {
  return (hash ^ (hash >>> 10)) & (slots - 1);
}

function startsEqual(known: PyTuple, items: readonly Value[], length: number): boolean {
  if (known.length !== length) return false;
  for (let i = 0; i < length; i++) if (known[i] !== items[i]) return false;
  return true;
}
