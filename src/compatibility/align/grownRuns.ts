import type { SequenceProblem } from './sequences';
import type { UndecidedRun } from './undecided';

/** Equal blocks of the first sequence of which the second has more. Elements `from` to `to`, the latter excluded. */
export interface GrownRun {
  readonly from: number;
  readonly to: number;
  /** How many blocks the first sequence has. */
  readonly blocks: number;
  /** Places of its elements if the new blocks follow the old ones, and if they come before. */
  readonly late: readonly number[];
  readonly early: readonly number[];
  /**
   * If the new blocks lie at equal distances: after each of the old ones, around each, or after every second,
   * third … one. Null where their numbers do not allow it.
   */
  readonly regular: readonly number[] | null;
}

/**
 * Undecided runs that are equal blocks and nothing else.
 *
 * @param places the places that elements have where new ones may lie anywhere
 */
export function grownRuns(
  problem: SequenceProblem,
  runs: readonly UndecidedRun[],
  places: readonly (readonly number[])[],
): GrownRun[] {
  return runs.flatMap((run) => {
    const size = blockSize(problem, run);
    if (size === null) return [];
    const { from, to, low, high } = run;
    const length = to - from;
    const [old, added] = [length / size, (high - low + 1 - length) / size];
    const placed = (blocks: readonly number[]): readonly number[] | null => {
      const own = range(length).map((i) => low + (blocks[Math.floor(i / size)] ?? 0) * size + (i % size));
      return own.every((place, i) => places[from + i]?.includes(place)) ? own : null;
    };
    const late = placed(range(old));
    const early = placed(range(old).map((i) => i + added));
    const blocks = spread(old, added);
    const regular = blocks === null ? null : placed(blocks);
    const likenessOf = (own: readonly number[]): number =>
      own.reduce((sum, place, i) => sum + problem.likeness(from + i, place), 0);
    if (late === null || early === null || likenessOf(late) !== likenessOf(early)) return [];
    const isAsGood = regular !== null && likenessOf(regular) === likenessOf(late);
    return [{ from, to, blocks: old, late, early, regular: isAsGood ? regular : null }];
  });
}

/** Elements of one block; null where a run is not made of equal ones on both sides. */
function blockSize(problem: SequenceProblem, run: UndecidedRun): number | null {
  const [old, all] = [run.to - run.from, run.high - run.low + 1];
  if (run.low < 0 || all <= old) return null;
  for (let size = 1; size <= old; size++) {
    if (old % size === 0 && all % size === 0 && areBlocks(problem, run, size)) return size;
  }
  return null;
}

/** Whether blocks of a size are equal, and none begins in the middle of a module. */
function areBlocks({ likeness, depths }: SequenceProblem, run: UndecidedRun, size: number): boolean {
  const { from, to, low, high } = run;
  const depth = depths[1][low + size] ?? 0;
  for (let j = low; j <= high; j++) {
    if (likeness(from + ((j - low) % size), j) < 0) return false;
    const boundary = depths[1][j] ?? 0;
    if (j > low && ((j - low) % size === 0 ? boundary !== depth : boundary < depth)) return false;
  }
  return range(to - from).every((i) => likeness(from + i, low + (i % size)) >= 0);
}

/** The places of `old` blocks among which `added` lie at equal distances. */
function spread(old: number, added: number): readonly number[] | null {
  const after = added / old;
  if (Number.isInteger(after)) return range(old).map((i) => i * (after + 1));
  const around = added / (old + 1);
  if (Number.isInteger(around)) return range(old).map((i) => i * (around + 1) + around);
  const every = old / added;
  return Number.isInteger(every) ? range(old).map((i) => i + Math.floor(i / every)) : null;
}

function range(length: number): number[] {
  return Array.from({ length }, (_, i) => i);
}
