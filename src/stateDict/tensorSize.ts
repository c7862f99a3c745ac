import { dtypeBytes } from './dtypes';
import type { Integer, TensorSpec } from './tensorSpec';
import { addIntegers, elementCount } from './tensorSpec';

/**
 * Elements of a tensor: the product of its shape. For one without a shape (a nested tensor) the elements of
 * its values; null where nothing says.
 */
export function tensorElements(tensor: TensorSpec): Integer | null {
  if (tensor.shape !== null) return elementCount(tensor.shape);
  const values = valuesOf(tensor);
  return values === null ? null : elementCount(values.shape);
}

/**
 * Bytes that the tensor's elements take. Of a composite tensor (sparse, quantized per channel, nested) those
 * of its parts together with its own; null where the dtype or the shape is not known.
 */
export function tensorBytes(tensor: TensorSpec): Integer | null {
  let bytes: Integer | null = 0;
  // A sparse tensor has a shape but no elements of its own: what it holds are its parts.
  if (tensor.storage !== null || tensor.parts.length === 0) bytes = ownBytes(tensor);
  for (const part of tensor.parts) {
    const partBytes = tensorBytesOfPart(part.tensor);
    bytes = bytes === null || partBytes === null ? null : addIntegers(bytes, partBytes);
  }
  return bytes;
}

function ownBytes(tensor: TensorSpec): Integer | null {
  const elements = tensorElements(tensor);
  return elements === null ? null : dtypeBytes(tensor.dtype, elements);
}

/** Parts are plain tensors; parts of parts do not exist in torch, and are not followed here. */
function tensorBytesOfPart(part: TensorSpec): Integer | null {
  return ownBytes(part);
}

function valuesOf(tensor: TensorSpec): TensorSpec | null {
  for (const part of tensor.parts) {
    if (part.name === 'values' || part.name === 'buffer') return part.tensor;
  }
  return null;
}
