import type { CandidateStateDict } from '../stateDict/candidate';
import type { Integer } from '../stateDict/tensorSpec';
import { jsonShape } from './integers';
import { sameShapes } from './loading';
import type { ModelDescription } from './model';
import type { JsonShape } from './report';

/** One side of a comparison: keys with shapes and dtypes, null where they are not known. */
export type ComparedKeys = ReadonlyMap<
  string,
  { readonly shape: readonly Integer[] | null; readonly dtype: string | null }
>;

/** In what two state_dicts differ; lists are in the order of A, `onlyInB` in that of B. */
export interface KeyDifferences {
  readonly same: boolean;
  readonly onlyInA: readonly string[];
  readonly onlyInB: readonly string[];
  readonly reshaped: readonly {
    readonly key: string;
    readonly a: JsonShape | null;
    readonly b: JsonShape | null;
  }[];
  readonly retyped: readonly {
    readonly key: string;
    readonly a: string | null;
    readonly b: string | null;
  }[];
}

export function keysOfModel(model: ModelDescription): ComparedKeys {
  return new Map(model.entries.map(({ key, shape, dtype }) => [key, { shape, dtype }]));
}

export function keysOfPart({ stateDict }: CandidateStateDict): ComparedKeys {
  return new Map(
    [...stateDict.entries].map(([key, { tensor }]) => [
      key,
      { shape: tensor?.shape ?? null, dtype: tensor?.dtype ?? null },
    ]),
  );
}

export function compareKeys(a: ComparedKeys, b: ComparedKeys): KeyDifferences {
  const onlyInA = [...a.keys()].filter((key) => !b.has(key));
  const onlyInB = [...b.keys()].filter((key) => !a.has(key));
  const reshaped: KeyDifferences['reshaped'][number][] = [];
  const retyped: KeyDifferences['retyped'][number][] = [];
  for (const [key, one] of a) {
    const other = b.get(key);
    if (other === undefined) continue;
    const same =
      one.shape === null || other.shape === null
        ? one.shape === other.shape
        : sameShapes(one.shape, other.shape);
    if (!same) reshaped.push({ key, a: jsonShape(one.shape), b: jsonShape(other.shape) });
    if (one.dtype !== other.dtype) retyped.push({ key, a: one.dtype, b: other.dtype });
  }
  const same = onlyInA.length + onlyInB.length + reshaped.length + retyped.length === 0;
  return { same, onlyInA, onlyInB, reshaped, retyped };
}

/**
 * The parts of two files that are compared: those that have most keys in common, then those with most keys,
 * then the first. Null where a side has none.
 */
export function comparedParts(
  a: readonly ComparedKeys[],
  b: readonly ComparedKeys[],
): readonly [number, number] | null {
  let best: readonly [number, number] | null = null;
  let bestScore: readonly [number, number] = [-1, -1];
  a.forEach((one, i) => {
    b.forEach((other, j) => {
      let common = 0;
      for (const key of one.keys()) if (other.has(key)) common++;
      const score = [common, one.size + other.size] as const;
      if (score[0] > bestScore[0] || (score[0] === bestScore[0] && score[1] > bestScore[1])) {
        best = [i, j];
        bestScore = score;
      }
    });
  });
  return best;
}
