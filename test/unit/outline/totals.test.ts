import assert from 'node:assert/strict';
import type { Content } from '../../../src/checkpoint/content';
import { Outline } from '../../../src/outline/outline';
import { dtypesOf, totalsOf } from '../../../src/outline/totals';
import { dict, module, scalar, spec, storage, tensor } from './contents';
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

describe('Totals of a document', () => {
  it('count the parameters of modules that have buffers too', () => {
    const norm = module('torch.nn.modules.batchnorm.BatchNorm2d', 'BatchNorm2d(4)', {
      weight: ['parameter', tensor([4], { kind: 'parameter' })],
      running_mean: ['buffer', tensor([4])],
      training: ['attribute', scalar(true)],
    });
    const { survey } = new Outline(module('__main__.Net', 'Net()', { norm: ['module', norm] }));
    assert.equal(totalsOf(survey).parameters, 4);
    assert.equal(totalsOf(survey).elements, 8);
  });

  it('count storages that were saved without a tensor, as unused', () => {
    const alone: Content = {
      type: 'object',
      pythonType: 'torch.FloatStorage',
      text: 'FloatStorage(10)',
      storage: storage('1', 40),
      children: () => [],
    };
    const totals = totalsOf(new Outline(dict({ w: tensor([4]), alone })).survey);
    assert.equal(totals.storageBytes, 16 + 40);
    assert.equal(totals.unusedStorageBytes, 40);
    assert.equal(totals.unusedExact, true);
  });

  it('count what a tensor with parts leaves of its own storage', () => {
    const scales = spec([2], { dtype: 'float64', storage: storage('s', 16) });
    const quantized = tensor([2, 4], {
      dtype: 'qint8',
      storage: storage('q', 100),
      parts: [{ name: 'scales', tensor: scales }],
    });
    const { survey } = new Outline(dict({ quantized }));
    assert.equal(totalsOf(survey).storageBytes, 116);
    assert.equal(totalsOf(survey).unusedStorageBytes, 92);
  });
});
