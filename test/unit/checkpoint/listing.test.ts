import assert from 'node:assert/strict';
import type { Child, Content } from '../../../src/checkpoint/content';
import { ContentChild } from '../../../src/checkpoint/children';
import { checkpointLimits } from '../../../src/checkpoint/limits';
import { listContents } from '../../../src/checkpoint/listing';

const leaf = { type: 'scalar', pythonType: 'int', value: 1, text: '1' } as Content;

function list(...items: Content[]): Content {
  const children: Child[] = items.map((item, i) => new ContentChild(i, item, 'item'));
  return { type: 'sequence', pythonType: 'list', length: items.length, children: () => children };
}

describe('Listing of contents', () => {
  it('takes no longer for an alias that comes again and again', () => {
    // Each level twice: 2^50000 paths. The walk of aliases ends at its limit, in less than a second.
    let level: Content = leaf;
    for (let i = 0; i < 50_000; i++) level = list(level, level);
    const before = process.cpuUsage();
    const { warnings } = listContents(level);
    const { user } = process.cpuUsage(before);
    assert.ok(warnings.some(({ code }) => code === 'listing.aliases'));
    assert.ok(user < 4e6, `${user / 1e6} s of processor time`);
  });

  it('ends at a number of levels, and says so', () => {
    let level: Content = leaf;
    for (let i = 0; i < checkpointLimits.levels + 10; i++) level = list(level);
    const { values, warnings } = listContents(level);
    assert.deepEqual(values, []);
    assert.deepEqual(
      warnings.map(({ code, args }) => [code, ...args]),
      [['listing.levels', checkpointLimits.levels]],
    );
  });

  it('asks only the values that it lists for their text', () => {
    let asked = 0;
    const value: Content = {
      type: 'object',
      pythonType: 'C',
      get text() {
        asked++;
        return 'C()';
      },
      children: () => [],
    };
    const all = list(...Array.from({ length: checkpointLimits.listedValues + 1000 }, () => value));
    assert.equal(listContents(all).values.length, checkpointLimits.listedValues);
    assert.equal(asked, checkpointLimits.listedValues);
  });
});
