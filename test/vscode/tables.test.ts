import assert from 'node:assert/strict';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import * as vscode from 'vscode';
import { eventually, eventuallyHolds } from '../support/eventually';
import { writeTorchZip } from '../support/torchZip';
import type { NamedTensor } from '../support/yolov7';
import { closeAllEditors, workspaceFile } from './support/tabs';

describe('A table of layers in VS Code', () => {
  const table = workspaceFile('grafting/detector.yaml');
  const source = workspaceFile('grafting/table.py');
  const text = readFileSync(table.fsPath, 'utf8');
  let editor: vscode.TextEditor;

  const lensTitles = async (uri = table): Promise<string[]> => {
    const lenses = await vscode.commands.executeCommand<vscode.CodeLens[]>(
      'vscode.executeCodeLensProvider',
      uri,
    );
    return lenses
      .filter(({ command }) => command?.command.startsWith('graftlens.source.') !== false)
      .map(({ command }) => command?.title ?? '(no text)');
  };
  const hints = async (): Promise<string[]> => {
    const all = new vscode.Range(0, 0, editor.document.lineCount, 0);
    const found = await vscode.commands.executeCommand<vscode.InlayHint[]>(
      'vscode.executeInlayHintProvider',
      table,
      all,
    );
    return found.map(({ position, label }) => `${position.line + 1}: ${String(label)}`);
  };
  const problems = (): Promise<string[]> =>
    Promise.resolve(
      vscode.languages
        .getDiagnostics(table)
        .map(({ range, message, code }) => `${range.start.line + 1} ${String(code)}: ${message}`),
    );
  const replace = async (from: string, to: string): Promise<void> => {
    const start = editor.document.getText().indexOf(from);
    const [a, b] = [start, start + from.length].map((at) => editor.document.positionAt(at));
    assert.ok(start >= 0 && a !== undefined && b !== undefined);
    await editor.edit((edit) => edit.replace(new vscode.Range(a, b), to));
  };

  // VS Code in a browser saves by itself after a second, where it likes to.
  const setAutoSave = (value: string | undefined): Thenable<void> =>
    vscode.workspace.getConfiguration('files').update('autoSave', value, vscode.ConfigurationTarget.Global);
  before(() => setAutoSave('off'));
  after(() => setAutoSave(undefined));
  beforeEach(async () => {
    editor = await vscode.window.showTextDocument(table);
  });
  afterEach(async () => {
    await vscode.window.showTextDocument(table);
    await vscode.commands.executeCommand('workbench.action.files.revert');
    await closeAllEditors();
    writeFileSync(table.fsPath, text);
  });

  it('says what it comes to above it, and behind each row', async () => {
    await eventually(lensTitles, ['12,320 parameters · 140 keys', 'built by TableDetector']);
    const found = await hints();
    assert.equal(found.length, 10);
    assert.equal(found[0], '3: 232');
    assert.equal(found[1], '4: 592');
  });

  it('follows the table and the class while they are typed, and each other', async () => {
    await eventuallyHolds(async () => assert.match((await lensTitles())[0] ?? '', /^12,320/));
    await replace('[1, ConvUnit, [8]]', '[1, ConvUnit, [10]]');
    await eventuallyHolds(async () => assert.equal((await hints())[0], '3: 290'));
    // The class is not open, and the table is not saved.
    const beside = await vscode.window.showTextDocument(source, {
      viewColumn: vscode.ViewColumn.Beside,
    });
    const [total] = await lensTitles();
    await eventuallyHolds(async () => {
      const own = (await lensTitles(source))[0] ?? '';
      assert.ok(own.startsWith((total ?? '').replace(' keys', '')), own);
    });
    const at = beside.document.positionAt(beside.document.getText().indexOf('c = 3') + 4);
    await beside.edit((edit) => edit.replace(new vscode.Range(at, at.translate(0, 1)), '1'));
    await eventuallyHolds(async () => assert.equal((await hints())[0], '3: 110'));
    await beside.edit((edit) => edit.replace(new vscode.Range(at, at.translate(0, 1)), '3'));
    await beside.document.save();
  });

  it('makes the class follow when it changes on the disk', async () => {
    await closeAllEditors();
    await vscode.window.showTextDocument(source);
    await eventuallyHolds(async () => assert.match((await lensTitles(source))[0] ?? '', /^12,320/));
    writeFileSync(table.fsPath, text.replace('[1, ConvUnit, [16, 1]]', '[1, ConvUnit, [16, 3]]'));
    await eventuallyHolds(async () => assert.match((await lensTitles(source))[0] ?? '', /^14,368/), 20_000);
  });

  it('makes the class follow when its text is given up', async () => {
    const second = { viewColumn: vscode.ViewColumn.Beside };
    await vscode.window.showTextDocument(source, second);
    const isOf = (parameters: RegExp) => (): Promise<void> =>
      lensTitles(source).then(([title]) => assert.match(title ?? '', parameters));
    await eventuallyHolds(isOf(/^12,320/));
    await replace('[1, ConvUnit, [16, 1]]', '[1, ConvUnit, [16, 3]]');
    await eventuallyHolds(isOf(/^14,368/));
    // Under a test nobody is asked, and the answer is not to save.
    const tabs = vscode.window.tabGroups.all.flatMap((group) => group.tabs);
    const ofTable = tabs.filter(
      ({ input }) => input instanceof vscode.TabInputText && input.uri.toString() === table.toString(),
    );
    assert.ok(await vscode.window.tabGroups.close(ofTable));
    await eventuallyHolds(isOf(/^12,320/));
  });

  it('reports a row that raises, at the row', async () => {
    const raising = async (): Promise<string[]> =>
      (await problems()).filter((problem) => problem.includes('table.'));
    await replace('[12, 3, 2]', '[12, 3, 2, 1]');
    await eventuallyHolds(async () => {
      const [first = ''] = await raising();
      assert.match(first, /^6 table.raises: TableDetector raises TypeError here: /);
    });
    await replace('[12, 3, 2, 1]', '[12, 3, 2]');
    await eventually(raising, []);
  });

  it('tells at the row which layers do not get their pretrained weights', async () => {
    const weights = workspaceFile('grafting/table_weights.pth');
    writeTorchZip(weights.fsPath, tableWeights());
    const setting = vscode.workspace.getConfiguration('graftlens.python');
    const setPython = (path: string | undefined): Thenable<void> =>
      setting.update('interpreterPath', path, vscode.ConfigurationTarget.Global);
    // Without an interpreter the command would ask for one. Nobody agrees that torch is run.
    await setPython(process.env['GRAFTLENS_PYTHON']);
    const { showWarningMessage } = vscode.window;
    Object.assign(vscode.window, { showWarningMessage: () => Promise.resolve(undefined) });
    await vscode.commands.executeCommand('graftlens.check.run', {
      file: source,
      name: 'TableDetector',
      args: null,
      weights,
    });
    Object.assign(vscode.window, { showWarningMessage });
    await setPython(undefined);
    editor = await vscode.window.showTextDocument(table);
    await replace('  - [1, ConvUnit, [8, 3, 2]]\n', '  - [1, SEGate, []]\n  - [1, ConvUnit, [8, 3, 2]]\n');
    await eventuallyHolds(async () => {
      const lines = (await problems()).filter((problem) => problem.includes('weights.'));
      assert.deepEqual(
        lines.map((problem) => Number.parseInt(problem, 10)),
        [5, 6, 7, 8, 9, 10, 11, 12, 13],
      );
    }, 12_000);
    const all = await vscode.commands.executeCommand<vscode.CodeLens[]>(
      'vscode.executeCodeLensProvider',
      table,
    );
    const titles = all.map(({ command }) => command?.title).join('\n');
    assert.match(titles, /^✗ table_weights\.pth: 8 load · 132 dropped/m);
    rmSync(weights.fsPath);
  });

  it('leaves other YAML alone', async () => {
    const document = await vscode.workspace.openTextDocument({
      language: 'yaml',
      content: 'jobs:\n  - [1, build]\n',
    });
    const lenses = await vscode.commands.executeCommand<vscode.CodeLens[]>(
      'vscode.executeCodeLensProvider',
      document.uri,
    );
    assert.deepEqual(lenses, []);
  });
});

/** The state_dict of `TableDetector()` with the table as it is committed. */
function tableWeights(): NamedTensor[] {
  const tensors: NamedTensor[] = [];
  const unit = (path: string, from: number, to: number, kernel: number): void => {
    const float = (name: string, ...shape: number[]): unknown =>
      tensors.push({ key: `${path}.${name}`, dtype: 'float32', shape });
    float('conv.weight', to, from, kernel, kernel);
    for (const name of ['weight', 'bias', 'running_mean', 'running_var']) float(`norm.${name}`, to);
    tensors.push({ key: `${path}.norm.num_batches_tracked`, dtype: 'int64', shape: [] });
  };
  const mixer = (path: string, channels: number): void => {
    unit(`${path}.near`, channels, channels / 2, 1);
    unit(`${path}.far`, channels, channels / 2, 3);
  };
  unit('model.0', 3, 8, 3);
  unit('model.1', 8, 8, 3);
  for (const i of [0, 1]) mixer(`model.2.${i}`, 8);
  unit('model.3', 8, 12, 3);
  mixer('model.4', 12);
  for (const i of [0, 1]) mixer(`model.5.${i}`, 12);
  unit('model.6', 12, 16, 3);
  for (const i of [0, 1, 2]) mixer(`model.7.${i}`, 16);
  mixer('model.8', 16);
  unit('model.9', 16, 16, 1);
  tensors.push({ key: 'head.weight', dtype: 'float32', shape: [24, 16, 1, 1] });
  tensors.push({ key: 'head.bias', dtype: 'float32', shape: [24] });
  return tensors;
}
