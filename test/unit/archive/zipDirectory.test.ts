import assert from 'node:assert/strict';
import JSZip from 'jszip';
import { describe, it } from 'mocha';
import { MemorySource } from '../../../src/archive/memorySource';
import { ZipDirectory } from '../../../src/archive/zipDirectory';
import { readRecord, recordDataOffset } from '../../../src/archive/zipRecord';
import { CheckpointError } from '../../../src/checkpointError';
import { nodePlatform } from '../../../src/files/nodePlatform';

async function zipOf(
  files: Readonly<Record<string, string>>,
  compression: 'STORE' | 'DEFLATE' = 'STORE',
): Promise<Uint8Array> {
  const zip = new JSZip();
  for (const [name, text] of Object.entries(files)) zip.file(name, text, { createFolders: false });
  return zip.generateAsync({ type: 'uint8array', compression });
}

function joined(...parts: readonly Uint8Array[]): Uint8Array {
  return Uint8Array.from(parts.flatMap((part) => [...part]));
}

describe('The zip directory', () => {
  it('finds records whatever the case of their names, and reads them', async () => {
    for (const compression of ['STORE', 'DEFLATE'] as const) {
      const source = new MemorySource(
        'x.pt',
        await zipOf({ 'a/data.pkl': 'first', 'a/byteorder': 'little' }, compression),
      );
      const directory = await ZipDirectory.read(source, nodePlatform);
      assert.equal(directory.count, 2);
      assert.equal(directory.firstName, 'a/data.pkl');
      const record = directory.find('A/DATA.PKL');
      assert.ok(record !== undefined);
      assert.equal(directory.sizeOf('a/', 'byteorder'), 6);
      assert.equal(directory.sizeOf('a/', 'none'), -1);
      assert.equal(new TextDecoder().decode(await readRecord(source, nodePlatform, record)), 'first');
    }
  });

  it('counts offsets from the archive when data stands before it', async () => {
    const archive = await zipOf({ 'a/data.pkl': 'payload' });
    const source = new MemorySource('x.pt', joined(new Uint8Array(100), archive));
    const directory = await ZipDirectory.read(source, nodePlatform);
    assert.equal(directory.prependedBytes, 100);
    const record = directory.records[0];
    assert.ok(record !== undefined);
    const offset = await recordDataOffset(source, record);
    assert.equal(new TextDecoder().decode(await source.read(offset, 7)), 'payload');
  });

  it('is where its end record says, as for torch, and not the last one before it', async () => {
    const archives = [await zipOf({ 'a/data.pkl': 'first' }), await zipOf({ 'a/data.pkl': 'other' })];
    const source = new MemorySource('x.pt', joined(...archives));
    const directory = await ZipDirectory.read(source, nodePlatform);
    const record = directory.find('a/data.pkl');
    assert.ok(record !== undefined);
    assert.equal(directory.prependedBytes, 0);
    assert.equal(new TextDecoder().decode(await readRecord(source, nodePlatform, record)), 'first');
  });

  it('reads tens of thousands of records', async () => {
    const files: Record<string, string> = {};
    for (let i = 0; i < 3_000; i++) files[`archive/data/${i}`] = String(i);
    const directory = await ZipDirectory.read(new MemorySource('x.pt', await zipOf(files)), nodePlatform);
    assert.equal(directory.count, 3_000);
    for (let i = 0; i < 3_000; i += 37)
      assert.equal(directory.sizeOf('archive/data/', String(i)), String(i).length);
    assert.deepEqual(directory.duplicates, []);
  });

  it('names every way in which an archive can be broken', async () => {
    const archive = await zipOf({ 'a/data.pkl': 'payload' });
    const end = archive.length - 22;
    const changed = (at: number, ...bytes: number[]): Uint8Array => {
      const copy = archive.slice();
      copy.set(bytes, at);
      return copy;
    };
    const cases: readonly [Uint8Array, string][] = [
      [archive.subarray(0, end), 'zip.noEndRecord'],
      [new Uint8Array(0), 'zip.noEndRecord'],
      [changed(end + 12, 0xff, 0xff, 0xff, 0x7f), 'zip.directoryTooLarge'],
      [changed(end + 16, 0xff, 0xff, 0xff, 0x7f), 'zip.badDirectory'],
      [changed(end + 10, 0xff, 0xff), 'zip.badDirectory'],
      [changed(archive.length - 22 - 56, 0x51), 'zip.badHeader'],
    ];
    for (const [bytes, code] of cases) {
      await assert.rejects(
        ZipDirectory.read(new MemorySource('x.pt', bytes), nodePlatform),
        (error) => error instanceof CheckpointError && error.code === code,
        code,
      );
    }
  });
});
