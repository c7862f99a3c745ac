import { directoryPlace, readZipEnd, Tail, type ZipEnd, type ZipReader } from '../../archive/zipEnd';
import { SliceSource } from '../../archive/sliceSource';
import { ZipDirectory } from '../../archive/zipDirectory';
import { CheckpointError } from '../../checkpointError';
import type { ContentKind } from './contentKind';
import { nameIn, type Layer } from './layer';
import { containerLimits } from './limits';
import type { Walk } from './walk';
import { walkCutZip } from './cutZip';
import { compareEnds, compareNames, haveSameDirectory, type Gap } from './zipFindings';
import { lookIntoGap, ZipRecords } from './zipRecords';

/** Everything in a zip archive, or in several one after another. */
export async function walkZip(walk: Walk, layer: Layer): Promise<void> {
  const { source } = layer;
  const last = await readEnd(layer);
  if (last instanceof CheckpointError) {
    // The end of the file is gone, or not what it should be: torch's pickle is the first record.
    await walkCutZip(walk, layer);
    walk.unreadable(layer, last);
    return;
  }
  const archives = await archivesOf(layer, last);
  const [first] = archives;
  if (first === undefined || (archives.length === 1 && first.start === 0)) {
    await walkArchive(walk, layer, last, true);
    return;
  }
  // As torch writes them for a distributed checkpoint; its reader is told where each one is.
  const isDistributed = source.name.endsWith('.distcp') && first.start === 0;
  if (archives.length > 1 && !isDistributed) walk.disagree(layer, 'severalArchives', [archives.length]);
  if (first.start > 0) await before(walk, layer, first.start);
  const torch = directoryPlace(last.end, 'torch');
  for (const { start, end } of archives) {
    const isTorch = torch.offset >= start && torch.offset < end;
    const part = walk.part(layer, start, end, layer.role);
    const inner = { ...part, loadedByTorch: layer.loadedByTorch && isTorch };
    const opened = await readEnd(inner);
    if (!(opened instanceof CheckpointError)) await walkArchive(walk, inner, opened, isTorch);
  }
}

/** A zip archive behind bytes of another kind, which its readers pass over. False where there is none. */
export async function findZipBehind(
  walk: Walk,
  layer: Layer,
  from: number,
  kind: ContentKind,
): Promise<boolean> {
  const opened = await readEnd(layer);
  if (opened instanceof CheckpointError) return false;
  const place = directoryPlace(opened.end, 'python');
  const start = place.offset + place.prependedBytes;
  if (place.count === 0 || place.prependedBytes < 0 || start < from) return false;
  const directory = await directoryOf(walk, layer, opened, 'python');
  if (directory instanceof CheckpointError) return false;
  walk.disagree(layer, 'polyglot', [kind]);
  const inner = { ...walk.part(layer, place.prependedBytes, layer.source.size, 'member') };
  const end = await readEnd(inner);
  if (!(end instanceof CheckpointError)) await walkArchive(walk, inner, end, false);
  return true;
}

interface Opened {
  readonly tail: Tail;
  readonly end: ZipEnd;
}

async function readEnd({ source }: Layer): Promise<Opened | CheckpointError> {
  try {
    const tail = await Tail.read(source);
    return { tail, end: await readZipEnd(source, tail) };
  } catch (error) {
    if (error instanceof CheckpointError && error.code.startsWith('zip.')) return error;
    throw error;
  }
}

async function directoryOf(
  walk: Walk,
  { source }: Layer,
  { tail, end }: Opened,
  reader: ZipReader,
): Promise<ZipDirectory | CheckpointError> {
  const place = directoryPlace(end, reader);
  const { directoryBytes } = containerLimits;
  if (place.size > directoryBytes && place.size <= source.size) {
    return new CheckpointError('zip.directoryTooLarge', [place.size, directoryBytes]);
  }
  try {
    return await ZipDirectory.readAt(source, walk.platform, tail, end, place);
  } catch (error) {
    if (error instanceof CheckpointError && error.code.startsWith('zip.')) return error;
    throw error;
  }
}

/** Archives by their ends, as `zipfile` reads each: from the last one to what it takes for prepended data. */
async function archivesOf(layer: Layer, last: Opened): Promise<readonly Gap[]> {
  const archives: Gap[] = [];
  let end = layer.source.size;
  let opened: Opened | CheckpointError = last;
  while (!(opened instanceof CheckpointError) && archives.length < containerLimits.archivesInARow) {
    const place = directoryPlace(opened.end, 'python');
    const start = place.prependedBytes;
    if (start < 0 || start >= end || !(await isDirectory(opened.tail, place.offset + start))) break;
    archives.unshift({ start, end });
    if (start === 0) break;
    end = start;
    opened = await readEnd({ ...layer, source: new SliceSource(layer.source, 0, end, layer.source.name) });
  }
  return archives;
}

async function isDirectory(tail: Tail, offset: number): Promise<boolean> {
  const bytes = await tail.bytesAt(offset, 4);
  return bytes[0] === 0x50 && bytes[1] === 0x4b && bytes[2] === 0x01 && bytes[3] === 0x02;
}

async function before(walk: Walk, layer: Layer, length: number): Promise<void> {
  walk.disagree(layer, 'dataBeforeZip', [length]);
  const part = walk.part(layer, 0, length, 'member');
  await walkCutZip(walk, part);
  await walk.guess(part, await part.source.read(0, containerLimits.head));
}

async function walkArchive(walk: Walk, layer: Layer, opened: Opened, isTorch: boolean): Promise<void> {
  const { tail, end } = opened;
  const tell = (code: string, record: string | null, ...args: readonly (string | number)[]): void => {
    walk.disagree(layer, code, args, record === null ? layer.record : nameIn(layer, record));
  };
  compareEnds(end, tell);
  const isSame = haveSameDirectory(end);
  const torch = await directoryOf(walk, layer, opened, 'torch');
  const python = isSame ? torch : await directoryOf(walk, layer, opened, 'python');
  if (!isSame) tell('directories', null);
  const directories = [torch, python].filter((one) => one instanceof ZipDirectory);
  const [directory] = directories;
  if (directory === undefined) {
    await walkCutZip(walk, layer);
    if (torch instanceof CheckpointError) walk.unreadable(layer, torch);
    return;
  }
  const place = directoryPlace(end, torch instanceof ZipDirectory ? 'torch' : 'python');
  const folder = directory.firstName.slice(0, directory.firstName.indexOf('/') + 1);
  const isScript = directory.positionOf(`${folder}constants.pkl`) >= 0;
  if (layer.record === null && layer.depth === 0 && isTorch) walk.format = isScript ? 'torchscript' : 'zip';
  compareNames(directory, folder, tell);
  const records = new ZipRecords(walk, layer, { folder, isScript }, tell);
  for (const one of isSame ? [directory] : directories) await records.walk(one, one === torch && isTorch);
  if (directory.usedBytes < place.size) {
    tell('directoryCount', null, directory.count);
    const rest = { ...place, count: -1 };
    const all = await ZipDirectory.readAt(layer.source, walk.platform, tail, end, rest).catch(() => null);
    if (all !== null) await records.walk(all, false);
  }
  if (isSame) await between(walk, layer, opened, records.gaps(directory.start));
  await behind(walk, layer, end);
}

/** Bytes that belong to no record, the directory's or the end records' neighbours too. */
async function between(walk: Walk, layer: Layer, { end }: Opened, gaps: readonly Gap[]): Promise<void> {
  const { offset, size } = directoryPlace(end, 'torch');
  const endRecords = end.torch64?.at ?? end.offset;
  const all = [...gaps];
  if (offset + size < endRecords) {
    walk.disagree(layer, 'dataBetween', [endRecords - offset - size, offset + size]);
    all.push({ start: offset + size, end: endRecords });
  }
  for (const gap of all.slice(0, containerLimits.listed)) await lookIntoGap(walk, layer, gap);
}

/** The archive's comment, and what follows it. */
async function behind(walk: Walk, layer: Layer, end: ZipEnd): Promise<void> {
  const start = end.offset + 22;
  if (start < layer.source.size) await lookIntoGap(walk, layer, { start, end: layer.source.size });
  if (end.trailingBytes <= 0 || end.commentLength === 0) return;
  await lookIntoGap(walk, layer, { start: start + end.commentLength, end: layer.source.size });
}
