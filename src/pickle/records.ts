import { TensorCall } from './tensorCall';
import { PyObject, PyPersistentId, type PyExtension } from './values';

/** What a stream calls and what it leaves to the file format or to a registry, in the order of its opcodes. */
export type StreamRecord = PyObject | PyPersistentId | PyExtension;

/** Every call, the inner ones of tensors too. */
export function callsOf(records: readonly StreamRecord[]): readonly PyObject[] {
  const calls: PyObject[] = [];
  for (const record of records) {
    if (record instanceof TensorCall) calls.push(record.hooks);
    if (record instanceof PyObject) calls.push(record);
  }
  return calls;
}

/** Every persistent id, those of tensors too. */
export function persistentIdsOf(records: readonly StreamRecord[]): readonly PyPersistentId[] {
  const ids: PyPersistentId[] = [];
  for (const record of records) {
    if (record instanceof TensorCall) ids.push(record.id);
    else if (record instanceof PyPersistentId) ids.push(record);
  }
  return ids;
}
