import type { ByteSource } from './byteSource';

/** A part of another source as a source of its own: an archive inside an archive. */
export class SliceSource implements ByteSource {
  constructor(
    private readonly inner: ByteSource,
    private readonly start: number,
    readonly size: number,
    readonly name: string,
  ) {}

  read(offset: number, length: number): Promise<Uint8Array> {
    const from = Math.min(Math.max(offset, 0), this.size);
    return this.inner.read(this.start + from, Math.max(0, Math.min(length, this.size - from)));
  }

  sibling(): Promise<null> {
    return Promise.resolve(null);
  }

  siblingNames(): Promise<readonly string[]> {
    return Promise.resolve([]);
  }
}
