import { startsWith } from './contentKind';
import type { Layer } from './layer';
import { containerLimits } from './limits';
import { readArrayHeader } from './numpyFile';
import { plausiblePickle } from './plausiblePickle';
import type { Walk } from './walk';
import { findZipBehind } from './zipArchive';

/** `torch.serialization.MAGIC_NUMBER` as LONG1 or LONG writes it: the first of torch's five pickles. */
const legacyMagic = ['\x8a\x0a\x6c\xfc\x9c\x46\xf9\x20\x6a\xa8\x50\x19', 'L119547037146038801333356L'];
const legacyPickles = 5;

/**
 * Pickles one after another, with arrays of numpy between them, as `pickle.dump` and `numpy.save` write into one
 * file. Ends at bytes that are neither.
 *
 * @param isOne whether the first must be a pickle
 * @returns whether they are all that the bytes hold
 */
export async function walkPickles(walk: Walk, layer: Layer, isOne: boolean, from = 0): Promise<boolean> {
  const { source, loadedByTorch, role } = layer;
  let at = from;
  let sure = 1;
  let isWhole = false;
  let isObjectArray = false;
  for (let count = 0; at < source.size; count++) {
    if (count >= containerLimits.picklesInARow) {
      walk.limit(layer, 'limit.pickles', containerLimits.picklesInARow);
      return false;
    }
    const head = await source.read(at, containerLimits.head);
    if (count === 0 && isLegacy(head)) sure = legacyPickles;
    const array = startsWith(head, '\x93NUMPY') ? await readArrayHeader(source, at) : null;
    if (array !== null) {
      if (array.fault !== null && isArray(layer, count)) walk.unreadable(layer, array.fault);
      isObjectArray = array.holdsObjects;
      const objects = isObjectArray || (array.mayHoldObjects && (await isPickle(layer, array.dataStart)));
      at = objects ? array.dataStart : array.end;
      isWhole = true;
      continue;
    }
    const isSure: boolean = isObjectArray || (isOne && count < sure);
    isObjectArray = false;
    if (!isSure && !plausiblePickle(head, source.size - at, role === 'storage')) break;
    const visit = await walk.pickle(layer, at, isSure, loadedByTorch && count < sure);
    if (visit === null) return false;
    if (visit.error !== null) {
      // A stream that names something is no accident: then its end is an error.
      if (!isSure && visit.hasFindings && head[0] === 0x80 && role !== 'storage') {
        await walk.pickle(layer, at, true, false);
      }
      // Whatever reads the zip behind it does not read the pickle.
      if (count === 0 && role === 'file') await findZipBehind(walk, layer, at, 'pickle');
      return false;
    }
    isWhole = true;
    at = visit.end;
  }
  if (!isWhole) return false;
  if (at >= source.size) return true;
  if (sure === legacyPickles) {
    if (role === 'file') await findZipBehind(walk, layer, at, 'pickle');
  } else await trailing(walk, layer, at);
  return false;
}

async function isPickle({ source }: Layer, at: number): Promise<boolean> {
  return plausiblePickle(await source.read(at, containerLimits.head), source.size - at);
}

/** Whether numpy is who reads the bytes: they are the file's first, or those of a record that is called an array. */
function isArray({ role, record }: Layer, count: number): boolean {
  return role === 'file' ? count === 0 : record !== null && /\.npy$/i.test(record);
}

function isLegacy(head: Uint8Array): boolean {
  return legacyMagic.some((magic) => {
    for (let at = 0; at < 16; at++) if (startsWith(head.subarray(at), magic)) return true;
    return false;
  });
}

/** Bytes after the last STOP that no unpickler reads. */
async function trailing(walk: Walk, layer: Layer, at: number): Promise<void> {
  const { source, role, record } = layer;
  if (role === 'storage') return;
  const padded = await afterZeros(layer, at);
  if (padded > at) {
    const head = await source.read(padded, containerLimits.head);
    if (plausiblePickle(head, source.size - padded)) await walk.pickle(layer, padded, false, false);
  }
  if (role === 'pickle') walk.disagree(layer, 'dataAfterPickle', [source.size - at, at]);
  else if (record === null && (await findZipBehind(walk, layer, at, 'pickle'))) return;
  walk.notScanned(layer, 'trailing', [source.size - at, at]);
}

async function afterZeros({ source }: Layer, at: number): Promise<number> {
  const bytes = await source.read(at, containerLimits.padding);
  const first = bytes.findIndex((byte) => byte !== 0);
  return first < 0 ? at : at + first;
}
