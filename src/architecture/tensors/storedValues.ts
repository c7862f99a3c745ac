import { isFloating } from './dtypes';

/** An element of a tensor. */
export type Element = number | bigint | boolean;

const INTEGER_BITS: Readonly<Record<string, number>> = {
  int8: 8,
  int16: 16,
  int32: 32,
  int64: 64,
  uint8: -8,
  uint16: -16,
  uint32: -32,
  uint64: -64,
};

/** A value as a dtype keeps it: rounded to its precision, wrapped to its bits. */
export function stored(value: Element, dtype: string): Element {
  if (dtype === 'bool') return Boolean(value);
  if (dtype === 'float32') return Math.fround(Number(value));
  if (dtype === 'bfloat16') return roundedTo(Math.fround(Number(value)), 8, -126, 127);
  if (dtype === 'float16') return roundedTo(Math.fround(Number(value)), 11, -14, 15);
  if (isFloating(dtype)) return Number(value);
  const whole = typeof value === 'number' ? BigInt(Math.trunc(value)) : BigInt(value);
  const bits = INTEGER_BITS[dtype] ?? 64;
  return bits > 0 ? BigInt.asIntN(bits, whole) : BigInt.asUintN(-bits, whole);
}

/** Values as a dtype keeps them; null where one of them has no meaning in it, or is not known. */
export function storedAll(values: Iterable<Element | null>, dtype: string): Element[] | null {
  const result: Element[] = [];
  for (const value of values) {
    if (value === null || !isStorable(value, dtype)) return null;
    result.push(stored(value, dtype));
  }
  return result;
}

/** Whether a value has a meaning in a dtype: what an infinity is as an integer depends on the machine. */
function isStorable(value: Element, dtype: string): boolean {
  if (dtype.startsWith('complex') || dtype.startsWith('float8')) return false;
  return typeof value !== 'number' || isFloating(dtype) || dtype === 'bool' || Math.abs(value) < 2 ** 31;
}

/** The nearest number with `digits` binary digits, ties to even, and exponents from `least` to `most`. */
function roundedTo(value: number, digits: number, least: number, most: number): number {
  if (value === 0 || !Number.isFinite(value)) return value;
  const bits = new DataView(new ArrayBuffer(4));
  bits.setFloat32(0, value);
  const exponent = Math.max(((bits.getUint32(0) >> 23) & 0xff) - 127, least);
  const unit = 2 ** (exponent - digits + 1);
  const scaled = value / unit;
  const floor = Math.floor(scaled);
  const rest = scaled - floor;
  const up = rest > 0.5 || (rest === 0.5 && floor % 2 !== 0);
  const result = (floor + (up ? 1 : 0)) * unit;
  return Math.abs(result) >= 2 ** (most + 1) ? Math.sign(result) * Infinity : result;
}
