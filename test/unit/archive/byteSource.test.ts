import assert from 'node:assert/strict';
import { CountingSource, type ByteSource } from '../../../src/archive/byteSource';

class Recorded implements ByteSource {
  readonly name = 'file';
  readonly reads: string[] = [];
  constructor(readonly size: number) {}

  read(offset: number, length: number): Promise<Uint8Array> {
    this.reads.push(`${offset}+${length}`);
    const end = Math.min(this.size, offset + length);
    return Promise.resolve(Uint8Array.from({ length: Math.max(0, end - offset) }, (_, i) => offset + i));
  }
  sibling(): Promise<null> {
    return Promise.resolve(null);
  }
  siblingNames(): Promise<readonly string[]> {
    return Promise.resolve([]);
  }
}

describe('Counting what is read', () => {
  it('reads a small file once, whole: never more bytes than it has', async () => {
    const file = new Recorded(100);
    const source = new CountingSource(file);
    const [head, tail] = await Promise.all([source.read(0, 60), source.read(40, 90)]);
    assert.deepEqual([head.length, tail.length, tail[0]], [60, 60, 40]);
    assert.deepEqual(file.reads, ['0+100']);
    assert.equal(source.bytesRead, 100);
  });
  it('reads of a large file what is asked for', async () => {
    const file = new Recorded(1 << 20);
    const source = new CountingSource(file);
    await source.read(1000, 10);
    await source.read((1 << 20) - 5, 10);
    assert.deepEqual(file.reads, ['1000+10', `${(1 << 20) - 5}+10`]);
    assert.equal(source.bytesRead, 15);
  });
});
