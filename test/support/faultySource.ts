import type { ByteSource } from '../../src/archive/byteSource';
import { CheckpointError } from '../../src/checkpointError';

/** What happens to a file while it is read. */
export type Fault =
  /** One read is refused, the others are not. */
  | 'failsOnce'
  /** From one read on, all are refused. */
  | 'fails'
  /** One read gives less than the file has. */
  | 'shortensOnce'
  /** From one read on, the second half of the file is gone. */
  | 'isCut'
  /** From one read on, the source says that it is another file. */
  | 'isReplaced';

export const faults: readonly Fault[] = ['failsOnce', 'fails', 'shortensOnce', 'isCut', 'isReplaced'];

/** A file, and the files beside it, of which something goes wrong with read number `at`, counted from 0 over all. */
export class FaultySource implements ByteSource {
  readonly name: string;
  readonly size: number;

  constructor(
    private readonly inner: ByteSource,
    private readonly fault: Fault,
    private readonly at: number,
    readonly counter = { reads: 0 },
  ) {
    this.name = inner.name;
    this.size = inner.size;
  }

  async read(offset: number, length: number): Promise<Uint8Array> {
    const number = this.counter.reads++;
    const isOver = number >= this.at;
    const isNow = number === this.at;
    if ((this.fault === 'failsOnce' && isNow) || (this.fault === 'fails' && isOver)) {
      throw new CheckpointError('file.readFailed', [this.name, 'EIO']);
    }
    if (this.fault === 'isReplaced' && isOver) throw new CheckpointError('file.changed');
    const bytes = await this.inner.read(offset, length);
    if (this.fault === 'shortensOnce' && isNow) return bytes.subarray(0, bytes.length >> 1);
    if (this.fault === 'isCut' && isOver) return bytes.subarray(0, Math.max(0, (this.size >> 1) - offset));
    return bytes;
  }

  async sibling(name: string): Promise<ByteSource | null> {
    const inner = await this.inner.sibling(name);
    return inner === null ? null : new FaultySource(inner, this.fault, this.at, this.counter);
  }

  siblingNames(): Promise<readonly string[]> {
    return this.inner.siblingNames();
  }
}
