import type { Interpreter } from '../machine';
import { PyTensor, type Value } from '../values';
import { UnknownOperand } from '../errors';
import { categoryOf } from './dtypes';
import { shareValues } from './gradients';
import { elements, requireShape } from './shapes';
import { PySymbol } from '../values';

/** The slices along the first dimension. */
export function tensorItems(vm: Interpreter, tensor: PyTensor): Value[] {
  const shape = requireShape(vm, tensor);
  const [first, ...rest] = shape;
  if (first === undefined) vm.raise('TypeError', 'iteration over a 0-d tensor');
  if (first instanceof PySymbol) throw new UnknownOperand(vm.reason('symbolicOperation', 'iteration'));
  const count = vm.checkSize(first);
  const size = elements(rest);
  const items: Value[] = [];
  for (let i = 0; i < count; i++) {
    const item = new PyTensor(null, rest, tensor.dtype);
    if (tensor.data !== null && typeof size === 'bigint') {
      item.data = tensor.data.slice(i * Number(size), (i + 1) * Number(size));
    }
    shareValues(tensor, item);
    items.push(item);
  }
  return items;
}

/** The name of the class of a tensor's elements in Python. */
export function scalarClass({ dtype }: PyTensor): string {
  const kinds = ['bool', 'int', 'float', 'complex'];
  return dtype === null ? 'object' : (kinds[categoryOf(dtype)] ?? 'object');
}

/** `tolist()`: nested lists of Python scalars. */
export function nestedList(vm: Interpreter, tensor: PyTensor, list: (items: Value[]) => Value): Value {
  const shape = requireShape(vm, tensor);
  if (tensor.data === null) {
    const count = elements(shape);
    if (shape.length === 1 && typeof count === 'bigint') {
      const upper = vm.class(scalarClass(tensor));
      return list(Array.from({ length: vm.checkSize(count) }, () => vm.unknown('tensorValue', '', upper)));
    }
    throw new UnknownOperand(vm.reason('tensorValue', 'tolist'));
  }
  if (shape.length === 0) return tensor.data[0] ?? null;
  return list(
    tensorItems(vm, tensor).map((item) => (item instanceof PyTensor ? nestedList(vm, item, list) : item)),
  );
}
