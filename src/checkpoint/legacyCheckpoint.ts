import type { CountingSource, Platform } from '../archive/byteSource';
import { CheckpointError } from '../checkpointError';
import { readPickle } from '../pickle/readPickle';
import type { UnpickledStream } from '../pickle/unpickler';
import { isTuple, PyDict, PyList, type Value } from '../pickle/values';
import type { StorageSpec } from '../stateDict/tensorSpec';
import type { Checkpoint, CheckpointWarning, Note, StorageLocation } from './checkpoint';
import { joblibData } from './joblibArrays';
import { checkpointLimits } from './limits';
import { TorchContext } from './persistentIds';
import { pickledRoot } from './pickledRoot';
import { Resolver } from './resolver';

/** `torch.serialization.MAGIC_NUMBER`, the first pickle of a file of torch 0.1.10 to 1.5. */
const magicNumber = 0x1950a86a20f9469cfc6cn;

/** A file that starts with a pickle: torch's legacy format if that is its magic number, else plain pickles. */
export async function openLegacyOrPickle(source: CountingSource, platform: Platform): Promise<Checkpoint> {
  const first = await pickleAt(source, platform, 0);
  if (first.error === null && first.value === magicNumber) return openLegacy(source, platform, first);
  if (first.error !== null && isNothing(first)) {
    throw new CheckpointError(
      'notCheckpoint.brokenPickle',
      [source.name, first.error.code],
      first.error.offset,
    );
  }
  return openPlain(source, platform, first);
}

/** A stream that failed before it made anything: most likely no pickle at all. */
function isNothing(stream: UnpickledStream): boolean {
  const { value } = stream;
  if (value instanceof PyDict) return value.size === 0;
  if (value instanceof PyList) return value.items.length === 0;
  return stream.calls.length === 0;
}

function pickleAt(source: CountingSource, platform: Platform, start: number): Promise<UnpickledStream> {
  return readPickle({
    read: (offset, length) => source.read(offset, length),
    start,
    end: source.size,
    firstWindow: Math.min(checkpointLimits.pickleWindow, source.size - start),
    toLatin1: platform.latin1,
    inlineData: joblibData,
  });
}

/** Magic number, protocol 1001, sys_info, the object, the storage keys; then per key a count and the bytes. */
async function openLegacy(
  source: CountingSource,
  platform: Platform,
  magic: UnpickledStream,
): Promise<Checkpoint> {
  const protocol = await pickleAt(source, platform, magic.end);
  const system = protocol.error === null ? await pickleAt(source, platform, protocol.end) : protocol;
  const object = system.error === null ? await pickleAt(source, platform, system.end) : system;
  const context = new TorchContext(source.shard ? source.name : null);
  const resolver = new Resolver(context);
  const root = resolver.content(object.error === null || object !== system ? object.value : null);
  context.resolveAll(object.records);
  const keys = object.error === null ? await pickleAt(source, platform, object.end) : object;
  const layout = keys.error === null ? storageLayout(keys, context) : null;
  const warnings: CheckpointWarning[] = [];
  const failed = [protocol, system, object, keys].find((stream) => stream.error !== null);
  if (failed !== undefined) warnings.push({ code: 'legacy.truncated', args: [source.size], path: null });
  else if (layout !== null && layout.end > source.size) {
    const whole = layout.order.filter(({ end }) => end <= source.size).length;
    warnings.push({
      code: 'legacy.storagesCut',
      args: [layout.order.length - whole, layout.order.length],
      path: null,
    });
  }
  const little = system.value instanceof PyDict ? system.value.get('little_endian') : undefined;
  return {
    format: 'torch-legacy',
    fileName: source.name,
    fileSize: source.size,
    partial: warnings.length > 0,
    root,
    facts: [
      { code: 'fact.protocol', args: [object.protocol] },
      ...endianness(little),
      { code: 'fact.legacy', args: [] },
    ],
    get warnings() {
      return [...warnings, ...context.warnings];
    },
    get sources() {
      return context.classSources.map(({ className, file, text }) => ({
        name: `${className} (${file})`,
        text,
        read: () => Promise.resolve(text),
      }));
    },
    streams: [
      { record: null, stream: magic },
      ...[protocol, system, object, keys].filter(distinct).map((stream) => ({ record: null, stream })),
    ],
    pickled: pickledRoot(object, resolver, context),
    bytesRead: () => source.bytesRead,
    locate: (storage) => Promise.resolve(locateIn(layout, storage, context)),
  };
}

function distinct(stream: UnpickledStream, index: number, all: readonly UnpickledStream[]): boolean {
  return all.indexOf(stream) === index;
}

function endianness(little: Value | undefined): readonly Note[] {
  if (little === undefined) return [];
  return [{ code: little === false ? 'fact.bigEndian' : 'fact.littleEndian', args: [] }];
}

interface StorageLayout {
  readonly order: readonly { readonly key: string; readonly start: number; readonly end: number }[];
  readonly byKey: ReadonlyMap<string, { readonly start: number; readonly end: number }>;
  readonly end: number;
}

/** Where each storage's bytes are: after its eight-byte count, in the order of the key list. */
function storageLayout(keys: UnpickledStream, context: TorchContext): StorageLayout | null {
  const list = keys.value instanceof PyList ? keys.value.items : isTuple(keys.value) ? keys.value : null;
  if (list === null) return null;
  const order: { key: string; start: number; end: number }[] = [];
  const byKey = new Map<string, { start: number; end: number }>();
  let at = keys.end;
  for (const item of list) {
    if (typeof item !== 'string' && typeof item !== 'number' && typeof item !== 'bigint') return null;
    const key = String(item);
    const storage = context.storage(key);
    if (storage === undefined || storage.bytes === null) return null;
    const start = at + 8;
    const end = start + Number(storage.bytes);
    order.push({ key, start, end });
    byKey.set(key, { start, end });
    at = end;
  }
  return { order, byKey, end: at };
}

function locateIn(
  layout: StorageLayout | null,
  storage: StorageSpec,
  context: TorchContext,
): StorageLocation | null {
  const { root, offset } = context.rootOf(storage);
  const place = layout?.byKey.get(root.key);
  if (place === undefined) return null;
  return {
    record: null,
    source: storage.source,
    offset: place.start + offset,
    length: storage.bytes ?? place.end - place.start,
  };
}

/** Pickles one after another: one object, or a list of them. */
async function openPlain(
  source: CountingSource,
  platform: Platform,
  first: UnpickledStream,
): Promise<Checkpoint> {
  const streams = [first];
  let end = first.end;
  let trailing = 0;
  while (streams.every(({ error }) => error === null) && end < source.size) {
    if (streams.length >= checkpointLimits.picklesPerFile) {
      trailing = source.size - end;
      break;
    }
    const next = await pickleAt(source, platform, end);
    if (next.error !== null && next.calls.length === 0) {
      trailing = source.size - end;
      break;
    }
    streams.push(next);
    end = next.end;
  }
  const context = new TorchContext(source.shard ? source.name : null);
  const resolver = new Resolver(context);
  const root =
    streams.length === 1
      ? resolver.content(first.value)
      : resolver.sequence(
          'pickles',
          streams.map(({ value }) => value),
        );
  const failed = streams.find(({ error }) => error !== null)?.error;
  const warnings: CheckpointWarning[] = [];
  if (failed !== undefined && failed !== null)
    warnings.push({ code: failed.code, args: failed.args, path: null });
  if (trailing > 0) warnings.push({ code: 'pickle.trailingData', args: [trailing, end], path: null });
  return {
    format: 'pickle',
    fileName: source.name,
    fileSize: source.size,
    partial: failed !== undefined && failed !== null,
    root,
    facts: [
      { code: 'fact.protocol', args: [Math.max(...streams.map(({ protocol }) => protocol))] },
      ...(streams.length > 1 ? [{ code: 'fact.pickles', args: [streams.length] }] : []),
    ],
    get warnings() {
      return [...warnings, ...context.warnings];
    },
    sources: [],
    streams: streams.map((stream) => ({ record: null, stream })),
    bytesRead: () => source.bytesRead,
    locate: () => Promise.resolve(null),
  };
}
