import type { CountingSource, Platform } from '../archive/byteSource';
import { archiveLimits } from '../archive/limits';
import { ZipDirectory, type ZipRecord } from '../archive/zipDirectory';
import { readRecord, recordDataOffset } from '../archive/zipRecord';
import { CheckpointError } from '../checkpointError';
import { readPickle } from '../pickle/readPickle';
import type { UnpickledStream } from '../pickle/unpickler';
import type { StorageSpec } from '../stateDict/tensorSpec';
import type { Checkpoint, CheckpointWarning, Note, StorageLocation } from './checkpoint';
import { checkpointLimits } from './limits';
import { TorchContext } from './persistentIds';
import { pickledRoot } from './pickledRoot';
import { openPt2 } from './pt2Checkpoint';
import { Resolver } from './resolver';
import { openTorchPackage } from './packageCheckpoint';
import { scriptSources, readScriptClasses } from './scriptClasses';
import { StorageCheck } from './storageCheck';
import { openTruncatedZip } from './truncatedZip';

/** A zip archive: a checkpoint of torch ≥ 1.6, TorchScript, torch.package or a pt2 export. */
export async function openZip(source: CountingSource, platform: Platform): Promise<Checkpoint> {
  let directory: ZipDirectory;
  try {
    directory = await ZipDirectory.read(source, platform);
  } catch (error) {
    // The end of the file is gone, or not what it should be: `data.pkl` stands at the start.
    if (error instanceof CheckpointError && error.code.startsWith('zip.')) {
      return openTruncatedZip(source, platform, error);
    }
    throw error;
  }
  const archive = new TorchArchive(source, platform, directory);
  if (archive.record('.data/extern_modules') !== undefined) return openTorchPackage(archive);
  if (archive.record('archive_format') !== undefined || archive.record('models/model.json') !== undefined) {
    return openPt2(archive);
  }
  if (archive.record('data.pkl') !== undefined) return openTorchZip(archive);
  const found = directory.records.find((record) => /(^|\/)data\.pkl$/i.test(record.name));
  if (found === undefined) {
    throw new CheckpointError('notCheckpoint.zip', [source.name, directory.count]);
  }
  return openTorchZip(archive.under(found.name.slice(0, -'data.pkl'.length)), [
    { code: 'zip.unusualRoot', args: [found.name], path: null },
  ]);
}

/** A zip as torch's reader sees it: every record below the folder of the first one. */
export class TorchArchive {
  constructor(
    readonly source: CountingSource,
    readonly platform: Platform,
    readonly directory: ZipDirectory,
    /** `archive/`, or empty for records at the root. */
    readonly prefix: string = firstFolder(directory),
  ) {}

  under(prefix: string): TorchArchive {
    return new TorchArchive(this.source, this.platform, this.directory, prefix);
  }

  record(name: string): ZipRecord | undefined {
    return this.directory.find(this.prefix + name);
  }

  /** A small text record, null without one. */
  async text(name: string): Promise<string | null> {
    const record = this.record(name);
    if (record === undefined) return null;
    const bytes = await readRecord(this.source, this.platform, record);
    return new TextDecoder('utf-8').decode(bytes);
  }

  async pickle(record: ZipRecord): Promise<UnpickledStream> {
    const { platform, source } = this;
    if (record.method !== 0) {
      const bytes = await readRecord(source, platform, record, archiveLimits.recordBytes);
      return readPickle({
        read: (offset, length) => Promise.resolve(bytes.subarray(offset, offset + length)),
        start: 0,
        end: bytes.length,
        firstWindow: bytes.length,
        toLatin1: platform.latin1,
      });
    }
    if (record.size <= checkpointLimits.wholePickle) {
      const bytes = await readRecord(source, platform, record, checkpointLimits.wholePickle);
      return readPickle({
        read: (offset, length) => Promise.resolve(bytes.subarray(offset, offset + length)),
        start: 0,
        end: bytes.length,
        firstWindow: bytes.length,
        toLatin1: platform.latin1,
      });
    }
    const start = await recordDataOffset(source, record);
    return readPickle({
      read: (offset, length) => source.read(start + offset, length),
      start: 0,
      end: Math.min(record.size, source.size - start),
      firstWindow: checkpointLimits.pickleWindow,
      toLatin1: platform.latin1,
    });
  }

  async locate(folder: string, storage: StorageSpec): Promise<StorageLocation | null> {
    const record = this.record(folder + storage.key);
    if (record === undefined || record.method !== 0) return null;
    const offset = await recordDataOffset(this.source, record);
    return { record: record.name, source: storage.source, offset, length: record.size };
  }
}

function firstFolder(directory: ZipDirectory): string {
  const first = directory.firstName;
  const slash = first.indexOf('/');
  return slash < 0 ? '' : first.slice(0, slash + 1);
}

async function openTorchZip(archive: TorchArchive, unusual: CheckpointWarning[] = []): Promise<Checkpoint> {
  const { source, directory } = archive;
  const dataRecord = archive.record('data.pkl') as ZipRecord;
  const stream = await archive.pickle(dataRecord);
  const script =
    archive.record('constants.pkl') !== undefined || archive.record('bytecode.pkl') !== undefined;
  const storageCheck = new StorageCheck(directory, `${archive.prefix}data/`);
  const context = new TorchContext(
    source.shard ? source.name : null,
    script ? await readScriptClasses(archive) : undefined,
    (storage) => storageCheck.storage(storage),
  );
  const resolver = new Resolver(context);
  const root = resolver.content(stream.value);
  const warnings: CheckpointWarning[] = [
    ...unusual,
    ...streamWarnings(stream),
    ...archiveWarnings(directory),
  ];
  let isComplete = false;
  const byteOrder = (await archive.text('byteorder'))?.trim() ?? null;
  const checkpoint: Checkpoint = {
    format: script ? 'torchscript' : 'torch-zip',
    fileName: source.name,
    fileSize: source.size,
    partial: stream.error !== null,
    root,
    facts: [
      { code: 'fact.protocol', args: [stream.protocol] },
      ...(byteOrder === null ? [] : [byteOrderFact(byteOrder)]),
      ...(await scriptFacts(archive, script)),
      { code: 'fact.savedByTorch', args: [byteOrder === null ? '1.6' : '2.1'] },
    ],
    // Asked for once all is known: tensors that were looked at have named their storages by then.
    get warnings() {
      if (!isComplete) context.resolveAll(stream.records);
      isComplete = true;
      return [...warnings, ...storageCheck.warnings, ...context.warnings];
    },
    sources: script ? scriptSources(archive) : [],
    streams: [{ record: dataRecord.name, stream }],
    ...(script ? {} : { pickled: pickledRoot(stream, resolver, context) }),
    bytesRead: () => source.bytesRead,
    locate: (storage) => archive.locate('data/', storage),
  };
  return checkpoint;
}

function byteOrderFact(byteOrder: string): Note {
  if (byteOrder === 'little') return { code: 'fact.littleEndian', args: [] };
  return byteOrder === 'big'
    ? { code: 'fact.bigEndian', args: [] }
    : { code: 'fact.byteOrder', args: [byteOrder] };
}

async function scriptFacts(archive: TorchArchive, script: boolean): Promise<readonly Note[]> {
  if (!script) return [];
  const version = (await archive.text('version'))?.trim();
  const facts: Note[] = version === undefined ? [] : [{ code: 'fact.scriptVersion', args: [version] }];
  if (archive.record('bytecode.pkl') !== undefined) facts.push({ code: 'fact.mobile', args: [] });
  return facts;
}

export function streamWarnings(stream: UnpickledStream): readonly CheckpointWarning[] {
  if (stream.error === null) return [];
  return [{ code: stream.error.code, args: stream.error.args, path: null }];
}

function archiveWarnings(directory: ZipDirectory): readonly CheckpointWarning[] {
  const warnings: CheckpointWarning[] = [];
  if (directory.prependedBytes > 0) {
    warnings.push({ code: 'zip.prepended', args: [directory.prependedBytes], path: null });
  }
  if (directory.duplicates.length > 0) {
    warnings.push({
      code: 'zip.duplicateNames',
      args: [directory.duplicates.length, directory.duplicates[0] ?? ''],
      path: null,
    });
  }
  return warnings;
}
