import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import * as vscode from 'vscode';
import { ComparisonRunner } from '../../src/views/compare/runComparison';
import { fileSide } from '../../src/views/compare/sides';
import { Interpreters } from '../../src/views/interpreters';
import type { CheckWorkerRequests, ComparisonAnswer } from '../../src/worker/checkMessages';
import { RestartingWorker } from '../../src/worker/restartingWorker';
import { eventually } from '../support/eventually';
import { makeWorkspace } from '../support/workspace';
import { closeDocuments, openDocument } from './support/documents';
import { extension } from './support/extension';
import { closeAllEditors, openTabs, workspaceFile, workspaceFolder } from './support/tabs';

const scheme = 'graftlens-memory';

/** A file system that is on no disk: a flat folder in memory. */
class MemoryFiles implements vscode.FileSystemProvider {
  private readonly changes = new vscode.EventEmitter<vscode.FileChangeEvent[]>();
  readonly onDidChangeFile = this.changes.event;
  private readonly files = new Map<string, { readonly bytes: Uint8Array; readonly mtime: number }>();
  /** Names of the files that were read. */
  readonly read: string[] = [];
  private clock = 1;

  put(name: string, bytes: Uint8Array): vscode.Uri {
    this.files.set(`/${name}`, { bytes, mtime: this.clock++ });
    const uri = vscode.Uri.from({ scheme, path: `/${name}` });
    this.changes.fire([{ type: vscode.FileChangeType.Changed, uri }]);
    return uri;
  }

  watch(): vscode.Disposable {
    return new vscode.Disposable(() => undefined);
  }

  stat(uri: vscode.Uri): vscode.FileStat {
    if (uri.path === '/') return { type: vscode.FileType.Directory, ctime: 0, mtime: 0, size: 0 };
    const { bytes, mtime } = this.file(uri);
    return { type: vscode.FileType.File, ctime: 0, mtime, size: bytes.length };
  }

  readDirectory(): [string, vscode.FileType][] {
    return [...this.files.keys()].map((path) => [path.slice(1), vscode.FileType.File]);
  }

  readFile(uri: vscode.Uri): Uint8Array {
    this.read.push(uri.path.slice(1));
    return this.file(uri).bytes;
  }

  createDirectory(): void {
    throw vscode.FileSystemError.NoPermissions();
  }

  writeFile(): void {
    throw vscode.FileSystemError.NoPermissions();
  }

  delete(): void {
    throw vscode.FileSystemError.NoPermissions();
  }

  rename(): void {
    throw vscode.FileSystemError.NoPermissions();
  }

  private file(uri: vscode.Uri): { readonly bytes: Uint8Array; readonly mtime: number } {
    const file = this.files.get(uri.path);
    if (file === undefined) throw vscode.FileSystemError.FileNotFound(uri);
    return file;
  }
}

describe('In a virtual workspace', () => {
  const memory = new MemoryFiles();
  let registration: vscode.Disposable;
  const sample = (name: string) => new Uint8Array(readFileSync(workspaceFile(name).fsPath));
  before(() => {
    makeWorkspace(workspaceFolder().fsPath);
    registration = vscode.workspace.registerFileSystemProvider(scheme, memory, { isReadonly: true });
  });
  afterEach(async () => {
    closeDocuments();
    await closeAllEditors();
  });
  after(() => registration.dispose());

  it('a checkpoint opens in the editor', async () => {
    const uri = memory.put('detector.pth', sample('detector.pth'));
    memory.read.length = 0;
    await vscode.commands.executeCommand('vscode.open', uri);
    const isOpen = () => Promise.resolve(openTabs().includes('graftlens.checkpoint detector.pth'));
    await eventually(isOpen, true);
    await eventually(() => Promise.resolve(memory.read.includes('detector.pth')), true);
  });

  it('it has the same tensors as on a disk', async () => {
    const uri = memory.put('copy.pth', sample('detector.pth'));
    const virtual = openDocument(uri);
    const local = openDocument(workspaceFile('detector.pth'));
    const [a, b] = await Promise.all([virtual.document.open(false), local.document.open(false)]);
    assert.deepEqual(a.totals, b.totals);
    assert.deepEqual(await virtual.keys(), await local.keys());
    assert.ok(a.totals.tensors > 0);
  });

  it('shards are found beside their index', async () => {
    const shard = (key: string): Uint8Array => {
      const header = JSON.stringify({ [key]: { dtype: 'F32', shape: [2], data_offsets: [0, 8] } });
      const length = Buffer.alloc(8);
      length.writeBigUInt64LE(BigInt(header.length));
      return new Uint8Array(Buffer.concat([length, Buffer.from(header), Buffer.alloc(8)]));
    };
    memory.put('part-1.safetensors', shard('a.weight'));
    memory.put('part-2.safetensors', shard('b.weight'));
    const index = { weight_map: { 'a.weight': 'part-1.safetensors', 'b.weight': 'part-2.safetensors' } };
    const uri = memory.put('model.safetensors.index.json', Buffer.from(JSON.stringify(index)));
    const { document, keys } = openDocument(uri);
    const summary = await document.open(false);
    assert.deepEqual(await keys(), ['a.weight', 'b.weight']);
    assert.equal(summary.partial, false);
    assert.equal(summary.totals.bytes, 16);
  });

  it('a file above the limit is not read, and the limit is told', async () => {
    const settings = vscode.workspace.getConfiguration('graftlens.checkpoint');
    await settings.update('virtualFileLimit', 1, vscode.ConfigurationTarget.Workspace);
    try {
      const uri = memory.put('large.pth', new Uint8Array(1.5 * 1024 * 1024));
      memory.read.length = 0;
      const { document } = openDocument(uri);
      await assert.rejects(document.open(false), {
        code: 'host.fileTooLarge',
        args: ['1.5 MiB', '1.0 MiB'],
      });
      assert.deepEqual(memory.read, []);
    } finally {
      await settings.update('virtualFileLimit', undefined, vscode.ConfigurationTarget.Workspace);
    }
  });

  it('it is compared with another file, and nothing is read above the limit', async () => {
    const script = vscode.Uri.joinPath(extension().extensionUri, 'dist', 'checkWorker.js').fsPath;
    const start = (): RestartingWorker<CheckWorkerRequests> => new RestartingWorker(script, 1_024);
    const runner = new ComparisonRunner(start, new Interpreters());
    const compare = (a: vscode.Uri): Promise<ComparisonAnswer> =>
      runner.run(
        { a: fileSide(a), b: fileSide(workspaceFile('detector.pth')) },
        new AbortController().signal,
      );
    const answer = await compare(memory.put('compared.pth', sample('detector.pth')));
    assert.ok(answer.kind === 'compared' && answer.differences.same && answer.keys.length > 0);
    const settings = vscode.workspace.getConfiguration('graftlens.checkpoint');
    await settings.update('virtualFileLimit', 1, vscode.ConfigurationTarget.Workspace);
    try {
      const large = memory.put('large.pth', new Uint8Array(1.5 * 1024 * 1024));
      await assert.rejects(compare(large), { code: 'host.fileTooLarge' });
    } finally {
      await settings.update('virtualFileLimit', undefined, vscode.ConfigurationTarget.Workspace);
    }
  });

  it('a file that is gone is told by its name', async () => {
    const { document } = openDocument(vscode.Uri.from({ scheme, path: '/nowhere.pth' }));
    await assert.rejects(document.open(false), { code: 'file.missing', args: ['nowhere.pth'] });
  });

  it('a change of the file is noticed', async () => {
    const uri = memory.put('growing.pth', sample('qu_method1.pth'));
    const { document, told } = openDocument(uri);
    assert.equal((await document.open(false)).totals.tensors, 2);
    memory.put('growing.pth', sample('detector.pth'));
    await eventually(() => Promise.resolve(told), ['documentChanged'], 15_000);
    assert.ok((await document.open(false)).totals.tensors > 2);
  });
});
