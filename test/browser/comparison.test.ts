import assert from 'node:assert/strict';
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { eventuallyHolds } from '../support/eventually';
import { hostileNames } from '../support/hostileNames';
import { writeTorchZip } from '../support/torchZip';
import { yolov7StateDict } from '../support/yolov7';
import { assertInert } from './support/inert';
import { cutOff, faintTexts } from './support/legible';
import { Report } from './support/report';
import { changeSettings, openWorkbench, pictures, workspaceFile } from './support/session';
import type { Workbench } from './support/workbench';

const names = { a: 'compared_80_classes.pth', b: 'compared_20_classes.pth', hostile: 'compared_hostile.pth' };

/** YOLOv7 with fewer classes, one module less and another more, and a module in half precision. */
function changed(): ReturnType<typeof yolov7StateDict> {
  const kept = yolov7StateDict().filter(({ key }) => !key.startsWith('backbone.stem.2.'));
  const others = kept.map((tensor) => {
    const { key, dtype, shape } = tensor;
    if (key.startsWith('yolo_head')) return { ...tensor, shape: [75, ...shape.slice(1)] };
    return key.startsWith('sppcspc.') && dtype === 'float32'
      ? { ...tensor, dtype: 'float16' as const }
      : tensor;
  });
  return [...others, { key: 'attention.fc.weight', dtype: 'float32', shape: [32, 512] }];
}

/** By the class that the page's body has. */
const themes = {
  'vscode-light': 'Default Light Modern',
  'vscode-dark': 'Default Dark Modern',
  'vscode-high-contrast': 'Default High Contrast',
} as const;

describe('A comparison, clicked through', () => {
  let workbench: Workbench;
  let report: Report;
  const violations: string[] = [];

  const choose = async (label: string): Promise<void> => {
    const { page } = workbench;
    const rows = page.locator('.quick-input-list .monaco-list-row');
    await page.locator('.quick-input-title').filter({ hasText: 'Compare' }).waitFor();
    await page.locator('.quick-input-widget input').fill(label);
    await rows
      .filter({ has: page.getByText(label, { exact: true }) })
      .first()
      .click();
  };
  const look = async (name: string, folder = pictures.looks): Promise<void> => {
    await workbench.page.screenshot({ path: join(folder, `comparison-${name}.png`), animations: 'disabled' });
  };

  before(async () => {
    mkdirSync(pictures.looks, { recursive: true });
    mkdirSync(pictures.readme, { recursive: true });
    writeTorchZip(workspaceFile(names.a), yolov7StateDict());
    writeTorchZip(workspaceFile(names.b), changed());
    writeTorchZip(
      workspaceFile(names.hostile),
      hostileNames.map(({ name }) => ({ key: `in.${name}`, dtype: 'float32' as const, shape: [3] })),
    );
    workbench = await openWorkbench({
      viewport: { width: 1300, height: 850 },
      onViolation: (text) => violations.push(text),
    });
  });
  afterEach(() => assert.deepEqual(violations, []));
  after(async () => {
    changeSettings({});
    await workbench.close();
    for (const name of Object.values(names)) rmSync(workspaceFile(name));
  });

  it('begins in the menu of a file in the explorer, and says what differs', async () => {
    const file = workbench.explorer.getByRole('treeitem', { name: names.a, exact: true });
    await workbench.chooseFromMenu(file, /Compare With/);
    await choose(names.b);
    report = Report.in(workbench.page);
    await eventuallyHolds(
      async () =>
        assert.match(await report.verdict.innerText(), /only in A.*only in B.*other shapes.*other dtypes/),
      20_000,
    );
    assert.match(
      await report.frame.locator('.sides').innerText(),
      /A\s+compared_80_classes\.pth · [\d,]+ keys/,
    );
    await report.row('sppcspc').waitFor();
    await look('first');
  });

  it('filters keys by name, and a key leads to both files', async () => {
    const field = report.frame.locator('.key-tools vscode-text-field input');
    await field.fill('yolo_head_P3 weight');
    await eventuallyHolds(async () =>
      assert.equal(await report.frame.locator('.found').innerText(), '1 key'),
    );
    const row = report.row('yolo_head_P3.weight');
    assert.equal(await report.row('yolo_head_P3').getAttribute('aria-expanded'), 'true');
    assert.match(await row.innerText(), /\[255, 256, 1, 1\] → \[75, 256, 1, 1\]/);
    await row.getByText('in B', { exact: true }).click();
    await workbench.tabs.filter({ hasText: names.b }).nth(1).waitFor();
    await look('beside');
    await workbench.runCommand('View: Close All Editors in Group');
    await field.fill('');
  });

  for (const [kind, theme] of Object.entries(themes)) {
    it(`can be read in ${theme}, and in a column of 460 pixels`, async () => {
      changeSettings({ 'workbench.colorTheme': theme });
      await report.frame.locator(`body.${kind}`).waitFor();
      await eventuallyHolds(async () => assert.deepEqual(await faintTexts(report.frame), []));
      await workbench.page.mouse.move(640, 4);
      if (kind === 'vscode-high-contrast') await look(kind);
      else await look(kind.replace('vscode-', ''), pictures.readme);
      await workbench.page.setViewportSize({ width: 810, height: 850 });
      try {
        await eventuallyHolds(async () => assert.deepEqual(await cutOff(report.frame), []));
        await look(`narrow-${kind}`);
      } finally {
        await workbench.page.setViewportSize({ width: 1300, height: 850 });
      }
    });
  }

  it('is there again after the window is reloaded', async () => {
    await workbench.reload();
    report = Report.in(workbench.page);
    await eventuallyHolds(
      async () => assert.match(await report.verdict.innerText(), /only in A.*only in B/),
      40_000,
    );
  });

  it('has names that are meant to trick a person as text', async () => {
    await workbench.closeEditors();
    await workbench.openCheckpoint(names.hostile);
    await workbench.runCommand('Graftlens: Compare With');
    await choose(names.a);
    report = Report.in(workbench.page);
    await eventuallyHolds(async () => assert.match(await report.verdict.innerText(), /only in A/), 20_000);
    await report.row('in').locator('th').click();
    const shown = await report.frame.locator('.keys').allTextContents();
    for (const { shown: name } of hostileNames) assert.ok(shown.join('').includes(name), name);
    await assertInert(report.frame);
  });
});
