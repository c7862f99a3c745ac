import { dirname, join, resolve } from 'node:path';
import type { Checkpoint } from '../../checkpoint/checkpoint';
import {
  answersAll,
  proofQuestion,
  type CompatibilityQuestion,
  type ProofQuestion,
} from '../../compatibility/checkCompatibility';
import type { CheckOutcome } from '../../interpreter/outcome';
import type { InputSpec } from '../../interpreter/request';
import { weightsRequest } from '../../interpreter/weightsRequest';
import { runCheck, type CheckOptions } from '../../pythonProcess/runCheck';

export interface TorchQuestion {
  readonly python: string;
  readonly model: {
    readonly file: string;
    readonly root: string;
    readonly name: string;
    readonly args: string;
  };
  readonly weights: {
    /** The file itself; of a folder, the one that describes it. */
    readonly path: string;
    readonly checkpoint: Checkpoint;
  };
  /** What is compared: with it, the part of the file is chosen, and the repairs to try. */
  readonly compared: CompatibilityQuestion;
  readonly inputs: readonly InputSpec[] | null;
  readonly timeLimit: number;
  readonly options: Omit<CheckOptions, 'python' | 'script'>;
}

/** Lets the user's torch answer; null where the file has no such part. */
export async function askTorch(question: TorchQuestion): Promise<CheckOutcome | null> {
  const { compared } = question;
  const asked = proofQuestion(compared);
  if (asked === null) return null;
  const outcome = await ask(question, asked);
  if (!outcome.ok) return outcome;
  // A model that the source does not tell may want another part of the file, or other repairs.
  const better = proofQuestion({ ...compared, torch: outcome.reply });
  return better === null || answersAll(asked, better) ? outcome : ask(question, better);
}

async function ask(question: TorchQuestion, { part, trials }: ProofQuestion): Promise<CheckOutcome> {
  const { python, model, weights, inputs, timeLimit, options } = question;
  const file = resolve(weights.path);
  const shard = (name: string): string => join(dirname(file), name);
  const request = await weightsRequest(file, weights.checkpoint, part, shard, trials);
  return runCheck(
    { timeLimit, model, weights: request, inputs },
    // The script lies in the package beside the folder of the bundles.
    { ...options, python, script: join(__dirname, '..', 'python', 'check_weights.py') },
  );
}
