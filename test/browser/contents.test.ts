import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { eventually, eventuallyHolds } from '../support/eventually';
import { writeSafetensors } from '../support/safetensors';
import { openWorkbench, workspaceFile } from './support/session';
import type { Workbench } from './support/workbench';

describe('Checkpoints of other shapes', () => {
  let workbench: Workbench;
  before(async () => {
    writeShards(workspaceFile('sharded'));
    writeUnknownDtype(workspaceFile('unknown_dtype.safetensors'));
    workbench = await openWorkbench();
  });
  after(() => workbench.close());
  afterEach(() => workbench.closeEditors());

  it('link weights that are tied to each other', async () => {
    const editor = await workbench.quickOpen('formats/tied.pth');
    const alias = editor.rows.filter({ hasText: '= wte.weight' });
    await alias.locator('.row-name').click();
    await eventuallyHolds(async () => assert.match(await editor.details.innerText(), /^lm_head\.weight/));
    await editor.details.getByRole('button', { name: 'wte.weight', exact: true }).click();
    await eventuallyHolds(async () => assert.match(await editor.details.innerText(), /^wte\.weight/));
    assert.equal(await editor.selectedRow.getAttribute('data-index'), '1');
    // And back from there.
    await editor.details.getByRole('button', { name: 'lm_head.weight', exact: true }).click();
    await eventuallyHolds(async () => assert.match(await editor.selectedRow.innerText(), /= wte\.weight/));
  });

  it('show a scripted module with its code', async () => {
    const editor = await workbench.quickOpen('formats/scripted.pt');
    const text = (await editor.rows.allInnerTexts()).join('\n');
    assert.match(text, /\(0\):\s+RecursiveScriptModule\(original_name=Conv2d\)/);
    assert.match(text, /\(1\):\s+RecursiveScriptModule\(original_name=ReLU\)/);
    await eventuallyHolds(async () => assert.match(await editor.header.innerText(), /TorchScript/));
    await editor.rows.first().locator('.row-name').click();
    await editor.details.getByTitle('Open in an editor').first().click();
    await workbench.textEditor.waitFor();
    await eventuallyHolds(async () => {
      const source = (await workbench.textEditor.innerText()).replaceAll('\u00a0', ' ');
      assert.match(source, /class Sequential\(Module\)/);
    });
  });

  it('show a distributed checkpoint by its metadata', async () => {
    const editor = await workbench.quickOpen('formats/distributed/.metadata');
    const header = () => editor.header.innerText();
    await eventuallyHolds(async () => assert.match(await header(), /distributed checkpoint/));
    assert.match(await header(), /3 tensors/);
    assert.deepEqual(await editor.names(), ['model', 'conv1', 'weight', 'bias', 'step']);
  });

  it('show a folder of shards as one model', async () => {
    const folder = workbench.explorer.getByRole('treeitem', { name: 'sharded', exact: true });
    await workbench.chooseFromMenu(folder, /Open Checkpoint Folder/);
    await workbench.tabs.filter({ hasText: 'model.safetensors.index.json' }).waitFor();
    const editor = workbench.editor();
    await editor.shown();
    await editor.button('Table').click();
    await eventually(() => editor.names(), ['a.weight', 'b.weight', 'c.weight']);
    await editor.select('c.weight');
    await eventuallyHolds(async () =>
      assert.match(await editor.details.innerText(), /model-2\.safetensors/, 'it says which shard'),
    );
  });

  it('say of sizes that are not known that they are lower bounds', async () => {
    const editor = await workbench.openCheckpoint('unknown_dtype.safetensors');
    assert.match(await editor.row('known').innerText(), /\n16 B/);
    assert.match(await editor.row('unknown').innerText(), /≥ 0 B/);
    assert.match(await editor.header.innerText(), /≥ 16 B/);
    const title = editor.row('unknown').locator('.cell.bytes');
    assert.match((await title.getAttribute('title')) ?? '', /at least/i);
  });

  it('say which rows a limit left out', async () => {
    const editor = await workbench.quickOpen('formats/shared_lists.pt');
    const notices = editor.frame.locator('.outline-notices');
    assert.equal(await notices.isVisible(), false);
    await editor.button('Table').click();
    await eventuallyHolds(async () => assert.match(await notices.innerText(), /200,000/), 20_000);
    await eventually(() => editor.grid.getAttribute('aria-rowcount'), '200001');
    await editor.button('Tree').click();
    await notices.waitFor({ state: 'hidden' });
  });

  it('are read again when a person tries again', async () => {
    const path = workspaceFile('broken.safetensors');
    writeFileSync(path, '');
    await workbench.clickFile('broken.safetensors');
    const editor = workbench.editor();
    await editor.failure.waitFor({ timeout: 20_000 });
    writeSafetensors(path, [{ key: 'a', dtype: 'float32', shape: [4] }]);
    await eventuallyHolds(async () => {
      if (await editor.failure.isVisible()) await editor.button('Try again').click();
      await editor.row('a').waitFor({ timeout: 2000 });
    }, 20_000);
    // What was good is kept while the file is bad, and the banner offers to try again.
    writeFileSync(path, 'not a checkpoint any more');
    await eventuallyHolds(
      async () => assert.match(await editor.banner.innerText(), /cannot be read/),
      20_000,
    );
    assert.equal(await editor.row('a').count(), 1);
    const retry = editor.banner.getByRole('button', { name: 'Try again' });
    await retry.click();
    await retry.waitFor();
    assert.equal(await editor.row('a').count(), 1);
  });
});

function writeShards(folder: string): void {
  mkdirSync(folder, { recursive: true });
  const shards = { 'model-1.safetensors': ['a.weight', 'b.weight'], 'model-2.safetensors': ['c.weight'] };
  const weightMap: Record<string, string> = {};
  for (const [name, keys] of Object.entries(shards)) {
    writeSafetensors(
      join(folder, name),
      keys.map((key) => ({ key, dtype: 'float32', shape: [4] })),
    );
    for (const key of keys) weightMap[key] = name;
  }
  writeFileSync(join(folder, 'model.safetensors.index.json'), JSON.stringify({ weight_map: weightMap }));
}

/** A file from the future: one dtype that nobody knows yet. */
function writeUnknownDtype(path: string): void {
  const header = Buffer.from(
    JSON.stringify({
      known: { dtype: 'F32', shape: [4], data_offsets: [0, 16] },
      unknown: { dtype: 'F3', shape: [4], data_offsets: [16, 20] },
    }),
  );
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(header.length));
  writeFileSync(path, Buffer.concat([length, header, Buffer.alloc(20)]));
}
