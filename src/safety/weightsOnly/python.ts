import type { Context } from './context';
import { weightsOnlyLimits } from './limits';
import { badCall, Refused } from './outcome';
import {
  Bytes,
  Complex,
  Dict,
  Float,
  isTuple,
  List,
  Named,
  Opaque,
  PySet,
  Size,
  Storage,
  Tensor,
  typeName,
  type Value,
} from './values';

/** What Python itself does with values: hashing, truth, iteration. Where it is not known, the context doubts. */

/** Refuses what cannot be a key of a dict or an item of a set. */
export function requireHashable(value: Value, context: Context): void {
  if (!isTuple(value)) return requireHashableItem(value, context);
  // CPython hashes tuples by recursion; a shared tuple is hashed again each time, so its visits are bounded.
  const open: (readonly [Value, number])[] = [[value, 0]];
  while (open.length > 0) {
    const [item, depth] = open.pop() as readonly [Value, number];
    if (depth > weightsOnlyLimits.hashedDepth || !context.takeHash()) {
      return context.unsure('weightsOnly.deepTuple', weightsOnlyLimits.hashedDepth);
    }
    if (isTuple(item)) for (const inner of item) open.push([inner, depth + 1]);
    else requireHashableItem(item, context);
  }
}

function requireHashableItem(value: Value, context: Context): void {
  const isUnhashable =
    value instanceof List ||
    value instanceof Dict ||
    value instanceof PySet ||
    (value instanceof Bytes && value.pythonType === 'bytearray');
  if (isUnhashable) throw new Refused('weightsOnly.unhashable', [typeName(value) ?? '?']);
  if (value instanceof Opaque) context.unsure('weightsOnly.opaque', 'hash');
}

/** Python's truth of a value; null where it is not known. */
export function truth(value: Value): boolean | null {
  if (value === null) return false;
  if (typeof value === 'boolean') return value;
  if (typeof value === 'number' || typeof value === 'bigint') return value !== 0;
  if (typeof value === 'string') return value !== '';
  if (isTuple(value)) return value.length > 0;
  if (value instanceof Float) return value.value !== 0;
  if (value instanceof Complex) return value.real !== 0 || value.imaginary !== 0;
  if (value instanceof Bytes) return value.bytes.length > 0;
  if (value instanceof List || value instanceof PySet || value instanceof Size) return value.items.length > 0;
  if (value instanceof Dict) return value.size > 0;
  if (value instanceof Opaque || value instanceof Tensor || value instanceof Storage) return null;
  return true;
}

/** The items of an iterable; null where they are not known. Refuses what is none. */
export function iterate(value: Value, context: Context, callee: string): readonly Value[] | null {
  if (isTuple(value)) return value;
  if (value instanceof List || value instanceof PySet || value instanceof Size) return value.items;
  if (value instanceof Dict) return value.entries.map(([key]) => key);
  if (typeof value === 'string') return [...value];
  if (value instanceof Bytes) return [...value.bytes];
  if (value instanceof Opaque || value instanceof Tensor || value instanceof Storage) {
    context.unsure('weightsOnly.opaque', callee);
    return null;
  }
  throw badCall(callee, 'notIterable', typeName(value));
}

/** `dict(value)`, `dict.update(value)`: a mapping's entries, or pairs; null where they are not known. */
export function pairs(
  value: Value,
  context: Context,
  callee: string,
): readonly (readonly [Value, Value])[] | null {
  if (value instanceof Dict) return value.entries;
  const items = iterate(value, context, callee);
  if (items === null) return null;
  const found: (readonly [Value, Value])[] = [];
  for (const item of items) {
    const pair = iterate(item, context, callee);
    if (pair === null) return null;
    if (pair.length !== 2) throw badCall(callee, 'parts', 'item', pair.length, 2);
    requireHashable(pair[0] as Value, context);
    found.push([pair[0] as Value, pair[1] as Value]);
  }
  return found;
}

/** An integer as Python's `int`, not `bool`. */
export function isInteger(value: Value): value is number | bigint {
  return typeof value === 'number' || typeof value === 'bigint';
}

/** A list or a tuple of values, as torch's C++ arguments take; undefined for everything else. */
export function sequence(value: Value): readonly Value[] | undefined {
  if (isTuple(value)) return value;
  return value instanceof List || value instanceof Size ? value.items : undefined;
}

/** The path of a class that is a value, null for everything that is no class. */
export function classPath(value: Value): string | null {
  if (!(value instanceof Named)) return null;
  const { kind } = value.global;
  return kind === 'class' || kind === 'storageClass' ? value.path : null;
}
