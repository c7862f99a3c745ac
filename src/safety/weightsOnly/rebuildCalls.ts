import { callNamed, type Call } from './calls';
import type { Context } from './context';
import { badCall } from './outcome';
import { classPath, isInteger, iterate, sequence, truth } from './python';
import {
  integers,
  itemBytes,
  requireDtype,
  setAttributes,
  setMetadata,
  setRequiresGrad,
  setView,
} from './tensors';
import { parameter } from './torchCalls';
import { isTuple, Layout, Named, Opaque, Storage, Tensor, typeName, type Value } from './values';

const utils = 'torch._utils.';

/** `torch._utils._rebuild_*` and `torch._tensor._rebuild_from_type_v2`, by which tensors are saved. */
export const rebuildCalls: readonly (readonly [string, Call])[] = [
  [`${utils}_rebuild_tensor`, rebuildTensor],
  [`${utils}_rebuild_tensor_v2`, rebuildTensor],
  [`${utils}_rebuild_tensor_v3`, rebuildTensorV3],
  [`${utils}_rebuild_qtensor`, rebuildQuantized],
  [`${utils}_rebuild_parameter`, rebuildParameter],
  [`${utils}_rebuild_parameter_with_state`, rebuildParameter],
  [`${utils}_rebuild_meta_tensor_no_storage`, rebuildMeta],
  [`${utils}_rebuild_sparse_tensor`, rebuildSparse],
  [`${utils}_rebuild_device_tensor_from_cpu_tensor`, rebuildFromTensor],
  [`${utils}_rebuild_device_tensor_from_numpy`, rebuildFromArray],
  ['torch._tensor._rebuild_from_type_v2', rebuildFromType],
];

/** A typed storage; null where it is not known. */
function requireStorage(value: Value, context: Context, callee: string): Storage | null {
  if (value instanceof Storage && value.dtype !== null) return value;
  const isOpaque =
    value instanceof Opaque && (value.pythonType === null || value.pythonType.includes('Storage'));
  if (!isOpaque) throw badCall(callee, 'value', 'storage', typeName(value));
  context.unsure('weightsOnly.opaque', callee);
  return null;
}

/** (storage, offset, size, stride), and for v2 (requires_grad, hooks, metadata). Hooks may be anything. */
function rebuildTensor(args: readonly Value[], context: Context, { path }: Named): Value {
  const [given = null, offset = null, size = null, stride = null] = args;
  const [, , , , requiresGrad = false, , metadata = null] = args;
  const storage = requireStorage(given, context, path);
  if (storage === null) return new Opaque('torch.Tensor');
  const shape = setView(storage, itemBytes(storage.dtype), [offset, size, stride], context, path);
  setRequiresGrad(requiresGrad, storage.dtype, context, path);
  setMetadata(metadata, storage.dtype, context, path);
  return new Tensor(false, storage.dtype, shape);
}

function rebuildTensorV3(args: readonly Value[], context: Context, { path }: Named): Value {
  const [given = null, offset = null, size = null, stride = null, requiresGrad = null] = args;
  const [, , , , , , type = null, metadata = null] = args;
  const storage = requireStorage(given, context, path);
  const dtype = requireDtype(type, context, path);
  if (requiresGrad === null) context.unsure('weightsOnly.opaque', path);
  else setRequiresGrad(requiresGrad, dtype, context, path);
  // The empty tensor that requires gradients is changed in place, which torch forbids.
  if (requiresGrad === true) throw badCall(path, 'value', 'requires_grad', 'True');
  if (storage === null) return new Opaque('torch.Tensor');
  const shape = setView(storage, itemBytes(dtype), [offset, size, stride], context, path);
  setMetadata(metadata, dtype, context, path);
  return new Tensor(false, dtype, shape);
}

/** (storage, offset, size, stride, quantizer, requires_grad, hooks). */
function rebuildQuantized(args: readonly Value[], context: Context, { path }: Named): Value {
  const [given = null, offset = null, size = null, stride = null, quantizer = null, requiresGrad = null] =
    args;
  const storage = requireStorage(given, context, path);
  const parts = iterate(quantizer, context, path);
  if (storage === null || parts === null) return new Opaque('torch.Tensor');
  const scheme = parts[0];
  if (scheme === undefined) throw badCall(path, 'parts', 'quantizer_params', 0, 3);
  const schemeName = scheme instanceof Named ? scheme.path : '';
  const isPerTensor = schemeName === 'torch.per_tensor_affine';
  const isPerChannel = /^torch\.per_channel_affine(_float_qparams)?$/.test(schemeName);
  if (!isPerTensor && !isPerChannel) {
    if (scheme instanceof Opaque) context.unsure('weightsOnly.opaque', path);
    else throw badCall(path, 'value', 'qscheme', schemeName || typeName(scheme));
  }
  const expected = isPerTensor ? 3 : 4;
  if (parts.length !== expected) throw badCall(path, 'parts', 'quantizer_params', parts.length, expected);
  if (storage.dtype !== null && !/^qu?int/.test(storage.dtype))
    throw badCall(path, 'value', 'dtype', storage.dtype);
  // A tensor of its size is made first, with the quantizer's numbers.
  const lengths = integers(size, context, path, 'size');
  if (lengths === null) return new Opaque('torch.Tensor');
  if (isPerChannel) checkChannels(parts, lengths, context, path);
  else if (!isScale(parts[1] as Value) || !isInteger(parts[2] as Value))
    context.unsure('weightsOnly.opaque', path);
  const shape = setView(storage, itemBytes(storage.dtype), [offset, size, stride], context, path);
  setRequiresGrad(requiresGrad ?? null, storage.dtype, context, path);
  return new Tensor(false, storage.dtype, shape);
}

function isScale(value: Value): boolean {
  return typeName(value) === 'float' || isInteger(value);
}

function checkChannels(
  [, scales = null, zeroPoints = null, axis = null]: readonly Value[],
  lengths: readonly (number | bigint)[],
  context: Context,
  callee: string,
): void {
  const isChecked = context.rule('quantizedChecked');
  const isAxis = isInteger(axis) && axis >= 0 && axis < lengths.length;
  if (isChecked && isInteger(axis) && !isAxis) throw badCall(callee, 'value', 'axis', Number(axis));
  const wanted = isAxis ? lengths[Number(axis)] : undefined;
  for (const points of [scales, zeroPoints]) {
    const count = points instanceof Tensor && points.shape?.length === 1 ? points.shape[0] : undefined;
    if (wanted === undefined || count === undefined) context.unsure('weightsOnly.opaque', callee);
    else if (isChecked && count !== wanted)
      throw badCall(callee, 'parts', 'scales', Number(count), Number(wanted));
    else if (count !== wanted) context.unsure('weightsOnly.opaque', callee);
  }
}

/** (data, requires_grad, hooks), and perhaps a state that is set as attributes. */
function rebuildParameter(args: readonly Value[], context: Context, { path }: Named): Value {
  const [data = null, requiresGrad = null, , state] = args;
  const made = parameter([data, requiresGrad], context);
  if (state !== undefined) setObjectState(state, context, path);
  return made;
}

/** `torch._utils._set_obj_state`: a dict, or a dict and one of slots. */
function setObjectState(state: Value, context: Context, callee: string): void {
  if (state instanceof Opaque) return context.unsure('weightsOnly.opaque', callee);
  if (isTuple(state) && state.length !== 2) throw badCall(callee, 'parts', 'state', state.length, 2);
  for (const part of isTuple(state) ? state : [state]) setAttributes(part, context, callee);
}

/** (dtype, size, stride, requires_grad): `torch.empty_strided` on the meta device. */
function rebuildMeta(args: readonly Value[], context: Context, { path }: Named): Value {
  const [type = null, size = null, stride = null, requiresGrad = null] = args;
  const dtype = requireDtype(type, context, path);
  const shape = integers(size, context, path, 'size');
  const steps = integers(stride, context, path, 'stride');
  if (shape !== null && steps !== null) {
    if (shape.length !== steps.length) {
      throw badCall(path, 'parts', 'stride', steps.length, shape.length);
    }
    if (shape.some((length) => length < 0)) throw badCall(path, 'negative', 'size');
    // Strides of a tensor without storage are hardly looked at.
    if (steps.some((step) => step < 0) || shape.some((length) => length > 2 ** 40)) {
      context.unsure('weightsOnly.notFollowed', path);
    }
  }
  if (requiresGrad === null) context.unsure('weightsOnly.opaque', path);
  else setRequiresGrad(requiresGrad, dtype, context, path);
  return new Tensor(false, dtype, shape);
}

/** (layout, (indices, values, size[, is_coalesced])) or the four parts of a compressed one. */
function rebuildSparse(args: readonly Value[], context: Context, { path }: Named): Value {
  const [layout = null, data = null] = args;
  const parts = sequence(data);
  if (!(layout instanceof Layout) || parts === undefined) {
    if (layout instanceof Layout || layout instanceof Opaque) {
      if (data instanceof Opaque || data instanceof Tensor || parts !== undefined) {
        context.unsure('weightsOnly.notFollowed', path);
        return new Opaque('torch.Tensor');
      }
      throw badCall(path, 'value', 'data', typeName(data));
    }
    throw badCall(path, 'value', 'layout', typeName(layout));
  }
  if (!/^torch\.sparse_/.test(layout.name)) throw badCall(path, 'value', 'layout', layout.name);
  const isCoordinates = layout.name === 'torch.sparse_coo';
  const isCount = isCoordinates ? parts.length === 3 || parts.length === 4 : parts.length === 4;
  if (!isCount) throw badCall(path, 'parts', 'data', parts.length, 4);
  const size = parts[isCoordinates ? 2 : 3] ?? null;
  const values = parts[isCoordinates ? 1 : 2] ?? null;
  const isKnown = isCoordinates ? isConsistent(parts[0] ?? null, values, size) : isCompressed(parts);
  // Where indices are checked against the size, the numbers decide, and they are data.
  if (!isKnown || context.rule('sparseChecked')) context.unsure('weightsOnly.notFollowed', path);
  return new Tensor(false, values instanceof Tensor ? values.dtype : null, null, layout.name);
}

/** Whether `torch.sparse_compressed_tensor` takes these parts for certain: two rows of indices, values for each. */
function isCompressed([outer = null, inner = null, values = null, size = null]: readonly Value[]): boolean {
  if (!(outer instanceof Tensor) || !(inner instanceof Tensor) || !(values instanceof Tensor)) return false;
  return (
    outer.dtype === inner.dtype &&
    /^int(32|64)$/.test(outer.dtype ?? '') &&
    outer.shape?.length === 1 &&
    inner.shape?.length === 1 &&
    values.shape !== null &&
    (values.shape.length === 1 || values.shape.length === 3) &&
    values.shape[0] === inner.shape[0] &&
    sequence(size)?.length === 2
  );
}

/** Whether `torch.sparse_coo_tensor` takes these shapes: indices (ndim, nnz), values (nnz, …). */
function isConsistent(indices: Value, values: Value, size: Value): boolean {
  if (!(indices instanceof Tensor) || !(values instanceof Tensor)) return false;
  const [dimensions, count] = indices.shape ?? [];
  const lengths = sequence(size);
  return (
    indices.dtype === 'int64' &&
    indices.shape?.length === 2 &&
    values.shape !== null &&
    lengths !== undefined &&
    values.shape[0] === count &&
    lengths.length === Number(dimensions) + values.shape.length - 1 &&
    values.shape.slice(1).every((length, i) => length === lengths[Number(dimensions) + i])
  );
}

/** (data, dtype, device, requires_grad): a tensor that goes to its device by way of the CPU. */
function rebuildFromTensor(args: readonly Value[], context: Context, { path }: Named): Value {
  const [data = null, type = null, device = null, requiresGrad = null] = args;
  if (!(data instanceof Tensor) && !(data instanceof Opaque))
    throw badCall(path, 'value', 'data', typeName(data));
  if (data instanceof Opaque || device !== 'cpu' || typeof requiresGrad !== 'boolean' || type === null) {
    context.unsure('weightsOnly.notFollowed', path);
    return new Opaque('torch.Tensor');
  }
  const dtype = requireDtype(type, context, path);
  setRequiresGrad(requiresGrad, dtype, context, path);
  return new Tensor(false, dtype, data.shape, data.layout);
}

/** Arrays of numpy cannot be made under weights_only; nothing else is one. */
function rebuildFromArray(args: readonly Value[], context: Context, { path }: Named): Value {
  const [data = null] = args;
  if (!(data instanceof Opaque)) throw badCall(path, 'value', 'data', typeName(data));
  context.unsure('weightsOnly.opaque', path);
  return new Opaque('torch.Tensor');
}

/** (function, type, arguments, state): what is called is not looked at; only globals that are allowed exist. */
function rebuildFromType(args: readonly Value[], context: Context, { path }: Named): Value {
  const [callee = null, type = null, given = null, state = null] = args;
  if (!(callee instanceof Named)) {
    if (!(callee instanceof Opaque)) throw badCall(path, 'value', 'func', typeName(callee));
    context.unsure('weightsOnly.opaque', path);
    return new Opaque();
  }
  if (['dtype', 'qscheme', 'storageType'].includes(callee.global.kind))
    throw badCall(path, 'value', 'func', callee.path);
  const items = iterate(given, context, path);
  if (items === null) return new Opaque();
  const made = callNamed(callee, items, context);
  if (!(made instanceof Tensor)) {
    context.unsure('weightsOnly.notFollowed', path);
    return made;
  }
  const wanted = classPath(type);
  const isParameter = wanted === 'torch.nn.parameter.Parameter';
  if (!isParameter && wanted !== 'torch.Tensor') {
    if (type instanceof Opaque) context.unsure('weightsOnly.opaque', path);
    else if (wanted === null) throw badCall(path, 'value', 'type', typeName(type));
    else context.unsure('weightsOnly.notFollowed', path);
  }
  // A parameter has a __setstate__ of Tensor's own, which is not called; attributes are set.
  if (truth(state) !== false) setObjectState(state, context, path);
  return new Tensor(isParameter, made.dtype, made.shape, made.layout);
}
