import assert from 'node:assert/strict';
import { eventuallyHolds } from '../support/eventually';
import { formerWeights, graftedModel } from '../support/graftedModel';
import { writeTorchZip } from '../support/torchZip';
import { CheckProject, startCheck } from './support/checks';
import { cutOff, faintTexts } from './support/legible';
import type { Report } from './support/report';
import { changeSettings, openWorkbench } from './support/session';
import type { Workbench } from './support/workbench';

const shown = graftedModel.replace('class Detector', 'class Shown');

describe('Weight report, on other screens', () => {
  let workbench: Workbench;
  let project: CheckProject;
  let report: Report;

  before(async () => {
    project = new CheckProject('display');
    project.write('shown_model.py', shown);
    writeTorchZip(project.path('shown_weights.pth'), formerWeights(80));
    workbench = await openWorkbench({ viewport: { width: 1200, height: 900 } });
    report = await startCheck(workbench, { cls: 'Shown', args: '20', weights: 'shown_weights.pth' });
    await workbench.page.locator('.monaco-dialog-box').getByText('Cancel', { exact: true }).click();
    await report.notices.filter({ hasText: 'torch was not asked' }).waitFor();
    await workbench.runCommand('View: Close Primary Side Bar');
  });
  after(async () => {
    changeSettings({});
    await workbench.close();
    project.remove();
  });

  for (const theme of ['Default Light Modern', 'Default Dark Modern', 'Default High Contrast']) {
    it(`has words that can be read in ${theme}`, async () => {
      changeSettings({ 'workbench.colorTheme': theme });
      await eventuallyHolds(async () => {
        const kind = theme.includes('Light')
          ? 'vscode-light'
          : theme.includes('High')
            ? 'vscode-high-contrast'
            : 'vscode-dark';
        assert.equal(await report.frame.locator(`body.${kind}`).count(), 1);
      });
      await eventuallyHolds(async () => assert.deepEqual(await faintTexts(report.frame), []));
    });
  }

  for (const [where, width, height] of [
    ['in a column of 300 pixels', 350, 900],
    ['at 200 % zoom', 600, 450],
  ] as const) {
    it(`is whole ${where}`, async () => {
      await workbench.page.setViewportSize({ width, height });
      try {
        await eventuallyHolds(async () => assert.deepEqual(await cutOff(report.frame), []));
        const row = report.row('stage').first();
        await row.scrollIntoViewIfNeeded();
        const box = await row.boundingBox();
        assert.ok(box !== null && box.y + box.height <= height, 'its rows can be reached');
      } finally {
        await workbench.page.setViewportSize({ width: 1200, height: 900 });
      }
    });
  }

  it('is worked with the keyboard: a table of rows that open, and the focus stays over a new answer', async () => {
    const { page } = workbench;
    const row = report.row('stage').first();
    await row.locator('.link').first().click();
    await workbench.tabs.filter({ hasText: 'shown_model.py' }).waitFor();
    await row.focus();
    await page.keyboard.press('ArrowRight');
    await eventuallyHolds(async () => assert.equal(await row.getAttribute('aria-expanded'), 'true'));
    await page.keyboard.press('ArrowRight');
    const focused = () => report.frame.locator('*:focus').getAttribute('data-path');
    await eventuallyHolds(async () => assert.match((await focused()) ?? '', /^stage\.\d$/));
    const place = await focused();
    // The model gets another block: the page is drawn anew.
    project.write('shown_model.py', shown.replace('SELayer(16),', 'SELayer(16), SELayer(16),'));
    await row.getByText('moved by 2').waitFor();
    assert.equal(await focused(), place);
    await page.keyboard.press('ArrowLeft');
    await eventuallyHolds(async () => assert.equal(await focused(), 'stage'));
    const roles = await report.frame
      .locator('table.tree.model')
      .evaluate((table) => [
        table.getAttribute('role'),
        table.getAttribute('aria-label'),
        ...new Set([...table.querySelectorAll('tbody tr > *')].map((cell) => cell.getAttribute('role'))),
      ]);
    assert.deepEqual(roles, ['treegrid', 'Model, by module', 'rowheader', 'gridcell']);
  });

  it('leaves the keyboard to who types in another editor while it is drawn anew', async () => {
    const { page } = workbench;
    await report.row('stage').first().focus();
    await workbench.textEditor.click();
    await page.keyboard.press('Control+End');
    await page.keyboard.type('# one two three four five six seven eight nine ten', { delay: 40 });
    await eventuallyHolds(async () => {
      const text = (await workbench.textEditor.innerText()).replaceAll('\u00a0', ' ');
      assert.match(text, /# one two three four five six seven eight nine ten/);
    });
    await workbench.runCommand('File: Revert File');
  });
});
