import { MemorySource } from '../../archive/memorySource';
import { SliceSource } from '../../archive/sliceSource';
import { readTarEntries, type TarEntry } from '../../archive/tarEntries';
import { CheckpointError } from '../../checkpointError';
import { nameIn, type Layer } from './layer';
import { containerLimits } from './limits';
import { walkOldTorch } from './oldTorchTar';
import type { Walk } from './walk';
import { findZipBehind } from './zipArchive';
import { lookIntoGap } from './zipRecords';

/** Everything in a tar archive; torch before 0.1.10 wrote its checkpoints as one. */
export async function walkTar(walk: Walk, layer: Layer): Promise<void> {
  const { source } = layer;
  const { entries, end, error } = await readTarEntries(source, containerLimits.tarMembers);
  if (error !== null) walk.unreadable(layer, error);
  const last = new Map<string, TarEntry>();
  for (const entry of entries) {
    const name = entry.name.replace(/^(\.\/)+/, '');
    if (last.has(name) && entry.isFile)
      walk.disagree(layer, 'duplicateMembers', [], nameIn(layer, entry.name));
    if (entry.isFile && entry.size !== entry.headerSize && error === null) {
      walk.disagree(layer, 'memberSize', [entry.headerSize, entry.size], nameIn(layer, entry.name));
    }
    last.set(name, entry);
  }
  const isOldTorch = last.has('pickle') && last.has('storages') && last.has('tensors');
  if (layer.depth === 0 && layer.record === null && isOldTorch) walk.format = 'tar';
  for (const entry of entries) {
    if (!entry.isFile || entry.size === 0) continue;
    if (!walk.budget.takeRecord()) {
      walk.limit(layer, 'limit.records', containerLimits.records);
      break;
    }
    const name = entry.name.replace(/^(\.\/)+/, '');
    const isTorch = isOldTorch && last.get(name) === entry;
    const inner: Layer = {
      source:
        entry.size > containerLimits.wholeRecord
          ? new SliceSource(source, entry.offset, entry.size, entry.name)
          : new MemorySource(entry.name, await source.read(entry.offset, entry.size)),
      record: nameIn(layer, entry.name),
      role: (isOldTorch && name === 'pickle') || /\.(pkl|pickle)$/i.test(name) ? 'pickle' : 'member',
      depth: layer.depth + 1,
      loadedByTorch: layer.loadedByTorch && isTorch && ['pickle', 'storages', 'tensors'].includes(name),
    };
    if (isOldTorch && (name === 'storages' || name === 'tensors')) await walkOldTorch(walk, inner, name);
    else await walk.layer(inner);
    if (/\.py$/.test(name)) walk.notScanned(inner, 'python', []);
  }
  if (error instanceof CheckpointError && error.code === 'tar.tooManyMembers') return;
  await behindEnd(walk, layer, end);
}

/** An archive ends with blocks of zeros; other bytes after it are read by others. */
async function behindEnd(walk: Walk, layer: Layer, end: number): Promise<void> {
  const { source } = layer;
  const bytes = await source.read(end, containerLimits.padding);
  const first = bytes.findIndex((byte) => byte !== 0);
  if (first < 0) return;
  if (layer.role === 'file' && (await findZipBehind(walk, layer, end, 'tar'))) return;
  walk.disagree(layer, 'dataAfterTar', [source.size - end - first]);
  await lookIntoGap(walk, layer, { start: end + first, end: source.size });
}
