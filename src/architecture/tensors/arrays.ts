import { call } from '../calls';
import { importModule } from '../imports';
import type { Interpreter } from '../machine';
import { moduleVariable } from '../moduleTable';
import { PyInstance, PyTensor, PyUnknown, type Value } from '../values';

/** The values of an array or a scalar of numpy (`library/numpy`) as a tensor; null for everything else. */
export function arrayValues(value: Value | undefined): PyTensor | null {
  if (!(value instanceof PyInstance)) return null;
  if (!value.cls.mro.some(({ module, name }) => module === 'numpy' && name === '_Values')) return null;
  const tensor = value.dict.get('tensor');
  return tensor instanceof PyTensor ? tensor : null;
}

/** `tensor.numpy()`: an array over the same values. */
export function arrayOf(vm: Interpreter, tensor: PyTensor): Value {
  const numpy = importModule(vm, 'numpy');
  if (numpy instanceof PyUnknown) return numpy;
  return call(vm, moduleVariable(vm, numpy, '_array') ?? vm.unknown('external', 'numpy'), [tensor]);
}
