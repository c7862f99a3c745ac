import { callMethod } from '../calls';
import {
  type Construct,
  createClass,
  instantiatePlainly,
  newInstance,
  plainConstruct,
  assemble,
} from '../classes';
import {
  deleteAttribute,
  getAttribute,
  plainDeleteAttribute,
  plainInstanceAttribute,
  plainSetAttribute,
} from '../attributes';
import { UnknownOperand } from '../errors';
import { PyInterval } from '../floats';
import { type Interpreter, unknownReason } from '../machine';
import { floatOf } from '../numbers';
import { integerCall, realOf } from '../symbolicValues';
import { truth } from '../truth';
import { lookup, typeOf } from '../types';
import {
  type Keywords,
  PyClass,
  PyClassMethod,
  PyDict,
  PyInstance,
  PyNative,
  PyProperty,
  PySlice,
  PyStaticMethod,
  PySuper,
  PySymbol,
  PySymbolicCondition,
  PySymbolicReal,
  PyTensor,
  PyTuple,
  PyUnknown,
  type Value,
} from '../values';
import { defineClassOf, method, property } from './define';

/** Python's `int(real)`: towards zero. */
export function truncateFloat(vm: Interpreter, value: number): bigint {
  if (Number.isNaN(value)) return vm.raise('ValueError', 'cannot convert float NaN to integer');
  if (!Number.isFinite(value)) return vm.raise('OverflowError', 'cannot convert float infinity to integer');
  return BigInt(Math.trunc(value));
}

/** Rounds bounds by a monotone function: an integer where both agree. */
export function integerOf(
  vm: Interpreter,
  value: number | PyInterval,
  rounding: (value: number) => bigint,
): bigint {
  if (typeof value === 'number') return rounding(value);
  const low = rounding(value.low);
  if (low === rounding(value.high)) return low;
  throw new UnknownOperand(vm.reason('floatPrecision', ''));
}

/** Python's `round(x)` without digits: half to even. */
export function roundHalfEven(value: number): bigint {
  const floor = Math.floor(value);
  const rest = value - floor;
  const below = BigInt(floor);
  if (rest < 0.5) return below;
  if (rest > 0.5) return below + 1n;
  return below % 2n === 0n ? below : below + 1n;
}

/** An integer that a function makes of a symbolic float: `int(c2*0.5)`. */
export function symbolicInteger(
  value: PySymbolicReal,
  name: string,
  rounding: (value: number) => bigint,
): PySymbol {
  const { real } = value;
  return new PySymbol(
    integerCall(name, real.text, real.names, (point) => {
      const at = real.evaluate(point);
      return at === undefined || !Number.isFinite(at) ? undefined : rounding(at);
    }),
  );
}

/** `int(value, base)`. */
export function toInteger(context: Interpreter, value: Value, base?: Value): Value {
  if (typeof value === 'bigint') return value;
  if (typeof value === 'boolean') return BigInt(value);
  if (value instanceof PySymbol) return value;
  if (value instanceof PySymbolicReal) {
    return symbolicInteger(value, 'int', (at) => BigInt(Math.trunc(at)));
  }
  if (value instanceof PySymbolicCondition)
    throw new UnknownOperand(context.reason('symbolicOperation', 'int'));
  if (typeof value === 'string') {
    const text = value.trim().replace(/(?<=\d)_(?=\d)/g, '');
    if (base !== undefined && base !== 10n) {
      const radix = Number(base as bigint);
      const number = parseInt(text.replace(/^0[xob]/i, ''), radix);
      if (Number.isNaN(number)) return context.raise('ValueError', 'invalid literal for int()');
      return BigInt(number);
    }
    if (!/^[+-]?\d+$/.test(text)) {
      return context.raise('ValueError', `invalid literal for int() with base 10: '${value}'`);
    }
    return BigInt(text);
  }
  if (value instanceof PyTensor) return tensorScalar(context, value, true);
  const number = floatOf(value);
  if (number !== null) {
    if (value instanceof PyInstance && typeof value.payload === 'bigint') return value.payload;
    return integerOf(context, number, (at) => truncateFloat(context, at));
  }
  if (value instanceof PyInstance) {
    for (const name of ['__int__', '__index__', '__trunc__']) {
      if (lookup(context, value.cls, name) !== undefined) return callMethod(context, value, name);
    }
    if (typeof value.payload === 'string') return toInteger(context, value.payload, base);
  }
  const reason = unknownReason(value);
  if (reason !== null) throw new UnknownOperand(reason);
  return context.raise(
    'TypeError',
    `int() argument must be a string or a real number, not '${typeOf(context, value).name}'`,
  );
}

function tensorScalar(context: Interpreter, value: PyTensor, integer: boolean): Value {
  const [only] = value.data ?? [];
  if (value.data?.length !== 1 || only === undefined) {
    return new PyUnknown(context.reason('tensorValue', ''), context.class(integer ? 'int' : 'float'));
  }
  if (integer) return typeof only === 'number' ? truncateFloat(context, only) : BigInt(only);
  return Number(only);
}

export function toFloat(context: Interpreter, value: Value): Value {
  if (value instanceof PySymbolicReal || value instanceof PyInterval) return value;
  if (value instanceof PySymbol)
    return new PySymbolicReal({
      ...realOf(value.polynomial),
      text: `float(${value.polynomial.text})`,
      primary: true,
    });
  if (typeof value === 'string') {
    const text = value.trim().toLowerCase();
    if (/^[+-]?(inf|infinity)$/.test(text)) return text.startsWith('-') ? -Infinity : Infinity;
    if (/^[+-]?nan$/.test(text)) return NaN;
    if (!/^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/.test(text)) {
      return context.raise('ValueError', `could not convert string to float: '${value}'`);
    }
    return Number(text);
  }
  if (value instanceof PyTensor) return tensorScalar(context, value, false);
  const number = floatOf(value);
  if (number !== null) return number;
  if (value instanceof PyInstance && lookup(context, value.cls, '__float__') !== undefined) {
    return callMethod(context, value, '__float__');
  }
  const reason = unknownReason(value);
  if (reason !== null) throw new UnknownOperand(reason);
  return context.raise(
    'TypeError',
    `float() argument must be a string or a real number, not '${typeOf(context, value).name}'`,
  );
}

export function installObjects(vm: Interpreter): void {
  const object = new PyClass(
    'object',
    [],
    'builtins',
    null,
    plainConstruct as unknown as PyClass['construct'],
  );
  object.mro = [object];
  vm.classes.set('object', object);
  object.dict.set('__init__', new PyNative('__init__', () => null, true, 'object'));
  method(
    object,
    '__new__',
    (context, args) => {
      const [cls] = args;
      if (!(cls instanceof PyClass))
        return context.raise('TypeError', 'object.__new__(X): X is not a type object');
      return newInstance(context, cls);
    },
    true,
  );
  object.dict.set('__new__', new PyStaticMethod(object.dict.get('__new__') ?? null));
  method(
    object,
    '__setattr__',
    (context, [self, name, value]) => {
      if (self instanceof PyInstance) plainSetAttribute(context, self, String(name), value ?? null);
      else if (self !== undefined && typeof name === 'string') {
        // A list or dict subclass: its own attributes.
        const holder = self as { attributes?: PyDict | null };
        holder.attributes ??= new PyDict();
        holder.attributes.set(name, value ?? null);
      }
      return null;
    },
    true,
  );
  method(object, '__delattr__', (context, [self, name]) => {
    if (self instanceof PyInstance) plainDeleteAttribute(context, self, String(name));
    else deleteAttribute(context, self ?? null, String(name));
    return null;
  });
  method(
    object,
    '__getattribute__',
    (context, [self, name]) => {
      if (self instanceof PyInstance) {
        const found = plainInstanceAttribute(context, self, String(name));
        if (found !== undefined) return found;
        return context.raise('AttributeError', String(name));
      }
      return getAttribute(context, self ?? null, String(name));
    },
    true,
  );
  method(object, '__init_subclass__', () => null, true);
  method(object, '__eq__', (_context, [a, b]) => a === b, true);
  method(object, '__ne__', (_context, [a, b]) => a !== b, true);
  method(
    object,
    '__hash__',
    (_context, [self]) =>
      self !== undefined && self !== null && typeof self === 'object' ? BigInt(self.id) : 0n,
    true,
  );
  method(object, '__reduce_ex__', (context) => context.unknown('unsupported', '__reduce_ex__'), true);
  method(object, '__dir__', (context) => context.unknown('unsupported', '__dir__'), true);

  const type = defineClassOf(vm, 'type', 'object', makeType);
  // A class is made by `__new__`; a metaclass passes on what it was given.
  method(type, '__init__', () => null, true);
  method(
    type,
    '__call__',
    (context, args, keywords) => {
      const [cls, ...rest] = args;
      if (!(cls instanceof PyClass)) return context.raise('TypeError', 'type.__call__ needs a class');
      return instantiatePlainly(context, cls, rest, keywords);
    },
    true,
  );
  type.dict.set(
    '__new__',
    new PyStaticMethod(
      new PyNative<Interpreter>(
        '__new__',
        (context, args, keywords) => {
          const [metaclass, name, bases, namespace] = args;
          if (!(metaclass instanceof PyClass))
            return context.raise('TypeError', 'type.__new__(X): X is not a type');
          const cls = assemble(
            context,
            String(name),
            bases instanceof PyTuple ? bases.items.filter((base) => base instanceof PyClass) : [],
            entriesOf(namespace),
            {
              module: moduleOf(context, namespace),
              place: context.place,
              metaclass: undefined,
              keywords,
            },
            null,
          );
          cls.metaclass = metaclass.name === 'type' ? null : metaclass;
          return cls;
        },
        true,
        'type',
      ),
    ),
  );
  method(type, '__init__', () => null, true);
  method(type, '__subclasses__', (context) => context.unknown('unsupported', '__subclasses__'), true);
  for (const name of [
    'NoneType',
    'NotImplementedType',
    'ellipsis',
    'function',
    'method',
    'module',
    'iterator',
    'generator',
    'builtin_function_or_method',
    'GenericAlias',
    'super',
  ]) {
    defineClassOf(vm, name, 'object');
  }
  installSuper(vm);
  installDescriptors(vm);
  installNumbers(vm);
  const slice = defineClassOf(vm, 'slice', 'object', (_context, _cls, args) =>
    args.length === 1
      ? new PySlice(null, args[0] ?? null, null)
      : new PySlice(args[0] ?? null, args[1] ?? null, args[2] ?? null),
  );
  void slice;
}

function entriesOf(namespace: Value | undefined): Map<string, Value> {
  const result = new Map<string, Value>();
  if (namespace instanceof PyDict) {
    for (const { key, value } of namespace.map.values()) {
      if (typeof key === 'string') result.set(key, value);
    }
  }
  return result;
}

function moduleOf(context: Interpreter, namespace: Value | undefined): string {
  const named = namespace instanceof PyDict ? namespace.get('__module__') : undefined;
  return typeof named === 'string' ? named : (context.frames[context.frames.length - 1]?.file ?? '');
}

/** `type(x)` and `type(name, bases, namespace)`. */
const makeType: Construct = (context, cls, args, keywords: Keywords) => {
  if (args.length === 1) {
    const [value] = args;
    const reason = unknownReason(value);
    if (reason !== null) return new PyUnknown(reason);
    return typeOf(context, value ?? null);
  }
  const [name, bases, namespace] = args;
  const reason = unknownReason(name) ?? unknownReason(bases) ?? unknownReason(namespace);
  if (reason !== null) return new PyUnknown(reason);
  return createClass(
    context,
    String(name),
    bases instanceof PyTuple ? bases.items : [],
    entriesOf(namespace),
    {
      module: moduleOf(context, namespace),
      place: context.place,
      metaclass: cls.name === 'type' ? undefined : cls,
      keywords,
    },
  );
};

function installSuper(vm: Interpreter): void {
  const made: Construct = (context, _cls, args) => {
    const [after, self] = args;
    const reason = unknownReason(after) ?? unknownReason(self);
    if (reason !== null) return new PyUnknown(reason);
    if (!(after instanceof PyClass) || self === undefined) {
      return context.raise('TypeError', 'super() argument 1 must be a type');
    }
    const cls = self instanceof PyClass && self.isSubclassOf(after) ? self : typeOf(context, self);
    if (!cls.isSubclassOf(after)) {
      return context.raise('TypeError', 'super(type, obj): obj must be an instance or subtype of type');
    }
    return new PySuper(after, self);
  };
  defineClassOf(vm, 'super', 'object', made);
}

function installDescriptors(vm: Interpreter): void {
  const prop = defineClassOf(vm, 'property', 'object', (_context, _cls, args, keywords) => {
    const part = (i: number, name: string): Value => args[i] ?? keywords.get(name) ?? null;
    return new PyProperty(part(0, 'fget'), part(1, 'fset'), part(2, 'fdel'));
  });
  const changed = (name: string, change: (self: PyProperty, callee: Value) => PyProperty): void => {
    method(
      prop,
      name,
      (context, [self, callee]) => {
        if (!(self instanceof PyProperty)) return context.raise('TypeError', 'expected a property');
        return change(self, callee ?? null);
      },
      true,
    );
  };
  changed('setter', (self, callee) => new PyProperty(self.get, callee, self.del));
  changed('getter', (self, callee) => new PyProperty(callee, self.set, self.del));
  changed('deleter', (self, callee) => new PyProperty(self.get, self.set, callee));
  defineClassOf(vm, 'staticmethod', 'object', (_context, _cls, args) => new PyStaticMethod(args[0] ?? null));
  defineClassOf(vm, 'classmethod', 'object', (_context, _cls, args) => new PyClassMethod(args[0] ?? null));
}

function installNumbers(vm: Interpreter): void {
  const wrap = (context: Interpreter, cls: PyClass, name: string, value: Value): Value => {
    if (cls === context.class(name)) return value;
    const instance = new PyInstance(cls);
    instance.payload = value;
    return instance;
  };
  const int = defineClassOf(vm, 'int', 'object', (context, cls, args) =>
    wrap(context, cls, 'int', args.length === 0 ? 0n : toInteger(context, args[0] ?? null, args[1])),
  );
  method(int, 'bit_length', (_c, [self]) =>
    BigInt(typeof self === 'bigint' && self !== 0n ? (self < 0n ? -self : self).toString(2).length : 0),
  );
  method(int, '__index__', (_c, [self]) => self ?? null);
  method(int, '__int__', (_c, [self]) => self ?? null);
  method(int, 'is_integer', () => true);
  property(int, 'numerator', (_c, self) => self);
  property(int, 'denominator', () => 1n);
  property(int, 'imag', () => 0n);
  const float = defineClassOf(vm, 'float', 'object', (context, cls, args) =>
    wrap(context, cls, 'float', args.length === 0 ? 0 : toFloat(context, args[0] ?? null)),
  );
  method(float, 'is_integer', (context, [self]) => {
    if (typeof self !== 'number') throw new UnknownOperand(context.reason('floatPrecision', ''));
    return Number.isInteger(self);
  });
  property(float, 'imag', () => 0);
  const bool = defineClassOf(vm, 'bool', 'int', (context, _cls, args) => {
    const [value] = args;
    if (value === undefined) return false;
    if (value instanceof PySymbolicCondition) return value;
    const answer = truth(context, value);
    if (typeof answer !== 'boolean') return new PyUnknown(answer, context.class('bool'));
    return answer;
  });
  void bool;
  defineClassOf(vm, 'complex', 'object', (context) => context.unknown('unsupported', 'complex'));
}
