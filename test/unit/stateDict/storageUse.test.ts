import assert from 'node:assert/strict';
import { dtypeBytes } from '../../../src/stateDict/dtypes';
import { isContiguous, storageUse } from '../../../src/stateDict/storageUse';
import type { Integer, StorageSpec, TensorSpec } from '../../../src/stateDict/tensorSpec';
import { spec, storage } from '../outline/contents';

function view(
  of: StorageSpec,
  shape: Integer[],
  stride: Integer[],
  offset = 0,
  dtype = 'float32',
): TensorSpec {
  return spec(shape, { storage: of, stride, storageOffset: offset, dtype });
}

describe('What tensors use of a storage', () => {
  const whole = storage('0', 400);
  const cases: readonly (readonly [string, readonly TensorSpec[], Integer, boolean])[] = [
    ['all of it', [view(whole, [100], [1])], 400, true],
    ['a slice at the start', [view(whole, [10], [1])], 40, true],
    ['the same slice twice', [view(whole, [10], [1]), view(whole, [10], [1])], 40, true],
    ['slices that overlap', [view(whole, [10], [1]), view(whole, [10], [1], 5)], 60, true],
    ['slices that touch', [view(whole, [10], [1]), view(whole, [10], [1], 10)], 80, true],
    ['columns of a matrix', [view(whole, [10, 3], [10, 1])], 120, true],
    ['a transposed matrix', [view(whole, [10, 10], [1, 10])], 400, true],
    ['every second element', [view(whole, [50], [2])], 200, true],
    ['an expanded element', [view(whole, [1000], [0])], 4, true],
    ['nothing: an empty tensor', [view(whole, [0, 3], [3, 1])], 0, true],
    [
      'the same bytes as another dtype',
      [view(whole, [10], [1]), view(whole, [40], [1], 0, 'uint8')],
      40,
      true,
    ],
    ['something of an unknown dtype', [view(whole, [10], [1], 0, 'float99')], 400, false],
    ['more than there is: a false claim', [view(whole, [1000], [1])], 400, true],
  ];
  for (const [what, tensors, used, exact] of cases) {
    it(`${what}: ${used} bytes`, () => {
      assert.deepEqual(storageUse(whole, tensors), { used, unused: 400 - Number(used), exact });
    });
  }
  it('is an upper bound when the pieces are too many to count', () => {
    const huge = storage('1', 4 * 2 * 3_000_000);
    const use = storageUse(huge, [view(huge, [3_000_000], [2])]);
    assert.equal(use.exact, false);
    assert.ok(use.used >= 12_000_000);
  });
  it('has no rest where the size is not known', () => {
    assert.equal(storageUse(storage('2', null), [view(whole, [10], [1])]).unused, null);
  });
});

describe('Contiguous tensors', () => {
  it('are those whose elements lie in order', () => {
    assert.ok(isContiguous([2, 3], [3, 1]));
    assert.ok(isContiguous([1, 3], [99, 1]));
    assert.ok(isContiguous([0, 3], [7, 7]));
    assert.ok(!isContiguous([2, 3], [1, 2]));
  });
});

describe('Sizes of dtypes', () => {
  it('are exact, packed ones rounded up to bytes', () => {
    assert.equal(dtypeBytes('float32', 3), 12);
    assert.equal(dtypeBytes('quint4x2', 3), 2);
    assert.equal(dtypeBytes('complex128', 2n ** 60n), 2n ** 64n);
    assert.equal(dtypeBytes('float99', 1), null);
  });
});
