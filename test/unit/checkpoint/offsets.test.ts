import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'mocha';
import { openCheckpoint } from '../../../src/checkpoint/openCheckpoint';
import { listContents } from '../../../src/checkpoint/listing';
import { fileOffset, storageStarts } from '../../../src/cli/inspecting/storageStarts';
import { NodeFileSource } from '../../../src/files/nodeFileSource';
import { nodePlatform } from '../../../src/files/nodePlatform';
import { writeTorchZip } from '../../support/torchZip';

describe('Offsets of many tensors', () => {
  let folder = '';
  before(() => (folder = mkdtempSync(join(tmpdir(), 'graftlens-'))));
  after(() => rmSync(folder, { recursive: true, force: true }));

  it('cost the local headers and no byte of tensor data', async () => {
    const file = join(folder, 'many.pt');
    const keys = Array.from({ length: 3_000 }, (_, i) => `layers.${i}.weight`);
    writeTorchZip(
      file,
      keys.map((key, i) => ({ key, dtype: 'float32', shape: [1 + (i % 40), 25] })),
    );
    const source = await NodeFileSource.open(file);
    const checkpoint = await openCheckpoint(source, nodePlatform);
    const before = checkpoint.bytesRead();
    const starts = await storageStarts(checkpoint);
    const { tensors } = listContents(checkpoint.root);
    const offsets = tensors.map(({ tensor }) => fileOffset(starts, tensor));
    assert.equal(tensors.length, keys.length);
    // 30 bytes are a local header without its name and extra field.
    assert.equal(checkpoint.bytesRead() - before, 30 * keys.length);
    const bytes = readFileSync(file);
    keys.forEach((_, i) => {
      const header = bytes.indexOf(`archive/data/${i}F`, i === 0 ? 0 : (offsets[i - 1] ?? 0)) - 30;
      const extra = bytes.readUInt16LE(header + 28);
      assert.equal(offsets[i], header + 30 + `archive/data/${i}`.length + extra, `tensor ${i}`);
    });
    await source.close();
  });
});
