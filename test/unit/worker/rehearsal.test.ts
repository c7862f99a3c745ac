import assert from 'node:assert/strict';
import { rehearse } from '../../../src/worker/rehearsal';
import { pythonParser } from '../architecture/memoryTree';

describe('The rehearsal of a check', () => {
  it('builds its model, reads its weights and compares them', async () => {
    const report = (await rehearse(await pythonParser())) ?? assert.fail('nothing was compared');
    assert.equal(report.exact, true, JSON.stringify(report.notes));
    // The layer that is put in moves those behind it: work for the alignment and the repairs, too.
    assert.equal(report.strict, false);
    assert.ok(report.matched > 10);
    assert.ok(report.repairs.length > 0);
  });
});
