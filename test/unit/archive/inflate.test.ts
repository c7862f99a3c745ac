import assert from 'node:assert/strict';
import { deflateRawSync, constants } from 'node:zlib';
import { inflateUpTo } from '../../../src/archive/inflate';

const text = Buffer.from(Array.from({ length: 3_000 }, (_, i) => `${i * i} `).join('') + 'ab'.repeat(400));

const kinds: Readonly<Record<string, Buffer>> = {
  'dynamic codes': deflateRawSync(text, { level: 9 }),
  'fixed codes': deflateRawSync(text, { strategy: constants.Z_FIXED }),
  'stored blocks': deflateRawSync(text, { level: 0 }),
  'codes without matches': deflateRawSync(text, { strategy: constants.Z_HUFFMAN_ONLY }),
};

describe('Deflated data as far as it goes', () => {
  for (const [kind, data] of Object.entries(kinds)) {
    it(`of ${kind}: all of it, and other bytes behind it`, () => {
      const { bytes, ended } = inflateUpTo(Buffer.concat([data, Buffer.from('more')]), text.length);
      assert.deepEqual(Buffer.from(bytes), text);
      assert.equal(ended, 'end');
    });

    it(`of ${kind}: no more than is asked for`, () => {
      const { bytes, ended } = inflateUpTo(data, 1_234);
      assert.deepEqual(Buffer.from(bytes), text.subarray(0, 1_234));
      assert.equal(ended, 'full');
    });

    it(`of ${kind}: what comes before a cut`, () => {
      const { bytes, ended } = inflateUpTo(data.subarray(0, data.length >> 1), text.length);
      assert.ok(bytes.length > 1_000 && bytes.length < text.length);
      assert.deepEqual(Buffer.from(bytes), text.subarray(0, bytes.length));
      assert.equal(ended, 'error');
    });
  }

  it('of what is none: nothing', () => {
    assert.deepEqual(inflateUpTo(new Uint8Array([7]), 10), { bytes: new Uint8Array(0), ended: 'error' });
    assert.equal(inflateUpTo(new Uint8Array(0), 10).ended, 'error');
  });
});
