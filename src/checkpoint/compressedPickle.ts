import { CountingSource, type Platform } from '../archive/byteSource';
import { MemorySource } from '../archive/memorySource';
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
  const kind = sniff(head, source.size) as CompressedKind;
  const limit = inflatedLimit(source.size);
  const decode = await decoderOf(kind, platform);
  if (source.size > limit) throw new CheckpointError('compressed.tooLarge', [source.size, limit]);
  const bytes = await source.read(0, source.size);
  let inflated: Uint8Array;
  try {
    inflated = decode(bytes, limit);
  } catch (error) {
    throw isTyped(error)
      ? new CheckpointError(error.code, error.args, error.offset)
      : new CheckpointError('compressed.broken', [kind, limit]);
  }
  const inner = new CountingSource(new MemorySource(source.name, inflated));
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

/** Bytes that a file of `size` compressed ones may become. */
function inflatedLimit(size: number): number {
  const { inflatedPickle, inflationRatio, inflatedInAnyCase } = checkpointLimits;
  return Math.min(inflatedPickle, Math.max(inflatedInAnyCase, size * inflationRatio));
}

/** The compressions that are read here. */
export type CompressedKind = 'gzip' | 'zlib' | 'bzip2' | 'xz' | 'lzma' | 'lz4';

/** By name: the decoders are a bundle of their own, which has a class of its own. */
export function isTyped(error: unknown): error is CheckpointError {
  return error instanceof Error && error.name === 'CheckpointError';
}

/** Gives at most `limit` bytes, or throws. */
type Decoder = (bytes: Uint8Array, limit: number) => Uint8Array;

/** What a platform does not bring is loaded when a file needs it: few do. */
export async function decoderOf(kind: CompressedKind, platform: Platform): Promise<Decoder> {
  switch (kind) {
    case 'gzip':
      return platform.gunzip;
    case 'zlib':
      return platform.inflateZlib;
    case 'bzip2':
    case 'xz':
    case 'lzma':
    case 'lz4':
      return (await import('../archive/decoders'))[kind];
  }
}
