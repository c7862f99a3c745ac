import { literalValue } from './literals';
import { outside } from './outsideModules';
import { re } from './regularExpressions';
import { bindNative, call } from '../calls';
import { UnknownOperand } from '../errors';
import { around, binaryLog, decimalLog, exponential, naturalLog, power, PyInterval } from '../floats';
import { importModule } from '../imports';
import { type Interpreter, nativeOfAny, native, type NativeCall, unknownReason } from '../machine';
import type { NativeModule } from '../moduleTable';
import { floatOf, needFloat, needInteger, needString } from '../numbers';
import { binary } from '../operators';
import { listItems } from '../iteration';
import { defineClassOf } from '../builtins/define';
import { namedTuple } from '../namedTuples';
import { integerOf, symbolicInteger } from '../builtins/numbersAndObjects';
import {
  PyClass,
  PyDict,
  PyGenericAlias,
  PyInstance,
  PyList,
  type PyModule,
  type PyNative,
  PySymbol,
  PySymbolicReal,
  PyTuple,
  PyUnknown,
  type Value,
} from '../values';

type Members = Readonly<Record<string, Value>>;

function fill(module: PyModule, members: Members): void {
  for (const [name, value] of Object.entries(members)) module.variables.set(name, value);
}

function floatFunction(name: string, run: (value: number) => number | PyInterval): PyNative {
  return native(name, (vm, [argument]) => {
    if (argument instanceof PySymbol || argument instanceof PySymbolicReal) {
      throw new UnknownOperand(vm.reason('symbolicOperation', name));
    }
    const value = floatOf(argument ?? null);
    if (value === null) return run(needFloat(vm, argument));
    if (typeof value === 'number') return run(value);
    // Monotone on the bounds, with a margin for the function's own error.
    const low = run(value.low);
    const high = run(value.high);
    const bounds = [low, high].flatMap((bound) =>
      typeof bound === 'number' ? [bound] : [bound.low, bound.high],
    );
    return new PyInterval(Math.min(...bounds), Math.max(...bounds));
  });
}

const math: NativeModule = (vm, module) => {
  const rounding = (name: string, run: (value: number) => number): PyNative =>
    native(name, (context, [argument]) => {
      if (typeof argument === 'bigint') return argument;
      if (argument instanceof PySymbol) return argument;
      const toInteger = (value: number): bigint => BigInt(run(value));
      if (argument instanceof PySymbolicReal) return symbolicInteger(argument, `math.${name}`, toInteger);
      const value = floatOf(argument ?? null) ?? needFloat(context, argument);
      return integerOf(context, value, toInteger);
    });
  fill(module, {
    pi: Math.PI,
    e: Math.E,
    tau: 2 * Math.PI,
    inf: Infinity,
    nan: NaN,
    ceil: rounding('ceil', Math.ceil),
    floor: rounding('floor', Math.floor),
    trunc: rounding('trunc', Math.trunc),
    sqrt: native('sqrt', (context, [argument]) => {
      if (argument instanceof PySymbol || argument instanceof PySymbolicReal) {
        throw new UnknownOperand(context.reason('symbolicOperation', 'sqrt'));
      }
      const value = floatOf(argument ?? null);
      if (value instanceof PyInterval) return new PyInterval(Math.sqrt(value.low), Math.sqrt(value.high));
      const number = needFloat(context, argument);
      if (number < 0) return context.raise('ValueError', 'math domain error');
      return Math.sqrt(number);
    }),
    isqrt: native('isqrt', (context, [argument]) => {
      const value = needInteger(context, argument);
      if (value < 0n) return context.raise('ValueError', 'isqrt() argument must be nonnegative');
      let root = BigInt(Math.floor(Math.sqrt(Number(value))));
      while (root * root > value) root--;
      while ((root + 1n) * (root + 1n) <= value) root++;
      return root;
    }),
    log: native('log', (context, [argument, base]) => {
      const number = needFloat(context, argument);
      if (number <= 0) return context.raise('ValueError', 'math domain error');
      const log = naturalLog(number);
      if (base === undefined) return log;
      return binary(context, '/', log, naturalLog(needFloat(context, base)));
    }),
    log2: native('log2', (context, [argument]) => {
      const number = needFloat(context, argument);
      if (number <= 0) return context.raise('ValueError', 'math domain error');
      return binaryLog(number);
    }),
    log10: native('log10', (context, [argument]) => {
      const number = needFloat(context, argument);
      if (number <= 0) return context.raise('ValueError', 'math domain error');
      return decimalLog(number);
    }),
    log1p: floatFunction('log1p', (value) => around(Math.log1p(value))),
    exp: floatFunction('exp', exponential),
    expm1: floatFunction('expm1', (value) => around(Math.expm1(value))),
    pow: native('pow', (context, [a, b]) => power(needFloat(context, a), needFloat(context, b))),
    sin: floatFunction('sin', (value) => (value === 0 ? 0 : around(Math.sin(value), 4))),
    cos: floatFunction('cos', (value) => (value === 0 ? 1 : around(Math.cos(value), 4))),
    tan: floatFunction('tan', (value) => (value === 0 ? 0 : around(Math.tan(value), 4))),
    atan: floatFunction('atan', (value) => around(Math.atan(value), 4)),
    tanh: floatFunction('tanh', (value) => around(Math.tanh(value), 4)),
    erf: outside(vm, 'math.erf'),
    fabs: floatFunction('fabs', Math.abs),
    gcd: native('gcd', (context, args) => {
      let result = 0n;
      for (const argument of args) {
        let a = result;
        let b = needInteger(context, argument);
        if (b < 0n) b = -b;
        while (b !== 0n) [a, b] = [b, a % b];
        result = a;
      }
      return result;
    }),
    lcm: native('lcm', (context, args) => {
      let result = 1n;
      for (const argument of args) {
        const value = needInteger(context, argument);
        if (value === 0n) return 0n;
        let a = result;
        let b = value < 0n ? -value : value;
        const product = a * b;
        while (b !== 0n) [a, b] = [b, a % b];
        result = product / a;
      }
      return result;
    }),
    prod: native('prod', (context, args, keywords) => {
      const [items, start] = bindNative(context, 'prod', ['iterable', 'start?'], args, keywords);
      let result: Value = start ?? 1n;
      for (const item of listItems(context, items ?? null)) result = binary(context, '*', result, item);
      return result;
    }),
    fsum: native('fsum', (context, [items]) => {
      const values = listItems(context, items ?? null).map((item) => needFloat(context, item));
      if (values.every(Number.isInteger)) return values.reduce((a, b) => a + b, 0);
      throw new UnknownOperand(context.reason('floatPrecision', 'fsum'));
    }),
    hypot: floatFunction('hypot', (value) => Math.abs(value)),
    isfinite: native('isfinite', (context, [value]) => Number.isFinite(needFloat(context, value))),
    isinf: native('isinf', (context, [value]) => Math.abs(needFloat(context, value)) === Infinity),
    isnan: native('isnan', (context, [value]) => Number.isNaN(needFloat(context, value))),
    isclose: native('isclose', (context, [a, b]) => {
      const x = needFloat(context, a);
      const y = needFloat(context, b);
      return x === y || Math.abs(x - y) <= 1e-9 * Math.max(Math.abs(x), Math.abs(y));
    }),
    fmod: native('fmod', (context, [a, b]) => needFloat(context, a) % needFloat(context, b)),
    copysign: native('copysign', (context, [a, b]) => {
      const size = Math.abs(needFloat(context, a));
      const sign = needFloat(context, b);
      return sign < 0 || Object.is(sign, -0) ? -size : size;
    }),
    factorial: native('factorial', (context, [value]) => {
      const n = needInteger(context, value);
      if (n < 0n || n > 500n) return context.raise('ValueError', 'factorial() of this value');
      let result = 1n;
      for (let i = 2n; i <= n; i++) result *= i;
      return result;
    }),
    comb: native('comb', (context, [a, b]) => {
      const n = needInteger(context, a);
      const k = needInteger(context, b);
      if (k < 0n || n > 2000n) return context.raise('ValueError', 'comb() of these values');
      let result = 1n;
      for (let i = 0n; i < k; i++) result = (result * (n - i)) / (i + 1n);
      return result;
    }),
    radians: native('radians', (context, [value]) => needFloat(context, value) * (Math.PI / 180)),
    degrees: native('degrees', (context, [value]) => needFloat(context, value) * (180 / Math.PI)),
  });
};

/** Names of `typing` are only annotations here: subscripting and calling them gives themselves. */
const typing: NativeModule = (vm, module) => {
  const special = (name: string): PyInstance => {
    const instance = new PyInstance(vm.class('TypingName'));
    instance.dict.set('name', name);
    return instance;
  };
  if (!vm.classes.has('TypingName')) {
    const cls = defineClassOf(vm, 'TypingName', 'object', null, 'typing');
    cls.dict.set(
      '__getitem__',
      nativeOfAny(
        '__getitem__',
        (_context, [self, index]) => new PyGenericAlias(self ?? null, index ?? null),
      ),
    );
    cls.dict.set(
      '__call__',
      nativeOfAny('__call__', (_context, [self, ...args]) => args[args.length - 1] ?? self ?? null),
    );
    cls.dict.set(
      '__or__',
      nativeOfAny('__or__', (_context, [self]) => self ?? null),
    );
    cls.dict.set(
      '__ror__',
      nativeOfAny('__ror__', (_context, [self]) => self ?? null),
    );
    const generic = defineClassOf(vm, 'Generic', 'object', null, 'typing');
    void generic;
    defineClassOf(vm, 'Protocol', 'object', null, 'typing');
    defineClassOf(vm, 'NamedTuple', 'object', null, 'typing');
    const typed = defineClassOf(vm, 'TypedDict', 'dict', null, 'typing');
    void typed;
    defineClassOf(vm, 'TypeVar', 'object', (_context, cls2) => new PyInstance(cls2), 'typing');
  }
  const identity = nativeOfAny('identity', (_context, args) => args[args.length - 1] ?? null);
  const alias = (name: string): Value => vm.classes.get(name) ?? special(name);
  fill(module, {
    TYPE_CHECKING: false,
    Generic: vm.class('Generic'),
    Protocol: vm.class('Protocol'),
    NamedTuple: vm.class('NamedTuple'),
    TypedDict: vm.class('TypedDict'),
    TypeVar: vm.class('TypeVar'),
    ParamSpec: vm.class('TypeVar'),
    TypeVarTuple: vm.class('TypeVar'),
    NewType: nativeOfAny('NewType', (_context, [, type]) => type ?? null),
    List: alias('list'),
    Dict: alias('dict'),
    Tuple: alias('tuple'),
    Set: alias('set'),
    FrozenSet: alias('frozenset'),
    Type: alias('type'),
    OrderedDict: alias('dict'),
    DefaultDict: alias('dict'),
    cast: identity,
    overload: identity,
    no_type_check: identity,
    final: identity,
    override: identity,
    runtime_checkable: identity,
    get_type_hints: outside(vm, 'get_type_hints'),
    get_origin: nativeOfAny('get_origin', (_context, [value]) =>
      value instanceof PyGenericAlias ? value.origin : null,
    ),
    get_args: nativeOfAny('get_args', (_context, [value]) =>
      value instanceof PyGenericAlias
        ? value.args instanceof PyTuple
          ? value.args
          : new PyTuple([value.args])
        : new PyTuple([]),
    ),
  });
  for (const name of [
    'Iterable',
    'Iterator',
    'Callable',
    'Sequence',
    'MutableSequence',
    'Mapping',
    'MutableMapping',
    'Collection',
    'Sized',
    'Hashable',
    'Container',
    'Generator',
  ]) {
    module.variables.set(name, abstractClass(vm, name, 'collections.abc'));
  }
  module.fallback = (name) => (/^[A-Z]\w*$/.test(name) ? special(name) : undefined);
};

function abstractClass(vm: Interpreter, name: string, module: string): PyClass {
  const key = `${module}.${name}`;
  const known = vm.classes.get(key);
  if (known !== undefined) return known;
  const cls = new PyClass(name, [vm.class('object')], module, null);
  cls.mro = [cls, vm.class('object')];
  vm.classes.set(key, cls);
  return cls;
}

const collectionsAbc: NativeModule = (vm, module) => {
  for (const name of [
    'Iterable',
    'Iterator',
    'Callable',
    'Sequence',
    'MutableSequence',
    'Mapping',
    'MutableMapping',
    'Collection',
    'Sized',
    'Hashable',
    'Container',
    'Generator',
    'Set',
    'MutableSet',
  ]) {
    module.variables.set(name, abstractClass(vm, name, 'collections.abc'));
  }
};

const numbers: NativeModule = (vm, module) => {
  for (const name of ['Number', 'Complex', 'Real', 'Rational', 'Integral']) {
    module.variables.set(name, abstractClass(vm, name, 'numbers'));
  }
};

const enumeration: NativeModule = (vm, module) => {
  if (!vm.classes.has('Enum')) {
    const meta = defineClassOf(vm, 'EnumMeta', 'type', null, 'enum');
    const members = (cls: Value | undefined): PyDict => {
      const found = cls instanceof PyClass ? cls.dict.get('__members__') : undefined;
      return found instanceof PyDict ? found : new PyDict();
    };
    const distinct = (cls: Value | undefined): Value[] => [
      ...new Set([...members(cls).map.values()].map((e) => e.value)),
    ];
    meta.dict.set(
      '__iter__',
      native('__iter__', (context, [cls]) =>
        call(context, context.builtins.get('iter') ?? null, [new PyList(distinct(cls))]),
      ),
    );
    meta.dict.set(
      '__len__',
      native('__len__', (_context, [cls]) => BigInt(distinct(cls).length)),
    );
    meta.dict.set(
      '__getitem__',
      native('__getitem__', (context, [cls, name]) => {
        const found = members(cls).get(needString(context, name));
        if (found === undefined) return context.raise('KeyError', String(name));
        return found;
      }),
    );
    meta.dict.set(
      '__contains__',
      native('__contains__', (_context, [cls, value]) =>
        distinct(cls).some(
          (member) =>
            member === value || (member instanceof PyInstance && member.dict.get('_value_') === value),
        ),
      ),
    );
    const base = defineClassOf(vm, 'Enum', 'object', (_context, cls) => new PyInstance(cls), 'enum');
    base.metaclass = meta;
    base.dict.set(
      '__hash__',
      native('__hash__', (_context, [self]) => (self instanceof PyInstance ? BigInt(self.id) : 0n)),
    );
    const auto = defineClassOf(vm, 'auto', 'object', (_context, cls) => new PyInstance(cls), 'enum');
    void auto;
    for (const [name, mixin] of [
      ['IntEnum', 'int'],
      ['StrEnum', 'str'],
      ['Flag', null],
      ['IntFlag', 'int'],
    ] as const) {
      const cls = defineClassOf(vm, name, 'Enum', null, 'enum');
      cls.metaclass = meta;
      if (mixin !== null) {
        const mixed = vm.class(mixin);
        cls.bases = [mixed, base];
        cls.mro = [cls, ...mixed.mro.filter((c) => c.name !== 'object'), base, vm.class('object')];
      }
    }
  }
  for (const name of ['Enum', 'IntEnum', 'StrEnum', 'Flag', 'IntFlag', 'auto', 'EnumMeta']) {
    module.variables.set(name, vm.class(name));
  }
  module.variables.set('EnumType', vm.class('EnumMeta'));
  module.variables.set(
    'unique',
    nativeOfAny('unique', (_context, [cls]) => cls ?? null),
  );
};

const sys: NativeModule = (vm, module) => {
  const modules = new PyDict();
  modules.open = { code: 'registry', detail: 'sys.modules', file: '', line: 0 };
  const access = new PyInstance(vm.class('object'));
  void access;
  const table = defineClassOf(vm, 'modules_view', 'object', null, 'sys');
  const find: NativeCall = (context, [, name]) => {
    const found = context.modules.loaded.get(needString(context, name));
    if (found === undefined) throw new UnknownOperand(context.reason('registry', 'sys.modules'));
    return found;
  };
  table.dict.set('__getitem__', native('__getitem__', find));
  table.dict.set('get', native('get', find));
  table.dict.set(
    '__contains__',
    native('__contains__', (context, args) => {
      const name = needString(context, args[1]);
      if (context.modules.loaded.has(name)) return true;
      throw new UnknownOperand(context.reason('registry', 'sys.modules'));
    }),
  );
  fill(module, {
    modules: new PyInstance(table),
    path: new PyList([]),
    argv: new PyList(['']),
    version_info: new PyTuple(
      [3n, 11n, 0n, 'final', 0n],
      namedTuple(vm, 'version_info', ['major', 'minor', 'micro', 'releaselevel', 'serial'], new Map(), {
        module: 'sys',
        place: null,
      }),
    ),
    version: '3.11.0',
    platform: 'linux',
    maxsize: 9223372036854775807n,
    byteorder: 'little',
    executable: outside(vm, 'sys.executable', 'none'),
    exit: nativeOfAny('exit', (context) => context.raise('SystemExit', '')),
    exc_info: outside(vm, 'sys.exc_info', 'none'),
    getsizeof: outside(vm, 'sys.getsizeof', 'none'),
    setrecursionlimit: nativeOfAny('setrecursionlimit', () => null),
  });
  const path = module.variables.get('path');
  if (path instanceof PyList) path.taint = null;
};

const os: NativeModule = (vm, module) => {
  const getenv: NativeCall = (context, args) => {
    const [name, fallback] = args[0] instanceof PyInstance ? args.slice(1) : args;
    context.assumptions.add(`environment:${typeof name === 'string' ? name : ''}`);
    return fallback ?? null;
  };
  const cls = vm.class('environ');
  cls.unknownBase = vm.reason('external', 'os.environ');
  cls.dict.set('get', nativeOfAny('get', getenv));
  cls.dict.set('setdefault', nativeOfAny('setdefault', getenv));
  cls.dict.set(
    '__getitem__',
    nativeOfAny('__getitem__', (context) => context.unknown('external', 'os.environ')),
  );
  cls.dict.set(
    '__setitem__',
    nativeOfAny('__setitem__', () => null),
  );
  cls.dict.set(
    '__contains__',
    nativeOfAny('__contains__', (context, [, name]) => {
      context.assumptions.add(`environment:${typeof name === 'string' ? name : ''}`);
      return false;
    }),
  );
  for (const name of ['copy', 'items', 'keys', 'values', 'pop', 'update']) {
    cls.dict.set(name, outside(vm, 'os.environ', 'none'));
  }
  fill(module, {
    environ: new PyInstance(cls),
    getenv: nativeOfAny('getenv', getenv),
    sep: '/',
    linesep: '\n',
    name: 'posix',
    makedirs: nativeOfAny('makedirs', () => null),
    PathLike: vm.class('object'),
  });
  module.fallback = (name) => (name === 'path' ? undefined : outside(vm, `os.${name}`));
};

function joinPaths(parts: readonly string[]): string {
  let result = '';
  for (const part of parts) {
    if (part.startsWith('/') || result === '') result = part;
    else result = result.endsWith('/') ? result + part : `${result}/${part}`;
  }
  return result;
}

const osPath: NativeModule = (vm, module) => {
  /** Of a path that is not known, it is a text that is not known. */
  const text = (name: string, run: NativeCall): PyNative =>
    nativeOfAny(name, (context, args, keywords) => {
      const reason = args.map((arg) => unknownReason(arg)).find((one) => one !== null);
      return reason === undefined || reason === null
        ? run(context, args, keywords)
        : new PyUnknown(reason, vm.class('str'));
    });
  fill(module, {
    join: text('join', (context, args) => joinPaths(args.map((part) => needString(context, part)))),
    basename: text('basename', (context, [path]) => needString(context, path).replace(/^.*\//s, '')),
    dirname: text('dirname', (context, [path]) => {
      const text = needString(context, path);
      const at = text.lastIndexOf('/');
      return at < 0 ? '' : text.slice(0, at) || '/';
    }),
    splitext: text('splitext', (context, [path]) => {
      const text = needString(context, path);
      const match = /^(.*[^/])(\.[^./]*)$/s.exec(text);
      return new PyTuple(match === null ? [text, ''] : [match[1] ?? '', match[2] ?? '']);
    }),
    abspath: text('abspath', (context, [path]) => needString(context, path)),
    realpath: text('realpath', (context, [path]) => needString(context, path)),
    normpath: text('normpath', (context, [path]) => needString(context, path)),
    expanduser: text('expanduser', (context, [path]) => needString(context, path)),
    exists: native('exists', (context, [path]) => existing(context, needString(context, path))),
    isfile: native('isfile', (context, [path]) => existing(context, needString(context, path), true)),
    sep: '/',
  });
  module.fallback = (name) => outside(vm, `os.path.${name}`);
};

/** A file that the source tree has exists; of others nothing is known. */
function existing(vm: Interpreter, path: string, fileOnly = false): Value {
  // The program is taken to run in the root.
  const [root = ''] = vm.modules.path.roots;
  if (path !== '' && !/^[/~]|^[a-zA-Z]:|\\|(?:^|\/)\.\.(?:\/|$)/.test(path)) {
    const file = root === '' ? path : `${root}/${path}`;
    return vm.modules.sources.isFile(file) || (!fileOnly && vm.modules.sources.isDirectory(file));
  }
  for (const root of ['', ...vm.modules.path.roots]) {
    if (vm.modules.sources.isFile(root === '' ? path : `${root}/${path}`)) return true;
  }
  throw new UnknownOperand(vm.reason('external', 'os.path.exists'));
}

/** Of the machine only the system is taken for granted, as `sys.platform` is. */
const platform: NativeModule = (vm, module) => {
  fill(module, { system: nativeOfAny('system', () => 'Linux') });
  module.fallback = (name) => outside(vm, `platform.${name}`, 'none');
};

const ast: NativeModule = (vm, module) => {
  fill(module, {
    literal_eval: native('literal_eval', (context, [text]) => literalValue(context, text ?? null)),
  });
  module.fallback = (name) => outside(vm, `ast.${name}`);
};

const random: NativeModule = (vm, module) => {
  const float = nativeOfAny(
    'random',
    (context) => new PyUnknown(context.reason('random', ''), context.class('float')),
  );
  const integer = nativeOfAny(
    'randint',
    (context) => new PyUnknown(context.reason('random', ''), context.class('int')),
  );
  fill(module, {
    random: float,
    uniform: float,
    gauss: float,
    normalvariate: float,
    randint: integer,
    randrange: integer,
    choice: nativeOfAny('choice', (context) => context.unknown('random', '')),
    sample: nativeOfAny('sample', (context) => context.unknown('random', '')),
    choices: nativeOfAny('choices', (context) => context.unknown('random', '')),
    seed: nativeOfAny('seed', () => null),
    shuffle: nativeOfAny('shuffle', (context, [items]) => {
      if (items instanceof PyList) {
        context.touch(items);
        if (items.items.length > 1) items.taint ??= context.reason('random', '');
      }
      return null;
    }),
  });
  module.fallback = (name) => outside(vm, `random.${name}`, 'none');
};

export function standardLibrary(): Map<string, NativeModule> {
  const result = new Map<string, NativeModule>([
    ['math', math],
    ['typing', typing],
    ['typing_extensions', typing],
    ['collections.abc', collectionsAbc],
    ['numbers', numbers],
    ['enum', enumeration],
    ['sys', sys],
    ['os', os],
    ['ast', ast],
    ['os.path', osPath],
    ['platform', platform],
    ['random', random],
    ['re', re],
  ]);
  result.set('importlib', (vm, module) => {
    module.variables.set(
      'import_module',
      native('import_module', (context, [name]) => importModule(context, needString(context, name))),
    );
    module.fallback = (member) => (member === 'util' ? undefined : outside(vm, `importlib.${member}`));
  });
  result.set('importlib.util', (vm, module) => {
    module.variables.set(
      'find_spec',
      native('find_spec', (context, [name]) => {
        const text = needString(context, name);
        const found = context.modules.find(context, text);
        if (found === null && context.modules.isKnownMissing(text)) return null;
        if (found === null) return context.unknown('moduleNotFound', text);
        return new PyUnknown(context.reason('external', text), context.class('object'));
      }),
    );
    module.fallback = (member) => outside(vm, `importlib.util.${member}`, 'any');
  });
  result.set('__future__', (_vm, module) => {
    module.fallback = () => true;
  });
  return result;
}

/** Classes that native modules share. */
export function installLibraryClasses(vm: Interpreter): void {
  for (const name of ['environ', 'Match', 'Pattern']) defineClassOf(vm, name, 'object', null, 'native');
}
