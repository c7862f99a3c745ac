import assert from 'node:assert/strict';
import { openWorkbench } from './support/session';
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
});
