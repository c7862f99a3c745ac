import { plainDeleteAttribute, plainSetAttribute } from '../attributes';
import { call } from '../calls';
import { type Interpreter, native, nativeOfAny } from '../machine';
import { moduleVariable } from '../moduleTable';
import { lookup } from '../types';
import {
  PyChoice,
  PyClass,
  PyDict,
  PyInstance,
  type PyModule,
  PyNative,
  PySet,
  PyTensor,
  PyUnknown,
  type Value,
} from '../values';
import { taintRegistrations } from '../builtins/functions';

/**
 * `Module.__setattr__`, `__getattr__` and `__delattr__` natively: they run for every attribute of every
 * layer. The catalogue's `torch/nn/modules/module.py` says the same in Python and is the reference; what
 * is rare (registration hooks, `Buffer`) goes there.
 */
export function replaceModuleMethods(vm: Interpreter, cls: PyClass, module: PyModule): void {
  vm.classes.set('Module', cls);
  const original = cls.dict.get('__setattr__') ?? null;
  const parameterClass = (): PyClass | null => {
    const found = moduleVariable(vm, module, 'Parameter');
    return found instanceof PyClass ? found : null;
  };
  const bufferClass = (): PyClass | null => {
    const found = moduleVariable(vm, module, 'Buffer');
    return found instanceof PyClass ? found : null;
  };
  const hooked = (): boolean =>
    [
      '_global_buffer_registration_hooks',
      '_global_module_registration_hooks',
      '_global_parameter_registration_hooks',
    ].some((name) => {
      const hooks = moduleVariable(vm, module, name);
      return !(hooks instanceof PyDict) || hooks.map.size > 0 || hooks.taint !== null;
    });
  const set = new PyNative<Interpreter>(
    '__setattr__',
    (context, [self, name, value]) => {
      if (!(self instanceof PyInstance) || typeof name !== 'string') return null;
      return assignAttribute(context, self, name, value ?? null, {
        parameter: parameterClass(),
        buffer: bufferClass(),
        module: cls,
        slow: () => call(context, original, [self, name, value ?? null]),
        hooked: hooked(),
      });
    },
    true,
    'Module',
  );
  cls.dict.set('__setattr__', set);
  cls.dict.set(
    '__getattr__',
    nativeOfAny('__getattr__', (context, [self, name]) => {
      if (self instanceof PyInstance && typeof name === 'string') {
        for (const place of ['_parameters', '_buffers', '_modules']) {
          const dict = self.dict.get(place);
          if (!(dict instanceof PyDict)) continue;
          if (dict.taint !== null) return new PyUnknown(dict.taint);
          const found = dict.get(name);
          if (found !== undefined) return found;
        }
        for (const base of self.cls.mro)
          if (base.unknownBase !== null) return new PyUnknown(base.unknownBase);
        return context.raise('AttributeError', `'${self.cls.name}' object has no attribute '${name}'`);
      }
      return null;
    }),
  );
  cls.dict.set(
    '__delattr__',
    native('__delattr__', (context, [self, name]) => {
      if (!(self instanceof PyInstance) || typeof name !== 'string') return null;
      for (const place of ['_parameters', '_buffers', '_modules']) {
        const dict = self.dict.get(place);
        if (!(dict instanceof PyDict) || !dict.map.has(name)) continue;
        context.touch(dict);
        dict.map.delete(name);
        discard(context, self, name);
        return null;
      }
      plainDeleteAttribute(context, self, name);
      return null;
    }),
  );
  vm.classVersion++;
}

interface Kinds {
  readonly parameter: PyClass | null;
  readonly buffer: PyClass | null;
  readonly module: PyClass;
  readonly slow: () => Value;
  readonly hooked: boolean;
}

function assignAttribute(vm: Interpreter, self: PyInstance, name: string, value: Value, kinds: Kinds): Value {
  const parameters = self.dict.get('_parameters');
  const buffers = self.dict.get('_buffers');
  const modules = self.dict.get('_modules');
  if (
    kinds.hooked ||
    !(parameters instanceof PyDict) ||
    !(buffers instanceof PyDict) ||
    !(modules instanceof PyDict)
  ) {
    return kinds.slow();
  }
  if (value instanceof PyUnknown || (value instanceof PyChoice && !value.interchangeable)) {
    assignUnknown(vm, self, name, value, { parameters, buffers, modules }, kinds);
    return null;
  }
  if (
    value instanceof PyTensor &&
    value.cls !== null &&
    kinds.parameter !== null &&
    value.cls.isSubclassOf(kinds.parameter)
  ) {
    const isNew = !parameters.map.has(name);
    remove(vm, self.dict, name);
    remove(vm, buffers, name);
    remove(vm, modules, name);
    discard(vm, self, name);
    if (isNew) checkName(vm, self, name, 'parameter');
    vm.touch(parameters);
    parameters.set(name, value);
    return null;
  }
  const isModuleValue =
    value instanceof PyChoice || (value instanceof PyInstance && value.cls.isSubclassOf(kinds.module));
  // It may have been a tensor and no parameter; if the construction goes on, it was.
  if (parameters.get(name) instanceof PyUnknown) remove(vm, parameters, name);
  if (parameters.map.has(name)) {
    if (value !== null) {
      return vm.raise(
        'TypeError',
        `cannot assign this value as parameter '${name}' (torch.nn.Parameter or None expected)`,
      );
    }
    vm.touch(parameters);
    parameters.set(name, null);
    return null;
  }
  if (isModuleValue) {
    remove(vm, self.dict, name);
    remove(vm, parameters, name);
    remove(vm, buffers, name);
    discard(vm, self, name);
    vm.touch(modules);
    modules.set(name, value);
    return null;
  }
  if (modules.map.has(name)) {
    if (value !== null) {
      return vm.raise(
        'TypeError',
        `cannot assign this value as child module '${name}' (torch.nn.Module or None expected)`,
      );
    }
    vm.touch(modules);
    modules.set(name, null);
    return null;
  }
  if (
    value instanceof PyTensor &&
    value.cls !== null &&
    kinds.buffer !== null &&
    value.cls.isSubclassOf(kinds.buffer)
  ) {
    return kinds.slow();
  }
  if (buffers.map.has(name)) {
    if (value !== null && !(value instanceof PyTensor)) {
      return vm.raise(
        'TypeError',
        `cannot assign this value as buffer '${name}' (torch.Tensor or None expected)`,
      );
    }
    vm.touch(buffers);
    buffers.set(name, value);
    return null;
  }
  plainSetAttribute(vm, self, name, value);
  return null;
}

/** A value that may be a parameter, a module or neither: what is registered is not known. */
function assignUnknown(
  vm: Interpreter,
  self: PyInstance,
  name: string,
  value: PyUnknown | PyChoice,
  dicts: { readonly parameters: PyDict; readonly buffers: PyDict; readonly modules: PyDict },
  kinds: Kinds,
): void {
  const upper = value instanceof PyUnknown ? value.upper : null;
  // What Python's own library and profilers give is no module and no tensor.
  const plain =
    (value instanceof PyUnknown && value.effect !== 'any') ||
    (upper !== null &&
      !upper.isSubclassOf(kinds.module) &&
      ['int', 'float', 'bool', 'str', 'list', 'tuple', 'dict'].includes(upper.name));
  if (plain) {
    plainSetAttribute(vm, self, name, value);
    return;
  }
  const registered =
    dicts.parameters.map.has(name) || dicts.buffers.map.has(name) || dicts.modules.map.has(name);
  if (registered) {
    taintRegistrations(vm, self, value.reason);
    return;
  }
  if (upper?.name === 'Tensor') {
    // A tensor of unknown class: a parameter or a plain attribute.
    vm.touch(dicts.parameters);
    dicts.parameters.set(name, value);
    return;
  }
  // As a child it is seen by everything that walks the tree, and known to be unknown.
  vm.touch(dicts.modules);
  dicts.modules.set(name, value);
}

function checkName(vm: Interpreter, self: PyInstance, name: string, kind: string): void {
  if (name.includes('.')) return vm.raise('KeyError', `${kind} name can't contain "."`);
  if (name === '') return vm.raise('KeyError', `${kind} name can't be empty string ""`);
  if (lookup(vm, self.cls, name) !== undefined)
    return vm.raise('KeyError', `attribute '${name}' already exists`);
}

function remove(vm: Interpreter, dict: PyDict, name: string): void {
  if (!dict.map.has(name)) return;
  vm.touch(dict);
  dict.map.delete(name);
}

function discard(vm: Interpreter, self: PyInstance, name: string): void {
  const hidden = self.dict.get('_non_persistent_buffers_set');
  if (hidden instanceof PySet && hidden.map.has(name)) {
    vm.touch(hidden);
    hidden.map.delete(name);
  }
}
