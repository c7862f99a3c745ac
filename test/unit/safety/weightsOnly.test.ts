import assert from 'node:assert/strict';
import { MemorySource } from '../../../src/archive/memorySource';
import type { ByteSource } from '../../../src/archive/byteSource';
import { CheckpointError } from '../../../src/checkpointError';
import { nodePlatform } from '../../../src/files/nodePlatform';
import type { WeightsOnlyAnswer } from '../../../src/safety/report';
import { scanFile } from '../../../src/safety/scanFile';
import { weightsOnlyAnswer, weightsOnlyAnswers } from '../../../src/safety/weightsOnly/torchLoad';
import { findTorchVersion, torchVersions } from '../../../src/safety/weightsOnly/torchVersions';
import { textsFor } from '../../../src/protocol/texts/text';
import { storedZip } from '../../support/storedZip';

/** What every version says of a torch zip around a pickle, by version. */
async function answers(
  pickled: string,
  records: Record<string, Uint8Array | string> = {},
): Promise<Map<string, WeightsOnlyAnswer>> {
  const file = storedZip({
    'a/data.pkl': bytes(pickled),
    'a/version': bytes('3\n'),
    ...textRecords(records),
  });
  const all = await weightsOnlyAnswers(new MemorySource('model.pt', file), nodePlatform);
  return new Map(all.map((one) => [one.torch, one]));
}

function textRecords(records: Record<string, Uint8Array | string>): Record<string, Uint8Array> {
  return Object.fromEntries(
    Object.entries(records).map(([name, data]) => [name, typeof data === 'string' ? bytes(data) : data]),
  );
}

function bytes(text: string): Uint8Array {
  return Uint8Array.from(text, (character) => character.charCodeAt(0));
}

const newest = torchVersions.at(-1)?.version ?? '';

async function newestAnswer(
  pickled: string,
  records: Record<string, Uint8Array | string> = {},
): Promise<WeightsOnlyAnswer> {
  const answer = (await answers(pickled, records)).get(newest);
  assert.ok(answer !== undefined);
  return answer;
}

/** `_rebuild_tensor_v2` of storage 0 with six floats, with this size and this stride. */
function tensor(size = 'K\x06\x85', stride = 'K\x01\x85'): string {
  const id = `(X\x07\0\0\0storagectorch\nFloatStorage\nX\x01\0\0\x000X\x03\0\0\0cpuK\x06tQ`;
  return `ctorch._utils\n_rebuild_tensor_v2\n(${id}K\0${size}${stride}\x89}tR`;
}

describe('torch.load(weights_only=True)', () => {
  it('knows versions from 1.13 on, oldest first', () => {
    const known = torchVersions.map(({ version }) => version);
    assert.equal(known[0], '1.13');
    assert.ok(known.includes('2.6') && known.includes('2.13'), known.join(' '));
    const minor = (version: string) => version.split('.').map(Number);
    const sorted = [...known].sort((a, b) => {
      const [one = [], two = []] = [minor(a), minor(b)];
      return (one[0] ?? 0) - (two[0] ?? 0) || (one[1] ?? 0) - (two[1] ?? 0);
    });
    assert.deepEqual(known, sorted);
  });

  it('finds a version by any of its releases, and no other', () => {
    for (const text of ['2.6', '2.6.0', 'v2.6.1', '2.6.0+cu124', '2.6.0a1']) {
      assert.equal(findTorchVersion(text)?.version, '2.6', text);
    }
    for (const text of ['', '1.12', '9.9', '2', '2.6x.1', 'newest'])
      assert.equal(findTorchVersion(text), undefined, text);
  });

  it('accepts a tensor whose record is as long as its storage', async () => {
    const answer = await newestAnswer(`\x80\x02${tensor()}.`, { 'a/data/0': new Uint8Array(24) });
    assert.deepEqual(answer, { torch: newest, accepted: true, reason: null, place: null });
  });

  it('refuses a record of another length, which versions before 2.10 do not look at', async () => {
    const all = await answers(`\x80\x02${tensor()}.`, { 'a/data/0': new Uint8Array(20) });
    assert.equal(all.get('2.6')?.accepted, true);
    assert.equal(all.get(newest)?.accepted, false);
    assert.deepEqual(all.get(newest)?.reason, {
      code: 'weightsOnly.storageSize',
      args: ['a/data/0', 20, 24],
    });
  });

  it('refuses a view that leaves its storage', async () => {
    const answer = await newestAnswer(`\x80\x02${tensor('K\x07\x85')}.`, { 'a/data/0': new Uint8Array(24) });
    assert.equal(answer.accepted, false);
    assert.equal(answer.reason?.code, 'weightsOnly.call.storage');
    assert.deepEqual(answer.reason?.args, ['torch._utils._rebuild_tensor_v2', '28', 24]);
  });

  it('says which name it stops at, and where', async () => {
    const answer = await newestAnswer('\x80\x02cos\nsystem\nX\x04\0\0\0echo\x85R.');
    assert.equal(answer.accepted, false);
    assert.deepEqual(answer.reason, { code: 'weightsOnly.blocked', args: ['os.system', 'os'] });
    assert.deepEqual(answer.place, { record: 'a/data.pkl', offset: 2 });
    const eval_ = await newestAnswer('\x80\x02]c__builtin__\neval\n.');
    assert.deepEqual(eval_.reason, { code: 'weightsOnly.global', args: ['builtins.eval'] });
    assert.equal(eval_.place?.offset, 3);
  });

  it("takes Python 2's names from the version on that translates them", async () => {
    const all = await answers('\x80\x02c__builtin__\nset\n]\x85R.');
    assert.equal(all.get('2.5')?.accepted, false);
    assert.equal(all.get('2.6')?.accepted, true);
    assert.equal(all.get(newest)?.accepted, true);
  });

  it('refuses opcodes of later protocols, and floats in 1.13', async () => {
    const framed = await newestAnswer('\x80\x04\x95\x02\0\0\0\0\0\0\0]\x94.');
    assert.deepEqual(framed.reason, { code: 'weightsOnly.opcode', args: ['FRAME'] });
    const float = await answers('\x80\x02G\0\0\0\0\0\0\0\0.');
    assert.equal(float.get('1.13')?.accepted, false);
    assert.equal(float.get('2.5')?.accepted, true);
  });

  it('cannot tell what old versions do with TorchScript, which they run', async () => {
    const all = await answers('\x80\x02N.', { 'a/constants.pkl': 'N.' });
    assert.equal(all.get('2.5')?.accepted, null);
    assert.equal(all.get('2.5')?.reason?.code, 'weightsOnly.runsTorchscript');
    assert.equal(all.get(newest)?.accepted, false);
  });

  it('refuses after what it does not know, if torch does for certain', async () => {
    const unknown = 'c_codecs\nencode\n(X\x01\0\0\0aX\x05\0\0\0rot13tR';
    assert.equal((await newestAnswer(`\x80\x02${unknown}.`)).accepted, null);
    assert.equal((await newestAnswer(`\x80\x02]${unknown}acos\nsystem\n.`)).accepted, false);
  });

  it('does not recurse, and does not trust counts', async () => {
    const deep = '\x80\x02' + ']'.repeat(200_000) + 'a'.repeat(199_999) + '.';
    assert.equal((await newestAnswer(deep)).accepted, true);
    const key = '\x80\x02}' + ')' + '\x85'.repeat(200_000) + 'Ns.';
    assert.equal((await newestAnswer(key)).reason?.code, 'weightsOnly.deepTuple');
    // Each tuple holds the one before twice: 2^200 visits if each were hashed.
    const shared = '\x80\x02})' + 'q\0h\0\x86'.repeat(200) + 'Ns.';
    assert.equal((await newestAnswer(shared)).accepted, null);
    const claimed = await newestAnswer('\x80\x02X\xff\xff\xff\xffa.');
    assert.equal(claimed.reason?.code, 'weightsOnly.ends');
    const far = await newestAnswer('\x80\x02Nr\xff\xff\xff\xffj\xff\xff\xff\xff.');
    assert.equal(far.accepted, true);
  });

  it('says nothing of safetensors, and no to what torch.save did not write', async () => {
    const safetensors = new MemorySource('model.safetensors', bytes('\x02\0\0\0\0\0\0\0{}'));
    assert.deepEqual(await weightsOnlyAnswers(safetensors, nodePlatform), []);
    const version = findTorchVersion(newest);
    assert.ok(version !== undefined);
    const plain = new MemorySource('list.pkl', bytes('\x80\x02].'));
    const answer = await weightsOnlyAnswer(plain, nodePlatform, version);
    assert.deepEqual(answer?.reason, { code: 'weightsOnly.magic', args: [] });
  });

  it('gives every version what following it alone gives', async () => {
    for (const pickled of [
      `\x80\x02${tensor()}.`,
      '\x80\x02c__builtin__\nset\n]\x85R.',
      '\x80\x02G\0\0\0\0\0\0\0\0.',
    ]) {
      const file = storedZip({
        'a/data.pkl': bytes(pickled),
        'a/version': bytes('3\n'),
        'a/data/0': new Uint8Array(24),
      });
      const source = new MemorySource('model.pt', file);
      const together = await weightsOnlyAnswers(source, nodePlatform);
      const alone = await Promise.all(
        torchVersions.map((one) => weightsOnlyAnswer(source, nodePlatform, one)),
      );
      assert.deepEqual(together, alone);
    }
  });

  it('is part of a scan: the newest version, or the one that is asked for', async () => {
    const file = storedZip({
      'a/data.pkl': bytes('\x80\x02c__builtin__\nset\n]\x85R.'),
      'a/version': bytes('3\n'),
    });
    const scan = (torch?: string) =>
      scanFile(new MemorySource('model.pt', file), nodePlatform, 'model.pt', { torch });
    assert.deepEqual((await scan()).weightsOnly, {
      torch: newest,
      accepted: true,
      reason: null,
      place: null,
    });
    const old = (await scan('2.5.1+cu124')).weightsOnly;
    assert.equal(old?.torch, '2.5');
    assert.equal(old?.accepted, false);
    const unknown = await scan('7.1');
    assert.equal(unknown.weightsOnly, null);
    assert.equal(unknown.weightsOnlyVersions.length, torchVersions.length);
  });

  it('does not know what becomes of a file that cannot be read', async () => {
    const broken: ByteSource = {
      name: 'model.pt',
      size: 4096,
      read: () => Promise.reject(new CheckpointError('file.noAccess', ['model.pt'])),
      sibling: () => Promise.resolve(null),
      siblingNames: () => Promise.resolve([]),
    };
    for (const answer of await weightsOnlyAnswers(broken, nodePlatform)) {
      assert.equal(answer.accepted, null);
      assert.equal(answer.reason?.code, 'file.noAccess');
    }
  });

  it('has sentences for its reasons', async () => {
    const answer = await newestAnswer(`\x80\x02${tensor('K\x07\x85')}.`, { 'a/data/0': new Uint8Array(24) });
    const template = textsFor('en')[answer.reason?.code ?? ''] ?? '';
    assert.match(template, /needs \{1\} bytes, its storage has \{2\}/);
  });

  it('hashes shared tuples up to a limit of all keys together', async () => {
    // A tuple of 2^18 paths as a key, a thousand times: each hash is a walk of its own.
    const key = `N\x85${'q\x01h\x01\x86'.repeat(18)}`;
    const answer = await newestAnswer(`\x80\x02}${key}q\0Ns${'h\0Ns'.repeat(1000)}.`);
    assert.equal(answer.accepted, null);
    assert.equal(answer.reason?.code, 'weightsOnly.deepTuple');
  });

  it('keeps keys that Python takes for the same as it does', async () => {
    for (const [keys, accepted] of [
      ['\x88NK\x01N', true],
      ['K\x01N\x88N', true],
      ['G?\xf0\0\0\0\0\0\0NK\x01N', true],
    ] as const) {
      assert.equal((await newestAnswer(`\x80\x02}(${keys}u.`)).accepted, accepted);
    }
  });
});
