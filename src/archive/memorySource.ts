import type { ByteSource } from './byteSource';

/** A file that is in memory as a whole. `siblings` are the other files of its folder, by name. */
export class MemorySource implements ByteSource {
  constructor(
    readonly name: string,
    private readonly bytes: Uint8Array,
    private readonly siblings: ReadonlyMap<string, Uint8Array> = new Map(),
  ) {}

  get size(): number {
    return this.bytes.length;
  }

  read(offset: number, length: number): Promise<Uint8Array> {
    const end = Math.min(offset + length, this.size);
    return Promise.resolve(offset >= 0 && end > offset ? this.bytes.slice(offset, end) : new Uint8Array(0));
  }

  sibling(name: string): Promise<ByteSource | null> {
    const bytes = this.siblings.get(name);
    return Promise.resolve(bytes === undefined ? null : new MemorySource(name, bytes, this.siblings));
  }

  siblingNames(): Promise<readonly string[]> {
    return Promise.resolve([...this.siblings.keys()]);
  }
}
