import { CountingSource, type Platform } from '../archive/byteSource';
import { MemorySource } from '../archive/sliceSource';
import { CheckpointError } from '../checkpointError';
import type { Checkpoint } from './checkpoint';
import { openLegacyOrPickle } from './legacyCheckpoint';
import { checkpointLimits } from './limits';
import { sniff, sniffLength } from './sniff';

/** A compressed pickle, as joblib writes it: read whole, inflated up to a limit, opened as a pickle. */
export async function openCompressed(
  source: CountingSource,
  platform: Platform,
  head: Uint8Array,
): Promise<Checkpoint> {
  const kind = sniff(head, source.size);
  const limit = checkpointLimits.inflatedPickle;
  const inflate = kind === 'gzip' ? platform.gunzip : kind === 'zlib' ? platform.inflateZlib : null;
  if (inflate === null) throw new CheckpointError('compressed.unsupported', [kind, source.name]);
  if (source.size > limit) throw new CheckpointError('compressed.tooLarge', [source.size, limit]);
  const bytes = await source.read(0, source.size);
  let inflated: Uint8Array;
  try {
    inflated = inflate(bytes, limit);
  } catch {
    throw new CheckpointError('compressed.broken', [kind, limit]);
  }
  const inner = new CountingSource(new MemorySource(inflated, source.name));
  const innerKind = sniff(inflated.subarray(0, sniffLength), inflated.length);
  if (innerKind !== 'pickle')
    throw new CheckpointError(`notCheckpoint.${innerKind}`, [source.name, inflated.length]);
  const checkpoint = await openLegacyOrPickle(inner, platform);
  return {
    ...checkpoint,
    warnings: checkpoint.warnings,
    fileSize: source.size,
    facts: [...checkpoint.facts, { code: 'fact.compressed', args: [kind, inflated.length] }],
    bytesRead: () => source.bytesRead,
  };
}
