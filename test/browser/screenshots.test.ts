import assert from 'node:assert/strict';
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { eventuallyHolds } from '../support/eventually';
import { changeSettings, openWorkbench, pictures } from './support/session';
import type { Workbench } from './support/workbench';

const themes = { dark: 'Default Dark Modern', light: 'Default Light Modern' } as const;

describe('The pictures of the README', () => {
  let workbench: Workbench;
  before(async () => {
    mkdirSync(pictures.readme, { recursive: true });
    workbench = await openWorkbench({ reducedMotion: 'reduce' });
  });
  after(async () => {
    changeSettings({});
    await workbench.close();
  });

  for (const [name, theme] of Object.entries(themes)) {
    it(`show the editor in a ${name} theme`, async () => {
      changeSettings({ 'workbench.colorTheme': theme });
      await workbench.runCommand('View: Show Explorer');
      const editor = await workbench.openCheckpoint('yolov7_weights.pth');
      await workbench.runCommand('View: Close Primary Side Bar');
      await workbench.runCommand('Graftlens: Collapse All');
      await editor.row('stem').waitFor({ state: 'hidden' });
      await editor.expand('backbone');
      await editor.expand('yolo_head_P3');
      await editor.select('weight');
      await eventuallyHolds(async () =>
        assert.match(await editor.details.innerText(), /yolo_head_P3\.weight/),
      );
      await workbench.page.mouse.move(640, 4);
      await workbench.page.waitForTimeout(500);
      const path = join(pictures.readme, `checkpoint-${name}.png`);
      await workbench.page.screenshot({ path, animations: 'disabled', caret: 'hide' });
      assert.ok(readFileSync(path).length > 20_000);
    });
  }
});
