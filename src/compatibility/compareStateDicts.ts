import type { CandidateStateDict } from '../stateDict/candidate';
import type { Integer } from '../stateDict/tensorSpec';
import { jsonShape } from './integers';
import { sameShapes } from './loading';
import type { ModelDescription } from './model';
import type { JsonShape } from './report';

/** Parts of a file that are tried against the other side's. */
export const MAX_COMPARED_PARTS = 32;

/** One side of a comparison: keys with shapes and dtypes, null where they are not known. */
export type ComparedKeys = ReadonlyMap<
  string,
  { readonly shape: readonly Integer[] | null; readonly dtype: string | null }
>;

/** What is known of a key on one side. */
export type KeyForm = ComparedKeys extends ReadonlyMap<string, infer Form> ? Form : never;

/** How a key of one side relates to the other side. */
export type KeyRelation = 'same' | 'reshaped' | 'retyped' | 'reshapedRetyped' | 'onlyA' | 'onlyB';

export interface ComparedKey {
  readonly key: string;
  readonly relation: KeyRelation;
  /** Null where the side has no such key. */
  readonly a: KeyForm | null;
  readonly b: KeyForm | null;
}

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

/**
 * The keys of both sides in one order: A's, and those that only B has behind the key that they follow in B, so
 * that what belongs together stays together.
 */
export function comparedKeys(a: ComparedKeys, b: ComparedKeys): ComparedKey[] {
  const first: ComparedKey[] = [];
  const following = new Map<string, ComparedKey[]>();
  let behind = first;
  for (const [key, form] of b) {
    if (a.has(key)) {
      behind = [];
      following.set(key, behind);
    } else behind.push({ key, relation: 'onlyB', a: null, b: form });
  }
  const ofA = [...a].flatMap(([key, form]): ComparedKey[] => {
    const other = b.get(key) ?? null;
    const relation = other === null ? 'onlyA' : relationOf(form, other);
    return [{ key, relation, a: form, b: other }, ...(following.get(key) ?? [])];
  });
  // Where nothing is shared, there is nothing that B's keys would belong to.
  return following.size === 0 ? [...ofA, ...first] : [...first, ...ofA];
}

function relationOf(a: KeyForm, b: KeyForm): KeyRelation {
  const sameShape = a.shape === null || b.shape === null ? a.shape === b.shape : sameShapes(a.shape, b.shape);
  if (a.dtype === b.dtype) return sameShape ? 'same' : 'reshaped';
  return sameShape ? 'retyped' : 'reshapedRetyped';
}

export function differencesOf(a: ComparedKeys, b: ComparedKeys): KeyDifferences {
  const onlyInA = [...a.keys()].filter((key) => !b.has(key));
  const onlyInB = [...b.keys()].filter((key) => !a.has(key));
  const reshaped: KeyDifferences['reshaped'][number][] = [];
  const retyped: KeyDifferences['retyped'][number][] = [];
  for (const [key, one] of a) {
    const other = b.get(key);
    if (other === undefined) continue;
    const relation = relationOf(one, other);
    if (relation === 'reshaped' || relation === 'reshapedRetyped') {
      reshaped.push({ key, a: jsonShape(one.shape), b: jsonShape(other.shape) });
    }
    if (relation === 'retyped' || relation === 'reshapedRetyped') {
      retyped.push({ key, a: one.dtype, b: other.dtype });
    }
  }
  const same = onlyInA.length + onlyInB.length + reshaped.length + retyped.length === 0;
  return { same, onlyInA, onlyInB, reshaped, retyped };
}

/** Number of keys that both sides have. */
export function commonKeys(a: ComparedKeys, b: ComparedKeys): number {
  let common = 0;
  for (const key of a.keys()) if (b.has(key)) common++;
  return common;
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
      const score = [commonKeys(one, other), one.size + other.size] as const;
      if (score[0] > bestScore[0] || (score[0] === bestScore[0] && score[1] > bestScore[1])) {
        best = [i, j];
        bestScore = score;
      }
    });
  });
  return best;
}
