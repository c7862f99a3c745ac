import { pythonRepr } from '../../checkpoint/pythonRepr';
import { isTuple, PyGlobal, PyObject, PyPersistentId, type Value } from '../../pickle/values';
import { visibleRepr, visibleText } from '../../protocol/visibleText';
import { storageDtype } from '../../torchNames/storageTypes';
import { disassemblyLimits } from './limits';
import type { Note } from '../../checkpoint/checkpoint';

/** A value in one line: what Python's `repr` shows, objects as the call that would build them. */
export function valueText(value: Value | undefined, limit: number = disassemblyLimits.valueText): string {
  if (value === undefined) return '?';
  const tensor = value instanceof PyObject ? tensorText(value) : null;
  const text = tensor ?? pythonRepr(value, limit);
  return visibleRepr(text, text.length).text;
}

/** A value that is only named. */
export function nameText(value: Value | undefined): string {
  return valueText(value, disassemblyLimits.nameText);
}

/** What a call builds: torch's tensors as such, anything else as the call. */
export function builtByCall(call: Value | undefined): Note {
  const tensor = call instanceof PyObject ? tensorText(call) : null;
  return tensor === null
    ? { code: 'disassembly.call', args: [valueText(call)] }
    : { code: 'disassembly.value', args: [tensor] };
}

/** What a persistent id stands for: torch writes `("storage", class, key, location, elements)`. */
export function builtByPersistentId(value: Value | undefined): Note {
  const storage = value instanceof PyPersistentId ? storageOf(value) : null;
  if (storage === null) return { code: 'disassembly.value', args: [valueText(value)] };
  const { key, type, location, elements } = storage;
  return { code: 'disassembly.storage', args: [key, type, elements, location] };
}

interface Storage {
  readonly type: string;
  readonly key: string;
  readonly location: string;
  readonly elements: number;
}

function storageOf({ id }: PyPersistentId): Storage | null {
  if (!isTuple(id)) return null;
  const [tag, type, key, location, elements] = id;
  if (tag !== 'storage' || !(type instanceof PyGlobal) || typeof elements !== 'number') return null;
  if (storageDtype(type.module, type.name) === undefined) return null;
  return { type: type.qualifiedName, key: plainText(key), location: plainText(location), elements };
}

function plainText(value: Value | undefined): string {
  return typeof value === 'string' ? visibleText(value, disassemblyLimits.nameText).text : nameText(value);
}

/** `torch.FloatTensor [64, 3, 7, 7]` of `_rebuild_tensor_v2(storage, offset, size, …)`; null for other calls. */
function tensorText(object: PyObject): string | null {
  const { callee, args } = object;
  if (!(callee instanceof PyGlobal) || callee.module !== 'torch._utils' || !isTuple(args)) return null;
  const [first, , size] = args;
  if (callee.name === '_rebuild_parameter') {
    const tensor = first instanceof PyObject && !isParameter(first) ? tensorText(first) : null;
    return tensor === null ? null : `Parameter ${tensor}`;
  }
  if (callee.name !== '_rebuild_tensor_v2' && callee.name !== '_rebuild_tensor') return null;
  const storage = first instanceof PyPersistentId ? storageOf(first) : null;
  if (storage === null || !isTuple(size) || size.some((one) => typeof one !== 'number')) return null;
  const shape = size.length > 16 ? [...size.slice(0, 16), '…'] : size;
  return `${storage.type.replace(/Storage$/, 'Tensor')} [${shape.join(', ')}]`;
}

/** A parameter of a parameter of … is nothing that torch writes, and would be followed without end. */
function isParameter({ callee }: PyObject): boolean {
  return callee instanceof PyGlobal && callee.name === '_rebuild_parameter';
}
