import type { Interpreter } from '../machine';
import { PyInstance, type Value } from '../values';

/** torch's dtypes by name, with the category that promotion goes by. */
const CATEGORIES: Readonly<Record<string, 0 | 1 | 2 | 3>> = {
  bool: 0,
  uint8: 1,
  int8: 1,
  int16: 1,
  int32: 1,
  int64: 1,
  float16: 2,
  bfloat16: 2,
  float32: 2,
  float64: 2,
  complex32: 3,
  complex64: 3,
  complex128: 3,
  uint16: 1,
  uint32: 1,
  uint64: 1,
  float8_e4m3fn: 2,
  float8_e5m2: 2,
  qint8: 1,
  quint8: 1,
  qint32: 1,
};

export const DTYPE_NAMES = Object.keys(CATEGORIES);

/** Other names of the same dtypes. */
export const DTYPE_ALIASES: Readonly<Record<string, string>> = {
  float: 'float32',
  double: 'float64',
  half: 'float16',
  int: 'int32',
  long: 'int64',
  short: 'int16',
  chalf: 'complex32',
  cfloat: 'complex64',
  cdouble: 'complex128',
};

export function categoryOf(dtype: string): 0 | 1 | 2 | 3 {
  return CATEGORIES[dtype] ?? 2;
}

export function isFloating(dtype: string): boolean {
  return categoryOf(dtype) === 2;
}

/** The one dtype object of a name. */
export function dtypeObject(vm: Interpreter, name: string): PyInstance {
  const cls = vm.class('dtype');
  const known = cls.dict.get(`\0${name}`);
  if (known instanceof PyInstance) return known;
  const made = new PyInstance(cls);
  made.dict.set('name', name);
  made.dict.set('is_floating_point', isFloating(name));
  made.dict.set('is_complex', categoryOf(name) === 3);
  cls.dict.set(`\0${name}`, made);
  return made;
}

/** The name of a dtype argument; null where none is given. */
export function dtypeName(value: Value | undefined): string | null {
  if (!(value instanceof PyInstance) || value.cls.name !== 'dtype') return null;
  const name = value.dict.get('name');
  return typeof name === 'string' ? name : null;
}

/** torch's promotion of two tensors: the higher category, within it the wider. */
export function promote(a: string, b: string): string {
  if (a === b) return a;
  const x = categoryOf(a);
  const y = categoryOf(b);
  if (x !== y) {
    const [lower, higher] = x > y ? [b, a] : [a, b];
    return categoryOf(higher) === 3 ? promotedToComplex(lower, higher) : higher;
  }
  if ((a === 'float16' && b === 'bfloat16') || (a === 'bfloat16' && b === 'float16')) return 'float32';
  const order = [
    'bool',
    'uint8',
    'int8',
    'int16',
    'int32',
    'int64',
    'float16',
    'bfloat16',
    'float32',
    'float64',
    'complex32',
    'complex64',
    'complex128',
  ];
  if ((a === 'uint8' && b === 'int8') || (a === 'int8' && b === 'uint8')) return 'int16';
  return order.indexOf(a) > order.indexOf(b) ? a : b;
}

/** What takes part in an operation: a tensor, or a number of Python. */
export interface Participant {
  readonly dtype: string;
  readonly rank: number;
  /** A number of Python. */
  readonly scalar: boolean;
}

/**
 * The dtype of a result: tensors with dimensions decide, those without only where they are of a higher category, and
 * numbers of Python after them.
 */
export function resultDtype(participants: readonly Participant[]): string {
  let result: string | null = null;
  for (const priority of [0, 1, 2]) {
    let own: string | null = null;
    for (const { dtype, rank, scalar } of participants) {
      if ((scalar ? 2 : rank > 0 ? 0 : 1) === priority) own = own === null ? dtype : promote(own, dtype);
    }
    if (own === null) continue;
    if (result === null) result = own;
    else if (categoryOf(own) > categoryOf(result)) {
      result = categoryOf(own) === 3 ? promotedToComplex(result, own) : promote(result, own);
    }
  }
  return result ?? 'float32';
}

function promotedToComplex(dtype: string, complex: string): string {
  if (dtype === 'float64') return 'complex128';
  if (dtype === 'float32' && complex === 'complex32') return 'complex64';
  return complex;
}
