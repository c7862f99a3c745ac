import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import * as vscode from 'vscode';
import { disassemblyLimits } from '../../src/safety/disassembly/limits';
import { eventually, eventuallyHolds } from '../support/eventually';
import { writeTorchZip } from '../support/torchZip';
import { closeAllEditors, openCheckpoint, workspaceFile } from './support/tabs';

describe('The disassembly of a pickle in VS Code', () => {
  const { showQuickPick, showInputBox } = vscode.window;
  before(() => {
    writeTorchZip(workspaceFile('small.pth').fsPath, [{ key: 'a.weight', dtype: 'float32', shape: [3, 4] }]);
    const tensors = Array.from({ length: 1500 }, (_, i) => ({
      key: `layers.${i}.weight`,
      dtype: 'float32' as const,
      shape: [1],
    }));
    writeTorchZip(workspaceFile('long.pth').fsPath, tensors);
    writeFileSync(workspaceFile('several.pkl').fsPath, "N.cos\nsystem\n(S'echo hi'\ntR.");
  });
  afterEach(async () => {
    Object.assign(vscode.window, { showQuickPick, showInputBox });
    await closeAllEditors();
  });

  it('opens for the active checkpoint, readonly, with a line per opcode', async () => {
    await openCheckpoint('small.pth');
    const text = await shownDisassembly();
    assert.match(text, /^# Pickle in small\.pth, record archive\/data\.pkl, from offset 0\n/);
    assert.match(text, /\n {7}0 {2}PROTO {14}2\n/);
    assert.match(text, /→ torch\.FloatTensor \[3, 4\]\n/);
    const { document } = vscode.window.activeTextEditor ?? assert.fail('a text editor is active');
    assert.equal(document.languageId, 'graftlens-pickle');
    assert.equal(vscode.workspace.fs.isWritableFileSystem(document.uri.scheme), undefined);
  });

  it('asks which of several pickles', async () => {
    let offered: readonly vscode.QuickPickItem[] = [];
    Object.assign(vscode.window, {
      showQuickPick: (items: readonly vscode.QuickPickItem[]) => {
        offered = items;
        return Promise.resolve(items[1]);
      },
    });
    await openCheckpoint('several.pkl');
    const text = await shownDisassembly();
    assert.deepEqual(
      offered.map(({ description }) => description),
      ['from offset 0, 2 opcodes', 'from offset 2, 6 opcodes'],
    );
    assert.match(text, /calls os\.system\('echo hi'\)/);
    assert.match(text, /\n {7}2 {2}GLOBAL/, 'offsets are those of the file');
  });

  it('comes in parts that lead to each other, and goes to an offset', async () => {
    await openCheckpoint('long.pth');
    const text = await shownDisassembly();
    assert.match(text, /# Lines 1 to 20,000\n/);
    assert.ok(text.split('\n').length < disassemblyLimits.linesPerPart + 20);
    const { document } = vscode.window.activeTextEditor ?? assert.fail();
    const links = await vscode.commands.executeCommand<vscode.DocumentLink[]>(
      'vscode.executeLinkProvider',
      document.uri,
    );
    const target = links.at(-1)?.target ?? assert.fail('the last line is a link');
    const next = await vscode.workspace.openTextDocument(target);
    assert.match(next.getText(), /# Lines 20,001 to 3\d,\d{3}\n# ← Lines before\n/);
    const line = next.lineAt(100).text;
    Object.assign(vscode.window, { showInputBox: () => Promise.resolve(line.trim().split(' ')[0]) });
    await vscode.commands.executeCommand('graftlens.disassembly.goToOffset');
    await eventuallyHolds(() => {
      const editor = vscode.window.activeTextEditor;
      assert.equal(editor?.document.lineAt(editor.selection.active.line).text, line);
      return Promise.resolve();
    });
  });

  it('follows the file when it changes', async () => {
    await openCheckpoint('small.pth');
    await shownDisassembly();
    writeTorchZip(workspaceFile('small.pth').fsPath, [{ key: 'b', dtype: 'int64', shape: [7] }]);
    await eventually(
      () =>
        Promise.resolve(
          /torch\.LongTensor \[7\]/.test(
            vscode.workspace.textDocuments
              .find(({ languageId }) => languageId === 'graftlens-pickle')
              ?.getText() ?? '',
          ),
        ),
      true,
      20_000,
    );
  });
});

/** The text that the command opens. */
async function shownDisassembly(): Promise<string> {
  let text = '';
  await eventuallyHolds(async () => {
    await vscode.commands.executeCommand('graftlens.checkpoint.showDisassembly');
    const document = vscode.window.activeTextEditor?.document;
    assert.equal(document?.uri.scheme, 'graftlens-disassembly');
    text = document?.getText() ?? '';
  }, 20_000);
  return text;
}
