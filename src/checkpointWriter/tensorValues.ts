import { CheckpointError } from '../checkpointError';
import { Op } from '../pickle/opcodes';
import { PyGlobal, PyObject, PyPersistentId, type Value } from '../pickle/values';
import { dtypeBits } from '../stateDict/dtypes';
import type { TensorOrigin } from '../stateDict/rearrangement';
import type { StateDict } from '../stateDict/stateDict';
import { isContiguous } from '../stateDict/storageUse';
import { contiguousStride, elementCount, type Integer, type TensorSpec } from '../stateDict/tensorSpec';
import { storageClass } from '../torchNames/storageTypes';
import type { StoragePart, StorageTable } from './storageTable';

const orderedDictClass = new PyGlobal('collections', 'OrderedDict', 0);
const rebuildTensor = new PyGlobal('torch._utils', '_rebuild_tensor_v2', 0);
const rebuildTensorOfDtype = new PyGlobal('torch._utils', '_rebuild_tensor_v3', 0);

/** `collections.OrderedDict()`. */
export function orderedDict(): PyObject {
  return new PyObject(orderedDictClass, [], Op.REDUCE, 0);
}

/** Tensors as the calls that torch writes for them. */
export class TensorValues {
  /** Ids that are as they are to be written. */
  readonly ids = new Set<PyPersistentId>();
  private readonly dtypes = new Map<string, PyGlobal>();

  constructor(
    private readonly storages: StorageTable,
    private readonly stateDict: StateDict,
  ) {}

  /** @throws CheckpointError `writing.notPlain` for a tensor that is no plain bytes */
  value(from: TensorOrigin): Value {
    if (from.type === 'join') return this.joined(from.keys);
    const tensor = this.plain(from.key);
    const { shape, stride } = tensor;
    if (from.type === 'entry') return this.view(tensor, shape, stride, tensor.storageOffset);
    const step = stride[0] ?? 0;
    if (shape.length === 0 || from.start < 0 || from.start + from.length > Number(shape[0]))
      throw new CheckpointError('writing.notPlain', [from.key]);
    const offset = Number(tensor.storageOffset) + from.start * Number(step);
    return this.view(tensor, [from.length, ...shape.slice(1)], stride, offset);
  }

  private view(
    { dtype, storage }: PlainSpec,
    shape: readonly Integer[],
    stride: readonly Integer[],
    offset: Integer,
  ): Value {
    return this.rebuilt(this.storages.id(storage, dtype), dtype, shape, stride, offset);
  }

  private joined(keys: readonly string[]): Value {
    const tensors = keys.map((key) => this.plain(key));
    const [first] = tensors;
    if (first === undefined || first.shape.length === 0)
      throw new CheckpointError('writing.notPlain', [keys[0] ?? '']);
    const parts = tensors.map((tensor, i): StoragePart => {
      const { shape, stride, dtype, storage } = tensor;
      const bits = dtypeBits(dtype) ?? 0;
      const rest = shape.slice(1).join();
      if (dtype !== first.dtype || rest !== first.shape.slice(1).join() || !isContiguous(shape, stride))
        throw new CheckpointError('writing.notPlain', [keys[i] ?? '']);
      const offset = (Number(tensor.storageOffset) * bits) / 8;
      return { storage, offset, length: (Number(elementCount(shape)) * bits) / 8 };
    });
    const rows = tensors.reduce((sum, { shape }) => sum + Number(shape[0]), 0);
    const shape = [rows, ...first.shape.slice(1)];
    return this.rebuilt(
      this.storages.joined(parts, first.dtype),
      first.dtype,
      shape,
      contiguousStride(shape),
      0,
    );
  }

  private rebuilt(
    id: Value,
    dtype: string,
    shape: readonly Integer[],
    stride: readonly Integer[],
    offset: Integer,
  ): Value {
    const persistent = new PyPersistentId(id, 0);
    this.ids.add(persistent);
    const args: Value[] = [persistent, offset, shape, stride, false, orderedDict()];
    if (storageClass(dtype) !== null) return new PyObject(rebuildTensor, args, Op.REDUCE, 0);
    return new PyObject(rebuildTensorOfDtype, [...args, this.dtypeNamed(dtype)], Op.REDUCE, 0);
  }

  private plain(key: string): PlainSpec {
    const tensor = this.stateDict.entries.get(key)?.tensor ?? null;
    if (tensor === null || !isPlain(tensor)) throw new CheckpointError('writing.notPlain', [key]);
    return tensor;
  }

  private dtypeNamed(dtype: string): PyGlobal {
    let found = this.dtypes.get(dtype);
    if (found === undefined) {
      found = new PyGlobal('torch', dtype, 0);
      this.dtypes.set(dtype, found);
    }
    return found;
  }
}

type PlainSpec = TensorSpec & {
  readonly [Name in 'shape' | 'stride' | 'storage' | 'storageOffset']: NonNullable<TensorSpec[Name]>;
};

/** Strided elements in a storage: not sparse, not quantized, not a tensor made of others. */
function isPlain(tensor: TensorSpec): tensor is PlainSpec {
  const { layout, shape, stride, storage, storageOffset, parts, dtype } = tensor;
  return (
    layout === 'strided' &&
    shape !== null &&
    stride !== null &&
    storage !== null &&
    storageOffset !== null &&
    parts.length === 0 &&
    dtypeBits(dtype) !== null &&
    !/^qu?int/.test(dtype)
  );
}
