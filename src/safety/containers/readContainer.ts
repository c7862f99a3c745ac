import type { ByteSource, Platform } from '../../archive/byteSource';
import { archiveLimits } from '../../archive/limits';
import { MemorySource } from '../../archive/memorySource';
import { ZipDirectory } from '../../archive/zipDirectory';
import { readRecord } from '../../archive/zipRecord';
import { sniff, sniffLength } from '../../checkpoint/sniff';
import { CheckpointError } from '../../checkpointError';
import type { ContainerVisitor, TorchFormat } from '../streams';

/** Walks the records of a zip whose names end in `.pkl`, or the pickles of a plain file. */
export async function readContainer(
  source: ByteSource,
  platform: Platform,
  visitor: ContainerVisitor,
): Promise<TorchFormat> {
  const head = await source.read(0, Math.min(sniffLength, source.size));
  const kind = sniff(head, source.size);
  try {
    if (kind === 'zip') return await readZip(source, platform, visitor);
  } catch (error) {
    if (!(error instanceof CheckpointError)) throw error;
    visitor.unreadable(error);
    return 'other';
  }
  if (kind === 'safetensors') return 'other';
  let start = 0;
  while (start < source.size) {
    const stream = { record: null, source, start, end: source.size, loadedByTorch: true };
    const visit = start === 0 ? await visitor.pickle(stream) : await visitor.guess(stream);
    if (visit.error !== null) break;
    start = visit.end;
  }
  return 'legacy';
}

async function readZip(
  source: ByteSource,
  platform: Platform,
  visitor: ContainerVisitor,
): Promise<TorchFormat> {
  const directory = await ZipDirectory.read(source, platform);
  for (const record of directory.records) {
    if (!record.name.endsWith('.pkl')) continue;
    const bytes = await readRecord(source, platform, record, archiveLimits.recordBytes);
    await visitor.pickle({
      record: record.name,
      source: new MemorySource(record.name, bytes),
      start: 0,
      end: bytes.length,
      loadedByTorch: record === directory.find(record.name) && /(^|\/)data\.pkl$/i.test(record.name),
    });
  }
  return 'zip';
}
