import { CheckpointError } from '../checkpointError';

/**
 * Random access to a file's bytes, wherever the file is. The only way in which core code sees files.
 */
export interface ByteSource {
  /** File name without folders, for messages and for shard lookups. */
  readonly name: string;
  /** Size in bytes when the source was opened. */
  readonly size: number;
  /**
   * Bytes [offset, offset + length), fewer only where the file ends before.
   * The caller owns the result until it lets go of it; sources never change a returned array.
   */
  read(offset: number, length: number): Promise<Uint8Array>;
  /**
   * Another file of the same folder, by a plain file name (no separators, no `..`), null where there is none
   * or where the source has no folder. Used for shards and DCP folders.
   */
  sibling(name: string): Promise<ByteSource | null>;
  /** Names of the files in the same folder, empty where the source has no folder. */
  siblingNames(): Promise<readonly string[]>;
}

/** What a platform offers that core code may not import. */
export interface Platform {
  /** Each byte as the character of the same code. Fast for megabytes. */
  latin1(bytes: Uint8Array): string;
  /** Raw deflate (zip method 8), zlib and gzip streams; throws when `limit` bytes of output are exceeded. */
  inflateRaw(bytes: Uint8Array, limit: number): Uint8Array;
  /** What the first bytes of a raw deflate stream give, as far as they go: up to its end, an error or the limit. */
  inflateRawStart(bytes: Uint8Array, limit: number): Uint8Array;
  inflateZlib(bytes: Uint8Array, limit: number): Uint8Array;
  gunzip(bytes: Uint8Array, limit: number): Uint8Array;
}

/**
 * A file up to this size is read once, whole: its directory and its metadata are most of it, and reading them
 * one by one would read parts of it twice.
 */
const readWhole = 64 << 10;

/** A source that counts the bytes read of another, and of its siblings, and that gives whole ranges or none. */
export class CountingSource implements ByteSource {
  readonly name: string;
  readonly size: number;
  private readonly counter: { bytes: number };
  private whole: Promise<Uint8Array> | null = null;

  constructor(
    private readonly inner: ByteSource,
    counter = { bytes: 0 },
    /** Opened as a shard: its storages name the file that they are in. */
    readonly shard = false,
  ) {
    this.name = inner.name;
    this.size = inner.size;
    this.counter = counter;
  }

  get bytesRead(): number {
    return this.counter.bytes;
  }

  async read(offset: number, length: number): Promise<Uint8Array> {
    if (this.size > readWhole) return this.counted(offset, length);
    this.whole ??= this.counted(0, this.size);
    return (await this.whole).subarray(offset, offset + length);
  }

  async sibling(name: string): Promise<CountingSource | null> {
    const inner = await this.inner.sibling(name);
    return inner === null ? null : new CountingSource(inner, this.counter, true);
  }

  siblingNames(): Promise<readonly string[]> {
    return this.inner.siblingNames();
  }

  private async counted(offset: number, length: number): Promise<Uint8Array> {
    const bytes = await this.inner.read(offset, length);
    this.counter.bytes += bytes.length;
    // Readers may rely on getting what the file had when it was opened.
    if (offset >= 0 && bytes.length < Math.min(length, this.size - offset))
      throw new CheckpointError('file.changed', [], offset + bytes.length);
    return bytes;
  }
}
