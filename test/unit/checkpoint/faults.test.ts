import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ByteSource } from '../../../src/archive/byteSource';
import { MemorySource } from '../../../src/archive/memorySource';
import { openCheckpoint } from '../../../src/checkpoint/openCheckpoint';
import { CheckpointError } from '../../../src/checkpointError';
import { nodePlatform } from '../../../src/files/nodePlatform';
import { checkpointSource } from '../../../src/outline/outlineSource';
import { text, textsFor } from '../../../src/protocol/texts/text';
import { lowerLimits } from '../../fuzz/engine/lowerLimits';
import { describeListing, describeOutline } from '../../fuzz/oracles/checkpoint';
import { folderFiles } from '../../fuzz/targets/folders';
import { faults, FaultySource, type Fault } from '../../support/faultySource';

/** More than what is read in one go: with it, each container is read as a large one is. */
const ROOM = 70_000;

/** Reads at which something goes wrong, of a file that is read more often. */
const MOST = 24;

interface Shown {
  readonly isPartial: boolean;
  readonly lines: readonly string[];
}

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
          check(whole, await shown(new FaultySource(file, fault, at)), fault, at);
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

async function shown(source: ByteSource): Promise<Shown | { readonly error: CheckpointError }> {
  try {
    const checkpoint = await openCheckpoint(source, nodePlatform);
    const lines = [
      ...(await describeListing(checkpoint)),
      ...(await describeOutline(checkpointSource(checkpoint))),
    ];
    // How much had to be read is no part of what is shown.
    const shown = lines.map((line) => line.replace(/"bytesRead":\d+/, ''));
    return { isPartial: checkpoint.partial, lines: shown };
  } catch (error) {
    // Anything else is a fault of ours.
    if (!(error instanceof CheckpointError)) throw error;
    return { error };
  }
}

function check(whole: Shown, now: Awaited<ReturnType<typeof shown>>, fault: Fault, at: number): void {
  const when = `${fault}, read ${at}`;
  if ('error' in now) {
    for (const language of ['en', 'zh-cn']) {
      const said = text(textsFor(language), now.error);
      assert.ok(said.length > 10 && !said.includes(now.error.code), `${when}: ${said}`);
    }
    return;
  }
  if (now.isPartial) return;
  assert.equal(now.lines.length, whole.lines.length, when);
  now.lines.forEach((line, i) => {
    // A question that could not be answered is answered so.
    if (/^"?file\.(readFailed|changed)\(/.test(line)) return;
    assert.equal(line, whole.lines[i], when);
  });
}
