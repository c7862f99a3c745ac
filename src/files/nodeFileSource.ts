import { readSync, type Stats } from 'node:fs';
import { open, readdir, stat, type FileHandle } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { ByteSource } from '../archive/byteSource';
import { CheckpointError } from '../checkpointError';
import { fileError, isPlainFileName, MAX_READ, requireRegular, saysAbsent } from './fileRules';

/**
 * Milliseconds after the last read before the file is closed: long enough for the reads of one opening, short
 * enough not to block a training run that replaces the file (on Windows an open file cannot be replaced).
 */
const IDLE_MILLISECONDS = 1_000;

/**
 * Reads up to here that are asked for at the same time are done together: the headers of twenty thousand
 * records cost as many trips to Node's thread pool otherwise, and two for each with the look at the file's date.
 */
const SMALL_READ = 4 << 10;

/** Small reads that are done in one go, between which others get their turn: a few milliseconds. */
const SMALL_READS_AT_ONCE = 2_000;

interface SmallRead {
  readonly offset: number;
  readonly length: number;
  resolve(bytes: Uint8Array): void;
  reject(error: unknown): void;
}

/**
 * A file on disk. It is opened at the first read and closed when idle. A file that changed since it was
 * measured is told from one that is as it was: bytes of two versions must not be mixed.
 */
export class NodeFileSource implements ByteSource {
  readonly name: string;
  private opening: Promise<FileHandle> | null = null;
  private reads = 0;
  private timer: ReturnType<typeof setTimeout> | null = null;
  private readonly small: SmallRead[] = [];

  private constructor(
    readonly path: string,
    readonly size: number,
    private readonly modified: number,
  ) {
    this.name = basename(path);
  }

  /**
   * Measures a file; does not open it.
   * @throws CheckpointError `file.missing`, `file.noAccess`, `file.isFolder`, `file.notRegular`, `file.readFailed`
   */
  static async open(path: string): Promise<NodeFileSource> {
    const stats = await guarded(path, () => stat(path));
    requireRegular(path, stats);
    return new NodeFileSource(path, stats.size, stats.mtimeMs);
  }

  /** @throws CheckpointError `file.changed` when the file is no longer the one that was measured */
  async read(offset: number, length: number): Promise<Uint8Array> {
    const end = Math.min(offset + length, this.size);
    if (!(offset >= 0) || !(end > offset)) return new Uint8Array(0);
    return end - offset <= SMALL_READ
      ? this.readTogether(offset, end - offset)
      : this.readAlone(offset, end - offset);
  }

  async sibling(name: string): Promise<ByteSource | null> {
    if (!isPlainFileName(name)) return null;
    try {
      return await NodeFileSource.open(join(dirname(this.path), name));
    } catch (error) {
      if (saysAbsent(error)) return null;
      throw error;
    }
  }

  async siblingNames(): Promise<readonly string[]> {
    const folder = dirname(this.path);
    const entries = await guarded(folder, () => readdir(folder, { withFileTypes: true }));
    // Links too: shared weights are often links into a cache.
    return entries.filter((entry) => entry.isFile() || entry.isSymbolicLink()).map((entry) => entry.name);
  }

  /** Closes the file now; a later read opens it again. */
  async close(): Promise<void> {
    if (this.timer !== null) clearTimeout(this.timer);
    this.timer = null;
    const opening = this.opening;
    this.opening = null;
    if (opening !== null) await (await opening).close();
  }

  private readAlone(offset: number, length: number): Promise<Uint8Array> {
    return this.whileOpen(async (handle) => {
      this.requireUnchanged(await handle.stat());
      const bytes = new Uint8Array(length);
      let done = 0;
      while (done < bytes.length) {
        const wanted = Math.min(bytes.length - done, MAX_READ);
        const { bytesRead } = await handle.read(bytes, done, wanted, offset + done);
        if (bytesRead === 0) throw new CheckpointError('file.changed', [], offset + done);
        done += bytesRead;
      }
      return bytes;
    });
  }

  /** Waits for the other reads of the same moment. */
  private readTogether(offset: number, length: number): Promise<Uint8Array> {
    return new Promise((resolve, reject) => {
      this.small.push({ offset, length, resolve, reject });
      if (this.small.length === 1) queueMicrotask(() => void this.readSmall());
    });
  }

  private async readSmall(): Promise<void> {
    while (this.small.length > 0) {
      const reads = this.small.splice(0, SMALL_READS_AT_ONCE);
      const [only] = reads;
      if (only !== undefined && reads.length === 1) {
        this.readAlone(only.offset, only.length).then(only.resolve, only.reject);
        continue;
      }
      try {
        await this.whileOpen(async (handle) => {
          this.requireUnchanged(await handle.stat());
          readNow(handle.fd, reads);
        });
      } catch (error) {
        // Those that are resolved already stay so.
        for (const { reject } of reads) reject(error);
      }
    }
  }

  private async whileOpen<T>(use: (handle: FileHandle) => Promise<T>): Promise<T> {
    if (this.timer !== null) clearTimeout(this.timer);
    this.timer = null;
    this.reads++;
    try {
      return await guarded(this.path, async () => use(await this.opened()));
    } finally {
      if (--this.reads === 0) this.closeWhenIdle();
    }
  }

  private opened(): Promise<FileHandle> {
    this.opening ??= open(this.path, 'r').catch((error: unknown) => {
      this.opening = null;
      throw error;
    });
    return this.opening;
  }

  private closeWhenIdle(): void {
    this.timer = setTimeout(() => void this.close().catch(() => undefined), IDLE_MILLISECONDS);
    // A command that is done need not wait for this.
    this.timer.unref();
  }

  private requireUnchanged(stats: Stats): void {
    if (stats.size !== this.size || stats.mtimeMs !== this.modified)
      throw new CheckpointError('file.changed');
  }
}

/** Reads while nothing else runs: quicker than trips to the thread pool for bytes that are mostly cached. */
function readNow(file: number, reads: readonly SmallRead[]): void {
  // Parts of one array: an array of its own for each costs more than the reading.
  const all = new Uint8Array(reads.reduce((sum, { length }) => sum + length, 0));
  let next = 0;
  for (const { offset, length, resolve } of reads) {
    const start = next;
    next += length;
    for (let at = start; at < next;) {
      const count = readSync(file, all, at, next - at, offset + at - start);
      if (count === 0) throw new CheckpointError('file.changed', [], offset + at - start);
      at += count;
    }
    resolve(all.subarray(start, next));
  }
}

/** Runs something that the file system may refuse, with its refusals as typed errors. */
async function guarded<T>(path: string, use: () => Promise<T>): Promise<T> {
  try {
    return await use();
  } catch (error) {
    throw fileError(path, error);
  }
}
