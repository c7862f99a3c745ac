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
  const isNative = kind === 'gzip' || kind === 'zlib' || kind === 'oldJoblib';
  const limit = isNative ? walk.budget.inflatableBytes : walk.budget.decodableBytes;
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
  const packed = await source.read(start, source.size - start);
  let inflated: Uint8Array;
  try {
    inflated = decode(packed, limit);
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
    // Python unpickles what comes before an error, a bad checksum at the end included.
    const part = await inflatedStart(walk, kind, packed, limit);
    walk.budget.spendInflated(part.length);
    if (part.length > 0) await walkInflated(walk, { ...layer, role: 'member' }, part);
    return;
  }
  walk.budget.spendInflated(inflated.length);
  await walkInflated(walk, { ...layer, role: layer.role === 'pickle' ? 'file' : layer.role }, inflated);
}

async function walkInflated(walk: Walk, layer: Layer, bytes: Uint8Array): Promise<void> {
  const source = new MemorySource(layer.source.name, bytes);
  await walk.layer({ ...layer, source, depth: layer.depth + 1, loadedByTorch: false });
}

/** What of broken data comes before the error, or of too much data before a part of the limit. */
async function inflatedStart(
  walk: Walk,
  kind: Compressed,
  packed: Uint8Array,
  limit: number,
): Promise<Uint8Array> {
  const most = Math.min(limit, walk.budget.inflatableBytes, containerLimits.inflatedPart);
  const { platform } = walk;
  switch (kind) {
    case 'gzip':
      return platform.inflateRawStart(packed.subarray(gzipHeader(packed)), most);
    case 'zlib':
    case 'oldJoblib':
      return platform.inflateRawStart(packed.subarray(zlibHeader), most);
    default:
      return (await import('../../archive/decoders')).decodedStart(kind, packed, most);
  }
}

const zlibHeader = 2;

/** Bytes before the first member's data (RFC 1952, 2.3.1). */
function gzipHeader(packed: Uint8Array): number {
  const flags = packed[3] ?? 0;
  let at = 10;
  if ((flags & 4) !== 0) at += 2 + (packed[at] ?? 0) + 256 * (packed[at + 1] ?? 0);
  for (const flag of [8, 16]) {
    if ((flags & flag) === 0) continue;
    const end = packed.indexOf(0, at);
    at = end < 0 ? packed.length : end + 1;
  }
  return (flags & 2) === 0 ? at : at + 2;
}

/** Bytes of other kinds begin like compressed ones; only a file that is nothing else must be one. */
function tellBroken(walk: Walk, layer: Layer, error: CheckpointError): void {
  if (layer.role !== 'member') walk.unreadable(layer, error);
}
