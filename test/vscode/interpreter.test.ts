import assert from 'node:assert/strict';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import * as vscode from 'vscode';
import { eventuallyHolds } from '../support/eventually';
import { closeAllEditors, workspaceFile, workspaceFolder } from './support/tabs';

const model = `from torch import nn
from installed_blocks import Block


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.block = Block(8)
`;

const block = (width: number): string => `from torch import nn


class Block(nn.Module):
    def __init__(self, channels):
        super().__init__()
        self.fc = nn.Linear(channels, ${width} * channels)
`;

describe('The Python environment of a workspace in VS Code', () => {
  const write = (path: string, text: string): string => {
    const file = join(workspaceFolder().fsPath, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
    return file;
  };
  const makeEnvironment = (folder: string, width: number): void => {
    write(`${folder}/bin/python`, '');
    write(`${folder}/lib/python3.11/site-packages/installed_blocks.py`, block(width));
    write(`${folder}/pyvenv.cfg`, 'version = 3.11.7\n');
  };
  const setPath = (path: string | undefined): Thenable<void> =>
    vscode.workspace
      .getConfiguration('graftlens.python')
      .update('interpreterPath', path, vscode.ConfigurationTarget.Global);
  const lens = async (): Promise<string> => {
    const lenses = await vscode.commands.executeCommand<vscode.CodeLens[]>(
      'vscode.executeCodeLensProvider',
      workspaceFile('uses_package.py'),
    );
    return lenses[0]?.command?.title ?? '';
  };
  const shows = (pattern: RegExp): Promise<void> =>
    eventuallyHolds(async () => assert.match(await lens(), pattern), 15_000);

  beforeEach(async () => {
    write('uses_package.py', model);
    await vscode.window.showTextDocument(workspaceFile('uses_package.py'));
  });
  afterEach(async () => {
    await setPath(undefined);
    await closeAllEditors();
    for (const name of ['.venv', 'chosen', 'uses_package.py']) {
      rmSync(join(workspaceFolder().fsPath, name), { recursive: true, force: true });
    }
  });

  it('is the .venv in the folder, as soon as it is there', async () => {
    await shows(/^parameters not known/);
    makeEnvironment('.venv', 1);
    await shows(/^72 parameters · 2 keys/);
  });

  it('is the one that the setting names', async () => {
    makeEnvironment('chosen', 2);
    await setPath(join(workspaceFolder().fsPath, 'chosen', 'bin', 'python'));
    await shows(/^144 parameters · 2 keys/);
  });
});
