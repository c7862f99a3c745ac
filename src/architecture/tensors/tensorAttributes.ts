import { UnknownOperand } from '../errors';
import { type Interpreter, nativeOfAny, unknownReason } from '../machine';
import { PyBound, PyClass, PyDict, PyNative, PyTensor, PyUnknown, type Value } from '../values';
import { lookup } from '../types';
import { dtypeObject, isFloating } from './dtypes';
import { markViews, resultOf, shareValues } from './gradients';
import { transposed } from './rearranging';
import { requireShape, sizeTuple } from './shapes';
import { TENSOR_METHODS } from './methods';

/** The dtype of the parts of complex numbers. */
const REAL_DTYPES: Readonly<Record<string, string>> = {
  complex32: 'float16',
  complex64: 'float32',
  complex128: 'float64',
};

/** Attributes of a tensor that are not on a Python class; undefined for those of its class. */
export function tensorAttribute(vm: Interpreter, tensor: PyTensor, name: string): Value | undefined {
  const own = tensor.attributes?.get(name);
  if (own !== undefined) return own;
  switch (name) {
    case 'shape':
      return sizeTuple(vm, requireShape(vm, tensor));
    case 'ndim':
      return BigInt(requireShape(vm, tensor).length);
    case 'dtype':
      if (tensor.dtype === null) throw new UnknownOperand(tensor.shapeReason ?? vm.reason('dtype', ''));
      return dtypeObject(vm, tensor.dtype);
    case 'requires_grad':
      return tensor.requiresGrad;
    case 'grad_fn':
      return tensor.leaf === true ? null : vm.unknown('unsupported', 'grad_fn');
    case 'grad':
    case 'names':
      return null;
    case 'is_leaf':
      return typeof tensor.leaf === 'boolean' ? tensor.leaf : new PyUnknown(tensor.leaf, vm.class('bool'));
    case 'is_cuda':
    case 'is_sparse':
    case 'is_quantized':
    case 'is_meta':
    case 'is_mkldnn':
      return false;
    case 'device':
      return vm.unknown('device', '');
    case 'layout':
    case 'H':
    case 'mH':
    case 'itemsize':
    case 'nbytes':
    case 'is_cpu':
    case 'is_nested':
    case 'output_nr':
      return vm.unknown('unsupported', name);
    case 'data': {
      const view = new PyTensor(null, tensor.shape, tensor.dtype, false, tensor.device);
      view.data = tensor.data;
      view.shapeReason = tensor.shapeReason;
      view.taint = tensor.taint;
      view.strided = tensor.strided;
      shareValues(tensor, view);
      return view;
    }
    case 'T':
    case 'mT': {
      const made = transposed(vm, tensor, name === 'mT');
      markViews(tensor, [made]);
      if (made instanceof PyTensor) made.strided = true;
      return made;
    }
    case 'real':
    case 'imag': {
      const dtype = REAL_DTYPES[tensor.dtype ?? ''];
      if (dtype === undefined) {
        if (tensor.dtype === null) throw new UnknownOperand(tensor.shapeReason ?? vm.reason('dtype', ''));
        if (name === 'real') return tensor;
        vm.raise('RuntimeError', 'imag is only there for tensors of complex dtype');
      }
      const part = resultOf(vm, requireShape(vm, tensor), dtype, tensor.requiresGrad);
      markViews(tensor, [part]);
      return part;
    }
    case '__dict__':
      tensor.attributes ??= new PyDict();
      return tensor.attributes;
    case '__class__':
      return tensor.cls ?? vm.class('Tensor');
  }
  if (tensor.cls !== null && tensor.cls.place !== null) {
    // What the class says itself comes before torch's methods.
    const found = lookup(vm, tensor.cls, name);
    if (found !== undefined && !(found instanceof PyNative)) return undefined;
  }
  const method = TENSOR_METHODS[name];
  if (method !== undefined) {
    return new PyBound(
      nativeOfAny(name, (context, args, keywords) => {
        try {
          return method(context, tensor, args.slice(1), keywords);
        } catch (error) {
          if (error instanceof UnknownOperand) return new PyUnknown(error.reason, context.class('Tensor'));
          throw error;
        }
      }),
      tensor,
    );
  }
  if (name.startsWith('__') || lookup(vm, tensor.cls ?? vm.class('Tensor'), name) !== undefined)
    return undefined;
  if (!KNOWN_NAMES.has(name)) {
    // A method of torch that is not followed, or an attribute that does not exist: not known.
    return nativeOfAny(name, (context) => {
      if (name.endsWith('_')) {
        context.touch(tensor);
        tensor.taint ??= context.reason('tensorMethod', name);
      }
      return new PyUnknown(context.reason('tensorMethod', name));
    });
  }
  return undefined;
}

/** Attributes that tensors certainly do not have unless they are set. */
const KNOWN_NAMES: ReadonlySet<string> = new Set([
  'ds_id',
  'weight',
  '_is_hf_initialized',
  'shared',
  'persistent',
  'optim_mode',
  'main_grad',
  '_no_weight_decay',
  'tag',
]);

export function setTensorAttribute(vm: Interpreter, tensor: PyTensor, name: string, value: Value): void {
  vm.touch(tensor);
  const reason = unknownReason(value);
  switch (name) {
    case 'requires_grad':
      if (
        value === true &&
        tensor.dtype !== null &&
        !isFloating(tensor.dtype) &&
        !tensor.dtype.startsWith('complex')
      ) {
        vm.raise('RuntimeError', 'only Tensors of floating point dtype can require gradients');
      }
      if (typeof value === 'boolean') tensor.requiresGrad = value;
      return;
    case 'data':
      if (value instanceof PyTensor) {
        tensor.shape = value.shape;
        tensor.dtype = value.dtype;
        tensor.data = value.data;
        tensor.strided = value.strided;
        shareValues(tensor, value);
        tensor.shapeReason = value.shapeReason;
        tensor.taint ??= value.taint;
      } else {
        tensor.shape = null;
        tensor.dtype = null;
        tensor.data = null;
        tensor.shapeReason = reason ?? vm.reason('unsupported', 'data');
      }
      return;
    case 'grad':
      return;
    case '__class__':
      if (value instanceof PyClass) tensor.cls = value;
      else tensor.taint ??= reason ?? vm.reason('unsupported', '__class__');
      return;
    default:
      tensor.attributes ??= new PyDict();
      vm.touch(tensor.attributes);
      tensor.attributes.set(name, value);
  }
}
