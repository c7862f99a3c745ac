import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MessageChannel } from 'node:worker_threads';
import type { ComparedFile, ComparedSide, ComparisonAnswer } from '../../../src/worker/checkMessages';
import { compareSides } from '../../../src/worker/comparison';
import { serveFiles } from '../../../src/worker/filesPort';
import { SourceReader } from '../../../src/worker/sourceReader';
import { formerModel, formerWeights, graftedModel } from '../../support/graftedModel';
import { writeTorchZip } from '../../support/torchZip';
import { writeSafetensors } from '../../support/safetensors';
import { pythonParser } from '../architecture/memoryTree';

/** Opcodes of a dict with one tensor of six floats under a key of the model. */
const average =
  '}(X\x09\0\0\0head.biasctorch._utils\n_rebuild_tensor_v2\n' +
  '((X\x07\0\0\0storagectorch\nFloatStorage\nX\x01\0\0\x000X\x03\0\0\0cpuK\x06tQK\0K\x06\x85K\x01\x85\x89}tRu';

describe('A comparison in its worker', () => {
  let folder = '';
  const path = (name: string): string => join(folder, name);
  const file = (name: string, part: (string | number)[] | null = null): ComparedSide => ({
    kind: 'file',
    file: { type: 'path', path: path(name) },
    part,
  });
  const model = (name: string, args: string | null): ComparedSide => ({
    kind: 'model',
    model: { file: path(name), name: 'Detector', args },
    sitePackages: null,
  });
  const compare = (a: ComparedSide, b: ComparedSide): Promise<ComparisonAnswer> =>
    compareSides({ a, b, overlays: [] }, async () => new SourceReader(await pythonParser()));
  const compared = async (
    a: ComparedSide,
    b: ComparedSide,
  ): Promise<Extract<ComparisonAnswer, { kind: 'compared' }>> => {
    const answer = await compare(a, b);
    return answer.kind === 'compared' ? answer : assert.fail(JSON.stringify(answer));
  };

  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'graftlens-compare-'));
    writeFileSync(path('former.py'), formerModel);
    writeFileSync(path('grafted.py'), graftedModel);
    writeFileSync(path('unknown.py'), formerModel.replace('self.stem = Block(3, 8)', 'self.stem = made(3)'));
    writeTorchZip(path('weights.pth'), formerWeights(20));
    writeTorchZip(path('parts.pth'), formerWeights(20), [['ema', Buffer.from(average, 'latin1')]]);
    writeSafetensors(path('small.safetensors'), [
      { key: 'head.weight', dtype: 'float32', shape: [7, 16, 1, 1] },
    ]);
    writeFileSync(path('text.pth'), 'no checkpoint');
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  it('finds a class and its checkpoint the same, and knows the lines of its keys and the classes of its modules', async () => {
    const { differences, a, b } = await compared(file('weights.pth'), model('former.py', '20'));
    assert.equal(differences.same, true);
    assert.deepEqual([a.keys, a.elements], [b.keys, b.elements]);
    assert.equal(b.classes.get('stage.1'), 'Block');
    assert.deepEqual(b.places.get('head.weight')?.file, path('former.py'));
    assert.ok(b.place !== null);
  });

  it('tells what a change of the class adds', async () => {
    const { differences } = await compared(model('former.py', '20'), model('grafted.py', '20'));
    assert.deepEqual(differences.reshaped, []);
    assert.ok(differences.onlyInB.includes('stage.1.l1.weight'));
    assert.ok(differences.onlyInA.includes('stage.1.conv.weight'));
  });

  it('compares the parts that have most in common, and another one where it is named', async () => {
    const { a, b, differences } = await compared(file('parts.pth'), file('weights.pth'));
    assert.deepEqual([a.part, b.part], [[], []]);
    assert.deepEqual(
      a.parts.map(({ path: at, common }) => [at, common]),
      [
        [[], 26],
        [['ema'], 1],
      ],
    );
    // What is no tensor is an entry of its dict all the same.
    assert.deepEqual(differences.onlyInA, ['ema']);
    const named = await compared(file('parts.pth', ['ema']), file('weights.pth'));
    assert.deepEqual(named.a.part, ['ema']);
    assert.equal(named.a.keys, 1);
    const gone = await compared(file('parts.pth', ['gone']), file('weights.pth'));
    assert.deepEqual(gone.a.part, []);
  });

  it('says why the keys of a class are not known', async () => {
    const unknown = await compare(file('weights.pth'), model('unknown.py', '20'));
    assert.ok(unknown.kind === 'notKnown');
    assert.equal(unknown.side, 'b');
    assert.ok(unknown.raises !== null || unknown.obstacles.length > 0);
    const unbuilt = await compare(model('former.py', null), file('weights.pth'));
    assert.ok(unbuilt.kind === 'notKnown');
    assert.equal(unbuilt.side, 'a');
  });

  it('fails with the reason of reading', async () => {
    await assert.rejects(compare(file('weights.pth'), file('text.pth')), { name: 'CheckpointError' });
    await assert.rejects(compare(file('weights.pth'), file('gone.pth')), { code: 'file.missing' });
  });

  it('reads files that only the host can read, through a port, and tells what the host says', async () => {
    const channels: MessageChannel[] = [];
    const remote = (name: string): ComparedSide => {
      const channel = new MessageChannel();
      channels.push(channel);
      serveFiles(channel.port1, {
        readFile: (wanted) =>
          wanted === 'gone.pth'
            ? Promise.reject(new Error('not there'))
            : Promise.resolve(new Uint8Array(readFileSync(path(wanted)))),
        fileNames: () => Promise.resolve([name]),
      });
      const of: ComparedFile = { type: 'remote', name, port: channel.port2 };
      return { kind: 'file', file: of, part: null };
    };
    try {
      const { differences } = await compared(remote('weights.pth'), remote('small.safetensors'));
      assert.deepEqual(differences.reshaped, [{ key: 'head.weight', a: [25, 16, 1, 1], b: [7, 16, 1, 1] }]);
      await assert.rejects(compare(remote('gone.pth'), file('weights.pth')), /internal|not there/);
    } finally {
      for (const { port1 } of channels) port1.close();
    }
  });
});
