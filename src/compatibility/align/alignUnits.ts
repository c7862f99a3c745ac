import { type Anchor, inOrder, uniqueSubtrees } from './anchors';
import { alignLoosely, alignSequences, type SequenceAnswer, type SequenceProblem } from './sequences';
import { likeness, MOST_LIKENESS, type Sides } from './tokens';
import { commonDepth } from './units';
import { type Ambiguity, type GrownUnits, placesIn, type Variant, variantsOf } from './variants';
import { withOwnParameters } from './wholeBlocks';

/** Where a unit of the file belongs. */
export interface UnitPlaces {
  /** Units of the model; several where optimal alignments differ, -1 for none. */
  readonly places: readonly number[];
  /** `ordered`: found between neighbours that keep their order. `moved`: by its own content only. */
  readonly by: 'ordered' | 'moved';
  /** Whether layers and their order decide alone, wherever what is new was inserted. */
  readonly proven: boolean;
}

export interface UnitAlignment {
  /** Null for a unit in a part that is too long to be aligned. */
  readonly places: readonly (UnitPlaces | null)[];
  /** Complete alignments of what is ambiguous: a model unit or -1 for each such unit of the file. */
  readonly variants: readonly Variant[];
}

/** Rounds of aligning what is left: each finds blocks that were moved over those of the rounds before. */
const MAX_ROUNDS = 4;

/** Layers of one side: real models have a few thousand, and the work grows with their square. */
const MAX_UNITS = 20_000;

/** Quadratic work on anchors: a model with more unique blocks is aligned without their order. */
const MAX_ANCHORS = 3_000;

/**
 * Where each unit of the file belongs in the model, by index. Unique identical subtrees first, then all optimal
 * ordered alignments of what lies between those that keep their order, then the same of what is left. Of very
 * many units no place is told.
 */
export function alignUnits(sides: Sides): UnitAlignment {
  if (Math.max(sides.file.length, sides.model.length) > MAX_UNITS) {
    return { places: sides.file.map(() => null), variants: [] };
  }
  const result = new Array<UnitPlaces | null>(sides.file.length).fill({
    places: [-1],
    by: 'ordered',
    proven: true,
  });
  const anchors = uniqueSubtrees(sides);
  const chain: ReadonlySet<Anchor> = anchors.length > MAX_ANCHORS ? new Set() : inOrder(anchors);
  const taken = new Set<number>();
  const anchored = new Set<number>();
  for (const anchor of anchors) {
    const by = chain.has(anchor) ? 'ordered' : 'moved';
    for (const [i, j] of anchor.pairs) {
      result[i] = { places: [j], by, proven: true };
      anchored.add(i);
      taken.add(j);
    }
  }
  const ambiguous: Ambiguity[] = [];
  const grown: GrownUnits[] = [];
  for (const gap of gapsOf(sides, chain, anchored, taken)) {
    const answer = aligned(sides, gap);
    const loose = looselyAligned(sides, gap);
    gap.file.forEach((i, at) => {
      const places = answer?.places[at] ?? null;
      const proven = loose?.proven.has(i) === true;
      result[i] = places === null ? null : { places, by: 'ordered', proven };
    });
    if (answer !== null && answer.examples !== null)
      ambiguous.push({ ...answer.examples, units: gap.file, places: answer.places });
    grown.push(...(loose?.grown ?? []));
  }
  const places = result.map((placed) => placed?.places ?? []);
  const variants = withOwnParameters(variantsOf(ambiguous, grown), sides, places);
  for (const [i, own] of placesIn(variants)) {
    const placed = result[i];
    if (placed === null || placed === undefined) continue;
    result[i] = { ...placed, places: [...new Set([...own, ...placed.places])] };
  }
  for (const placed of result) for (const j of placed?.places ?? []) if (j >= 0) taken.add(j);
  alignRest(sides, result, taken);
  return { places: result, variants };
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

/** The optimal alignments of a gap, places as indexes of the model; null where it is too long. */
function aligned(sides: Sides, gap: Gap): SequenceAnswer | null {
  const answer = alignSequences(problemOf(sides, gap));
  if (answer === null) return null;
  const { examples } = answer;
  return {
    places: answer.places.map((places) => inModel(gap, places)),
    examples: examples && {
      late: inModel(gap, examples.late),
      early: inModel(gap, examples.early),
      middle: inModel(gap, examples.middle),
    },
  };
}

/** What of the layers with tensors is decided by them alone, and which of them became more. */
function looselyAligned(
  { file, model, ...tokens }: Sides,
  gap: Gap,
): { readonly proven: ReadonlySet<number>; readonly grown: readonly GrownUnits[] } | null {
  const own: Gap = {
    file: gap.file.filter((i) => (file[i]?.tensors.length ?? 0) > 0),
    model: gap.model.filter((j) => (model[j]?.tensors.length ?? 0) > 0),
  };
  const answer = alignLoosely(problemOf({ file, model, ...tokens }, own));
  if (answer === null) return null;
  return {
    proven: new Set(own.file.filter((_, at) => answer.proven[at] === true)),
    grown: answer.grown.map((run) => ({
      blocks: run.blocks,
      units: own.file.slice(run.from, run.to),
      late: inModel(own, run.late),
      early: inModel(own, run.early),
      regular: run.regular && inModel(own, run.regular),
    })),
  };
}

function inModel(gap: Gap, places: readonly number[]): number[] {
  return places.map((y) => (y < 0 ? -1 : (gap.model[y] ?? -1)));
}

function problemOf({ file, model, fileTokens, modelTokens }: Sides, gap: Gap): SequenceProblem {
  return {
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
  };
}

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
      const places = answer?.places[at] ?? [-1];
      const [place] = places;
      if (places.length !== 1 || place === undefined || place < 0) return;
      result[i] = { places, by: 'moved', proven: false };
      taken.add(place);
      found = true;
    });
    if (!found) return;
  }
}

function isUnplaced(placed: UnitPlaces | null | undefined): boolean {
  return placed !== null && placed !== undefined && placed.places.length === 1 && placed.places[0] === -1;
}
