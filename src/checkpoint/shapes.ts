import { isTuple, PyList, PyObject, type Value } from '../pickle/values';
import type { Integer } from '../stateDict/tensorSpec';

/** A shape or stride: a tuple, list or `torch.Size` of integers; null for anything else. */
export function sizes(value: Value | undefined): readonly Integer[] | null {
  let items: readonly Value[];
  if (isTuple(value)) items = value;
  else if (value instanceof PyList) items = value.items;
  else if (value instanceof PyObject && isTuple(value.args) && isTuple(value.args[0])) items = value.args[0];
  else return null;
  for (let i = 0; i < items.length; i++) {
    const item = items[i];
    // A dimension below 0 or above 2^63 − 1 is a claim that no tensor can keep.
    if (typeof item === 'number' ? item < 0 : typeof item !== 'bigint' || item < 0n || item >= 1n << 63n)
      return null;
  }
  return items as readonly Integer[];
}

export function integer(value: Value | undefined): Integer | null {
  return typeof value === 'number' || typeof value === 'bigint' ? value : null;
}
