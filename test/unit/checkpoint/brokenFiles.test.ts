import assert from 'node:assert/strict';
import { MemorySource } from '../../../src/archive/memorySource';
import { readSafetensorsHeader } from '../../../src/archive/safetensorsHeader';
import { CountingSource } from '../../../src/archive/byteSource';
import { listContents } from '../../../src/checkpoint/listing';
import { openCheckpoint } from '../../../src/checkpoint/openCheckpoint';
import { CheckpointError } from '../../../src/checkpointError';
import { nodePlatform } from '../../../src/files/nodePlatform';
import { checkpointSource } from '../../../src/outline/outlineSource';
import { OutlineDocument } from '../../../src/outline/outlineDocument';
import { stream } from '../pickle/support';

/** Files that the fuzzer, or somebody who looked closely, found to break a promise. */

const hasCode = (code: string) => (error: unknown) => error instanceof CheckpointError && error.code === code;

/** `(((…),),)`: as text, a tuple in a tuple has no end that the engine's stack would see. */
const deepTuple = joined(stream(')'), new Uint8Array(200_000).fill(0x85));

const magic = stream(
  '\x80\x02\x8a\x0a',
  [0x6c, 0xfc, 0x9c, 0x46, 0xf9, 0x20, 0x6a, 0xa8, 0x50, 0x19],
  '.',
  '\x80\x02M\xe9\x03.',
);

function joined(...parts: readonly Uint8Array[]): Uint8Array {
  return new Uint8Array(Buffer.concat(parts));
}

describe('Files that are broken in unusual ways', () => {
  it('a safetensors header needs the eight bytes of its length', async () => {
    for (let length = 0; length < 8; length++) {
      const source = new MemorySource('a.safetensors', new Uint8Array(length));
      await assert.rejects(readSafetensorsHeader(source), hasCode('safetensors.headerCut'));
    }
  });

  it('a key of a storage is a text or a number, however deep the tuple is that stands there', async () => {
    const file = joined(
      magic,
      stream('}X', [13, 0, 0, 0], 'little_endian\x88s.'),
      stream('}X', [1, 0, 0, 0], 'aK\x01s.'),
      stream(']'),
      deepTuple,
      stream('a.'),
    );
    const checkpoint = await openCheckpoint(new MemorySource('a.pt', file), nodePlatform);
    assert.equal(checkpoint.format, 'torch-legacy');
    assert.equal(listContents(checkpoint.root).values.length, 1);
  });

  it('a keyword of a partial is any value', async () => {
    const file = joined(
      stream('cfunctools\npartial\n(cbuiltins\nint\nt\x81(cbuiltins\nint\n)}'),
      deepTuple,
      stream('K\x01sNtb.'),
    );
    const checkpoint = await openCheckpoint(new MemorySource('a.pkl', file), nodePlatform);
    const document = new OutlineDocument(checkpoint.root);
    const summary = checkpointSource(checkpoint).summary(document.outline, 1);
    assert.equal(summary.totals.tensors, 0);
    assert.match(JSON.stringify(checkpoint.root), /functools\.partial/);
  });
});

describe('Files with more of something than a call may have arguments', () => {
  const many = 300_000;
  const items = new Uint8Array(many).fill(0x4e);
  const lengthOf = async (...parts: readonly Uint8Array[]): Promise<unknown> => {
    const checkpoint = await openCheckpoint(new MemorySource('a.pkl', joined(...parts)), nodePlatform);
    const { root } = checkpoint;
    return 'length' in root ? root.length : root.type === 'object' ? root.children().length : null;
  };

  it('list their items in a list of an own class', async () => {
    const opening = 'ccopyreg\n_reconstructor\n(c__main__\nStack\ncbuiltins\nlist\n](';
    assert.equal(await lengthOf(stream(opening), items, stream('etR.')), many);
    assert.equal(await lengthOf(stream('c__main__\nStack\n)\x81('), items, stream('e.')), many);
  });

  it('list what stands in a list that is cut off', async () => {
    assert.equal(await lengthOf(stream('\x80\x02]('), items), many);
  });
});

describe('A source that gives less than it has', () => {
  it('has changed: nobody reads a part for the whole', async () => {
    class Shortened extends MemorySource {
      override async read(offset: number, length: number): Promise<Uint8Array> {
        return (await super.read(offset, length)).subarray(0, 3);
      }
    }
    const source = new CountingSource(new Shortened('a', new Uint8Array(100_000)));
    await assert.rejects(source.read(10, 4), hasCode('file.changed'));
    assert.equal((await source.read(10, 3)).length, 3);
    assert.equal((await source.read(99_998, 10)).length, 2, 'the end of the file is no change');
  });
});
