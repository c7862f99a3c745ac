import { CountingSource, type ByteSource, type Platform } from '../archive/byteSource';
import { CheckpointError } from '../checkpointError';
import type { Checkpoint } from './checkpoint';
import { openCompressed } from './compressedPickle';
import { openDcp } from './dcpCheckpoint';
import { openLegacyOrPickle } from './legacyCheckpoint';
import { openSafetensors } from './safetensorsCheckpoint';
import { openSharded } from './shardedCheckpoint';
import { sniff, sniffLength, type FileKind } from './sniff';
import { openTar } from './tarCheckpoint';
import { openZip } from './zipCheckpoint';

/**
 * Opens a file by its content: a torch file of any age, a pickle, safetensors, a shard index, a DCP folder's
 * `.metadata`. Reads metadata only, never tensor data, and executes nothing.
 *
 * @throws CheckpointError `notCheckpoint.*` for a file that is none (with what it is), other codes for a file
 * that should be one and cannot be read
 */
export async function openCheckpoint(source: ByteSource, platform: Platform): Promise<Checkpoint> {
  const counted = new CountingSource(source);
  const head = await counted.read(0, Math.min(sniffLength, source.size));
  const kind = sniff(head, source.size);
  if (source.name === '.metadata' && kind === 'pickle') return openDcp(counted, platform);
  // An index may say a lot of the model before it comes to its weight map.
  if (kind === 'json' && source.name.endsWith('.index.json')) return openSharded(counted, platform);
  const open = openers[kind];
  if (open !== undefined) return open(counted, platform, head);
  throw new CheckpointError(`notCheckpoint.${kind}`, [source.name, source.size]);
}

type Opener = (source: CountingSource, platform: Platform, head: Uint8Array) => Promise<Checkpoint>;

const openers: Partial<Record<FileKind, Opener>> = {
  zip: openZip,
  tar: openTar,
  pickle: openLegacyOrPickle,
  safetensors: openSafetensors,
  shardIndex: openSharded,
  gzip: openCompressed,
  zlib: openCompressed,
  bzip2: openCompressed,
  xz: openCompressed,
  lzma: openCompressed,
  lz4: openCompressed,
};
