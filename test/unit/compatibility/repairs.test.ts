import assert from 'node:assert/strict';
import type { ModelDescription } from '../../../src/compatibility/model';
import { check, fileOf, modelOf, savedBy } from './support';

function net(...layers: string[]): string {
  return `
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.layers = nn.Sequential(${layers.join(', ')})
        self.head = nn.Linear(16, 5)
`;
}

/** The keys of a model under other names. */
function renamed(model: ModelDescription, rename: (key: string) => string) {
  const shapes = [...savedBy(model).entries.values()].map(
    ({ key, tensor }) => [rename(key), (tensor?.shape ?? []).map(Number)] as const,
  );
  return fileOf(Object.fromEntries(shapes));
}

describe('Repairs', () => {
  it('renumber after an insertion, told as one rule', async () => {
    const base = await modelOf(net('nn.Linear(3, 8)', 'nn.Linear(8, 12)', 'nn.Linear(12, 16)'));
    const model = await modelOf(
      net('nn.Linear(3, 8)', 'nn.Linear(8, 8)', 'nn.Linear(8, 12)', 'nn.Linear(12, 16)'),
    );
    const [repair, ...others] = check(model, savedBy(base)).repairs;
    assert.deepEqual(others, []);
    assert.equal(repair?.kind, 'renumber');
    assert.deepEqual(repair.rules, [{ from: 'layers.1…2.*', to: 'layers.2…3.*', keys: 4 }]);
    assert.deepEqual(repair.recovers, { keys: 4, elements: 8 * 12 + 12 + 12 * 16 + 16 });
    assert.equal(repair.loads, 8);
  });

  it('take a prefix away, and put one before', async () => {
    const model = await modelOf(net('nn.Linear(3, 16)'));
    const [strip] = check(
      model,
      renamed(model, (key) => `module.${key}`),
    ).repairs;
    assert.deepEqual([strip?.kind, strip?.rules], ['prefix', [{ from: 'module.*', to: '*', keys: 4 }]]);
    const wrapped = await modelOf(
      `${net('nn.Linear(3, 16)')}
class Outer(nn.Module):
    def __init__(self):
        super().__init__()
        self.backbone = Net()
`,
      'Outer',
    );
    const [add] = check(wrapped, savedBy(model)).repairs;
    assert.deepEqual([add?.kind, add?.rules], ['prefix', [{ from: '*', to: 'backbone.*', keys: 4 }]]);
  });

  it('leave out a head of another class count', async () => {
    const model = await modelOf(net('nn.Linear(3, 16)'));
    const base = await modelOf(net('nn.Linear(3, 16)').replace('16, 5', '16, 9'));
    const [repair] = check(model, savedBy(base)).repairs;
    assert.equal(repair?.kind, 'drop');
    assert.deepEqual(repair.mapping, { 'head.weight': null, 'head.bias': null });
  });

  it('are not offered where nothing has to change', async () => {
    const model = await modelOf(net('nn.Linear(3, 16)'));
    assert.deepEqual(check(model, savedBy(model)).repairs, []);
  });

  it('name their rivals where alignments are equally good', async () => {
    const base = await modelOf(
      net('nn.Linear(3, 8)', 'nn.Linear(8, 8)', 'nn.Linear(8, 8)', 'nn.Linear(8, 16)'),
    );
    const model = await modelOf(
      net('nn.Linear(3, 8)', 'nn.Linear(8, 8)', 'nn.Linear(8, 8)', 'nn.Linear(8, 8)', 'nn.Linear(8, 16)'),
    );
    const [repair] = check(model, savedBy(base)).repairs;
    assert.equal(repair?.certainty, 'ambiguous');
    const places = [repair, ...repair.alternatives].map(({ mapping }) =>
      ['layers.1.weight', 'layers.2.weight'].map((key) => mapping[key] ?? key),
    );
    assert.deepEqual(places.sort(), [
      ['layers.1.weight', 'layers.2.weight'],
      ['layers.1.weight', 'layers.3.weight'],
      ['layers.2.weight', 'layers.3.weight'],
    ]);
  });

  it('have no rivals that differ only in layers without tensors', async () => {
    const base = await modelOf(net('nn.Linear(3, 16)', 'nn.ReLU()', 'nn.Linear(16, 16)'));
    const model = await modelOf(net('nn.Linear(3, 16)', 'nn.ReLU()', 'nn.ReLU()', 'nn.Linear(16, 16)'));
    const [repair] = check(model, savedBy(base), base).repairs;
    assert.deepEqual(repair?.alternatives, []);
    assert.equal(repair.certainty, 'certain');
    assert.deepEqual(Object.values(repair.mapping), ['layers.3.weight', 'layers.3.bias']);
  });
});
