import assert from 'node:assert/strict';
import {
  copyFileSync,
  mkdtempSync,
  renameSync,
  rmSync,
  statSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ByteSource } from '../../../src/archive/byteSource';
import { BlockingFileSource } from '../../../src/files/blockingFileSource';
import { NodeFileSource } from '../../../src/files/nodeFileSource';
import { assertTrueOrTold, shown } from '../../support/shownFile';
import { writeTorchZip } from '../../support/torchZip';

const changes: Readonly<Record<string, (path: string, other: string) => void>> = {
  'cut off': (path) => truncateSync(path, statSync(path).size >> 1),
  emptied: (path) => writeFileSync(path, ''),
  'written anew in its place': (path, other) => {
    copyFileSync(other, path);
    // Another moment, even where the clock of the file system is slow.
    utimesSync(path, new Date(), new Date(Date.now() + 5_000));
  },
  'replaced by another': (path, other) => {
    copyFileSync(other, `${path}.new`);
    renameSync(`${path}.new`, path);
  },
  deleted: (path) => rmSync(path),
};

/** A file that is changed right before one of its reads. */
class ChangingSource implements ByteSource {
  reads = 0;
  readonly name: string;
  readonly size: number;

  constructor(
    private readonly inner: ByteSource,
    private readonly at: number,
    private readonly change: () => void,
  ) {
    this.name = inner.name;
    this.size = inner.size;
  }

  read(offset: number, length: number): Promise<Uint8Array> {
    if (this.reads++ === this.at) this.change();
    return this.inner.read(offset, length);
  }

  sibling(): Promise<null> {
    return Promise.resolve(null);
  }

  siblingNames(): Promise<readonly string[]> {
    return Promise.resolve([]);
  }
}

/** Two files of one size, with other keys and shapes. */
function writeFiles(folder: string): { readonly first: string; readonly second: string } {
  const [first, second] = [join(folder, 'first.pt'), join(folder, 'second.pt')];
  const keys = ['stem', 'body', 'neck', 'head'];
  const tensors = (shape: number[], end: string) =>
    keys.map((key) => ({ key: `${key}.${end}`, dtype: 'float32' as const, shape }));
  writeTorchZip(first, tensors([64, 128], 'weight'));
  writeTorchZip(second, tensors([128, 64], 'others'));
  assert.equal(statSync(first).size, statSync(second).size);
  return { first, second };
}

describe('A file on disk that is changed while it is open', () => {
  let folder = '';
  beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'graftlens-'))));
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const kinds = [
    ['editor', (path: string) => NodeFileSource.open(path)],
    ['command line', (path: string) => Promise.resolve(BlockingFileSource.open(path))],
  ] as const;
  for (const [user, open] of kinds) {
    for (const [name, change] of Object.entries(changes)) {
      it(`${name}: the ${user} shows what it was, or says that it has changed`, async () => {
        const { first, second } = writeFiles(folder);
        const path = join(folder, 'model.pt');
        const run = async (at: number) => {
          copyFileSync(first, path);
          const file = await open(path);
          const source = new ChangingSource(file, at, () => change(path, second));
          const result = await shown(source);
          await file.close();
          return { result, reads: source.reads };
        };
        const { result: whole, reads } = await run(Infinity);
        assert.ok(!('error' in whole) && reads > 6, 'it can be read, in several reads');
        assert.ok(whole.lines.some((line) => line.includes('stem.weight')));
        for (let at = 0; at < reads; at++) {
          const { result } = await run(at);
          assertTrueOrTold(whole, result, `read ${at}`);
          // Nothing of the other file, whatever else is said.
          if (!('error' in result)) assert.ok(!result.lines.join('').includes('others'), `read ${at}`);
        }
      });
    }
  }
});
