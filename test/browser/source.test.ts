import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { eventuallyHolds } from '../support/eventually';
import { attentionFile } from '../support/sourceFile';
import { changeSettings, openWorkbench, pictures, workspaceFile } from './support/session';
import type { Workbench } from './support/workbench';

const themes = { dark: 'Default Dark Modern', light: 'Default Light Modern' } as const;

async function picture(workbench: Workbench, name: string, folder = pictures.readme): Promise<void> {
  mkdirSync(folder, { recursive: true });
  const path = join(folder, `${name}.png`);
  await workbench.page.screenshot({ path, animations: 'disabled', caret: 'hide' });
  assert.ok(readFileSync(path).length > 20_000);
}

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

  for (const [name, theme] of Object.entries(themes)) {
    it(`shows on hover what an attention block costs, in a ${name} theme, as in the README`, async () => {
      changeSettings({ 'workbench.colorTheme': theme });
      // The command is there while there is something to close.
      if (await workbench.explorer.isVisible()) await workbench.runCommand('View: Close Primary Side Bar');
      const block = workbench.textEditor.getByText('SELayer', { exact: true }).nth(1);
      await eventuallyHolds(async () => {
        await workbench.page.mouse.move(640, 4);
        await block.hover();
        const text = workbench.page.locator('.monaco-hover:visible').filter({ hasText: '2048' });
        await text.first().waitFor({ timeout: 3000 });
      }, 20_000);
      await workbench.page.waitForTimeout(500);
      await picture(workbench, `code-${name}`);
      await workbench.page.mouse.move(640, 4);
    });
  }

  for (const [name, theme] of Object.entries(themes)) {
    it(`shows the breakdown of a class in a ${name} theme, as in the README`, async () => {
      changeSettings({ 'workbench.colorTheme': theme });
      await workbench.page.locator('.codelens-decoration a').filter({ hasText: '15,616' }).first().click();
      const breakdown = workbench.editor();
      await breakdown.shown();
      await breakdown.select('(attention):');
      await eventuallyHolds(async () => assert.match(await breakdown.details.innerText(), /Built at/));
      await workbench.page.mouse.move(640, 4);
      await workbench.page.waitForTimeout(700);
      await picture(workbench, `breakdown-${name}`);
    });
  }

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

  it('is there again after a reload of the window, with its place', async () => {
    await workbench.editor().select('(attention):');
    await workbench.runCommand('View: Show Explorer');
    await workbench.page.waitForTimeout(1000);
    await workbench.reload();
    const breakdown = workbench.editor();
    await breakdown.shown();
    assert.match(await breakdown.header.innerText(), /15,616\s+parameters[\s\S]*8\s+keys/);
    await eventuallyHolds(async () =>
      assert.match(await breakdown.selectedRow.innerText(), /\(attention\):\s+SELayer/),
    );
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

describe('A table of layers in the editor', () => {
  let workbench: Workbench;
  before(async () => {
    changeSettings({ 'workbench.colorTheme': 'Default Dark Modern' });
    workbench = await openWorkbench({ reducedMotion: 'reduce' });
    await workbench.quickOpenText('grafting/detector.yaml');
  });
  after(async () => {
    changeSettings({});
    await workbench.close();
  });

  it('shows what it comes to above it, and behind each row', async () => {
    const lens = workbench.page.locator('.codelens-decoration').first();
    await eventuallyHolds(async () =>
      assert.match(
        (await lens.innerText()).replaceAll('\u00a0', ' '),
        /12,320 parameters · 140 keys[\s\S]*built by TableDetector/,
      ),
    );
    await eventuallyHolds(async () =>
      assert.match(
        (await workbench.textEditor.innerText()).replaceAll('\u00a0', ' '),
        /ConvUnit, \[8\]\] ?232/,
      ),
    );
    await picture(workbench, 'table-dark', pictures.looks);
  });

  it('leads to the breakdown of the model with this table', async () => {
    await workbench.page.locator('.codelens-decoration a').filter({ hasText: '12,320' }).click();
    const breakdown = workbench.editor();
    await breakdown.shown();
    assert.match(await breakdown.header.innerText(), /12,320\s+parameters[\s\S]*TableDetector\(\)/);
  });
});

describe('Python source in the editor, in Chinese', () => {
  let workbench: Workbench;
  before(async () => {
    changeSettings({ 'workbench.colorTheme': 'Default Light Modern' });
    writeFileSync(workspaceFile('attention.py'), attentionFile);
    workbench = await openWorkbench({ reducedMotion: 'reduce', language: 'zh-cn' });
    await workbench.clickFile('attention.py');
  });
  after(async () => {
    changeSettings({});
    await workbench.close();
  });

  it('has its lenses, hovers and the breakdown in Chinese', async () => {
    const lenses = workbench.page.locator('.codelens-decoration');
    await eventuallyHolds(async () =>
      assert.match(
        (await lenses.allInnerTexts()).join('\n').replaceAll('\u00a0', ' '),
        /15,616 个参数 · 8 个键/,
      ),
    );
    const block = workbench.textEditor.getByText('SELayer', { exact: true }).nth(1);
    const hover = workbench.page.locator('.monaco-hover:visible').filter({ hasText: '通道数' });
    await eventuallyHolds(async () => {
      await workbench.page.mouse.move(640, 4);
      await block.hover();
      await hover.first().waitFor({ timeout: 3000 });
    }, 20_000);
    await picture(workbench, 'code-chinese', pictures.looks);
    await workbench.page.mouse.move(640, 4);
    await workbench.page.locator('.codelens-decoration a').filter({ hasText: '15,616' }).click();
    const breakdown = workbench.editor();
    await breakdown.shown();
    assert.match(await breakdown.header.innerText(), /15,616\s+个?参数/);
    await breakdown.select('(attention):');
    await workbench.page.waitForTimeout(700);
    await picture(workbench, 'breakdown-chinese', pictures.looks);
    const cut = await breakdown.header
      .locator('*')
      .evaluateAll((elements) =>
        elements
          .filter((one) => one.scrollWidth > one.clientWidth + 1 && one.clientWidth > 0)
          .map((one) => one.textContent),
      );
    assert.deepEqual(cut, []);
  });
});
