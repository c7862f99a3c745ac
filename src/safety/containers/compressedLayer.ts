import { MemorySource } from '../../archive/memorySource';
import { decoderOf, isTyped, type CompressedKind } from '../../checkpoint/compressedPickle';
import { CheckpointError } from '../../checkpointError';
import type { ContentKind } from './contentKind';
import { isOutputLimit } from './inflateRecord';
import type { Layer } from './layer';
import { containerLimits } from './limits';
import type { Walk } from './walk';

const kinds: readonly ContentKind[] = ['gzip', 'zlib', 'bzip2', 'xz', 'lzma', 'lz4', 'oldJoblib'];

type Compressed = CompressedKind | 'oldJoblib';

export function isCompressed(kind: ContentKind): kind is Compressed {
  return kinds.includes(kind);
}

/** joblib before 0.10: `ZF`, the length as 19 characters, and a zlib stream. */
const oldJoblibHeader = 21;

/** A compressed file or record, inflated in memory up to a limit. */
export async function walkCompressed(walk: Walk, layer: Layer, kind: Compressed): Promise<void> {
  const { source, record } = layer;
  const limit = walk.budget.inflatableBytes;
  const start = kind === 'oldJoblib' ? oldJoblibHeader : 0;
  if (limit === 0) {
    walk.limit(layer, 'limit.inflatedInAll', containerLimits.allInflatedBytes);
    return;
  }
  if (source.size > containerLimits.inflatedBytes) {
    walk.limit(layer, 'limit.compressed', source.size, containerLimits.inflatedBytes);
    return;
  }
  const decode = await decoderOf(kind === 'oldJoblib' ? 'zlib' : kind, walk.platform);
  let inflated: Uint8Array;
  try {
    inflated = decode(await source.read(start, source.size - start), limit);
  } catch (error) {
    walk.budget.spendInflated(source.size);
    if (isOutputLimit(error)) {
      walk.budget.spendInflated(limit);
      walk.limit(layer, 'limit.inflated', limit);
    } else if (isTyped(error)) {
      tellBroken(walk, layer, new CheckpointError(error.code, error.args, error.offset, record));
    } else {
      tellBroken(walk, layer, new CheckpointError('compressed.broken', [kind, limit], null, record));
    }
    return;
  }
  walk.budget.spendInflated(inflated.length);
  await walk.layer({
    ...layer,
    source: new MemorySource(source.name, inflated),
    depth: layer.depth + 1,
    role: layer.role === 'pickle' ? 'file' : layer.role,
    loadedByTorch: false,
  });
}

/** Bytes of other kinds begin like compressed ones; only a file that is nothing else must be one. */
function tellBroken(walk: Walk, layer: Layer, error: CheckpointError): void {
  if (layer.role !== 'member') walk.unreadable(layer, error);
}
