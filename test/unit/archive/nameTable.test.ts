import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { decimalAt } from '../../../src/archive/decimal';
import { NameTable } from '../../../src/archive/nameTable';

/** A table whose names stand one after the other in a text, as in a directory with other bytes between. */
function tableOf(names: readonly string[]): NameTable {
  const starts: number[] = [];
  const ends: number[] = [];
  let text = '';
  for (const name of names) {
    text += 'header';
    starts.push(text.length);
    text += name;
    ends.push(text.length);
  }
  return new NameTable(text, Int32Array.from(starts), Int32Array.from(ends));
}

const numbered = (folder: string, count: number): string[] =>
  Array.from({ length: count }, (_, i) => `${folder}${i}`);

describe('The names of a directory', () => {
  const names = ['A/data.pkl', 'A/byteorder', ...numbered('A/data/', 12), 'A/version', 'A/.data/id'];

  it('are found in any order and any ASCII case', () => {
    const table = tableOf(names);
    assert.deepEqual(table.duplicates, []);
    for (const order of [names, [...names].reverse()]) {
      for (const name of order) {
        assert.equal(table.findBelow('', name), names.indexOf(name), name);
        assert.equal(table.findBelow('a/', name.slice(2).toUpperCase()), names.indexOf(name), name);
      }
    }
  });

  it('are not found under another writing of the number', () => {
    const table = tableOf(names);
    for (const name of [
      'A/data/12',
      'A/data/01',
      'A/data/',
      'A/data/1 ',
      'A/data/+1',
      'A/data/1/2',
      'B/data/1',
    ]) {
      assert.equal(table.findBelow('', name), -1, name);
    }
  });

  it('tell which came before, wherever it stands', () => {
    const data = numbered('A/data/', 12);
    const cases: [string[], number[]][] = [
      [['A/DATA/3', ...data], [4]],
      [[...data, 'a/data/3'], [12]],
      [[...data, 'A/data/11', 'A/data/12'], [12]],
      [
        [...data, 'A/x', ...data.slice(0, 2)],
        [13, 14],
      ],
      [
        ['A/x', ...data, 'a/X', 'A/x'],
        [13, 14],
      ],
      [[...data.slice(0, 5), ...data.slice(4)], [5]],
      [[...data, ...data], data.map((_, i) => i + 12)],
    ];
    for (const [all, expected] of cases) {
      const table = tableOf(all);
      assert.deepEqual(table.duplicates, expected, all.join(' '));
      all.forEach((name, i) => {
        const first = all.findIndex((other) => other.toLowerCase() === name.toLowerCase());
        const found = table.findBelow('', name);
        assert.ok(found === first || found === i, name);
      });
    }
  });
});

describe('A decimal number in a text', () => {
  it('is one only as it is printed', () => {
    const numbers: [string, number][] = [
      ['0', 0],
      ['7', 7],
      ['10', 10],
      ['999999999', 999_999_999],
      ['1000000000', -1],
      ['', -1],
      ['00', -1],
      ['07', -1],
      ['-1', -1],
      ['1.0', -1],
      ['1e3', -1],
      ['٣', -1],
    ];
    for (const [text, expected] of numbers) assert.equal(decimalAt(text, 0, text.length), expected, text);
    assert.equal(decimalAt('data/42.pkl', 5, 7), 42);
  });
});
