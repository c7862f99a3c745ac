import {
  isTuple,
  PyComputedGlobal,
  PyExtension,
  PyGlobal,
  PyObject,
  PyPersistentId,
  type Value,
} from '../pickle/values';
import type { ExtensionRegistry } from './extensionRegistry';
import { safetyLimits } from './limits';
import { modernPath } from './vocabulary/python2';

/** What a value stands for when it is called, or an attribute of it is taken. */
export type Callee =
  | { readonly type: 'name'; readonly module: string; readonly name: string }
  /** A name that the stream computes. */
  | { readonly type: 'computed' }
  /** What a call returns, with the function or class at the root of it; null where that is no name. */
  | { readonly type: 'result'; readonly root: { readonly module: string; readonly name: string } | null }
  | { readonly type: 'persistent' }
  | { readonly type: 'extension'; readonly code: number }
  /** Data: a call of it fails. */
  | { readonly type: 'data' };

/** Resolves a callee through persistent classes, extension codes, `getattr`, `partial` and the like. */
export function calleeOf(value: Value, registry: ExtensionRegistry, depth = 0): Callee {
  if (value instanceof PyComputedGlobal) return { type: 'computed' };
  if (value instanceof PyGlobal) return { type: 'name', module: value.module, name: value.name };
  if (value instanceof PyExtension) {
    const named = registry.get(value.code);
    return named === null ? { type: 'extension', code: value.code } : { type: 'name', ...named };
  }
  if (depth > safetyLimits.namesThroughNames) return { type: 'computed' };
  if (value instanceof PyPersistentId) {
    // torch's legacy format: a class that is saved with its source, ("module", class, file, source).
    const [tag, classValue] = isTuple(value.id) ? value.id : [];
    return tag === 'module' && classValue !== undefined
      ? calleeOf(classValue, registry, depth + 1)
      : { type: 'persistent' };
  }
  if (!(value instanceof PyObject)) return { type: 'data' };
  // The inner calls come first in a stream: each is resolved once.
  const known = keptOn(value);
  return (known.callee ??= resultOf(value, registry, depth));
}

/** What is found out about an object once; `Judgement` is the judge's. */
export interface Kept {
  callee: Callee | null;
  judgement: object | null;
}

export function keptOn(object: PyObject): Kept {
  return (object.meaning ??= { callee: null, judgement: null } satisfies Kept) as Kept;
}

function resultOf(value: PyObject, registry: ExtensionRegistry, depth: number): Callee {
  const callee = calleeOf(value.callee, registry, depth + 1);
  if (callee.type === 'result' || callee.type === 'computed') return callee;
  if (callee.type !== 'name') return { type: 'result', root: null };
  const through = namedBy(pathOf(callee), value, registry, depth);
  return through ?? { type: 'result', root: callee };
}

/** The dotted path that today's Python imports for a name. */
export function pathOf({ module, name }: { readonly module: string; readonly name: string }): string {
  return modernPath(module, name);
}

/** What a call returns that only looks something up; null for every other call. */
function namedBy(path: string, call: PyObject, registry: ExtensionRegistry, depth: number): Callee | null {
  const args = argumentsOf(call);
  switch (path) {
    case 'builtins.getattr': {
      const attribute = attributeOf(call, registry, depth);
      return attribute === null ? { type: 'computed' } : { type: 'name', ...attribute };
    }
    case 'functools.partial':
      return args[0] === undefined ? null : calleeOf(args[0], registry, depth + 1);
    case 'numpy.core._ufunc_reconstruct':
    case 'numpy._core._ufunc_reconstruct': {
      const [module, name] = args;
      return typeof module === 'string' && typeof name === 'string'
        ? { type: 'name', module, name }
        : { type: 'computed' };
    }
    default:
      return null;
  }
}

/**
 * The name that `getattr(x, "y")` stands for, where `x` is a name itself: Python pickles nested classes and
 * members of enums this way. Null when `x` or the attribute is anything else.
 */
export function attributeOf(
  call: PyObject,
  registry: ExtensionRegistry,
  depth = 0,
): { readonly module: string; readonly name: string } | null {
  const [owner, attribute] = argumentsOf(call);
  if (owner === undefined || typeof attribute !== 'string') return null;
  const named = calleeOf(owner, registry, depth + 1);
  if (named.type !== 'name' || named.name.length + attribute.length > safetyLimits.nameLength) return null;
  return { module: named.module, name: `${named.name}.${attribute}` };
}

export function argumentsOf(call: PyObject): readonly Value[] {
  return isTuple(call.args) ? call.args : [];
}
