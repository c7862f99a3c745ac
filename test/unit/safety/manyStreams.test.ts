import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { safetyLimits } from '../../../src/safety/limits';
import { zipBytes } from '../../support/zipBytes';
import { scan } from './support';

describe('Scan of an archive of many dangerous pickles', () => {
  const count = safetyLimits.calls + 200;
  const first = Buffer.from('cos\nsystem\n(S"id"\ntR.', 'latin1');
  const last = Buffer.from('cposix\nsystem\n(S"id"\ntR.', 'latin1');
  const records = Array.from({ length: count }, (_, i) => ({ name: `a/${i}.pkl`, data: first }));
  const archive = zipBytes([...records, { name: 'a/last.pkl', data: last }]);

  it('lists as many as anybody reads, each name at least, and counts the others', async () => {
    const { verdict, globals, calls, omitted } = await scan(archive, 'many.zip');
    assert.equal(verdict, 'dangerous');
    assert.deepEqual(
      [...new Set(globals.map(({ module, name }) => `${module}.${name}`))],
      ['os.system', 'posix.system'],
    );
    assert.equal(globals.length, safetyLimits.streamsPerGlobal + 1);
    assert.equal(calls.length, safetyLimits.calls);
    assert.equal(omitted, 2 * (count + 1) - globals.length - calls.length);
  });
});
