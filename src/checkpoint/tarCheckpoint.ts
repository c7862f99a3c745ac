import type { CountingSource, Platform } from '../archive/byteSource';
import { readTarDirectory, type TarMember } from '../archive/tarDirectory';
import { CheckpointError } from '../checkpointError';
import { readPickle } from '../pickle/readPickle';
import type { UnpickledStream } from '../pickle/unpickler';
import type { PyPersistentId } from '../pickle/values';
import { isTuple, PyGlobal, PyList, type Value } from '../pickle/values';
import type { StorageSpec, TensorSpec } from '../stateDict/tensorSpec';
import { storageDtype } from '../torchNames/storageTypes';
import type { Checkpoint, CheckpointStream, StorageLocation } from './checkpoint';
import type { FileContext, PersistentMeaning } from './fileContext';
import { checkpointLimits } from './limits';
import type { ClassSource } from './persistentIds';
import { pythonRepr } from './pythonRepr';
import { Resolver } from './resolver';
import { storageBytes, storageElementSize } from './storageSize';

/**
 * torch before 0.1.10: a tar with `storages` (a count, then per storage a pickle (key, location, class), an
 * int64 element count and the bytes; then the views), `tensors` (a count, then per tensor a pickle (key,
 * storage key, class) and binary sizes) and `pickle`, whose persistent ids are tensor and storage keys.
 */
export async function openTar(source: CountingSource, platform: Platform): Promise<Checkpoint> {
  const members = await readTarDirectory(source);
  const member = (name: string): TarMember => {
    const found = members.find((each) => each.name.replace(/^\.\//, '') === name);
    if (found === undefined) throw new CheckpointError('notCheckpoint.tar', [source.name, members.length]);
    return found;
  };
  const [storages, tensors, pickle] = [member('storages'), member('tensors'), member('pickle')];
  const reader = new TarReader(source, platform);
  await reader.readStorages(storages);
  await reader.readTensors(tensors);
  const stream = await reader.pickle(pickle, pickle.offset);
  const context = new TarContext(reader);
  const root = new Resolver(context).content(stream.value);
  for (const id of stream.persistentIds) context.resolve(id);
  return {
    format: 'torch-tar',
    fileName: source.name,
    fileSize: source.size,
    partial: stream.error !== null,
    root,
    facts: [
      { code: 'fact.protocol', args: [stream.protocol] },
      { code: 'fact.tar', args: [] },
    ],
    warnings: stream.error === null ? [] : [{ code: stream.error.code, args: stream.error.args, path: null }],
    sources: context.classSources.map(({ className, file, text }) => ({
      name: `${className} (${file})`,
      text,
      read: () => Promise.resolve(text),
    })),
    streams: [...reader.streams, { record: 'pickle', stream }],
    bytesRead: () => source.bytesRead,
    locate: (storage) => Promise.resolve(reader.places.get(storage) ?? null),
  };
}

class TarReader {
  readonly streams: CheckpointStream[] = [];
  readonly storages = new Map<string, StorageSpec>();
  readonly tensors = new Map<string, TensorSpec>();
  readonly places = new Map<StorageSpec, StorageLocation>();

  constructor(
    private readonly source: CountingSource,
    private readonly platform: Platform,
  ) {}

  async pickle(member: TarMember, start: number): Promise<UnpickledStream> {
    const end = Math.min(member.offset + member.size, this.source.size);
    return readPickle({
      read: (offset, length) => this.source.read(offset, length),
      start,
      end,
      // The pickles of `storages` are some bytes each and stand between tensor data.
      firstWindow: Math.min(
        member.name.endsWith('pickle') ? checkpointLimits.pickleWindow : 512,
        end - start,
      ),
      toLatin1: this.platform.latin1,
    });
  }

  private async value(member: TarMember, start: number): Promise<UnpickledStream> {
    const stream = await this.pickle(member, start);
    this.streams.push({ record: member.name, stream });
    if (stream.error !== null) throw stream.error.inRecord(member.name);
    return stream;
  }

  async readStorages(member: TarMember): Promise<void> {
    let stream = await this.value(member, member.offset);
    const count = countOf(stream.value, member);
    let at = stream.end;
    for (let i = 0; i < count; i++) {
      stream = await this.value(member, at);
      const [key, location, type] = tupleOf(stream.value, member, stream.end);
      const dtype = type instanceof PyGlobal ? storageDtype(type.module, type.name) : undefined;
      if (dtype === undefined) throw new CheckpointError('tar.badStorage', [i], at, member.name);
      const elements = await this.int64(member, stream.end);
      const bytes = Number(storageBytes(dtype, elements));
      const start = stream.end + 8;
      if (start + bytes > member.offset + member.size) {
        throw new CheckpointError('tar.badStorage', [i], stream.end, member.name);
      }
      const device = typeof location === 'string' ? location : null;
      this.add(keyText(key), { key: keyText(key), dtype, bytes, device, source: null }, start, member.name);
      at = start + bytes;
    }
    const views = await this.value(member, at);
    if (!(views.value instanceof PyList)) return;
    for (const view of views.value.items) this.addView(view, member);
  }

  /** `(target, root, offset, elements)`, in elements of the root. */
  private addView(view: Value, member: TarMember): void {
    const [target, root, offset, elements] = isTuple(view) ? view : view instanceof PyList ? view.items : [];
    const storage = root === undefined ? undefined : this.storages.get(keyText(root));
    const place = storage === undefined ? undefined : this.places.get(storage);
    if (
      storage === undefined ||
      place === undefined ||
      typeof offset !== 'number' ||
      typeof elements !== 'number'
    )
      return;
    const key = keyText(target as Value);
    const start = place.offset + offset * storageElementSize(storage.dtype);
    this.add(key, { ...storage, key, bytes: storageBytes(storage.dtype, elements) }, start, member.name);
  }

  private add(key: string, storage: StorageSpec, offset: number, record: string): void {
    this.storages.set(key, storage);
    this.places.set(storage, { record, source: null, offset, length: storage.bytes ?? 0 });
  }

  async readTensors(member: TarMember): Promise<void> {
    let stream = await this.value(member, member.offset);
    const count = countOf(stream.value, member);
    let at = stream.end;
    for (let i = 0; i < count; i++) {
      stream = await this.value(member, at);
      const [key, storageKey] = tupleOf(stream.value, member, at);
      const storage = this.storages.get(keyText(storageKey as Value));
      if (storage === undefined) throw new CheckpointError('tar.badTensor', [i], at, member.name);
      // int32 dimensions and 4 bytes of padding, sizes, strides, storage offset: int64 each.
      const dimensions = new DataView((await this.read(member, stream.end, 8)).buffer).getInt32(0, true);
      if (dimensions < 0 || dimensions > 64)
        throw new CheckpointError('tar.badTensor', [i], stream.end, member.name);
      const numbers = await this.read(member, stream.end + 8, 16 * dimensions + 8);
      const view = new DataView(numbers.buffer);
      const read = (index: number): number => Number(view.getBigInt64(8 * index, true));
      const shape = Array.from({ length: dimensions }, (_, d) => read(d));
      const stride = Array.from({ length: dimensions }, (_, d) => read(dimensions + d));
      this.tensors.set(keyText(key as Value), {
        dtype: storage.dtype ?? 'uint8',
        shape,
        stride,
        layout: 'strided',
        storage,
        storageOffset: read(2 * dimensions),
        device: storage.device,
        kind: 'tensor',
        requiresGrad: false,
        pythonType: 'torch.Tensor',
        parts: [],
      });
      at = stream.end + 8 + 16 * dimensions + 8;
    }
  }

  private async int64(member: TarMember, offset: number): Promise<number> {
    const bytes = await this.read(member, offset, 8);
    const value = new DataView(bytes.buffer).getBigInt64(0, true);
    if (value < 0n || value > BigInt(this.source.size)) {
      throw new CheckpointError('tar.badCount', [String(value)], offset, member.name);
    }
    return Number(value);
  }

  /** A copy, so that a DataView of its whole buffer is right. */
  private async read(member: TarMember, offset: number, length: number): Promise<Uint8Array<ArrayBuffer>> {
    const bytes = await this.source.read(offset, length);
    if (bytes.length < length)
      throw new CheckpointError('tar.truncated', [length, bytes.length], offset, member.name);
    return Uint8Array.from(bytes);
  }
}

function countOf(value: Value, member: TarMember): number {
  if (typeof value === 'number' && value >= 0 && value < 1e7) return value;
  throw new CheckpointError('tar.badCount', [pythonRepr(value, 80)], member.offset, member.name);
}

function tupleOf(value: Value, member: TarMember, offset: number): readonly Value[] {
  if (isTuple(value)) return value;
  throw new CheckpointError('tar.badTensor', [0], offset, member.name);
}

function keyText(value: Value | undefined): string {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'bigint'
    ? String(value)
    : '?';
}

/** Persistent ids of the tar: tensor and storage keys, or `(class, file, source)`. */
class TarContext implements FileContext {
  readonly classSources: ClassSource[] = [];
  private readonly known = new Map<PyPersistentId, PersistentMeaning | null>();

  constructor(private readonly reader: TarReader) {}

  resolve(id: PyPersistentId): PersistentMeaning | null {
    let meaning = this.known.get(id);
    if (meaning === undefined) {
      meaning = this.read(id.id);
      this.known.set(id, meaning);
    }
    return meaning;
  }

  plainTensor(): null {
    return null;
  }

  private read(id: Value): PersistentMeaning | null {
    if (isTuple(id)) {
      const [cls, file, text] = id;
      if (cls instanceof PyGlobal && typeof file === 'string' && typeof text === 'string') {
        this.classSources.push({ className: cls.qualifiedName, file, text });
      }
      return cls === undefined ? null : { type: 'value', value: cls };
    }
    const key = keyText(id);
    const tensor = this.reader.tensors.get(key);
    if (tensor !== undefined) return { type: 'tensor', tensor };
    const storage = this.reader.storages.get(key);
    return storage === undefined ? null : { type: 'storage', storage, dtype: storage.dtype };
  }

  scriptClass(): null {
    return null;
  }

  constant(): null {
    return null;
  }

  warn(): void {
    // The old vocabulary has nothing that could go wrong without an error.
  }
}
