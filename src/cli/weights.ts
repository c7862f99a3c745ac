import type { ByteSource } from '../archive/byteSource';
import { candidateStateDicts } from '../checkpoint/candidateStateDicts';
import { openCheckpoint } from '../checkpoint/openCheckpoint';
import { nodePlatform } from '../files/nodePlatform';
import type { Checkpoint } from '../checkpoint/checkpoint';
import type { CandidateStateDict } from '../stateDict/candidate';
import { openSource } from './openSource';

export interface Weights {
  /** The file that was opened: of a folder, the one that describes it. */
  readonly path: string;
  readonly source: ByteSource;
  readonly checkpoint: Checkpoint;
  /** The parts that a model could load. */
  readonly candidates: readonly CandidateStateDict[];
}

/** @throws CheckpointError as `openCheckpoint` does */
export async function readWeights(path: string): Promise<Weights> {
  const source = openSource(path);
  const checkpoint = await openCheckpoint(source, nodePlatform);
  return { path: source.path, source, checkpoint, candidates: candidateStateDicts(checkpoint) };
}
