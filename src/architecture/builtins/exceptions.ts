import type { Interpreter } from '../machine';
import { PyInstance, PyTuple, type PyClass, type Value } from '../values';
import { defineClassOf, method } from './define';

const HIERARCHY: readonly (readonly [string, string])[] = [
  ['Exception', 'BaseException'],
  ['KeyboardInterrupt', 'BaseException'],
  ['SystemExit', 'BaseException'],
  ['GeneratorExit', 'BaseException'],
  ['ArithmeticError', 'Exception'],
  ['ZeroDivisionError', 'ArithmeticError'],
  ['OverflowError', 'ArithmeticError'],
  ['FloatingPointError', 'ArithmeticError'],
  ['AssertionError', 'Exception'],
  ['AttributeError', 'Exception'],
  ['BufferError', 'Exception'],
  ['EOFError', 'Exception'],
  ['ImportError', 'Exception'],
  ['ModuleNotFoundError', 'ImportError'],
  ['LookupError', 'Exception'],
  ['IndexError', 'LookupError'],
  ['KeyError', 'LookupError'],
  ['MemoryError', 'Exception'],
  ['NameError', 'Exception'],
  ['UnboundLocalError', 'NameError'],
  ['OSError', 'Exception'],
  ['FileNotFoundError', 'OSError'],
  ['FileExistsError', 'OSError'],
  ['PermissionError', 'OSError'],
  ['TimeoutError', 'OSError'],
  ['ConnectionError', 'OSError'],
  ['ReferenceError', 'Exception'],
  ['RuntimeError', 'Exception'],
  ['NotImplementedError', 'RuntimeError'],
  ['RecursionError', 'RuntimeError'],
  ['StopIteration', 'Exception'],
  ['StopAsyncIteration', 'Exception'],
  ['SyntaxError', 'Exception'],
  ['IndentationError', 'SyntaxError'],
  ['SystemError', 'Exception'],
  ['TypeError', 'Exception'],
  ['ValueError', 'Exception'],
  ['UnicodeError', 'ValueError'],
  ['UnicodeDecodeError', 'UnicodeError'],
  ['UnicodeEncodeError', 'UnicodeError'],
  ['Warning', 'Exception'],
  ['UserWarning', 'Warning'],
  ['DeprecationWarning', 'Warning'],
  ['FutureWarning', 'Warning'],
  ['RuntimeWarning', 'Warning'],
  ['ImportWarning', 'Warning'],
  ['SyntaxWarning', 'Warning'],
  ['ResourceWarning', 'Warning'],
];

export function installExceptions(vm: Interpreter): void {
  const construct = (_vm: Interpreter, cls: PyClass, args: readonly Value[]): Value => {
    const instance = new PyInstance(cls);
    instance.dict.set('args', new PyTuple(args));
    return instance;
  };
  const base = defineClassOf(vm, 'BaseException', 'object', construct);
  method(
    base,
    '__init__',
    (context, args) => {
      const [self, ...rest] = args;
      if (self instanceof PyInstance) {
        context.touch(self.dict);
        self.dict.set('args', new PyTuple(rest));
      }
      return null;
    },
    true,
  );
  method(base, 'with_traceback', (_context, [self]) => self ?? null, true);
  for (const [name, parent] of HIERARCHY) defineClassOf(vm, name, parent);
  for (const name of ['BaseException', ...HIERARCHY.map(([name]) => name)]) {
    vm.builtins.set(name, vm.class(name));
  }
  vm.builtins.set('IOError', vm.class('OSError'));
  vm.builtins.set('EnvironmentError', vm.class('OSError'));
}
