import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { eventually, eventuallyHolds } from '../support/eventually';
import { writeSafetensors } from '../support/safetensors';
import { manyTensors } from '../support/workspace';
import type { CheckpointEditor } from './support/checkpointEditor';
import { openWorkbench, pictures, workspaceFile } from './support/session';
import type { Workbench } from './support/workbench';

/** Milliseconds between the frames of the editor's page while something happens in it. */
interface Frames {
  readonly frames: number;
  readonly median: number;
  readonly longest: number;
  /** Frames that took more than 50 ms, which a person may notice. */
  readonly late: number;
}

/**
 * Huge checkpoints in the editor. What is tested is that the right rows are there; how smoothly they came is
 * measured and written to `out/browser/frames.json`, since a busy machine is no failure.
 */
describe('A huge checkpoint in the editor', () => {
  let workbench: Workbench;
  const measured: Record<string, Frames> = {};
  before(async () => {
    const blocks = ['attn.q.weight', 'attn.k.weight', 'mlp.weight', 'norm.weight'];
    writeSafetensors(
      workspaceFile('blocks.safetensors'),
      Array.from({ length: 20_000 }, (_, i) => ({
        key: `model.layers.${i >> 2}.${blocks[i & 3]}`,
        dtype: 'float32' as const,
        shape: [8, 1 + ((i >> 2) % 3)],
      })),
    );
    workbench = await openWorkbench();
    await workbench.runCommand('View: Close Primary Side Bar');
  });
  after(async () => {
    const path = join(dirname(pictures.failures), 'frames.json');
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, `${JSON.stringify(measured, null, 2)}\n`);
    if (process.env['GRAFTLENS_VERBOSE'] === '1') console.log(JSON.stringify(measured, null, 2));
    await workbench.close();
  });
  afterEach(() => workbench.closeEditors());

  for (const [name, tensors] of [
    ['blocks.safetensors', 20_000],
    ['many.safetensors', manyTensors],
  ] as const) {
    it(`scrolls, filters and sorts ${tensors.toLocaleString('en')} tensors`, async () => {
      const editor = await workbench.quickOpen(name);
      await editor.button('Table').click();
      await eventually(() => editor.grid.getAttribute('aria-rowcount'), String(tensors + 1));
      const measure = async (what: string, action: () => Promise<void>) => {
        measured[`${name}: ${what}`] = await framesDuring(editor, action);
      };

      await measure('scroll by the wheel', async () => {
        const box = await editor.grid.boundingBox();
        assert.ok(box);
        await editor.page.mouse.move(box.x + 200, box.y + 100);
        for (let step = 0; step < 40; step++) {
          await editor.page.mouse.wheel(0, 300);
          await editor.page.waitForTimeout(16);
        }
      });
      await assertAllDrawn(editor);
      assert.ok((await editor.grid.evaluate((grid) => grid.scrollTop)) > 3000);
      await measure('drag of the scroll bar', async () => {
        for (let step = 0; step < 40; step++) {
          await editor.grid.evaluate((grid, part) => (grid.scrollTop = grid.scrollHeight * part), step / 40);
          await editor.page.waitForTimeout(16);
        }
      });
      await assertAllDrawn(editor);

      const wanted = tensors === 20_000 ? '1234.attn' : 'row_1234';
      await measure('typing of a filter', async () => {
        await editor.searchField.click();
        await editor.page.keyboard.type(wanted, { delay: 40 });
        await eventuallyHolds(async () => {
          assert.match(await editor.searchCount.innerText(), tensors === 20_000 ? /^2 match/ : /^11 match/);
        });
      });
      assert.ok((await editor.names()).every((row) => row.includes(wanted)));
      await editor.searchField.fill('');
      await eventually(() => editor.grid.getAttribute('aria-rowcount'), String(tensors + 1));

      const head = editor.frame.getByRole('columnheader', { name: 'Elements' });
      await measure('sort', async () => {
        await head.getByRole('button').click();
        await eventually(() => head.getAttribute('aria-sort'), 'descending');
      });
      await assertAllDrawn(editor);
      const elements = await editor.rows.locator('.cell.elements').allInnerTexts();
      assert.equal(new Set(elements).size, 1, 'the largest come first, and many are equal');
      assert.equal(elements[0], tensors === 20_000 ? '24' : '112');
    });
  }

  async function assertAllDrawn(editor: CheckpointEditor): Promise<void> {
    await eventually(() => editor.frame.locator('.list-body > .row.loading:visible').count(), 0);
    assert.ok((await editor.rows.count()) > 10);
  }
});

async function framesDuring(editor: CheckpointEditor, action: () => Promise<void>): Promise<Frames> {
  const body = editor.frame.locator('body');
  await body.evaluate(() => {
    const gaps: number[] = [];
    let last = performance.now();
    const state = { gaps, running: true };
    const frame = (now: number) => {
      gaps.push(now - last);
      last = now;
      if (state.running) requestAnimationFrame(frame);
    };
    requestAnimationFrame(frame);
    Object.assign(globalThis, { frameGaps: state });
  });
  await action();
  const gaps = await body.evaluate(() => {
    const state = Reflect.get(globalThis, 'frameGaps') as { gaps: number[]; running: boolean };
    state.running = false;
    return state.gaps;
  });
  const sorted = gaps.slice(1).sort((a, b) => a - b);
  return {
    frames: sorted.length,
    median: Math.round(sorted[sorted.length >> 1] ?? 0),
    longest: Math.round(sorted[sorted.length - 1] ?? 0),
    late: sorted.filter((gap) => gap > 50).length,
  };
}
