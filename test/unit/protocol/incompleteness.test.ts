import assert from 'node:assert/strict';
import { splitIncompleteness } from '../../../src/protocol/incompleteness';
import type { Warning } from '../../../src/protocol/messages';

describe('What is missing from a checkpoint', () => {
  const cut: Warning = { code: 'zip.truncated', args: [9], path: null };
  const missing: Warning = { code: 'sharded.shardMissing', args: ['b'], path: null };
  const other: Warning = { code: 'zip.prepended', args: [1], path: null };

  it('is said once: by the reason, and no longer by the warnings', () => {
    assert.deepEqual(splitIncompleteness({ partial: true, warnings: [other, cut] }), {
      reason: cut,
      others: [other],
    });
  });
  it('leaves further missing shards among the warnings', () => {
    const second = { ...missing, args: ['c'] };
    const { reason, others } = splitIncompleteness({ partial: true, warnings: [missing, second] });
    assert.equal(reason, missing);
    assert.deepEqual(others, [second]);
  });
  it('takes no other warning for the reason', () => {
    const { reason, others } = splitIncompleteness({ partial: true, warnings: [other] });
    assert.equal(reason, null);
    assert.deepEqual(others, [other]);
  });
  it('is nothing for a complete file, whose warnings stay', () => {
    assert.deepEqual(splitIncompleteness({ partial: false, warnings: [cut] }), {
      reason: null,
      others: [cut],
    });
  });
});
