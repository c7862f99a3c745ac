import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { eventuallyHolds } from '../support/eventually';
import { attentionFile } from '../support/sourceFile';
import { changeSettings, openWorkbench, pictures, workspaceFile } from './support/session';
import type { Workbench } from './support/workbench';

describe('Python source in the editor', () => {
  let workbench: Workbench;
  before(async () => {
    mkdirSync(pictures.readme, { recursive: true });
    writeFileSync(workspaceFile('attention.py'), attentionFile);
    changeSettings({ 'workbench.colorTheme': 'Default Dark Modern' });
    workbench = await openWorkbench({ reducedMotion: 'reduce' });
    await workbench.clickFile('attention.py');
    await workbench.page.locator('.codelens-decoration').first().waitFor();
  });
  after(async () => {
    changeSettings({});
    await workbench.close();
  });

  it('shows what each class costs above it', async () => {
    const lenses = workbench.page.locator('.codelens-decoration');
    await eventuallyHolds(async () => {
      const texts = (await lenses.allInnerTexts()).join('\n').replaceAll('\u00a0', ' ');
      assert.match(texts, /SE attention · 2·c1·\(c1 \/\/ r\) parameters, r = 16/);
      assert.match(texts, /15,616 parameters · 8 keys/);
    });
  });

  it('shows on hover what an attention block costs, as in the README', async () => {
    await workbench.runCommand('View: Close Primary Side Bar');
    const name = workbench.textEditor.getByText('SELayer', { exact: true }).nth(1);
    await eventuallyHolds(async () => {
      await workbench.page.mouse.move(640, 4);
      await name.hover();
      const text = workbench.page.locator('.monaco-hover:visible').filter({ hasText: '2048' });
      await text.first().waitFor({ timeout: 3000 });
    }, 20_000);
    await workbench.page.waitForTimeout(500);
    const path = join(pictures.readme, 'code-dark.png');
    await workbench.page.screenshot({ path, animations: 'disabled', caret: 'hide' });
    assert.ok(readFileSync(path).length > 20_000);
    await workbench.page.mouse.move(640, 4);
  });

  it('leads from a lens to the parts of the model, the largest first', async () => {
    await workbench.page.locator('.codelens-decoration a').filter({ hasText: '15,616' }).click();
    const rows = workbench.page.locator('.quick-input-list .monaco-list-row');
    await rows.first().waitFor();
    assert.match((await rows.allInnerTexts())[0] ?? '', /attention[\s\S]*8,192/);
    await workbench.page.keyboard.press('Escape');
  });

  it('inserts an attention block, after it has shown the cost', async () => {
    await workbench.textEditor.click();
    await workbench.runCommand('Graftlens: Insert Attention Block');
    const rows = workbench.page.locator('.quick-input-list .monaco-list-row');
    await rows.filter({ hasText: 'ECA' }).click();
    await rows.filter({ hasText: 'An identity at the start' }).click();
    await eventuallyHolds(async () => {
      assert.match(
        (await workbench.textEditor.innerText()).replaceAll('\u00a0', ' '),
        /EfficientChannelAttention/,
      );
    });
    await workbench.runCommand('File: Revert File');
  });
});
