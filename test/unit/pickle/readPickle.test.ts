import assert from 'node:assert/strict';
import { readPickle } from '../../../src/pickle/readPickle';
import { PyGlobal } from '../../../src/pickle/values';

describe('Pickles of unknown length', () => {
  const read = async (bytes: Uint8Array) => {
    let reads = 0;
    const stream = await readPickle({
      read: async (offset, length) => {
        // Without an end, the same bytes would be asked for again and again.
        assert.ok(++reads < 100, 'more than a hundred reads');
        return bytes.subarray(offset, offset + length);
      },
      start: 0,
      end: bytes.length,
      firstWindow: 256 << 10,
    });
    return stream;
  };

  it('may have lines that are longer than any window', async () => {
    const name = 'n'.repeat(9 << 20);
    const { value, error } = await read(Buffer.from(`cproject\n${name}\n.`));
    assert.equal(error, null);
    assert.ok(value instanceof PyGlobal);
    assert.equal(value.name.length, 9 << 20);
  });

  it('end as an error where they only push', async () => {
    for (const opcode of ['N', '(']) {
      const { error } = await read(Buffer.alloc(9 << 20, opcode));
      assert.equal(error?.code, 'pickle.stackTooDeep', opcode);
    }
  });

  it('may end in the middle of such a line', async () => {
    const { error } = await read(Buffer.from(`V${'n'.repeat(9 << 20)}`));
    assert.equal(error?.code, 'pickle.truncated');
  });
});
