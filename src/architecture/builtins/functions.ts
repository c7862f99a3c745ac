import { bindNative, call, callMethod } from '../calls';
import { findAttribute, getAttribute, isAttributeError, setAttribute, deleteAttribute } from '../attributes';
import { UnknownOperand } from '../errors';
import { evaluate, PyScope } from '../expressions';
import { PyInterval } from '../floats';
import { formatValue } from '../formatting';
import { importModule } from '../imports';
import { moduleVariable } from '../moduleTable';
import { hashKey } from '../hashing';
import { type Interpreter, nativeOfAny, unknownReason } from '../machine';
import { advance, iterate, listItems, overItems } from '../iteration';
import { binary, compareValues, integerValue, polynomialOf } from '../operators';
import { floatOf, needInteger, needString } from '../numbers';
import { setItems } from '../setItems';
import { getItem } from '../subscripts';
import { absolute, extremum } from '../symbolicValues';
import { reprOf } from '../text';
import { truth } from '../truth';
import { isInstance, isSubclass, lookup, typeOf } from '../types';
import {
  ELLIPSIS,
  NOT_IMPLEMENTED,
  Environment,
  type Keywords,
  PyBound,
  PyBytes,
  PyClass,
  PyDict,
  PyFunction,
  PyInstance,
  PyIterator,
  PyList,
  PyMaybeAbsent,
  PyModule,
  PyNative,
  PyRange,
  PySet,
  PySymbol,
  PySymbolicReal,
  PyTensor,
  PyTuple,
  PyUnknown,
  type UnknownReason,
  type Value,
} from '../values';
import { define, defineClassOf } from './define';
import { integerOf, roundHalfEven, symbolicInteger } from './numbersAndObjects';
import { sortValues } from './sorting';

export function installFunctions(vm: Interpreter): void {
  installIteration(vm);
  installReflection(vm);
  installArithmetic(vm);
  installRest(vm);
}

function known(answer: boolean | UnknownReason, context: Interpreter): Value {
  return typeof answer === 'boolean' ? answer : new PyUnknown(answer, context.class('bool'));
}

function installIteration(vm: Interpreter): void {
  const range = defineClassOf(vm, 'range', 'object', (context, _cls, args) => {
    const [a, b, c] = args.map((argument) => needInteger(context, argument));
    if (c === 0n) return context.raise('ValueError', 'range() arg 3 must not be zero');
    if (a === undefined) return context.raise('TypeError', 'range expected at least 1 argument, got 0');
    return b === undefined ? new PyRange(0n, a, 1n) : new PyRange(a, b, c ?? 1n);
  });
  range.dict.set(
    '__len__',
    new PyNative('__len__', (_c, [self]) => (self instanceof PyRange ? self.length : 0n), false),
  );
  const iterating = (
    name: string,
    make: (context: Interpreter, args: readonly Value[], keywords: Keywords) => Value,
  ): void => {
    defineClassOf(vm, name, 'object', (context, _cls, args, keywords) => make(context, args, keywords));
    vm.builtins.set(name, vm.class(name));
  };
  iterating('enumerate', (context, args, keywords) => {
    const [items, start] = bindNative(context, 'enumerate', ['iterable', 'start?'], args, keywords);
    const source = iterate(context, items ?? null);
    let i = start === undefined ? 0n : needInteger(context, start);
    return new PyIterator(() => {
      const item = advance(context, source);
      return item === undefined ? undefined : new PyTuple([i++, item]);
    });
  });
  iterating('zip', (context, args, keywords) => {
    const sources = args.map((argument) => iterate(context, argument));
    const strict = truth(context, keywords.get('strict') ?? false) === true;
    return new PyIterator(() => {
      const items: Value[] = [];
      for (const source of sources) {
        const item = advance(context, source);
        if (item === undefined) {
          if (strict && items.length > 0)
            return context.raise('ValueError', 'zip() arguments differ in length');
          return undefined;
        }
        items.push(item);
      }
      return sources.length === 0 ? undefined : new PyTuple(items);
    });
  });
  iterating('map', (context, [callee, ...rest]) => {
    const sources = rest.map((argument) => iterate(context, argument));
    return new PyIterator(() => {
      const items: Value[] = [];
      for (const source of sources) {
        const item = advance(context, source);
        if (item === undefined) return undefined;
        items.push(item);
      }
      return call(context, callee ?? null, items);
    });
  });
  iterating('filter', (context, [test, items]) => {
    const source = iterate(context, items ?? null);
    return new PyIterator(() => {
      for (;;) {
        const item = advance(context, source);
        if (item === undefined) return undefined;
        const answer = truth(
          context,
          test === null || test === undefined ? item : call(context, test, [item]),
        );
        if (typeof answer !== 'boolean') throw new UnknownOperand(answer);
        if (answer) return item;
      }
    });
  });
  iterating('reversed', (context, [items]) => {
    if (items instanceof PyInstance || (items instanceof PyDict && items.cls === null)) {
      const method = lookup(context, typeOf(context, items), '__reversed__');
      if (method !== undefined) return iterate(context, call(context, method, [items]));
    }
    if (items instanceof PyInstance) {
      const length = needInteger(context, callMethod(context, items, '__len__'));
      let i = length;
      return new PyIterator(() => (i-- > 0n ? getItem(context, items, i) : undefined));
    }
    return overItems(listItems(context, items ?? null).reverse());
  });
  define(vm, 'iter', (context, [items, sentinel]) => {
    if (sentinel !== undefined) return context.unknown('unsupported', 'iter(callable, sentinel)');
    return iterate(context, items ?? null);
  });
  define(
    vm,
    'next',
    (context, args) => {
      const [iterator, fallback] = args;
      const reason = unknownReason(iterator);
      if (reason !== null) return new PyUnknown(reason);
      if (iterator instanceof PyIterator) {
        const item = advance(context, iterator);
        if (item !== undefined) return item;
      } else if (iterator instanceof PyInstance) {
        try {
          return callMethod(context, iterator, '__next__');
        } catch (error) {
          if (fallback === undefined || !isStop(context, error)) throw error;
          return fallback;
        }
      } else
        return context.raise(
          'TypeError',
          `'${typeOf(context, iterator ?? null).name}' object is not an iterator`,
        );
      if (fallback !== undefined) return fallback;
      return context.raise('StopIteration', '');
    },
    true,
  );
  define(vm, 'len', (context, [value]) => lengthOf(context, value ?? null));
  define(vm, 'sorted', (context, args, keywords) => {
    const [items] = args;
    const values = items instanceof PySet ? setItems(context, items) : listItems(context, items ?? null);
    return new PyList(
      sortValues(context, values, keywords.get('key') ?? null, keywords.get('reverse') ?? false),
    );
  });
  define(vm, 'all', (context, [items]) => quantify(context, items ?? null, false));
  define(vm, 'any', (context, [items]) => quantify(context, items ?? null, true));
  define(
    vm,
    'sum',
    (context, args, keywords) => {
      const [items, start] = bindNative(context, 'sum', ['iterable', 'start?'], args, keywords);
      const values = items instanceof PySet ? setItems(context, items) : listItems(context, items ?? null);
      let total: Value = start ?? 0n;
      for (const item of values) total = binary(context, '+', total, item);
      return total;
    },
    true,
  );
}

function isStop(context: Interpreter, error: unknown): boolean {
  return (
    typeof error === 'object' &&
    error !== null &&
    'exception' in error &&
    error.exception instanceof PyInstance &&
    error.exception.cls.isSubclassOf(context.class('StopIteration'))
  );
}

export function lengthOf(context: Interpreter, value: Value): Value {
  if (typeof value === 'string') return BigInt(Array.from(value).length);
  if (value instanceof PyTuple) {
    const custom = value.cls === null ? undefined : lookup(context, value.cls, '__len__');
    return custom instanceof PyFunction ? call(context, custom, [value]) : BigInt(value.items.length);
  }
  if (value instanceof PyList || value instanceof PyDict || value instanceof PySet) {
    const custom = value.cls === null ? undefined : lookup(context, value.cls, '__len__');
    if (custom instanceof PyFunction) return call(context, custom, [value]);
    if (value.taint !== null) return new PyUnknown(value.taint, context.class('int'));
    if (value instanceof PyList) return BigInt(value.items.length);
    if (value.open !== null) return new PyUnknown(value.open, context.class('int'));
    return BigInt(value.map.size);
  }
  if (value instanceof PyRange) return value.length;
  if (value instanceof PyBytes) return BigInt(value.data.length);
  if (value instanceof PyTensor) {
    if (value.shape === null) throw new UnknownOperand(value.taint ?? context.reason('tensorShape', 'len'));
    const [first] = value.shape;
    if (first === undefined) return context.raise('TypeError', 'len() of a 0-d tensor');
    return first;
  }
  const method =
    value instanceof PyClass
      ? value.metaclass === null
        ? undefined
        : lookup(context, value.metaclass, '__len__')
      : lookup(context, typeOf(context, value), '__len__');
  if (method !== undefined) return call(context, method, [value]);
  return context.raise('TypeError', `object of type '${typeOf(context, value).name}' has no len()`);
}

function quantify(context: Interpreter, items: Value, stop: boolean): Value {
  let unknown: UnknownReason | null = null;
  const source = items instanceof PySet ? overItems(setItems(context, items)) : iterate(context, items);
  for (let item = advance(context, source); item !== undefined; item = advance(context, source)) {
    const answer = truth(context, item);
    if (answer === stop) return stop;
    if (typeof answer !== 'boolean') unknown = answer;
  }
  return unknown === null ? !stop : new PyUnknown(unknown, context.class('bool'));
}

function installReflection(vm: Interpreter): void {
  define(
    vm,
    'isinstance',
    (context, [value, cls]) => known(isInstance(context, value ?? null, cls ?? null), context),
    true,
  );
  define(
    vm,
    'issubclass',
    (context, [cls, other]) => {
      if (!(cls instanceof PyClass)) {
        const reason = unknownReason(cls);
        if (reason !== null) return new PyUnknown(reason, context.class('bool'));
        return context.raise('TypeError', 'issubclass() arg 1 must be a class');
      }
      const options = other instanceof PyTuple ? other.items : [other ?? null];
      let unknown: UnknownReason | null = null;
      for (const option of options) {
        if (!(option instanceof PyClass)) {
          unknown = unknownReason(option) ?? context.reason('unsupported', 'issubclass');
          continue;
        }
        const answer = isSubclass(context, cls, option);
        if (answer === true) return true;
        if (answer !== false) unknown = answer;
      }
      return known(unknown ?? false, context);
    },
    true,
  );
  define(
    vm,
    'hasattr',
    (context, [value, name]) => {
      const reason = unknownReason(name);
      if (reason !== null) return new PyUnknown(reason, context.class('bool'));
      try {
        const text = needString(context, name);
        const found = findAttribute(context, value ?? null, text);
        const unknown = unknownIfGuess(context, value ?? null, text, found);
        return unknown === null ? found !== undefined : new PyUnknown(unknown, context.class('bool'));
      } catch (error) {
        if (isAttributeError(context, error)) return false;
        throw error;
      }
    },
    true,
  );
  define(
    vm,
    'getattr',
    (context, args) => {
      const [value, name, fallback] = args;
      const reason = unknownReason(name) ?? unknownReason(value);
      if (reason !== null) return new PyUnknown(reason);
      const text = needString(context, name);
      if (fallback === undefined) return getAttribute(context, value ?? null, text);
      try {
        const found = findAttribute(context, value ?? null, text);
        return found === undefined ? fallback : found;
      } catch (error) {
        if (isAttributeError(context, error)) return fallback;
        throw error;
      }
    },
    true,
  );
  define(
    vm,
    'setattr',
    (context, [object, name, value]) => {
      const reason = unknownReason(name);
      if (reason !== null) {
        // Any attribute may have been set.
        if (object instanceof PyInstance) {
          context.touch(object.dict);
          object.dict.taint ??= reason;
          taintRegistrations(context, object, reason);
        }
        return null;
      }
      setAttribute(context, object ?? null, needString(context, name), value ?? null);
      return null;
    },
    true,
  );
  define(vm, 'delattr', (context, [object, name]) => {
    deleteAttribute(context, object ?? null, needString(context, name));
    return null;
  });
  define(vm, 'callable', (context, [value]) => {
    if (
      value instanceof PyFunction ||
      value instanceof PyNative ||
      value instanceof PyBound ||
      value instanceof PyClass
    ) {
      return true;
    }
    return lookup(context, typeOf(context, value ?? null), '__call__') !== undefined;
  });
  define(vm, 'id', (_context, [value]) =>
    value !== null && typeof value === 'object' ? BigInt(value.id) : 0n,
  );
  define(vm, 'vars', (context, [value]) => getAttribute(context, value ?? null, '__dict__'));
  define(vm, 'dir', (context, [value]) => {
    if (value instanceof PyModule) {
      const custom = findAttribute(context, value, '__dir__');
      if (custom !== undefined) return new PyList(listItems(context, call(context, custom, [])));
      context.reads.listed.add(value);
      return new PyList([...value.variables.keys()].sort());
    }
    if (value instanceof PyInstance) {
      const method = lookup(context, value.cls, '__dir__');
      if (method instanceof PyFunction) return call(context, method, [value]);
    }
    if (value instanceof PyClass) {
      const names = new Set<string>();
      for (const base of value.mro) for (const name of base.dict.map.keys()) names.add(name);
      return new PyList([...names].sort());
    }
    return context.unknown('unsupported', 'dir()');
  });
  for (const name of ['locals', 'globals']) {
    define(vm, name, (context) => context.unknown('unsupported', `${name}()`));
  }
  define(vm, 'eval', evaluateText, true);
  define(vm, 'exec', (context) => context.unknown('unsupported', 'exec'), true);
  define(vm, 'compile', (context) => context.unknown('unsupported', 'compile'), true);
  define(vm, 'hash', (context, [value]) => {
    if (typeof value === 'bigint') return value;
    throw new UnknownOperand(context.reason('unsupported', 'hash'));
  });
}

/** Why it is not known whether a value has an attribute: its class, its `__getattr__` or its module is not. */
function unknownIfGuess(
  context: Interpreter,
  value: Value,
  name: string,
  found: Value | undefined,
): UnknownReason | null {
  if (value instanceof PyUnknown) return value.reason;
  if (found instanceof PyMaybeAbsent) return found.reason;
  if (found instanceof PyUnknown && value instanceof PyModule && value.fallback !== null) {
    const said = value.variables.has('__getattr__') || moduleVariable(context, value, name) !== undefined;
    return said ? null : found.reason;
  }
  if (found instanceof PyUnknown && value instanceof PyInstance) {
    const taint = value.taint ?? value.dict.taint;
    if (taint !== null) return taint;
    for (const base of value.cls.mro) if (base.unknownBase === found.reason) return found.reason;
  }
  return null;
}

export function taintRegistrations(context: Interpreter, object: PyInstance, reason: UnknownReason): void {
  for (const name of ['_parameters', '_buffers', '_modules']) {
    const dict = object.dict.get(name);
    if (dict instanceof PyDict) {
      context.touch(dict);
      dict.taint ??= reason;
    }
  }
}

/** `eval(text)`: an expression of Python, evaluated like any other; its scope is a hidden argument. */
function evaluateText(context: Interpreter, args: readonly Value[], keywords: Keywords): Value {
  const scope = args[args.length - 1];
  const given = scope instanceof PyScope ? args.slice(0, -1) : args;
  const [source, globals, locals] = given;
  const reason = unknownReason(source);
  if (reason !== null) return new PyUnknown(reason);
  if (typeof source !== 'string' || !(scope instanceof PyScope)) {
    return context.unknown('unsupported', 'eval');
  }
  const syntax = context.modules.sources.text('<eval>', source.trim());
  const [statement] = syntax.body;
  if (syntax.body.length !== 1 || statement?.kind !== 'expression' || syntax.errors.length > 0) {
    return context.raise('SyntaxError', 'invalid syntax');
  }
  let env = scope.environment;
  if (globals !== undefined || keywords.size > 0) {
    const own = new Environment(env, new Set(), env.globals, new Set(), new Set());
    for (const dict of [globals, locals]) {
      if (dict instanceof PyDict) for (const [name, entry] of dict.map) own.variables.set(name, entry.value);
    }
    env = own;
  }
  return evaluate(context, statement.value, env);
}

function installArithmetic(vm: Interpreter): void {
  define(vm, 'abs', (context, [value]) => {
    const plain = typeof value === 'boolean' ? BigInt(value) : (value ?? null);
    if (typeof plain === 'bigint') return plain < 0n ? -plain : plain;
    if (typeof plain === 'number') return Math.abs(plain);
    if (plain instanceof PyInterval) {
      if (plain.low >= 0) return plain;
      if (plain.high <= 0) return new PyInterval(-plain.high, -plain.low);
      throw new UnknownOperand(context.reason('floatPrecision', 'abs'));
    }
    if (plain instanceof PySymbol) return integerValue(absolute(plain.polynomial));
    if (plain instanceof PySymbolicReal) {
      const { real } = plain;
      return new PySymbolicReal({
        text: `abs(${real.text})`,
        primary: true,
        names: real.names,
        evaluate: (point) => {
          const at = real.evaluate(point);
          return at === undefined ? undefined : Math.abs(at);
        },
      });
    }
    if (plain instanceof PyTensor) return call(context, getAttribute(context, plain, 'abs'), []);
    return callMethod(context, plain, '__abs__');
  });
  define(vm, 'max', (context, args, keywords) => extreme(context, 'max', args, keywords), true);
  define(vm, 'min', (context, args, keywords) => extreme(context, 'min', args, keywords), true);
  define(vm, 'round', (context, args, keywords) => {
    const [value, digits] = bindNative(context, 'round', ['number', 'ndigits?'], args, keywords);
    if (value instanceof PySymbol) return value;
    if (value instanceof PySymbolicReal && (digits === undefined || digits === null)) {
      return symbolicInteger(value, 'round', roundHalfEven);
    }
    if (typeof value === 'bigint') return value;
    const number = floatOf(value ?? null);
    if (number === null) {
      if (value instanceof PyTensor)
        context.raise('TypeError', "type Tensor doesn't define __round__ method");
      return callMethod(context, value ?? null, '__round__');
    }
    if (digits === undefined || digits === null) return integerOf(context, number, roundHalfEven);
    const places = Number(needInteger(context, digits));
    if (number instanceof PyInterval) {
      const low = roundTo(context, number.low, places);
      if (low === roundTo(context, number.high, places)) return low;
      throw new UnknownOperand(context.reason('floatPrecision', 'round'));
    }
    return roundTo(context, number, places);
  });
  define(
    vm,
    'divmod',
    (context, [a, b]) =>
      new PyTuple([binary(context, '//', a ?? null, b ?? null), binary(context, '%', a ?? null, b ?? null)]),
  );
  define(vm, 'pow', (context, [a, b, modulus]) => {
    if (modulus !== undefined) throw new UnknownOperand(context.reason('unsupported', 'pow'));
    return binary(context, '**', a ?? null, b ?? null);
  });
}

/** Correct rounding to decimals: the decimal text of a float is exact in JavaScript's `toFixed`. */
function roundTo(context: Interpreter, value: number, places: number): number {
  if (places < 0 || places > 20 || Math.abs(value) >= 1e20) {
    throw new UnknownOperand(context.reason('unsupported', 'round'));
  }
  const text = value.toFixed(places);
  // An exact half goes to the even digit; `toFixed` takes it up. More digits tell whether it is one.
  const exact = value.toFixed(places + 25);
  if (/^50*$/.test(exact.slice(-25))) {
    const down = exact.slice(0, -25).replace(/\.$/, '');
    if (Number(down[down.length - 1]) % 2 === 0) return Number(down);
  }
  return Number(text);
}

function extreme(
  context: Interpreter,
  kind: 'max' | 'min',
  args: readonly Value[],
  keywords: Keywords,
): Value {
  const key = keywords.get('key') ?? null;
  const fallback = keywords.get('default');
  const [only] = args;
  const items =
    args.length > 1
      ? [...args]
      : only instanceof PySet
        ? setItems(context, only)
        : listItems(context, only ?? null);
  let best = items[0];
  if (best === undefined) {
    if (fallback !== undefined) return fallback;
    return context.raise('ValueError', `${kind}() iterable argument is empty`);
  }
  for (const item of items) {
    const reason = unknownReason(item);
    if (reason !== null) throw new UnknownOperand(reason);
  }
  const symbolic = items.some((item) => item instanceof PySymbol);
  if (symbolic && key === null) {
    let result = polynomialOf(best);
    for (const item of items.slice(1)) {
      const polynomial = polynomialOf(item);
      if (result === null || polynomial === null) {
        result = null;
        break;
      }
      result = extremum(kind, result, polynomial);
    }
    if (result !== null) return integerValue(result);
  }
  let bestKey = key === null ? best : call(context, key, [best]);
  for (const item of items.slice(1)) {
    const itemKey = key === null ? item : call(context, key, [item]);
    const better =
      kind === 'max'
        ? compareValues(context, '>', itemKey, bestKey)
        : compareValues(context, '<', itemKey, bestKey);
    const answer = truth(context, better);
    if (typeof answer !== 'boolean') throw new UnknownOperand(answer);
    if (answer) {
      best = item;
      bestKey = itemKey;
    }
  }
  return best;
}

function installRest(vm: Interpreter): void {
  define(vm, 'print', () => null, true);
  define(vm, 'input', (context) => context.unknown('external', 'input'), true);
  define(
    vm,
    'open',
    (context, args, keywords) => {
      const files = importModule(context, '_files');
      if (files instanceof PyUnknown) return files;
      return call(context, moduleVariable(context, files, 'open_text') ?? null, args, keywords);
    },
    true,
  );
  define(vm, 'repr', (context, [value]) => reprOf(context, value ?? null));
  define(vm, 'ascii', (context, [value]) => reprOf(context, value ?? null));
  define(vm, 'format', (context, [value, specifier]) =>
    formatValue(context, value ?? null, specifier === undefined ? '' : needString(context, specifier)),
  );
  define(vm, 'chr', (context, [code]) => String.fromCodePoint(Number(needInteger(context, code))));
  define(vm, 'ord', (context, [text]) => BigInt(needString(context, text).codePointAt(0) ?? 0));
  define(vm, 'hex', (context, [value]) => `0x${needInteger(context, value).toString(16)}`);
  define(vm, 'bin', (context, [value]) => `0b${needInteger(context, value).toString(2)}`);
  define(vm, 'exit', (context) => context.raise('SystemExit', ''), true);
  define(vm, 'quit', (context) => context.raise('SystemExit', ''), true);
  define(vm, '__import__', (context, [name]) => {
    const module = context.modules.find(context, needString(context, name));
    return module ?? context.unknown('moduleNotFound', needString(context, name));
  });
  define(vm, '\0getitem', (context, [object, index]) => getItem(context, object ?? null, index ?? null));
  define(vm, '\0mul', (context, [a, b]) => binary(context, '*', a ?? null, b ?? null));
  define(
    vm,
    '\0fromkeys',
    (context, args) => {
      const [keys, value] = args[0] instanceof PyClass ? args.slice(1) : args;
      const dict = new PyDict();
      for (const key of listItems(context, keys ?? null)) {
        dict.map.set(hashKey(context, key), { key, value: value ?? null });
      }
      return dict;
    },
    true,
  );
  vm.class('dict').dict.set('fromkeys', vm.builtins.get('\0fromkeys') ?? null);
  for (const name of [
    'object',
    'type',
    'int',
    'float',
    'bool',
    'str',
    'list',
    'tuple',
    'dict',
    'set',
    'frozenset',
    'bytes',
    'complex',
    'property',
    'staticmethod',
    'classmethod',
    'super',
    'range',
    'slice',
  ]) {
    vm.builtins.set(name, vm.class(name));
  }
  // What abstract classes ask for: iteration and calls are the interpreter's own.
  const iter = vm.builtins.get('iter') ?? null;
  for (const name of ['str', 'bytes', 'range', 'iterator', 'generator'])
    vm.class(name).dict.set('__iter__', iter);
  for (const name of ['iterator', 'generator'])
    vm.class(name).dict.set('__next__', vm.builtins.get('next') ?? null);
  const invoke = nativeOfAny('__call__', (context, [callee, ...args], keywords) =>
    call(context, callee ?? null, args, keywords),
  );
  for (const name of ['function', 'method', 'builtin_function_or_method'])
    vm.class(name).dict.set('__call__', invoke);
  vm.builtins.set('Ellipsis', ELLIPSIS);
  vm.builtins.set('NotImplemented', NOT_IMPLEMENTED);
  vm.builtins.set('__debug__', true);
  vm.builtins.set('__name__', 'builtins');
  vm.builtins.set('__build_class__', vm.builtins.get('compile') ?? null);
}
