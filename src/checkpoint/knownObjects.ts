import { isTuple, PyBytes, PyDict, PyGlobal, PyList, PyObject, type Value } from '../pickle/values';
import { Op } from '../pickle/opcodes';
import { calleeName, globalOf } from './callee';
import { ContentChild } from './children';
import type { Child, Content } from './content';
import { embeddedBytes, embeddedStorage } from './embeddedStorage';
import { numpyArray, numpyScalar, dtypeText } from './numpyValues';
import { shortened } from './inertObjects';
import { floatRepr, pythonRepr } from './pythonRepr';
import type { Resolver } from './resolver';
import { moduleContent } from './modules';
import { namedScalar, scalarContent } from './scalars';
import { standardReprs } from './standardReprs';
import { storageContent } from './storageContent';
import { deviceOf } from './tensorRebuild';

type Meaning = (object: PyObject, args: readonly Value[], resolver: Resolver) => Content | null;

/** What well-known calls mean, by today's dotted name. Null falls back to an inert object. */
const meanings = new Map<string, Meaning>([
  ['collections.OrderedDict', orderedDict],
  ['collections.defaultdict', dictLike],
  ['collections.Counter', dictLike],
  ['builtins.dict', dictLike],
  ['builtins.list', listLike],
  ['builtins.set', listLike],
  ['builtins.frozenset', listLike],
  ['builtins.tuple', listLike],
  ['collections.deque', listLike],
  ['torch.Size', listLike],
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
    // A step of 1 is pickled, but not shown.
    (_object, args) => {
      const shown = args.length === 3 && args[2] === 1 ? args.slice(0, 2) : args;
      return namedScalar('range', `range(${shown.map((arg) => pythonRepr(arg, 60)).join(', ')})`);
    },
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
  ['numpy.ma.core._mareconstruct', ndarray],
  ['torch.storage._load_from_bytes', storageObject],
  ['torch.fx.graph_module.reduce_graph_module', graphModule],
  ['torch.fx.graph_module.reduce_package_graph_module', graphModule],
  ['torch.fx.graph_module.reduce_deploy_graph_module', graphModule],
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

for (const [name, repr] of standardReprs) {
  meanings.set(name, (object, args, { context }) => {
    const text = repr(object, args, context);
    return text === null ? null : namedScalar(name, text);
  });
}

/** The content of a well-known object, null when the name or its arguments are not what we know. */
export function knownObject(name: string, object: PyObject, resolver: Resolver): Content | null {
  if (name.startsWith('torch.return_types.')) return namedResult(name, object, resolver);
  const meaning = meanings.get(name);
  return meaning === undefined ? null : meaning(object, isTuple(object.args) ? object.args : [], resolver);
}

/** Of hooks, which every tensor has; never written to. */
const emptyDict = new PyDict();

/** Pairs of an OrderedDict: SETITEMS of protocol 2 and later, or Python 2's list of `[key, value]`. */
function orderedDict(object: PyObject, args: readonly Value[], resolver: Resolver): Content | null {
  if (args.length === 0 && object.entries === null)
    return mergedDict('collections.OrderedDict', emptyDict, object, resolver);
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
  return resolver.dict(pythonType, whole, () =>
    object.state === undefined ? [] : resolver.attributes(object),
  );
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
    like.addItems(itemsOf(state) ?? []);
  }
  if (object.items !== null) like.addItems(object.items);
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
    keywords.keys.forEach((key, i) => {
      const name = typeof key === 'string' ? key : pythonRepr(key, 80);
      shown.push(`${name}=${pythonRepr(keywords.values[i] as Value, 80)}`);
    });
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
  return storage === null ? null : storageContent(storage, storage.dtype);
}

/** What `torch.max` and others return: a tuple with names, `(items, attributes)`. */
function namedResult(name: string, object: PyObject, resolver: Resolver): Content | null {
  const items = isTuple(object.args) ? object.args[0] : undefined;
  return isTuple(items) ? resolver.sequence(name, items) : null;
}

/** `torch.fx.GraphModule`: its attributes, and the code that would be run to make its `forward`. */
function graphModule(object: PyObject, args: readonly Value[], resolver: Resolver): Content | null {
  const body = args.find((arg) => arg instanceof PyDict);
  if (body === undefined) return null;
  const cls = new PyGlobal('torch.fx.graph_module', 'GraphModule', object.offset);
  const like = new PyObject(cls, [], Op.REDUCE, object.offset);
  like.setState(body);
  return moduleContent(like, resolver);
}

function joinPath(parts: readonly string[]): string {
  let path = '';
  for (const part of parts) {
    const separator = path === '' || /[\\/]$/.test(path) ? '' : '/';
    path = /^([A-Za-z]:)?[\\/]/.test(part) ? part : path + separator + part;
  }
  return path === '' ? '.' : path;
}
