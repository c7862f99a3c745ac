import assert from 'node:assert/strict';
import { rmSync, writeFileSync } from 'node:fs';
import { eventuallyHolds } from '../support/eventually';
import { formerModel, formerWeights } from '../support/graftedModel';
import { writeTorchZip } from '../support/torchZip';
import { Report } from './support/report';
import { openWorkbench, workspaceFile } from './support/session';
import type { Workbench } from './support/workbench';

describe('In Restricted Mode', () => {
  let workbench: Workbench;
  before(async () => {
    workbench = await openWorkbench({ restricted: true });
  });
  after(() => workbench.close());

  it('opens a checkpoint as ever: nothing in it is run', async () => {
    await workbench.page.locator('.statusbar').getByText('Restricted Mode').waitFor();
    const editor = await workbench.openCheckpoint('detector.pth');
    assert.deepEqual((await editor.names()).slice(0, 3), ['epoch', 'best_fitness', 'model']);
  });

  it('compares source with a checkpoint, and starts no Python for it', async () => {
    const { page } = workbench;
    writeFileSync(workspaceFile('restricted_model.py'), formerModel);
    writeTorchZip(workspaceFile('restricted_weights.pth'), formerWeights(20));
    try {
      await workbench.closeEditors();
      await workbench.clickFile('restricted_model.py');
      await page.locator('.codelens-decoration a').filter({ hasText: 'Check weight compatibility' }).click();
      const input = page.locator('.quick-input-widget input');
      await eventuallyHolds(async () => assert.equal(await input.inputValue(), 'classes='));
      await input.fill('20');
      await page.keyboard.press('Enter');
      const rows = page.locator('.quick-input-list .monaco-list-row');
      await rows.first().waitFor();
      // The list shows a few of the workspace's checkpoints at a time.
      await input.fill('restricted_weights');
      await rows.filter({ hasText: 'restricted_weights.pth' }).click();
      const report = Report.in(page);
      await report.notices.filter({ hasText: 'In Restricted Mode no Python is started' }).waitFor();
      assert.match(await report.verdict.innerText(), /✓\s*It loads: all 26 keys/);
    } finally {
      for (const name of ['restricted_model.py', 'restricted_weights.pth']) rmSync(workspaceFile(name));
    }
  });
});
