import type { ExampleAlignments } from './sequences';

/** A complete answer for what is ambiguous: a model unit or -1 for each such unit of the file. */
export type Variant = ReadonlyMap<number, number>;

/** Optimal alignments of some units of the file, where several are optimal; places as indexes of the model. */
export interface Ambiguity extends ExampleAlignments {
  readonly units: readonly number[];
  readonly places: readonly (readonly number[])[];
}

/** Equal blocks of which the model has more, and where they are if new ones follow, precede or alternate with them. */
export interface GrownUnits {
  readonly blocks: number;
  readonly units: readonly number[];
  readonly late: readonly number[];
  readonly early: readonly number[];
  readonly regular: readonly number[] | null;
}

/** Equal blocks from which on a run that was inserted among them is less likely than new ones after each. */
const MANY_BLOCKS = 3;

/**
 * Up to three complete answers for what is ambiguous: what is new lies after the equal layers around it, before
 * them, or among them. Where blocks became more in several places, somebody treated all of them alike: no run of new
 * layers goes over from one kind of block to the next, and the new ones may lie at equal distances. That a run is
 * shorter together with the new layers beside it does not decide for equal blocks either.
 */
export function variantsOf(ambiguous: readonly Ambiguity[], grown: readonly GrownUnits[]): Variant[] {
  if (ambiguous.length === 0 && grown.length === 0) return [];
  const isRepeated = grown.length > 1;
  return (['late', 'early', 'middle'] as const).map((insertion) => {
    const variant = new Map<number, number>();
    for (const one of ambiguous) {
      one.units.forEach((i, at) => {
        if ((one.places[at]?.length ?? 0) > 1) variant.set(i, one[insertion][at] ?? -1);
      });
    }
    for (const { units, blocks, late, early, regular } of grown) {
      const isDecided = units.every((i) => !variant.has(i));
      const isOther = regular !== null && !equal(regular, late) && !equal(regular, early);
      const isRegular = insertion === 'middle' && isOther && blocks >= MANY_BLOCKS;
      if (!isRepeated && !isRegular && !isDecided) continue;
      const own = { late, early, middle: regular ?? late }[insertion];
      units.forEach((i, at) => variant.set(i, own[at] ?? -1));
    }
    return variant;
  });
}

/** The places that a unit has in some answers. */
export function placesIn(variants: readonly Variant[]): Map<number, number[]> {
  const places = new Map<number, number[]>();
  for (const variant of variants) {
    for (const [i, j] of variant) places.set(i, [...(places.get(i) ?? []), j]);
  }
  return places;
}

function equal(a: readonly number[], b: readonly number[]): boolean {
  return a.every((place, i) => place === b[i]);
}
