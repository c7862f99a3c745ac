import assert from 'node:assert/strict';
import type { CompatibilityReport } from '../../../src/compatibility/report';
import { check, modelOf, savedBy } from './support';

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
});
