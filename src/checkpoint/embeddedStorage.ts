import { isTuple, PyBytes, PyGlobal, PyObject, PyPersistentId, type Value } from '../pickle/values';
import { Unpickler } from '../pickle/unpickler';
import type { StorageSpec } from '../stateDict/tensorSpec';
import { storageDtype } from '../torchNames/storageTypes';
import { calleeName } from './callee';
import type { FileContext } from './fileContext';
import { storageBytes } from './storageSize';

const memo = new WeakMap<PyObject, { readonly storage: StorageSpec | null }>();

/**
 * A storage inside a plain pickle (`pickle.dump(tensor)`): `torch.storage._load_from_bytes` of a whole legacy
 * file, of which the first pickles say dtype and size. Null for anything else.
 */
export function embeddedStorage(object: PyObject, context: FileContext): StorageSpec | null {
  const known = memo.get(object);
  if (known !== undefined) return known.storage;
  const storage = readEmbedded(object, context);
  memo.set(object, { storage });
  return storage;
}

function readEmbedded(object: PyObject, context: FileContext): StorageSpec | null {
  const name = calleeName(object, context);
  if (name !== 'torch.storage._load_from_bytes' || !isTuple(object.args)) return null;
  const bytes = embeddedBytes(object.args[0], context);
  return bytes === null ? null : readLegacyStorage(bytes, object.offset);
}

/** `bytes` as protocol 3 and later write them, or `_codecs.encode(text, 'latin1')` of earlier ones. */
export function embeddedBytes(value: Value | undefined, context: FileContext): Uint8Array | null {
  if (value instanceof PyBytes) return value.bytes;
  if (value instanceof PyObject && calleeName(value, context) === '_codecs.encode' && isTuple(value.args)) {
    const text = value.args[0];
    if (typeof text !== 'string') return null;
    return Uint8Array.from(text, (character) => character.charCodeAt(0) & 0xff);
  }
  return null;
}

/** Magic number, protocol and sys_info stand before the pickle of the storage. */
function readLegacyStorage(bytes: Uint8Array, offset: number): StorageSpec | null {
  let position = 0;
  for (let skipped = 0; skipped < 3; skipped++) {
    const machine = new Unpickler(position, bytes.length);
    if (!machine.run(bytes.subarray(position), position).done) return null;
    const stream = machine.finish();
    if (stream.error !== null) return null;
    position = stream.end;
  }
  const machine = new Unpickler(position, bytes.length);
  if (!machine.run(bytes.subarray(position), position).done) return null;
  const { value, error } = machine.finish();
  if (error !== null || !(value instanceof PyPersistentId) || !isTuple(value.id)) return null;
  const [tag, type, , device, elements] = value.id;
  if (tag !== 'storage' || !(type instanceof PyGlobal) || typeof elements !== 'number') return null;
  const dtype = storageDtype(type.module, type.name);
  if (dtype === undefined) return null;
  return {
    key: `inline@${offset}`,
    dtype,
    bytes: storageBytes(dtype, elements),
    device: typeof device === 'string' ? device : null,
    source: null,
  };
}
