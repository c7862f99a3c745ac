import type { Interpreter } from './machine';
import type { Mutable } from './heap';
import type { Environment } from './values';
import {
  PyBound,
  PyChoice,
  PyClass,
  PyDict,
  PyFunction,
  PyInstance,
  PyIterator,
  PyList,
  PySet,
  PySuper,
  PyTensor,
  PyTuple,
  type UnknownReason,
  type Value,
} from './values';

/**
 * Code that was not understood had these values: everything mutable that it can reach through them is
 * not known any more. Functions give it their cells; classes and modules are not changed by strangers.
 */
export function havoc(vm: Interpreter, roots: Iterable<Value>, reason: UnknownReason): void {
  const seen = new Set<object>();
  const stack: Value[] = [...roots];
  const mark = (object: Mutable): boolean => {
    if (seen.has(object)) return false;
    seen.add(object);
    vm.touch(object);
    object.taint ??= reason;
    return true;
  };
  while (stack.length > 0) {
    const value = stack.pop();
    if (value === null || value === undefined || typeof value !== 'object') continue;
    vm.step();
    if (value instanceof PyList) {
      if (mark(value)) stack.push(...value.items);
    } else if (value instanceof PyDict) {
      if (mark(value)) for (const entry of value.map.values()) stack.push(entry.value);
    } else if (value instanceof PySet) {
      if (mark(value)) stack.push(...value.map.values());
    } else if (value instanceof PyInstance) {
      // An exception, an enum member: nobody changes them.
      if (mark(value)) stack.push(value.dict);
    } else if (value instanceof PyTuple || value instanceof PyChoice) {
      if (seen.has(value)) continue;
      seen.add(value);
      stack.push(...(value instanceof PyTuple ? value.items : value.options));
    } else if (value instanceof PyTensor) {
      if (mark(value) && value.attributes !== null) stack.push(value.attributes);
    } else if (value instanceof PyBound || value instanceof PySuper) {
      stack.push(value.self);
      if (value instanceof PyBound) stack.push(value.callee);
    } else if (value instanceof PyIterator) {
      mark(value);
    } else if (value instanceof PyFunction) {
      if (seen.has(value)) continue;
      seen.add(value);
      if (value.attributes !== null) stack.push(value.attributes);
      for (let env: Environment | null = value.environment; env !== null; env = env.parent) {
        if (seen.has(env)) break;
        seen.add(env);
        stack.push(...env.variables.values());
      }
    } else if (value instanceof PyClass) {
      seen.add(value);
    }
  }
}
