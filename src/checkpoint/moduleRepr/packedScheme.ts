import { isTuple, PyGlobal, PyList, PyObject, PyPersistentId, type Value } from '../../pickle/values';
import { storageDtype } from '../../torchNames/storageTypes';

/** Objects looked at: a packed weight lies a few levels below its `ScriptObject`, next to a bias. */
const mostVisited = 100;

/**
 * The quantization scheme of the weight inside `_packed_params`, as Python prints it
 * (`torch.per_tensor_affine`); null when none is found.
 */
export function packedScheme(packed: Value | undefined): string | null {
  const pending: (Value | undefined)[] = [packed];
  for (let visited = 0; pending.length > 0 && visited < mostVisited; visited++) {
    const value = pending.shift();
    if (isTuple(value)) pending.push(...value.slice(0, mostVisited));
    if (value instanceof PyList) pending.push(...value.items.slice(0, mostVisited));
    if (!(value instanceof PyObject)) continue;
    if (calls(value, '_rebuild_qtensor')) return schemeOf(value);
    pending.push(value.state);
  }
  return null;
}

/** `torch._utils._rebuild_qtensor(storage, offset, size, stride, (qscheme, scales, zero_points, …), …)` */
function schemeOf(tensor: PyObject): string | null {
  const parameters = isTuple(tensor.args) ? tensor.args[4] : undefined;
  const scheme = isTuple(parameters) ? parameters[0] : undefined;
  if (!isTuple(parameters) || !(scheme instanceof PyGlobal)) return null;
  // It is saved without its suffix; torch tells the two by the dtype of the zero points.
  const hasFloatZeroPoints = scheme.name === 'per_channel_affine' && isFloat(parameters[2]);
  return `torch.${scheme.name}${hasFloatZeroPoints ? '_float_qparams' : ''}`;
}

/** Whether a rebuilt tensor's storage is one of float32. */
function isFloat(tensor: Value | undefined): boolean {
  const storage = tensor instanceof PyObject && isTuple(tensor.args) ? tensor.args[0] : undefined;
  const id = storage instanceof PyPersistentId ? storage.id : undefined;
  const type = isTuple(id) ? id[1] : undefined;
  return type instanceof PyGlobal && storageDtype(type.module, type.name) === 'float32';
}

function calls(object: PyObject, name: string): boolean {
  return (
    object.callee instanceof PyGlobal &&
    object.callee.module === 'torch._utils' &&
    object.callee.name === name
  );
}
