import type { ByteSource } from '../archive/byteSource';
import { CheckpointError } from '../checkpointError';
import { MemorySource } from '../archive/memorySource';
import { isPlainFileName } from './fileRules';

/**
 * Where whole files come from when they are not on this machine's disk: the extension host, which reads them
 * through the editor's file system, up to its limit.
 */
export interface WholeFiles {
  /** Bytes of a file of the folder, null where there is none. Rejects with a typed error above the limit. */
  readFile(name: string): Promise<Uint8Array | null>;
  fileNames(): Promise<readonly string[]>;
}

/** A file read whole once. Its siblings are read when asked for. */
export class RemoteSource implements ByteSource {
  private constructor(
    private readonly content: MemorySource,
    private readonly files: WholeFiles,
  ) {}

  /** @throws CheckpointError `file.missing`, and what the other side throws */
  static async open(name: string, files: WholeFiles): Promise<RemoteSource> {
    const bytes = await files.readFile(name);
    if (bytes === null) throw new CheckpointError('file.missing', [name]);
    return new RemoteSource(new MemorySource(name, bytes), files);
  }

  get name(): string {
    return this.content.name;
  }

  get size(): number {
    return this.content.size;
  }

  read(offset: number, length: number): Promise<Uint8Array> {
    return this.content.read(offset, length);
  }

  async sibling(name: string): Promise<ByteSource | null> {
    if (!isPlainFileName(name)) return null;
    const bytes = await this.files.readFile(name);
    return bytes === null ? null : new RemoteSource(new MemorySource(name, bytes), this.files);
  }

  siblingNames(): Promise<readonly string[]> {
    return this.files.fileNames();
  }
}
