import type { Integer } from './tensorSpec';
import { multiplyIntegers, normalizeInteger } from './tensorSpec';

/** Bits of one element, by torch's name without `torch.` (`torch.dtype.itemsize`, torch 2.13). */
const bitsByName = new Map<string, number>([
  ['float64', 64],
  ['float32', 32],
  ['float16', 16],
  ['bfloat16', 16],
  ['float8_e4m3fn', 8],
  ['float8_e4m3fnuz', 8],
  ['float8_e5m2', 8],
  ['float8_e5m2fnuz', 8],
  ['float8_e8m0fnu', 8],
  // Two numbers in one element of a byte; shapes count the pairs.
  ['float4_e2m1fn_x2', 8],
  ['complex128', 128],
  ['complex64', 64],
  ['complex32', 32],
  ['int64', 64],
  ['int32', 32],
  ['int16', 16],
  ['int8', 8],
  ['uint64', 64],
  ['uint32', 32],
  ['uint16', 16],
  ['uint8', 8],
  ['bool', 8],
  ['qint32', 32],
  ['qint8', 8],
  ['quint8', 8],
  // Packed: shapes count the numbers, storages hold several in a byte.
  ['quint4x2', 4],
  ['quint2x4', 2],
  ['bits16', 16],
  ['bits8', 8],
  ['bits1x8', 8],
  ['bits2x4', 8],
  ['bits4x2', 8],
]);
// torch.int1 … int7 and uint1 … uint7 take a byte each.
for (let width = 1; width <= 7; width++) {
  bitsByName.set(`int${width}`, 8);
  bitsByName.set(`uint${width}`, 8);
}

/** Bits of one element, null for a name that torch does not have. */
export function dtypeBits(dtype: string): number | null {
  return bitsByName.get(dtype) ?? null;
}

/** torch's dtype names without `torch.`. */
export function dtypeNames(): IterableIterator<string> {
  return bitsByName.keys();
}

/** Bytes that `elements` contiguous elements take, rounded up to whole bytes; null for an unknown dtype. */
export function dtypeBytes(dtype: string, elements: Integer): Integer | null {
  const bits = dtypeBits(dtype);
  if (bits === null) return null;
  if (bits % 8 === 0) return multiplyIntegers(elements, bits / 8);
  return normalizeInteger((BigInt(elements) * BigInt(bits) + 7n) / 8n);
}
