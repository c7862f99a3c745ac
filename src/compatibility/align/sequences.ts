import { type GrownRun, grownRuns } from './grownRuns';
import { RunStates } from './runStates';
import { alignmentThrough, exampleAlignment } from './sequenceExample';
import { optimalPlaces } from './sequencePlaces';
import { SequenceTable } from './sequenceTable';
import { undecidedRuns } from './undecided';

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
  /** Null where all places are decided. */
  readonly examples: ExampleAlignments | null;
}

/** The same without regard to runs of unmatched elements. */
export interface LooseAnswer {
  /** Whether an element has one place only. */
  readonly proven: readonly boolean[];
  /** Equal blocks that became more. */
  readonly grown: readonly GrownRun[];
}

/**
 * Optimal alignments in full, -1 for an element without a place: unmatched runs as late as possible, as early as
 * possible, and in the middle of what is not decided.
 */
export interface ExampleAlignments {
  readonly late: readonly number[];
  readonly early: readonly number[];
  readonly middle: readonly number[];
}

/** Numbers kept at once: 160 MB. Longer sequences are not told whole modules from parts. */
const MAX_STATES = 20_000_000;

/** Null where the sequences are too long. */
export function alignSequences(problem: SequenceProblem): SequenceAnswer | null {
  for (const states of [new RunStates(problem.depths), withoutDepths(problem)]) {
    if (!isFeasible(problem, states)) continue;
    const table = new SequenceTable(problem, states, true);
    const places = optimalPlaces(table);
    return { places, examples: examplesOf(table, places) };
  }
  return null;
}

/** What alignments with most matches and most likeness have in common, whatever their runs; null where too long. */
export function alignLoosely(problem: SequenceProblem): LooseAnswer | null {
  const states = withoutDepths(problem);
  if (!isFeasible(problem, states)) return null;
  const places = optimalPlaces(new SequenceTable(problem, states, false));
  return {
    proven: places.map(({ length }) => length === 1),
    grown: grownRuns(problem, undecidedRuns(places), places),
  };
}

function isFeasible({ lengths: [n, m] }: SequenceProblem, states: RunStates): boolean {
  return (n + 1) * (m + 1) * (1 + 2 * states.count) <= MAX_STATES;
}

function withoutDepths({ depths: [a, b] }: SequenceProblem): RunStates {
  return new RunStates([a.map(() => 0), b.map(() => 0)]);
}

function examplesOf(table: SequenceTable, places: readonly (readonly number[])[]): ExampleAlignments | null {
  const runs = undecidedRuns(places);
  if (runs.length === 0) return null;
  const late = exampleAlignment(table, runs, 0);
  const early = exampleAlignment(table, runs, 1);
  const isOther = early.some((place, i) => place !== late[i]);
  return {
    late,
    early: isOther ? early : another(table, places, late),
    middle: exampleAlignment(table, runs, 0.5),
  };
}

/** An optimal alignment that differs from one. */
function another(
  table: SequenceTable,
  places: readonly (readonly number[])[],
  known: readonly number[],
): readonly number[] {
  const element = places.findIndex(({ length }) => length > 1);
  const place = places[element]?.find((one) => one !== known[element]) ?? -1;
  return alignmentThrough(table, element, place);
}
