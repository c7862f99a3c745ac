import assert from 'node:assert/strict';
import { eventually, eventuallyHolds } from '../support/eventually';
import { openWorkbench } from './support/session';
import type { Workbench } from './support/workbench';

describe('Opening files from the explorer', () => {
  let workbench: Workbench;
  before(async () => {
    workbench = await openWorkbench();
  });
  after(() => workbench.close());
  afterEach(() => workbench.closeEditors());

  it('shows a training checkpoint as a tree', async () => {
    const editor = await workbench.openCheckpoint('detector.pth');
    const names = await editor.names();
    assert.deepEqual(names.slice(0, 3), ['epoch', 'best_fitness', 'model']);
    await eventuallyHolds(async () => {
      const header = await editor.header.innerText();
      assert.match(header, /detector\.pth/);
      assert.match(header, /protocol 2/i);
    });
  });

  it('shows a whole module as print(model) would', async () => {
    const editor = await workbench.openCheckpoint('qu_method1.pth');
    await eventuallyHolds(async () => {
      const text = (await editor.rows.allInnerTexts()).join('\n');
      assert.match(text, /Qu/);
      assert.match(text, /conv1/);
      assert.match(text, /Conv2d\(3, 64, kernel_size=\(3, 3\), stride=\(1, 1\)\)/);
    });
  });

  it('lists all 558 tensors of a YOLOv7 state_dict', async () => {
    const editor = await workbench.openCheckpoint('yolov7_weights.pth');
    await eventuallyHolds(async () => assert.match(await editor.header.innerText(), /558 tensors/));
    await editor.button('Table').click();
    await eventually(() => editor.grid.getAttribute('aria-rowcount'), '559');
  });

  it('shows a file that broke off up to the cut, and says so', async () => {
    const editor = await workbench.openCheckpoint('truncated.pth');
    await eventuallyHolds(async () => assert.match(await editor.banner.innerText(), /cut off/));
    assert.doesNotMatch(await editor.header.innerText(), /cut off/, 'it is said once');
    assert.ok((await editor.rows.count()) > 0);
  });

  for (const name of ['distutils-precedence.pth', 'front_page.pt']) {
    it(`hands ${name} over to the text editor`, async () => {
      await workbench.clickFile(name);
      await workbench.textEditor.waitFor({ timeout: 20_000 });
      await eventually(() => workbench.tabs.count(), 1);
    });
  }

  const sentences = {
    'lfs_pointer.pth': /Git LFS/,
    'download_error.pth': /web page/,
    'empty.pth': /empty/i,
  };
  for (const [name, sentence] of Object.entries(sentences)) {
    it(`says in a sentence what ${name} is`, async () => {
      await workbench.clickFile(name);
      const { failure } = workbench.editor();
      await failure.waitFor({ timeout: 20_000 });
      assert.match(await failure.innerText(), sentence);
    });
  }
});
