import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
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

const repaired = 'detector_weights_repaired.pth';

const themes = { dark: 'Default Dark Modern', light: 'Default Light Modern' } as const;

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
    changeSettings({ 'workbench.colorTheme': 'Default Dark Modern', 'git.enabled': true });
    workbench = await openWorkbench({ reducedMotion: 'reduce', viewport: { width: 1500, height: 950 } });
    await workbench.clickFile('detector_model.py');
  });
  after(async () => {
    changeSettings({});
    await workbench.close();
    for (const name of ['.venv', '.git', 'detector_model.py', 'detector_weights.pth', repaired]) {
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
    assert.match(
      await report.verdict.innerText(),
      /6 pretrained keys are dropped and 6 would land in the wrong/,
    );
    assert.match(await report.facts.innerText(), /likely: .*the prediction from the source agreed/);
  });

  it('is certain once the source of the weights is known, from git', async () => {
    const { page } = workbench;
    await report.button('Choose where it came from').click();
    const rows = page.locator('.quick-input-list .monaco-list-row');
    await rows.filter({ hasText: 'The class at HEAD' }).click();
    const input = page.locator('.quick-input-widget input');
    await eventuallyHolds(async () => assert.equal(await input.inputValue(), '20'));
    await input.fill('80');
    await page.keyboard.press('Enter');
    await eventuallyHolds(
      async () => assert.match(await report.facts.innerText(), /certain: the class at [0-9a-f]{8} matches/),
      20_000,
    );
    await report.row('stage').getByText('SELayer inserted at index 1').waitFor();
  });

  for (const [name, theme] of Object.entries(themes)) {
    it(`shows the report in a ${name} theme, as in the README`, async () => {
      const { page } = workbench;
      changeSettings({ 'workbench.colorTheme': theme, 'git.enabled': true });
      if (await workbench.explorer.isVisible()) await workbench.runCommand('View: Close Primary Side Bar');
      await page.mouse.move(640, 4);
      await page.waitForTimeout(1500);
      const path = join(pictures.readme, `report-${name}.png`);
      await page.screenshot({ path, animations: 'disabled', caret: 'hide' });
      assert.ok(readFileSync(path).length > 20_000);
    });
  }

  it('leads from a key of the report to its line, and to the checkpoint', async () => {
    const { page } = workbench;
    await report.row('head').locator('.link').first().click();
    await page
      .locator('.statusbar')
      .getByText(/Ln 36\b/)
      .waitFor();
  });

  it('inserts the code of a repair at the end of the model’s file, unsaved', async () => {
    const { page } = workbench;
    await report.button('Insert load_pretrained()').first().click();
    const rows = page.locator('.quick-input-list .monaco-list-row');
    await rows.filter({ hasText: 'detector_model.py, at the end' }).click();
    await eventuallyHolds(async () => {
      const text = (await workbench.textEditor.innerText()).replaceAll('\u00a0', ' ');
      assert.match(text, /def load_pretrained/);
    });
    await workbench.runCommand('File: Revert File');
  });

  it('saves a repaired checkpoint, which then loads', async () => {
    const { page } = workbench;
    await report.button('Save repaired checkpoint').first().click();
    const input = page.locator('.quick-input-widget input');
    await eventuallyHolds(async () =>
      assert.match(await input.inputValue(), /detector_weights_repaired\.pth$/),
    );
    await page.keyboard.press('Enter');
    await eventuallyHolds(() => assert.ok(readFileSync(workspaceFile(repaired)).length > 0), 20_000);
    // A window without the focus of the system keeps what it has to say for later.
    await workbench.runCommand('Notifications: Show Notifications');
    const said = page.locator('.notification-list-item').filter({ hasText: 'is written' });
    await said.first().waitFor();
    assert.match(await said.first().innerText(), /detector_weights_repaired\.pth is written: 24 keys/);
    await said.first().getByText('Check it').click();
    await page.locator('.tab').filter({ hasText: 'Detector ← detector_weights_repaired.pth' }).waitFor();
    const second = Report.in(page);
    await eventuallyHolds(
      async () => assert.match(await second.facts.innerText(), /proven by torch \d/),
      60_000,
    );
    assert.match(await second.verdict.innerText(), /All pretrained keys load: 24; 4 keys/);
    assert.equal(await second.repairs.filter({ hasText: 'load_pretrained' }).count(), 0);
  });
});
