import * as vscode from 'vscode';
import { eventually } from '../support/eventually';
import { makeWorkspace } from '../support/workspace';
import { closeAllEditors, openCheckpoint, workspaceFolder } from './support/tabs';
import { watchWorkers } from './support/workers';

describe('A document’s workers, which hold all of its memory', () => {
  const workers = watchWorkers();
  before(() => makeWorkspace(workspaceFolder().fsPath));
  after(closeAllEditors);

  const running = () => Promise.resolve(workers.running.size);

  it('are one for the rows and one for scans, for all editors of the document, and end with the last of them', async () => {
    await openCheckpoint('detector.pth', vscode.ViewColumn.One);
    await openCheckpoint('detector.pth', vscode.ViewColumn.Two);
    await eventually(running, 2);
    await vscode.commands.executeCommand('workbench.action.closeActiveEditor');
    await new Promise((resolve) => setTimeout(resolve, 500));
    await eventually(running, 2);
    await closeAllEditors();
    await eventually(running, 0);
  });

  it('end for a document of 100,000 tensors, too', async () => {
    await openCheckpoint('many.safetensors', vscode.ViewColumn.One);
    await openCheckpoint('yolov7_weights.pth', vscode.ViewColumn.Two);
    await eventually(running, 4);
    await closeAllEditors();
    await eventually(running, 0);
  });
});
