import assert from 'node:assert/strict';
import { rmSync, writeFileSync } from 'node:fs';
import * as vscode from 'vscode';
import { eventually, eventuallyHolds } from '../support/eventually';
import { attentionFile } from '../support/sourceFile';
import { closeAllEditors, workspaceFile } from './support/tabs';

describe('A Python file with torch modules in VS Code', () => {
  let editor: vscode.TextEditor;
  const path = (): string => workspaceFile('attention_model.py').fsPath;
  const lensTitles = async (): Promise<string[]> => {
    const lenses = await vscode.commands.executeCommand<vscode.CodeLens[]>(
      'vscode.executeCodeLensProvider',
      editor.document.uri,
    );
    // The check of weights has lenses of its own.
    return lenses
      .filter(({ command }) => command?.command.startsWith('graftlens.source.') !== false)
      .map(({ command }) => command?.title ?? '(no text)');
  };
  const problems = (): vscode.Diagnostic[] =>
    vscode.languages.getDiagnostics(editor.document.uri).filter(({ source }) => source === 'Graftlens');
  const kinds = (): Promise<unknown[]> => Promise.resolve(problems().map(({ code }) => code));
  const hover = async (text: string, offset = 0): Promise<string> => {
    const position = editor.document.positionAt(editor.document.getText().indexOf(text) + offset);
    const hovers = await vscode.commands.executeCommand<vscode.Hover[]>(
      'vscode.executeHoverProvider',
      editor.document.uri,
      position,
    );
    return hovers
      .flatMap(({ contents }) => contents)
      .map((content) => (typeof content === 'string' ? content : content.value))
      .join('\n');
  };
  const configure = (name: string, value: boolean | undefined): Thenable<void> =>
    vscode.workspace
      .getConfiguration('graftlens.source')
      .update(name, value, vscode.ConfigurationTarget.Workspace);

  beforeEach(async () => {
    writeFileSync(path(), attentionFile);
    const document = await vscode.workspace.openTextDocument(path());
    editor = await vscode.window.showTextDocument(document);
  });
  afterEach(async () => {
    await vscode.commands.executeCommand('workbench.action.files.revert');
    await closeAllEditors();
    rmSync(path(), { force: true });
  });

  it('has a lens for each class, with a text', async () => {
    await eventually(lensTitles, [
      'SE attention · 2·c1·(c1 // r) parameters, r = 16 · used with c1 = 256, 512: 8,192 / 32,768',
      'needs c1: set arguments…',
      '15,616 parameters · 8 keys · with its default arguments · of which 1 attention block: 8,192 (52.46 %)',
      '163.6 K parameters · 4 keys · of which 1 attention block: 32,768 (20.03 %)',
    ]);
  });

  it('changes its lenses while a person types, and keeps them while the text is broken', async () => {
    const before = await lensTitles();
    const at = editor.document.positionAt(attentionFile.indexOf('512, 255'));
    await editor.edit((edit) => edit.insert(at, '('));
    await new Promise((resolve) => setTimeout(resolve, 1500));
    assert.deepEqual(await lensTitles(), before);
    await editor.edit((edit) => edit.delete(new vscode.Range(at, at.translate(0, 1))));
    const number = editor.document.positionAt(attentionFile.indexOf('255, 1'));
    await editor.edit((edit) => edit.replace(new vscode.Range(number, number.translate(0, 3)), '100'));
    await eventuallyHolds(async () => assert.match((await lensTitles()).join('\n'), /^84,068 parameters/m));
  });

  it('has no lenses where the setting turns them off', async () => {
    await configure('codeLens.enabled', false);
    try {
      await eventually(lensTitles, []);
    } finally {
      await configure('codeLens.enabled', undefined);
    }
  });

  it('reports problems, each of which can be turned off', async () => {
    await eventually(kinds, ['plainList', 'returnsNothing']);
    await configure('diagnostics.plainList', false);
    try {
      await eventually(kinds, ['returnsNothing']);
    } finally {
      await configure('diagnostics.plainList', undefined);
    }
  });

  it('repairs what it reports', async () => {
    await eventually(kinds, ['plainList', 'returnsNothing']);
    for (const problem of problems()) {
      const actions = await vscode.commands.executeCommand<vscode.CodeAction[]>(
        'vscode.executeCodeActionProvider',
        editor.document.uri,
        problem.range,
        vscode.CodeActionKind.QuickFix.value,
      );
      const titles = ['Put the list into nn.ModuleList', 'Return what was computed'];
      const fix = actions.find(({ title }) => titles.includes(title));
      assert.ok(fix?.edit, `${String(problem.code)}: ${actions.map(({ title }) => title).join()}`);
      await vscode.workspace.applyEdit(fix.edit);
      const { version } = editor.document;
      await eventuallyHolds(async () => {
        assert.equal(editor.document.version, version);
        assert.ok(!(await kinds()).includes(problem.code));
      });
      // The next repair is for the text as it is now.
      await new Promise((resolve) => setTimeout(resolve, 800));
    }
    const text = editor.document.getText();
    assert.match(text, /self\.branches = nn\.ModuleList\(\[nn\.Conv2d\(width, width, 1\)\]\)/);
    assert.match(text, /return x\n\n\nclass Head/);
  });

  it('tells on hover what a layer, an attribute and an attention block cost', async () => {
    const shows = (text: string, offset: number, pattern: RegExp): Promise<void> =>
      eventuallyHolds(async () => assert.match(await hover(text, offset), pattern));
    await shows('Conv2d(3, 256', 0, /weight \[256, 3, 3, 3\].*6,912 parameters/);
    await shows('Linear(c1, c1 // r', 0, /weight \[c1 \/\/ r, c1\]/);
    await shows('self.stem(x)', 6, /stem\.weight float32 \[256, 3, 3, 3\]/);
    await shows('SELayer(width)', 0, /64 \/ 128 \/ 256 \/ 512 \/ 1024 \/ 2048.*512 \/ 2,048 \/ 8,192/);
    await shows('SELayer(width)', 0, /0\.50/);
    assert.equal(await hover('return self.out', 2), '');
  });

  it('has lenses and hovers before it is saved, and as a file of a revision', async () => {
    const untitled = await vscode.workspace.openTextDocument({ language: 'python', content: attentionFile });
    editor = await vscode.window.showTextDocument(untitled);
    await eventuallyHolds(async () =>
      assert.match((await lensTitles()).join('\n'), /^15,616 parameters · 8 keys/m),
    );
    assert.match(await hover('Conv2d(3, 256', 0), /6,912 parameters/);
    await eventually(kinds, ['plainList', 'returnsNothing']);
    const provider = vscode.workspace.registerTextDocumentContentProvider('revision', {
      provideTextDocumentContent: () => `from near import width\n${attentionFile}`,
    });
    try {
      const uri = vscode.Uri.from({
        scheme: 'revision',
        path: path(),
        query: JSON.stringify({ ref: 'HEAD' }),
      });
      const former = await vscode.workspace.openTextDocument(uri);
      editor = await vscode.window.showTextDocument(former);
      await eventuallyHolds(async () =>
        assert.match((await lensTitles()).join('\n'), /^15,616 parameters · 8 keys/m),
      );
      await eventuallyHolds(async () => assert.match(await hover('Conv2d(3, 256', 0), /6,912 parameters/));
      assert.deepEqual(await kinds(), []);
    } finally {
      provider.dispose();
    }
    await vscode.window.showTextDocument(untitled);
    await vscode.commands.executeCommand('workbench.action.revertAndCloseActiveEditor');
    editor = await vscode.window.showTextDocument(vscode.Uri.file(path()));
  });

  it('leaves Python without torch alone', async () => {
    const document = await vscode.workspace.openTextDocument({
      language: 'python',
      content: 'class Module:\n    pass\n',
    });
    const lenses = await vscode.commands.executeCommand<vscode.CodeLens[]>(
      'vscode.executeCodeLensProvider',
      document.uri,
    );
    assert.deepEqual(lenses, []);
  });
});
