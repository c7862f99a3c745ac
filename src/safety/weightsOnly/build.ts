import type { Context } from './context';
import { badCall, Refused } from './outcome';
import { iterate, pairs, truth } from './python';
import { itemBytes, setRequiresGrad, setView } from './tensors';
import { Dict, Opaque, Storage, Tensor, isTuple, typeName, type Value } from './values';

/** Types whose objects have a `__dict__` that BUILD fills. */
const withAttributes = new Set([
  'collections.Counter',
  'torch.storage.TypedStorage',
  'torch.storage.UntypedStorage',
]);
/** Types that weights_only allows and whose objects have none: a state that is not empty raises. */
const withoutAttributes = new Set(['set', 'bytearray', 'complex', 'torch.Size', 'torch.device']);

/**
 * BUILD: `target.set_(*state)` for a tensor, `__setstate__` for a parameter, attributes for everything else that
 * is allowed.
 * @throws Refused where torch raises
 */
export function build(target: Value, state: Value, context: Context): void {
  if (target instanceof Tensor) {
    if (target.isParameter) setParameterState(target, state, context);
    else setTensor(target, state, context);
    return;
  }
  const type = typeName(target);
  if (type === null) return context.unsure('weightsOnly.opaque', 'BUILD');
  if (type === 'collections.OrderedDict') {
    pairs(state, context, 'OrderedDict.__dict__.update');
    return;
  }
  const isTensor = target instanceof Opaque && (type === 'torch.Tensor' || type === 'torch.nn.Parameter');
  if (isTensor) return context.unsure('weightsOnly.opaque', 'BUILD');
  const isAllowed = withAttributes.has(type) || withoutAttributes.has(type);
  if (!isAllowed || context.rule('builds') === 'tensors') throw new Refused('weightsOnly.build', [type]);
  setState(type, state, context);
}

/** As pickle's own BUILD: `__dict__.update`, then `setattr` for each slot. */
function setState(type: string, state: Value, context: Context): void {
  const [attributes, slots] = isTuple(state) && state.length === 2 ? state : [state, null];
  for (const part of [attributes ?? null, slots ?? null]) {
    const given = truth(part);
    if (given === null) context.unsure('weightsOnly.opaque', 'BUILD');
    if (given !== true) continue;
    if (withoutAttributes.has(type)) throw badCall('BUILD', 'noAttributes', type);
    if (part === slots && !(part instanceof Dict)) throw badCall('BUILD', 'value', 'state', typeName(part));
    pairs(part, context, 'BUILD');
    // An attribute of that name may be a descriptor.
    if (part === slots) context.unsure('weightsOnly.notFollowed', 'BUILD');
  }
}

/** `set_()`, `set_(tensor)`, `set_(storage)`, `set_(storage, offset, size[, stride])`. */
function setTensor(target: Tensor, state: Value, context: Context): void {
  const parts = iterate(state, context, 'Tensor.set_');
  if (parts === null || parts.length === 0) return;
  const [first = null, offset = null, size = null, stride = []] = parts;
  if (parts.length > 4 || parts.length === 2) throw badCall('Tensor.set_', 'arguments', parts.length);
  if (first instanceof Storage) {
    if (parts.length > 1) {
      if (first.dtype !== null && target.dtype !== null && first.dtype !== target.dtype) {
        throw badCall('Tensor.set_', 'value', 'storage', first.dtype);
      }
      setView(first, itemBytes(target.dtype), [offset, size, stride], context, 'Tensor.set_');
    } else context.unsure('weightsOnly.notFollowed', 'Tensor.set_');
    return;
  }
  if (first instanceof Tensor || first instanceof Opaque)
    return context.unsure('weightsOnly.notFollowed', 'Tensor.set_');
  throw badCall('Tensor.set_', 'value', 'source', typeName(first));
}

/** `Tensor.__setstate__`: four parts are a tensor's, five a variable's of old, three a parameter's. */
function setParameterState(target: Tensor, state: Value, context: Context): void {
  const callee = 'Parameter.__setstate__';
  const parts = iterate(state, context, callee);
  if (parts === null) return;
  if (parts.length === 4 || parts.length === 5) return context.unsure('weightsOnly.notFollowed', callee);
  if (parts.length !== 3) throw badCall(callee, 'parts', 'state', parts.length, 3);
  setRequiresGrad(parts[0] as Value, target.dtype, context, callee);
}
