import assert from 'node:assert/strict';
import { hostileNames, longName } from '../support/hostileNames';
import { writeTorchZip } from '../support/torchZip';
import { agreeToRun, CheckProject, proven, startCheck } from './support/checks';
import { assertInert } from './support/inert';
import type { Report } from './support/report';
import { openWorkbench } from './support/session';
import type { Workbench } from './support/workbench';

const names = hostileNames.map(({ name }) => name);

/** A model whose modules have the names, and one of whose keys the file has them below another one. */
const model = `from torch import nn

NAMES = ${JSON.stringify(names).replace(/[\x7f-\uffff]/g, (one) => `\\u${one.charCodeAt(0).toString(16).padStart(4, '0')}`)}


class Hostile(nn.Module):
    def __init__(self):
        super().__init__()
        for size, name in enumerate(NAMES):
            self.add_module("in " + name, nn.Linear(size + 1, 2, bias=False))
        self.head = nn.Linear(3, 3)

    def forward(self, x):
        raise ValueError(NAMES[0] + NAMES[5])
`;

describe('Weight report, names that are meant to trick a person', () => {
  let workbench: Workbench;
  let project: CheckProject;
  let report: Report;
  const violations: string[] = [];

  before(async () => {
    project = new CheckProject('hostile_report');
    project.write('hostile_model.py', model);
    writeTorchZip(project.path('hostile_report.pth'), [
      ...names.map((name, size) => ({
        key: `${names[0] ?? ''}.in ${name}.weight`,
        dtype: 'float32' as const,
        shape: [2, size + 1],
      })),
      ...[...names, longName].map((key) => ({ key, dtype: 'float32' as const, shape: [7] })),
      { key: 'head.weight', dtype: 'float32', shape: [3, 4] },
    ]);
    workbench = await openWorkbench({
      viewport: { width: 1400, height: 900 },
      onViolation: (text) => violations.push(text),
    });
    report = await startCheck(workbench, { cls: 'Hostile', weights: 'hostile_report.pth' });
    await agreeToRun(workbench);
    await proven(report);
  });
  // Whatever a test did, nothing of the names was run, and nothing was tried that the policy had to stop.
  afterEach(() => assert.deepEqual(violations, []));
  after(async () => {
    await workbench.close();
    project.remove();
  });

  it('has them as text, with visible escapes, in the tables of the model and of the file', async () => {
    const [ofModel = '', ofFile = ''] = await report.frame.locator('.keys').allTextContents();
    for (const { shown } of hostileNames) {
      assert.ok(ofModel.includes(`in ${shown}`), `the model has ${shown}`);
      assert.ok(ofFile.includes(shown), `the file has ${shown}`);
    }
    await assertInert(report.frame);
  });

  it('cuts a name of a megabyte, and says how long it is', async () => {
    const row = report.frame.locator('.keys').last().locator('tr').filter({ hasText: 'mmm' });
    assert.match((await row.first().textContent()) ?? '', /m… \(1,048,576\)/);
    const length = await report.frame
      .locator('body')
      .evaluate((body) => (body as HTMLElement).innerText.length);
    assert.ok(length < 40_000, `${length} characters`);
  });

  it('has them as text in the repairs, their code included', async () => {
    const card = report.repairs.first();
    await card.locator('summary').click();
    const code = await card.locator('pre').innerText();
    assert.match(code, /def load_pretrained/);
    await assertInert(report.frame);
  });

  it('has them as text in the exception of a forward pass', async () => {
    await report.button('Signal check').click();
    await workbench.page.locator('.quick-input-widget input').fill('1,3');
    await workbench.page.keyboard.press('Enter');
    const failure = report.signal.locator('.notice.error');
    await failure.waitFor({ timeout: 50_000 });
    assert.match(await failure.innerText(), /ValueError: <img src=x/);
    await assertInert(report.frame);
  });

  it('has them as text in the mapping', async () => {
    await report.button('Mapping').first().click();
    await workbench.tabs.filter({ hasText: 'mapping.txt' }).waitFor();
    assert.deepEqual(violations, []);
  });
});
