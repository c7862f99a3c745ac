import assert from 'node:assert/strict';
import { crc32 } from '../../../src/archive/checksums';

describe('CRC-32', () => {
  it('is the same in slices of eight bytes as byte by byte', () => {
    // "123456789" has the check value of the polynomial; the others extend it by zeros that change nothing but it.
    assert.equal(crc32(Buffer.from('123456789')), 0xcbf43926);
    const bytes = Uint8Array.from({ length: 40_003 }, (_, i) => (i * 2654435761) >>> 13);
    let crc = 0xffffffff;
    for (const byte of bytes) {
      crc ^= byte;
      for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1;
    }
    assert.equal(crc32(bytes), ~crc >>> 0);
  });
});
