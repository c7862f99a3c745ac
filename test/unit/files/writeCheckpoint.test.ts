import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { recordDataOffset } from '../../../src/archive/zipRecord';
import { ZipDirectory } from '../../../src/archive/zipDirectory';
import { CountingSource } from '../../../src/archive/byteSource';
import type { CheckpointPlan, PlannedRecord } from '../../../src/checkpointWriter/plan';
import { zipLayout } from '../../../src/checkpointWriter/zipLayout';
import { NodeFileSource } from '../../../src/files/nodeFileSource';
import { nodePlatform } from '../../../src/files/nodePlatform';
import { writeCheckpoint } from '../../../src/files/writeCheckpoint';

describe('Writing a checkpoint', () => {
  const folder = mkdtempSync(join(tmpdir(), 'graftlens-'));
  const input = join(folder, 'input.bin');
  const data = Buffer.from(Array.from({ length: 10_000 }, (_, i) => i % 251));
  writeFileSync(input, data);
  const out = join(folder, 'out.pt');
  after(() => rmSync(folder, { recursive: true }));
  beforeEach(() => rmSync(out, { force: true }));

  const copied = (name: string, offset: number, length: number): PlannedRecord => ({
    name,
    size: length,
    pieces: [{ source: null, offset, length }],
  });
  const planOf = (records: readonly PlannedRecord[]): CheckpointPlan => ({ records, keys: 1 });

  it('puts the data of every record at a multiple of 64 bytes', async () => {
    const records = Array.from({ length: 200 }, (_, i) => copied(`data/${i}`, i, i * 7));
    const { bytes } = await writeCheckpoint(out, planOf(records), await NodeFileSource.open(input));
    assert.equal(readFileSync(out).length, bytes);
    const source = new CountingSource(await NodeFileSource.open(out));
    const directory = await ZipDirectory.read(source, nodePlatform);
    assert.equal(directory.count, 200);
    for (const [i, record] of directory.records.entries()) {
      const offset = await recordDataOffset(source, record);
      assert.equal(offset % 64, 0, record.name);
      assert.deepEqual(await source.read(offset, i * 7), new Uint8Array(data.subarray(i, i + i * 7)));
    }
  });

  it('leaves nothing behind when it is cancelled', async () => {
    const stop = new AbortController();
    const records = Array.from({ length: 3_000 }, (_, i) => copied(`data/${i}`, 0, 5_000));
    const writing = writeCheckpoint(out, planOf(records), await NodeFileSource.open(input), {
      signal: stop.signal,
      progress: (share) => share > 0.2 && stop.abort(),
    });
    await assert.rejects(writing, { code: 'writing.cancelled' });
    assert.deepEqual(readdirSync(folder), ['input.bin']);
  });

  it('keeps the file that was there when the source can no longer be read', async () => {
    writeFileSync(out, 'before');
    const records = [copied('data/0', 0, 9_000), copied('data/1', 5_000, 6_000)];
    await assert.rejects(writeCheckpoint(out, planOf(records), await NodeFileSource.open(input)), {
      code: 'file.changed',
    });
    assert.equal(readFileSync(out, 'utf8'), 'before');
    assert.deepEqual(readdirSync(folder).sort(), ['input.bin', 'out.pt']);
  });

  it('does not replace the checkpoint that it reads', async () => {
    const writing = writeCheckpoint(
      input,
      planOf([copied('data/0', 0, 5)]),
      await NodeFileSource.open(input),
    );
    await assert.rejects(writing, { code: 'writing.sameFile' });
    assert.deepEqual(readFileSync(input), data);
  });

  it('says what jszip cannot write', () => {
    const large = [copied('data/0', 0, 2 ** 31), copied('data/1', 0, 2 ** 31)];
    assert.throws(() => zipLayout(large), { code: 'writing.tooLarge' });
    assert.ok(zipLayout(large.slice(1)).size > 2 ** 31);
    const many = Array.from({ length: 65_535 }, (_, i) => copied(`data/${i}`, 0, 0));
    assert.throws(() => zipLayout(many), { code: 'writing.tooManyRecords', args: [65_535, 65_534] });
  });
});
