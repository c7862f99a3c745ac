import { planCheckpoint } from '../../checkpointWriter/planCheckpoint';
import { comparedOf, type CompatibilityQuestion } from '../../compatibility/checkCompatibility';
import { rearrangementOf } from '../../compatibility/repair/rearrangement';
import type { CompatibilityReport } from '../../compatibility/report';
import { writeCheckpoint, type WrittenFile } from '../../files/writeCheckpoint';
import type { Weights } from '../weights';

/**
 * Writes the checkpoint that the first repair of a report makes of its file; null where nothing is to be
 * repaired. SIGINT and SIGTERM end it and leave no part of a file.
 *
 * @throws CheckpointError as `planCheckpoint` and `writeCheckpoint` do
 */
export async function writeRepaired(
  path: string,
  question: CompatibilityQuestion,
  report: CompatibilityReport,
  { checkpoint, source }: Weights,
): Promise<WrittenFile | null> {
  const compared = comparedOf(question);
  const [repair] = report.repairs;
  if (compared === null || repair === undefined) return null;
  const { model, chosen } = compared;
  const { part } = chosen;
  const rearrangement = rearrangementOf(model, part, repair);
  const plan = await planCheckpoint(checkpoint, { part, rearrangement });
  const stop = new AbortController();
  const interrupt = (): void => stop.abort();
  process.once('SIGINT', interrupt);
  process.once('SIGTERM', interrupt);
  try {
    return await writeCheckpoint(path, plan, source, { signal: stop.signal });
  } finally {
    process.removeListener('SIGINT', interrupt);
    process.removeListener('SIGTERM', interrupt);
  }
}
