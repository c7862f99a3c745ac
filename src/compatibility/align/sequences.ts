import { RunStates } from './runStates';

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
    if (cells * (1 + 2 * states.count) <= MAX_STATES) return new Table(problem, states).answer();
  }
  return null;
}

function flat([a, b]: SequenceProblem['depths']): SequenceProblem['depths'] {
  return [a.map(() => 0), b.map(() => 0)];
}

/**
 * Dynamic programming over (i, j, state). State 0: between runs. 1 … S: in a run of unmatched elements of the
 * second sequence, by `RunStates`; S + 1 … 2 S: the same of the first.
 */
class Table {
  private readonly n: number;
  private readonly m: number;
  private readonly stateCount: number;
  private readonly values: Float64Array;
  private readonly gains: Float64Array;
  private readonly runCost: number;

  constructor(
    private readonly problem: SequenceProblem,
    private readonly states: RunStates,
  ) {
    const [n, m] = problem.lengths;
    this.n = n;
    this.m = m;
    this.stateCount = 1 + 2 * states.count;
    this.values = new Float64Array((n + 1) * (m + 1) * this.stateCount).fill(-Infinity);
    // Each aim outweighs all that follow together. A run that is no whole modules costs 1.
    this.runCost = n + m + 1;
    this.gains = this.gainsOf();
  }

  answer(): SequenceAnswer {
    this.fill();
    const places = this.trace();
    const undecided = places.filter(({ length }) => length > 1).length;
    const waits = undecided === 0 ? [0] : [0, Infinity, Math.floor(undecided / 2)];
    const examples = new Map<string, number[]>();
    for (const wait of waits) {
      const example = this.example(places, wait);
      examples.set(example.join(), example);
    }
    return { places, examples: [...examples.values()] };
  }

  /** One optimal alignment, from its end; runs are put off until `wait` undecided elements have passed. */
  private example(places: readonly (readonly number[])[], wait: number): number[] {
    const { n, m, states, values, gains } = this;
    const { count } = states;
    const result = new Array<number>(n).fill(-1);
    let [i, j, state, passed] = [n, m, 0, 0];
    while (i > 0 || j > 0) {
      const here = this.index(i, j);
      const value = values[here + state] ?? 0;
      if (state > 0) {
        const side = state > count ? 0 : 1;
        const own = state - 1 - (side === 0 ? count : 0);
        if (side === 0) i--;
        else j--;
        if (side === 0 && (places[i]?.length ?? 0) > 1) passed++;
        state = this.stateBefore(side, own, i, j, value, passed < wait);
        continue;
      }
      const gain = i > 0 && j > 0 ? (gains[(i - 1) * m + j - 1] ?? 0) : -Infinity;
      const matches = i > 0 && j > 0 && (values[this.index(i - 1, j - 1)] ?? 0) + gain === value;
      const run = this.endedRun(here, i, j, value);
      if (matches && (run === 0 || passed < wait)) {
        if ((places[i - 1]?.length ?? 0) > 1) passed++;
        result[--i] = --j;
      } else if (run > 0) state = run;
      else throw new Error('an alignment has no step before this one');
    }
    return result;
  }

  /** A state of a run that ends here at no more than its cost, 0 where there is none. */
  private endedRun(here: number, i: number, j: number, value: number): number {
    const { count } = this.states;
    for (let s = 0; s < count; s++) {
      if ((this.values[here + 1 + s] ?? 0) - this.states.endCost(1, s, j) === value) return 1 + s;
      const inA = here + 1 + count + s;
      if ((this.values[inA] ?? 0) - this.states.endCost(0, s, i) === value) return 1 + count + s;
    }
    return 0;
  }

  /**
   * The state from which a run came to its state `own` by the element that ends at (i, j): of several the one
   * where the run begins, if `short`, else one further back.
   */
  private stateBefore(side: 0 | 1, own: number, i: number, j: number, value: number, short: boolean): number {
    const { states, values, runCost } = this;
    const here = this.index(i, j);
    const offset = 1 + (side === 0 ? states.count : 0);
    const at = side === 0 ? i : j;
    const begins = states.first(side, at) === own && (values[here] ?? 0) - runCost === value;
    if (begins && short) return 0;
    for (let before = 0; before < states.count; before++) {
      if (states.next(side, before, at) === own && values[here + offset + before] === value) {
        return offset + before;
      }
    }
    return 0;
  }

  private gainsOf(): Float64Array {
    const { n, m, runCost, problem } = this;
    const likenessWeight = runCost * (n + m + 1);
    // Exact up to some 3,000 elements on each side, more than MAX_STATES lets through.
    const matchWeight = likenessWeight * (problem.mostLikeness * Math.min(n, m) + 1);
    const gains = new Float64Array(n * m);
    for (let i = 0; i < n; i++) {
      const match = problem.counts(i) ? matchWeight : 0;
      for (let j = 0; j < m; j++) {
        const likeness = problem.likeness(i, j);
        gains[i * m + j] = likeness < 0 ? -Infinity : likeness * likenessWeight + match;
      }
    }
    return gains;
  }

  private index(i: number, j: number): number {
    return (i * (this.m + 1) + j) * this.stateCount;
  }

  private fill(): void {
    const { n, m, states, stateCount, values, runCost, gains } = this;
    const { count } = states;
    values[0] = 0;
    for (let i = 0; i <= n; i++) {
      for (let j = 0; j <= m; j++) {
        const here = this.index(i, j);
        const inB = here + 1;
        const inA = inB + count;
        let between = values[here] ?? 0;
        for (let s = 0; s < count; s++) {
          const b = (values[inB + s] ?? 0) - states.endCost(1, s, j);
          if (b > between) between = b;
          const a = (values[inA + s] ?? 0) - states.endCost(0, s, i);
          if (a > between) between = a;
        }
        values[here] = between;
        if (j < m) {
          const right = inB + stateCount;
          for (let s = 0; s < count; s++) this.raise(right + states.next(1, s, j), values[inB + s] ?? 0);
          this.raise(right + states.first(1, j), between - runCost);
        }
        if (i < n) {
          const below = inA + (m + 1) * stateCount;
          for (let s = 0; s < count; s++) this.raise(below + states.next(0, s, i), values[inA + s] ?? 0);
          this.raise(below + states.first(0, i), between - runCost);
        }
        if (i < n && j < m) this.raise(this.index(i + 1, j + 1), between + (gains[i * m + j] ?? 0));
      }
    }
  }

  private raise(at: number, value: number): void {
    if (value > (this.values[at] ?? 0)) this.values[at] = value;
  }

  /** Walks back along every path that reaches the best value. */
  private trace(): number[][] {
    const { n, m, states, stateCount, values, runCost, gains } = this;
    const { count } = states;
    const onPath = new Uint8Array(values.length);
    const places: Set<number>[] = Array.from({ length: n }, () => new Set<number>());
    onPath[this.index(n, m)] = 1;
    for (let i = n; i >= 0; i--) {
      for (let j = m; j >= 0; j--) {
        const here = this.index(i, j);
        const inB = here + 1;
        const inA = inB + count;
        if (onPath[here] === 1) {
          const value = values[here] ?? 0;
          for (let s = 0; s < count; s++) {
            if ((values[inB + s] ?? 0) - states.endCost(1, s, j) === value) onPath[inB + s] = 1;
            if ((values[inA + s] ?? 0) - states.endCost(0, s, i) === value) onPath[inA + s] = 1;
          }
          if (i > 0 && j > 0) {
            const before = this.index(i - 1, j - 1);
            if ((values[before] ?? 0) + (gains[(i - 1) * m + j - 1] ?? 0) === value) {
              onPath[before] = 1;
              places[i - 1]?.add(j - 1);
            }
          }
        }
        const left = here - stateCount;
        const above = here - (m + 1) * stateCount;
        for (let s = 0; s < count; s++) {
          if (j > 0 && onPath[inB + s] === 1) {
            this.markRun(onPath, 1, s, j - 1, left, left + 1, values[inB + s] ?? 0, runCost);
          }
          if (i > 0 && onPath[inA + s] === 1) {
            places[i - 1]?.add(-1);
            this.markRun(onPath, 0, s, i - 1, above, above + 1 + count, values[inA + s] ?? 0, runCost);
          }
        }
      }
    }
    return places.map((set) => [...set].sort((a, b) => a - b));
  }

  /** The states from which a run came to state `s` by taking element `at`. */
  private markRun(
    onPath: Uint8Array,
    side: 0 | 1,
    s: number,
    at: number,
    between: number,
    run: number,
    value: number,
    runCost: number,
  ): void {
    const { values, states } = this;
    for (let before = 0; before < states.count; before++) {
      if (states.next(side, before, at) === s && values[run + before] === value) onPath[run + before] = 1;
    }
    if (states.first(side, at) === s && (values[between] ?? 0) - runCost === value) onPath[between] = 1;
  }
}
