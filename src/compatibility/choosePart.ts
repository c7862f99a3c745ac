import type { CandidateStateDict } from '../stateDict/candidate';
import type { Integer } from '../stateDict/tensorSpec';
import { totalElements } from './integers';
import { loadStateDict } from './loading';
import type { ModelDescription } from './model';
import type { JsonPath } from './report';

/** Which of equally good parts of a checkpoint is meant, by its last name. */
const PREFERRED = ['model_ema', 'ema', 'state_dict', 'model'];

/** Parts of one file that are compared: a file with more is a collection of models. */
const MAX_PARTS = 64;

export interface ChosenPart {
  readonly part: CandidateStateDict;
  readonly alternatives: readonly { readonly path: JsonPath; readonly matched: number }[];
}

/**
 * The part of a checkpoint to load: the one at `key` if given, else the root if it is one, else the one that
 * loads most elements, ties in the order of `PREFERRED`, then of the file. Null where there is none.
 * `key` is a path joined with dots, or JSON's array of it.
 */
export function choosePart(
  candidates: readonly CandidateStateDict[],
  model: ModelDescription,
  key: string | null,
): ChosenPart | null {
  const rated = candidates.slice(0, MAX_PARTS).map((part) => rate(part, model));
  const best = key === null ? automatic(rated) : rated.find(({ part }) => isAt(part.path, key));
  if (best === undefined) return null;
  const alternatives = rated
    .filter((other) => other !== best)
    .map(({ part, matched }) => ({ path: part.path, matched }))
    .sort((a, b) => b.matched - a.matched);
  return { part: best.part, alternatives };
}

interface RatedPart {
  readonly part: CandidateStateDict;
  readonly matched: number;
  readonly elements: Integer;
}

function rate(part: CandidateStateDict, model: ModelDescription): RatedPart {
  const { loads } = loadStateDict(model, part.stateDict);
  const keys = [...loads.values()];
  const shapes = keys.map((key) => part.stateDict.entries.get(key)?.tensor?.shape ?? null);
  return { part, matched: keys.length, elements: totalElements(shapes) };
}

function automatic(rated: readonly RatedPart[]): RatedPart | undefined {
  const root = rated.find(({ part }) => part.path.length === 0 && isAllTensors(part));
  if (root !== undefined) return root;
  return [...rated].sort((a, b) => compare(b.elements, a.elements) || rank(a.part) - rank(b.part))[0];
}

function isAllTensors({ stateDict }: CandidateStateDict): boolean {
  return [...stateDict.entries.values()].every(
    ({ key, tensor }) => tensor !== null || key.endsWith('_extra_state'),
  );
}

function compare(a: Integer, b: Integer): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function rank({ path }: CandidateStateDict): number {
  const place = PREFERRED.findIndex((name) => path.includes(name));
  return place < 0 ? PREFERRED.length : place;
}

function isAt(path: JsonPath, key: string): boolean {
  if (path.join('.') === key) return true;
  if (!key.startsWith('[')) return false;
  try {
    return JSON.stringify(JSON.parse(key)) === JSON.stringify(path);
  } catch {
    return false;
  }
}
