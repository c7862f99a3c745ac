import { isTuple, PyBytes, PyDict, PyFloat, PyList, PyObject, type Value } from '../pickle/values';
import type { Integer } from '../stateDict/tensorSpec';
import { calleeName } from './callee';
import { embeddedBytes } from './embeddedStorage';
import type { FileContext } from './fileContext';
import { floatRepr } from './pythonRepr';
import { sizes } from './shapes';

export interface NumpyArray {
  /** `numpy.ndarray`, `numpy.matrix`, `numpy.memmap` … */
  readonly pythonType: string;
  /** numpy's name, `float32`; a structured dtype's text; null when it cannot be told. */
  readonly dtype: string | null;
  readonly shape: readonly Integer[] | null;
  /** Items of an object array, in memory order. */
  readonly objects: readonly Value[] | null;
}

const arrayConstructors = new Set([
  'numpy._core.multiarray._reconstruct',
  'numpy.ma.core._mareconstruct',
  'numpy.ndarray',
]);

/** An ndarray that `value` rebuilds (`_reconstruct` and a state, or protocol 5's `_frombuffer`); else null. */
export function numpyArray(value: Value | undefined, context: FileContext): NumpyArray | null {
  if (!(value instanceof PyObject) || !isTuple(value.args)) return null;
  const name = calleeName(value, context);
  if (name !== null && arrayConstructors.has(name)) {
    const cls = value.args[0];
    const pythonType = name === 'numpy.ndarray' ? name : typeName(cls);
    const state = value.state;
    if (!isTuple(state)) return null;
    // (version, shape, dtype, is_fortran, data); before numpy 1.0 there was no version.
    const at = state.length >= 5 ? 1 : 0;
    const data = state[at + 3];
    return {
      pythonType,
      shape: sizes(state[at]),
      dtype: dtypeText(state[at + 1], context),
      objects: data instanceof PyList ? data.items : null,
    };
  }
  if (name === 'numpy._core.numeric._frombuffer') {
    return {
      pythonType: 'numpy.ndarray',
      shape: sizes(value.args[2]),
      dtype: dtypeText(value.args[1], context),
      objects: null,
    };
  }
  if (name === 'joblib.numpy_pickle.NumpyArrayWrapper' || name === 'joblib.numpy_pickle.NDArrayWrapper') {
    return joblibArray(value, context);
  }
  return null;
}

/** joblib keeps shape and dtype in the wrapper's state; the data follows it in the file. */
function joblibArray(value: PyObject, context: FileContext): NumpyArray | null {
  const inner = value.items?.[0];
  if (inner !== undefined) return numpyArray(inner, context);
  const state = value.state;
  if (!(state instanceof PyDict)) return null;
  const subclass = state.get('subclass');
  return {
    pythonType: subclass === undefined ? 'numpy.ndarray' : typeName(subclass),
    shape: sizes(state.get('shape')),
    dtype: dtypeText(state.get('dtype'), context),
    objects: null,
  };
}

function typeName(value: Value | undefined): string {
  return value !== null && typeof value === 'object' && 'qualifiedName' in value
    ? value.qualifiedName
    : 'numpy.ndarray';
}

const kindNames: ReadonlyMap<string, string> = new Map([
  ['f', 'float'],
  ['i', 'int'],
  ['u', 'uint'],
  ['c', 'complex'],
]);

/** A dtype object's name as numpy prints it (`float32`, `<U7`, `object`), null when it is no dtype. */
export function dtypeText(value: Value | undefined, context: FileContext): string | null {
  if (!(value instanceof PyObject) || !isTuple(value.args)) return null;
  const name = calleeName(value, context);
  if (name !== 'numpy.dtype' && !(name?.startsWith('numpy.dtypes.') ?? false)) return null;
  const code = value.args[0];
  if (typeof code !== 'string') return null;
  const order = isTuple(value.state) ? value.state[1] : null;
  const fields = isTuple(value.state) ? value.state[3] : null;
  if (isTuple(fields)) return `{${fields.map((field) => String(field)).join(', ')}}`;
  const match = /^([<>=|]?)([a-zA-Z])(\d*)$/.exec(code);
  if (match === null) return code;
  const [, , kind = '', size = ''] = match;
  if (kind === 'b' && size === '1') return 'bool';
  if (kind === 'O') return 'object';
  const base = kindNames.get(kind);
  if (base === undefined) return `${typeof order === 'string' && order !== '|' ? order : ''}${code}`;
  return `${order === '>' ? '>' : ''}${base}${Number(size) * 8}`;
}

export interface NumpyScalar {
  readonly pythonType: string;
  readonly value: boolean | Integer | string;
  readonly text: string;
  readonly isFloat: boolean;
}

/** `numpy.core.multiarray.scalar(dtype, bytes)`; null for anything else. */
export function numpyScalar(value: PyObject, context: FileContext): NumpyScalar | null {
  if (calleeName(value, context) !== 'numpy._core.multiarray.scalar' || !isTuple(value.args)) return null;
  const dtype = dtypeText(value.args[0], context);
  if (dtype === null) return null;
  const bytes = embeddedBytes(value.args[1], context) ?? textBytes(value.args[1]);
  const name = dtype.replace(/^>/, '');
  if (bytes === null) return { pythonType: `numpy.${name}`, value: name, text: name, isFloat: false };
  const big = dtype.startsWith('>');
  const decoded = decodeScalar(name, bytes, !big);
  if (decoded === null) return { pythonType: `numpy.${name}`, value: name, text: name, isFloat: false };
  const pythonType = `numpy.${name}`;
  if (decoded instanceof PyFloat) {
    const text = floatRepr(decoded.value);
    return { pythonType, value: Number.isFinite(decoded.value) ? decoded.value : text, text, isFloat: true };
  }
  return { pythonType, value: decoded, text: pythonText(decoded), isFloat: false };
}

function pythonText(value: boolean | Integer | string): string {
  return typeof value === 'boolean' ? (value ? 'True' : 'False') : String(value);
}

/** Python 2 writes the bytes as a text. */
function textBytes(value: Value | undefined): Uint8Array | null {
  if (value instanceof PyBytes) return value.bytes;
  return typeof value === 'string'
    ? Uint8Array.from(value, (character) => character.charCodeAt(0) & 0xff)
    : null;
}

function decodeScalar(dtype: string, bytes: Uint8Array, little: boolean): PyFloat | boolean | Integer | null {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const width: Record<string, number> = { bool: 1, int8: 1, uint8: 1, int16: 2, uint16: 2, float16: 2 };
  const needed = width[dtype] ?? (dtype.endsWith('64') ? 8 : 4);
  if (bytes.length < needed) return null;
  const safe = (value: bigint): Integer => {
    const number = Number(value);
    return Number.isSafeInteger(number) ? number : value;
  };
  switch (dtype) {
    case 'bool':
      return view.getUint8(0) !== 0;
    case 'int8':
      return view.getInt8(0);
    case 'uint8':
      return view.getUint8(0);
    case 'int16':
      return view.getInt16(0, little);
    case 'uint16':
      return view.getUint16(0, little);
    case 'int32':
      return view.getInt32(0, little);
    case 'uint32':
      return view.getUint32(0, little);
    case 'int64':
      return safe(view.getBigInt64(0, little));
    case 'uint64':
      return safe(view.getBigUint64(0, little));
    case 'float16':
      return new PyFloat(halfToNumber(view.getUint16(0, little)));
    case 'float32':
      return new PyFloat(shortestFloat32(view.getFloat32(0, little)));
    case 'float64':
      return new PyFloat(view.getFloat64(0, little));
    default:
      return null;
  }
}

/** The double that prints with float32's own digits: numpy shows 0.1, not 0.10000000149011612. */
function shortestFloat32(value: number): number {
  for (let digits = 1; digits <= 9; digits++) {
    const candidate = Number(value.toPrecision(digits));
    if (Math.fround(candidate) === value) return candidate;
  }
  return value;
}

/** IEEE 754 binary16. */
function halfToNumber(bits: number): number {
  const sign = (bits & 0x8000) === 0 ? 1 : -1;
  const exponent = (bits >> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 31) return fraction === 0 ? sign * Infinity : NaN;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}
