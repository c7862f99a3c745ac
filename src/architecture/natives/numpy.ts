import { call } from '../calls';
import { getAttribute } from '../attributes';
import { type Interpreter, nativeOfAny } from '../machine';
import { moduleAttribute, type NativeModule } from '../moduleTable';
import { listItems } from '../iteration';
import { binary } from '../operators';
import { arange, DEFAULT_DTYPE, linspace, newTensor, tensorFrom } from '../tensors/creation';
import { dtypeName, dtypeObject } from '../tensors/dtypes';
import { sizesOf } from '../tensors/shapes';
import { outside } from './outsideModules';
import { type Keywords, PyList, PyTensor, PyTuple, type Value } from '../values';

type Run = (vm: Interpreter, args: readonly Value[], keywords: Keywords) => Value;

/** numpy computes in float64 where torch computes in float32. */
function inDouble(run: Run): Run {
  return (vm, args, keywords) => {
    if (keywords.has('dtype'))
      return run(vm, args, new Map([...keywords, ['dtype', numpyDtype(vm, keywords.get('dtype'))]]));
    const result = run(vm, args, new Map([...keywords, ['dtype', dtypeObject(vm, 'float64')]]));
    return result;
  };
}

function numpyDtype(vm: Interpreter, value: Value | undefined): Value {
  if (value === vm.class('int')) return dtypeObject(vm, 'int64');
  if (value === vm.class('float')) return dtypeObject(vm, 'float64');
  if (value === vm.class('bool')) return dtypeObject(vm, 'bool');
  if (dtypeName(value) !== null) return value ?? null;
  return vm.unknown('unsupported', 'numpy dtype');
}

/** The parts of numpy that set widths and depths; arrays are tensors with values. The rest is unknown. */
export const numpyModule: NativeModule = (vm, module) => {
  const on = (name: string, run: Run): void => {
    module.variables.set(name, nativeOfAny(name, run));
  };
  for (const name of ['float32', 'float64', 'float16', 'int32', 'int64', 'int8', 'uint8']) {
    module.variables.set(name, dtypeObject(vm, name));
  }
  module.variables.set('ndarray', vm.class('Tensor'));
  module.variables.set('pi', Math.PI);
  module.variables.set('inf', Infinity);
  module.variables.set('newaxis', null);
  on('linspace', (context, args, keywords) => {
    const num = args[2] ?? keywords.get('num') ?? 50n;
    return inDouble(linspace)(
      context,
      [args[0] ?? keywords.get('start') ?? null, args[1] ?? keywords.get('stop') ?? null, num],
      new Map(),
    );
  });
  on('arange', (context, args, keywords) => {
    const integral = args.every((value) => typeof value === 'bigint');
    return integral && !keywords.has('dtype')
      ? arange(context, args, keywords)
      : inDouble(arange)(context, args, keywords);
  });
  const array: Run = (context, args, keywords) => {
    const result = tensorFrom(context, args.slice(0, 1), new Map());
    if (!(result instanceof PyTensor)) return result;
    const given = keywords.get('dtype') ?? args[1];
    const name = given === undefined ? null : dtypeName(numpyDtype(context, given));
    if (given !== undefined && name === null) return context.unknown('unsupported', 'numpy dtype');
    if (name !== null || result.dtype === DEFAULT_DTYPE) {
      return tensorFrom(
        context,
        args.slice(0, 1),
        new Map([['dtype', dtypeObject(context, name ?? 'float64')]]),
      );
    }
    return result;
  };
  on('array', array);
  on('asarray', array);
  for (const name of ['zeros', 'ones', 'empty', 'full']) {
    on(name, (context, args) => newTensor(context, sizesOf(context, [args[0] ?? null]), 'float64'));
  }
  on('prod', (context, args) => {
    const [items] = args;
    if (items instanceof PyTensor) return call(context, getAttribute(context, items, 'prod'), []);
    if (!(items instanceof PyList) && !(items instanceof PyTuple)) return items ?? null;
    let result: Value = 1n;
    for (const item of listItems(context, items)) result = binary(context, '*', result, item);
    return result;
  });
  for (const name of [
    'sqrt',
    'log',
    'log2',
    'log10',
    'exp',
    'floor',
    'ceil',
    'abs',
    'round',
    'power',
    'divide',
    'multiply',
    'add',
    'subtract',
    'cumsum',
    'unique',
    'max',
    'min',
    'sum',
    'mean',
    'clip',
  ]) {
    on(name, (context, args, keywords) => {
      const [first, ...rest] = args;
      const methods: Readonly<Record<string, string>> = {
        power: 'pow',
        divide: 'div',
        multiply: 'mul',
        subtract: 'sub',
      };
      if (first instanceof PyTensor)
        return call(context, getAttribute(context, first, methods[name] ?? name), rest, keywords);
      if (first instanceof PyList || first instanceof PyTuple) {
        const made = array(context, [first], new Map());
        return call(context, getAttribute(context, made, methods[name] ?? name), rest, keywords);
      }
      const math = context.modules.find(context, 'math');
      const builtin =
        context.builtins.get(name) ?? (math === null ? undefined : moduleAttribute(context, math, name));
      if (builtin !== undefined && name !== 'floor' && name !== 'ceil' && name !== 'round')
        return call(context, builtin, args);
      const rounded = builtin === undefined ? undefined : call(context, builtin, args);
      return rounded === undefined
        ? context.unknown('external', `numpy.${name}`)
        : binary(context, '*', rounded, 1);
    });
  }
  // A few change what they are given.
  module.fallback = (name) =>
    outside(vm, `numpy.${name}`, /^(copyto|put\w*|place|fill_diagonal)$/.test(name) ? 'any' : 'raises');
};
