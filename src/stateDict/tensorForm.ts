import { dtypeBytes } from './dtypes';
import { isContiguous } from './storageUse';
import { elementCount, type Integer } from './tensorSpec';

/** What strided tensors that differ only in where their data is have in common, computed once for all. */
export class TensorForm {
  /** Product of the shape. */
  readonly elements: Integer;
  /** Bytes that the elements take, null for a dtype that is not known. */
  readonly bytes: Integer | null;
  readonly isContiguous: boolean;

  constructor(
    readonly dtype: string,
    readonly shape: readonly Integer[],
    readonly stride: readonly Integer[],
    readonly requiresGrad: boolean,
  ) {
    this.elements = elementCount(shape) ?? 0;
    this.bytes = dtypeBytes(dtype, this.elements);
    this.isContiguous = isContiguous(shape, stride);
  }
}
