import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import JSZip from 'jszip';
import { packageExtension } from '../../scripts/package.mjs';
import { editorCache } from '../../scripts/paths.mjs';
import { installServedHost } from '../../scripts/vscodeHost/install.mjs';
import { installExtension, listExtensions } from '../../scripts/vscodeHost/server.mjs';

const samples = join(__dirname, '..', 'samples');

describe('The package', () => {
  let folder: string;
  let vsix: string;
  let files: string[];
  before(async () => {
    vsix = process.env['GRAFTLENS_VSIX'] ?? (await packageExtension());
    mkdirSync(editorCache, { recursive: true });
    folder = mkdtempSync(join(editorCache, 'package-'));
    const archive = await JSZip.loadAsync(readFileSync(vsix));
    const entries = Object.values(archive.files).filter((entry) => !entry.dir);
    for (const entry of entries) {
      const path = join(folder, entry.name);
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, await entry.async('nodebuffer'));
    }
    files = entries.map(({ name }) => name).sort();
  });
  after(() => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }));

  it('holds what the extension needs at run time', () => {
    for (const name of [
      'package.json',
      'package.nls.json',
      'package.nls.zh-cn.json',
      'readme.md',
      'LICENSE.txt',
      'dist/extension.js',
      'dist/worker.js',
      'dist/decoders.js',
      'dist/zipStream.js',
      'dist/cli.js',
      'dist/cli-inspect.js',
      'python/check_weights.py',
      'python/graftlens_torch/session.py',
      'dist/web-tree-sitter.wasm',
      'dist/tree-sitter-python.wasm',
      'dist/media/checkpointEditor.js',
      'dist/media/checkpointEditor.css',
    ]) {
      assert.ok(files.includes(`extension/${name}`), name);
    }
  });

  it('holds no source, test, map or dependency', () => {
    const strangers = files.filter((name) =>
      /\.(map|ts)$|node_modules|\/(src|test|scripts|out)\//.test(name),
    );
    assert.deepEqual(strangers, []);
  });

  it('stays small', () => {
    // Five of its bundles carry the catalogue of torch.nn, so that each is one file that starts at once.
    assert.ok(statSync(vsix).size < 3_250_000, `${statSync(vsix).size} bytes`);
  });

  it('inspects a checkpoint in a terminal, without node_modules', () => {
    const cli = join(folder, 'extension', 'dist', 'cli.js');
    const answer: unknown = JSON.parse(
      execFileSync(process.execPath, [cli, 'inspect', join(samples, 'qu_method1.pth'), '--json'], {
        encoding: 'utf8',
      }),
    );
    assert.ok(typeof answer === 'object' && answer !== null && 'tensors' in answer);
    const { tensors } = answer as {
      tensors: readonly { path: readonly string[]; shape: readonly number[] }[];
    };
    assert.deepEqual(
      tensors.map(({ path, shape }) => [path.join('.'), shape]),
      [
        ['conv1.weight', [64, 3, 3, 3]],
        ['conv1.bias', [64]],
      ],
    );
  });

  it('is installed by VS Code', async () => {
    const host = await installServedHost();
    const profile = join(folder, 'profile');
    await installExtension(host, profile, vsix);
    assert.deepEqual(await listExtensions(host, profile), ['graftlens.graftlens']);
  });
});
