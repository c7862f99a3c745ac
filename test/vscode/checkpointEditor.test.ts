import assert from 'node:assert/strict';
import { appendFileSync, copyFileSync, rmSync, unlinkSync } from 'node:fs';
import * as vscode from 'vscode';
import { eventually } from '../support/eventually';
import { lookAlikes, makeWorkspace } from '../support/workspace';
import {
  closeAllEditors,
  openCheckpoint,
  openFile,
  openTabs,
  workspaceFile,
  workspaceFolder,
} from './support/tabs';

describe('The checkpoint editor in VS Code', () => {
  before(() => makeWorkspace(workspaceFolder().fsPath));
  afterEach(closeAllEditors);

  for (const name of ['detector.pth', 'qu_method1.pth', 'many.safetensors', 'truncated.pth']) {
    it(`is what opens ${name} by default`, async () => {
      await openFile(name);
      await eventually(() => Promise.resolve(openTabs()), [`graftlens.checkpoint ${name}`]);
    });
  }

  for (const name of ['distutils-precedence.pth', 'front_page.pt'] as const) {
    it(`leaves ${name} to the text editor`, async () => {
      await openFile(name);
      await eventually(() => Promise.resolve(openTabs()), [`text ${name}`], 15_000);
      const text = () => Promise.resolve(vscode.window.activeTextEditor?.document.getText());
      await eventually(text, lookAlikes[name]);
    });
  }

  for (const name of ['lfs_pointer.pth', 'download_error.pth', 'empty.pth']) {
    it(`keeps ${name}, to explain it`, async () => {
      await openFile(name);
      await new Promise((resolve) => setTimeout(resolve, 1500));
      assert.deepEqual(openTabs(), [`graftlens.checkpoint ${name}`]);
    });
  }

  it('shows one document in several columns', async () => {
    await openCheckpoint('detector.pth', vscode.ViewColumn.One);
    await openCheckpoint('detector.pth', vscode.ViewColumn.Two);
    await eventually(
      () => Promise.resolve(openTabs()),
      ['graftlens.checkpoint detector.pth', 'graftlens.checkpoint detector.pth'],
    );
  });

  it('offers files with other names through “Reopen With”', async () => {
    const uri = workspaceFile('weights.bin');
    copyFileSync(workspaceFile('detector.pth').fsPath, uri.fsPath);
    await vscode.commands.executeCommand('vscode.openWith', uri, 'graftlens.checkpointOption');
    await eventually(() => Promise.resolve(openTabs()), ['graftlens.checkpointOption weights.bin']);
  });

  it('never marks a checkpoint as changed', async () => {
    await openCheckpoint('detector.pth');
    await eventually(() => Promise.resolve(openTabs().length), 1);
    const dirty = vscode.window.tabGroups.all.flatMap(({ tabs }) => tabs.filter(({ isDirty }) => isDirty));
    assert.deepEqual(dirty, []);
  });

  it('lets a writer change, replace and delete the file while it is open', async () => {
    const path = workspaceFile('written.pth').fsPath;
    copyFileSync(workspaceFile('detector.pth').fsPath, path);
    await openCheckpoint('written.pth');
    await eventually(() => Promise.resolve(openTabs()), ['graftlens.checkpoint written.pth']);
    appendFileSync(path, 'x');
    copyFileSync(workspaceFile('qu_method1.pth').fsPath, path);
    unlinkSync(path);
    await new Promise((resolve) => setTimeout(resolve, 1000));
    assert.deepEqual(openTabs(), ['graftlens.checkpoint written.pth']);
    rmSync(path, { force: true });
  });
});
