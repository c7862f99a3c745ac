import assert from 'node:assert/strict';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import * as vscode from 'vscode';
import { eventually, eventuallyHolds } from '../support/eventually';
import { formerModel, formerWeights, graftedModel } from '../support/graftedModel';
import { storedZip } from '../support/storedZip';
import { writeTorchZip } from '../support/torchZip';
import { closeAllEditors, openTabs, workspaceFile } from './support/tabs';

const bytes = (text: string): Uint8Array => Uint8Array.from(text, (character) => character.charCodeAt(0));

/** A tensor of six floats under a key, and a call of `os.system`. */
const evilCheckpoint = {
  'archive/data.pkl': bytes(
    '\x80\x02}(X\x01\0\0\0wctorch._utils\n_rebuild_tensor_v2\n' +
      '((X\x07\0\0\0storagectorch\nFloatStorage\nX\x01\0\0\x000X\x03\0\0\0cpuK\x06tQK\0K\x06\x85K\x01\x85\x89}tR' +
      'X\x04\0\0\0evilcos\nsystem\nX\x04\0\0\0echo\x85Ru.',
  ),
  'archive/data/0': new Uint8Array(24),
  'archive/version': bytes('3\n'),
};

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
  const configure = (name: string, value: boolean | undefined): Thenable<void> =>
    vscode.workspace
      .getConfiguration('graftlens.check')
      .update(name, value, vscode.ConfigurationTarget.Workspace);
  const run = (args: string): Thenable<unknown> =>
    vscode.commands.executeCommand('graftlens.check.run', { file: source, name: 'Detector', args, weights });

  /** What a person answers when asked whether their code may be imported. */
  let consent: string | undefined;
  const asked: string[] = [];
  const { showWarningMessage } = vscode.window;
  const setPython = (path: string | undefined): Thenable<void> =>
    vscode.workspace
      .getConfiguration('graftlens.python')
      .update('interpreterPath', path, vscode.ConfigurationTarget.Global);

  before(async () => {
    Object.assign(vscode.window, {
      showWarningMessage: (question: string, { detail = '' }: vscode.MessageOptions) => {
        asked.push(`${question} ${detail}`);
        return Promise.resolve(consent);
      },
    });
    await setPython(process.env.GRAFTLENS_PYTHON);
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
  after(async () => {
    Object.assign(vscode.window, { showWarningMessage });
    await setPython(undefined);
    rmSync(folder.fsPath, { recursive: true, force: true });
  });

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
    await eventually(
      checkLens,
      '✗ detector_weights.pth: 14 load · 6 into the wrong layer · 6 dropped',
      20_000,
    );
  });

  it('reports the lines whose layers do not get their weights, until the model is as it was', async () => {
    await run('20');
    await write(graftedModel);
    const lines = (): Promise<unknown> =>
      Promise.resolve(
        problems().map(({ range, code }) => [editor.document.lineAt(range.start.line).text.trim(), code]),
      );
    await eventually(
      lines,
      [
        ['Block(16, 16),', 'weights.wrongLayer'],
        ['Block(16, 16),', 'weights.lost'],
      ],
      20_000,
    );
    await configure('diagnostics', false);
    await eventually(lines, []);
    await configure('diagnostics', undefined);
    await eventuallyHolds(() => assert.equal(problems().length, 2));
    await write(formerModel);
    await eventually(lines, []);
  });

  it('says on hover what is new and what loads, with a way to the checkpoint and to the check', async () => {
    await run('20');
    await write(graftedModel);
    const hover = async (text: string): Promise<string> => {
      const position = editor.document.positionAt(editor.document.getText().indexOf(text));
      const hovers = await vscode.commands.executeCommand<vscode.Hover[]>(
        'vscode.executeHoverProvider',
        source,
        position,
      );
      return hovers
        .flatMap(({ contents }) => contents)
        .map((content) => (typeof content === 'string' ? content : content.value))
        .join('\n');
    };
    const isNew = /`detector_weights\.pth`: new, not in the checkpoint \(\[open\]\(command:vscode\.open\?/;
    await eventuallyHolds(async () => assert.match(await hover('Linear(c1, c1 // r'), isNew), 20_000);
    assert.match(await hover('SELayer(16)'), isNew);
    assert.match(await hover('SELayer(16)'), /\[check\]\(command:graftlens\.check\.run\?/);
    assert.match(await hover('Conv2d(16, classes + 5'), /2 keys load/);
    assert.equal(await hover('self.stage(self.stem(x))'), '');
  });

  it('takes the reports back when the link changes or goes', async () => {
    const codes = (): Promise<unknown> =>
      Promise.resolve(
        problems()
          .map(({ code }) => code)
          .sort(),
      );
    await run('20');
    await write(graftedModel);
    await eventually(codes, ['weights.lost', 'weights.wrongLayer'], 20_000);
    await vscode.commands.executeCommand('workbench.action.files.save');
    await run('3');
    await eventually(codes, ['weights.headSwap', 'weights.lost', 'weights.wrongLayer'], 20_000);
    await run('20');
    await eventually(codes, ['weights.lost', 'weights.wrongLayer'], 20_000);
    const { showQuickPick } = vscode.window;
    Object.assign(vscode.window, { showQuickPick: (rows: unknown) => Promise.resolve(rows) });
    try {
      await vscode.commands.executeCommand('graftlens.check.removeLinks');
    } finally {
      Object.assign(vscode.window, { showQuickPick });
    }
    await eventually(codes, []);
    await eventually(checkLens, undefined);
  });

  it('tells an expected head swap from damage', async () => {
    await run('3');
    await eventually(checkLens, '✓ detector_weights.pth: 24/26 keys load · 2 of the head swapped');
    const [swap] = problems();
    assert.equal(swap?.severity, vscode.DiagnosticSeverity.Information);
    assert.match(swap.message, /class count changed/);
  });

  it('says that it does not know where the source is not understood', async () => {
    await run('20');
    await write(
      formerModel
        .replace('import torch\n', 'import torch\nfrom elsewhere import nothing as Extra\n')
        .replace('self.head =', 'self.extra = Extra(classes)\n        self.head ='),
    );
    await eventuallyHolds(async () => assert.match((await checkLens()) ?? '', /^\? .*not known/));
  });

  it('asks before torch is given a checkpoint that would run code, and names what', async () => {
    const evil = vscode.Uri.joinPath(folder, 'evil_weights.pth');
    writeFileSync(evil.fsPath, storedZip(evilCheckpoint));
    consent = 'Import and run';
    try {
      await vscode.commands.executeCommand('graftlens.check.run', {
        file: source,
        name: 'Detector',
        args: '20',
        weights: evil,
      });
      const questions = asked.filter((text) => text.includes('evil_weights.pth'));
      assert.equal(questions.length, 1, asked.join('\n'));
      assert.match(questions[0] ?? '', /dangerous\? .*os\.system\('echo'\)/);
    } finally {
      consent = undefined;
    }
  });

  it('follows the checkpoint: another file under the same name is read again', async () => {
    await run('20');
    await eventually(checkLens, '✓ detector_weights.pth: 26/26 keys load');
    writeTorchZip(weights.fsPath, formerWeights(20).slice(0, 12));
    try {
      await eventuallyHolds(async () => {
        assert.match((await checkLens()) ?? '', /^✓ .*12\/12 keys load · 14 new/);
      }, 20_000);
    } finally {
      writeTorchZip(weights.fsPath, formerWeights(20));
    }
  });

  it('asks only for what it cannot know, and forgets a link on request', async () => {
    const asked: string[] = [];
    const { showInputBox, showQuickPick } = vscode.window;
    const pick = async (items: unknown, options: { readonly title?: string }): Promise<unknown> => {
      asked.push(options.title ?? '');
      const rows = (await items) as readonly { readonly label: string; readonly kind?: number }[];
      if (options.title === 'Links to remove') return rows;
      return rows.find(({ label }) => label === 'detector_weights.pth');
    };
    const type = (options: { readonly title?: string; readonly value?: string }): Promise<string> => {
      asked.push(`${options.title ?? ''}: ${options.value ?? ''}`);
      return Promise.resolve('20');
    };
    Object.assign(vscode.window, { showQuickPick: pick, showInputBox: type });
    try {
      await vscode.commands.executeCommand('graftlens.check.removeLinks');
      await eventually(checkLens, undefined);
      asked.length = 0;
      const line = formerModel.split('\n').findIndex((text) => text.startsWith('class Detector'));
      editor = await vscode.window.showTextDocument(editor.document);
      editor.selection = new vscode.Selection(line + 1, 0, line + 1, 0);
      await vscode.commands.executeCommand('graftlens.check.run');
      assert.deepEqual(asked, ['Arguments of Detector: classes=', 'Checkpoint that Detector should load']);
      await eventually(checkLens, '✓ detector_weights.pth: 26/26 keys load');
    } finally {
      Object.assign(vscode.window, { showQuickPick, showInputBox });
    }
  });
});
