import { PyGlobal, PyPersistentId, type PyObject, type Value } from '../pickle/values';
import { canonicalName } from '../torchNames/canonicalName';
import type { FileContext } from './fileContext';

/** What a global means; kept on the global. */
class GlobalMeaning {
  constructor(readonly name: string) {}
}

/** Today's dotted name of a global. */
export function globalName(global: PyGlobal): string {
  if (global.meaning instanceof GlobalMeaning) return global.meaning.name;
  const meaning = new GlobalMeaning(canonicalName(global.module, global.name));
  global.meaning = meaning;
  return meaning.name;
}

/** The name behind a class or function value: a global, or a class saved with its source. */
export function globalOf(value: Value | undefined, context: FileContext): PyGlobal | null {
  if (value instanceof PyGlobal) return value;
  if (value instanceof PyPersistentId) {
    const meaning = context.resolve(value);
    if (meaning?.type === 'value' && meaning.value instanceof PyGlobal) return meaning.value;
  }
  return null;
}

/** Today's dotted name of what an object calls, null when it calls no plain global. */
export function calleeName(object: PyObject, context: FileContext): string | null {
  const global = globalOf(object.callee, context);
  return global === null ? null : globalName(global);
}
