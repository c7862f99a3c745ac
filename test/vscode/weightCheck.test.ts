import assert from 'node:assert/strict';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import * as vscode from 'vscode';
import { eventually, eventuallyHolds } from '../support/eventually';
import { formerModel, formerWeights, graftedModel } from '../support/graftedModel';
import { writeTorchZip } from '../support/torchZip';
import { closeAllEditors, openTabs, workspaceFile } from './support/tabs';

describe('The check of weight compatibility in VS Code', () => {
  const folder = workspaceFile('grafted');
  const source = vscode.Uri.joinPath(folder, 'detector_model.py');
  const weights = vscode.Uri.joinPath(folder, 'detector_weights.pth');
  let editor: vscode.TextEditor;

  const lensTitles = async (): Promise<string[]> => {
    const lenses = await vscode.commands.executeCommand<vscode.CodeLens[]>(
      'vscode.executeCodeLensProvider',
      source,
    );
    return lenses.map(({ command }) => command?.title ?? '(no text)');
  };
  const checkLens = async (): Promise<string | undefined> =>
    (await lensTitles()).find((title) => title.includes('detector_weights.pth'));
  const problems = (): vscode.Diagnostic[] =>
    vscode.languages
      .getDiagnostics(source)
      .filter(({ code }) => typeof code === 'string' && code.startsWith('weights.'));
  const write = async (text: string): Promise<void> => {
    const all = new vscode.Range(0, 0, editor.document.lineCount, 0);
    await editor.edit((edit) => edit.replace(all, text));
  };
  const run = (args: string): Thenable<unknown> =>
    vscode.commands.executeCommand('graftlens.check.run', { file: source, name: 'Detector', args, weights });

  before(async () => {
    mkdirSync(folder.fsPath, { recursive: true });
    writeTorchZip(weights.fsPath, formerWeights(20));
  });
  beforeEach(async () => {
    writeFileSync(source.fsPath, formerModel);
    editor = await vscode.window.showTextDocument(await vscode.workspace.openTextDocument(source));
  });
  afterEach(async () => {
    await vscode.window.showTextDocument(editor.document);
    await vscode.commands.executeCommand('workbench.action.files.revert');
    await closeAllEditors();
  });
  after(() => rmSync(folder.fsPath, { recursive: true, force: true }));

  it('offers it above a model that has no link yet, and not above its parts', async () => {
    await eventuallyHolds(async () => {
      const offers = (await lensTitles()).filter((title) => title === 'Check weight compatibility…');
      assert.equal(offers.length, 1);
    });
  });

  it('opens a report, and the lens follows the source while it is typed', async () => {
    await run('20');
    await eventuallyHolds(() => assert.ok(openTabs().includes('other Detector ← detector_weights.pth')));
    await eventually(checkLens, '✓ detector_weights.pth: 26/26 keys load');
    assert.deepEqual(problems(), []);
    await write(graftedModel);
    await eventuallyHolds(async () => assert.match((await checkLens()) ?? '', /^✗ detector_weights\.pth: /));
  });
});
