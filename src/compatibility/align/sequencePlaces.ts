import type { SequenceTable } from './sequenceTable';

/**
 * Places that each element of the first sequence has in optimal alignments, ascending, -1 for none: walks back
 * along every path that reaches the best value.
 */
export function optimalPlaces(table: SequenceTable): number[][] {
  const { n, m, states, stateCount, values, runCost, gains } = table;
  const { count } = states;
  const onPath = new Uint8Array(values.length);
  const places: Set<number>[] = Array.from({ length: n }, () => new Set<number>());
  onPath[table.index(n, m)] = 1;
  for (let i = n; i >= 0; i--) {
    for (let j = m; j >= 0; j--) {
      const here = table.index(i, j);
      const inB = here + 1;
      const inA = inB + count;
      if (onPath[here] === 1) {
        const value = values[here] ?? 0;
        for (let s = 0; s < count; s++) {
          if ((values[inB + s] ?? 0) - states.endCost(1, s, j) === value) onPath[inB + s] = 1;
          if ((values[inA + s] ?? 0) - states.endCost(0, s, i) === value) onPath[inA + s] = 1;
        }
        if (i > 0 && j > 0) {
          const before = table.index(i - 1, j - 1);
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
          markRun(table, onPath, 1, s, j - 1, left, left + 1, values[inB + s] ?? 0, runCost);
        }
        if (i > 0 && onPath[inA + s] === 1) {
          places[i - 1]?.add(-1);
          markRun(table, onPath, 0, s, i - 1, above, above + 1 + count, values[inA + s] ?? 0, runCost);
        }
      }
    }
  }
  return places.map((set) => [...set].sort((a, b) => a - b));
}

/** The states from which a run came to state `s` by taking element `at`. */
function markRun(
  { values, states }: SequenceTable,
  onPath: Uint8Array,
  side: 0 | 1,
  s: number,
  at: number,
  between: number,
  run: number,
  value: number,
  runCost: number,
): void {
  for (let before = 0; before < states.count; before++) {
    if (states.next(side, before, at) === s && values[run + before] === value) onPath[run + before] = 1;
  }
  if (states.first(side, at) === s && (values[between] ?? 0) - runCost === value) onPath[between] = 1;
}
