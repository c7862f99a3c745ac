import assert from 'node:assert/strict';
import { check, fileOf, modelOf, savedBy } from './support';

const net = `
class Net(nn.Module):
    def __init__(self, classes=10):
        super().__init__()
        self.conv = nn.Conv2d(3, 8, 3)
        self.bn = nn.BatchNorm2d(8)
        self.fc = nn.Linear(8, classes)
`;

describe('Loading a state_dict', () => {
  it('succeeds with what the model itself saves', async () => {
    const model = await modelOf(net);
    const report = check(model, savedBy(model));
    assert.equal(report.strict, true);
    assert.equal(report.matched, 9);
    assert.equal(report.verdict.code, 'check.verdict.loads');
    assert.deepEqual(report.elements, {
      loaded: 3 * 8 * 9 + 8 + 4 * 8 + 1 + 90,
      wrongLayer: 0,
      dropped: 0,
      headSwap: 0,
      new: 0,
      lost: 0,
    });
    assert.ok(report.keys.every((key) => key.file === 'model.py' && key.state === 'loads'));
  });

  it('names missing, unexpected and mismatched keys in torch’s order', async () => {
    const model = await modelOf(net);
    const report = check(
      model,
      fileOf({ 'x.y': [1], 'bn.weight': [8], 'bn.other': [1], 'conv.weight': [8, 4, 3, 3], z: [2] }),
    );
    assert.equal(report.strict, false);
    assert.deepEqual(
      report.missing.map(({ key }) => key),
      ['conv.bias', 'bn.bias', 'bn.running_mean', 'bn.running_var', 'fc.weight', 'fc.bias'],
    );
    assert.deepEqual(
      report.unexpected.map(({ key }) => key),
      ['x.y', 'z', 'bn.other'],
    );
    assert.deepEqual(
      report.mismatched.map(({ key, model, checkpoint }) => [key, model, checkpoint]),
      [['conv.weight', [8, 3, 3, 3], [8, 4, 3, 3]]],
    );
  });

  it('forgives a missing num_batches_tracked only where the metadata is old', async () => {
    const model = await modelOf(net);
    const shapes = {
      ...Object.fromEntries(
        [...savedBy(model).entries].map(([key, { tensor }]) => [key, tensor?.shape as number[]]),
      ),
    };
    delete shapes['bn.num_batches_tracked'];
    const versions = (version: number) => new Map([['bn', { version }]]);
    assert.equal(check(model, fileOf(shapes)).strict, true);
    assert.equal(check(model, fileOf(shapes, versions(1))).strict, true);
    assert.equal(check(model, fileOf(shapes, versions(2))).strict, false);
  });

  it('does not say what a class that loads in its own way does', async () => {
    const model = await modelOf(`
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(2, 2)
    def _load_from_state_dict(self, state_dict, prefix, *args):
        super()._load_from_state_dict(state_dict, prefix, *args)
`);
    const report = check(model, savedBy(model));
    assert.equal(report.strict, null);
    assert.equal(report.exact, false);
    assert.equal(report.notes[0]?.code, 'check.note.ownLoading');
  });

  it('tells a changed class count from a damaged backbone', async () => {
    const report = check(await modelOf(net, 'Net', '20'), savedBy(await modelOf(net)));
    assert.deepEqual(report.headSwap, ['fc.weight', 'fc.bias']);
    assert.equal(report.verdict.code, 'check.verdict.headSwap');
    assert.equal(report.elements.headSwap, 90);
    assert.equal(report.elements.new, 180);
  });
});
