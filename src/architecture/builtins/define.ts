import type { Construct } from '../classes';
import { type Interpreter, type NativeCall } from '../machine';
import { PyClass, PyNative, PyProperty, type Value } from '../values';

/** Makes a builtin class and registers it. */
export function defineClassOf(
  vm: Interpreter,
  name: string,
  base: string | null,
  construct: Construct | null = null,
  module = 'builtins',
): PyClass {
  const bases = base === null ? [] : [vm.class(base)];
  const cls = new PyClass(name, bases, module, null, construct as unknown as PyClass['construct']);
  cls.mro = [cls, ...(bases[0]?.mro ?? [])];
  vm.classes.set(name, cls);
  return cls;
}

/** A method; unknown arguments make its result unknown (and, of a changing method, its object). */
export function method(cls: PyClass, name: string, call: NativeCall, acceptsUnknown = false): void {
  cls.dict.set(name, new PyNative(name, call as PyNative['call'], acceptsUnknown, cls.name));
}

export function property(cls: PyClass, name: string, get: (vm: Interpreter, self: Value) => Value): void {
  const getter = new PyNative(
    name,
    ((vm: Interpreter, args: readonly Value[]) => get(vm, args[0] ?? null)) as PyNative['call'],
    true,
    cls.name,
  );
  cls.dict.set(name, new PyProperty(getter, null, null));
}

export function define(vm: Interpreter, name: string, call: NativeCall, acceptsUnknown = false): void {
  vm.builtins.set(name, new PyNative(name, call as PyNative['call'], acceptsUnknown, 'builtins'));
}
