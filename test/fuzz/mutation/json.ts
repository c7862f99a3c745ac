import type { Random } from '../engine/random';
import { mutateBytes } from './bytes';

const VALUES: readonly unknown[] = [0, 1, -1, 1.5, 2 ** 53, 1e308, null, true, '', 'F32', 'F64', 'BF16', 'F8_E4M3', 'F4',
  [], [0], [2, 3], [-1], [0, 8], [8, 0], [0, 2 ** 53], {}, { dtype: 'F32', shape: [1], data_offsets: [0, 4] }]; // prettier-ignore

const NAMES = [
  '__metadata__',
  '__proto__',
  'dtype',
  'shape',
  'data_offsets',
  'a.b.c',
  '',
  '\u202e',
  'format',
];

/** Another text of JSON: a value replaced, removed or added, or a few characters changed. */
export function mutateJson(text: string, other: string, random: Random): string {
  const value = parsed(text);
  if (value === undefined || random.chance(0.2)) {
    const bytes = mutateBytes(Buffer.from(text), Buffer.from(other), random);
    return Buffer.from(bytes).toString();
  }
  return JSON.stringify(changedValue(value, parsed(other) ?? 1, random, 0));
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function changedValue(value: unknown, other: unknown, random: Random, depth: number): unknown {
  if (typeof value !== 'object' || value === null || depth > 4 || random.chance(0.1)) {
    return random.chance(0.2) ? other : random.pick(VALUES);
  }
  if (Array.isArray(value)) {
    const items = value.slice() as unknown[];
    const at = random.below(items.length + 1);
    if (random.chance(0.3)) items.splice(at, random.below(2), random.pick(VALUES));
    else if (at < items.length) items[at] = changedValue(items[at], other, random, depth + 1);
    return items;
  }
  const entries = Object.entries(value);
  const at = random.below(entries.length + 1);
  const entry = entries[at];
  if (entry === undefined || random.chance(0.2))
    entries.splice(at, random.below(2), [random.pick(NAMES), random.pick(VALUES)]);
  else entries[at] = [entry[0], changedValue(entry[1], other, random, depth + 1)];
  return Object.fromEntries(entries);
}
