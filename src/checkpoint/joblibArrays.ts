import { isTuple, PyDict, PyGlobal, PyObject, type Value } from '../pickle/values';
import type { InlineData } from '../pickle/unpickler';
import { elementCount } from '../stateDict/tensorSpec';
import { sizes } from './shapes';

/**
 * joblib writes an array's data into the stream, right after the BUILD of its `NumpyArrayWrapper`: raw bytes
 * (after a padding count since joblib 1.2), or a pickle of its own for arrays of objects. Null for any other
 * object, and for a wrapper whose size cannot be told.
 */
export function joblibData(object: PyObject): InlineData | null {
  const { callee, state } = object;
  if (!(callee instanceof PyGlobal) || callee.qualifiedName !== 'joblib.numpy_pickle.NumpyArrayWrapper')
    return null;
  if (!(state instanceof PyDict)) return null;
  const itemSize = dtypeItemSize(state.get('dtype'));
  if (itemSize === 'object') return { type: 'pickle' };
  const elements = elementCount(sizes(state.get('shape')));
  if (itemSize === null || typeof elements !== 'number') return null;
  const alignment = state.get('numpy_array_alignment_bytes');
  return { type: 'bytes', length: elements * itemSize, padded: typeof alignment === 'number' };
}

/** Bytes of a `numpy.dtype(code)`; `object` for arrays that hold Python objects. */
function dtypeItemSize(value: Value | undefined): number | 'object' | null {
  if (!(value instanceof PyObject) || !isTuple(value.args)) return null;
  const code = value.args[0];
  if (typeof code !== 'string') return null;
  const match = /^[<>=|]?([a-zA-Z?])(\d*)$/.exec(code);
  if (match === null) return null;
  const [, kind = '', size = ''] = match;
  if (kind === 'O') return 'object';
  return kind === 'U' ? 4 * Number(size) : size === '' ? null : Number(size);
}
