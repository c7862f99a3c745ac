import assert from 'node:assert/strict';
import {
  comparedKeys,
  type ComparedKeys,
  comparedParts,
  differencesOf,
} from '../../../src/compatibility/compareStateDicts';

/** Keys with their shapes, and a dtype behind a colon where it is not float32. */
function keys(shapes: Readonly<Record<string, readonly number[] | null>>, dtype = 'float32'): ComparedKeys {
  return new Map(Object.entries(shapes).map(([key, shape]) => [key, { shape, dtype }]));
}

const text = (a: ComparedKeys, b: ComparedKeys): string[] =>
  comparedKeys(a, b).map(({ key, relation }) => `${key} ${relation}`);

describe('Two state_dicts compared', () => {
  it('are the same if keys, shapes and dtypes are, in whatever order', () => {
    const a = keys({ x: [2, 3], y: [] });
    const b = keys({ y: [], x: [2, 3] });
    assert.deepEqual(differencesOf(a, b), {
      ...{ same: true, onlyInA: [], onlyInB: [], reshaped: [], retyped: [] },
    });
    assert.deepEqual(text(a, b), ['x same', 'y same']);
  });

  it('tell of each key what differs, and of a key that differs in both, both', () => {
    const a = new Map([...keys({ old: [1], shape: [2, 3], both: [4] }), ...keys({ dtype: [5] }, 'float16')]);
    const b = new Map([
      ...keys({ shape: [3, 2], dtype: [5] }),
      ...keys({ both: [4, 1] }, 'int64'),
      ...keys({ new: [] }),
    ]);
    assert.deepEqual(text(a, b), [
      'old onlyA',
      'shape reshaped',
      'both reshapedRetyped',
      'new onlyB',
      'dtype retyped',
    ]);
    assert.deepEqual(differencesOf(a, b), {
      same: false,
      onlyInA: ['old'],
      onlyInB: ['new'],
      reshaped: [
        { key: 'shape', a: [2, 3], b: [3, 2] },
        { key: 'both', a: [4], b: [4, 1] },
      ],
      retyped: [
        { key: 'both', a: 'float32', b: 'int64' },
        { key: 'dtype', a: 'float16', b: 'float32' },
      ],
    });
  });

  it('list what only B has behind the key that it follows there, each key once', () => {
    const a = keys({ p: [], q: [], r: [] });
    const b = keys({ first: [], q: [], q1: [], q2: [], p: [], p1: [] });
    assert.deepEqual(text(a, b), [
      'first onlyB',
      'p same',
      'p1 onlyB',
      'q same',
      'q1 onlyB',
      'q2 onlyB',
      'r onlyA',
    ]);
    assert.deepEqual(text(keys({ p: [] }), keys({ q: [] })), ['p onlyA', 'q onlyB']);
    // The list of what only B has is in B's order all the same.
    assert.deepEqual(differencesOf(a, b).onlyInB, ['first', 'q1', 'q2', 'p1']);
  });

  it('do not take a shape that is not known for one that is', () => {
    assert.deepEqual(text(keys({ x: null }), keys({ x: [] })), ['x reshaped']);
    assert.deepEqual(text(keys({ x: null }), keys({ x: null })), ['x same']);
  });

  it('are the parts with most keys in common, then with most keys, then the first', () => {
    const model = keys({ a: [], b: [] });
    const other = keys({ c: [] });
    assert.deepEqual(comparedParts([other, model], [model]), [1, 0]);
    assert.deepEqual(comparedParts([other, model], [keys({ z: [] })]), [1, 0]);
    assert.deepEqual(comparedParts([model, model], [model, model]), [0, 0]);
    assert.equal(comparedParts([], [model]), null);
  });

  it('take a moment for twenty thousand keys on each side that have nothing in common', () => {
    const many = (prefix: string): ComparedKeys =>
      keys(Object.fromEntries(Array.from({ length: 20_000 }, (_, index) => [`${prefix}.${index}`, [index]])));
    const started = performance.now();
    const compared = comparedKeys(many('a'), many('b'));
    assert.equal(compared.length, 40_000);
    assert.ok(performance.now() - started < 2_000);
  });
});
