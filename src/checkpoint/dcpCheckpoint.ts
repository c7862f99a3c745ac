import { CountingSource, type Platform } from '../archive/byteSource';
import { SliceSource } from '../archive/sliceSource';
import { CheckpointError } from '../checkpointError';
import { readPickle } from '../pickle/readPickle';
import { isTuple, PyDict, PyObject, type Value } from '../pickle/values';
import { dtypeBytes } from '../stateDict/dtypes';
import { elementCount, type StorageSpec } from '../stateDict/tensorSpec';
import type { Checkpoint, CheckpointWarning } from './checkpoint';
import { ContentChild } from './children';
import type { Child, Content } from './content';
import { checkpointLimits } from './limits';
import { attribute } from './objects';
import { tensorOf } from './plainContent';
import { integer, sizes } from './shapes';
import { dtypeOf } from './tensorRebuild';
import { openZip } from './zipCheckpoint';

/**
 * A folder of `torch.distributed.checkpoint`, through its `.metadata`: a pickle of `Metadata` that names each
 * tensor's dtype, size and chunks, and where in the `.distcp` files they are.
 */
export async function openDcp(source: CountingSource, platform: Platform): Promise<Checkpoint> {
  const stream = await readPickle({
    read: (offset, length) => source.read(offset, length),
    start: 0,
    end: source.size,
    firstWindow: Math.min(checkpointLimits.wholePickle, source.size),
    toLatin1: platform.latin1,
  });
  const metadata = stream.value;
  const entries = metadata instanceof PyObject ? attribute(metadata, 'state_dict_metadata') : undefined;
  if (!(metadata instanceof PyObject) || !(entries instanceof PyDict)) {
    throw new CheckpointError('dcp.badMetadata', [source.name], stream.error?.offset ?? null);
  }
  const files = new DcpFiles(source, platform, attribute(metadata, 'storage_data'));
  const paths = attribute(metadata, 'planner_data');
  const warnings: CheckpointWarning[] = [];
  const tree = new PathTree();
  let objects = 0;
  for (let i = 0; i < entries.size; i++) {
    const name = entries.keys[i];
    const entry = entries.values[i];
    if (typeof name !== 'string' || !(entry instanceof PyObject)) continue;
    const tensor = tensorContent(name, entry, files);
    const content =
      tensor ??
      (objects++ < checkpointLimits.dcpObjects ? await files.object(name, warnings) : notRead(name));
    tree.add(pathOf(name, paths), content);
  }
  if (objects > checkpointLimits.dcpObjects) {
    warnings.push({ code: 'dcp.tooManyObjects', args: [objects, checkpointLimits.dcpObjects], path: null });
  }
  const missing = await files.missing();
  if (missing.length > 0)
    warnings.push({ code: 'dcp.filesMissing', args: [missing.length, missing[0] ?? ''], path: null });
  return {
    format: 'dcp',
    fileName: source.name,
    fileSize: source.size + (await files.totalSize()),
    partial: stream.error !== null || missing.length > 0,
    root: tree.content(),
    facts: [
      { code: 'fact.protocol', args: [stream.protocol] },
      { code: 'fact.shards', args: [files.names.length] },
    ],
    warnings,
    sources: [],
    streams: [{ record: null, stream }],
    bytesRead: () => source.bytesRead,
    locate: (storage) => files.locate(storage),
  };
}

function tensorContent(name: string, entry: PyObject, files: DcpFiles): Content | null {
  const size = sizes(attribute(entry, 'size'));
  const properties = attribute(entry, 'properties');
  if (size === null || !(properties instanceof PyObject)) return null;
  // TensorProperties.__getstate__: (dtype, layout, requires_grad, memory format, pin_memory).
  const state = properties.state;
  const dtype = dtypeOf(isTuple(state) ? state[0] : attribute(properties, 'dtype'));
  const requiresGrad = isTuple(state) ? state[2] === true : attribute(properties, 'requires_grad') === true;
  if (dtype === null) return null;
  const elements = elementCount(size);
  const storage: StorageSpec = {
    key: name,
    dtype,
    bytes: elements === null ? null : dtypeBytes(dtype, elements),
    device: null,
    source: files.fileOf(name),
  };
  return tensorOf({
    dtype,
    shape: size,
    stride: null,
    layout: 'strided',
    storage,
    storageOffset: 0,
    device: null,
    kind: 'tensor',
    requiresGrad,
    pythonType: 'torch.Tensor',
    parts: [],
  });
}

function notRead(name: string): Content {
  return { type: 'object', pythonType: 'bytes', text: name, children: () => [] };
}

/** The planner keeps how a flattened name was nested: `("model", "0.weight")`. */
function pathOf(name: string, paths: Value | undefined): readonly (string | number)[] {
  const path = paths instanceof PyDict ? paths.get(name) : undefined;
  if (!isTuple(path)) return [name];
  const keys = path.filter((key) => typeof key === 'string' || typeof key === 'number');
  return keys.length === path.length && keys.length > 0 ? keys : [name];
}

interface StoredItem {
  readonly file: string;
  readonly offset: number;
  readonly length: number;
}

/** The `.distcp` files: each item is a torch zip of its own. */
class DcpFiles {
  private readonly items = new Map<string, StoredItem[]>();
  private readonly opened = new Map<string, Promise<CountingSource | null>>();

  constructor(
    private readonly folder: CountingSource,
    private readonly platform: Platform,
    storageData: Value | undefined,
  ) {
    if (!(storageData instanceof PyDict)) return;
    storageData.keys.forEach((key, i) => this.addItem(key, storageData.values[i] as Value));
  }

  private addItem(index: Value, info: Value): void {
    if (!(index instanceof PyObject) || !(info instanceof PyObject)) return;
    const name = attribute(index, 'fqn');
    const file = attribute(info, 'relative_path');
    const offset = integer(attribute(info, 'offset'));
    const length = integer(attribute(info, 'length'));
    if (typeof name !== 'string' || typeof file !== 'string') return;
    if (typeof offset !== 'number' || typeof length !== 'number') return;
    const known = this.items.get(name);
    const item = { file, offset, length };
    if (known === undefined) this.items.set(name, [item]);
    else known.push(item);
  }

  get names(): readonly string[] {
    const names = new Set<string>();
    for (const items of this.items.values()) for (const { file } of items) names.add(file);
    return [...names];
  }

  /** The file of a tensor that is in one, null for one that is spread over several. */
  fileOf(name: string): string | null {
    const files = new Set(this.items.get(name)?.map(({ file }) => file));
    return files.size === 1 ? ([...files][0] ?? null) : null;
  }

  async missing(): Promise<readonly string[]> {
    const missing: string[] = [];
    for (const name of this.names) if ((await this.file(name)) === null) missing.push(name);
    return missing;
  }

  async totalSize(): Promise<number> {
    let size = 0;
    for (const name of this.names) size += (await this.file(name))?.size ?? 0;
    return size;
  }

  private file(name: string): Promise<CountingSource | null> {
    let file = this.opened.get(name);
    if (file === undefined) {
      // A path out of the folder is a claim of the file; nothing outside is opened.
      const plain = !/[\\/]/.test(name) && name !== '..' && name !== '.' && name !== '';
      file =
        plain && this.opened.size < checkpointLimits.shards
          ? this.folder.sibling(name)
          : Promise.resolve(null);
      this.opened.set(name, file);
    }
    return file;
  }

  /** The object that an entry without a tensor was saved as. */
  async object(name: string, warnings: CheckpointWarning[]): Promise<Content> {
    try {
      const opened = await this.open(name);
      if (opened !== null) return opened.root;
    } catch (error) {
      if (!(error instanceof CheckpointError)) throw error;
      warnings.push({ code: 'dcp.objectUnreadable', args: [name, error.code], path: [name] });
    }
    return notRead(name);
  }

  async locate(storage: StorageSpec): ReturnType<Checkpoint['locate']> {
    const items = this.items.get(storage.key);
    const item = items?.[0];
    if (items?.length !== 1 || item === undefined) return null;
    const opened = await this.open(storage.key);
    const inner = opened?.root.type === 'tensor' ? opened.root.tensor.storage : null;
    const place = inner === null || inner === undefined ? null : ((await opened?.locate(inner)) ?? null);
    return place === null ? null : { ...place, source: item.file, offset: place.offset + item.offset };
  }

  private async open(name: string): Promise<Checkpoint | null> {
    const item = this.items.get(name)?.[0];
    const file = item === undefined ? null : await this.file(item.file);
    if (item === undefined || file === null || item.offset + item.length > file.size) return null;
    const slice = new SliceSource(file, item.offset, item.length, item.file);
    return openZip(new CountingSource(slice), this.platform);
  }
}

/** Nested dicts from paths, in the order of their first key. */
class PathTree {
  private readonly root = new Map<string | number, Map<string | number, unknown> | Content>();

  add(path: readonly (string | number)[], content: Content): void {
    let at = this.root as Map<string | number, unknown>;
    for (const key of path.slice(0, -1)) {
      let next = at.get(key);
      if (!(next instanceof Map)) {
        next = new Map<string | number, unknown>();
        at.set(key, next);
      }
      at = next as Map<string | number, unknown>;
    }
    at.set(path[path.length - 1] ?? '', content);
  }

  content(): Content {
    return mapContent(this.root as Map<string | number, unknown>);
  }
}

/** Opened level by level, so that a deep path costs no stack. */
function mapContent(map: ReadonlyMap<string | number, unknown>): Content {
  let made: readonly Child[] | null = null;
  const isList = [...map.keys()].every((key) => typeof key === 'number');
  const children = (): readonly Child[] =>
    (made ??= [...map].map(
      ([key, value]) =>
        new ContentChild(
          key,
          value instanceof Map ? mapContent(value as ReadonlyMap<string, unknown>) : (value as Content),
          'item',
        ),
    ));
  if (isList && map.size > 0) return { type: 'sequence', pythonType: 'list', length: map.size, children };
  return { type: 'dict', pythonType: 'dict', length: map.size, children };
}
