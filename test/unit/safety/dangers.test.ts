import assert from 'node:assert/strict';
import { MemorySource } from '../../../src/archive/memorySource';
import { nodePlatform } from '../../../src/files/nodePlatform';
import { dangerOf, type Danger } from '../../../src/safety/dangers';
import { scanFile } from '../../../src/safety/scanFile';

async function dangerIn(pickled: string): Promise<Danger | null> {
  const bytes = Uint8Array.from(pickled, (character) => character.charCodeAt(0));
  return dangerOf(await scanFile(new MemorySource('a.pkl', bytes), nodePlatform, 'a.pkl'));
}

describe('What a dangerous file would do, in a few words', () => {
  it('is nothing for data and for classes that no list knows', async () => {
    assert.equal(await dangerIn('\x80\x02]K\x01a.'), null);
    assert.equal(await dangerIn('\x80\x02cmyproject.models\nNet\n)\x81}b.'), null);
  });

  it('is the call with its arguments', async () => {
    const danger = await dangerIn('\x80\x02cos\nsystem\nX\x04\0\0\0echo\x85R.');
    assert.deepEqual(danger, { first: "os.system('echo')", more: 0 });
  });

  it('counts what else there is, and names what is imported only', async () => {
    const two = await dangerIn(
      '\x80\x02](cos\nsystem\nX\x04\0\0\0echo\x85Rcbuiltins\neval\nX\x01\0\0\0a\x85Re.',
    );
    assert.equal(two?.more, 1);
    assert.deepEqual(await dangerIn('\x80\x02cos\nsystem\n.'), { first: 'os.system', more: 0 });
  });
});
