import { closeSync, fstatSync, openSync, readdirSync, readSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import type { ByteSource } from '../archive/byteSource';
import { CheckpointError } from '../checkpointError';
import { fileError, isPlainFileName, MAX_READ, requireRegular, saysAbsent } from './fileRules';

/**
 * A file on disk for a process that has nothing else to do while it reads: no trips to the thread pool, which
 * cost a short command more than its reading. It stays open until the process ends or `close` is called.
 */
export class BlockingFileSource implements ByteSource {
  readonly name: string;
  private file: number | null = null;

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
  static open(path: string): BlockingFileSource {
    try {
      const stats = statSync(path);
      requireRegular(path, stats);
      return new BlockingFileSource(path, stats.size, stats.mtimeMs);
    } catch (error) {
      throw fileError(path, error);
    }
  }

  /** @throws CheckpointError `file.changed` when the file is no longer the one that was measured */
  read(offset: number, length: number): Promise<Uint8Array> {
    const end = Math.min(offset + length, this.size);
    if (!(offset >= 0) || !(end > offset)) return Promise.resolve(new Uint8Array(0));
    try {
      return Promise.resolve(this.readNow(offset, end - offset));
    } catch (error) {
      return Promise.reject(fileError(this.path, error));
    }
  }

  sibling(name: string): Promise<ByteSource | null> {
    if (!isPlainFileName(name)) return Promise.resolve(null);
    try {
      return Promise.resolve(BlockingFileSource.open(join(dirname(this.path), name)));
    } catch (error) {
      return saysAbsent(error) ? Promise.resolve(null) : Promise.reject(fileError(this.path, error));
    }
  }

  siblingNames(): Promise<readonly string[]> {
    const folder = dirname(this.path);
    try {
      const entries = readdirSync(folder, { withFileTypes: true });
      // Links too: shared weights are often links into a cache.
      const files = entries.filter((entry) => entry.isFile() || entry.isSymbolicLink());
      return Promise.resolve(files.map((entry) => entry.name));
    } catch (error) {
      return Promise.reject(fileError(folder, error));
    }
  }

  close(): void {
    if (this.file !== null) closeSync(this.file);
    this.file = null;
  }

  private readNow(offset: number, length: number): Uint8Array {
    this.file ??= openSync(this.path, 'r');
    const stats = fstatSync(this.file);
    if (stats.size !== this.size || stats.mtimeMs !== this.modified)
      throw new CheckpointError('file.changed');
    // Large ones are not filled with zeros first.
    const bytes = length < 4096 ? new Uint8Array(length) : Buffer.allocUnsafeSlow(length);
    for (let done = 0; done < length;) {
      const wanted = Math.min(length - done, MAX_READ);
      const count = readSync(this.file, bytes, done, wanted, offset + done);
      if (count === 0) throw new CheckpointError('file.changed', [], offset + done);
      done += count;
    }
    return new Uint8Array(bytes.buffer, bytes.byteOffset, length);
  }
}
