import { SliceSource } from '../archive/sliceSource';
import { CountingSource } from '../archive/byteSource';
import { recordDataOffset } from '../archive/zipRecord';
import { CheckpointError } from '../checkpointError';
import { dtypeBytes } from '../stateDict/dtypes';
import {
  elementCount,
  type Integer,
  type Layout,
  type StorageSpec,
  type TensorSpec,
} from '../stateDict/tensorSpec';
import type { Checkpoint, CheckpointWarning, StorageLocation } from './checkpoint';
import type { Child, Content } from './content';
import { ContentChild } from './children';
import { tensorOf } from './plainContent';
import { openZip, type TorchArchive } from './zipCheckpoint';

/**
 * A pt2 export archive: `data/weights/<model>_weights_config.json` gives each weight's record and tensor
 * (torch 2.9 and later), or `data/weights/<model>.pt` holds the state_dict as a torch file (before).
 */
export async function openPt2(archive: TorchArchive): Promise<Checkpoint> {
  const { source, directory, prefix } = archive;
  const folder = `${prefix}data/weights/`;
  const places = new Map<StorageSpec, string>();
  const warnings: CheckpointWarning[] = [];
  const models: { name: string; content: Content; locate: Checkpoint['locate'] | null }[] = [];
  for (const record of directory.records) {
    if (!record.name.startsWith(folder)) continue;
    const name = record.name.slice(folder.length);
    const config = /^(.*)_weights_config\.json$/.exec(name);
    if (config !== null) {
      const text = await archive.text(record.name.slice(prefix.length));
      models.push({
        name: config[1] ?? '',
        content: weightsOf(text ?? '', places, record.name),
        locate: null,
      });
    } else if (name.endsWith('.pt') && record.method === 0) {
      const start = await recordDataOffset(source, record);
      const inner = await openZip(
        new CountingSource(new SliceSource(source, start, record.size, name)),
        archive.platform,
      );
      warnings.push(...inner.warnings);
      models.push({
        name: name.slice(0, -3),
        content: inner.root,
        locate: (storage) => shifted(inner, storage, start),
      });
    }
  }
  const versions = await Promise.all(['archive_version', 'version'].map((name) => archive.text(name)));
  const version = versions.find((text) => text !== null)?.trim();
  const [only] = models;
  return {
    format: 'pt2',
    fileName: source.name,
    fileSize: source.size,
    partial: false,
    root: models.length === 1 && only !== undefined ? only.content : modelsOf(models),
    facts: version === undefined ? [] : [{ code: 'fact.archiveVersion', args: [version] }],
    warnings,
    sources: [],
    streams: [],
    bytesRead: () => source.bytesRead,
    locate: async (storage) => {
      const name = places.get(storage);
      if (name !== undefined) return archive.locate('data/weights/', { ...storage, key: name });
      for (const { locate } of models) {
        const place = (await locate?.(storage)) ?? null;
        if (place !== null) return place;
      }
      return null;
    },
  };
}

function modelsOf(models: readonly { name: string; content: Content }[]): Content {
  const children: readonly Child[] = models.map(
    ({ name, content }) => new ContentChild(name, content, 'item'),
  );
  return { type: 'dict', pythonType: 'dict', length: children.length, children: () => children };
}

async function shifted(
  inner: Checkpoint,
  storage: StorageSpec,
  start: number,
): Promise<StorageLocation | null> {
  const place = await inner.locate(storage);
  return place === null ? null : { ...place, offset: place.offset + start };
}

/** `torch._export.serde.schema.ScalarType`. */
const dtypes: ReadonlyMap<number, string> = new Map([
  [1, 'uint8'],
  [2, 'int8'],
  [3, 'int16'],
  [4, 'int32'],
  [5, 'int64'],
  [6, 'float16'],
  [7, 'float32'],
  [8, 'float64'],
  [9, 'complex32'],
  [10, 'complex64'],
  [11, 'complex128'],
  [12, 'bool'],
  [13, 'bfloat16'],
  [28, 'uint16'],
  [29, 'float8_e4m3fn'],
  [30, 'float8_e5m2'],
  [31, 'float8_e4m3fnuz'],
  [32, 'float8_e5m2fnuz'],
  [33, 'float8_e8m0fnu'],
  [34, 'uint32'],
  [35, 'uint64'],
]);
const layouts: readonly (Layout | undefined)[] = [
  undefined,
  'sparse_coo',
  'sparse_csr',
  'sparse_csc',
  'sparse_bsr',
  'sparse_bsc',
  '_mkldnn',
  'strided',
];

interface WeightConfig {
  readonly path_name?: unknown;
  readonly is_param?: unknown;
  readonly tensor_meta?: {
    readonly dtype?: unknown;
    readonly sizes?: unknown;
    readonly strides?: unknown;
    readonly storage_offset?: unknown;
    readonly requires_grad?: unknown;
    readonly layout?: unknown;
    readonly device?: { readonly type?: unknown; readonly index?: unknown };
  } | null;
}

function weightsOf(text: string, places: Map<StorageSpec, string>, record: string): Content {
  let config: Record<string, WeightConfig>;
  try {
    config = (JSON.parse(text) as { config: Record<string, WeightConfig> }).config;
  } catch {
    throw new CheckpointError('pt2.badConfig', [record], null, record);
  }
  const storages = new Map<string, StorageSpec>();
  const children: readonly Child[] = Object.entries(config).map(([key, weight]) => {
    const tensor = weightTensor(weight, storages, places);
    if (tensor === null) throw new CheckpointError('pt2.badConfig', [key], null, record);
    return new ContentChild(key, tensorOf(tensor), 'item');
  });
  return { type: 'dict', pythonType: 'dict', length: children.length, children: () => children };
}

function weightTensor(
  weight: WeightConfig,
  storages: Map<string, StorageSpec>,
  places: Map<StorageSpec, string>,
): TensorSpec | null {
  const meta = weight.tensor_meta;
  const shape = meta === null || meta === undefined ? null : integers(meta.sizes);
  if (meta === null || meta === undefined || shape === null || typeof weight.path_name !== 'string')
    return null;
  const dtype =
    dtypes.get(meta.dtype as number) ?? `scalar type ${typeof meta.dtype === 'number' ? meta.dtype : '?'}`;
  const device = deviceText(meta.device);
  const record = weight.path_name;
  let storage = storages.get(record);
  if (storage === undefined) {
    storage = {
      key: record,
      dtype,
      bytes: dtypeBytes(dtype, elementCount(shape) ?? 0),
      device,
      source: null,
    };
    storages.set(record, storage);
    places.set(storage, record);
  }
  return {
    dtype,
    shape,
    stride: integers(meta.strides),
    layout: layouts[meta.layout as number] ?? 'strided',
    storage,
    storageOffset: integerOf(meta.storage_offset),
    device,
    kind: weight.is_param === true ? 'parameter' : 'buffer',
    requiresGrad: meta.requires_grad === true,
    pythonType: weight.is_param === true ? 'torch.nn.parameter.Parameter' : 'torch.Tensor',
    parts: [],
  };
}

function deviceText(
  device: { readonly type?: unknown; readonly index?: unknown } | undefined,
): string | null {
  if (typeof device?.type !== 'string') return null;
  return typeof device.index === 'number' ? `${device.type}:${device.index}` : device.type;
}

function integerOf(value: unknown): Integer | null {
  const wrapped = (value as { as_int?: unknown } | null)?.as_int;
  return typeof wrapped === 'number' && Number.isSafeInteger(wrapped) && wrapped >= 0 ? wrapped : null;
}

function integers(values: unknown): readonly Integer[] | null {
  if (!Array.isArray(values)) return null;
  const read = values.map(integerOf);
  return read.every((value) => value !== null) ? read : null;
}
