import assert from 'node:assert/strict';
import { matchingRows } from '../../../media/report/treeState';
import { comparedKeys, type ComparedKeys, differencesOf } from '../../../src/compatibility/compareStateDicts';
import { totalElements } from '../../../src/compatibility/integers';
import type { ComparisonPage } from '../../../src/protocol/comparisonPage';
import { parseComparisonRequest } from '../../../src/protocol/comparisonRequest';
import { text, textsFor } from '../../../src/protocol/texts/text';
import { comparisonMarkdown } from '../../../src/views/compare/comparisonMarkdown';
import { comparedPage, type Compared } from '../../../src/views/compare/comparisonPage';
import type { Sides } from '../../../src/views/compare/sides';
import type { SideSummary } from '../../../src/worker/checkMessages';

const en = textsFor('en');

const a: ComparedKeys = new Map([
  ['net.conv.weight', { shape: [8, 3], dtype: 'float32' }],
  ['net.conv.bias', { shape: [8], dtype: 'float32' }],
  ['net.old.weight', { shape: [2, 2], dtype: 'float32' }],
  ['head.weight', { shape: [80, 8], dtype: 'float32' }],
]);
const b: ComparedKeys = new Map([
  ['net.conv.weight', { shape: [8, 3], dtype: 'float32' }],
  ['net.conv.bias', { shape: [8], dtype: 'float16' }],
  ['net.new|`.weight', { shape: [5], dtype: 'float32' }],
  ['head.weight', { shape: [20, 8], dtype: 'float16' }],
]);

const sides: Sides = {
  a: { kind: 'file', uri: 'file:///w/a.pth', part: null },
  b: { kind: 'model', uri: 'file:///w/net.py', name: 'Net', args: null },
};

function summary(keys: ComparedKeys, more: Partial<SideSummary> = {}): SideSummary {
  return {
    part: [],
    parts: [],
    keys: keys.size,
    elements: totalElements([...keys.values()].map(({ shape }) => shape)),
    classes: new Map(),
    place: null,
    places: new Map(),
    ...more,
  };
}

function page(one: ComparedKeys, other: ComparedKeys): { compared: Compared; page: ComparisonPage } {
  const part = { part: ['model'], parts: [{ path: ['model'], common: 3 }] };
  const compared: Compared = {
    kind: 'compared',
    keys: comparedKeys(one, other),
    differences: differencesOf(one, other),
    a: summary(one, part),
    b: summary(other, { classes: new Map([['net.conv', 'Conv2d']]) }),
  };
  const names = { a: 'a.pth', b: 'Net()' };
  return {
    compared,
    page: { id: '', progress: null, notices: [], ...comparedPage(compared, sides, names) },
  };
}

const verdict = ({ page: { verdict: parts } }: ReturnType<typeof page>): string =>
  parts.map((part) => text(en, part)).join(' · ');

describe('The page of a comparison', () => {
  it('says in one sentence what differs, with the elements', () => {
    assert.equal(
      verdict(page(a, b)),
      '1 key only in A (4 elements) · 1 key only in B (5 elements) · 1 key with another shape (640 → 160 elements)' +
        ' · 2 keys with other dtypes · 1 the same',
    );
    assert.equal(verdict(page(a, a)), 'The same 4 keys, with the same shapes and dtypes.');
    assert.equal(page(a, a).page.tone, 'same');
  });

  it('does not add up elements that are not known', () => {
    const unknown: ComparedKeys = new Map([['x', { shape: null, dtype: 'float32' }]]);
    assert.equal(verdict(page(unknown, new Map())), '1 key only in A');
  });

  it('has a tree of modules with what differs below them, and both forms of a key that changed', () => {
    const { tree } = page(a, b).page;
    const row = (path: string) => tree.find((node) => node.path === path);
    assert.deepEqual(row('net')?.counts, { same: 1, retyped: 1, onlyA: 1, onlyB: 1 });
    assert.equal(row('net.conv')?.type, 'Conv2d');
    assert.deepEqual(row('head.weight')?.leaf, {
      key: 'head.weight',
      state: 'reshapedRetyped',
      shape: '[80, 8] → [20, 8]',
      dtype: 'float32 → float16',
      fileKey: 'head.weight',
    });
  });

  it('has a bar for each side, of the keys that it has', () => {
    const [ofA, ofB] = page(a, b).page.bars;
    const counts = (bar: typeof ofA): unknown => bar?.parts.map(({ state, keys }) => [state, keys]);
    assert.deepEqual(counts(ofA), [
      ['same', 1],
      ['reshapedRetyped', 1],
      ['retyped', 1],
      ['onlyA', 1],
    ]);
    assert.deepEqual(counts(ofB), [
      ['same', 1],
      ['reshapedRetyped', 1],
      ['retyped', 1],
      ['onlyB', 1],
    ]);
  });

  it('says which part of a file it was, and that a model is known from its source', () => {
    const { page: made } = page(a, b);
    const facts = (side: 'a' | 'b'): string => made[side].facts.map((one) => text(en, one)).join(' · ');
    assert.equal(facts('a'), 'part model · 4 keys · 676 elements');
    assert.equal(facts('b'), 'from the source · 4 keys · 197 elements');
    assert.deepEqual(made.a.parts, [{ path: ['model'], label: 'model', matched: 3, used: true }]);
  });

  it('is written as Markdown in which no key is markup', () => {
    const { page: made, compared } = page(a, b);
    const lines = comparisonMarkdown(made, compared.keys, en).split('\n');
    assert.ok(lines.includes('# a.pth ↔ Net()'));
    assert.ok(
      lines.includes('| `head.weight` | other shape and dtype | `[80, 8] float32` | `[20, 8] float16` |'),
    );
    assert.ok(lines.includes("| `net.new\\|'.weight` | only in B |  | `[5] float32` |"));
    assert.ok(!lines.some((line) => line.includes('net.conv.weight')));
  });

  it('finds keys by words of their names, with the modules above them', () => {
    const { tree } = page(a, b).page;
    const found = (...words: string[]): (string | undefined)[] =>
      [...matchingRows(tree, words)].sort((x, y) => x - y).map((index) => tree[index]?.path);
    assert.deepEqual(found('conv', 'bias'), ['net', 'net.conv', 'net.conv.bias']);
    assert.deepEqual(found('nothing'), []);
  });
});

describe('A request of a comparison’s page', () => {
  const parse = (kind: string, body: unknown): unknown =>
    parseComparisonRequest({ type: 'request', id: 1, kind, body })?.body ?? null;

  it('is taken as it should be', () => {
    assert.deepEqual(parse('act', { action: 'swap' }), { action: 'swap' });
    assert.deepEqual(parse('reveal', { side: 'b', key: 'x' }), { side: 'b', key: 'x' });
    assert.deepEqual(parse('reveal', { side: 'a', key: null }), { side: 'a', key: null });
    assert.deepEqual(parse('usePart', { side: 'a', path: ['model', 0] }), { side: 'a', path: ['model', 0] });
  });

  it('is none with anything else', () => {
    assert.equal(parse('act', { action: 'format' }), null);
    assert.equal(parse('reveal', { side: 'c', key: 'x' }), null);
    assert.equal(parse('usePart', { side: 'a', path: [{}] }), null);
    assert.equal(parse('toString', {}), null);
  });
});
