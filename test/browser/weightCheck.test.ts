import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { eventuallyHolds } from '../support/eventually';
import { formerModel, formerWeights, graftedModel } from '../support/graftedModel';
import { writeTorchZip } from '../support/torchZip';
import { Report } from './support/report';
import { changeSettings, openWorkbench, pictures, workspaceFile } from './support/session';
import type { Workbench } from './support/workbench';

/** A repository whose last commit is what the weights come from. */
function commitWorkspace(): void {
  const git = (...args: string[]): void => {
    const identity = ['-c', 'user.name=Test', '-c', 'user.email=test@example.org'];
    execFileSync('git', [...identity, ...args], { cwd: workspaceFile('.'), stdio: 'ignore' });
  };
  writeFileSync(workspaceFile('detector_model.py'), formerModel);
  git('init', '--quiet');
  git('add', 'detector_model.py');
  git('commit', '--quiet', '--message', 'A detector');
}

describe('The check of weight compatibility, clicked through', () => {
  let workbench: Workbench;
  let report: Report;
  before(async () => {
    mkdirSync(pictures.readme, { recursive: true });
    const python = process.env['GRAFTLENS_PYTHON'] ?? '';
    symlinkSync(dirname(dirname(python)), workspaceFile('.venv'));
    commitWorkspace();
    writeFileSync(workspaceFile('detector_model.py'), graftedModel);
    writeTorchZip(workspaceFile('detector_weights.pth'), formerWeights(80));
    changeSettings({ 'workbench.colorTheme': 'Default Dark Modern' });
    workbench = await openWorkbench({ reducedMotion: 'reduce', viewport: { width: 1500, height: 950 } });
    await workbench.clickFile('detector_model.py');
  });
  after(async () => {
    changeSettings({});
    await workbench.close();
    for (const name of ['.venv', '.git', 'detector_model.py', 'detector_weights.pth']) {
      rmSync(workspaceFile(name), { recursive: true, force: true });
    }
  });

  it('leads from the lens of a class to its report, once a person agreed to run torch', async () => {
    const { page } = workbench;
    await page.locator('.codelens-decoration a').filter({ hasText: 'Check weight compatibility' }).click();
    const input = page.locator('.quick-input-widget input');
    await eventuallyHolds(async () => assert.equal(await input.inputValue(), 'classes='));
    await input.fill('20');
    await page.keyboard.press('Enter');
    const rows = page.locator('.quick-input-list .monaco-list-row');
    await rows.filter({ hasText: 'detector_weights.pth' }).click();
    report = Report.in(page);
    await report.verdict.waitFor();
    await eventuallyHolds(async () => assert.match(await report.verdict.innerText(), /✗/), 20_000);
    await page.locator('.monaco-dialog-box').getByText('Import and run').click();
    await eventuallyHolds(
      async () => assert.match(await report.facts.innerText(), /proven by torch \d/),
      60_000,
    );
    await page.waitForTimeout(500);
    await page.screenshot({ path: join(pictures.readme, 'report-dark.png') });
  });
});
