import type { Interpreter } from '../machine';
import { PyTensor, PyTuple, type Value } from '../values';
import { isFloating } from './dtypes';
import type { Shape } from './shapes';

/** The result of an operation; it requires gradients if an operand does and they are not switched off. */
export function resultOf(
  vm: Interpreter,
  shape: Shape,
  dtype: string | null,
  requiresGrad: boolean,
  device?: string,
): PyTensor {
  const differentiable = dtype === null || isFloating(dtype) || dtype.startsWith('complex');
  const result = new PyTensor(
    null,
    shape,
    dtype,
    requiresGrad && differentiable && vm.gradMode !== false,
    device,
  );
  if (result.requiresGrad) result.leaf = vm.gradMode === true ? false : vm.gradMode;
  return result;
}

/** Before a change in place of a tensor by values: torch refuses it for leaves that require gradients. */
export function changeInPlace(vm: Interpreter, tensor: PyTensor, values: Iterable<Value>): void {
  vm.touch(tensor);
  if (tensor.expanded) vm.mayRaise.push(vm.reason('unsupported', 'a change in place of what is expanded'));
  tensor.data = null;
  for (const other of tensor.sharing ?? []) {
    vm.touch(other);
    other.data = null;
  }
  if (vm.gradMode === false) return;
  if (tensor.requiresGrad && (tensor.leaf === true || tensor.leafView)) {
    if (vm.gradMode === true) {
      vm.raise('RuntimeError', 'a leaf Variable that requires grad is being used in an in-place operation.');
    }
    vm.mayRaise.push(vm.gradMode);
  }
  for (const value of values) {
    if (!(value instanceof PyTensor) || !value.requiresGrad) continue;
    tensor.requiresGrad = true;
    tensor.leaf = vm.gradMode === true ? false : vm.gradMode;
  }
}

/** Two tensors over the same elements: when one is changed in place, the other is. */
export function shareValues(a: PyTensor, b: PyTensor): void {
  if (a === b) return;
  a.sharing ??= [a];
  if (b.sharing === null) {
    a.sharing.push(b);
    b.sharing = a.sharing;
  } else if (b.sharing !== a.sharing) {
    for (const one of b.sharing) {
      a.sharing.push(one);
      one.sharing = a.sharing;
    }
  }
}

/** Marks what shares the elements of a tensor, and of a leaf that requires gradients as a view of it. */
export function markViews(of: PyTensor, views: Iterable<Value>): void {
  for (const view of views) if (view instanceof PyTensor) shareValues(of, view);
  if (!of.leafView && (of.leaf !== true || !of.requiresGrad)) return;
  for (const view of views) if (view instanceof PyTensor && view !== of) view.leafView = true;
}

/** What a function of the catalogue made of tensors that require gradients requires them too. */
export function markResult(
  vm: Interpreter,
  value: Value,
  args: readonly Value[],
  keywords: ReadonlyMap<string, Value>,
): void {
  if (vm.gradMode === false) return;
  const given = [...args, ...keywords.values()];
  if (!given.some((argument) => argument instanceof PyTensor && argument.requiresGrad)) return;
  for (const made of value instanceof PyTuple ? value.items : [value]) {
    if (!(made instanceof PyTensor) || made.requiresGrad || given.includes(made)) continue;
    if (made.dtype !== null && !isFloating(made.dtype)) continue;
    made.requiresGrad = true;
    made.leaf = vm.gradMode === true ? false : vm.gradMode;
  }
}
