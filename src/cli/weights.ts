import { candidateStateDicts } from '../checkpoint/candidateStateDicts';
import { openCheckpoint } from '../checkpoint/openCheckpoint';
import { nodePlatform } from '../files/nodePlatform';
import type { CandidateStateDict } from '../stateDict/candidate';
import { openSource } from './openSource';

/**
 * The parts of a checkpoint that a model could load.
 *
 * @throws CheckpointError as `openCheckpoint` does
 */
export async function readCandidates(path: string): Promise<readonly CandidateStateDict[]> {
  return candidateStateDicts(await openCheckpoint(await openSource(path), nodePlatform));
}
