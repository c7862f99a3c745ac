import type { RunStates } from './runStates';
import type { SequenceProblem } from './sequences';

/**
 * Dynamic programming over (i, j, state). State 0: between runs. 1 … S: in a run of unmatched elements of the
 * second sequence, by `RunStates`; S + 1 … 2 S: the same of the first.
 */
export class SequenceTable {
  readonly n: number;
  readonly m: number;
  readonly stateCount: number;
  /** The best value of each (i, j, state). */
  readonly values: Float64Array;
  /** What matching i with j is worth, −∞ where they are not equal. */
  readonly gains: Float64Array;
  /** What a run of unmatched elements costs. */
  readonly runCost: number;

  /** @param countsRuns whether fewer runs are better; `states` without depths where not */
  constructor(
    private readonly problem: SequenceProblem,
    readonly states: RunStates,
    countsRuns: boolean,
  ) {
    const [n, m] = problem.lengths;
    this.n = n;
    this.m = m;
    this.stateCount = 1 + 2 * states.count;
    this.values = new Float64Array((n + 1) * (m + 1) * this.stateCount).fill(-Infinity);
    // Each aim outweighs all that follow together. A run that is no whole modules costs 1.
    this.runCost = countsRuns ? n + m + 1 : 0;
    this.gains = this.gainsOf();
    this.fill();
  }

  index(i: number, j: number): number {
    return (i * (this.m + 1) + j) * this.stateCount;
  }

  private gainsOf(): Float64Array {
    const { n, m, problem } = this;
    const likenessWeight = (n + m + 1) ** 2;
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
}
