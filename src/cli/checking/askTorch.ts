import { dirname, join, resolve } from 'node:path';
import type { Checkpoint } from '../../checkpoint/checkpoint';
import { choosePart } from '../../compatibility/choosePart';
import type { ModelDescription } from '../../compatibility/model';
import { modelFromTorch } from '../../compatibility/torchAnswer';
import type { CheckOutcome } from '../../interpreter/outcome';
import type { InputSpec } from '../../interpreter/request';
import { weightsRequest } from '../../interpreter/weightsRequest';
import { runCheck, type CheckOptions } from '../../pythonProcess/runCheck';
import type { CandidateStateDict } from '../../stateDict/candidate';

export interface TorchQuestion {
  readonly python: string;
  readonly model: {
    readonly file: string;
    readonly root: string;
    readonly name: string;
    readonly args: string;
  };
  /** The model as its source describes it: with it, the part of the file is chosen. */
  readonly predicted: ModelDescription;
  readonly weights: {
    /** The file itself; of a folder, the one that describes it. */
    readonly path: string;
    readonly checkpoint: Checkpoint;
    readonly candidates: readonly CandidateStateDict[];
    readonly key: string | null;
  };
  readonly inputs: readonly InputSpec[] | null;
  readonly timeLimit: number;
  readonly options: Omit<CheckOptions, 'python' | 'script'>;
}

/** Lets the user's torch answer; null where the file has no such part. */
export async function askTorch(question: TorchQuestion): Promise<CheckOutcome | null> {
  const { predicted, weights } = question;
  const chosen = choosePart(weights.candidates, predicted, weights.key);
  if (chosen === null) return null;
  const outcome = await ask(question, chosen.part);
  if (!outcome.ok) return outcome;
  // A model that the source does not tell may want another part of the file.
  const better = choosePart(weights.candidates, modelFromTorch(outcome.reply, predicted), weights.key);
  return better === null || better.part === chosen.part ? outcome : ask(question, better.part);
}

async function ask(question: TorchQuestion, part: CandidateStateDict): Promise<CheckOutcome> {
  const { python, model, weights, inputs, timeLimit, options } = question;
  const file = resolve(weights.path);
  const request = await weightsRequest(file, weights.checkpoint, part, (name) => join(dirname(file), name));
  return runCheck(
    { timeLimit, model, weights: request, inputs },
    // The script lies in the package beside the folder of the bundles.
    { ...options, python, script: join(__dirname, '..', 'python', 'check_weights.py') },
  );
}
