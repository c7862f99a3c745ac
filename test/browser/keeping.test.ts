import assert from 'node:assert/strict';
import { copyFileSync, readFileSync, writeFileSync } from 'node:fs';
import { eventually, eventuallyHolds } from '../support/eventually';
import { changeSettings, openWorkbench, workspaceFile } from './support/session';
import type { Workbench } from './support/workbench';

describe('Keeping one’s place', () => {
  let workbench: Workbench;
  before(async () => {
    workbench = await openWorkbench();
  });
  after(() => workbench.close());
  afterEach(() => workbench.closeEditors());

  it('keeps expansion, selection, scroll and filter over a reload of the window', async () => {
    const opened = await workbench.openCheckpoint('yolov7_weights.pth');
    await opened.expand('backbone');
    await opened.collapse('stem');
    await opened.search('cv3');
    await eventuallyHolds(async () => assert.match(await opened.searchCount.innerText(), /\d+ match/));
    await opened.rows.nth(4).locator('.row-name').click();
    await opened.page.mouse.wheel(0, 220);
    await eventuallyHolds(async () => assert.ok((await opened.grid.evaluate((grid) => grid.scrollTop)) > 0));
    const before = {
      names: await opened.names(),
      selected: await opened.selectedRow.getAttribute('data-index'),
      top: await opened.grid.evaluate((grid) => grid.scrollTop),
      filter: await opened.searchField.inputValue(),
    };
    await workbench.page.waitForTimeout(1000);
    await workbench.reload();
    const editor = workbench.editor();
    await editor.shown();
    await eventuallyHolds(async () =>
      assert.deepEqual(
        {
          names: await editor.names(),
          selected: await editor.selectedRow.getAttribute('data-index'),
          top: await editor.grid.evaluate((grid) => grid.scrollTop),
          filter: await editor.searchField.inputValue(),
        },
        before,
      ),
    );
  });

  it('keeps them while another tab is in front', async () => {
    const opened = await workbench.openCheckpoint('detector.pth');
    await opened.collapse('model');
    await opened.row('stem').waitFor({ state: 'hidden' });
    const before = await opened.names();
    await workbench.openCheckpoint('qu_method1.pth');
    await workbench.tabs.filter({ hasText: 'detector.pth' }).click();
    const editor = workbench.editor();
    await editor.row('optimizer').waitFor();
    assert.deepEqual(await editor.names(), before);
  });

  it('reads the file again when training has written it, without losing the place', async () => {
    const path = workspaceFile('growing.pth');
    copyFileSync(workspaceFile('qu_method1.pth'), path);
    const editor = await workbench.openCheckpoint('growing.pth');
    await eventuallyHolds(async () => assert.match(await editor.header.innerText(), /2 tensors/));
    copyFileSync(workspaceFile('detector.pth'), path);
    await editor.row('epoch').waitFor({ timeout: 20_000 });
    await editor.collapse('stem');
    await editor.select('stem');
    // A writer that is interrupted leaves half a file: the last good tree stays.
    writeFileSync(path, 'not a checkpoint any more');
    await eventuallyHolds(
      async () => assert.match(await editor.banner.innerText(), /cannot be read/),
      20_000,
    );
    assert.equal(await editor.row('stem').count(), 1);
    writeFileSync(path, readFileSync(workspaceFile('detector.pth')));
    await editor.banner.waitFor({ state: 'hidden', timeout: 20_000 });
    assert.match(await editor.selectedRow.innerText(), /^stem/);
    assert.equal(await editor.row('stem').getAttribute('aria-expanded'), 'false');
  });

  it('shows one document in two columns, each with its own place', async () => {
    const left = await workbench.openCheckpoint('detector.pth');
    await workbench.runCommand('View: Split Editor Right');
    await eventually(() => workbench.page.locator('iframe.webview.ready').count(), 2);
    const right = workbench.editor(1);
    await right.shown();
    const leftBefore = await left.names();
    await right.collapse('model');
    await eventuallyHolds(async () => assert.notDeepEqual(await right.names(), leftBefore));
    assert.deepEqual(await left.names(), leftBefore);
  });

  it('follows the theme', async () => {
    const editor = await workbench.openCheckpoint('detector.pth');
    const colour = () => editor.frame.locator('body').evaluate((body) => getComputedStyle(body).color);
    const seen = new Set<string>();
    for (const theme of ['Default Dark Modern', 'Default Light Modern', 'Default High Contrast']) {
      changeSettings({ 'workbench.colorTheme': theme });
      await eventuallyHolds(async () => assert.ok(!seen.has(await colour())));
      seen.add(await colour());
      assert.ok((await editor.rows.count()) > 0);
    }
    changeSettings({});
  });
});
