import type { CheckReply } from '../interpreter/reply';
import type { CandidateStateDict } from '../stateDict/candidate';
import { findAlignment } from './evidence';
import type { RepairTrial } from '../interpreter/request';
import { findRepairs } from './repair/findRepairs';
import { provenRepairs, repairTrials } from './repair/trials';
import { buildReport } from './buildReport';
import { choosePart, type ChosenPart } from './choosePart';
import { loadStateDict } from './loading';
import type { ModelDescription } from './model';
import type { CompatibilityReport } from './report';
import {
  differencesOf,
  forwardOf,
  loadingFromTorch,
  modelFromTorch,
  proofNotes,
  proofOf,
  signalOf,
} from './torchAnswer';

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
  /** What the user's own torch made of it; null for an answer from the source alone. */
  readonly torch: CheckReply | null;
}

/**
 * Compares a model with a part of a checkpoint as torch would load it, finds where each tensor belongs, and
 * what would repair it. Null where the file has no such part.
 */
export function checkCompatibility(question: CompatibilityQuestion): CompatibilityReport | null {
  const { weights, torch } = question;
  const compared = comparedOf(question);
  if (compared === null) return null;
  const { model, chosen } = compared;
  const proven = torch === null ? null : loadingFromTorch(torch, model, chosen.part);
  const loading = proven ?? loadStateDict(model, chosen.part.stateDict);
  const { alignment, baseline } = findAlignment(model, chosen.part, question.baseline);
  const report = buildReport({
    file: weights.file,
    model,
    chosen,
    loading,
    alignment,
    baseline,
    repairs: findRepairs(weights.file, model, chosen.part, loading, alignment),
    answeredBy: torch === null ? 'source' : 'torch',
  });
  if (torch === null) return report;
  return {
    ...report,
    repairs: provenRepairs(model, chosen.part, report.repairs, torch),
    notes: [...report.notes, ...proofNotes(torch)],
    proof: proofOf(torch),
    differences: differencesOf(question.model, torch, chosen.part),
    forward: forwardOf(torch),
    signal: signalOf(torch),
  };
}

/** What the user's torch is asked: the part to load, and the repairs of it to try. */
export interface ProofQuestion {
  readonly part: CandidateStateDict;
  readonly trials: readonly RepairTrial[];
}

/** Null where the file has no such part. */
export function proofQuestion(question: CompatibilityQuestion): ProofQuestion | null {
  const compared = comparedOf(question);
  const report = checkCompatibility(question);
  if (compared === null || report === null) return null;
  const { model, chosen } = compared;
  return { part: chosen.part, trials: repairTrials(model, chosen.part, report.repairs) };
}

/** Whether the answer to one question is the answer to another: the same part, and no other repairs. */
export function answersAll(before: ProofQuestion, now: ProofQuestion): boolean {
  return before.part === now.part && now.trials.every(({ id }) => before.trials.some((one) => one.id === id));
}

/** The model and the part of the file that a question compares; null where the file has no such part. */
export function comparedOf({
  model: predicted,
  weights,
  torch,
}: CompatibilityQuestion): { readonly model: ModelDescription; readonly chosen: ChosenPart } | null {
  const model = torch === null ? predicted : modelFromTorch(torch, predicted);
  const chosen = choosePart(weights.candidates, model, weights.key);
  return chosen === null ? null : { model, chosen };
}
