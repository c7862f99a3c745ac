import type { SequenceTable } from './sequenceTable';
import type { UndecidedRun } from './undecided';

/** A state of the table, and what the step from it towards the end does: leave an element out, match two, or nothing. */
interface Step {
  readonly i: number;
  readonly j: number;
  readonly state: number;
  readonly kind: 'match' | 'run' | 'longer' | 'begin';
}

/**
 * One optimal alignment, from its end. In each undecided run, unmatched elements are put off until a share of it
 * has passed: 0 puts them as late as possible, 1 as early.
 */
export function exampleAlignment(
  table: SequenceTable,
  runs: readonly UndecidedRun[],
  share: number,
): number[] {
  const result = new Array<number>(table.n).fill(-1);
  /** How many elements of each run pass first. */
  const latest = new Int32Array(table.n + 1);
  for (const { from, to } of runs) latest.fill(to - Math.floor(share * (to - from)), from + 1, to + 1);
  let [i, j, state] = [table.n, table.m, 0];
  while (i > 0 || j > 0) {
    const steps = stepsBefore(table, i, j, state);
    const early = i > (latest[i] ?? 0);
    const preferred = early ? ['match', 'begin'] : ['run', 'longer'];
    const step = steps.find(({ kind }) => preferred.includes(kind)) ?? steps[0];
    if (step === undefined) throw new Error('an alignment has no step before this one');
    if (step.kind === 'match') result[step.i] = step.j;
    ({ i, j, state } = step);
  }
  return result;
}

/** An optimal alignment that gives an element a place which `optimalPlaces` found for it, -1 for none. */
export function alignmentThrough(table: SequenceTable, element: number, place: number): number[] {
  interface Visit extends Step {
    readonly after: Visit | null;
  }
  const { n, m } = table;
  const seen = new Uint8Array(table.values.length);
  const stack: Visit[] = [{ i: n, j: m, state: 0, kind: 'run', after: null }];
  for (let visit = stack.pop(); visit !== undefined; visit = stack.pop()) {
    const { i, j, state } = visit;
    if (i === 0 && j === 0) return matchesOf(visit, n);
    for (const step of stepsBefore(table, i, j, state)) {
      const at = table.index(step.i, step.j) + step.state;
      const isOther = step.i === element && i > element && place !== (step.kind === 'match' ? step.j : -1);
      if (isOther || seen[at] === 1) continue;
      seen[at] = 1;
      stack.push({ ...step, after: visit });
    }
  }
  throw new Error(`no alignment gives element ${element} the place ${place}`);

  function matchesOf(first: Visit, length: number): number[] {
    const result = new Array<number>(length).fill(-1);
    for (let at: Visit | null = first; at !== null; at = at.after) {
      if (at.kind === 'match') result[at.i] = at.j;
    }
    return result;
  }
}

/** Every state from which an optimal alignment comes to this one. */
function stepsBefore(table: SequenceTable, i: number, j: number, state: number): Step[] {
  const { m, states, values, gains, runCost } = table;
  const { count } = states;
  const here = table.index(i, j);
  const value = values[here + state] ?? 0;
  const steps: Step[] = [];
  if (state > 0) {
    const side = state > count ? 0 : 1;
    const offset = 1 + (side === 0 ? count : 0);
    const [ownI, ownJ] = side === 0 ? [i - 1, j] : [i, j - 1];
    if (ownI < 0 || ownJ < 0) return steps;
    const before = table.index(ownI, ownJ);
    const at = side === 0 ? ownI : ownJ;
    const own = state - offset;
    if (states.first(side, at) === own && (values[before] ?? 0) - runCost === value) {
      steps.push({ i: ownI, j: ownJ, state: 0, kind: 'begin' });
    }
    for (let s = 0; s < count; s++) {
      if (states.next(side, s, at) === own && values[before + offset + s] === value) {
        steps.push({ i: ownI, j: ownJ, state: offset + s, kind: 'longer' });
      }
    }
    return steps;
  }
  if (i > 0 && j > 0) {
    const gain = gains[(i - 1) * m + j - 1] ?? 0;
    if ((values[table.index(i - 1, j - 1)] ?? 0) + gain === value) {
      steps.push({ i: i - 1, j: j - 1, state: 0, kind: 'match' });
    }
  }
  for (let s = 0; s < count; s++) {
    if ((values[here + 1 + s] ?? 0) - states.endCost(1, s, j) === value) {
      steps.push({ i, j, state: 1 + s, kind: 'run' });
    }
    if ((values[here + 1 + count + s] ?? 0) - states.endCost(0, s, i) === value) {
      steps.push({ i, j, state: 1 + count + s, kind: 'run' });
    }
  }
  return steps;
}
