import { call } from '../calls';
import { type Interpreter, nativeOfAny } from '../machine';
import { moduleAttribute, type NativeModule } from '../moduleTable';
import { listItems } from '../iteration';
import { binary } from '../operators';
import { outside } from './outsideModules';
import { PyTensor, type Value } from '../values';

type Run = (vm: Interpreter, args: readonly Value[]) => Value;

/** numpy is written in Python (`library/numpy`); what is missing there is unknown. */
export const numpyModule: NativeModule = (vm, module) => {
  // A few change what they are given.
  module.fallback = (name) =>
    outside(
      vm,
      `${module.name}.${name}`,
      /^(copyto|put\w*|place|fill_diagonal|shuffle)$/.test(name) ? 'any' : 'raises',
    );
};

/** `_numpy`: what numpy's functions make of Python's own numbers. */
export const numpyScalars: NativeModule = (_vm, module) => {
  const on = (name: string, run: Run): void => {
    module.variables.set(name, nativeOfAny(name, run));
  };
  module.variables.set('pi', Math.PI);
  module.variables.set('inf', Infinity);
  for (const name of ['sqrt', 'log', 'log2', 'log10', 'exp', 'sin', 'cos', 'tanh', 'abs']) {
    on(name, (context, args) => {
      const function_ = builtin(context, name);
      return function_ === undefined
        ? context.unknown('external', `numpy.${name}`)
        : call(context, function_, args);
    });
  }
  for (const name of ['floor', 'ceil', 'round']) {
    on(name, (context, args) => {
      const function_ = builtin(context, name);
      return function_ === undefined
        ? context.unknown('external', `numpy.${name}`)
        : binary(context, '*', call(context, function_, args), 1);
    });
  }
  on('prod', (context, args) => {
    const [items] = args;
    if (items instanceof PyTensor) return context.unknown('external', 'numpy.prod');
    let result: Value = 1n;
    for (const item of listItems(context, items ?? null)) result = binary(context, '*', result, item);
    return result;
  });
};

/** Python's own function of the same meaning. */
function builtin(vm: Interpreter, name: string): Value | undefined {
  const math = vm.modules.find(vm, 'math');
  return vm.builtins.get(name) ?? (math === null ? undefined : moduleAttribute(vm, math, name));
}
