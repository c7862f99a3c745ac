import { UnknownOperand } from './errors';
import { PyInterval } from './floats';
import { type Interpreter, unknownReason } from './machine';
import {
  ELLIPSIS,
  NOT_IMPLEMENTED,
  Environment,
  PyBound,
  PyBytes,
  PyChoice,
  PyClass,
  PyClassMethod,
  PyDict,
  PyFunction,
  PyGenericAlias,
  PyInstance,
  PyIterator,
  PyList,
  PyModule,
  PyNative,
  PyProperty,
  PyRange,
  PySet,
  PySlice,
  PyStaticMethod,
  PySuper,
  PySymbol,
  PySymbolicCondition,
  PySymbolicReal,
  PyTensor,
  PyTuple,
  PyUnknown,
  type UnknownReason,
  type Value,
} from './values';

/** Python's `type(value)`. */
export function typeOf(vm: Interpreter, value: Value): PyClass {
  switch (typeof value) {
    case 'boolean':
      return vm.class('bool');
    case 'bigint':
      return vm.class('int');
    case 'number':
      return vm.class('float');
    case 'string':
      return vm.class('str');
    default:
  }
  if (value === null) return vm.class('NoneType');
  if (value instanceof PyInstance) return value.cls;
  if (value instanceof PyTuple) return value.cls ?? vm.class('tuple');
  if (value instanceof PyList) return value.cls ?? vm.class('list');
  if (value instanceof PyDict) return value.cls ?? vm.class('dict');
  if (value instanceof PySet) return value.cls ?? vm.class(value.frozen ? 'frozenset' : 'set');
  if (value instanceof PyTensor) return value.cls ?? vm.class('Tensor');
  if (value instanceof PyFunction) return vm.class('function');
  if (value instanceof PyBound) return vm.class('method');
  if (value instanceof PyClass) return value.metaclass ?? vm.class('type');
  if (value instanceof PyNative) return vm.class('builtin_function_or_method');
  if (value instanceof PyInterval) return vm.class('float');
  if (value instanceof PySymbol) return vm.class('int');
  if (value instanceof PySymbolicReal) return vm.class('float');
  if (value instanceof PySymbolicCondition) return vm.class('bool');
  if (value instanceof PyRange) return vm.class('range');
  if (value instanceof PyIterator) return vm.class(value.typeName === 'generator' ? 'generator' : 'iterator');
  if (value instanceof PyModule) return vm.class('module');
  if (value instanceof PyProperty) return vm.class('property');
  if (value instanceof PyStaticMethod) return vm.class('staticmethod');
  if (value instanceof PyClassMethod) return vm.class('classmethod');
  if (value instanceof PySlice) return vm.class('slice');
  if (value instanceof PyBytes) return vm.class('bytes');
  if (value instanceof PySuper) return vm.class('super');
  if (value instanceof PyGenericAlias) return vm.class('GenericAlias');
  if (value === ELLIPSIS) return vm.class('ellipsis');
  if (value === NOT_IMPLEMENTED) return vm.class('NotImplementedType');
  if (value instanceof PyUnknown || value instanceof PyChoice || value instanceof Environment) {
    throw new UnknownOperand(unknownReason(value) ?? vm.reason('internal', 'type'));
  }
  return vm.class('object');
}

/** `isinstance(value, cls)`: null when it is not known (the reason is then the value's). */
export function isInstance(vm: Interpreter, value: Value, cls: Value): boolean | UnknownReason {
  if (cls instanceof PyTuple) {
    let unknown: UnknownReason | null = null;
    for (const option of cls.items) {
      const answer = isInstance(vm, value, option);
      if (answer === true) return true;
      if (answer !== false) unknown = answer;
    }
    return unknown ?? false;
  }
  if (cls instanceof PyGenericAlias) return isInstance(vm, value, unionOf(cls) ?? cls.origin);
  if (cls === null) return value === null;
  if (value instanceof PyChoice) {
    const answers = value.options.map((option) => isInstance(vm, option, cls));
    const [first] = answers;
    return answers.every((answer) => answer === first) && first !== undefined ? first : value.reason;
  }
  if (value instanceof PyUnknown) {
    const { upper } = value;
    if (upper === null || !(cls instanceof PyClass)) return value.reason;
    if (upper.isSubclassOf(cls)) return true;
    // Two unrelated builtin classes have no common instances, but for those that a user mixes.
    if (!cls.isSubclassOf(upper) && upper.place === null && cls.place === null) return false;
    return value.reason;
  }
  if (cls instanceof PyClass) {
    const check = cls.metaclass === null ? undefined : lookup(vm, cls.metaclass, '__instancecheck__');
    if (check !== undefined && check instanceof PyFunction) {
      return vm.reason('unsupported', '__instancecheck__');
    }
    return isSubclass(vm, typeOf(vm, value), cls);
  }
  const reason = unknownReason(cls);
  if (reason !== null) return reason;
  // A native function may stand for a class.
  if (cls instanceof PyNative) return vm.reason('unsupported', 'isinstance');
  vm.raise('TypeError', 'isinstance() arg 2 must be a type, a tuple of types, or a union');
}

export function isSubclass(vm: Interpreter, cls: PyClass, other: PyClass): boolean | UnknownReason {
  if (cls.isSubclassOf(other)) return true;
  if (isAbstract(vm, cls, other)) return true;
  for (const base of cls.mro) if (base.unknownBase !== null) return base.unknownBase;
  return false;
}

/** The abstract classes of `collections.abc` and `numbers` that know their members by what they do. */
const PROTOCOLS: Readonly<Record<string, readonly string[]>> = {
  Iterable: ['__iter__'],
  Callable: ['__call__'],
  Sized: ['__len__'],
  Hashable: ['__hash__'],
  Container: ['__contains__'],
  Iterator: ['__next__', '__iter__'],
  Collection: ['__len__', '__iter__', '__contains__'],
};

const MEMBERS: Readonly<Record<string, readonly string[]>> = {
  Sequence: ['list', 'tuple', 'str', 'range', 'bytes', 'deque'],
  MutableSequence: ['list', 'deque'],
  Mapping: ['dict'],
  MutableMapping: ['dict'],
  Set: ['set', 'frozenset'],
  MutableSet: ['set'],
  Generator: ['generator'],
  Number: ['int', 'float', 'bool', 'complex'],
  Complex: ['int', 'float', 'bool', 'complex'],
  Real: ['int', 'float', 'bool'],
  Rational: ['int', 'bool'],
  Integral: ['int', 'bool'],
};

function isAbstract(vm: Interpreter, cls: PyClass, abstract: PyClass): boolean {
  if (abstract.module !== 'collections.abc' && abstract.module !== 'numbers') return false;
  const members = MEMBERS[abstract.name];
  if (members !== undefined) {
    return members.some((name) => {
      const member = vm.classes.get(name);
      return member !== undefined && cls.isSubclassOf(member);
    });
  }
  return (
    PROTOCOLS[abstract.name]?.every((name) => {
      const found = lookup(vm, cls, name);
      return found !== undefined && found !== null;
    }) ?? false
  );
}

/** The members of `A | B` and `Union[A, B]`. */
function unionOf(alias: PyGenericAlias): PyTuple | null {
  if (alias.origin instanceof PyInstance && alias.origin.dict.get('name') === 'Union') {
    return alias.args instanceof PyTuple ? alias.args : new PyTuple([alias.args]);
  }
  return null;
}

/** An attribute of a class along its resolution order, unbound. */
export function lookup(vm: Interpreter, cls: PyClass, name: string): Value | undefined {
  let cache = cls.cache;
  if (cache === null || cls.cacheVersion !== vm.classVersion) {
    cache = new Map();
    cls.cache = cache;
    cls.cacheVersion = vm.classVersion;
  }
  if (cache.has(name)) return cache.get(name);
  let found: Value | undefined = undefined;
  for (const base of cls.mro) {
    found = base.dict.get(name);
    if (found !== undefined) break;
  }
  cache.set(name, found);
  return found;
}
