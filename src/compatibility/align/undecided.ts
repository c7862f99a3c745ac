/** Neighbours in the first sequence whose places depend on each other: equal blocks, some of which are new. */
export interface UndecidedRun {
  /** Elements `from` to `to`, the latter excluded. */
  readonly from: number;
  readonly to: number;
  /** The first and the last place that one of them has; `low` is -1 where one may have none. */
  readonly low: number;
  readonly high: number;
}

/** Runs of elements that have several places, cut where all places of one lie before those of the next. */
export function undecidedRuns(places: readonly (readonly number[])[]): UndecidedRun[] {
  const runs: UndecidedRun[] = [];
  places.forEach((own, i) => {
    if (own.length < 2) return;
    const [low, high] = [Math.min(...own), Math.max(...own)];
    const last = runs.at(-1);
    if (last?.to === i && (low < 0 || low <= last.high)) {
      runs[runs.length - 1] = {
        from: last.from,
        to: i + 1,
        low: Math.min(last.low, low),
        high: Math.max(last.high, high),
      };
    } else runs.push({ from: i, to: i + 1, low, high });
  });
  return runs;
}
