import assert from 'node:assert/strict';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import * as vscode from 'vscode';
import type { ComparisonPage } from '../../src/protocol/comparisonPage';
import { eventuallyHolds } from '../support/eventually';
import { formerModel, formerWeights, graftedModel } from '../support/graftedModel';
import { writeTorchZip } from '../support/torchZip';
import { closeAllEditors, openCheckpoint, openTabs, workspaceFile } from './support/tabs';

/** What a page of the test asks its panel. */
type Ask = (kind: string, body?: object) => void;

/** The comparison's panel as its page sees it: what it is told, and a way to ask. */
interface SeenPanel {
  readonly title: () => string;
  readonly page: () => ComparisonPage | undefined;
  readonly ask: Ask;
}

describe('Comparing two files or models in VS Code', () => {
  const folder = workspaceFile('compared');
  const file = (name: string): vscode.Uri => vscode.Uri.joinPath(folder, name);
  const { createWebviewPanel, createQuickPick, showInputBox } = vscode.window;
  const panels: SeenPanel[] = [];
  /** What a person chooses from lists, and types, in this order. */
  let choices: string[] = [];
  let offered: string[] = [];

  /** The extension and its tests share a process: what is posted to the page passes by here. */
  function watch(panel: vscode.WebviewPanel): vscode.WebviewPanel {
    const { webview } = panel;
    const { postMessage } = webview;
    let page: ComparisonPage | undefined;
    const listeners: ((data: unknown) => unknown)[] = [];
    Object.defineProperty(webview, 'postMessage', {
      value: (message: { readonly page?: ComparisonPage; readonly body?: Partial<ComparisonPage> }) => {
        // It comes as an event, or as what the page is told when it asks for the first time.
        const { page: told, body } = message;
        page = told ?? (body?.tree === undefined ? page : (body as ComparisonPage));
        return postMessage.call(webview, message);
      },
    });
    const received = webview.onDidReceiveMessage;
    Object.defineProperty(webview, 'onDidReceiveMessage', {
      value: (listener: (data: unknown) => unknown) => {
        listeners.push(listener);
        return received.call(webview, listener);
      },
    });
    panels.push({
      title: () => panel.title,
      page: () => page,
      ask: (kind, body = {}) => {
        for (const listener of listeners) listener({ type: 'request', id: 1_000_000, kind, body });
      },
    });
    return panel;
  }

  /** A list in which a person chooses the first item with the label, once it is there. */
  function choosing(): vscode.QuickPick<vscode.QuickPickItem> {
    const pick = createQuickPick();
    const wanted = choices.shift() ?? '';
    let accept: () => unknown = () => undefined;
    let items: readonly vscode.QuickPickItem[] = [];
    Object.defineProperties(pick, {
      onDidAccept: { value: (listener: () => unknown) => (accept = listener) },
      selectedItems: { get: () => items.filter(({ label }) => label === wanted).slice(0, 1) },
      items: {
        get: () => items,
        set: (value: readonly vscode.QuickPickItem[]) => {
          items = value;
          offered = value.map(({ label }) => label);
          if (offered.includes(wanted)) setTimeout(() => accept(), 0);
        },
      },
      show: { value: () => undefined },
      hide: { value: () => undefined },
    });
    return pick;
  }

  const compare = (...args: unknown[]): Thenable<unknown> =>
    vscode.commands.executeCommand('graftlens.compareWith', ...args);
  /** The page of the last comparison, once it has an answer. */
  const answered = async (): Promise<ComparisonPage> => {
    let page: ComparisonPage | undefined;
    await eventuallyHolds(() => {
      page = panels.at(-1)?.page();
      assert.ok(page !== undefined && page.progress === null, 'the comparison has an answer');
    }, 30_000);
    return page ?? assert.fail();
  };
  const verdict = (page: ComparisonPage): unknown =>
    page.verdict.map(({ code, args: [count] }) => [code, count]);

  before(() => {
    Object.assign(vscode.window, {
      createWebviewPanel: (...args: Parameters<typeof createWebviewPanel>) =>
        watch(createWebviewPanel(...args)),
      createQuickPick: choosing,
      showInputBox: () => Promise.resolve(choices.shift()),
    });
    mkdirSync(folder.fsPath, { recursive: true });
    writeTorchZip(file('many.pth').fsPath, formerWeights(80));
    writeTorchZip(file('few.pth').fsPath, formerWeights(20));
    writeFileSync(file('former_model.py').fsPath, formerModel);
    writeFileSync(file('grafted_model.py').fsPath, graftedModel);
  });
  afterEach(async () => {
    choices = [];
    await closeAllEditors();
  });
  after(() => {
    Object.assign(vscode.window, { createWebviewPanel, createQuickPick, showInputBox });
    rmSync(folder.fsPath, { recursive: true, force: true });
  });

  it('compares two files that are selected in the explorer', async () => {
    await compare(file('few.pth'), [file('many.pth'), file('few.pth')]);
    const page = await answered();
    assert.equal(panels.at(-1)?.title(), 'many.pth ↔ few.pth');
    assert.deepEqual(verdict(page), [
      ['comparison.verdict.reshapedElements', 2],
      ['comparison.verdict.alike', 24],
    ]);
    assert.deepEqual(
      page.tree.find(({ path }) => path === 'head.weight')?.leaf?.shape,
      '[85, 16, 1, 1] → [25, 16, 1, 1]',
    );
  });

  it('compares a file with a class that is chosen, with arguments that are typed', async () => {
    choices = ['Detector', '20'];
    await compare(file('few.pth'), [file('few.pth')]);
    const page = await answered();
    assert.ok(offered.includes('many.pth'), 'files of the workspace are offered');
    assert.match(page.b.name, /^Detector\(20\)$/);
    assert.deepEqual(verdict(page), [['comparison.verdict.same', 26]]);
    panels.at(-1)?.ask('reveal', { side: 'b', key: 'head.weight' });
    await eventuallyHolds(() => {
      const editor = vscode.window.activeTextEditor;
      assert.match(editor?.document.lineAt(editor.selection.active.line).text ?? '', /self\.head = /);
    });
  });

  it('compares the open checkpoint, and leads to its keys', async () => {
    choices = ['few.pth'];
    await openCheckpoint('compared/many.pth');
    await compare();
    await answered();
    assert.equal(panels.at(-1)?.title(), 'many.pth ↔ few.pth');
    panels.at(-1)?.ask('reveal', { side: 'b', key: 'head.weight' });
    await eventuallyHolds(() => assert.ok(openTabs().includes('graftlens.checkpoint few.pth')));
  });

  it('begins with the class at the cursor of a Python file', async () => {
    const editor = await vscode.window.showTextDocument(file('grafted_model.py'));
    const line = editor.document
      .getText()
      .split('\n')
      .findIndex((text) => text.startsWith('class SELayer'));
    editor.selection = new vscode.Selection(line + 2, 0, line + 2, 0);
    choices = ['16', 'few.pth'];
    await compare();
    const page = await answered();
    assert.equal(page.a.name, 'SELayer(16)');
    assert.deepEqual(verdict(page), [
      ['comparison.verdict.onlyAElements', 2],
      ['comparison.verdict.onlyBElements', 26],
    ]);
  });

  it('swaps the sides, compares anew what has changed, and has one tab for a pair', async () => {
    await compare(undefined, [file('many.pth'), file('few.pth')]);
    await answered();
    const count = panels.length;
    panels.at(-1)?.ask('act', { action: 'swap' });
    await eventuallyHolds(() => assert.equal(panels.at(-1)?.title(), 'few.pth ↔ many.pth'));
    await answered();
    writeTorchZip(file('other.pth').fsPath, formerWeights(20));
    await compare(undefined, [file('few.pth'), file('many.pth')]);
    assert.equal(panels.length, count);
  });

  it('copies the comparison as the command line prints it', async () => {
    await compare(undefined, [file('many.pth'), file('few.pth')]);
    await answered();
    panels.at(-1)?.ask('act', { action: 'copyJson' });
    await eventuallyHolds(async () => {
      const copied = JSON.parse(await vscode.env.clipboard.readText()) as { readonly reshaped: unknown };
      assert.deepEqual(copied, {
        same: false,
        onlyInA: [],
        onlyInB: [],
        reshaped: [
          { key: 'head.weight', a: [85, 16, 1, 1], b: [25, 16, 1, 1] },
          { key: 'head.bias', a: [85], b: [25] },
        ],
        retyped: [],
      });
    });
  });

  it('says what keeps it from an answer', async () => {
    writeFileSync(file('broken.pth').fsPath, 'no checkpoint at all');
    await compare(undefined, [file('many.pth'), file('broken.pth')]);
    const page = await answered();
    assert.equal(page.notices[0]?.kind, 'error');
    assert.deepEqual([page.tree, page.verdict], [[], []]);
  });
});
