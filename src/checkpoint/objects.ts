import type { PyObject } from '../pickle/values';
import { isTuple, PyDict, type Value } from '../pickle/values';
import { pythonRepr } from './pythonRepr';

/** An attribute of an object, as its state gives it. */
export interface Attribute {
  readonly name: string;
  readonly value: Value;
}

/**
 * The attributes that `__setstate__`'s default would set: a dict, or a pair of a dict (or None) and a dict of
 * slots. Null when the state is something else, which only the class itself can read.
 */
export function attributesOf(object: PyObject): readonly Attribute[] | null {
  const state = object.state;
  if (state === undefined || state === null) return [];
  if (state instanceof PyDict) return dictAttributes(state);
  if (isTuple(state) && state.length === 2) {
    const [plain, slots] = state;
    if ((plain === null || plain instanceof PyDict) && slots instanceof PyDict) {
      return [...(plain === null ? [] : dictAttributes(plain)), ...dictAttributes(slots)];
    }
  }
  return null;
}

function dictAttributes(dict: PyDict): readonly Attribute[] {
  return dict.keys.map((key, i) => ({
    name: typeof key === 'string' ? key : pythonRepr(key, 80),
    value: dict.values[i] as Value,
  }));
}

/** An attribute by name, undefined when the object has none of that name. */
export function attribute(object: PyObject, name: string): Value | undefined {
  const state = object.state;
  if (state instanceof PyDict) return state.get(name);
  if (isTuple(state)) {
    for (const part of state) {
      const value = part instanceof PyDict ? part.get(name) : undefined;
      if (value !== undefined) return value;
    }
  }
  return undefined;
}
