import { readLocalHeader } from '../../archive/localHeaders';
import { nameIn, type Layer } from './layer';
import { containerLimits } from './limits';
import type { Walk } from './walk';
import { lookIntoGap } from './zipRecords';

const headSizes = { head: 0, extra: containerLimits.head };

/**
 * Records of an archive whose directory is gone, from header to header. torch's headers do not say how long a
 * record is; the next signature ends it.
 */
export async function walkCutZip(walk: Walk, layer: Layer): Promise<void> {
  const { source } = layer;
  let at = 0;
  for (let count = 0; count < containerLimits.recordsWithoutDirectory && at < source.size; count++) {
    const record = { name: '', localHeaderOffset: at };
    const header = await readLocalHeader(source, walk.platform, record, headSizes);
    if (header === null) return;
    const { name, dataOffset, method } = header;
    const place = nameIn(layer, name);
    let end = dataOffset + header.compressedSize;
    if (method === 0 && /\.(pkl|pickle)$/i.test(name) && dataOffset < source.size) {
      const part = { ...walk.part(layer, dataOffset, source.size, 'pickle'), record: place };
      const visit = await walk.pickle(part, 0, true, layer.loadedByTorch && count === 0);
      if (visit === null) return;
      end = Math.max(end, dataOffset + visit.end);
    } else {
      const known = header.compressedSize > 0 ? end : source.size;
      await lookIntoGap(walk, { ...layer, record: place }, { start: at, end: Math.min(known, source.size) });
    }
    at = await nextHeader(layer, end);
    if (at < 0) return;
  }
}

async function nextHeader({ source }: Layer, from: number): Promise<number> {
  const near = await source.read(from, containerLimits.head);
  const found = headerIn(near);
  if (found >= 0) return from + found;
  const far = headerIn(await source.read(from, containerLimits.nextHeader));
  return far < 0 ? -1 : from + far;
}

function headerIn(bytes: Uint8Array): number {
  for (let i = bytes.indexOf(0x50); i >= 0; i = bytes.indexOf(0x50, i + 1)) {
    if (bytes[i + 1] === 0x4b && bytes[i + 2] === 0x03 && bytes[i + 3] === 0x04) return i;
  }
  return -1;
}
