import type { CountingSource, Platform } from '../archive/byteSource';
import { CheckpointError } from '../checkpointError';
import type { Checkpoint, CheckpointStream, CheckpointWarning } from './checkpoint';
import type { Content } from './content';
import { checkpointLimits } from './limits';
import { openLegacyOrPickle } from './legacyCheckpoint';
import { dictOf, jsonContent } from './plainContent';
import { openSafetensors } from './safetensorsCheckpoint';
import { sniff, sniffLength } from './sniff';
import { openZip } from './zipCheckpoint';

/** `*.index.json`: `{"metadata": {…}, "weight_map": {key: file}}`; its shards open as one model. */
export async function openSharded(source: CountingSource, platform: Platform): Promise<Checkpoint> {
  const index = await readIndex(source);
  const shards = [...new Set(index.weightMap.values())];
  if (shards.length > checkpointLimits.shards) {
    throw new CheckpointError('sharded.tooManyShards', [shards.length, checkpointLimits.shards]);
  }
  const warnings: CheckpointWarning[] = [];
  const streams: CheckpointStream[] = [];
  const opened = new Map<
    string,
    { readonly checkpoint: Checkpoint; readonly entries: ReadonlyMap<string, Content> }
  >();
  let size = source.size;
  for (const name of shards) {
    const shard = await openShard(source, platform, name, warnings);
    if (shard === null) continue;
    opened.set(name, { checkpoint: shard, entries: entriesOf(shard.root) });
    streams.push(...shard.streams);
    size += shard.fileSize;
    for (const warning of shard.warnings) warnings.push({ ...warning, path: warning.path ?? null });
  }
  const entries: [string, Content][] = [];
  const missing: string[] = [];
  for (const [key, name] of index.weightMap) {
    const content = opened.get(name)?.entries.get(key);
    if (content !== undefined) entries.push([key, content]);
    else if (opened.has(name)) missing.push(key);
  }
  if (missing.length > 0) {
    warnings.push({ code: 'sharded.keyMissing', args: [missing.length, missing[0] ?? ''], path: null });
  }
  const root = dictOf(
    index.metadata === null ? entries : [...entries, ['metadata', jsonContent(index.metadata)]],
  );
  return {
    format: 'sharded',
    fileName: source.name,
    fileSize: size,
    partial: opened.size < shards.length || [...opened.values()].some(({ checkpoint }) => checkpoint.partial),
    root,
    facts: [{ code: 'fact.shards', args: [shards.length] }],
    warnings,
    sources: [],
    streams,
    bytesRead: () => source.bytesRead,
    locate: (storage) =>
      opened.get(storage.source ?? '')?.checkpoint.locate(storage) ?? Promise.resolve(null),
  };
}

interface ShardIndex {
  readonly weightMap: ReadonlyMap<string, string>;
  readonly metadata: unknown;
}

async function readIndex(source: CountingSource): Promise<ShardIndex> {
  if (source.size > checkpointLimits.jsonBytes) {
    throw new CheckpointError('sharded.indexTooLarge', [source.size, checkpointLimits.jsonBytes]);
  }
  let json: unknown;
  try {
    json = JSON.parse(new TextDecoder('utf-8').decode(await source.read(0, source.size)));
  } catch (error) {
    throw new CheckpointError('sharded.badIndex', [error instanceof Error ? error.message : '']);
  }
  const record = (json ?? {}) as Record<string, unknown>;
  const map = record['weight_map'];
  if (typeof map !== 'object' || map === null) throw new CheckpointError('sharded.badIndex', ['weight_map']);
  const weightMap = new Map<string, string>();
  for (const [key, file] of Object.entries(map)) {
    if (typeof file !== 'string') throw new CheckpointError('sharded.badIndex', [key.slice(0, 200)]);
    weightMap.set(key, file);
  }
  return { weightMap, metadata: record['metadata'] ?? null };
}

/** Null, with a warning, for a shard that is not there, is not to be opened, or cannot be read. */
async function openShard(
  source: CountingSource,
  platform: Platform,
  name: string,
  warnings: CheckpointWarning[],
): Promise<Checkpoint | null> {
  // An index is hostile too: only plain names of the same folder.
  const plain = !/[\\/]/.test(name) && name !== '..' && name !== '.' && name !== '';
  const shard = plain ? await source.sibling(name) : null;
  if (shard === null) {
    warnings.push({
      code: plain ? 'sharded.shardMissing' : 'sharded.shardName',
      args: [name.slice(0, 200)],
      path: null,
    });
    return null;
  }
  try {
    const head = await shard.read(0, Math.min(sniffLength, shard.size));
    const kind = sniff(head, shard.size);
    if (kind === 'zip') return await openZip(shard, platform);
    if (kind === 'pickle') return await openLegacyOrPickle(shard, platform);
    if (kind === 'safetensors') return await openSafetensors(shard);
    throw new CheckpointError(`notCheckpoint.${kind}`, [name, shard.size]);
  } catch (error) {
    if (!(error instanceof CheckpointError)) throw error;
    warnings.push({ code: 'sharded.shardUnreadable', args: [name.slice(0, 200), error.code], path: null });
    return null;
  }
}

function entriesOf(root: Content): ReadonlyMap<string, Content> {
  const entries = new Map<string, Content>();
  if (root.type !== 'dict') return entries;
  for (const child of root.children())
    if (child.role === 'item') entries.set(String(child.name), child.content);
  return entries;
}
