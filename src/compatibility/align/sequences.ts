import { RunStates } from './runStates';
import { alignmentThrough, exampleAlignment } from './sequenceExample';
import { optimalPlaces } from './sequencePlaces';
import { SequenceTable } from './sequenceTable';

/**
 * All optimal alignments of two sequences at once. Better is, in this order: more elements matched, more
 * likeness of those, fewer runs of unmatched elements, and fewer runs that are no whole modules (the end of
 * one block and the beginning of the next).
 */
export interface SequenceProblem {
  readonly lengths: readonly [number, number];
  /** Likeness of two elements, from 0; negative where they are not equal. */
  likeness(i: number, j: number): number;
  /** Whether a match counts as one, or only its likeness (layers without tensors). */
  counts(i: number): boolean;
  readonly mostLikeness: number;
  /** How deep the innermost module around both neighbours of a boundary is; index i is before element i. */
  readonly depths: readonly [readonly number[], readonly number[]];
}

export interface SequenceAnswer {
  /** Places that an element of the first sequence has in optimal alignments, ascending; -1 for none. */
  readonly places: readonly (readonly number[])[];
  /**
   * Some optimal alignments in full, -1 for an element without a place: unmatched runs as late as possible,
   * as early as possible, and in the middle of what is not decided. Equal ones are listed once.
   */
  readonly examples: readonly (readonly number[])[];
}

/** Numbers kept at once: 160 MB. Longer sequences are not told whole modules from parts. */
const MAX_STATES = 20_000_000;

/** Null where the sequences are too long. */
export function alignSequences(problem: SequenceProblem): SequenceAnswer | null {
  const [n, m] = problem.lengths;
  const cells = (n + 1) * (m + 1);
  for (const depths of [problem.depths, flat(problem.depths)]) {
    const states = new RunStates(depths);
    if (cells * (1 + 2 * states.count) <= MAX_STATES) return answerOf(new SequenceTable(problem, states));
  }
  return null;
}

function flat([a, b]: SequenceProblem['depths']): SequenceProblem['depths'] {
  return [a.map(() => 0), b.map(() => 0)];
}

function answerOf(table: SequenceTable): SequenceAnswer {
  const places = optimalPlaces(table);
  const undecided = places.filter(({ length }) => length > 1).length;
  const waits = undecided === 0 ? [0] : [0, Infinity, Math.floor(undecided / 2)];
  const examples = new Map<string, number[]>();
  for (const wait of waits) {
    const example = exampleAlignment(table, places, wait);
    examples.set(example.join(), example);
  }
  const element = places.findIndex(({ length }) => length > 1);
  if (element >= 0 && examples.size === 1) {
    const [only] = examples.values();
    const other = places[element]?.find((place) => place !== only?.[element]) ?? -1;
    const example = alignmentThrough(table, element, other);
    examples.set(example.join(), example);
  }
  return { places, examples: [...examples.values()] };
}
