import { call } from '../calls';
import { copyValue, deepCopy } from '../copying';
import { type Interpreter, native, nativeOfAny, unknownReason } from '../machine';
import type { NativeModule } from '../moduleTable';
import { namedTuple } from '../namedTuples';
import { listItems } from '../iteration';
import { needString } from '../numbers';
import { truth } from '../truth';
import { yamlValue } from '../yamlValues';
import { dataFileExists, folderNames, pathExists, readDataFile } from './files';
import { defineClassOf } from '../builtins/define';
import { dtypeObject } from '../tensors/dtypes';
import { emptyTensor, makeParameter } from '../tensors/creation';
import {
  PyBound,
  PyClass,
  PyDict,
  PyFunction,
  PyInstance,
  PyList,
  PyNative,
  PyTensor,
  PyTuple,
  PyUnknown,
  type Value,
} from '../values';

/** `_graftlens`: what the catalogue and the library import from the interpreter. */
export const interpreterModule: NativeModule = (vm, module) => {
  const members: Record<string, Value> = {
    Tensor: vm.class('Tensor'),
    dtype: vm.class('dtype'),
    empty: nativeOfAny('empty', (context, args, keywords) => emptyTensor(context, args, keywords)),
    make_parameter: nativeOfAny('make_parameter', (context, args, keywords) =>
      makeParameter(context, args, keywords),
    ),
    grad_mode: nativeOfAny('grad_mode', ({ gradMode }) =>
      typeof gradMode === 'boolean' ? gradMode : new PyUnknown(gradMode),
    ),
    set_grad_mode: nativeOfAny('set_grad_mode', (context, [mode]) => {
      context.gradMode = truth(context, mode ?? null);
      return null;
    }),
    read_file: native('read_file', (context, [path]) => readDataFile(context, needString(context, path))),
    file_exists: native('file_exists', (context, [path]) =>
      dataFileExists(context, needString(context, path)),
    ),
    parse_yaml: native('parse_yaml', (context, [text]) => yamlValue(context, needString(context, text))),
    known_values: nativeOfAny('known_values', (_context, [value]) =>
      value instanceof PyTensor && value.data !== null && value.taint === null
        ? new PyList([...value.data])
        : null,
    ),
    is_tensor: nativeOfAny('is_tensor', (_context, [value]) => value instanceof PyTensor),
    folder_names: native(
      'folder_names',
      (context, [path]) => new PyList([...folderNames(context, needString(context, path))]),
    ),
    path_exists: native('path_exists', (context, [path]) => pathExists(context, needString(context, path))),
    // Whether there is a GPU: asking raises nothing.
    of_machine: nativeOfAny('of_machine', (context, [question, type]) => {
      context.assumptions.add('device');
      const upper = type instanceof PyClass ? type : null;
      return new PyUnknown(context.reason('device', typeof question === 'string' ? question : ''), upper);
    }),
    // A file, the network: what is asked for may not be there.
    outside: nativeOfAny('outside', (context, [what]) => {
      const reason = context.reason('external', typeof what === 'string' ? what : '');
      context.unknownCalls = reason;
      return new PyUnknown(reason);
    }),
    unknown: nativeOfAny('unknown', (context, [reason]) =>
      context.unknown('catalogue', typeof reason === 'string' ? reason : ''),
    ),
    partial: vm.class('partial'),
    namedtuple: native('namedtuple', (context, args, keywords) => {
      const name = needString(context, args[0]);
      const spec = args[1] ?? null;
      const fields =
        typeof spec === 'string'
          ? spec
              .replaceAll(',', ' ')
              .split(/\s+/)
              .filter((field) => field !== '')
          : listItems(context, spec).map((field) => needString(context, field));
      const given = keywords.get('defaults');
      const values = given === undefined || given === null ? [] : listItems(context, given);
      const defaults = new Map(
        values.map((value, i) => [fields[fields.length - values.length + i] ?? '', value]),
      );
      return namedTuple(context, name, fields, defaults, {
        module: 'collections',
        place: context.place,
      });
    }),
    copy_instance: nativeOfAny('copy_instance', (_context, [value]) => copyValue(value ?? null)),
    deep_copy: nativeOfAny('deep_copy', (context, [value]) => deepCopy(context, value ?? null)),
    function_type: vm.class('function'),
    module_type: vm.class('module'),
    method_type: vm.class('method'),
    none_type: vm.class('NoneType'),
    generator_type: vm.class('generator'),
    builtin_type: vm.class('builtin_function_or_method'),
    generic_alias: vm.class('GenericAlias'),
    signature_of: native('signature_of', (context, [callee, bound]) =>
      signatureOf(context, callee ?? null, bound !== false),
    ),
    ABCMeta: vm.classes.get('ABCMeta') ?? defineClassOf(vm, 'ABCMeta', 'type', null, 'abc'),
  };
  for (const [name, value] of Object.entries(members)) module.variables.set(name, value);
  for (const name of [
    'float32',
    'float64',
    'float16',
    'bfloat16',
    'int8',
    'int16',
    'int32',
    'int64',
    'uint8',
    'bool',
    'complex64',
    'complex128',
  ]) {
    module.variables.set(name, dtypeObject(vm, name));
  }
};

const KINDS = {
  positionalOnly: 'positional only',
  ordinary: 'positional or keyword',
  star: 'variadic positional',
  keywordOnly: 'keyword only',
  doubleStar: 'variadic keyword',
} as const;

/** Tuples (name, kind, has a default, default), without the first of a method. */
function signatureOf(vm: Interpreter, given: Value, bound: boolean): Value {
  let callee = given;
  let skip = 0;
  if (callee instanceof PyClass) {
    for (const base of callee.mro) {
      const initialiser = base.dict.get('__init__');
      if (initialiser !== undefined) {
        callee = initialiser;
        skip = 1;
        break;
      }
    }
  } else if (callee instanceof PyBound) {
    callee = callee.callee;
    skip = bound ? 1 : 0;
  } else if (callee instanceof PyInstance && callee.cls.name === 'partial') {
    return vm.unknown('unsupported', 'inspect.signature of a partial');
  } else if (callee instanceof PyInstance && unknownReason(callee) === null) {
    const method = callee.cls.dict.get('__call__');
    if (method !== undefined) {
      callee = method;
      skip = 1;
    }
  }
  if (callee instanceof PyFunction && callee.attributes?.get('__wrapped__') !== undefined) {
    callee = callee.attributes.get('__wrapped__') ?? callee;
  }
  if (!(callee instanceof PyFunction)) return vm.unknown('unsupported', 'inspect.signature');
  const { parameters } = callee.definition;
  const { defaults } = callee;
  return new PyList(
    parameters.slice(skip).map((parameter, i) => {
      const value = defaults[i + skip];
      return new PyTuple([parameter.name, KINDS[parameter.kind], value !== undefined, value ?? null]);
    }),
  );
}

/** `functools.partial` is a class with an instance per call, as `isinstance` and attributes show. */
export function installPartial(vm: Interpreter): void {
  const cls = defineClassOf(
    vm,
    'partial',
    'object',
    (context, made, args, keywords) => {
      const [callee, ...rest] = args;
      if (callee === undefined)
        return context.raise('TypeError', "type 'partial' takes at least one argument");
      const instance = new PyInstance(made);
      let func: Value = callee;
      let positional: Value[] = rest;
      const named = new PyDict();
      if (callee instanceof PyInstance && callee.cls === made) {
        // A partial of a partial is flattened.
        func = callee.dict.get('func') ?? null;
        const inner = callee.dict.get('args');
        if (inner instanceof PyTuple) positional = [...inner.items, ...rest];
        const innerNames = callee.dict.get('keywords');
        if (innerNames instanceof PyDict) {
          for (const { key, value } of innerNames.map.values()) named.set(String(key), value);
        }
      }
      for (const [name, value] of keywords) named.set(name, value);
      instance.dict.set('func', func);
      instance.dict.set('args', new PyTuple(positional));
      instance.dict.set('keywords', named);
      return instance;
    },
    'functools',
  );
  cls.dict.set('__init__', new PyNative('__init__', () => null, true));
  cls.dict.set(
    '__call__',
    nativeOfAny('__call__', (context, args, keywords) => {
      const [self, ...rest] = args;
      if (!(self instanceof PyInstance)) return null;
      const inner = self.dict.get('args');
      const named = self.dict.get('keywords');
      const taint = self.dict.taint ?? (named instanceof PyDict ? named.taint : null);
      const merged = new Map<string, Value>();
      if (named instanceof PyDict) {
        for (const { key, value } of named.map.values()) merged.set(String(key), value);
      }
      for (const [name, value] of keywords) merged.set(name, value);
      const callee = taint === null ? (self.dict.get('func') ?? null) : new PyUnknown(taint);
      return call(context, callee, [...(inner instanceof PyTuple ? inner.items : []), ...rest], merged);
    }),
  );
}
