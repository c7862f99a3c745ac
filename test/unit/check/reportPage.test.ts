import assert from 'node:assert/strict';
import type { FileKey, ModelKey, ModelKeyState } from '../../../src/compatibility/report';
import { textsFor } from '../../../src/protocol/texts/text';
import { text } from '../../../src/protocol/texts/text';
import { checkLine } from '../../../src/views/check/checkLine';
import { keyTree, type TreeKey } from '../../../src/views/check/keyTree';
import { moduleReasons } from '../../../src/views/check/reasons';

const en = textsFor('en');

function modelKey(key: string, state: ModelKeyState, from: string | null = null): ModelKey {
  const nothing = { shape: [4], dtype: 'float32', kind: 'parameter', certainty: null } as const;
  return { key, state, from, ...nothing, file: '/m.py', line: 3 };
}

function reasons(keys: readonly ModelKey[]): Record<string, string> {
  const found = moduleReasons(keys, (path) => (path === 'stage.1' ? 'SELayer' : 'Block'));
  return Object.fromEntries([...found].map(([path, message]) => [path, text(en, message)]));
}

describe('Why the keys of a module do not load', () => {
  it('is one sentence for an insertion into a Sequential', () => {
    const keys = [
      modelKey('stage.0.weight', 'loads'),
      modelKey('stage.1.l1.weight', 'new'),
      modelKey('stage.2.conv.weight', 'lost', 'stage.1.conv.weight'),
      modelKey('stage.2.bn.weight', 'lost', 'stage.1.bn.weight'),
      modelKey('stage.3.conv.weight', 'wrongLayer', 'stage.2.conv.weight'),
    ];
    assert.deepEqual(reasons(keys), {
      stage: 'SELayer inserted at index 1: every later index moved by 1',
      'stage.1': 'nothing in the checkpoint fits',
      'stage.2': 'in the checkpoint as stage.1',
      'stage.3': 'in the checkpoint as stage.2',
    });
  });

  it('is told of the topmost module that it holds for', () => {
    const keys = [
      modelKey('net.body.a.weight', 'lost', 'old.body.a.weight'),
      modelKey('net.body.b.weight', 'lost', 'old.body.b.weight'),
    ];
    assert.deepEqual(reasons(keys), { net: 'in the checkpoint as old' });
  });

  it('does not speak of an insertion where indexes moved apart', () => {
    const keys = [
      modelKey('m.1.w', 'lost', 'm.0.w'),
      modelKey('m.5.w', 'lost', 'm.2.w'),
      modelKey('m.0.w', 'new'),
    ];
    assert.equal(reasons(keys)['m'], undefined);
  });

  it('names a removal by the items that moved back', () => {
    const keys = [modelKey('m.1.w', 'wrongLayer', 'm.2.w'), modelKey('m.2.w', 'lost', 'm.3.w')];
    assert.equal(reasons(keys)['m'], 'items 1 to 2 have other numbers than in the checkpoint (−1)');
  });
});

describe('The tree of keys', () => {
  const key = (name: string): TreeKey => ({
    key: name,
    state: 'loads',
    shape: null,
    dtype: null,
    fileKey: null,
    place: null,
    why: null,
  });
  const rows = (names: readonly string[]) =>
    keyTree(
      names.map(key),
      () => null,
      () => null,
    ).map(({ depth, name, below, counts }) => `${' '.repeat(depth)}${name} ${below} ${counts.loads ?? 0}`);

  it('counts at every level, and joins modules with a single child', () => {
    assert.deepEqual(rows(['a.b.c.weight', 'a.b.c.bias', 'd.weight', 'e']), [
      'a.b.c 2 2',
      ' weight 0 1',
      ' bias 0 1',
      'd 1 1',
      ' weight 0 1',
      'e 0 1',
    ]);
  });

  it('gathers the keys of a module, whatever their order in the file', () => {
    assert.deepEqual(rows(['a.w', 'b.w', 'a.v']), ['a 2 2', ' w 0 1', ' v 0 1', 'b 1 1', ' w 0 1']);
  });

  it('tells a key and a module of the same name apart', () => {
    assert.deepEqual(rows(['a', 'a.w']), ['a 0 1', 'a 1 1', ' w 0 1']);
  });

  it('stays flat for a key of 100,000 parts', () => {
    const deep = Array.from({ length: 100_000 }, (_, index) => String(index)).join('.');
    const made = keyTree(
      [key(deep), key('0.x')],
      () => null,
      () => null,
    );
    assert.ok(made.every(({ depth }) => depth < 61));
    assert.equal(made.filter(({ leaf }) => leaf !== null).length, 2);
  });
});

describe('The line above a class', () => {
  const checked = (
    keys: readonly ModelKey[],
    states: readonly FileKey['state'][],
    others: object = {},
  ): Parameters<typeof checkLine>[0] => {
    const report = {
      error: null,
      exact: true,
      strict: false,
      headSwap: [],
      wrongLayer: [],
      unexpected: [],
      mismatched: [],
      refused: [],
      keys,
      fileKeys: states.map((state) => ({ state })),
      ...others,
    };
    // The rest of a report is not what this line is made of.
    return { checked: { report, obstacles: [] } as never, error: null };
  };
  const line = (live: Parameters<typeof checkLine>[0]): string => {
    const { mark, parts } = checkLine(live);
    return `${mark} ${parts.map((part) => text(en, part)).join(' · ')}`;
  };

  it('is good where all of the file loads, new keys or not', () => {
    const keys = [modelKey('a', 'loads'), modelKey('b', 'new'), modelKey('c', 'new')];
    assert.equal(line(checked(keys, ['loads'])), '✓ 1/1 keys load · 2 new');
  });

  it('is bad where keys are dropped or land elsewhere', () => {
    const found = {
      wrongLayer: [{ certainty: 'certain' }],
      unexpected: [{ key: 'x' }],
    };
    assert.equal(
      line(checked([], ['loads', 'loads', 'wrongLayer', 'unexpected'], found)),
      '✗ 2 load · 1 into the wrong layer · 1 dropped',
    );
  });

  it('is good where only the head differs', () => {
    const found = { mismatched: [{ key: 'h' }], headSwap: ['h'] };
    assert.equal(line(checked([], ['loads', 'headSwap'], found)), '✓ 1/2 keys load · 1 of the head swapped');
  });

  it('does not call good what cannot be told', () => {
    const found = { wrongLayer: [{ certainty: 'ambiguous' }] };
    assert.equal(line(checked([], ['loads', 'loads'], found)), '? 1 load · 1 cannot be told');
  });

  it('says that it does not know where the source is not understood', () => {
    const live = checked([], ['loads'], { exact: false, strict: null });
    assert.match(line(live), /^\? not known/);
  });
});
