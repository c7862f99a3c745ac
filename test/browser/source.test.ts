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

  it('leads from a lens to the predicted tree, and from there to the lines of source', async () => {
    await workbench.page.locator('.codelens-decoration a').filter({ hasText: '15,616' }).click();
    const breakdown = workbench.editor();
    await breakdown.shown();
    await workbench.tabs.filter({ hasText: 'Backbone (predicted)' }).waitFor();
    assert.match(await breakdown.header.innerText(), /15,616\s+parameters[\s\S]*8\s+keys/);
    assert.match(await breakdown.header.innerText(), /Backbone\(\)\s+with its default arguments/);
    assert.match(await breakdown.header.innerText(), /1 attention block: 8,192 \(52\.46 %\)/);
    await breakdown.select('(attention):');
    await eventuallyHolds(async () =>
      assert.match(await breakdown.details.innerText(), /Built at\s+attention\.py:24/),
    );
    await workbench.page.keyboard.press('F12');
    await workbench.page.locator('.statusbar').getByText('Ln 24, Col 1').waitFor();
  });

  it('follows the source as it changes, and keeps the tree while the text is broken', async () => {
    const breakdown = workbench.editor();
    const after = 'padding=1, bias=False)\n';
    const withLine = (line: string): void =>
      writeFileSync(workspaceFile('attention.py'), attentionFile.replace(after, `${after}        ${line}\n`));
    withLine('self.extra = nn.Linear(4, 2, bias=False))');
    await breakdown.banner.filter({ hasText: 'cannot be read now' }).waitFor();
    assert.equal(await breakdown.row('(extra):').count(), 0);
    withLine('self.extra = nn.Linear(4, 2, bias=False)');
    await breakdown.row('(extra):').waitFor();
    assert.match(await breakdown.header.innerText(), /15,624\s+parameters/);
    writeFileSync(workspaceFile('attention.py'), attentionFile);
    await breakdown.row('(extra):').waitFor({ state: 'detached' });
  });

  it('shows the breakdown at the arguments of a call', async () => {
    await workbench.runCommand('View: Close All Editors');
    await workbench.runCommand('View: Show Explorer');
    await workbench.clickFile('attention.py');
    await workbench.textEditor.click();
    await workbench.page.keyboard.press('Control+Home');
    await workbench.page.locator('.codelens-decoration a').filter({ hasText: 'SE attention' }).click();
    const breakdown = workbench.editor();
    await breakdown.shown();
    assert.match(await breakdown.header.innerText(), /SELayer\(512\)\s+as called at\s+attention\.py:36/);
    await breakdown.header.getByRole('button', { name: 'attention.py:36' }).click();
    await workbench.page.locator('.statusbar').getByText('Ln 36, Col 1').waitFor();
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
