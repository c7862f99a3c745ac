import assert from 'node:assert/strict';
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readlinkSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CheckpointError } from '../../../src/checkpointError';
import { MemorySource } from '../../../src/archive/memorySource';
import { isPlainFileName } from '../../../src/files/fileRules';
import { NodeFileSource } from '../../../src/files/nodeFileSource';
import { RemoteSource } from '../../../src/files/remoteSource';

const rejectsWith = (code: string) => (error: unknown) =>
  error instanceof CheckpointError && error.code === code;

describe('A file on disk', () => {
  let folder = '';
  let path = '';
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'graftlens-'));
    path = join(folder, 'model.bin');
    writeFileSync(path, Buffer.from('0123456789'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it('is read by ranges, cut at its end', async () => {
    const source = await NodeFileSource.open(path);
    assert.deepEqual([source.name, source.size], ['model.bin', 10]);
    assert.equal(Buffer.from(await source.read(2, 3)).toString(), '234');
    assert.equal(Buffer.from(await source.read(8, 100)).toString(), '89');
    assert.equal((await source.read(10, 5)).length, 0);
    assert.equal((await source.read(-1, 5)).length, 0);
    assert.equal((await source.read(0, Number.NaN)).length, 0);
    await source.close();
  });

  it('answers reads at the same time', async () => {
    const source = await NodeFileSource.open(path);
    const parts = await Promise.all([0, 3, 6, 9].map((offset) => source.read(offset, 3)));
    assert.equal(Buffer.concat(parts).toString(), '0123456789');
    await source.close();
  });

  it('answers many small reads of the same moment, and large ones among them', async () => {
    const bytes = Uint8Array.from({ length: 50_000 }, (_, i) => (i * 31 + (i >> 8)) & 0xff);
    writeFileSync(path, bytes);
    const source = await NodeFileSource.open(path);
    const ranges = Array.from(
      { length: 5_000 },
      (_, i) => [(i * 7_919) % 50_000, i % 250 === 0 ? 9_000 : 30] as const,
    );
    const parts = await Promise.all(ranges.map(([offset, length]) => source.read(offset, length)));
    parts.forEach((part, i) => {
      const [offset, length] = ranges[i] ?? [0, 0];
      assert.deepEqual(part, bytes.slice(offset, offset + length));
    });
    await source.close();
  });

  it('refuses each of many reads when it has changed', async () => {
    const source = await NodeFileSource.open(path);
    await source.read(0, 1);
    writeFileSync(path, Buffer.from('something else'));
    const results = await Promise.allSettled([0, 3, 6].map((offset) => source.read(offset, 3)));
    for (const result of results) {
      assert.equal(result.status, 'rejected');
      assert.ok(rejectsWith('file.changed')(result.reason));
    }
    await source.close();
  });

  it('is closed when idle, and opened again', async function () {
    if (process.platform !== 'linux') this.skip();
    this.timeout(15_000);
    const isOpen = (): boolean =>
      readdirSync('/proc/self/fd').some((fd) => {
        try {
          return readlinkSync(`/proc/self/fd/${fd}`) === path;
        } catch {
          return false;
        }
      });
    const source = await NodeFileSource.open(path);
    assert.equal(isOpen(), false, 'measuring does not open it');
    await source.read(0, 1);
    assert.equal(isOpen(), true);
    for (const until = Date.now() + 10_000; isOpen() && Date.now() < until;) {
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    assert.equal(isOpen(), false);
    assert.equal((await source.read(0, 1)).length, 1);
    await source.close();
    assert.equal(isOpen(), false);
  });

  it('is told from what it became', async () => {
    const source = await NodeFileSource.open(path);
    await source.read(0, 1);
    writeFileSync(path, 'longer than before');
    await assert.rejects(source.read(0, 1), rejectsWith('file.changed'));
    await source.close();
    writeFileSync(path, Buffer.from('0123456789'));
    const same = await NodeFileSource.open(path);
    utimesSync(path, new Date(0), new Date(0));
    await assert.rejects(same.read(0, 1), rejectsWith('file.changed'));
    await same.close();
  });

  it('that is not there, or no file, is a typed error', async () => {
    await assert.rejects(NodeFileSource.open(join(folder, 'none')), rejectsWith('file.missing'));
    await assert.rejects(NodeFileSource.open(folder), rejectsWith('file.isFolder'));
    await assert.rejects(NodeFileSource.open(join(path, 'below')), rejectsWith('file.missing'));
  });

  it('has siblings in its own folder only', async () => {
    writeFileSync(join(folder, 'shard-1.bin'), 'x');
    mkdirSync(join(folder, 'sub'));
    writeFileSync(join(folder, 'sub', 'y'), 'y');
    symlinkSync(join(folder, 'sub', 'y'), join(folder, 'linked'));
    const source = await NodeFileSource.open(path);
    assert.equal((await source.sibling('shard-1.bin'))?.size, 1);
    assert.equal((await source.sibling('linked'))?.size, 1, 'weights may be links into a cache');
    for (const name of [
      'none',
      'sub',
      'sub/y',
      '../etc',
      '..',
      '.',
      '',
      'a\\b',
      'C:x',
      'a\0b',
      '/etc/passwd',
    ]) {
      assert.equal(await source.sibling(name), null, name);
    }
    assert.deepEqual([...(await source.siblingNames())].sort(), ['linked', 'model.bin', 'shard-1.bin']);
  });
});

describe('Names of siblings', () => {
  it('are plain', () => {
    for (const name of ['model-00001-of-00002.safetensors', '.metadata', '__0_0.distcp', '权重.pt']) {
      assert.ok(isPlainFileName(name), name);
    }
    for (const name of ['a/b', '..', 'a:b', 'x'.repeat(256)]) assert.ok(!isPlainFileName(name), name);
  });
});

describe('Files in memory and from the host', () => {
  it('are read by ranges', async () => {
    const source = new MemorySource('a', new Uint8Array([1, 2, 3]), new Map([['b', new Uint8Array([9])]]));
    assert.deepEqual([...(await source.read(1, 9))], [2, 3]);
    assert.deepEqual([...((await (await source.sibling('b'))?.read(0, 1)) ?? [])], [9]);
    assert.equal(await source.sibling('c'), null);
  });
  it('are asked of the host whole, and its refusal is the answer', async () => {
    const asked: string[] = [];
    const files = {
      readFile: (name: string) => {
        asked.push(name);
        if (name === 'huge')
          return Promise.reject(new CheckpointError('host.fileTooLarge', ['2 GiB', '1 GiB']));
        return Promise.resolve(name === 'a' ? new Uint8Array([5, 6]) : null);
      },
      fileNames: () => Promise.resolve(['a']),
    };
    const source = await RemoteSource.open('a', files);
    assert.deepEqual([...(await source.read(1, 1))], [6]);
    assert.equal(await source.sibling('../a'), null);
    assert.deepEqual(asked, ['a'], 'a name that is no plain name is not asked for');
    await assert.rejects(RemoteSource.open('huge', files), rejectsWith('host.fileTooLarge'));
    await assert.rejects(RemoteSource.open('none', files), rejectsWith('file.missing'));
  });
});
