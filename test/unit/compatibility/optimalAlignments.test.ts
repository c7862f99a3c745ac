import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import {
  alignLoosely,
  alignSequences,
  type SequenceProblem,
} from '../../../src/compatibility/align/sequences';
import { seedOfTests } from '../../support/seed';

/** `GRAFTLENS_SEED` repeats a run. */
const seed = seedOfTests();
const cases = 3_000;
const longest = 5;
const mostLikeness = 2;

/** Numbers from 0 up to `below`, the same for the same seed. */
function randomIntegers(state: number): (below: number) => number {
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

/** The place of each element of the first sequence, -1 for none. */
type Alignment = readonly number[];

/** Every way to match elements that may be matched, both sequences in order. */
function everyAlignment({ lengths: [n, m], likeness }: SequenceProblem): Alignment[] {
  const all: Alignment[] = [];
  const extend = (chosen: readonly number[], from: number): void => {
    const i = chosen.length;
    if (i === n) {
      all.push(chosen);
      return;
    }
    extend([...chosen, -1], from);
    for (let j = from; j < m; j++) if (likeness(i, j) >= 0) extend([...chosen, j], j + 1);
  };
  extend([], 0);
  return all;
}

/** Matches, likeness, and what is lost: runs without a place, and those that are no whole modules. */
function valueOf(problem: SequenceProblem, alignment: Alignment): readonly number[] {
  const [n, m] = problem.lengths;
  const taken = new Set(alignment);
  let [matches, likeness, runs, parts] = [0, 0, 0, 0];
  alignment.forEach((j, i) => {
    if (j < 0) return;
    matches += problem.counts(i) ? 1 : 0;
    likeness += problem.likeness(i, j);
  });
  /** Runs lie between two matches that follow one another, so both sides are cut at the matches. */
  const count = (free: (at: number) => boolean, length: number, depths: readonly number[]): void => {
    for (let at = 0; at < length; at++) {
      if (!free(at) || (at > 0 && free(at - 1))) continue;
      let end = at + 1;
      while (end < length && free(end)) end++;
      const inside = Math.min(Infinity, ...depths.slice(at + 1, end));
      runs += 1;
      if ((depths[at] ?? 0) > inside || (depths[end] ?? 0) > inside) parts += 1;
    }
  };
  count((i) => (alignment[i] ?? -1) < 0, n, problem.depths[0]);
  count((j) => !taken.has(j), m, problem.depths[1]);
  return [matches, likeness, -runs, -parts];
}

function compare(a: readonly number[], b: readonly number[]): number {
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return (a[i] ?? 0) - (b[i] ?? 0);
  return 0;
}

function randomProblem(random: (below: number) => number): SequenceProblem {
  const lengths = [random(longest + 1), random(longest + 1)] as const;
  const kinds = 1 + random(3);
  const tokens = lengths.map((length) => Array.from({ length }, () => random(kinds)));
  const likenesses = Array.from({ length: lengths[0] }, () =>
    Array.from({ length: lengths[1] }, () => random(mostLikeness + 1)),
  );
  const depths = (length: number): number[] => Array.from({ length: length + 1 }, () => random(3));
  // Layers of the first kind have no tensors in a third of the problems.
  const empty = random(3) === 0 ? 0 : -1;
  return {
    lengths,
    likeness: (i, j) => (tokens[0]?.[i] === tokens[1]?.[j] ? (likenesses[i]?.[j] ?? 0) : -1),
    counts: (i) => tokens[0]?.[i] !== empty,
    mostLikeness,
    depths: [depths(lengths[0]), depths(lengths[1])],
  };
}

describe('Alignments of two sequences', () => {
  it(`are all the best ones, and what they prove holds, as trying every one finds them (seed ${seed})`, () => {
    const random = randomIntegers(seed);
    let ambiguous = 0;
    let regular = 0;
    for (let number = 0; number < cases; number++) {
      const problem = randomProblem(random);
      const all = everyAlignment(problem).map((alignment) => ({
        alignment,
        value: valueOf(problem, alignment),
      }));
      const best = all.reduce((a, b) => (compare(b.value, a.value) > 0 ? b : a)).value;
      const optimal = all.filter(({ value }) => compare(value, best) === 0).map(({ alignment }) => alignment);
      const expected = Array.from({ length: problem.lengths[0] }, (_, i) =>
        [...new Set(optimal.map((alignment) => alignment[i] ?? -1))].sort((a, b) => a - b),
      );
      const answer = alignSequences(problem);
      assert.ok(answer !== null);
      assert.deepEqual(answer.places, expected, `problem ${number}`);
      const known = new Set(optimal.map((alignment) => alignment.join()));
      const { examples } = answer;
      const loose = alignLoosely(problem);
      assert.ok(loose !== null);
      const asLike = all.filter(({ value }) => compare(value.slice(0, 2), best.slice(0, 2)) === 0);
      for (const [i, proven] of loose.proven.entries()) {
        const places = new Set(asLike.map(({ alignment }) => alignment[i]));
        assert.equal(proven, places.size === 1, `problem ${number}`);
      }
      for (const run of loose.grown) {
        for (const own of [run.late, run.early, ...(run.regular === null ? [] : [run.regular])]) {
          const isThere = asLike.some(({ alignment }) =>
            own.every((place, at) => alignment[run.from + at] === place),
          );
          assert.ok(isThere, `problem ${number}: ${own.join()}`);
        }
        if (run.regular !== null) regular += 1;
      }
      assert.equal(examples !== null, optimal.length > 1 && known.size > 1, `problem ${number}`);
      if (examples === null) continue;
      ambiguous += 1;
      const { late, early, middle } = examples;
      for (const example of [late, early, middle]) assert.ok(known.has(example.join()), `problem ${number}`);
      assert.notEqual(late.join(), early.join(), `problem ${number}: one example of several`);
    }
    assert.ok(regular > 0, 'none had new elements at equal distances');
    assert.ok(ambiguous > cases / 20, `${ambiguous} problems had several answers`);
  });
});
