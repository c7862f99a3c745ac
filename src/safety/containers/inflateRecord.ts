import type { ZipRecord } from '../../archive/zipDirectory';
import { decoderOf } from '../../checkpoint/compressedPickle';
import { CheckpointError } from '../../checkpointError';
import type { Layer } from './layer';
import { containerLimits } from './limits';
import type { Walk } from './walk';

export interface Inflated {
  readonly bytes: Uint8Array;
  /** False for the first bytes of a record that is not held whole. */
  readonly isWhole: boolean;
}

/** A compressed record of a zip, up to the limits; null, and the walk is told, where there is nothing to look at. */
export async function inflateRecord(walk: Walk, layer: Layer, record: ZipRecord): Promise<Inflated | null> {
  const { method } = record;
  if (method !== 8 && method !== 12 && method !== 14) {
    walk.notScanned(layer, 'method', [method]);
    walk.unreadable(layer, new CheckpointError('zip.method', [method]));
    return null;
  }
  // Tensor data of a packed checkpoint may be any size: what it begins with is enough.
  if (layer.role === 'storage' && method === 8)
    return inflateStart(walk, layer, containerLimits.compressedHead);
  const limit = method === 8 ? walk.budget.inflatableBytes : walk.budget.decodableBytes;
  if (limit === 0) {
    walk.limit(layer, 'limit.inflatedInAll', containerLimits.allInflatedBytes);
    return null;
  }
  if (layer.source.size > containerLimits.inflatedBytes) return tooLarge(walk, layer, method, limit);
  const packed = await layer.source.read(0, layer.source.size);
  try {
    const bytes = await inflate(walk, packed, record, limit);
    walk.budget.spendInflated(bytes.length);
    return { bytes, isWhole: true };
  } catch (error) {
    if (isOutputLimit(error)) return tooLarge(walk, layer, method, limit);
    walk.budget.spendInflated(layer.source.size);
    walk.unreadable(layer, new CheckpointError('zip.inflate', [limit]));
    return method === 8 ? inflateStart(walk, layer, containerLimits.compressedPart) : null;
  }
}

async function tooLarge(walk: Walk, layer: Layer, method: number, limit: number): Promise<Inflated | null> {
  walk.limit(layer, 'limit.inflated', limit);
  const start = method === 8 ? await inflateStart(walk, layer, containerLimits.compressedPart) : null;
  walk.budget.spendInflated(limit);
  return start;
}

async function inflateStart(walk: Walk, layer: Layer, length: number): Promise<Inflated | null> {
  if (walk.budget.inflatableBytes === 0) {
    // Tensor data that nobody packs so tightly: said of it, too.
    walk.limit({ ...layer, role: 'member' }, 'limit.inflatedInAll', containerLimits.allInflatedBytes);
    return null;
  }
  const packed = await layer.source.read(0, length);
  const bytes = walk.platform.inflateRawStart(packed, containerLimits.inflatedBytes);
  walk.budget.spendInflated(bytes.length);
  return { bytes, isWhole: false };
}

async function inflate(
  walk: Walk,
  packed: Uint8Array,
  { method, size }: ZipRecord,
  limit: number,
): Promise<Uint8Array> {
  if (method === 8) return walk.platform.inflateRaw(packed, limit);
  if (method === 12) return (await decoderOf('bzip2', walk.platform))(packed, limit);
  return (await decoderOf('lzma', walk.platform))(lzmaFile(packed, size), limit);
}

/** Method 14 (APPNOTE.TXT 5.8.8): version, size of the properties, properties, data. As a `.lzma` file. */
function lzmaFile(packed: Uint8Array, size: number): Uint8Array {
  const file = new Uint8Array(13 + Math.max(0, packed.length - 9));
  file.set(packed.subarray(4, 9));
  new DataView(file.buffer).setBigUint64(5, BigInt(size), true);
  file.set(packed.subarray(9), 13);
  return file;
}

/** By code and name: a platform's errors are its own, and the decoders are a bundle of their own. */
export function isOutputLimit(error: unknown): boolean {
  if (!(error instanceof Error) || !('code' in error)) return false;
  return error.code === 'ERR_BUFFER_TOO_LARGE' || error.code === 'compressed.outputLimit';
}
