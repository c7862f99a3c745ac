import { randomBytes } from 'node:crypto';
import { stat, open, rename, rm, type FileHandle } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { ByteSource } from '../archive/byteSource';
import { type CheckpointPlan, recordData, type SourceRange } from '../checkpointWriter/plan';
import { zipLayout, type ZipLayout } from '../checkpointWriter/zipLayout';
import { CheckpointError } from '../checkpointError';
import { fileError } from './fileRules';

export interface WriteOptions {
  readonly signal?: AbortSignal | undefined;
  /** Told now and then how much of the file is written, 0 to 1. */
  readonly progress?: ((share: number) => void) | undefined;
}

export interface WrittenFile {
  readonly path: string;
  /** Size of the file. */
  readonly bytes: number;
  /** Entries of its state_dict. */
  readonly keys: number;
}

/** Written at once: an archive of many small records has three small pieces for each. */
const BUFFERED = 1 << 20;

/**
 * Writes a checkpoint as torch's zip, in constant memory. It appears under its name when it is whole; a failure
 * or a cancel leaves what was there before.
 *
 * @param source the file that the plan was made from
 * @throws CheckpointError `writing.*`, and `file.*` where the system refuses
 */
export async function writeCheckpoint(
  path: string,
  plan: CheckpointPlan,
  source: ByteSource,
  options: WriteOptions = {},
): Promise<WrittenFile> {
  const layout = zipLayout(plan.records);
  const temporary = join(dirname(path), `.${basename(path)}.${randomBytes(6).toString('hex')}.part`);
  let file: FileHandle | null = null;
  try {
    await refuseSources(path, source, plan);
    file = await open(temporary, 'wx');
    await writeArchive(file, layout, source, options);
    await file.sync();
    await file.close();
    file = null;
    await rename(temporary, path);
    return { path, bytes: layout.size, keys: plan.keys };
  } catch (error) {
    await file?.close();
    await rm(temporary, { force: true });
    throw fileError(path, error);
  }
}

/** Replacing what is being read would lose it; the original weights are worth keeping anyway. */
async function refuseSources(path: string, source: ByteSource, plan: CheckpointPlan): Promise<void> {
  const target = await stat(path).catch(() => null);
  if (target === null) return;
  const shards = new Set<string | null>();
  for (const { pieces } of plan.records) {
    for (const piece of pieces) if (!(piece instanceof Uint8Array)) shards.add(piece.source);
  }
  for (const name of new Set([null, ...shards])) {
    const used = name === null ? source : await source.sibling(name);
    const at = used === null || !('path' in used) ? null : await stat(String(used.path)).catch(() => null);
    if (at !== null && at.ino === target.ino && at.dev === target.dev)
      throw new CheckpointError('writing.sameFile', [basename(path)]);
  }
}

async function writeArchive(
  file: FileHandle,
  { entries, size }: ZipLayout,
  source: ByteSource,
  { signal, progress }: WriteOptions,
): Promise<void> {
  // A bundle of its own: few commands write.
  const { zipStream } = await import('./zipStream');
  const read = rangeReader(source);
  let fail: (error: unknown) => void = () => undefined;
  const failed = new Promise<never>((_resolve, reject) => (fail = reject));
  failed.catch(() => undefined);
  const cancel = (): void => fail(new CheckpointError('writing.cancelled'));
  if (signal?.aborted === true) cancel();
  signal?.addEventListener('abort', cancel);
  const stream = zipStream(entries, async function* ({ record }) {
    try {
      yield* recordData(record, read);
    } catch (error) {
      fail(error);
    }
  });
  const out = new BufferedFile(file);
  const chunks = stream[Symbol.asyncIterator]() as AsyncIterator<Uint8Array>;
  try {
    for (;;) {
      const next = await Promise.race([chunks.next(), failed]);
      if (next.done === true) break;
      await out.write(next.value);
      progress?.(out.written / size);
    }
    await out.flush();
  } finally {
    signal?.removeEventListener('abort', cancel);
    stream.destroy();
  }
  // Else storages would not be where torch expects them.
  if (out.written !== size) throw new CheckpointError('writing.unexpectedSize', [out.written, size]);
}

function rangeReader(source: ByteSource): (range: SourceRange) => Promise<Uint8Array> {
  const shards = new Map<string, Promise<ByteSource | null>>();
  return async ({ source: name, offset, length }) => {
    let from: ByteSource | null = source;
    if (name !== null) {
      const opened = shards.get(name) ?? source.sibling(name);
      shards.set(name, opened);
      from = await opened;
    }
    const bytes = await from?.read(offset, length);
    if (bytes?.length !== length) throw new CheckpointError('file.changed', [], offset);
    return bytes;
  };
}

/** A file that small pieces are gathered for. */
class BufferedFile {
  written = 0;
  private waiting: Uint8Array[] = [];
  private bytes = 0;

  constructor(private readonly file: FileHandle) {}

  async write(piece: Uint8Array): Promise<void> {
    this.waiting.push(piece);
    this.bytes += piece.length;
    this.written += piece.length;
    if (this.bytes >= BUFFERED) await this.flush();
  }

  async flush(): Promise<void> {
    const pieces = this.waiting;
    this.waiting = [];
    this.bytes = 0;
    for (
      let rest = pieces.length === 1 ? pieces[0] : Buffer.concat(pieces);
      rest !== undefined && rest.length > 0;
    ) {
      const { bytesWritten } = await this.file.write(rest);
      rest = rest.subarray(bytesWritten);
    }
  }
}
