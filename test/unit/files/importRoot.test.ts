import assert from 'node:assert/strict';
import { importRoot, type ImportableFiles } from '../../../src/files/importRoot';
import type { Module } from '../../../src/python/syntax';

/** A disk with these files and folders, where every file has the same imports. */
function disk(paths: readonly string[], ...imports: readonly string[]): ImportableFiles {
  const names = imports.map((name) => ({ name }));
  return {
    isFile: (path) => paths.includes(path),
    isDirectory: (path) => path === '/sys' || paths.some((one) => one.startsWith(`${path}/`)),
    module: () => ({ body: [{ kind: 'import', names }] }) as unknown as Module,
  };
}

describe('The folder where imports start', () => {
  it('is the first above the file from which they resolve', () => {
    const files = disk(['/repo/nets/yolo.py', '/repo/nets/backbone.py'], 'nets.backbone', 'torch');
    assert.equal(importRoot(files, '/repo/nets/yolo.py', null), '/repo');
  });

  it('is the folder of the file where none resolves', () => {
    assert.equal(importRoot(disk(['/a/b/model.py'], 'torch'), '/a/b/model.py', null), '/a/b');
  });

  it('is never the root of the disk, which has a folder of the name “sys” on Linux', () => {
    const files = disk(['/home/me/v1.2/model.py'], 'sys', 'torch');
    assert.equal(importRoot(files, '/home/me/v1.2/model.py', null), '/home/me/v1.2');
  });
});
