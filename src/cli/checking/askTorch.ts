import { dirname, join, resolve } from 'node:path';
import type { Checkpoint } from '../../checkpoint/checkpoint';
import {
  answersAll,
  proofQuestion,
  type CompatibilityQuestion,
  type ProofQuestion,
} from '../../compatibility/checkCompatibility';
import type { CheckOutcome } from '../../interpreter/outcome';
import type { CheckRequest, InputSpec } from '../../interpreter/request';
import { weightsRequest } from '../../interpreter/weightsRequest';
import { runCheck, startPython, type PythonOptions, type StartedPython } from '../../pythonProcess/runCheck';

/** A Python that has been started, and how another of its kind is. */
export interface TorchPython {
  readonly started: StartedPython;
  readonly options: PythonOptions;
}

export interface TorchQuestion {
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
  readonly signal: AbortSignal;
}

/** Starts the user's Python, which imports torch until it is asked. */
export function startTorch(python: string): TorchPython {
  // The script lies in the package beside the folder of the bundles.
  const options = { python, script: join(__dirname, '..', 'python', 'check_weights.py') };
  return { started: startPython(options), options };
}

/** Lets the user's torch answer; null where the file has no such part. */
export async function askTorch(python: TorchPython, question: TorchQuestion): Promise<CheckOutcome | null> {
  const { compared } = question;
  const asked = proofQuestion(compared);
  if (asked === null) return null;
  const { signal } = question;
  const outcome = await python.started.ask(await request(question, asked), signal);
  if (!outcome.ok) return outcome;
  // A model that the source does not tell may want another part of the file, or other repairs.
  const better = proofQuestion({ ...compared, torch: outcome.reply });
  if (better === null || answersAll(asked, better)) return outcome;
  return runCheck(await request(question, better), { ...python.options, signal });
}

async function request(
  { model, weights: { path, checkpoint }, inputs, timeLimit }: TorchQuestion,
  { part, trials }: ProofQuestion,
): Promise<CheckRequest> {
  const file = resolve(path);
  const shard = (name: string): string => join(dirname(file), name);
  const weights = await weightsRequest(file, checkpoint, part, shard, trials);
  return { timeLimit, model, weights, inputs };
}
