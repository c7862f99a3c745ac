import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as vscode from 'vscode';
import { AnalysisWorker } from '../../src/worker/client';
import { eventually } from '../support/eventually';
import { MortalWorker } from '../support/mortalWorker';
import { makeWorkspace } from '../support/workspace';
import { closeDocuments, openDocument, plainView } from './support/documents';
import { extension } from './support/extension';
import { workspaceFile, workspaceFolder } from './support/tabs';
import { watchWorkers } from './support/workers';

describe('When the analysis of a document ends by itself', () => {
  const workers = watchWorkers();
  const settings = () => vscode.workspace.getConfiguration('graftlens.checkpoint');
  before(() => makeWorkspace(workspaceFolder().fsPath));
  afterEach(async () => {
    closeDocuments();
    await settings().update('timeLimit', undefined, vscode.ConfigurationTarget.Workspace);
  });

  const running = () => Promise.resolve(workers.running.size);

  async function crash(): Promise<void> {
    await eventually(running, 1);
    for (const worker of workers.running) await worker.terminate();
  }

  it('it is started again, and the editors read their rows anew', async () => {
    const { document, told, keys } = openDocument(workspaceFile('qu_method1.pth'));
    await document.open(false);
    const before = await keys();
    await crash();
    await eventually(() => Promise.resolve(told), ['documentChanged']);
    assert.deepEqual(await keys(), before);
    assert.deepEqual(before, ['conv1.weight', 'conv1.bias']);
  });

  it('again and again, the editors keep what they show, until a person tries again', async () => {
    const { document, told, keys } = openDocument(workspaceFile('qu_method1.pth'));
    await document.open(false);
    for (const restarts of [1, 2]) {
      await crash();
      await eventually(() => Promise.resolve(told.length), restarts);
    }
    await crash();
    const events = ['documentChanged', 'documentChanged', 'documentStale worker.crashed'];
    await eventually(() => Promise.resolve(told), events);
    await eventually(running, 0);
    await assert.rejects(keys(), { code: 'worker.ended' });
    const summary = await document.open(true);
    assert.equal(summary.totals.tensors, 2);
    assert.deepEqual(told, [...events, 'documentChanged']);
    assert.equal((await keys()).length, 2);
  });

  it('while the file is opened, that is the answer, and the next try opens it', async () => {
    const { document } = openDocument(workspaceFile('many.safetensors'));
    const opening = document.open(false);
    await crash();
    await assert.rejects(opening, { code: 'worker.crashed' });
    const summary = await document.open(true);
    assert.equal(summary.totals.tensors, 100_000);
  });

  it('because an answer takes longer than the limit, the editor goes on with a new one', async () => {
    await settings().update('timeLimit', 1, vscode.ConfigurationTarget.Workspace);
    const folder = mkdtempSync(join(tmpdir(), 'graftlens-'));
    try {
      const stuck = join(folder, 'stuck');
      const script = join(folder, 'worker.js');
      const real = vscode.Uri.joinPath(extension().extensionUri, 'dist', 'worker.js').fsPath;
      // The real worker, that loops for ever in the answer to one request.
      writeFileSync(
        script,
        `const { rmSync } = require('node:fs');
const { parentPort } = require('node:worker_threads');
parentPort.on('message', ({ kind }) => {
  if (kind !== 'details') return;
  rmSync(${JSON.stringify(stuck)});
  for (;;);
});
require(${JSON.stringify(real)});
`,
      );
      writeFileSync(stuck, '');
      const { document, told, keys } = openDocument(
        workspaceFile('qu_method1.pth'),
        ({ fsPath }) => new AnalysisWorker(script, { type: 'path', path: fsPath }),
      );
      await document.open(false);
      await assert.rejects(document.request('details', { view: 'v', key: '/' }), {
        code: 'worker.timeout',
        args: [1],
      });
      assert.equal(existsSync(stuck), false, 'the worker was in the loop');
      await eventually(() => Promise.resolve(told), ['documentChanged']);
      assert.equal((await keys()).length, 2);
      await eventually(running, 1);
    } finally {
      closeDocuments();
      rmSync(folder, { recursive: true, force: true });
    }
  });

  it('and the file cannot be read any more, the editors keep what they show', async () => {
    const uri = workspaceFile('short-lived.pth');
    await vscode.workspace.fs.copy(workspaceFile('qu_method1.pth'), uri, { overwrite: true });
    await settings().update('reloadOnChange', false, vscode.ConfigurationTarget.Workspace);
    try {
      const { document, told } = openDocument(uri);
      await document.open(false);
      await vscode.workspace.fs.writeFile(uri, new TextEncoder().encode('not a checkpoint any more'));
      await crash();
      await eventually(() => Promise.resolve(told.length), 1);
      assert.match(told[0] ?? '', /^documentStale notCheckpoint/);
      await vscode.workspace.fs.copy(workspaceFile('detector.pth'), uri, { overwrite: true });
      const summary = await document.open(true);
      assert.ok(summary.totals.tensors > 2);
      assert.equal(told[1], 'documentChanged');
    } finally {
      await settings().update('reloadOnChange', undefined, vscode.ConfigurationTarget.Workspace);
      await vscode.workspace.fs.delete(uri);
    }
  });

  for (const kind of ['setView', 'rows', 'details', 'copy'] as const) {
    it(`in the middle of ${kind}, the request says so, and the editors go on with a new one`, async () => {
      const real = vscode.Uri.joinPath(extension().extensionUri, 'dist', 'worker.js').fsPath;
      const mortal = new MortalWorker(real, kind, 'exits in the middle');
      try {
        const { document, told, keys } = openDocument(
          workspaceFile('qu_method1.pth'),
          ({ fsPath }) => new AnalysisWorker(mortal.script, { type: 'path', path: fsPath }),
        );
        await document.open(false);
        const asked = {
          setView: () => document.request('setView', { view: 'v', state: plainView, anchor: null }),
          rows: () => document.request('rows', { view: 'v', start: 0, end: 5 }),
          details: () => document.request('details', { view: 'v', key: '/' }),
          copy: () => document.request('copy', { view: 'v', key: null, format: 'tsv' }),
        };
        const both = await Promise.allSettled([
          asked[kind](),
          document.request('locate', { path: ['conv1.weight'] }),
        ]);
        for (const result of both) {
          assert.equal(result.status, 'rejected');
          assert.equal((result.reason as { readonly code?: string }).code, 'worker.crashed');
        }
        assert.ok(mortal.hasDied);
        await eventually(() => Promise.resolve(told), ['documentChanged']);
        assert.deepEqual(await keys(), ['conv1.weight', 'conv1.bias']);
      } finally {
        closeDocuments();
        mortal.remove();
      }
    });
  }

  it('or the file is cut off while it is open, its rows stay, and reading it again says what is wrong', async () => {
    const uri = workspaceFile('cut-off.pth');
    await vscode.workspace.fs.copy(workspaceFile('detector.pth'), uri, { overwrite: true });
    await settings().update('reloadOnChange', false, vscode.ConfigurationTarget.Workspace);
    try {
      const { document, keys } = openDocument(uri);
      await document.open(false);
      const before = await keys();
      truncateSync(uri.fsPath, 1_000);
      assert.deepEqual(await keys(), before);
      const broken = document.open(true).then(
        ({ partial }) => partial,
        ({ code }: { readonly code?: string }) => code !== undefined,
      );
      assert.equal(await broken, true, 'it is said to be broken');
      await vscode.workspace.fs.copy(workspaceFile('detector.pth'), uri, { overwrite: true });
      await document.open(true);
      assert.deepEqual(await keys(), before);
    } finally {
      closeDocuments();
      await settings().update('reloadOnChange', undefined, vscode.ConfigurationTarget.Workspace);
      await vscode.workspace.fs.delete(uri);
    }
  });
});
