import assert from 'node:assert/strict';
import {
  formatBytes,
  formatBytesFully,
  formatCount,
  formatInteger,
  formatShare,
} from '../../../src/protocol/numbers';

describe('Numbers', () => {
  it('are exact with separators', () => {
    assert.equal(formatInteger(0), '0');
    assert.equal(formatInteger(999), '999');
    assert.equal(formatInteger(24186592), '24,186,592');
    assert.equal(formatInteger(-1234), '-1,234');
    assert.equal(formatInteger('18446744073709551616'), '18,446,744,073,709,551,616');
    assert.equal(formatInteger(2n ** 64n), '18,446,744,073,709,551,616');
  });
  it('have four significant digits when short, and are exact when small', () => {
    assert.equal(formatCount(99_999), '99,999');
    assert.equal(formatCount(100_000), '100.0 K');
    assert.equal(formatCount(37_320_000), '37.32 M');
    assert.equal(formatCount(999_999), '1.000 M');
    assert.equal(formatCount(70_553_706_496), '70.55 B');
    assert.equal(formatCount('18446744073709551616'), '18446744.1 T');
  });
  it('are bytes in binary units', () => {
    assert.equal(formatBytes(0), '0 B');
    assert.equal(formatBytes(1023), '1023 B');
    assert.equal(formatBytes(1024), '1.0 KiB');
    assert.equal(formatBytes(1_048_575), '1.0 MiB');
    assert.equal(formatBytes(150_682_112), '143.7 MiB');
    assert.equal(formatBytes(2 ** 62), '4.0 EiB');
    assert.equal(formatBytesFully(512), '512 B');
    assert.equal(formatBytesFully(6912), '6.8 KiB (6,912)');
  });
  it('are shares that never say "all" or "none" of what is not', () => {
    assert.equal(formatShare(0), '0.0 %');
    assert.equal(formatShare(0.00001), '< 0.1 %');
    assert.equal(formatShare(0.638), '63.8 %');
    assert.equal(formatShare(0.99999), '> 99.9 %');
    assert.equal(formatShare(1), '100.0 %');
  });
});
