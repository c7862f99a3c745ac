import type { Interpreter } from '../machine';
import type { Keywords, PyTensor, Value } from '../values';
import { resultOf } from './gradients';
import type { Shape } from './shapes';

/** A method of tensors; `args` are those after the tensor itself. */
export type TensorMethod = (
  vm: Interpreter,
  self: PyTensor,
  args: readonly Value[],
  keywords: Keywords,
) => Value;

/** A result of another shape (and dtype), made of a tensor. */
export function like(
  vm: Interpreter,
  self: PyTensor,
  shape: Shape,
  dtype: string | null = self.dtype,
): PyTensor {
  const result = resultOf(vm, shape, dtype, self.requiresGrad, self.device);
  result.strided = self.strided;
  return result;
}

/** An argument by name or, failing that, by position. */
export function option(
  args: readonly Value[],
  keywords: Keywords,
  index: number,
  ...names: string[]
): Value | undefined {
  for (const name of names) {
    const value = keywords.get(name);
    if (value !== undefined) return value;
  }
  return args[index];
}
