import assert from 'node:assert/strict';
import { eventually, eventuallyHolds } from '../support/eventually';
import type { CheckpointEditor } from './support/checkpointEditor';
import { changeSettings, openWorkbench, type WorkbenchOptions } from './support/session';
import type { Workbench } from './support/workbench';

describe('The editor on other screens', () => {
  let workbench: Workbench;
  afterEach(async () => {
    changeSettings({});
    await workbench.close();
  });

  async function opened(name: string, options: WorkbenchOptions = {}): Promise<CheckpointEditor> {
    workbench = await openWorkbench(options);
    return workbench.openCheckpoint(name);
  }

  it('tells the selected row apart where the system forces its colours', async () => {
    const editor = await opened('detector.pth', { forcedColors: 'active' });
    await editor.select('epoch');
    await editor.selectedRow.waitFor();
    const look = (row: Element) => {
      const { backgroundColor, color } = getComputedStyle(row);
      return { backgroundColor, color };
    };
    const selected = await editor.selectedRow.evaluate(look);
    const other = await editor.row('best_fitness').evaluate(look);
    assert.notEqual(selected.backgroundColor, other.backgroundColor);
    assert.notEqual(selected.color, selected.backgroundColor);
    await editor.search('conv');
    const mark = await editor.frame.locator('.row-name mark').first().evaluate(look);
    assert.notEqual(mark.backgroundColor, other.backgroundColor);
  });

  for (const theme of ['Default High Contrast', 'Default High Contrast Light']) {
    it(`marks selection, focus and matches in ${theme}`, async () => {
      changeSettings({ 'workbench.colorTheme': theme });
      const editor = await opened('detector.pth');
      await eventually(() => editor.frame.locator('body.vscode-high-contrast').count(), 1);
      const outline = (row: Element) => getComputedStyle(row).outlineStyle;
      await editor.select('epoch');
      await eventually(() => editor.selectedRow.evaluate(outline), 'solid');
      await workbench.page.mouse.move(640, 4);
      assert.equal(await editor.row('best_fitness').evaluate(outline), 'none');
      await editor.search('conv');
      await eventually(() => editor.frame.locator('.row-name mark').first().evaluate(outline), 'solid');
    });
  }

  it('is whole at 200 % zoom', async () => {
    // Zoomed twice, a window of 1280 × 1000 pixels has half as many of CSS's.
    const editor = await opened('yolov7_weights.pth', {
      viewport: { width: 640, height: 500 },
      deviceScaleFactor: 2,
    });
    await workbench.runCommand('View: Close Primary Side Bar');
    await assertWhole(editor);
    await editor.search('yolo_head_P3');
    await eventuallyHolds(async () => assert.match(await editor.searchCount.innerText(), /\d+ match/));
    await editor.select('bias');
    await eventuallyHolds(async () => {
      const row = await editor.selectedRow.boundingBox();
      const grid = await editor.grid.boundingBox();
      assert.ok(row && grid && row.y >= grid.y && row.y + row.height <= grid.y + grid.height + 1);
    });
  });

  it('is whole in a column of 300 pixels', async () => {
    const editor = await opened('yolov7_weights.pth', { viewport: { width: 900, height: 800 } });
    await workbench.runCommand('View: Close Primary Side Bar');
    const width = () => editor.frame.locator('body').evaluate((body) => body.clientWidth);
    const beside = 900 - (await width());
    await workbench.page.setViewportSize({ width: 300 + beside, height: 800 });
    await eventuallyHolds(async () => assert.ok((await width()) <= 320, `${await width()} pixels`));
    await assertWhole(editor);
    const name = await editor.row('backbone').locator('.cell.name').boundingBox();
    assert.ok(name && name.width >= 100, 'names keep their room');
  });

  it('gives the tree the room that details without a selection do not need', async () => {
    const editor = await opened('yolov7_weights.pth', { viewport: { width: 1000, height: 700 } });
    const height = async () => (await editor.details.boundingBox())?.height ?? 0;
    await eventuallyHolds(async () => assert.ok((await height()) < 70));
    const lowest = editor.rows.last();
    const index = await lowest.getAttribute('data-index');
    await editor.rows
      .nth((await editor.rows.count()) - 8)
      .locator('.row-name')
      .click();
    await eventuallyHolds(async () => assert.ok((await height()) > 100));
    await eventuallyHolds(async () => {
      const row = await editor.selectedRow.boundingBox();
      const details = await editor.details.boundingBox();
      assert.ok(row && details && row.y + row.height <= details.y + 1, 'the selected row is not covered');
    });
    assert.notEqual(index, null);
  });

  it('is introduced by a walkthrough', async () => {
    workbench = await openWorkbench();
    await workbench.runCommand('Welcome: Open Walkthrough...');
    const choice = workbench.page
      .locator('.quick-input-list .monaco-list-row')
      .filter({ hasText: 'Graftlens' });
    await choice.first().click();
    const page = workbench.page.locator('.gettingStartedContainer');
    const steps = page.locator('.getting-started-step');
    await eventually(() => steps.count(), 4);
    for (let step = 0; step < 4; step++) {
      await steps.nth(step).click();
      await eventuallyHolds(async () => {
        const picture = workbench.page.locator(
          '.gettingStartedContainer iframe.webview.ready, .getting-started-media svg',
        );
        assert.ok((await picture.count()) > 0, 'the step has its picture');
      });
      assert.doesNotMatch(await steps.nth(step).innerText(), /%[\w.]+%/, 'every text is there');
    }
  });

  /** Nothing is cut at the right, and there is room for rows. */
  async function assertWhole(editor: CheckpointEditor): Promise<void> {
    await eventuallyHolds(async () => {
      for (const part of ['body', '.header', '.search-bar', '.outline', '.details']) {
        const overflow = await editor.frame
          .locator(part)
          .first()
          .evaluate((element) => element.scrollWidth - element.clientWidth);
        assert.ok(overflow <= 0, `${part} is ${overflow} pixels too wide`);
      }
      assert.ok((await editor.rows.count()) >= 3, 'some rows are visible');
      const grid = await editor.grid.boundingBox();
      assert.ok(grid && grid.height >= 4 * 22, `the rows have ${grid?.height} pixels`);
    });
  }
});
