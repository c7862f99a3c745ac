import assert from 'node:assert/strict';
import { setTimeout as pause } from 'node:timers/promises';
import { manyTensors } from '../support/workspace';
import type { CheckpointEditor } from './support/checkpointEditor';
import { eventually, eventuallyHolds } from '../support/eventually';
import { openWorkbench } from './support/session';
import type { Workbench } from './support/workbench';

describe('Exploring a checkpoint', () => {
  let workbench: Workbench;
  let editor: CheckpointEditor;
  before(async () => {
    workbench = await openWorkbench();
  });
  after(() => workbench.close());
  beforeEach(async () => {
    editor = await workbench.openCheckpoint('yolov7_weights.pth');
  });
  afterEach(() => workbench.closeEditors());

  it('expands and collapses with the pointer', async () => {
    await editor.collapse('backbone');
    await editor.row('stem').waitFor({ state: 'hidden' });
    await editor.expand('backbone');
    await editor.row('stem').waitFor();
  });

  it('is walked through by keys alone', async () => {
    await editor.collapse('backbone');
    await editor.select('backbone');
    await editor.page.keyboard.press('ArrowRight');
    await editor.row('stem').waitFor();
    await editor.page.keyboard.press('ArrowRight');
    await eventuallyHolds(async () => assert.match(await editor.selectedRow.innerText(), /^stem/));
    await editor.page.keyboard.press('ArrowLeft');
    await eventuallyHolds(async () => assert.match(await editor.selectedRow.innerText(), /^backbone/));
    await editor.page.keyboard.press('End');
    await eventuallyHolds(async () => assert.match(await editor.selectedRow.innerText(), /^yolo_head_P5/));
    await editor.page.keyboard.press('Home');
    await eventuallyHolds(async () => assert.match(await editor.selectedRow.innerText(), /^backbone/));
  });

  it('tells screen readers where in the tree a row is', async () => {
    await editor.expand('backbone');
    await editor.collapse('stem');
    const stem = editor.row('stem');
    assert.equal(await editor.grid.getAttribute('role'), 'treegrid');
    assert.equal(await stem.getAttribute('aria-level'), '2');
    assert.equal(await stem.getAttribute('aria-posinset'), '1');
    assert.equal(await stem.getAttribute('aria-setsize'), '5');
    assert.equal(await stem.getAttribute('aria-expanded'), 'false');
    await editor.select('stem');
    const active = await editor.grid.getAttribute('aria-activedescendant');
    assert.equal(active, await stem.getAttribute('id'));
  });

  it('finds keys while typing, counts and marks them, and steps from one to the next', async () => {
    await editor.search('yolo_head');
    await eventuallyHolds(async () => assert.match(await editor.searchCount.innerText(), /\d+ matches/));
    assert.deepEqual(await editor.frame.locator('.row-name mark').first().innerText(), 'yolo_head');
    await editor.searchField.press('Enter');
    await eventuallyHolds(async () => assert.match(await editor.searchCount.innerText(), /^1 of \d+/));
    await editor.searchField.press('Enter');
    await eventuallyHolds(async () => assert.match(await editor.searchCount.innerText(), /^2 of \d+/));
    await editor.searchField.press('Shift+Enter');
    await eventuallyHolds(async () => assert.match(await editor.searchCount.innerText(), /^1 of \d+/));
    await editor.searchField.press('Escape');
    await eventually(() => editor.searchField.inputValue(), '');
  });

  it('finds by dtype, shape and size', async () => {
    await editor.button('Table').click();
    for (const [filter, count] of [
      ['dtype:int64', '92'],
      ['shape:[255,*,1,1]', '3'],
      ['>4M', '1'],
    ] as const) {
      await editor.search(filter);
      await eventuallyHolds(async () =>
        assert.match(await editor.searchCount.innerText(), new RegExp(`^${count} match`)),
      );
    }
  });

  it('says why a search cannot be used', async () => {
    await editor.search('/[/');
    await eventuallyHolds(async () => {
      assert.equal(await editor.frame.locator('.search-bar.invalid').count(), 1);
      assert.ok((await editor.searchCount.innerText()).length > 0);
    });
  });

  it('shows the details of a selected tensor', async () => {
    await editor.search('yolo_head_P3');
    await editor.select('weight');
    await eventuallyHolds(async () => {
      const details = await editor.details.innerText();
      assert.match(details, /yolo_head_P3\.weight/);
      assert.match(details, /255.+256.+1.+1/);
      assert.match(details, /float32/);
    });
  });

  it('copies the key, and the expression that reaches it in Python', async () => {
    const clipboard = () => editor.page.evaluate<string>('navigator.clipboard.readText()');
    await editor.search('yolo_head_P3');
    await editor.select('weight');
    await editor.button('Copy key').click();
    await eventually(clipboard, 'yolo_head_P3.weight');
    await editor.button('Copy as Python').click();
    await eventuallyHolds(async () => assert.equal(await clipboard(), 'ckpt["yolo_head_P3.weight"]'));
  });

  it('copies the selected key with the keyboard', async () => {
    await editor.search('yolo_head_P3');
    await editor.select('bias');
    await editor.page.keyboard.press('Control+C');
    const clipboard = () => editor.page.evaluate<string>('navigator.clipboard.readText()');
    await eventually(clipboard, 'yolo_head_P3.bias');
  });

  it('sorts the table by a column, and back to the order of the file', async () => {
    await editor.button('Table').click();
    const first = async () => (await editor.names())[0];
    await eventually(first, 'backbone.stem.0.conv.weight');
    const head = editor.frame.getByRole('columnheader', { name: 'Elements' });
    await head.getByRole('button').click();
    await eventually(first, 'rep_conv_3.rbr_dense.0.weight');
    assert.equal(await head.getAttribute('aria-sort'), 'descending');
    await head.getByRole('button').click();
    await eventually(() => head.getAttribute('aria-sort'), 'ascending');
    await head.getByRole('button').click();
    await eventually(first, 'backbone.stem.0.conv.weight');
  });

  it('lets a person make a column wider', async () => {
    const head = editor.frame.getByRole('columnheader', { name: 'Shape' });
    const handle = head.locator('.column-handle');
    const before = (await head.boundingBox())?.width ?? 0;
    const box = await handle.boundingBox();
    assert.ok(box);
    await editor.page.mouse.move(box.x + box.width / 2, box.y + box.height / 2);
    await editor.page.mouse.down();
    await editor.page.mouse.move(box.x - 60, box.y + box.height / 2, { steps: 4 });
    await editor.page.mouse.up();
    await eventuallyHolds(async () => assert.ok(((await head.boundingBox())?.width ?? 0) > before + 40));
  });

  it('stays usable in a narrow column', async () => {
    await workbench.page.setViewportSize({ width: 620, height: 500 });
    try {
      await eventuallyHolds(async () => {
        const grid = await editor.grid.boundingBox();
        const name = await editor.row('backbone').locator('.cell.name').boundingBox();
        assert.ok(grid && name && name.width >= 100, 'the name keeps its room');
        const overflow = await editor.grid.evaluate((grid) => grid.scrollWidth - grid.clientWidth);
        assert.equal(overflow, 0);
      });
    } finally {
      await workbench.page.setViewportSize({ width: 1280, height: 800 });
    }
  });

  it(`scrolls through ${manyTensors} rows without drawing more than the window holds`, async () => {
    const many = await workbench.openCheckpoint('many.safetensors');
    await many.button('Table').click();
    await eventually(() => many.grid.getAttribute('aria-rowcount'), String(manyTensors + 1));
    await many.rows.first().click();
    await many.page.keyboard.press('End');
    await many.row(`table.row_${manyTensors - 1}`).waitFor();
    assert.ok((await many.rows.count()) < 80);
    // A flick through the middle: the rows in the window must be there soon after it stops.
    for (let step = 0; step < 20; step++) {
      await many.grid.evaluate((grid) => grid.scrollBy(0, -40_000));
      await pause(16);
    }
    await eventuallyHolds(async () => {
      assert.equal(await many.frame.locator('.list-body > .row.loading:visible').count(), 0);
      assert.ok((await many.names()).every((name) => name.startsWith('table.row_')));
    }, 2000);
  });
});
