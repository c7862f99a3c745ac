import { multiplyIntegers, type Integer } from '../stateDict/tensorSpec';
import { dtypeBits } from '../stateDict/dtypes';

/**
 * Bytes of a storage of so many elements. Storages count whole bytes: packed dtypes (`quint4x2`) give their
 * size in bytes, untyped storages too.
 */
export function storageBytes(dtype: string | null, elements: Integer): Integer | null {
  return multiplyIntegers(elements, storageElementSize(dtype));
}

/** torch's `_element_size`: bytes of a storage's element, at least one. */
export function storageElementSize(dtype: string | null): number {
  const bits = dtype === null ? 8 : dtypeBits(dtype);
  return bits === null ? 1 : Math.max(1, bits / 8);
}
