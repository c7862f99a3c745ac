import { isTuple, PyBytes, PyDict, PyGlobal, PyList, PyObject, type Value } from '../pickle/values';
import { Op } from '../pickle/opcodes';
import { displayType } from '../torchNames/canonicalName';
import { calleeName, globalOf } from './callee';
import { ContentChild } from './children';
import type { Child, Content, ObjectContent } from './content';
import { embeddedBytes, embeddedStorage } from './embeddedStorage';
import { numpyArray, numpyScalar, dtypeText } from './numpyValues';
import { defaultTextLimit, floatRepr, pythonRepr, stringRepr } from './pythonRepr';
import type { Resolver } from './resolver';
import { namedScalar, scalarContent } from './scalars';
import { deviceOf } from './tensorRebuild';

type Meaning = (object: PyObject, args: readonly Value[], resolver: Resolver) => Content | null;

/** What well-known calls mean, by today's dotted name. Null falls back to an inert object. */
const meanings = new Map<string, Meaning>([
  ['collections.OrderedDict', orderedDict],
  ['collections.defaultdict', dictLike],
  ['collections.Counter', dictLike],
  ['collections.UserDict', dictLike],
  ['builtins.dict', dictLike],
  ['builtins.list', listLike],
  ['builtins.set', listLike],
  ['builtins.frozenset', listLike],
  ['builtins.tuple', listLike],
  ['collections.deque', listLike],
  ['torch.Size', listLike],
  ['torch.nn.modules.container.ParameterList', () => null],
  [
    'torch.device',
    (object, _args, { context }) => {
      const device = deviceOf(object, context);
      return device === null ? null : namedScalar('torch.device', device);
    },
  ],
  [
    'torch.serialization._get_layout',
    (_object, args) => (typeof args[0] === 'string' ? namedScalar('torch.layout', args[0]) : null),
  ],
  [
    'torch._utils._get_dtype',
    (_object, args) => (typeof args[0] === 'string' ? namedScalar('torch.dtype', args[0]) : null),
  ],
  ['builtins.complex', complexNumber],
  [
    'builtins.slice',
    (_object, args) => namedScalar('slice', `slice(${args.map((arg) => pythonRepr(arg, 60)).join(', ')})`),
  ],
  [
    'builtins.range',
    (_object, args) => namedScalar('range', `range(${args.map((arg) => pythonRepr(arg, 60)).join(', ')})`),
  ],
  ['builtins.bytearray', bytesLike],
  ['builtins.bytes', bytesLike],
  ['_codecs.encode', bytesLike],
  [
    'builtins.getattr',
    (_object, args) =>
      typeof args[1] === 'string'
        ? namedScalar('attribute', `${pythonRepr(args[0] ?? null, 120)}.${args[1]}`)
        : null,
  ],
  ['copyreg._reconstructor', reconstructed],
  ['functools.partial', partial],
  [
    'numpy._core.multiarray.scalar',
    (object, _args, { context }) => {
      const scalar = numpyScalar(object, context);
      return scalar === null
        ? null
        : { type: 'scalar', pythonType: scalar.pythonType, value: scalar.value, text: scalar.text };
    },
  ],
  [
    'numpy.dtype',
    (object, _args, { context }) => {
      const text = dtypeText(object, context);
      return text === null ? null : namedScalar('numpy.dtype', text);
    },
  ],
  ['numpy._core.multiarray._reconstruct', ndarray],
  ['numpy._core.numeric._frombuffer', ndarray],
  ['numpy.ndarray', ndarray],
  ['joblib.numpy_pickle.NumpyArrayWrapper', ndarray],
  ['torch.storage._load_from_bytes', storageObject],
  ['torch.jit._pickle.build_intlist', scriptList],
  ['torch.jit._pickle.build_tensorlist', scriptList],
  ['torch.jit._pickle.build_doublelist', scriptList],
  ['torch.jit._pickle.build_boollist', scriptList],
  ['torch.jit._pickle.restore_type_tag', scriptList],
  [
    'torch.jit._pickle.build_tensor_from_id',
    (_object, args, resolver) => {
      const constant = typeof args[0] === 'number' ? resolver.context.constant(args[0]) : null;
      return constant === null ? null : resolver.content(constant);
    },
  ],
]);
for (const name of ['PosixPath', 'PurePosixPath', 'WindowsPath', 'PureWindowsPath', 'Path', 'PurePath']) {
  meanings.set(`pathlib.${name}`, (_object, args) => {
    const text = args.every((part) => typeof part === 'string') ? joinPath(args as string[]) : null;
    return text === null ? null : namedScalar(`pathlib.${name}`, text);
  });
}

/** The content of a well-known object, null when the name or its arguments are not what we know. */
export function knownObject(name: string, object: PyObject, resolver: Resolver): Content | null {
  const meaning = meanings.get(name);
  return meaning === undefined ? null : meaning(object, isTuple(object.args) ? object.args : [], resolver);
}

/** Pairs of an OrderedDict: SETITEMS of protocol 2 and later, or Python 2's list of `[key, value]`. */
function orderedDict(object: PyObject, args: readonly Value[], resolver: Resolver): Content | null {
  const dict = new PyDict();
  const pairs = args[0];
  if (pairs instanceof PyList) {
    for (const pair of pairs.items) {
      const items = isTuple(pair) ? pair : pair instanceof PyList ? pair.items : [];
      if (items.length !== 2) return null;
      dict.set(items[0] as Value, items[1] as Value);
    }
  } else if (args.length > 0) return null;
  return mergedDict('collections.OrderedDict', dict, object, resolver);
}

function mergedDict(pythonType: string, dict: PyDict, object: PyObject, resolver: Resolver): Content {
  const entries = object.entries;
  let whole = dict;
  if (entries !== null) {
    if (dict.size === 0) whole = entries;
    else entries.keys.forEach((key, i) => dict.set(key, entries.values[i] as Value));
  }
  return resolver.dict(pythonType, whole, object.state === undefined ? [] : resolver.attributes(object));
}

function dictLike(object: PyObject, args: readonly Value[], resolver: Resolver): Content {
  const dict = new PyDict();
  for (const arg of args) {
    if (arg instanceof PyDict) arg.keys.forEach((key, i) => dict.set(key, arg.values[i] as Value));
  }
  return mergedDict(calleeName(object, resolver.context) ?? 'dict', dict, object, resolver);
}

function listLike(object: PyObject, args: readonly Value[], resolver: Resolver): Content | null {
  const first = args[0];
  const items = first === undefined ? [] : itemsOf(first);
  if (items === null) return null;
  const all = object.items === null ? items : [...items, ...object.items];
  const attributes = object.state === undefined ? undefined : () => resolver.attributes(object);
  return resolver.sequence(calleeName(object, resolver.context) ?? 'list', all, attributes);
}

function itemsOf(value: Value): readonly Value[] | null {
  if (isTuple(value)) return value;
  return value instanceof PyList ? value.items : null;
}

/** `torch.jit._pickle.build_intlist(list)` and type tags: the container itself. */
function scriptList(_object: PyObject, args: readonly Value[], resolver: Resolver): Content | null {
  const inner = args[0];
  return inner instanceof PyList || inner instanceof PyDict ? resolver.content(inner) : null;
}

function complexNumber(_object: PyObject, args: readonly Value[]): Content | null {
  const [real, imaginary] = args.map((arg) =>
    arg !== null && typeof arg === 'object' && 'value' in arg ? arg.value : null,
  );
  if (typeof real !== 'number' || typeof imaginary !== 'number') return null;
  return namedScalar('complex', complexRepr(real, imaginary));
}

/** CPython's `complex.__repr__`: no zero real part, no `.0`. */
function complexRepr(real: number, imaginary: number): string {
  const part = (value: number): string => floatRepr(value).replace(/\.0$/, '');
  if (real === 0 && !Object.is(real, -0)) return `${part(imaginary)}j`;
  const sign = imaginary < 0 || Object.is(imaginary, -0) ? '' : '+';
  return `(${part(real)}${sign}${part(imaginary)}j)`;
}

function bytesLike(object: PyObject, args: readonly Value[], resolver: Resolver): Content | null {
  const name = calleeName(object, resolver.context);
  const type = name === 'builtins.bytearray' ? 'bytearray' : 'bytes';
  if (args.length === 0) return scalarContent(new PyBytes(type, new Uint8Array(0), 0, object.offset));
  const inner = name === '_codecs.encode' ? object : args[0];
  const bytes = embeddedBytes(inner, resolver.context) ?? latin1Bytes(args);
  return bytes === null ? null : scalarContent(new PyBytes(type, bytes, bytes.length, object.offset));
}

/** Protocols 0 to 2 write `bytearray(text, 'latin-1')`. */
function latin1Bytes(args: readonly Value[]): Uint8Array | null {
  const [text, encoding] = args;
  if (typeof text !== 'string' || typeof encoding !== 'string') return null;
  return Uint8Array.from(text, (character) => character.charCodeAt(0) & 0xff);
}

/** `copyreg._reconstructor(cls, base, state)`: protocols 0 and 1 for any object. */
function reconstructed(object: PyObject, args: readonly Value[], resolver: Resolver): Content | null {
  const [cls, base, state] = args;
  const type = globalOf(cls, resolver.context);
  if (type === null) return null;
  const baseName = base instanceof PyGlobal ? base.name : '';
  const like = new PyObject(cls as Value, [], Op.NEWOBJ, object.offset);
  if (object.state !== undefined) like.setState(object.state);
  if (
    state !== undefined &&
    (isTuple(state) || state instanceof PyList) &&
    (baseName === 'tuple' || baseName === 'list')
  ) {
    like.ensureItems().push(...(itemsOf(state) ?? []));
  }
  if (object.items !== null) like.ensureItems().push(...object.items);
  const entries = state instanceof PyDict ? state : object.entries;
  entries?.keys.forEach((key, i) => like.ensureEntries().set(key, entries.values[i] as Value));
  return resolver.content(like);
}

/** `partial(func)` with the state (func, args, keywords, attributes). */
function partial(object: PyObject, args: readonly Value[], resolver: Resolver): Content | null {
  const state = object.state;
  if (!isTuple(state) || state.length !== 4) return null;
  const [func, positional, keywords] = state as [Value, Value, Value, Value];
  const children = (): readonly Child[] => [
    new ContentChild('func', resolver.content(func), 'attribute'),
    new ContentChild('args', resolver.content(positional), 'attribute'),
    new ContentChild('keywords', resolver.content(keywords), 'attribute'),
  ];
  const shown = [args[0] ?? func, ...(isTuple(positional) ? positional : [])].map((arg) =>
    pythonRepr(arg, 80),
  );
  if (keywords instanceof PyDict) {
    keywords.keys.forEach((key, i) =>
      shown.push(`${String(key)}=${pythonRepr(keywords.values[i] as Value, 80)}`),
    );
  }
  const text = `functools.partial(${shown.join(', ')})`;
  return { type: 'object', pythonType: 'functools.partial', text: shortened(text), children };
}

function ndarray(object: PyObject, _args: readonly Value[], resolver: Resolver): Content | null {
  const array = numpyArray(object, resolver.context);
  if (array === null) return null;
  const shape = array.shape === null ? '?' : pythonRepr(array.shape);
  const name = array.pythonType.slice(array.pythonType.lastIndexOf('.') + 1);
  const objects = array.objects ?? [];
  const children = (): readonly Child[] =>
    objects.map((item, i) => new ContentChild(i, resolver.content(item), 'item'));
  const text = `${name}(shape=${shape}, dtype=${array.dtype ?? '?'})`;
  return { type: 'object', pythonType: array.pythonType, text, children };
}

function storageObject(object: PyObject, _args: readonly Value[], resolver: Resolver): Content | null {
  const storage = embeddedStorage(object, resolver.context);
  if (storage === null) return null;
  const pythonType = storage.dtype === null ? 'torch.UntypedStorage' : 'torch.TypedStorage';
  const text = `${pythonType}(${storage.dtype ?? 'uint8'}, ${storage.bytes ?? '?'} bytes, ${storage.device ?? 'cpu'})`;
  return { type: 'object', pythonType, text, children: () => [] };
}

function joinPath(parts: readonly string[]): string {
  let path = '';
  for (const part of parts) {
    const separator = path === '' || /[\\/]$/.test(path) ? '' : '/';
    path = /^([A-Za-z]:)?[\\/]/.test(part) ? part : path + separator + part;
  }
  return path === '' ? '.' : path;
}

/**
 * An object that nothing is known of: its positional arguments by position, its items and entries, its
 * attributes. A subclass of list, dict or tuple reads as what it is.
 */
export function genericObject(object: PyObject, resolver: Resolver): Content {
  const global = globalOf(object.callee, resolver.context);
  const pythonType =
    global === null
      ? pythonRepr(object.callee, 120)
      : displayType(calleeName(object, resolver.context) ?? '');
  const args = isTuple(object.args) ? object.args : [object.args];
  const attributes = (): readonly Child[] => [
    ...(object.kwargs instanceof PyDict ? resolver.namedValues(object.kwargs, 'attribute') : []),
    ...resolver.attributes(object),
  ];
  if (object.entries !== null)
    return resolver.dict(pythonType, object.entries, [...argumentChildren(args, resolver), ...attributes()]);
  if (object.items !== null) return resolver.sequence(pythonType, [...args, ...object.items], attributes);
  if (object.opcode === Op.NEWOBJ && args.length > 0) {
    // A tuple subclass gets its items as one tuple, a named tuple one by one.
    const only = args[0];
    const items = args.length === 1 && isTuple(only) ? only : args;
    if (args.length > 1 || isTuple(only)) return resolver.sequence(pythonType, items, attributes);
  }
  return new InertObject(pythonType, object, args, resolver, attributes);
}

function argumentChildren(args: readonly Value[], resolver: Resolver): readonly Child[] {
  return args.map((arg, i) => new ContentChild(i, resolver.content(arg), 'attribute'));
}

class InertObject implements ObjectContent {
  readonly type = 'object';
  private made: readonly Child[] | null = null;

  constructor(
    readonly pythonType: string,
    private readonly object: PyObject,
    private readonly args: readonly Value[],
    private readonly resolver: Resolver,
    private readonly attributes: () => readonly Child[],
  ) {}

  /** `Namespace(lr=0.1, epochs=3)`. */
  get text(): string {
    const parts = this.args.map((arg) => pythonRepr(arg, 80));
    const state = this.object.state;
    if (state instanceof PyDict) {
      for (let i = 0; i < Math.min(state.size, 40); i++) {
        const key = state.keys[i] as Value;
        const value = state.values[i] as Value;
        parts.push(`${typeof key === 'string' ? key : pythonRepr(key, 40)}=${brief(value)}`);
      }
    } else if (state !== undefined) parts.push(pythonRepr(state, 120));
    const name = this.pythonType.slice(this.pythonType.lastIndexOf('.') + 1);
    return shortened(`${name}(${parts.join(', ')})`);
  }

  children(): readonly Child[] {
    return (this.made ??= [...argumentChildren(this.args, this.resolver), ...this.attributes()]);
  }
}

function brief(value: Value): string {
  return typeof value === 'string'
    ? stringRepr(value.length > 80 ? `${value.slice(0, 79)}…` : value)
    : pythonRepr(value, 60);
}

function shortened(text: string): string {
  return text.length > defaultTextLimit ? `${text.slice(0, defaultTextLimit)}…` : text;
}
