import { type Anchor, inOrder, uniqueSubtrees } from './anchors';
import { alignSequences } from './sequences';
import { likeness, MOST_LIKENESS, type Sides } from './tokens';
import { commonDepth } from './units';

/** Where a unit of the file belongs. */
export interface UnitPlaces {
  /** Units of the model; several where optimal alignments differ, -1 for none. */
  readonly places: readonly number[];
  /** `ordered`: found between neighbours that keep their order. `moved`: by its own content only. */
  readonly by: 'ordered' | 'moved';
}

/** Rounds of aligning what is left: each finds blocks that were moved over those of the rounds before. */
const MAX_ROUNDS = 4;

/** Quadratic work on anchors: a model with more unique blocks is aligned without their order. */
const MAX_ANCHORS = 3_000;

/**
 * Where each unit of the file belongs in the model, by index. Unique identical subtrees first, then all optimal
 * ordered alignments of what lies between those that keep their order, then the same of what is left. Null for
 * a unit in a part that is too long to be aligned.
 */
export function alignUnits(sides: Sides): (UnitPlaces | null)[] {
  const result = new Array<UnitPlaces | null>(sides.file.length).fill({ places: [-1], by: 'ordered' });
  const anchors = uniqueSubtrees(sides);
  const chain: ReadonlySet<Anchor> = anchors.length > MAX_ANCHORS ? new Set() : inOrder(anchors);
  const taken = new Set<number>();
  const anchored = new Set<number>();
  for (const anchor of anchors) {
    const by = chain.has(anchor) ? 'ordered' : 'moved';
    for (const [i, j] of anchor.pairs) {
      result[i] = { places: [j], by };
      anchored.add(i);
      taken.add(j);
    }
  }
  for (const gap of gapsOf(sides, chain, anchored, taken)) {
    const answer = aligned(sides, gap);
    gap.file.forEach((i, at) => {
      const places = answer?.[at] ?? null;
      result[i] = places === null ? null : { places, by: 'ordered' };
      for (const j of places ?? []) if (j >= 0) taken.add(j);
    });
  }
  alignRest(sides, result, taken);
  return result;
}

interface Gap {
  readonly file: readonly number[];
  readonly model: readonly number[];
}

/** What lies between anchors that keep their order. */
function gapsOf(
  sides: Sides,
  chain: ReadonlySet<Anchor>,
  anchored: ReadonlySet<number>,
  taken: ReadonlySet<number>,
): Gap[] {
  const fixed = [...chain].flatMap(({ pairs }) => pairs).sort(([a], [b]) => a - b);
  const gaps: Gap[] = [];
  let i = 0;
  let j = 0;
  for (const [nextI, nextJ] of [...fixed, [sides.file.length, sides.model.length] as const]) {
    const file = range(i, nextI).filter((one) => !anchored.has(one));
    const model = range(j, nextJ).filter((one) => !taken.has(one));
    if (file.length > 0 && model.length > 0) gaps.push({ file, model });
    i = Math.max(i, nextI + 1);
    j = Math.max(j, nextJ + 1);
  }
  return gaps;
}

function range(from: number, to: number): number[] {
  return Array.from({ length: Math.max(0, to - from) }, (_, i) => from + i);
}

/** Places of a gap's file units, as indexes of the model; null where it is too long. */
function aligned({ file, model, fileTokens, modelTokens }: Sides, gap: Gap): number[][] | null {
  const answer = alignSequences({
    lengths: [gap.file.length, gap.model.length],
    likeness: (x, y) => {
      const i = gap.file[x] ?? 0;
      const j = gap.model[y] ?? 0;
      const a = file[i];
      const b = model[j];
      if (a === undefined || b === undefined || fileTokens[i] !== modelTokens[j]) return -1;
      return likeness(a, b);
    },
    counts: (x) => (file[gap.file[x] ?? 0]?.tensors.length ?? 0) > 0,
    mostLikeness: MOST_LIKENESS,
    depths: [depthsOf(file, gap.file), depthsOf(model, gap.model)],
  });
  return answer?.places.map((places) => places.map((y) => (y < 0 ? -1 : (gap.model[y] ?? -1)))) ?? null;
}

/** Depth of the boundary before each unit of a gap, and of the one after the last. */
function depthsOf(units: Sides['file'], indexes: readonly number[]): number[] {
  const depths = indexes.map((index) => commonDepth(units[index - 1], units[index]));
  const last = indexes.at(-1) ?? -1;
  return [...depths, commonDepth(units[last], units[last + 1])];
}

/** Units that are left on both sides: what keeps its order among them was moved together. */
function alignRest(sides: Sides, result: (UnitPlaces | null)[], taken: Set<number>): void {
  for (let round = 0; round < MAX_ROUNDS; round++) {
    const file = range(0, sides.file.length).filter((i) => isUnplaced(result[i]));
    const tokens = new Set(file.map((i) => sides.fileTokens[i]));
    const model = range(0, sides.model.length).filter(
      (j) => !taken.has(j) && tokens.has(sides.modelTokens[j]),
    );
    if (file.length === 0 || model.length === 0) return;
    const answer = aligned(sides, { file, model });
    let found = false;
    file.forEach((i, at) => {
      const places = answer?.[at] ?? [-1];
      const [place] = places;
      if (places.length !== 1 || place === undefined || place < 0) return;
      result[i] = { places, by: 'moved' };
      taken.add(place);
      found = true;
    });
    if (!found) return;
  }
}

function isUnplaced(placed: UnitPlaces | null | undefined): boolean {
  return placed !== null && placed !== undefined && placed.places.length === 1 && placed.places[0] === -1;
}
