import { UnknownOperand } from '../errors';
import { listItems } from '../iteration';
import type { Interpreter } from '../machine';
import { type Dimension, type Keywords, PyList, PyTuple, type Value } from '../values';
import { resultOf } from './gradients';
import { requireShape, sameSize, type Shape, tensorArgument } from './shapes';

/**
 * `torch.einsum(equation, *tensors)`: the sizes of the letters behind the arrow. Ellipses, repeated letters of one
 * tensor and tensors of several dtypes or of small integers, whose sums torch makes wider, are not followed.
 */
export function einsum(vm: Interpreter, args: readonly Value[], keywords: Keywords): Value {
  const [equation, ...rest] = args;
  if (typeof equation !== 'string' || keywords.size > 0) throw unsupported(vm);
  const text = equation.replaceAll(' ', '');
  const parsed = /^([A-Za-z]*(?:,[A-Za-z]*)*)(?:->([A-Za-z]*))?$/.exec(text);
  if (parsed === null) throw unsupported(vm);
  const inputs = (parsed[1] ?? '').split(',');
  const [only] = rest;
  const given =
    rest.length === 1 && (only instanceof PyList || only instanceof PyTuple) ? listItems(vm, only) : rest;
  const tensors = given.map((value) => tensorArgument(vm, value));
  const [first] = tensors;
  const dtype = first?.dtype ?? null;
  const isOneDtype =
    dtype !== null &&
    /^(float(16|32|64)|bfloat16|int64)$/.test(dtype) &&
    tensors.every((one) => one.dtype === dtype);
  if (!isOneDtype) throw unsupported(vm);
  if (inputs.length !== tensors.length)
    vm.raise('RuntimeError', 'einsum(): more subscripts or more operands');
  const sizes = new Map<string, Dimension>();
  tensors.forEach((tensor, i) => {
    const letters = inputs[i] ?? '';
    if (new Set(letters).size < letters.length) throw unsupported(vm);
    joinSizes(vm, sizes, letters, requireShape(vm, tensor));
  });
  const output = parsed[2] ?? impliedOutput(inputs);
  if (new Set(output).size < output.length)
    vm.raise('RuntimeError', 'einsum(): a subscript appears more than once in the output');
  const shape = Array.from(output, (letter) => {
    const size = sizes.get(letter);
    if (size === undefined) vm.raise('RuntimeError', `einsum(): ${letter} does not appear in an input`);
    return size;
  });
  return resultOf(
    vm,
    shape,
    dtype,
    tensors.some(({ requiresGrad }) => requiresGrad),
  );
}

/** The sizes of a tensor's letters with those before; a size of one goes with every other. */
function joinSizes(vm: Interpreter, sizes: Map<string, Dimension>, letters: string, shape: Shape): void {
  if (shape.length !== letters.length)
    vm.raise('RuntimeError', 'einsum(): the number of subscripts does not match the number of dimensions');
  shape.forEach((size, i) => {
    const letter = letters[i] ?? '';
    const known = sizes.get(letter);
    if (known === undefined || known === 1n) sizes.set(letter, size);
    else if (size !== 1n && !sameSize(known, size)) {
      if (typeof known !== 'bigint' || typeof size !== 'bigint')
        throw new UnknownOperand(vm.reason('symbolicOperation', 'einsum'));
      vm.raise('RuntimeError', `einsum(): ${letter} has size ${size}, and ${known} before`);
    }
  });
}

/** Without an arrow: the letters that appear once, in their order. */
function impliedOutput(inputs: readonly string[]): string {
  const all = inputs.join('');
  return Array.from(new Set(all))
    .filter((letter) => all.indexOf(letter) === all.lastIndexOf(letter))
    .sort()
    .join('');
}

function unsupported(vm: Interpreter): UnknownOperand {
  return new UnknownOperand(vm.reason('unsupported', 'torch.einsum'));
}
