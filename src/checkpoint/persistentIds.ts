import type { StreamRecord } from '../pickle/records';
import { TensorCall, type TensorCallForm } from '../pickle/tensorCall';
import { isTuple, PyBytes, PyGlobal, PyPersistentId, type Value } from '../pickle/values';
import type { StorageSpec } from '../stateDict/tensorSpec';
import { storageDtype } from '../torchNames/storageTypes';
import type { FileContext, PersistentMeaning, ScriptClass } from './fileContext';
import type { CheckpointWarning } from './checkpoint';
import { CallForm } from './callForm';
import { FileStorage, StorageForm } from './fileStorage';
import { PlainTensor } from './plainTensor';
import { storageBytes } from './storageSize';
import { StoragesByKey } from './storagesByKey';

/** Source text that a legacy file keeps beside a class. */
export interface ClassSource {
  readonly className: string;
  readonly file: string;
  readonly text: string;
}

/**
 * The persistent ids of torch's zip and legacy files:
 * `("storage", storage class, key, location, elements[, view])` and `("module", class, file, source)`.
 */
export class TorchContext implements FileContext {
  readonly warnings: CheckpointWarning[] = [];
  readonly classSources: ClassSource[] = [];
  private readonly storages: StoragesByKey;
  private readonly views = new Map<StorageSpec, { readonly root: StorageSpec; readonly offset: number }>();
  private readonly warned = new Set<string>();
  private lastType: PyGlobal | null = null;
  private lastDtype: string | null | undefined = undefined;

  /**
   * @param source the shard that the stream was read from, null for the opened file
   * @param seen told of each storage that becomes known
   */
  constructor(
    private readonly source: string | null = null,
    private readonly scriptClasses: ReadonlyMap<string, ScriptClass> = new Map(),
    seen: (storage: StorageSpec) => void = () => undefined,
    private readonly constants: readonly Value[] = [],
  ) {
    this.storages = new StoragesByKey(seen);
  }

  resolve(id: PyPersistentId): PersistentMeaning | null {
    // Nothing else writes there.
    if (id.meaning !== null) return id.meaning === noMeaning ? null : (id.meaning as PersistentMeaning);
    const meaning = this.read(id.id);
    id.meaning = meaning ?? noMeaning;
    return meaning;
  }

  /** @see FileContext.plainTensor */
  plainTensor(call: TensorCall): PlainTensor | null {
    const { form } = call;
    const { tensor } = this.callForm(form);
    const storage = tensor === null ? null : this.storageOfCall(call);
    if (tensor === null || storage === null || call.state !== undefined) return null;
    return new PlainTensor(tensor, storage, form.storageOffset);
  }

  /** Takes note of every storage that a stream names, in its order. */
  resolveAll(records: readonly StreamRecord[]): void {
    for (let i = 0; i < records.length; i++) {
      const record = records[i];
      if (record instanceof TensorCall) {
        // One that has a meaning was looked up for it.
        if (record.meaning === null && this.storageOfCall(record) === null) this.resolve(record.id);
      } else if (record instanceof PyPersistentId) this.resolve(record);
    }
  }

  private callForm(form: TensorCallForm): CallForm {
    // Nothing else writes there.
    if (form.meaning !== null) return form.meaning as CallForm;
    const meaning = new CallForm(form, this.source);
    form.meaning = meaning;
    return meaning;
  }

  /** Null where the id must be resolved to know: it names no storage, or one that has another dtype. */
  private storageOfCall({ form, storageKey }: TensorCall): StorageSpec | null {
    const alike = this.callForm(form).storage;
    if (alike === null) return null;
    const known = this.storages.get(storageKey);
    if (known !== undefined) return known.dtype === alike.dtype ? known : null;
    const storage = new FileStorage(storageKey, alike);
    this.storages.add(storageKey, storage);
    return storage;
  }

  scriptClass(qualifiedName: string): ScriptClass | null {
    return this.scriptClasses.get(qualifiedName) ?? null;
  }

  constant(index: number): Value | null {
    return this.constants[index] ?? null;
  }

  warn(code: string, args: readonly (string | number)[]): void {
    const key = `${code}\n${args.join('\n')}`;
    if (this.warned.has(key)) return;
    this.warned.add(key);
    this.warnings.push({ code, args, path: null });
  }

  /** A storage by its key, undefined when no persistent id named it. */
  storage(key: string): StorageSpec | undefined {
    return this.storages.get(key);
  }

  /** The storage that a view (torch ≤ 0.4) lies in, with its byte offset. */
  rootOf(storage: StorageSpec): { readonly root: StorageSpec; readonly offset: number } {
    return this.views.get(storage) ?? { root: storage, offset: 0 };
  }

  private read(id: Value): PersistentMeaning | null {
    if (typeof id === 'string') return this.read(parseTextId(id));
    if (!isTuple(id)) return null;
    const tag = textOf(id[0]);
    if (tag === 'module') {
      const [, cls, file, source] = id;
      if (cls instanceof PyGlobal && typeof file === 'string' && typeof source === 'string') {
        this.classSources.push({ className: cls.qualifiedName, file, text: source });
      }
      return cls === undefined ? null : { type: 'value', value: cls };
    }
    if (tag !== 'storage') return null;
    // By position: there is one for each storage, and destructuring iterates.
    const type = id[1];
    const rawKey = id[2];
    const rawLocation = id[3];
    const elements = id[4];
    const view = id[5];
    const key = keyOf(rawKey);
    if (!(type instanceof PyGlobal) || key === null) return null;
    const dtype = this.dtypeOf(type);
    if (dtype === undefined || !isCount(elements)) return null;
    const root = this.namedStorage(key, dtype, elements, textOf(rawLocation));
    if (isTuple(view)) {
      const storage = this.view(root, view, textOf(rawLocation));
      return storage === null ? null : { type: 'storage', storage, dtype };
    }
    return { type: 'storage', storage: root, dtype };
  }

  /** A file names few storage classes, many times. */
  private dtypeOf(type: PyGlobal): string | null | undefined {
    if (type !== this.lastType) {
      this.lastType = type;
      this.lastDtype = storageDtype(type.module, type.name);
    }
    return this.lastDtype;
  }

  private namedStorage(
    key: string,
    dtype: string | null,
    elements: number | bigint,
    device: string | null,
  ): StorageSpec {
    let storage = this.storages.get(key);
    if (storage === undefined) {
      storage = new FileStorage(key, new StorageForm(dtype, elements, device, this.source));
      this.storages.add(key, storage);
    }
    return storage;
  }

  /** `(view key, offset, size)` in elements of the root. */
  private view(root: StorageSpec, view: readonly Value[], device: string | null): StorageSpec | null {
    const key = keyOf(view[0]);
    const [, offset, size] = view;
    if (key === null || typeof offset !== 'number' || !isCount(size)) return null;
    const known = this.storages.get(`view ${key}`);
    if (known !== undefined) return known;
    const storage = new FileStorage(key, new StorageForm(root.dtype, size, device, this.source));
    this.storages.add(`view ${key}`, storage);
    this.views.set(storage, { root, offset: Number(storageBytes(root.dtype, offset)) });
    return storage;
  }
}

/**
 * Protocol 0 writes a persistent id as `str(id)`:
 * `('storage', <class 'torch.FloatStorage'>, '0', 'cpu', 4)`. Null for any other text.
 */
function parseTextId(text: string): Value {
  const match = /^\('storage', <class '([\w.]+)\.(\w+)'>, '([^']*)', '([^']*)', (\d+)(?:, None)?\)$/.exec(
    text,
  );
  if (match === null) return null;
  const [, module = '', name = '', key = '', location = '', elements = ''] = match;
  return ['storage', new PyGlobal(module, name, 0), key, location, Number(elements)];
}

/** Marks an id that was looked at and means nothing. */
const noMeaning = {};

function isCount(value: Value | undefined): value is number | bigint {
  return (typeof value === 'number' && value >= 0) || (typeof value === 'bigint' && value >= 0n);
}

function keyOf(value: Value | undefined): string | null {
  if (typeof value === 'number' || typeof value === 'bigint') return String(value);
  return textOf(value);
}

/** Python 2 wrote some of these texts as bytes. */
function textOf(value: Value | undefined): string | null {
  if (typeof value === 'string') return value;
  return value instanceof PyBytes ? String.fromCharCode(...value.bytes.subarray(0, 200)) : null;
}
