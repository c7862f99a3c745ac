import assert from 'node:assert/strict';
import { eventuallyHolds } from '../support/eventually';
import { openWorkbench } from './support/session';
import type { Workbench } from './support/workbench';

describe('In Chinese', () => {
  let workbench: Workbench;
  before(async () => {
    workbench = await openWorkbench({ language: 'zh-cn' });
  });
  after(() => workbench.close());

  it('shows the editor’s own texts', async () => {
    const editor = await workbench.openCheckpoint('detector.pth');
    await eventuallyHolds(async () => {
      assert.match(await editor.header.innerText(), /个张量/);
      assert.equal(await editor.button('表格').count(), 1);
      assert.equal(await editor.frame.getByRole('columnheader', { name: '形状' }).count(), 1);
    });
  });

  it('explains a file that is no checkpoint', async () => {
    await workbench.clickFile('lfs_pointer.pth');
    const { failure } = workbench.editor();
    await failure.waitFor({ timeout: 20_000 });
    assert.match(await failure.innerText(), /Git LFS/);
    assert.match(await failure.innerText(), /[\u4e00-\u9fff]/);
  });
});
