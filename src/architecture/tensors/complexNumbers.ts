import { UnknownOperand } from '../errors';
import type { Interpreter } from '../machine';
import type { Keywords, PyTensor, Value } from '../values';
import { markViews, resultOf } from './gradients';
import { broadcast, requireShape, tensorArgument } from './shapes';
import { checkArguments } from './signatures';
import { option } from './tensorMethod';

/** torch's functions between real and complex tensors. Their values are not computed. */
type Run = (vm: Interpreter, args: readonly Value[], keywords: Keywords) => Value;

/** Complex dtypes by the dtype of their parts. */
const COMPLEX: Readonly<Record<string, string>> = { float32: 'complex64', float64: 'complex128' };

function paired(name: string, first: string, second: string): Run {
  return (vm, args, keywords) => {
    checkArguments(vm, name, `${first}:T ${second}:T`, args, keywords);
    const a = tensorArgument(vm, option(args, keywords, 0, first));
    const b = tensorArgument(vm, option(args, keywords, 1, second));
    const dtype = COMPLEX[a.dtype ?? ''];
    if (dtype === undefined || a.dtype !== b.dtype) throw unsupported(vm, name);
    const shape = broadcast(vm, requireShape(vm, a), requireShape(vm, b));
    return resultOf(vm, shape, dtype, a.requiresGrad || b.requiresGrad);
  };
}

/** `polar(abs, angle)`: complex numbers of that length and direction. */
export const polar = paired('polar', 'abs', 'angle');

/** `complex(real, imag)`. */
export const complex = paired('complex', 'real', 'imag');

/** `view_as_real(input)`: the parts in a new last dimension of two. */
export const viewAsReal: Run = (vm, args, keywords) => {
  const tensor = only(vm, 'view_as_real', args, keywords);
  const [dtype] = Object.entries(COMPLEX).find(([, name]) => name === tensor.dtype) ?? [];
  if (dtype === undefined) throw unsupported(vm, 'view_as_real');
  const made = resultOf(vm, [...requireShape(vm, tensor), 2n], dtype, tensor.requiresGrad);
  made.strided = tensor.strided;
  markViews(tensor, [made]);
  return made;
};

/** `view_as_complex(input)`: the last dimension, of two, as the parts of one number. */
export const viewAsComplex: Run = (vm, args, keywords) => {
  const tensor = only(vm, 'view_as_complex', args, keywords);
  const shape = requireShape(vm, tensor);
  const dtype = COMPLEX[tensor.dtype ?? ''];
  if (dtype === undefined || tensor.strided || shape[shape.length - 1] !== 2n)
    throw unsupported(vm, 'view_as_complex');
  const made = resultOf(vm, shape.slice(0, -1), dtype, tensor.requiresGrad);
  markViews(tensor, [made]);
  return made;
};

function only(vm: Interpreter, name: string, args: readonly Value[], keywords: Keywords): PyTensor {
  checkArguments(vm, name, 'input:T', args, keywords);
  return tensorArgument(vm, option(args, keywords, 0, 'input'));
}

function unsupported(vm: Interpreter, name: string): UnknownOperand {
  return new UnknownOperand(vm.reason('unsupported', `torch.${name}`));
}
