import { dirname, join } from 'node:path';
import { candidateStateDicts } from '../../../src/checkpoint/candidateStateDicts';
import { openCheckpoint } from '../../../src/checkpoint/openCheckpoint';
import { NodeFileSource } from '../../../src/files/nodeFileSource';
import { nodePlatform } from '../../../src/files/nodePlatform';
import type { WeightsRequest } from '../../../src/interpreter/request';
import { weightsRequest } from '../../../src/interpreter/weightsRequest';

/** The part of a file that has a key, as a request names it. */
export async function openWeights(path: string, key: string): Promise<WeightsRequest> {
  const checkpoint = await openCheckpoint(await NodeFileSource.open(path), nodePlatform);
  const part = candidateStateDicts(checkpoint).find(({ stateDict }) => stateDict.entries.has(key));
  if (part === undefined) throw new Error(`no part of ${path} has ${key}`);
  return weightsRequest(path, checkpoint, part, (name) => join(dirname(path), name));
}
