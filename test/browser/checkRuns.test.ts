import assert from 'node:assert/strict';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { eventuallyHolds } from '../support/eventually';
import { formerWeights, graftedModel } from '../support/graftedModel';
import { isAlive, waitingTree } from '../support/processTree';
import { writeTorchZip } from '../support/torchZip';
import { agreeToRun, CheckProject, proven, startCheck } from './support/checks';
import { Report } from './support/report';
import { changeSettings, openWorkbench } from './support/session';
import type { Workbench } from './support/workbench';

const net = `from torch import nn


class NAME(nn.Module):
    def __init__(self):
        super().__init__()
        self.layer = nn.Linear(4, 2)
`;

/** A constructor and a forward pass that raise, each on a line of its own that a person wrote. */
const raising = `import torch
from torch import nn


def checked(size):
    if size > 3:
        raise ValueError(f"at most 3 <b>sizes</b>, not {size}")
    return size


class RaisesWhenBuilt(nn.Module):
    def __init__(self):
        super().__init__()
        self.layer = nn.Linear(4, 2)
        self.size = checked(int(torch.ones(4).sum()))


class RaisesInForward(nn.Module):
    def __init__(self):
        super().__init__()
        self.layer = nn.Linear(4, 2)

    def forward(self, x):
        y = self.layer(x)
        return y.reshape(3, 7)
`;

const lineOf = (source: string, text: string): number =>
  source.split('\n').findIndex((line) => line.includes(text)) + 1;

describe('Weight report, run by a person’s Python', () => {
  let workbench: Workbench;
  let project: CheckProject;
  let agreed = false;

  const check = async (cls: string, weights: string, args?: string): Promise<Report> => {
    const report = await startCheck(workbench, { cls, weights, ...(args === undefined ? {} : { args }) });
    if (!agreed) await agreeToRun(workbench);
    agreed = true;
    return report;
  };
  /** Waits for the processes that the model starts, and returns their numbers. */
  const processes = async (): Promise<number[]> => {
    await eventuallyHolds(() => assert.ok(existsSync(project.path('pids'))), 50_000);
    const pids = readFileSync(project.path('pids'), 'utf8').split(' ').map(Number);
    assert.equal(pids.length, 5);
    assert.deepEqual(pids.filter(isAlive), pids);
    return pids;
  };
  const allEnd = (pids: readonly number[], limit: number): Promise<void> =>
    eventuallyHolds(() => assert.deepEqual(pids.filter(isAlive), []), limit);
  const statusBar = (text: RegExp) => workbench.page.locator('.statusbar').getByText(text);

  before(async () => {
    project = new CheckProject('running');
    const tree = waitingTree.replaceAll('"pids', `"${project.path('pids')}`);
    project.write('waiting_model.py', `${net.replace('NAME', 'Waiting')}\n${tree}`);
    project.write('raising_model.py', raising);
    project.write('kept_model.py', graftedModel.replace('class Detector', 'class Kept'));
    writeTorchZip(project.path('kept_weights.pth'), formerWeights(80));
    writeTorchZip(project.path('linear_weights.pth'), [
      { key: 'layer.weight', dtype: 'float32', shape: [2, 4] },
      { key: 'layer.bias', dtype: 'float32', shape: [2] },
    ]);
    workbench = await openWorkbench({ viewport: { width: 1400, height: 900 } });
  });
  beforeEach(() => rmSync(project.path('pids'), { force: true }));
  afterEach(async () => {
    changeSettings({});
    await workbench.closeEditors();
  });
  after(async () => {
    await workbench.close();
    project.remove();
  });

  it('is proven still after a reload of the window, with the same rows open, and not at its top', async () => {
    let report = await check('Kept', 'kept_weights.pth', '20');
    await proven(report);
    await report.row('stage').first().locator('th').click();
    await report.row('stage.1').first().waitFor();
    const top = () => report.frame.locator('.report-body').evaluate((body) => body.scrollTop);
    await report.frame.locator('.report-body').hover();
    await workbench.page.mouse.wheel(0, 150);
    await eventuallyHolds(async () => assert.ok((await top()) > 0));
    const before = await report.verdict.innerText();
    await workbench.page.waitForTimeout(1000);
    await workbench.reload();
    report = Report.in(workbench.page);
    await proven(report);
    assert.equal(await report.verdict.innerText(), before);
    await report.row('stage.1').first().waitFor();
    await eventuallyHolds(async () => assert.ok((await top()) > 0));
    assert.equal(await workbench.tabs.count(), 1);
  });

  it('ends with the window that asked, and is offered again after the reload', async () => {
    await check('Waiting', 'linear_weights.pth');
    const pids = await processes();
    await workbench.page.waitForTimeout(500);
    await workbench.reload();
    const report = Report.in(workbench.page);
    await report.button('Prove with torch').waitFor({ timeout: 30_000 });
    assert.match(await report.facts.innerText(), /from the source, not yet proven/);
    // VS Code does not wait for a window that goes: what made itself a session of its own is not reached any more.
    await allEnd(pids.slice(0, 3), 10_000);
    for (const pid of pids.filter(isAlive)) process.kill(pid);
  });

  it('ends within a second when it is cancelled, with all that it started, and says so', async () => {
    const report = await check('Waiting', 'linear_weights.pth');
    const pids = await processes();
    assert.match(await report.progress.innerText(), /Importing/);
    await report.button('Cancel').click();
    const started = performance.now();
    await allEnd(pids, 5_000);
    const took = performance.now() - started;
    assert.ok(took < 1_000, `${took} ms`);
    await report.notices.filter({ hasText: 'Cancelled: this is from the source alone' }).waitFor();
    await report.button('Prove with torch').waitFor();
    assert.equal(await report.progress.count(), 0);
  });

  it('ends with its tab', async () => {
    await check('Waiting', 'linear_weights.pth');
    const pids = await processes();
    await workbench.closeEditors();
    await allEnd(pids, 5_000);
  });

  it('ends at the time limit, and names it', async () => {
    changeSettings({ 'graftlens.check.timeLimit': 15 });
    const report = await check('Waiting', 'linear_weights.pth');
    await report.notices.filter({ hasText: /\b15 s\b/ }).waitFor({ timeout: 40_000 });
    await allEnd(readFileSync(project.path('pids'), 'utf8').split(' ').map(Number), 2_000);
    await report.button('Prove with torch').waitFor();
    await report.button('Show log').waitFor();
  });

  it('shows the exception of a constructor with its line, and leads there', async () => {
    const report = await check('RaisesWhenBuilt', 'linear_weights.pth');
    const line = lineOf(raising, 'raise ValueError');
    const notice = report.notices.filter({ hasText: 'Building the model raised ValueError' });
    await notice.waitFor({ timeout: 50_000 });
    assert.match(await notice.innerText(), /at most 3 <b>sizes<\/b>, not 4/);
    await notice
      .locator('.link')
      .filter({ hasText: `raising_model.py:${line}` })
      .click();
    await statusBar(new RegExp(`Ln ${line}\\b`)).waitFor();
  });

  it('shows the exception of a forward pass with its line, and leads there', async () => {
    const report = await check('RaisesInForward', 'linear_weights.pth');
    await proven(report);
    await report.button('Signal check').click();
    await workbench.page.locator('.quick-input-widget input').fill('5,4');
    await workbench.page.keyboard.press('Enter');
    const line = lineOf(raising, 'y.reshape');
    const failure = report.signal.locator('.notice.error');
    await failure.waitFor({ timeout: 50_000 });
    assert.match(
      await failure.innerText(),
      /The forward pass raised RuntimeError: shape '\[3, 7\]' is invalid/,
    );
    await failure
      .locator('.link')
      .filter({ hasText: `raising_model.py:${line}` })
      .click();
    await statusBar(new RegExp(`Ln ${line}\\b`)).waitFor();
  });
});
