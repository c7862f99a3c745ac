import assert from 'node:assert/strict';
import type { Checkpoint } from '../../../src/checkpoint/checkpoint';
import { CheckpointError } from '../../../src/checkpointError';
import type { Content } from '../../../src/checkpoint/content';
import { checkpointSource, type OutlineSource } from '../../../src/outline/outlineSource';
import { RequestHandler } from '../../../src/worker/requestHandler';
import { dict, scalar, storage, tensor } from '../outline/contents';
import { plainState } from '../outline/rows';

function checkpoint(root: Content): OutlineSource {
  const opened: Checkpoint = {
    format: 'torch-zip',
    fileName: 'a.pth',
    fileSize: 1000,
    partial: false,
    root,
    facts: [],
    warnings: [{ code: 'storage.missing', args: [1, '0'], path: ['w'] }],
    sources: [],
    streams: [],
    bytesRead: () => 10,
    locate: (used) =>
      Promise.resolve({ record: `data/${used.key}`, source: null, offset: 640, length: used.bytes ?? 0 }),
  };
  return checkpointSource(opened);
}

const rejectsWith = (code: string) => (error: unknown) =>
  error instanceof CheckpointError && error.code === code;

describe('Requests about a document', () => {
  const whole = storage('7', 400);
  const content = dict({
    epoch: scalar(3),
    args: dict({ lr: scalar(1) }),
    w: tensor([3, 10], { storage: whole, storageOffset: 10 }),
    v: tensor([10], { storage: whole, dtype: 'float32' }),
  });

  it('need an opened file', async () => {
    const handler = new RequestHandler(() => Promise.resolve(checkpoint(content)));
    await assert.rejects(
      handler.handle('rows', { view: 'a', start: 0, end: 1 }),
      rejectsWith('worker.notOpen'),
    );
  });

  it('open it once, and again for a reload, counting revisions', async () => {
    let reads = 0;
    const handler = new RequestHandler(() => Promise.resolve(checkpoint((reads++, content))));
    const [one, two] = await Promise.all([
      handler.handle('open', { reload: false }),
      handler.handle('open', { reload: false }),
    ]);
    assert.deepEqual([reads, one.revision, two.revision], [1, 1, 1]);
    assert.equal((await handler.handle('open', { reload: true })).revision, 2);
    assert.equal(reads, 2);
  });

  it('summarise it: tensors and storages once, unused bytes, values near the root', async () => {
    const handler = new RequestHandler(() => Promise.resolve(checkpoint(content)));
    const summary = await handler.handle('open', { reload: false });
    assert.deepEqual(summary.totals, {
      tensors: 2,
      elements: 40,
      bytes: 160,
      storageBytes: 400,
      unusedStorageBytes: 240,
      tensorsExact: true,
      exact: true,
      storageExact: true,
      unusedExact: true,
      parameters: null,
    });
    assert.deepEqual(summary.dtypes, [{ dtype: 'float32', tensors: 2, bytes: 160, exact: true }]);
    assert.deepEqual(
      summary.values.map(({ path, text }) => `${path}=${text}`),
      ['epoch=3', 'args.lr=1'],
    );
    assert.deepEqual(structuredClone(summary), summary);
  });

  it('keep the views and the last good tree when a reload fails', async () => {
    let fail = false;
    const handler = new RequestHandler(() =>
      fail ? Promise.reject(new CheckpointError('file.changed')) : Promise.resolve(checkpoint(content)),
    );
    await handler.handle('open', { reload: false });
    await handler.handle('setView', { view: 'a', state: { ...plainState, filter: 'w' }, anchor: null });
    fail = true;
    await assert.rejects(handler.handle('open', { reload: true }), rejectsWith('file.changed'));
    assert.equal((await handler.handle('rows', { view: 'a', start: 0, end: 9 })).rows.length, 1);
    fail = false;
    await handler.handle('open', { reload: true });
    const rows = await handler.handle('rows', { view: 'a', start: 0, end: 9 });
    assert.deepEqual([rows.revision, rows.rows.length], [2, 1], 'the view goes on with its filter');
  });

  it('tell the details of a tensor: its place in the file, other views, unused bytes, warnings', async () => {
    const handler = new RequestHandler(() => Promise.resolve(checkpoint(content)));
    await handler.handle('open', { reload: false });
    const details = await handler.handle('details', { view: 'a', key: "/'w" });
    assert.ok(details !== null);
    const field = (label: string) => details.fields.find((one) => one.label === label);
    assert.equal(field('details.shape')?.value, '[3, 10]');
    assert.equal(field('details.stride')?.value, '[10, 1]');
    assert.equal(field('details.bytes')?.value, '120 B');
    assert.equal(field('details.storageOffset')?.value, '10');
    assert.deepEqual(field('details.inFile')?.message?.args, ['data/7', 120, 680]);
    assert.deepEqual([field('details.sharedWith')?.value, field('details.sharedWith')?.link], ['v', "/'v"]);
    assert.deepEqual(field('details.unusedStorage')?.message?.args, [240, 400]);
    assert.equal(details.warnings.length, 1);
    assert.equal(details.pythonAccess, 'ckpt["w"]');
    assert.equal(await handler.handle('details', { view: 'a', key: '/gone' }), null);
  });

  it('tells the name of a key that is empty or of spaces', async () => {
    const named = dict({ '': tensor([1]), ' ': tensor([1]) });
    const handler = new RequestHandler(() => Promise.resolve(checkpoint(named)));
    await handler.handle('open', { reload: false });
    for (const [key, shown] of [
      ["/'", '""'],
      ["/' ", '" "'],
    ] as const) {
      const details = await handler.handle('details', { view: 'a', key });
      assert.equal(details?.title, shown);
      assert.equal(details.fields.find(({ label }) => label === 'details.key')?.value, shown);
    }
  });

  it('copy, or say why not', async () => {
    const handler = new RequestHandler(() => Promise.resolve(checkpoint(content)));
    await handler.handle('open', { reload: false });
    await handler.handle('setView', { view: 'a', state: plainState, anchor: null });
    assert.equal(
      (await handler.handle('copy', { view: 'a', key: "/'w", format: 'python' })).text,
      'ckpt["w"]',
    );
    assert.equal(
      (await handler.handle('copy', { view: 'a', key: null, format: 'tsv' })).text.split('\n').length,
      4,
    );
    await assert.rejects(
      handler.handle('copy', { view: 'a', key: '/gone', format: 'key' }),
      rejectsWith('outline.noSuchNode'),
    );
  });
});
