import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ByteSource } from '../../../src/archive/byteSource';
import { MemorySource } from '../../../src/archive/memorySource';
import { lowerLimits } from '../../fuzz/engine/lowerLimits';
import { folderFiles } from '../../fuzz/targets/folders';
import { faults, FaultySource } from '../../support/faultySource';
import { assertTrueOrTold, shown } from '../../support/shownFile';

/** More than what is read in one go: with it, each container is read as a large one is. */
const ROOM = 70_000;

/** Reads at which something goes wrong, of a file that is read more often. */
const MOST = 24;

const names = [
  'joblib-gzip.pkl.gz',
  'joblib-protocol2.joblib',
  'legacy-quantized-per-channel.pt',
  'legacy-training-checkpoint.pt',
  'legacy-views.pt',
  'package.pt',
  'pickle-numpy-scalars.pkl',
  'safetensors-dtypes.safetensors',
  'tar.pt',
  'torchscript-frozen.pt',
  'zip-distributed-tensor.pt',
  'zip-module-with-extra-state.pt',
  'zip-optimizer-whole.pt',
  'zip-pickle-deflated.pt',
  'zip-quantized-module-whole.pt',
];

const seeds = join(__dirname, '..', '..', 'fuzz', 'seeds');

describe('A file with which something goes wrong while it is read', function () {
  this.timeout(120_000);
  before(lowerLimits);
  for (const [name, file] of files()) {
    it(`is shown as it is, or said to be broken: ${name}`, async () => {
      const plain = new FaultySource(file, 'fails', Infinity);
      const whole = await shown(plain);
      assert.ok(!('error' in whole), `it can be read: ${'error' in whole ? whole.error.message : ''}`);
      const { reads } = plain.counter;
      const step = Math.max(1, Math.ceil(reads / MOST));
      for (const fault of faults) {
        for (let at = 0; at < reads; at += step)
          assertTrueOrTold(whole, await shown(new FaultySource(file, fault, at)), `${fault}, read ${at}`);
      }
    });
  }
});

/** Real files of every container, with room in places where none is meant to look. */
function* files(): Generator<readonly [string, ByteSource]> {
  for (const name of names) {
    const bytes = new Uint8Array(readFileSync(join(seeds, 'checkpoint', name)));
    const isZip = bytes[0] === 0x50 && bytes[1] === 0x4b;
    const room = new Uint8Array(ROOM);
    const parts = isZip ? [bytes.subarray(0, 4), room, bytes] : [bytes, room];
    yield [name, new MemorySource(name, new Uint8Array(Buffer.concat(parts)))];
  }
  yield* folderFiles(readFileSync(join(seeds, 'folders', 'dcp-single-module.metadata')));
}
