import { storageElementSize } from '../../checkpoint/storageSize';
import { readPickle } from '../../pickle/readPickle';
import { isTuple, PyGlobal, type Value } from '../../pickle/values';
import { storageDtype } from '../../torchNames/storageTypes';
import type { Layer } from './layer';
import { containerLimits } from './limits';
import type { Walk } from './walk';

/**
 * The members `storages` and `tensors` of torch before 0.1.10: a count, then a pickle for each, with binary data
 * behind it (a storage's count and bytes; a tensor's sizes and strides), and in `storages` the views at last.
 */
export async function walkOldTorch(walk: Walk, layer: Layer, member: 'storages' | 'tensors'): Promise<void> {
  const { source, loadedByTorch } = layer;
  let at = 0;
  for (let count = 0; at < source.size; count++) {
    if (count > containerLimits.oldTensors) {
      walk.limit(layer, 'limit.pickles', containerLimits.oldTensors);
      return;
    }
    const visit = await walk.pickle(layer, at, true, loadedByTorch);
    if (visit === null || visit.error !== null) return;
    const start = at;
    at = visit.end;
    // The count has nothing behind it, and the views are a list.
    if (count === 0) continue;
    const value = await valueAt(walk, layer, start);
    if (!isTuple(value)) return;
    const length = await (member === 'storages'
      ? storageLength(layer, at, value[2])
      : tensorLength(layer, at));
    if (length === null) return;
    at += length;
  }
}

async function valueAt(walk: Walk, { source }: Layer, start: number): Promise<Value> {
  const stream = await readPickle({
    read: (offset, length) => source.read(offset, length),
    start,
    end: source.size,
    firstWindow: Math.min(containerLimits.head, source.size - start),
    toLatin1: walk.platform.latin1,
  });
  return stream.value;
}

/** An int64 count and the elements. */
async function storageLength({ source }: Layer, at: number, type: Value | undefined): Promise<number | null> {
  const dtype = type instanceof PyGlobal ? storageDtype(type.module, type.name) : undefined;
  const bytes = await source.read(at, 8);
  if (dtype === undefined || bytes.length < 8) return null;
  const count = viewOf(bytes).getBigInt64(0, true);
  if (count < 0n || count > BigInt(source.size)) return null;
  return 8 + Number(count) * storageElementSize(dtype);
}

/** int32 dimensions and 4 bytes of padding; sizes, strides and offset, int64 each. */
async function tensorLength({ source }: Layer, at: number): Promise<number | null> {
  const bytes = await source.read(at, 8);
  if (bytes.length < 8) return null;
  const dimensions = viewOf(bytes).getInt32(0, true);
  return dimensions < 0 || dimensions > 64 ? null : 8 + 16 * dimensions + 8;
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
