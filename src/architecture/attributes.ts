import { PyRaise, UnknownOperand } from './errors';
import { call } from './calls';
import { type Interpreter, dictOf, unknownReason } from './machine';
import { havoc } from './havoc';
import { joinValues } from './join';
import { checkTaint } from './iteration';
import { moduleAttribute } from './moduleTable';
import { lookup, typeOf } from './types';
import { tensorAttribute, setTensorAttribute } from './tensors/tensorAttributes';
import { evaluate } from './expressions';
import type { Expression } from '../python/syntax';
import {
  Environment,
  PyBound,
  PyChoice,
  PyClass,
  PyClassMethod,
  PyDict,
  PyFunction,
  PyGenericAlias,
  PyInstance,
  PyList,
  PyModule,
  PyNative,
  PyProperty,
  PyRange,
  PySlice,
  PyStaticMethod,
  PySuper,
  PyTensor,
  PyTuple,
  PyUnknown,
  type Value,
} from './values';

/** `object.name`; a miss raises AttributeError. What is not known gives an unknown value. */
export function getAttribute(vm: Interpreter, object: Value, name: string): Value {
  const found = findAttribute(vm, object, name);
  if (found !== undefined) return found;
  if (object instanceof PyModule) {
    vm.raise('AttributeError', `module '${object.name}' has no attribute '${name}'`);
  }
  if (object instanceof PyClass) {
    vm.raise('AttributeError', `type object '${object.name}' has no attribute '${name}'`);
  }
  vm.raise('AttributeError', `'${typeOf(vm, object).name}' object has no attribute '${name}'`);
}

/** The same, undefined for a miss; `__getattr__` is asked. */
export function findAttribute(vm: Interpreter, object: Value, name: string): Value | undefined {
  // `random.shuffle`, of whatever generator, changes what it is given.
  if (object instanceof PyUnknown) {
    return new PyUnknown(object.reason, null, name === 'shuffle' ? 'any' : object.effect);
  }
  if (object instanceof PyChoice) {
    const joined = joinValues(
      vm,
      object.options.map((option) => getAttribute(vm, option, name)),
      object.reason,
    );
    // What is done through it happens to one of them.
    if (joined instanceof PyUnknown) havoc(vm, object.options, object.reason);
    return joined;
  }
  if (object instanceof PyInstance) return instanceAttribute(vm, object, name);
  if (object instanceof PyModule) return moduleAttribute(vm, object, name);
  if (object instanceof PyClass) return classAttribute(vm, object, name);
  if (object instanceof PySuper) return superAttribute(vm, object, name);
  if (object instanceof PyFunction) {
    const found = functionAttribute(vm, object, name);
    if (found !== undefined) return found;
  }
  if (object instanceof PyBound) {
    if (name === '__self__') return object.self;
    if (name === '__func__') return object.callee;
    if (object.callee instanceof PyFunction) return functionAttribute(vm, object.callee, name);
  }
  if (object instanceof PyNative) {
    if (name === '__name__' || name === '__qualname__') return object.name;
    if (name === '__doc__') return null;
    if (name === '__module__') return object.owner ?? 'builtins';
    const own = object.attributes?.get(name);
    if (own !== undefined) return own;
    // What is a builtin here may be a function in Python.
    return name.startsWith('__') && lookup(vm, typeOf(vm, object), name) === undefined
      ? vm.unknown('unsupported', `${object.name}.${name}`)
      : undefined;
  }
  if (object instanceof PyTensor) {
    const found = tensorAttribute(vm, object, name);
    if (found !== undefined) return found;
  }
  if (object instanceof PyProperty) {
    if (name === 'fget') return object.get;
    if (name === 'fset') return object.set;
    if (name === '__doc__') return null;
  }
  if (object instanceof PyGenericAlias) {
    if (name === '__origin__') return object.origin;
    if (name === '__args__') {
      return object.args instanceof PyTuple ? object.args : new PyTuple([object.args]);
    }
    return findAttribute(vm, object.origin, name);
  }
  if (object instanceof PyRange || object instanceof PySlice) {
    if (name === 'start') return object.start;
    if (name === 'stop') return object.stop;
    if (name === 'step') return object.step;
  }
  if ((object instanceof PyList || object instanceof PyDict) && object.attributes !== null) {
    const own = object.attributes.get(name);
    if (own !== undefined) return own;
  }
  if (name === '__dict__' && (object instanceof PyList || object instanceof PyDict)) {
    object.attributes ??= new PyDict();
    return object.attributes;
  }
  if (name === '__class__') return typeOf(vm, object);
  if ((typeof object === 'bigint' || typeof object === 'boolean') && name === 'real') return BigInt(object);
  if (typeof object === 'number' && name === 'real') return object;
  const cls = typeOf(vm, object);
  const found = lookup(vm, cls, name);
  if (found !== undefined) return bind(vm, found, object, cls);
  return fallback(vm, object, cls, name);
}

function fallback(vm: Interpreter, object: Value, cls: PyClass, name: string): Value | undefined {
  const getter = lookup(vm, cls, '__getattr__');
  if (getter !== undefined) {
    try {
      return call(vm, getter, [object, name]);
    } catch (error) {
      if (isAttributeError(vm, error)) return undefined;
      throw error;
    }
  }
  for (const base of cls.mro) {
    if (base.unknownBase !== null) return new PyUnknown(base.unknownBase);
  }
  // Objects of Python's library have more than the interpreter has words for.
  if (isOfLibrary(vm, cls) && !name.startsWith('__') && !isOwnCode(vm)) {
    return vm.unknown('external', `${cls.module}.${cls.name}.${name}`);
  }
  return undefined;
}

function isOfLibrary(vm: Interpreter, cls: PyClass): boolean {
  const module = vm.modules.loaded.get(cls.module);
  return module?.isInternal === true && cls.place !== null && !/^(torch|_graftlens)/.test(cls.module);
}

export function isAttributeError(vm: Interpreter, error: unknown): boolean {
  return error instanceof PyRaise && error.exception.cls.isSubclassOf(vm.class('AttributeError'));
}

function instanceAttribute(vm: Interpreter, object: PyInstance, name: string): Value | undefined {
  const { cls } = object;
  const custom = lookup(vm, cls, '__getattribute__');
  if (custom instanceof PyFunction) {
    return call(vm, custom, [object, name]);
  }
  return plainInstanceAttribute(vm, object, name);
}

/** `object.__getattribute__`, then `__getattr__`. */
export function plainInstanceAttribute(vm: Interpreter, object: PyInstance, name: string): Value | undefined {
  const { cls } = object;
  const onClass = lookup(vm, cls, name);
  if (onClass instanceof PyProperty) {
    if (onClass.get === null) vm.raise('AttributeError', `unreadable attribute '${name}'`);
    try {
      return call(vm, onClass.get, [object]);
    } catch (error) {
      // A property that raises AttributeError is looked for by `__getattr__`.
      if (isAttributeError(vm, error) && lookup(vm, cls, '__getattr__') !== undefined) {
        return fallback(vm, object, cls, name);
      }
      throw error;
    }
  }
  if (object.dict.taint !== null) return new PyUnknown(object.dict.taint);
  const own = object.dict.map.get(name);
  if (own !== undefined && !isDataDescriptor(vm, onClass)) return own.value;
  if (onClass !== undefined) return bind(vm, onClass, object, cls);
  if (name === '__dict__') return object.dict;
  if (name === '__class__') return cls;
  if (object.taint !== null) return new PyUnknown(object.taint);
  return fallback(vm, object, cls, name);
}

function isDataDescriptor(vm: Interpreter, value: Value | undefined): boolean {
  return value instanceof PyInstance && lookup(vm, value.cls, '__set__') !== undefined;
}

/** What a class attribute is when read through an instance. */
export function bind(vm: Interpreter, found: Value, object: Value, cls: PyClass): Value {
  if (found instanceof PyFunction || found instanceof PyNative) {
    return new PyBound(found, object);
  }
  if (found instanceof PyProperty) {
    if (found.get === null) vm.raise('AttributeError', 'unreadable attribute');
    return call(vm, found.get, [object]);
  }
  if (found instanceof PyStaticMethod) return found.callee;
  if (found instanceof PyClassMethod) return new PyBound(found.callee, cls);
  if (found instanceof PyInstance) {
    const getter = lookup(vm, found.cls, '__get__');
    if (getter !== undefined) return call(vm, getter, [found, object, cls]);
  }
  return found;
}

function classAttribute(vm: Interpreter, cls: PyClass, name: string): Value | undefined {
  if (cls.metaclass !== null) {
    const onMeta = lookup(vm, cls.metaclass, name);
    if (onMeta instanceof PyProperty) return call(vm, onMeta.get, [cls]);
  }
  const found = lookup(vm, cls, name);
  if (found !== undefined) {
    if (found instanceof PyStaticMethod) return found.callee;
    if (found instanceof PyClassMethod) return new PyBound(found.callee, cls);
    if (found instanceof PyInstance) {
      const getter = lookup(vm, found.cls, '__get__');
      if (getter !== undefined) return call(vm, getter, [found, null, cls]);
    }
    return found;
  }
  switch (name) {
    case '__name__':
      return cls.name;
    case '__qualname__':
      return cls.dict.get('__qualname__') ?? cls.name;
    case '__module__':
      return cls.module;
    case '__mro__':
      return new PyTuple(cls.mro);
    case '__bases__':
      return new PyTuple(cls.bases);
    case '__base__':
      return cls.bases[0] ?? null;
    case '__dict__':
      return cls.dict;
    case '__class__':
      return typeOf(vm, cls);
    case '__doc__':
      return null;
    case '__annotations__': {
      const names = cls.dict.get('__annotations__');
      // Of a class only the outermost names are kept, for dataclasses.
      return names instanceof PyDict && !isOwnCode(vm)
        ? dictOf(
            [...names.map.values()].map(({ key }) => [
              typeof key === 'string' ? key : '',
              vm.unknown('unsupported', '__annotations__'),
            ]),
          )
        : (names ?? new PyDict());
    }
    case 'mro':
      return new PyNative('mro', () => new PyList([...cls.mro]), true);
  }
  if (cls.metaclass !== null) {
    const onMeta = lookup(vm, cls.metaclass, name);
    if (onMeta !== undefined) return bind(vm, onMeta, cls, cls.metaclass);
    const getter = lookup(vm, cls.metaclass, '__getattr__');
    if (getter !== undefined) return call(vm, getter, [cls, name]);
  }
  for (const base of cls.mro) {
    if (base.unknownBase !== null) return new PyUnknown(base.unknownBase);
  }
  const onType = lookup(vm, vm.class('type'), name);
  return onType === undefined ? undefined : bind(vm, onType, cls, vm.class('type'));
}

function superAttribute(vm: Interpreter, object: PySuper, name: string): Value | undefined {
  const { self, after } = object;
  // In a metaclass `self` is a class, but an instance of it.
  const isClass = self instanceof PyClass && self.isSubclassOf(after);
  const cls = isClass ? self : typeOf(vm, self);
  const order = cls.mro;
  const start = order.indexOf(after) + 1;
  for (const base of order.slice(start)) {
    if (base.unknownBase !== null && base.dict.get(name) === undefined) {
      return new PyUnknown(base.unknownBase);
    }
    const found = base.dict.get(name);
    if (found === undefined) continue;
    if (found instanceof PyClassMethod) return new PyBound(found.callee, cls);
    if (isClass && !cls.isSubclassOf(vm.class('type'))) {
      return found instanceof PyStaticMethod ? found.callee : found;
    }
    return bind(vm, found, self, cls);
  }
  if (after.unknownBase !== null) return new PyUnknown(after.unknownBase);
  if (name === '__class__') return cls;
  // Python's own classes have more methods than the interpreter has words for.
  const native = order.slice(start).find((base) => base.place === null && base.name !== 'object');
  return native === undefined ? undefined : vm.unknown('unsupported', `${native.name}.${name}`);
}

function functionAttribute(vm: Interpreter, object: PyFunction, name: string): Value | undefined {
  const own = object.attributes?.get(name);
  if (own !== undefined) return own;
  switch (name) {
    case '__name__':
      return object.name;
    case '__qualname__':
      return object.qualifiedName;
    case '__module__':
      return object.globals.name;
    case '__doc__': {
      vm.reads.body(object);
      const [first] = object.definition.body;
      return first?.kind === 'expression' &&
        first.value.kind === 'constant' &&
        typeof first.value.value === 'string'
        ? first.value.value
        : null;
    }
    case '__dict__':
      object.attributes ??= new PyDict();
      return object.attributes;
    case '__defaults__':
      return new PyTuple(object.defaults.filter((value) => value !== undefined));
    case '__annotations__':
      return functionAnnotations(vm, object);
    case '__globals__':
      return vm.unknown('unsupported', '__globals__');
    case '__code__':
      return vm.unknown('unsupported', '__code__');
    case '__class__':
      return vm.class('function');
    case '__wrapped__':
      return undefined;
    case '__get__':
      return new PyNative(
        '__get__',
        (_context, args) =>
          args[0] === null || args[0] === undefined ? object : new PyBound(object, args[0]),
        true,
      );
    case '__call__':
      return object;
  }
  return undefined;
}

/** Whether the running code is the interpreter's own Python. */
function isOwnCode(vm: Interpreter): boolean {
  return vm.frames[vm.frames.length - 1]?.internal === true;
}

/** Annotations as Python evaluates them, without those of `from __future__ import annotations`. */
function functionAnnotations(vm: Interpreter, callee: PyFunction): PyDict {
  const { definition, globals } = callee;
  const env = callee.environment ?? new Environment(null, null, globals, new Set(), new Set());
  const valueOf = (annotation: Expression): Value => {
    if (globals.variables.has('annotations')) return vm.unknown('unsupported', '__annotations__');
    try {
      return evaluate(vm, annotation, env);
    } catch (error) {
      if (error instanceof UnknownOperand) return new PyUnknown(error.reason);
      throw error;
    }
  };
  const pairs: [string, Value][] = [];
  for (const { name, annotation } of definition.parameters) {
    if (annotation !== null) pairs.push([name, valueOf(annotation)]);
  }
  if (definition.returns !== null) pairs.push(['return', valueOf(definition.returns)]);
  return dictOf(pairs);
}

/** `object.name = value`. */
export function setAttribute(vm: Interpreter, object: Value, name: string, value: Value): void {
  const reason = unknownReason(object);
  if (reason !== null) {
    havoc(vm, [object], reason);
    return;
  }
  if (object instanceof PyInstance) {
    const setter = lookup(vm, object.cls, '__setattr__');
    if (setter instanceof PyFunction || (setter instanceof PyNative && setter.owner !== 'object')) {
      call(vm, setter, [object, name, value]);
      return;
    }
    plainSetAttribute(vm, object, name, value);
    return;
  }
  if (object instanceof PyClass) {
    vm.touchClass(object);
    if (name === '__name__' && typeof value === 'string') {
      vm.touch(object);
      object.name = value;
    } else if (name === '__module__' && typeof value === 'string') object.module = value;
    else object.dict.set(name, value);
    return;
  }
  if (object instanceof PyModule) {
    vm.touch(object);
    object.variables.set(name, value);
    return;
  }
  if (object instanceof PyFunction) {
    vm.touch(object);
    if (name === '__name__' && typeof value === 'string') {
      object.name = value;
      return;
    }
    object.attributes ??= new PyDict();
    vm.touch(object.attributes);
    object.attributes.set(name, value);
    return;
  }
  if (object instanceof PyTensor) {
    setTensorAttribute(vm, object, name, value);
    return;
  }
  if ((object instanceof PyList || object instanceof PyDict) && object.cls !== null) {
    const setter = lookup(vm, object.cls, '__setattr__');
    if (setter instanceof PyFunction) {
      call(vm, setter, [object, name, value]);
      return;
    }
    object.attributes ??= new PyDict();
    vm.touch(object.attributes);
    object.attributes.set(name, value);
    return;
  }
  if (object instanceof PyNative) {
    object.attributes ??= new PyDict();
    object.attributes.set(name, value);
    return;
  }
  if (object instanceof PyGenericAlias) return;
  vm.raise('AttributeError', `'${typeOf(vm, object).name}' object has no attribute '${name}'`);
}

/** `object.__setattr__` of an ordinary instance. */
export function plainSetAttribute(vm: Interpreter, object: PyInstance, name: string, value: Value): void {
  const onClass = lookup(vm, object.cls, name);
  if (onClass instanceof PyProperty) {
    if (onClass.set === null) vm.raise('AttributeError', `can't set attribute '${name}'`);
    call(vm, onClass.set, [object, value]);
    return;
  }
  if (onClass instanceof PyInstance) {
    const setter = lookup(vm, onClass.cls, '__set__');
    if (setter !== undefined) {
      call(vm, setter, [onClass, object, value]);
      return;
    }
  }
  if (name === '__class__') {
    if (!(value instanceof PyClass)) throw new UnknownOperand(vm.reason('unsupported', '__class__'));
    vm.touch(object);
    object.cls = value;
    return;
  }
  if (name === '__dict__') {
    if (!(value instanceof PyDict)) throw new UnknownOperand(vm.reason('unsupported', '__dict__'));
    vm.touch(object.dict);
    object.dict.map = value.map;
    return;
  }
  vm.touch(object.dict);
  object.dict.set(name, value);
}

/** `del object.name`. */
export function deleteAttribute(vm: Interpreter, object: Value, name: string): void {
  const reason = unknownReason(object);
  if (reason !== null) {
    havoc(vm, [object], reason);
    return;
  }
  if (object instanceof PyInstance) {
    const deleter = lookup(vm, object.cls, '__delattr__');
    if (deleter instanceof PyFunction || (deleter instanceof PyNative && deleter.owner !== 'object')) {
      call(vm, deleter, [object, name]);
      return;
    }
    plainDeleteAttribute(vm, object, name);
    return;
  }
  const dict =
    object instanceof PyClass
      ? object.dict
      : object instanceof PyFunction || object instanceof PyTensor
        ? object.attributes
        : null;
  if (dict !== null) {
    checkTaint(dict);
    if (object instanceof PyClass) vm.touchClass(object);
    vm.touch(dict);
    if (dict.map.delete(name)) return;
  }
  if (object instanceof PyModule) {
    vm.touch(object);
    if (object.variables.delete(name)) return;
  }
  vm.raise('AttributeError', name);
}

export function plainDeleteAttribute(vm: Interpreter, object: PyInstance, name: string): void {
  const onClass = lookup(vm, object.cls, name);
  if (onClass instanceof PyProperty) {
    if (onClass.del === null) vm.raise('AttributeError', `can't delete attribute '${name}'`);
    call(vm, onClass.del, [object]);
    return;
  }
  checkTaint(object.dict);
  vm.touch(object.dict);
  if (!object.dict.map.delete(name)) {
    vm.raise('AttributeError', `'${object.cls.name}' object has no attribute '${name}'`);
  }
}
