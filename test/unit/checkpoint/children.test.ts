import assert from 'node:assert/strict';
import { ContentChild } from '../../../src/checkpoint/children';
import type { Child, Content } from '../../../src/checkpoint/content';

const content: Content = { type: 'scalar', pythonType: 'int', value: 1, text: '1' };
const access = (name: string | number, role: Child['role'] = 'item'): string | null =>
  new ContentChild(name, content, role).access;

describe('The Python expression of a child', () => {
  it('puts keys in double quotes, whatever they hold', () => {
    assert.equal(access('conv1.weight'), '["conv1.weight"]');
    assert.equal(access('it\'s "so"\\'), '["it\'s \\"so\\"\\\\"]');
    assert.equal(access('a\nb\u202e\ud800'), '["a\\nb\\u202e\\ud800"]');
    assert.equal(access(3), '[3]');
  });
  it('keeps what is no text as Python writes it', () => {
    assert.equal(new ContentChild("('a', 1)", content, 'item', "('a', 1)").access, "[('a', 1)]");
  });
  it('is an attribute only where Python could read it', () => {
    assert.equal(access('conv1', 'module'), '.conv1');
    assert.equal(access('0', 'module'), '[0]');
    assert.equal(access('lambda', 'parameter'), null);
    assert.equal(access('a b', 'buffer'), null);
  });
});
