import type { ByteSource } from '../archive/byteSource';
import type { Checkpoint } from '../checkpoint/checkpoint';
import { planCheckpoint } from '../checkpointWriter/planCheckpoint';
import { comparedOf, type CompatibilityQuestion } from '../compatibility/checkCompatibility';
import { rearrangementOf } from '../compatibility/repair/rearrangement';
import type { Repair } from '../compatibility/report';
import { writeCheckpoint, type WriteOptions, type WrittenFile } from './writeCheckpoint';

/**
 * Writes the checkpoint that a repair makes of the file that was compared; null where the file has no such part.
 *
 * @param source the opened file
 * @throws CheckpointError as `planCheckpoint` and `writeCheckpoint` do
 */
export async function writeRepaired(
  path: string,
  question: CompatibilityQuestion,
  repair: Repair,
  checkpoint: Checkpoint,
  source: ByteSource,
  options: WriteOptions,
): Promise<WrittenFile | null> {
  const compared = comparedOf(question);
  if (compared === null) return null;
  const { part } = compared.chosen;
  const rearrangement = rearrangementOf(compared.model, part, repair);
  return writeCheckpoint(path, await planCheckpoint(checkpoint, { part, rearrangement }), source, options);
}
