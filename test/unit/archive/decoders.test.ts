import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import * as bzip2 from '../../../src/archive/bzip2';
import * as lz4 from '../../../src/archive/lz4';
import * as lzma from '../../../src/archive/lzma';
import * as xz from '../../../src/archive/xz';
import { CheckpointError } from '../../../src/checkpointError';
import { compressedSample, sampleText, type SampleName } from './compressedSamples';

type Decode = (bytes: Uint8Array, limit: number) => Uint8Array;

const LIMIT = 1 << 20;
const decoders: readonly (readonly [string, Decode, readonly SampleName[]])[] = [
  ['bzip2', bzip2.decode, ['bz2']],
  ['xz', xz.decode, ['xz', 'xzCrc32', 'xzSha256', 'xzProperties', 'xzBlocks']],
  ['lzma', lzma.decode, ['lzma']],
  ['lz4', lz4.decode, ['lz4', 'lz4Linked']],
];

function joined(...parts: readonly Uint8Array[]): Uint8Array {
  return new Uint8Array(Buffer.concat(parts));
}

/** The code of the typed error; anything else that is thrown fails the test. */
function codeOf(decode: Decode, bytes: Uint8Array, limit = LIMIT): string {
  try {
    decode(bytes, limit);
  } catch (error) {
    if (error instanceof CheckpointError) return error.code;
    throw error;
  }
  return 'none';
}

function changed(bytes: Uint8Array, at: number, byte: number): Uint8Array {
  const copy = bytes.slice();
  copy[at] = byte;
  return copy;
}

for (const [kind, decode, names] of decoders) {
  describe(`The ${kind} decoder`, () => {
    for (const name of names) {
      const bytes = compressedSample(name);

      it(`unpacks ${name}, with other bytes after it`, () => {
        assert.deepEqual(decode(bytes, LIMIT), sampleText);
        assert.deepEqual(decode(joined(bytes, new TextEncoder().encode('other')), LIMIT), sampleText);
      });

      it(`says at every length of ${name} that it is cut off`, () => {
        for (let end = 0; end < bytes.length; end++) {
          assert.equal(codeOf(decode, bytes.subarray(0, end)), 'compressed.cut', `${end} bytes`);
        }
      });

      it(`stops at the limit in ${name}`, () => {
        assert.deepEqual(decode(bytes, sampleText.length), sampleText);
        assert.equal(codeOf(decode, bytes, sampleText.length - 1), 'compressed.outputLimit');
        assert.equal(codeOf(decode, bytes, 0), 'compressed.outputLimit');
      });

      it(`takes each byte of ${name} for any other without an untyped error or a hang`, function () {
        this.timeout(30_000);
        for (let at = 0; at < bytes.length; at++) {
          for (const byte of [0, 1, 0x7f, 0xff, (bytes[at] as number) ^ 0x10]) {
            codeOf(decode, changed(bytes, at, byte));
          }
        }
      });
    }

    it('takes noise for damage', () => {
      const noise = Uint8Array.from({ length: 4_000 }, (_, i) => (i * i * 7 + (i >> 3)) & 0xff);
      for (const name of names) {
        const bytes = compressedSample(name);
        for (const keep of [4, 6, 12, 13, 20, 30]) {
          assert.notEqual(codeOf(decode, joined(bytes.subarray(0, keep), noise)), 'none', `${name} ${keep}`);
        }
      }
      assert.equal(codeOf(decode, new Uint8Array(0)), 'compressed.cut');
    });
  });
}

describe('Streams in a row', () => {
  const twice = joined(sampleText, sampleText);

  it('are one text, as the commands write them when they append', () => {
    for (const [, decode, [name]] of decoders.filter(([kind]) => kind !== 'lzma')) {
      const bytes = compressedSample(name as SampleName);
      assert.deepEqual(decode(joined(bytes, bytes), LIMIT), twice, name);
    }
  });

  it('may have padding or skippable frames between them', () => {
    const block = compressedSample('xz');
    assert.deepEqual(xz.decode(joined(block, new Uint8Array(8), block), LIMIT), twice);
    const frame = compressedSample('lz4');
    const skippable = Uint8Array.of(0x53, 0x2a, 0x4d, 0x18, 3, 0, 0, 0, 1, 2, 3);
    assert.deepEqual(lz4.decode(joined(frame, skippable, frame), LIMIT), twice);
  });

  it('cost no block of memory each', function () {
    this.timeout(5_000);
    // BZh9, the end mark, the checksum of nothing.
    const empty = Uint8Array.of(0x42, 0x5a, 0x68, 0x39, 0x17, 0x72, 0x45, 0x38, 0x50, 0x90, 0, 0, 0, 0);
    assert.equal(bzip2.decode(new Uint8Array(Buffer.alloc(14 * 100_000, empty)), LIMIT).length, 0);
  });
});

describe('Checksums', () => {
  it('are verified', () => {
    const cases: readonly (readonly [Decode, SampleName, number])[] = [
      // The first block's checksum; that of the stream's last bytes.
      [bzip2.decode, 'bz2', 10],
      [xz.decode, 'xz', 10],
      [lz4.decode, 'lz4', compressedSample('lz4').length - 1],
      [lz4.decode, 'lz4', 6],
      [lz4.decode, 'lz4Linked', compressedSample('lz4Linked').length - 9],
    ];
    for (const [decode, name, at] of cases) {
      const bytes = compressedSample(name);
      const wrong = changed(bytes, at, (bytes[at] as number) ^ 1);
      assert.equal(codeOf(decode, wrong), 'compressed.checksum', `${name} ${at}`);
    }
  });

  it('of a CRC-64 and a CRC-32 are told from one another', () => {
    // The check stands before the index and the footer, 12 bytes each.
    for (const [name, size] of [
      ['xz', 8],
      ['xzCrc32', 4],
    ] as const) {
      const bytes = compressedSample(name);
      const at = bytes.length - 24 - size;
      assert.equal(codeOf(xz.decode, changed(bytes, at, (bytes[at] as number) ^ 1)), 'compressed.checksum');
    }
  });
});

describe('Claims and bombs', () => {
  it('unpack when there is room', () => {
    const zeros = bzip2.decode(compressedSample('bz2Zeros'), 1 << 26);
    assert.equal(zeros.length, 45_000_000);
    assert.ok(zeros.every((byte) => byte === 0));
    assert.deepEqual(lzma.decode(compressedSample('lzmaZeros'), LIMIT), new Uint8Array(1_000_000));
    // More than one chunk of LZMA2 holds.
    assert.deepEqual(xz.decode(compressedSample('xzZeros'), 8 * LIMIT), new Uint8Array(5_000_000));
  });

  it('end at the limit', () => {
    const bomb = new Uint8Array(Buffer.alloc(50 * 10_000, compressedSample('bz2Zeros')));
    assert.equal(codeOf(bzip2.decode, bomb), 'compressed.outputLimit');
    assert.equal(codeOf(lzma.decode, compressedSample('lzmaZeros'), 999_999), 'compressed.outputLimit');
    assert.equal(codeOf(xz.decode, compressedSample('xzZeros'), 4_999_999), 'compressed.outputLimit');
  });

  it('are refused by their headers where those say the size', () => {
    const bytes = compressedSample('lzma');
    // 2^40 bytes, and a dictionary of 4 GiB that nothing is allocated for.
    const claim = bytes.slice();
    claim.set([0xff, 0xff, 0xff, 0xff, 0, 0, 0, 0, 0, 1, 0, 0, 0], 1);
    assert.equal(codeOf(lzma.decode, claim), 'compressed.outputLimit');
    const known = bytes.slice();
    new DataView(known.buffer).setBigUint64(5, BigInt(sampleText.length), true);
    assert.deepEqual(lzma.decode(known, LIMIT), sampleText);
    new DataView(known.buffer).setBigUint64(5, BigInt(sampleText.length + 1), true);
    assert.equal(codeOf(lzma.decode, known), 'compressed.damaged');
  });
});

describe('What is not decoded', () => {
  it('is named', () => {
    assert.equal(codeOf(xz.decode, compressedSample('xzDelta')), 'compressed.feature');
    // The bit after the first block's checksum.
    assert.equal(codeOf(bzip2.decode, changed(compressedSample('bz2'), 14, 0x80)), 'compressed.feature');
  });

  it('is no matter for data that is stored as it is', () => {
    const noise = Uint8Array.from({ length: 100 }, (_, i) => (i * i) % 251);
    assert.deepEqual(xz.decode(compressedSample('xzRandom'), LIMIT), noise);
  });
});
