import assert from 'node:assert/strict';
import { mkdirSync, rmSync } from 'node:fs';
import { eventuallyHolds } from '../support/eventually';
import { hostileNames, longName, misleading } from '../support/hostileNames';
import { writeTorchZip } from '../support/torchZip';
import type { CheckpointEditor } from './support/checkpointEditor';
import { assertInert } from './support/inert';
import { openWorkbench, type WorkbenchOptions, workspaceFile } from './support/session';
import type { Workbench } from './support/workbench';

for (const [where, options] of [
  ['', {}],
  [' in Restricted Mode', { restricted: true }],
] as const satisfies readonly (readonly [string, WorkbenchOptions])[]) {
  describe(`Names that are meant to trick a person${where}`, () => {
    let workbench: Workbench;
    let editor: CheckpointEditor;
    const violations: string[] = [];

    before(async () => {
      writeTorchZip(
        workspaceFile('hostile.pth'),
        [...hostileNames.map(({ name }) => name), longName].map((key) => ({
          key,
          dtype: 'float32' as const,
          shape: [2],
        })),
        hostileNames.map(({ name }, i) => [`note ${i} ${name}`, `${name} ${'v'.repeat(i * 40)}`] as const),
      );
      workbench = await openWorkbench({ ...options, onViolation: (text) => violations.push(text) });
      editor = await workbench.openCheckpoint('hostile.pth');
    });
    after(() => workbench.close());
    // Whatever a test did, nothing of the file was run, and nothing was tried that the policy had to stop.
    afterEach(() => assert.deepEqual(violations, []));

    it('are text in the tree, with visible escapes', async () => {
      const names = await editor.names();
      for (const { shown } of hostileNames) assert.ok(names.includes(shown), shown);
      await assertInert(editor.frame);
      const long = names.find((name) => name.startsWith('mmm')) ?? '';
      assert.ok(long.length < 2000, `${long.length} characters of a megabyte`);
      assert.match(long, /m… /);
    });

    it('are text in the header, its values and tooltips', async () => {
      await editor.header.getByRole('button', { name: /more$/ }).click();
      const header = await editor.header.innerText();
      for (const { shown } of hostileNames) assert.ok(header.includes(shown), shown);
      await assertInert(editor.frame);
    });

    it('are text in the table', async () => {
      await editor.button('Table').click();
      await eventuallyHolds(async () => {
        const names = await editor.names();
        for (const { shown } of hostileNames) assert.ok(names.includes(shown), shown);
      });
      await assertInert(editor.frame);
      await editor.button('Tree').click();
    });

    it('are text in the details, the longest one cut with its length', async () => {
      for (const { shown } of hostileNames) {
        await editor.select(shown);
        await eventuallyHolds(async () =>
          assert.equal(await editor.details.locator('.details-title').innerText(), shown),
        );
        await assertInert(editor.frame);
      }
      await editor.rows.filter({ hasText: 'mmmmmmmm' }).first().locator('.row-name').click();
      await eventuallyHolds(async () => assert.match(await editor.details.innerText(), /m… \(1,048,576\)/));
      assert.ok((await editor.details.innerText()).length < 40_000);
      await assertInert(editor.frame);
    });

    it('do nothing where they are pasted, and are whole in Python', async () => {
      for (const { name, shown } of hostileNames) {
        await editor.select(shown);
        await eventuallyHolds(async () =>
          assert.equal(await editor.details.locator('.details-title').innerText(), shown),
        );
        const key = await copied(editor, 'Copy key');
        assert.equal(key, misleading.test(name) || /[\n\t]/.test(name) ? shown : name);
        const python = await copied(editor, 'Copy as Python');
        assert.doesNotMatch(python, misleading);
        assert.doesNotMatch(python, /\n/);
        const row = await copied(editor, 'Copy row');
        assert.doesNotMatch(row, misleading);
        assert.doesNotMatch(row, /\n/);
      }
      for (const format of ['TSV', 'Markdown', 'CSV', 'JSON']) {
        await workbench.runCommand(`Graftlens: Copy Table as ${format}`);
        await eventuallyHolds(async () => {
          const table = (await clipboard(editor)).replaceAll('\r\n', '\n');
          assert.match(table, /u202egnp/);
          assert.doesNotMatch(table, misleading, format);
        });
      }
    });

    it('are found by a search, and marked as text', async () => {
      await editor.search('"<img src=x"');
      await eventuallyHolds(async () => assert.match(await editor.searchCount.innerText(), /match/));
      assert.match((await editor.frame.locator('.row-name mark').allInnerTexts()).join(), /<img src=x/);
      await assertInert(editor.frame);
      await editor.search('');
    });

    it('are text in the disassembly', async () => {
      await workbench.runCommand('Graftlens: Show Pickle Disassembly');
      await workbench.textEditor.waitFor();
      await eventuallyHolds(async () => {
        const lines = (await workbench.textEditor.innerText()).replaceAll('\u00a0', ' ');
        assert.match(lines, /BINUNICODE +'<img src=x/);
        assert.doesNotMatch(lines, misleading);
      });
      await workbench.closeEditors();
    });

    it('are no links in notifications', async () => {
      const name = '[Update](command:workbench.action.files.newUntitledFile)';
      mkdirSync(workspaceFile(name), { recursive: true });
      const folder = workbench.explorer.getByRole('treeitem', { name, exact: true });
      await workbench.chooseFromMenu(folder, /Open Checkpoint Folder/);
      // A window without the focus shows no toast.
      await workbench.runCommand('Notifications: Show Notifications');
      const told = workbench.notificationCenter.filter({ hasText: 'No checkpoint was found' });
      await told.waitFor();
      assert.match(await told.innerText(), /\[Update\] \(command:/);
      assert.equal(await told.locator('.notification-list-item-message a').count(), 0);
      rmSync(workspaceFile(name), { recursive: true });
    });

    it('would be noticed if one of them did something', async () => {
      editor = await workbench.openCheckpoint('hostile.pth');
      await editor.frame.locator('body').evaluate((body) => {
        const image = document.createElement('img');
        image.src = 'https://example.invalid/x.png';
        body.append(image);
        const script = document.createElement('script');
        script.textContent = 'console.error("HOSTILE")';
        body.append(script);
      });
      await eventuallyHolds(() => {
        assert.ok(
          violations.some((text) => /img-src|image/i.test(text)),
          violations.join(),
        );
        assert.ok(
          violations.some((text) => /script/i.test(text)),
          violations.join(),
        );
        return Promise.resolve();
      });
      violations.length = 0;
    });
  });
}

async function copied(editor: CheckpointEditor, button: string): Promise<string> {
  await editor.page.evaluate(() => navigator.clipboard.writeText('nothing'));
  await editor.details.getByRole('button', { name: button, exact: true }).click();
  let text = '';
  await eventuallyHolds(async () => {
    text = await clipboard(editor);
    assert.notEqual(text, 'nothing');
  });
  return text;
}

function clipboard(editor: CheckpointEditor): Promise<string> {
  return editor.page.evaluate(() => navigator.clipboard.readText());
}
