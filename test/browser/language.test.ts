import assert from 'node:assert/strict';
import { rmSync, writeFileSync } from 'node:fs';
import { eventuallyHolds } from '../support/eventually';
import { formerWeights, graftedModel } from '../support/graftedModel';
import { writeTorchZip } from '../support/torchZip';
import { cutOff } from './support/legible';
import { Report } from './support/report';
import { openWorkbench, workspaceFile } from './support/session';
import type { Workbench } from './support/workbench';

/** Sentences that nobody translated: names and code have no three words in a row. */
const englishIn = (text: string): string[] => text.match(/\b[a-z]{2,} [a-z]{2,} [a-z]{2,}\b/g) ?? [];

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

  it('shows the safety view whole', async () => {
    await workbench.closeEditors();
    const editor = await workbench.openCheckpoint('qu_method1.pth');
    await editor.safetyLine.locator('vscode-button, button').first().click();
    await editor.safetyView.waitFor();
    await eventuallyHolds(async () => {
      assert.deepEqual(await cutOff(editor.frame), []);
      assert.deepEqual(englishIn(await editor.safetyView.innerText()), []);
    });
  });

  it('shows the report of a check whole', async () => {
    const { page } = workbench;
    writeFileSync(workspaceFile('chinese_model.py'), graftedModel);
    writeTorchZip(workspaceFile('chinese_weights.pth'), formerWeights(80));
    try {
      await workbench.closeEditors();
      await workbench.clickFile('chinese_model.py');
      await page.locator('.codelens-decoration a').filter({ hasText: '检查权重兼容性' }).click();
      const input = page.locator('.quick-input-widget input');
      await eventuallyHolds(async () => assert.equal(await input.inputValue(), 'classes='));
      await input.fill('20');
      await page.keyboard.press('Enter');
      await page.locator('.quick-input-title').filter({ hasText: 'Detector 应加载的检查点' }).waitFor();
      await input.fill('chinese_weights');
      await page
        .locator('.quick-input-list .monaco-list-row')
        .filter({ hasText: 'chinese_weights.pth' })
        .click();
      const report = Report.in(page);
      // A person is asked for a Python, or whether it may run the code; nothing is run here.
      const question = page.locator('.monaco-dialog-box, .quick-input-title:has-text("Python")');
      await question.first().waitFor({ timeout: 30_000 });
      await page.keyboard.press('Escape');
      await report.row('stage').first().getByText('在索引 1 处插入了 SELayer').waitFor();
      await page.setViewportSize({ width: 1100, height: 800 });
      await eventuallyHolds(async () => {
        assert.deepEqual(await cutOff(report.frame), []);
        assert.deepEqual(englishIn(await report.frame.locator('.report').innerText()), []);
      });
    } finally {
      for (const name of ['chinese_model.py', 'chinese_weights.pth']) rmSync(workspaceFile(name));
    }
  });

  it('explains a file that is no checkpoint', async () => {
    await workbench.clickFile('lfs_pointer.pth');
    const { failure } = workbench.editor();
    await failure.waitFor({ timeout: 20_000 });
    assert.match(await failure.innerText(), /Git LFS/);
    assert.match(await failure.innerText(), /[\u4e00-\u9fff]/);
  });
});
