import assert from 'node:assert/strict';
import { checkCompatibility } from '../../../src/compatibility/checkCompatibility';
import type { CompatibilityReport } from '../../../src/compatibility/report';
import { check, modelOf, partOf, savedBy } from './support';

const blocks = `
class Block(nn.Module):
    def __init__(self, c1, c2):
        super().__init__()
        self.conv = nn.Conv2d(c1, c2, 3, bias=False)
        self.bn = nn.BatchNorm2d(c2)

class Gate(nn.Module):
    def __init__(self, c):
        super().__init__()
        self.down = nn.Linear(c, c // 4, bias=False)
        self.up = nn.Linear(c // 4, c, bias=False)
`;

function net(...layers: string[]): string {
  return `${blocks}
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.layers = nn.Sequential(
${layers.map((layer) => `            ${layer},`).join('\n')}
        )
        self.head = nn.Conv2d(16, 5, 1)
`;
}

async function checked(before: string, after: string, withBase = false): Promise<CompatibilityReport> {
  const base = await modelOf(before);
  return check(await modelOf(after), savedBy(base), withBase ? base : null);
}

function wrong(report: CompatibilityReport): string[] {
  return report.wrongLayer.map(
    ({ key, belongsTo, certainty }) => `${key} → ${belongsTo ?? 'none'} ${certainty}`,
  );
}

/** Where the conv weights of a report's file belong. */
function convs(report: CompatibilityReport): string[] {
  return report.fileKeys
    .filter(({ key }) => key.endsWith('conv.weight'))
    .map(({ belongsTo, certainty, alternatives }) =>
      [belongsTo, certainty, ...alternatives].map((one) => one?.replace(/\D/g, '') || one).join(' '),
    );
}

describe('Where tensors belong', () => {
  const base = net('Block(3, 8)', 'Block(8, 8)', 'Block(8, 8)', 'Block(8, 16)');

  it('after an inserted block of its own kind, every layer moves and none is mistaken', async () => {
    const report = await checked(
      base,
      net('Block(3, 8)', 'Gate(8)', 'Block(8, 8)', 'Block(8, 8)', 'Block(8, 16)'),
    );
    assert.equal(report.evidence, 'alignment');
    assert.deepEqual(convs(report), ['0 likely', '2 likely', '3 likely', '4 likely']);
    // Key layers.2.* exists on both sides with one shape, and is another layer.
    assert.deepEqual(
      wrong(report).filter((line) => line.includes('weight')),
      [
        'layers.2.conv.weight → layers.3.conv.weight likely',
        'layers.2.bn.weight → layers.3.bn.weight likely',
      ],
    );
  });

  it('an inserted block of equal shapes cannot be told from keys', async () => {
    const more = net('Block(3, 8)', 'Block(8, 8)', 'Block(8, 8)', 'Block(8, 8)', 'Block(8, 16)');
    const report = await checked(base, more);
    assert.deepEqual(convs(report), ['0 likely', '1 ambiguous 2', '2 ambiguous 3', '4 likely']);
    assert.equal(report.notes[0]?.code, 'check.note.ambiguous');
  });

  it('nor from a base source that repeats the same line', async () => {
    const more = net('Block(3, 8)', 'Block(8, 8)', 'Block(8, 8)', 'Block(8, 8)', 'Block(8, 16)');
    assert.deepEqual(convs(await checked(base, more, true)), [
      '0 certain',
      '1 ambiguous 2',
      '2 ambiguous 3',
      '4 certain',
    ]);
  });

  it('a base source whose lines differ proves it', async () => {
    const named = (...mid: string[]): string => net('Block(3, 8)', ...mid, 'Block(8, 16)');
    const report = await checked(
      named('Block(8, 8)', 'Block(8, c2=8)'),
      named('Block(8, 8)', 'Block(8, 4 + 4)', 'Block(8, c2=8)'),
      true,
    );
    assert.equal(report.evidence, 'baseline');
    assert.deepEqual(convs(report), ['0 certain', '1 certain', '3 certain', '4 certain']);
  });

  it('a block inserted in two halves is not invented', async () => {
    // conv of one block with bn of the next would be as many matches.
    const report = await checked(
      net('Block(8, 8)', 'Block(8, 8)'),
      net('Block(8, 8)', 'Block(8, 8)', 'Block(8, 8)'),
    );
    for (const { key, belongsTo, alternatives } of report.fileKeys) {
      const index = (one: string | null): string => one?.split('.')[1] ?? '';
      const partner = report.fileKeys.find(
        ({ key: other }) => other === key.replace(/conv\.weight|bn\..*/, 'bn.weight'),
      );
      assert.deepEqual(
        [belongsTo, ...alternatives].map(index),
        [partner?.belongsTo ?? null, ...(partner?.alternatives ?? [])].map(index),
        key,
      );
    }
  });

  it('a block’s own parameter goes where its layers go', async () => {
    const scaled = (stages: number): string => {
      const stage = 'nn.Sequential(Scaled(), Scaled(), Scaled())';
      return `${net('Block(3, 8)', ...Array<string>(stages).fill(stage), 'Block(8, 16)')}
class Scaled(nn.Module):
    def __init__(self):
        super().__init__()
        self.scale = nn.Parameter(torch.ones(8, 1, 1))
        self.block = nn.Sequential(nn.Conv2d(8, 8, 7, padding=3, groups=8), nn.Identity(), nn.LayerNorm(8), nn.Linear(8, 8), nn.GELU(), nn.Linear(8, 8), nn.Identity())
        self.drop = nn.Dropout(0.1)
`;
    };
    for (const base of [true, false]) {
      const { fileKeys } = await checked(scaled(1), scaled(4), base);
      const stages = fileKeys
        .filter(({ key }) => key.startsWith('layers.1.0.'))
        .map(({ belongsTo, alternatives }) =>
          [belongsTo, ...alternatives].map((key) => key?.split('.')[1]).join(' or '),
        );
      assert.equal(stages.length, 9);
      assert.deepEqual([...new Set(stages)].length, 1, stages.join(', '));
    }
  });

  it('equal layers whose lines change their places keep their names', async () => {
    const lines = (...names: string[]): string =>
      `${blocks}
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.stem = Block(3, 8)
${names.map((name) => `        self.${name} = Block(8, 8)\n`).join('')}        self.tail = Block(8, 16)
`;
    for (const base of [true, false]) {
      const report = await checked(lines('a', 'b', 'c'), lines('c', 'fresh', 'a', 'b'), base);
      assert.deepEqual(report.wrongLayer, []);
      assert.equal(report.matched, 30);
    }
  });

  it('wrapped, renamed and moved blocks are found by their content', async () => {
    const flat = `${blocks}
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.stem = Block(3, 8)
        self.body = nn.Sequential(Block(8, 12), Block(12, 16))
        self.tail = Block(16, 20)
`;
    const wrapped = flat.replace(
      'nn.Sequential(Block(8, 12), Block(12, 16))',
      'nn.Sequential(nn.Sequential(Block(8, 12), Block(12, 16)))',
    );
    const renamed = flat.replace('self.body', 'self.trunk');
    const moved =
      flat.replace('        self.stem = Block(3, 8)\n', '') + '        self.stem2 = Block(3, 8)\n';
    for (const after of [wrapped, renamed, moved]) {
      const report = await checked(flat, after);
      assert.equal(
        report.fileKeys.every(({ belongsTo }) => belongsTo !== null),
        true,
      );
      assert.equal(report.elements.new, 0);
      assert.deepEqual(wrong(report), []);
    }
  });

  it('a removed layer belongs nowhere, and what takes its name is wrong', async () => {
    const report = await checked(
      net('Block(3, 8)', 'Gate(8)', 'Block(8, 8)', 'Gate(8)'),
      net('Block(3, 8)', 'Block(8, 8)', 'Gate(8)'),
    );
    assert.deepEqual(convs(report), ['0 likely', '1 likely']);
  });

  it('attributes that people named are not mistaken for one another', async () => {
    const two = `
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.query = nn.Linear(8, 8)
        self.value = nn.Linear(8, 8)
`;
    const three = two.replace('self.query', 'self.extra = nn.Linear(8, 8)\n        self.query');
    const report = await checked(two, three);
    assert.deepEqual(wrong(report), []);
    assert.equal(
      report.fileKeys.every(({ key, belongsTo, certainty }) => key === belongsTo && certainty === 'likely'),
      true,
    );
  });

  it('a last layer with another class count stays a head when its index moved', async () => {
    const before = net('Block(3, 8)', 'Block(8, 16)', 'nn.Conv2d(16, 80, 1)');
    const after = net('Block(3, 8)', 'Gate(8)', 'Block(8, 16)', 'nn.Conv2d(16, 20, 1)');
    const report = await checked(before, after);
    assert.deepEqual(report.headSwap, ['layers.3.weight', 'layers.3.bias']);
  });

  it('a format with tensors in an order of its own keeps every layer', async () => {
    const dense = (...layers: string[]): string => net(...layers).replaceAll('bias=False', 'bias=True');
    const saved = savedBy(await modelOf(dense('Block(3, 8)', 'Block(8, 16)')));
    const entries = new Map([...saved.entries].sort(([a], [b]) => (a < b ? -1 : 1)));
    const model = await modelOf(dense('Block(3, 8)', 'Gate(8)', 'Block(8, 16)'));
    const part = { ...partOf({ entries, metadata: null }), ordered: false };
    const weights = { file: 'model.safetensors', candidates: [part], key: null };
    const report = checkCompatibility({ model, weights, baseline: null, torch: null });
    assert.deepEqual(
      report?.fileKeys.map(({ key, belongsTo }) => [key, belongsTo]),
      [...entries.keys()].map((key) => [key, key.replace('layers.1.', 'layers.2.')]),
    );
  });

  for (const prefix of ['module.', 'model.net.']) {
    it(`a base source proves it for a file with ${prefix} before its keys`, async () => {
      const before = await modelOf(base);
      const after = await modelOf(
        net('Block(3, 8)', 'Block(8, 8)', 'Gate(8)', 'Block(8, 8)', 'Block(8, 16)'),
      );
      const saved = savedBy(before);
      const entries = new Map(
        [...saved.entries].map(([key, entry]) => [prefix + key, { ...entry, key: prefix + key }]),
      );
      const report = check(after, { entries, metadata: null }, before);
      assert.equal(report.baseline?.equals, true);
      assert.equal(report.evidence, 'baseline');
      assert.deepEqual(convs(report), ['0 certain', '1 certain', '3 certain', '4 certain']);
      assert.equal(report.repairs[0]?.mapping[`${prefix}head.bias`], 'head.bias');
      const other = await modelOf(base.replace('Block(8, 16)', 'Block(8, 16), Block(16, 16)'));
      assert.equal(check(after, { entries, metadata: null }, other).baseline?.equals, false);
    });
  }

  it('a layer that gets more tensors keeps those that it has, under a prefix too', async () => {
    const text = (layers: number, extra = ''): string => `
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.token = nn.Parameter(torch.zeros(1, 8))
        self.embedding = nn.Embedding(20, 8)
        self.rnn = nn.LSTM(8, 8, num_layers=${layers})
        self.out = nn.Linear(8, 4)
${extra}`;
    const extra = "        self.register_buffer('mean', torch.zeros(3))\n";
    const saved = savedBy(await modelOf(text(1)));
    const deeper = await modelOf(text(2, extra));
    assert.deepEqual(check(deeper, saved).repairs, []);
    for (const prefix of ['', 'module.']) {
      const entries = new Map(
        [...saved.entries].map(([key, entry]) => [prefix + key, { ...entry, key: prefix + key }]),
      );
      const report = check(deeper, { entries, metadata: null });
      assert.deepEqual(
        report.fileKeys.map(({ belongsTo }) => belongsTo),
        [...saved.entries.keys()],
      );
    }
    // The other way round the second layer is gone.
    const shallower = check(await modelOf(text(1)), savedBy(deeper));
    assert.deepEqual(
      shallower.fileKeys.filter(({ belongsTo }) => belongsTo === null).map(({ key }) => key),
      ['mean', ...['weight_ih', 'weight_hh', 'bias_ih', 'bias_hh'].map((name) => `rnn.${name}_l1`)],
    );
  });
});
