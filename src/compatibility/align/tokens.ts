import type { Unit } from './units';

/** Two lists of units to be aligned, with what is comparable of them. */
export interface Sides {
  readonly file: readonly Unit[];
  readonly model: readonly Unit[];
  /** Equal tokens may be one layer: the same tensors, and the same class where both sides know it. */
  readonly fileTokens: readonly string[];
  readonly modelTokens: readonly string[];
}

/** Old files have no such buffer: a layer is the same with it and without. */
const OPTIONAL_TENSOR = 'num_batches_tracked';

/** Tokens of both sides. Classes count only where both sides know classes. */
export function tokensOf(file: readonly Unit[], model: readonly Unit[]): Sides {
  const withTypes = knowsTypes(file) && knowsTypes(model);
  // Layers without tensors say something only where both sides list them.
  const both = hasEmpty(file) && hasEmpty(model);
  const kept = (units: readonly Unit[]): readonly Unit[] =>
    both ? units : units.filter(({ tensors }) => tensors.length > 0);
  const sides = { file: kept(file), model: kept(model) };
  const types = {
    file: new Set(sides.file.map(({ type }) => type)),
    model: new Set(sides.model.map(({ type }) => type)),
  };
  // A class that the other side does not have at all may have been renamed.
  const typeOf = (type: string | null): string =>
    withTypes && types.file.has(type) && types.model.has(type) ? (type ?? '') : '';
  const token = ({ type, tensors }: Unit): string => {
    const parts = tensors
      .filter(({ name }) => name !== OPTIONAL_TENSOR)
      .map(({ name, shape }) => `${name}[${shape?.join() ?? '?'}]`)
      // safetensors has a module's tensors in another order than torch.
      .sort();
    return `${typeOf(type)}|${parts.join(';')}`;
  };
  return { ...sides, fileTokens: sides.file.map(token), modelTokens: sides.model.map(token) };
}

function knowsTypes(units: readonly Unit[]): boolean {
  return units.some(({ type }) => type !== null);
}

function hasEmpty(units: readonly Unit[]): boolean {
  return units.some(({ tensors }) => tensors.length === 0);
}

/** The most that `likeness` gives. */
export const MOST_LIKENESS = 12;

/**
 * How much speaks for two units with equal tokens being one layer, 0 to `MOST_LIKENESS`: names that people
 * gave (numbers in them are what an insertion changes, and say nothing), classes around, settings, and the
 * source lines that made them.
 */
export function likeness(a: Unit, b: Unit): number {
  if (a.tensors.length === 0) return 1;
  let points = Math.min(4, nameLikeness(a.segments, b.segments));
  if (a.settings !== null && a.settings === b.settings) points += 2;
  if (a.around[0] !== undefined && a.around[0] === b.around[0]) points += 2;
  if (a.around[1] !== undefined && a.around[1] === b.around[1]) points += 1;
  if (a.created !== null && b.created !== null) points += Math.min(3, equalEnds(a.created, b.created));
  return points;
}

/** Words in common at the beginning and at the end of two paths, without numbers. */
function nameLikeness(a: readonly string[], b: readonly string[]): number {
  const one = words(a);
  const other = words(b);
  const most = Math.min(one.length, other.length);
  let front = 0;
  while (front < most && one[front] === other[front]) front++;
  let back = 0;
  while (back < most - front && one[one.length - 1 - back] === other[other.length - 1 - back]) back++;
  return front + back;
}

const wordCache = new Map<string, string>();

function words(segments: readonly string[]): string[] {
  const result: string[] = [];
  for (const segment of segments) {
    let word = wordCache.get(segment);
    if (word === undefined) {
      word = segment.replace(/\d+/g, '#');
      if (wordCache.size > 10_000) wordCache.clear();
      wordCache.set(segment, word);
    }
    if (word !== '#') result.push(word);
  }
  return result;
}

/** Equal lines of two creation paths, compared from the outermost call. */
function equalEnds(a: readonly string[], b: readonly string[]): number {
  const most = Math.min(a.length, b.length);
  let equal = 0;
  for (let i = 1; i <= most; i++) if (a[a.length - i] === b[b.length - i]) equal++;
  return equal;
}
