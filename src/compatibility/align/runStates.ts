/**
 * What must be remembered of a run of unmatched elements to know at its end whether it is whole modules: how
 * deep the boundary lies at which it began, and the shallowest boundary inside it. It is whole if neither of
 * its ends lies deeper than what it spans.
 */
export class RunStates {
  readonly count: number;
  private readonly levels: readonly [Int32Array, Int32Array];
  private readonly begun: readonly number[];
  private readonly spanned: readonly number[];
  private readonly numbers: ReadonlyMap<number, number>;
  /** Level of a run that spans no boundary yet. */
  private readonly none: number;
  private readonly nexts: Int32Array;

  constructor(depths: readonly [readonly number[], readonly number[]]) {
    const all = [...new Set([...depths[0], ...depths[1]])].sort((a, b) => a - b);
    const rank = new Map(all.map((depth, i) => [depth, i]));
    const levels = (side: readonly number[]): Int32Array =>
      Int32Array.from(side, (depth) => rank.get(depth) ?? 0);
    this.levels = [levels(depths[0]), levels(depths[1])];
    this.none = all.length;
    // State 0: known to be no whole modules, whatever follows.
    const begun: number[] = [-1];
    const spanned: number[] = [-1];
    const numbers = new Map<number, number>();
    for (let start = 0; start < all.length; start++) {
      for (let span = start; span <= this.none; span++) {
        numbers.set(start * (this.none + 1) + span, begun.length);
        begun.push(start);
        spanned.push(span);
      }
    }
    this.begun = begun;
    this.spanned = spanned;
    this.numbers = numbers;
    this.count = begun.length;
    this.nexts = this.nextsOf(all.length);
  }

  /** The state after the first element, which follows boundary `at`. */
  first(side: 0 | 1, at: number): number {
    return this.state(this.levels[side][at] ?? 0, this.none);
  }

  /** The state after one more element, which follows boundary `at`. */
  next(side: 0 | 1, state: number, at: number): number {
    return this.nexts[state * this.none + (this.levels[side][at] ?? 0)] ?? 0;
  }

  /** 1 where the run, ending before boundary `at`, is no whole modules. */
  endCost(side: 0 | 1, state: number, at: number): number {
    return (this.levels[side][at] ?? 0) > (this.spanned[state] ?? -1) ? 1 : 0;
  }

  private nextsOf(levelCount: number): Int32Array {
    const nexts = new Int32Array(this.count * levelCount);
    for (let state = 1; state < this.count; state++) {
      for (let level = 0; level < levelCount; level++) {
        const start = this.begun[state] ?? 0;
        const span = Math.min(this.spanned[state] ?? 0, level);
        nexts[state * levelCount + level] = span < start ? 0 : this.state(start, span);
      }
    }
    return nexts;
  }

  private state(start: number, span: number): number {
    return this.numbers.get(start * (this.none + 1) + span) ?? 0;
  }
}
