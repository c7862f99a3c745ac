import assert from 'node:assert/strict';
import { Outline } from '../../../src/outline/outline';
import { dtypesOf, totalsOf } from '../../../src/outline/totals';
import { dict, storage, tensor } from './contents';
import { open } from './rows';

describe('Totals with sizes that are not known', () => {
  const unknown = tensor([2], { shape: null, stride: null, storage: storage('u', null) });
  const known = tensor([4], { dtype: 'int64', storage: storage('k', 32) });
  const { survey } = new Outline(dict({ unknown, known }));

  it('say that they are lower bounds', () => {
    const totals = totalsOf(survey);
    assert.equal(totals.tensors, 2);
    assert.equal(totals.tensorsExact, true);
    assert.equal(totals.exact, false);
    assert.equal(totals.storageExact, false);
  });
  it('say it of each dtype by itself', () => {
    const exact = Object.fromEntries(dtypesOf(survey).map((entry) => [entry.dtype, entry.exact]));
    assert.deepEqual(exact, { int64: true, float32: false });
  });
  it('give no row a share of a sum that is not known', () => {
    const { row } = open(dict({ unknown, known }));
    assert.equal(row('known').exact, true);
    assert.equal(row('known').share, null);
    assert.equal(open(dict({ known })).row('known').share, 1);
  });
});
