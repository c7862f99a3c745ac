import type { Checkpoint, CheckpointStream, CheckpointWarning } from './checkpoint';
import type { Content } from './content';
import { TorchContext } from './persistentIds';
import { dictOf, textOf } from './plainContent';
import { Resolver } from './resolver';
import { streamWarnings, type TorchArchive } from './zipCheckpoint';
import { readRecord } from '../archive/zipRecord';
import { checkpointLimits } from './limits';

/** A `torch.package` archive: each pickled resource under its record's name; storages in `.data/<key>.storage`. */
export async function openTorchPackage(archive: TorchArchive): Promise<Checkpoint> {
  const { source, directory, prefix } = archive;
  const contexts: TorchContext[] = [];
  const streams: CheckpointStream[] = [];
  const warnings: CheckpointWarning[] = [];
  const entries: [string, Content][] = [];
  for (const record of directory.records) {
    const name = record.name.slice(prefix.length);
    if (!record.name.startsWith(prefix) || name.startsWith('.data/') || name === 'byteorder') continue;
    if (name.endsWith('.pkl')) {
      const stream = await archive.pickle(record);
      const context = new TorchContext();
      contexts.push(context);
      streams.push({ record: record.name, stream });
      warnings.push(...streamWarnings(stream));
      entries.push([name, new Resolver(context).content(stream.value)]);
    } else if (record.size <= 1 << 16 && !name.endsWith('.py')) {
      entries.push([
        name,
        textOf(new TextDecoder().decode(await readRecord(source, archive.platform, record))),
      ]);
    }
    if (entries.length >= checkpointLimits.picklesPerFile) break;
  }
  const python = (await archive.text('.data/python_version'))?.trim();
  return {
    format: 'torch-package',
    fileName: source.name,
    fileSize: source.size,
    partial: streams.some(({ stream }) => stream.error !== null),
    root: dictOf(entries, 'torch.package'),
    facts: python === undefined ? [] : [{ code: 'fact.pythonVersion', args: [python] }],
    get warnings() {
      return [...warnings, ...contexts.flatMap((context) => context.warnings)];
    },
    sources: directory.records
      .filter((record) => record.name.endsWith('.py'))
      .map((record) => ({
        name: record.name.slice(prefix.length),
        read: async () => new TextDecoder('utf-8').decode(await readRecord(source, archive.platform, record)),
      })),
    streams,
    bytesRead: () => source.bytesRead,
    locate: (storage) => archive.locate('.data/', { ...storage, key: `${storage.key}.storage` }),
  };
}
