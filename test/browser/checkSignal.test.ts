import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { agreeToRun, CheckProject, proven, startCheck } from './support/checks';
import type { Report } from './support/report';
import { openWorkbench } from './support/session';
import type { Workbench } from './support/workbench';

/** Blocks as people graft them on: a gate that is applied twice, one at the end of the head, one that does no harm. */
const grafted = `"""Nets of torch with something grafted on."""

from calibrated_net import EfficientTwice, IdentitySqueeze, Net, Squeeze


class Grafted(Net):
    def __init__(self):
        super().__init__(EfficientTwice, end=Squeeze)


class Gentle(Net):
    def __init__(self):
        super().__init__(IdentitySqueeze)
`;

describe('Weight report, signal check', () => {
  let workbench: Workbench;
  let project: CheckProject;
  let isFirst = true;

  const signalOf = async (cls: string): Promise<Report> => {
    const report = await startCheck(workbench, { cls, weights: 'calibrated_weights.pth' });
    if (isFirst) await agreeToRun(workbench);
    isFirst = false;
    await proven(report);
    await report.button('Signal check').click();
    await workbench.page.locator('.quick-input-widget input').fill('1,3,32,32');
    await workbench.page.keyboard.press('Enter');
    await report.signal.first().waitFor({ timeout: 50_000 });
    return report;
  };
  /** The cells of a block's row: path and class, output, factor, meaning. */
  const cells = (report: Report, block: string): Promise<string[]> =>
    report.signal.locator('tbody tr').filter({ hasText: block }).first().locator('th, td').allInnerTexts();
  const factor = (text = ''): number => Number(/^([\d.]+) ×/.exec(text)?.[1]);

  before(async () => {
    project = new CheckProject('signal');
    const source = readFileSync(join('test', 'interpreter', 'signal', 'calibrated_net.py'), 'utf8');
    project.write('calibrated_net.py', source);
    project.write('grafted_nets.py', grafted);
    project.python(
      'import torch, calibrated_net; torch.save(calibrated_net.calibrated().state_dict(), "calibrated_weights.pth")',
    );
    workbench = await openWorkbench({ viewport: { width: 1400, height: 900 } });
  });
  afterEach(() => workbench.closeEditors());
  after(async () => {
    await workbench.close();
    project.remove();
  });

  it('shows what a gate that is applied twice, and one at the end of the head, leave of the features', async () => {
    const report = await signalOf('Grafted');
    const [twice, twiceOutput, twiceFactor, twiceMeaning] = await cells(report, 'block0');
    assert.equal(twice, 'block0 · EfficientTwice');
    assert.equal(twiceOutput, '[1, 32, 32, 32]');
    assert.ok(Math.abs(factor(twiceFactor) - 0.25) < 0.02, twiceFactor);
    // Its gate is the square of a sigmoid, and differs from one initialisation to the next.
    assert.match(twiceFactor ?? '', /0\.\d\d – 0\.\d\d$/);
    assert.match(
      twiceMeaning ?? '',
      /^a fresh gate: it multiplies every value by about 0\.2\d; third\.0 gets 0\.2\d × the scale/,
    );
    const [end, endOutput, endFactor, endMeaning] = await cells(report, 'end');
    assert.equal(end, 'end · Squeeze');
    assert.equal(endOutput, '[1, 16, 32, 32]');
    assert.ok(Math.abs(factor(endFactor) - 0.5) < 0.02, endFactor);
    assert.match(
      endMeaning ?? '',
      /by about 0\.50; no pretrained layer is behind it: the outputs of the model are 0\.(49|50|51) × as large; .* confidence of 0\.90 one of 0\.75$/,
    );
    const [section] = await report.signal.allInnerTexts();
    assert.match(section ?? '', /To start a gate as an identity, zero the weights of its last layer/);
    await report.notices.filter({ hasText: 'the weights are not the reason' }).waitFor();
    await report.frame.getByText('Output shapes of').click();
    const shapes = report.frame.locator('.forward tbody tr');
    assert.match(await shapes.filter({ hasText: 'second.0' }).innerText(), /Conv2d\s+\[1, 32, 32, 32\]/);
  });

  it('shows that a block which starts as an identity changes nothing', async () => {
    const report = await signalOf('Gentle');
    const [, , ratio, meaning] = await cells(report, 'block0');
    assert.equal(ratio, '1.00 ×');
    assert.equal(meaning, 'the features arrive as the pretrained layers behind it expect them');
    assert.doesNotMatch((await report.signal.allInnerTexts()).join(), /To start a gate as an identity/);
  });
});
