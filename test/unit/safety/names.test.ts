import assert from 'node:assert/strict';
import { classify } from '../../../src/safety/vocabulary/classify';

const called = (module: string, name: string) => classify(module, name).called;

describe('Names that a list knows', () => {
  it('are known through other modules as well', () => {
    assert.equal(called('torch._tensor', 'torch.hub.load'), 'dangerous');
    assert.equal(called('random', '_os.system'), 'dangerous');
    assert.equal(called('pip._vendor.distlib.scripts', 'ScriptMaker'), 'dangerous');
  });

  it('are no worse under the name that Python 2 had for them', () => {
    assert.equal(classify('__builtin__', 'len').tier, 'library');
    assert.equal(classify('__builtin__', 'eval').tier, 'dangerous');
    assert.equal(classify('commands', 'getoutput').tier, 'dangerous');
  });

  it('are fine where torch writes them itself, in the middle of what runs code', () => {
    assert.equal(classify('torch.distributed.checkpoint.filesystem', '_StorageInfo').built, 'torch');
    assert.equal(classify('torch.distributed.checkpoint.filesystem', 'FileSystemReader').built, 'dangerous');
    assert.equal(classify('torch._dynamo.decorators', '_DimRange').built, 'torch');
    assert.equal(called('torch._dynamo.guards', 'GuardBuilder.get'), 'dangerous');
  });
});
