import assert from 'node:assert/strict';
import { escapedOffset, escapeInvisible, visibleRepr, visibleText } from '../../../src/protocol/visibleText';

describe('Visible text', () => {
  it('leaves ordinary names as they are, in any script', () => {
    for (const name of ['layer1.0.conv1.weight', '卷积.权重', 'слой', 'naïve', 'σ', '🦊', 'a b']) {
      assert.equal(escapeInvisible(name), name);
    }
  });

  const hostile: readonly (readonly [string, string, string])[] = [
    ['NUL', 'a\0b', 'a\\x00b'],
    ['line ends', 'a\r\nb\tc', 'a\\r\\nb\\tc'],
    ['terminal escapes', '\x1b[31m', '\\x1b[31m'],
    ['C1 controls', '\x9b', '\\x9b'],
    ['bidi overrides', 'a\u202eb', 'a\\u202eb'],
    ['bidi isolates', '\u2066', '\\u2066'],
    ['zero width', 'a\u200bb\u200d', 'a\\u200bb\\u200d'],
    ['line separators', '\u2028', '\\u2028'],
    ['no-break and wide spaces', 'a\xa0b\u3000', 'a\\xa0b\\u3000'],
    ['byte order marks', '\ufeff', '\\ufeff'],
    ['lone surrogates', 'a\ud800b', 'a\\ud800b'],
    ['lone low surrogates', '\udc00', '\\udc00'],
    ['tags', '\u{e0041}', '\\U000e0041'],
    ['Hangul fillers', '\u3164', '\\u3164'],
    ['backslashes', 'a\\nb', 'a\\\\nb'],
  ];
  for (const [what, raw, shown] of hostile) {
    it(`escapes ${what}`, () => assert.equal(escapeInvisible(raw), shown));
  }

  it('gives different texts for different names', () => {
    assert.notEqual(escapeInvisible('a\nb'), escapeInvisible('a\\nb'));
  });

  it('cuts long texts and tells their length', () => {
    assert.deepEqual(visibleText('abcdef', 3), { text: 'abc… (6)', fullLength: 6 });
    assert.deepEqual(visibleText('abc', 3), { text: 'abc', fullLength: null });
    assert.equal(visibleText('x'.repeat(1_000_000), 10).text, `${'x'.repeat(10)}… (1,000,000)`);
  });

  it('does not cut a character in two', () => {
    assert.equal(visibleText('ab🦊cd', 3).text, 'ab… (6)');
  });

  it('keeps the escapes of a repr', () => {
    assert.equal(visibleRepr("'a\\nb'", 100).text, "'a\\nb'");
    assert.equal(visibleRepr("'a\u202eb'", 100).text, "'a\\u202eb'");
  });

  it('finds offsets again behind escapes', () => {
    assert.equal(escapedOffset('a\nb', 2), 3);
    assert.equal(escapedOffset('🦊b', 2), 2);
    assert.equal(escapedOffset('🦊b', 1), 0);
  });
});
