import type { SequenceTable } from './sequenceTable';

/** One optimal alignment, from its end; runs are put off until `wait` undecided elements have passed. */
export function exampleAlignment(
  table: SequenceTable,
  places: readonly (readonly number[])[],
  wait: number,
): number[] {
  const { n, m, states, values, gains } = table;
  const { count } = states;
  const result = new Array<number>(n).fill(-1);
  let [i, j, state, passed] = [n, m, 0, 0];
  while (i > 0 || j > 0) {
    const here = table.index(i, j);
    const value = values[here + state] ?? 0;
    if (state > 0) {
      const side = state > count ? 0 : 1;
      const own = state - 1 - (side === 0 ? count : 0);
      if (side === 0) i--;
      else j--;
      if (side === 0 && (places[i]?.length ?? 0) > 1) passed++;
      state = stateBefore(table, side, own, i, j, value, passed < wait);
      continue;
    }
    const gain = i > 0 && j > 0 ? (gains[(i - 1) * m + j - 1] ?? 0) : -Infinity;
    const matches = i > 0 && j > 0 && (values[table.index(i - 1, j - 1)] ?? 0) + gain === value;
    const run = endedRun(table, here, i, j, value);
    if (matches && (run === 0 || passed < wait)) {
      if ((places[i - 1]?.length ?? 0) > 1) passed++;
      result[--i] = --j;
    } else if (run > 0) state = run;
    else throw new Error('an alignment has no step before this one');
  }
  return result;
}

/** A state of a run that ends here at no more than its cost, 0 where there is none. */
function endedRun(table: SequenceTable, here: number, i: number, j: number, value: number): number {
  const { states, values } = table;
  const { count } = states;
  for (let s = 0; s < count; s++) {
    if ((values[here + 1 + s] ?? 0) - states.endCost(1, s, j) === value) return 1 + s;
    const inA = here + 1 + count + s;
    if ((values[inA] ?? 0) - states.endCost(0, s, i) === value) return 1 + count + s;
  }
  return 0;
}

/**
 * The state from which a run came to its state `own` by the element that ends at (i, j): of several the one
 * where the run begins, if `short`, else one further back.
 */
function stateBefore(
  table: SequenceTable,
  side: 0 | 1,
  own: number,
  i: number,
  j: number,
  value: number,
  short: boolean,
): number {
  const { states, values, runCost } = table;
  const here = table.index(i, j);
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
