import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import * as vscode from 'vscode';
import { eventuallyHolds } from '../support/eventually';
import { writeTorchZip } from '../support/torchZip';
import { closeAllEditors, openCheckpoint, workspaceFile } from './support/tabs';

describe('Exporting the table of a checkpoint', () => {
  const { showSaveDialog, showInformationMessage } = vscode.window;
  let target: vscode.Uri;
  before(() => {
    writeTorchZip(workspaceFile('exported.pth').fsPath, [
      { key: 'stem.conv.weight', dtype: 'float32', shape: [8, 3, 3, 3] },
      { key: 'head.a|b,"c"', dtype: 'float16', shape: [5] },
      { key: '=SUM(A1)', dtype: 'int64', shape: [] },
    ]);
    Object.assign(vscode.window, {
      showSaveDialog: () => Promise.resolve(target),
      showInformationMessage: () => Promise.resolve(undefined),
    });
  });
  after(async () => {
    Object.assign(vscode.window, { showSaveDialog, showInformationMessage });
    await closeAllEditors();
  });

  const files = {
    tsv:
      'key\tdtype\tshape\telements\tbytes\n' +
      'stem.conv.weight\tfloat32\t[8, 3, 3, 3]\t216\t864\n' +
      'head.a|b,"c"\tfloat16\t[5]\t5\t10\n' +
      "'=SUM(A1)\tint64\t[]\t1\t8\n",
    csv:
      'key,dtype,shape,elements,bytes\r\n' +
      'stem.conv.weight,float32,"[8, 3, 3, 3]",216,864\r\n' +
      '"head.a|b,""c""",float16,[5],5,10\r\n' +
      "'=SUM(A1),int64,[],1,8\r\n",
    md:
      '| key | dtype | shape | elements | bytes |\n' +
      '| --- | --- | --- | ---: | ---: |\n' +
      '| `stem.conv.weight` | `float32` | `[8, 3, 3, 3]` | 216 | 864 |\n' +
      '| `head.a\\|b,"c"` | `float16` | `[5]` | 5 | 10 |\n' +
      '| `=SUM(A1)` | `int64` | `[]` | 1 | 8 |\n',
    json:
      '[\n' +
      '  {"path":["stem.conv.weight"],"dtype":"float32","shape":[8,3,3,3],"elements":216,"bytes":864},\n' +
      '  {"path":["head.a|b,\\"c\\""],"dtype":"float16","shape":[5],"elements":5,"bytes":10},\n' +
      '  {"path":["=SUM(A1)"],"dtype":"int64","shape":[],"elements":1,"bytes":8}\n' +
      ']\n',
  };
  for (const [extension, content] of Object.entries(files)) {
    it(`writes ${extension.toUpperCase()} by the name that was chosen`, async () => {
      target = workspaceFile(`table.${extension}`);
      await openCheckpoint('exported.pth');
      // The command goes to the editor's page, which may still be loading.
      await eventuallyHolds(async () => {
        await vscode.commands.executeCommand('graftlens.checkpoint.exportTable');
        await new Promise((resolve) => setTimeout(resolve, 300));
        assert.ok(existsSync(target.fsPath), 'the file is written');
      }, 15_000);
      assert.equal(readFileSync(target.fsPath, 'utf8'), content);
    });
  }
});
