import type { TensorCallForm } from '../pickle/tensorCall';
import { TensorForm } from '../stateDict/tensorForm';
import { storageDtype } from '../torchNames/storageTypes';
import { globalName } from './callee';
import { StorageForm } from './fileStorage';
import { sizes } from './shapes';

/** What a form of tensor calls means in torch; looked at once for all its calls. */
export class CallForm {
  /** Null where the id names no storage. */
  readonly storage: StorageForm | null;
  /** Null where the call makes no plain tensor. */
  readonly tensor: TensorForm | null;

  /** @param source the shard that the stream was read from, null for the opened file */
  constructor(form: TensorCallForm, source: string | null) {
    const { storageClass, storageSize, location } = form;
    const dtype = storageDtype(storageClass.module, storageClass.name);
    const isStorage = form.tag === 'storage' && dtype !== undefined && storageSize >= 0;
    this.storage = isStorage ? new StorageForm(dtype, storageSize, location, source) : null;
    this.tensor = this.storage === null ? null : tensorForm(form, this.storage.dtype);
  }
}

/** The function that makes plain tensors. */
export const plainRebuild = 'torch._utils._rebuild_tensor_v2';

function tensorForm(form: TensorCallForm, dtype: string | null): TensorForm | null {
  const shape = sizes(form.shape);
  const stride = sizes(form.stride);
  if (globalName(form.callee) !== plainRebuild || shape === null || stride === null) return null;
  if (shape.length !== stride.length) return null;
  return new TensorForm(dtype ?? 'uint8', shape, stride, form.requiresGrad);
}
