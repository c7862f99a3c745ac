import type { ClassDefinition } from '../python/syntax';
import { getAttribute } from './attributes';
import { call, callUnknown } from './calls';
import { UnknownOperand } from './errors';
import { evaluate } from './expressions';
import { finishEnum, enumMember } from './enums';
import { namedTupleFrom } from './namedTuples';
import { type Interpreter, unknownReason } from './machine';
import { isAttributeError } from './attributes';
import { addItems, listItems } from './iteration';
import { runBlock } from './statements';
import { lookup, typeOf } from './types';
import {
  Environment,
  type Keywords,
  type Place,
  PyClass,
  PyClassMethod,
  PyDict,
  PyFunction,
  PyGenericAlias,
  PyInstance,
  PyProperty,
  PyStaticMethod,
  PyTuple,
  PyUnknown,
  type UnknownReason,
  type Value,
} from './values';

/** Runs a class statement (without its decorators) and gives the class. */
export function defineClass(vm: Interpreter, definition: ClassDefinition, env: Environment): Value {
  const bases: Value[] = [];
  let metaclass: Value | undefined;
  const keywords = new Map<string, Value>();
  for (const argument of definition.bases) {
    const value = evaluate(vm, argument.value, env);
    if (argument.unpack === 1) addItems(vm, bases, listItems(vm, value));
    else if (argument.unpack === 2) throw new UnknownOperand(vm.reason('unsupported', 'class **'));
    else if (argument.name === 'metaclass') metaclass = value;
    else if (argument.name !== null) keywords.set(argument.name, value);
    else bases.push(value);
  }
  const outer = env.isClass ? env.variables.get('__qualname__') : undefined;
  const qualifiedName = typeof outer === 'string' ? `${outer}.${definition.name}` : definition.name;
  let parent: Environment | null = env;
  while (parent !== null && (parent.isClass || parent.locals === null)) parent = parent.parent;
  const body = new Environment(
    parent,
    definition.scope.locals,
    env.globals,
    definition.scope.globals,
    definition.scope.nonlocals,
    true,
  );
  body.variables.set('__module__', env.globals.name);
  body.variables.set('__qualname__', qualifiedName);
  vm.enter({
    name: qualifiedName,
    file: env.globals.file,
    internal: env.globals.isInternal,
    line: definition.line,
  });
  try {
    runBlock(vm, definition.body, body, 'plain');
  } finally {
    vm.leave();
  }
  const place: Place = { file: env.globals.file, line: definition.line };
  const cls = createClass(vm, definition.name, bases, body.variables, {
    module: env.globals.name,
    place,
    metaclass,
    keywords,
  });
  if (cls instanceof PyClass) {
    for (const method of body.methods ?? []) method.owner = cls;
  }
  return cls;
}

export interface ClassOptions {
  readonly module: string;
  readonly place: Place | null;
  readonly metaclass: Value | undefined;
  readonly keywords: Keywords;
}

/** `type(name, bases, namespace)` with everything a class statement does around it. */
export function createClass(
  vm: Interpreter,
  name: string,
  baseValues: readonly Value[],
  namespace: ReadonlyMap<string, Value>,
  options: ClassOptions,
): Value {
  const bases: PyClass[] = [];
  let unknownBase: UnknownReason | null = null;
  let namedTuple = false;
  for (const given of baseValues) {
    const value = given instanceof PyGenericAlias ? given.origin : given;
    if (value instanceof PyClass) {
      if (value.name === 'NamedTuple' && value.module === 'typing') namedTuple = true;
      else if (!(value.name === 'Generic' && value.module === 'typing') || !bases.includes(value)) {
        bases.push(value);
      }
      continue;
    }
    const reason = unknownReason(value);
    unknownBase ??= reason ?? vm.reason('unsupported', 'base class');
  }
  if (namedTuple) return namedTupleFrom(vm, name, namespace, options);
  if (bases.length === 0) bases.push(vm.class('object'));
  const metaclass = chooseMetaclass(bases, options.metaclass);
  if (metaclass instanceof PyUnknown) unknownBase ??= metaclass.reason;
  if (metaclass instanceof PyClass) {
    const maker = lookup(vm, metaclass, '__new__');
    const plainMaker = maker instanceof PyStaticMethod ? maker.callee : maker;
    if (plainMaker instanceof PyFunction) {
      const dict = new PyDict();
      for (const [key, value] of namespace) dict.set(key, value);
      const cls = call(vm, plainMaker, [metaclass, name, new PyTuple(bases), dict], options.keywords);
      if (cls instanceof PyClass) initialiseByMetaclass(vm, metaclass, cls, name, bases, dict, options);
      return cls;
    }
  }
  const cls = assemble(vm, name, bases, namespace, options, unknownBase);
  if (metaclass instanceof PyClass) {
    cls.metaclass = metaclass;
    const dict = new PyDict();
    for (const [key, value] of namespace) dict.set(key, value);
    initialiseByMetaclass(vm, metaclass, cls, name, bases, dict, options);
  }
  return cls;
}

function initialiseByMetaclass(
  vm: Interpreter,
  metaclass: PyClass,
  cls: PyClass,
  name: string,
  bases: readonly PyClass[],
  dict: PyDict,
  options: ClassOptions,
): void {
  const initialiser = lookup(vm, metaclass, '__init__');
  if (initialiser instanceof PyFunction) {
    call(vm, initialiser, [cls, name, new PyTuple(bases), dict], options.keywords);
  }
}

function chooseMetaclass(bases: readonly PyClass[], given: Value | undefined): PyClass | PyUnknown | null {
  if (given instanceof PyClass) return given.name === 'type' ? null : given;
  if (given instanceof PyUnknown) return given;
  for (const base of bases) if (base.metaclass !== null) return base.metaclass;
  return null;
}

/** Makes the class object itself: what `type.__new__` does. */
export function assemble(
  vm: Interpreter,
  name: string,
  bases: readonly PyClass[],
  namespace: ReadonlyMap<string, Value>,
  options: ClassOptions,
  unknownBase: UnknownReason | null,
): PyClass {
  const cls = new PyClass(name, bases, options.module, options.place);
  cls.unknownBase = unknownBase;
  cls.mro = linearise(vm, cls, bases);
  for (const base of bases) cls.metaclass ??= base.metaclass;
  for (const [key, value] of namespace) {
    if (key.startsWith('\0')) continue;
    let item = value;
    if (key === '__new__' && value instanceof PyFunction) item = new PyStaticMethod(value);
    if ((key === '__init_subclass__' || key === '__class_getitem__') && value instanceof PyFunction) {
      item = new PyClassMethod(value);
    }
    cls.dict.set(key, item);
  }
  const enumBase = vm.classes.get('Enum');
  if (enumBase !== undefined && cls.isSubclassOf(enumBase)) finishEnum(vm, cls);
  for (const [key, value] of namespace) {
    if (!(value instanceof PyInstance)) continue;
    const hook = lookup(vm, value.cls, '__set_name__');
    if (hook !== undefined) call(vm, hook, [value, cls, key]);
  }
  for (const base of cls.mro.slice(1)) {
    const hook = base.dict.get('__init_subclass__');
    if (hook === undefined) continue;
    const callee = hook instanceof PyClassMethod ? hook.callee : hook;
    call(vm, callee, [cls], options.keywords);
    break;
  }
  return cls;
}

/** The C3 linearisation of a class: https://docs.python.org/3/howto/mro.html */
function linearise(vm: Interpreter, cls: PyClass, bases: readonly PyClass[]): readonly PyClass[] {
  const sequences = [...bases.map((base) => [...base.mro]), [...bases]];
  const result: PyClass[] = [cls];
  for (;;) {
    const remaining = sequences.filter((sequence) => sequence.length > 0);
    if (remaining.length === 0) return result;
    const candidate = remaining
      .map((sequence) => sequence[0])
      .find((head) => head !== undefined && !remaining.some((sequence) => sequence.indexOf(head) > 0));
    if (candidate === undefined) {
      vm.raise('TypeError', 'Cannot create a consistent method resolution order');
    }
    result.push(candidate);
    for (const sequence of remaining) if (sequence[0] === candidate) sequence.shift();
  }
}

/** `cls(*args, **keywords)`. */
export function instantiate(
  vm: Interpreter,
  cls: PyClass,
  args: readonly Value[],
  keywords: Keywords,
): Value {
  if (cls.metaclass !== null) {
    const caller = lookup(vm, cls.metaclass, '__call__');
    if (caller instanceof PyFunction) return call(vm, caller, [cls, ...args], keywords);
  }
  return instantiatePlainly(vm, cls, args, keywords);
}

/** `type.__call__`. */
export function instantiatePlainly(
  vm: Interpreter,
  cls: PyClass,
  args: readonly Value[],
  keywords: Keywords,
): Value {
  for (const base of cls.mro) {
    if (base.unknownBase !== null) {
      return callUnknown(vm, new PyUnknown(base.unknownBase), args, keywords);
    }
  }
  const member = enumMember(vm, cls, args);
  if (member !== undefined) return member;
  const object = make(vm, cls, args, keywords);
  if (unknownReason(object) !== null || !typeOf(vm, object).isSubclassOf(cls)) return object;
  if (object instanceof PyInstance && object.created !== null) object.given ??= { args, keywords };
  const initialiser = lookup(vm, typeOf(vm, object), '__init__');
  if (initialiser !== undefined && initialiser !== vm.class('object').dict.get('__init__')) {
    const result = call(vm, initialiser, [object, ...args], keywords);
    void result;
  }
  return object;
}

/** `cls.__new__(cls, …)`. */
function make(vm: Interpreter, cls: PyClass, args: readonly Value[], keywords: Keywords): Value {
  for (const base of cls.mro) {
    const maker = base.dict.get('__new__');
    if (maker !== undefined) {
      const callee = maker instanceof PyStaticMethod ? maker.callee : maker;
      if (callee instanceof PyFunction) return call(vm, callee, [cls, ...args], keywords);
    }
    if (base.construct !== null) {
      return (base.construct as unknown as Construct)(vm, cls, args, keywords);
    }
  }
  return newInstance(vm, cls);
}

export type Construct = (vm: Interpreter, cls: PyClass, args: readonly Value[], keywords: Keywords) => Value;

/** `object.__new__(cls)`. */
export function newInstance(vm: Interpreter, cls: PyClass): PyInstance {
  const instance = new PyInstance(cls);
  const moduleClass = vm.classes.get('Module');
  if (moduleClass !== undefined && cls.isSubclassOf(moduleClass)) instance.created = vm.creationPath();
  return instance;
}

/** Makes `object.__init__`'s complaint about arguments that nobody takes. */
export function plainConstruct(
  vm: Interpreter,
  cls: PyClass,
  args: readonly Value[],
  keywords: Keywords,
): Value {
  const takes = lookup(vm, cls, '__init__') !== vm.class('object').dict.get('__init__');
  if (!takes && (args.length > 0 || keywords.size > 0)) {
    vm.raise('TypeError', `${cls.name}() takes no arguments`);
  }
  const abstract = abstractMethods(vm, cls);
  if (abstract !== null) {
    vm.raise('TypeError', `Can't instantiate abstract class ${cls.name} with abstract method ${abstract}`);
  }
  return newInstance(vm, cls);
}

/** A method marked by `abc.abstractmethod` that no class overrides, under `ABCMeta` only. */
function abstractMethods(vm: Interpreter, cls: PyClass): string | null {
  if (cls.metaclass?.mro.some(({ name }) => name === 'ABCMeta') !== true) return null;
  for (const base of cls.mro) {
    for (const [name, entry] of base.dict.map) {
      const function_ = functionOf(entry.value);
      if (
        function_ instanceof PyFunction &&
        function_.attributes?.get('__isabstractmethod__') === true &&
        lookup(vm, cls, name) === entry.value
      ) {
        return name;
      }
    }
  }
  return null;
}

/** The function behind a static method, a class method or a property. */
function functionOf(value: Value): Value {
  if (value instanceof PyStaticMethod || value instanceof PyClassMethod) return value.callee;
  return value instanceof PyProperty ? value.get : value;
}

/** Attribute through a class, undefined where Python raises AttributeError. */
export function tryAttribute(vm: Interpreter, object: Value, name: string): Value | undefined {
  try {
    return getAttribute(vm, object, name);
  } catch (error) {
    if (isAttributeError(vm, error)) return undefined;
    throw error;
  }
}
