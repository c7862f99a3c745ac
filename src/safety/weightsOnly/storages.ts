import type { Context } from './context';
import { badCall, Refused } from './outcome';
import { isInteger, requireHashable } from './python';
import { storageWord } from './restrictedUnpickler';
import { allocate, dtypeOf } from './tensors';
import type { ArchiveRecord, TorchArchive } from './torchArchive';
import { torchFacts } from './torchVersions';
import { isTuple, Named, Opaque, Storage, Tensor, typeName, type Value } from './values';

const loader = 'persistent_load';

/** The parts of an id behind `'storage'`, and the dtype of its storage type. */
function partsOf(
  id: Value,
  count: number,
  context: Context,
  untyped: string | undefined,
): { readonly parts: readonly Value[]; readonly dtype: string | null } {
  if (!isTuple(id) || id.length === 0) throw badCall(loader, 'value', 'id', typeName(id));
  if (id.length !== count + 1) throw badCall(loader, 'parts', 'id', id.length, count + 1);
  const parts = id.slice(1);
  const type = parts[0] as Value;
  const isUntyped = type instanceof Named && type.path === 'torch.storage.UntypedStorage';
  const dtype = isUntyped ? untyped : dtypeOf(type);
  if (dtype === undefined) throw badCall(loader, 'value', 'storage_type', typeName(type));
  if (dtype === null) context.unsure('weightsOnly.opaque', loader);
  return { parts, dtype };
}

/** Bytes of a storage; null where they are not known. */
function bytesOf(count: Value, dtype: string | null, context: Context): number | null {
  if (count instanceof Opaque || count instanceof Tensor || dtype === null) {
    context.unsure('weightsOnly.opaque', loader);
    return null;
  }
  const elements = typeof count === 'boolean' ? Number(count) : count;
  if (!isInteger(elements)) throw badCall(loader, 'value', 'numel', typeName(count));
  const size = torchFacts.elementSizes.get(dtype);
  if (size === null || size === undefined) throw badCall(loader, 'value', 'dtype', dtype);
  if (elements < 0) throw badCall(loader, 'negative', 'numel');
  return Number(elements) * size;
}

/** `restore_location`: a device that torch knows. That the machine has it is taken for granted. */
function requireLocation(location: Value, context: Context): boolean {
  const word = storageWord(location);
  if (word instanceof Opaque) context.unsure('weightsOnly.opaque', loader);
  else if (typeof word !== 'string') throw badCall(loader, 'value', 'location', typeName(word));
  else {
    const { exact, numbered, prefix } = context.rule('locations');
    // A device that is not written as one is refused further on; its number is a C++ int.
    const [, written = '', number = '0'] = /^([a-z]+)(?::(0|[1-9]\d*))?$/.exec(word) ?? [];
    const type = Number(number) < 2 ** 31 ? written : '';
    const isKnown =
      exact.includes(word) ||
      numbered.includes(type) ||
      prefix.includes(type) ||
      (prefix.includes('mps') && word.startsWith('mps'));
    if (!isKnown) throw new Refused('weightsOnly.location', [word]);
  }
  return word === 'meta';
}

/** `_load`'s `persistent_load`: storages are records of the archive. */
export class ArchiveStorages {
  private readonly loaded = new Map<Value, Storage>();
  /** Records whose bytes torch has read. */
  readonly records = new Set<ArchiveRecord>();

  constructor(
    private readonly archive: TorchArchive,
    private readonly context: Context,
  ) {}

  load(id: Value): Value {
    const { context } = this;
    const { parts, dtype } = partsOf(id, 4, context, 'uint8');
    const [, key = null, location = null, count = null] = parts;
    requireHashable(key, context);
    const known = this.loaded.get(key);
    if (known !== undefined) return known;
    const bytes = bytesOf(count, dtype, context);
    const name = recordName(key);
    if (name === null) {
      context.unsure('weightsOnly.opaque', loader);
      return new Opaque('torch.storage.TypedStorage');
    }
    const record = this.archive.find(name);
    if (record === undefined) throw new Refused('weightsOnly.record', [name]);
    if (bytes !== null) this.requireSize(record, bytes);
    this.records.add(record);
    const isMeta = requireLocation(location, context);
    const storage = new Storage(dtype, bytes ?? record.size, false, isMeta);
    // A storage without bytes, or on the meta device, is made anew each time.
    if (storage.bytes > 0 && !isMeta) this.loaded.set(key, storage);
    return dtype === null ? new Opaque('torch.storage.TypedStorage') : storage;
  }

  private requireSize(record: ArchiveRecord, bytes: number): void {
    if (bytes === record.size) return;
    const rule = this.context.rule('storageSize');
    // Where the size is not checked, a record without bytes has no address to take them from.
    const isRefused =
      record.size === 0 || rule === 'exact' || (rule === 'atLeast' && record.size < bytes) || bytes > 2 ** 63;
    if (isRefused) throw new Refused('weightsOnly.storageSize', [record.name, record.size, bytes]);
  }
}

/** `f"data/{key}"`, each byte of its UTF-8 as a character; null where Python's text of the key is not known. */
function recordName(key: Value): string | null {
  const text = typeof key === 'string' ? key : isInteger(key) ? String(key) : null;
  if (text === null) return null;
  if (/[\ud800-\udfff]/.test(text) && !isWellFormed(text)) throw new Refused('weightsOnly.text');
  return `data/${String.fromCharCode(...new TextEncoder().encode(text.slice(0, 1_000)))}`;
}

/** Whether each surrogate has its other half: UTF-8 has no lone ones. */
function isWellFormed(text: string): boolean {
  for (const character of text) {
    if (character.length === 1 && character >= '\ud800' && character <= '\udfff') return false;
  }
  return true;
}

/** `_legacy_load`'s `persistent_load`: storages are made first, and filled when the object is complete. */
export class LegacyStorages {
  readonly made = new Map<Value, Storage>();

  constructor(
    private readonly context: Context,
    private readonly fileSize: number,
  ) {}

  load(id: Value): Value {
    const { context, made } = this;
    const { parts, dtype } = partsOf(id, 5, context, undefined);
    const [, key = null, location = null, count = null, view = null] = parts;
    const isMeta = requireLocation(location, context);
    const bytes = bytesOf(count, dtype, context);
    requireHashable(key, context);
    if (dtype === null || bytes === null) return new Opaque('torch.storage.TypedStorage');
    let storage = made.get(key);
    if (storage === undefined) {
      storage = new Storage(dtype, allocate(bytes, loader, context, this.fileSize), true, isMeta);
      made.set(key, storage);
    } else if (storage.bytes === 0) storage = new Storage(dtype, 0, true);
    return view === null ? storage : this.view(view, storage, dtype);
  }

  /** (key, offset, elements): a part of the storage, once for each key. */
  private view(view: Value, storage: Storage, dtype: string): Value {
    const { context, made } = this;
    if (view instanceof Opaque || typeof view === 'string' || !isTuple(view)) {
      if (!(view instanceof Opaque) && typeName(view) !== 'list')
        throw badCall(loader, 'value', 'view', typeName(view));
      context.unsure('weightsOnly.opaque', loader);
      return new Opaque('torch.storage.TypedStorage');
    }
    if (view.length !== 3) throw badCall(loader, 'parts', 'view', view.length, 3);
    const [key = null, offset = null, count = null] = view;
    requireHashable(key, context);
    const start = bytesOf(offset, dtype, context);
    const bytes = bytesOf(count, dtype, context);
    if (start === null || bytes === null) return new Opaque('torch.storage.TypedStorage');
    const known = made.get(key);
    if (known !== undefined) return known;
    // Python's slice: what lies outside is left away.
    const length = Math.max(0, Math.min(bytes, storage.bytes - start));
    const part = new Storage(dtype, length, false, storage.isMeta);
    made.set(key, part);
    return part;
  }
}
