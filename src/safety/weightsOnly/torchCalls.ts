import { isSequence } from './builtinCalls';
import type { Call } from './calls';
import type { Context } from './context';
import { badCall } from './outcome';
import { isInteger, iterate } from './python';
import { allocate, setRequiresGrad } from './tensors';
import { torchFacts } from './torchVersions';
import {
  Device,
  Float,
  Layout,
  type Named,
  Opaque,
  Size,
  Storage,
  Tensor,
  typeName,
  type Value,
} from './values';

/** The classes of torch that weights_only allows, and what names a layout. */
export const torchCalls: readonly (readonly [string, Call])[] = [
  ['torch.Size', size],
  ['torch.device', device],
  ['torch.Tensor', (args, context) => legacyTensor('torch.Tensor', 'float32', args, context)],
  ['tensorType', tensorOfType],
  ['torch.storage.UntypedStorage', untypedStorage],
  ['torch.storage.TypedStorage', typedStorage],
  ['torch.nn.parameter.Parameter', (args, context) => parameter(args, context)],
  ['torch.serialization._get_layout', layout],
];

function size(args: readonly Value[], context: Context): Value {
  if (args.length > 1) throw badCall('torch.Size', 'arguments', args.length);
  if (args.length === 0) return new Size([]);
  const items = iterate(args[0] as Value, context, 'torch.Size');
  if (items === null) return new Opaque('torch.Size');
  const lengths: (number | bigint)[] = [];
  for (const item of items) {
    if (item instanceof Opaque || item instanceof Tensor) {
      context.unsure('weightsOnly.opaque', 'torch.Size');
      return new Opaque('torch.Size');
    }
    const length = typeof item === 'boolean' ? Number(item) : item;
    if (!isInteger(length)) throw badCall('torch.Size', 'value', 'item', typeName(item));
    lengths.push(length);
  }
  return new Size(lengths);
}

function device(args: readonly Value[], context: Context): Value {
  const callee = 'torch.device';
  const [type, index] = args;
  if (args.some((value) => value instanceof Opaque)) {
    context.unsure('weightsOnly.opaque', callee);
    return new Opaque(callee);
  }
  if (args.length === 1 && type instanceof Device) return type;
  if (args.length === 1 && type !== undefined && isInteger(type)) {
    if (type < 0) throw badCall(callee, 'negative', 'index');
    // The accelerator's, if the machine has one.
    context.unsure('weightsOnly.device', Number(type));
    return new Opaque(callee);
  }
  if (typeof type !== 'string' || args.length > 2)
    throw badCall(callee, 'value', 'device', typeName(type ?? null));
  const parts = /^([a-z_]+)(:(0|[1-9]\d*))?$/.exec(type);
  const name = parts?.[1];
  if (name === undefined || !torchFacts.deviceTypes.has(name)) throw badCall(callee, 'value', 'device', type);
  if (index !== undefined && index !== null) {
    if (!isInteger(index)) throw badCall(callee, 'value', 'index', typeName(index));
    if (index < 0) throw badCall(callee, 'negative', 'index');
    if (parts?.[2] !== undefined) throw badCall(callee, 'value', 'index', Number(index));
  }
  // Its type is a byte; what is beyond depends on how it is cut.
  if (Number(parts?.[3] ?? index ?? 0) > 127) context.unsure('weightsOnly.device', type);
  return new Device(name);
}

function tensorOfType(args: readonly Value[], context: Context, { path, global }: Named): Value {
  if (path.startsWith('torch.cuda.')) {
    // Refused without CUDA.
    context.unsure('weightsOnly.device', path);
    return new Opaque('torch.Tensor');
  }
  if (path.startsWith('torch.sparse.')) {
    if (args.length > 0) {
      context.unsure('weightsOnly.notFollowed', path);
      return new Opaque('torch.Tensor');
    }
    return new Tensor(false, global.dtype ?? null, null, 'torch.sparse_coo');
  }
  return legacyTensor(path, global.dtype ?? null, args, context);
}

/** The constructors of old: sizes as integers, or one sequence of data. */
function legacyTensor(path: string, dtype: string | null, args: readonly Value[], context: Context): Value {
  const [first] = args;
  if (args.length === 0) return new Tensor(false, dtype, [0]);
  if (args.every(isInteger)) {
    let elements = 1;
    for (const length of args) {
      if (length < 0) throw badCall(path, 'negative', 'size');
      elements *= Number(length);
    }
    allocate(elements * 4, path, context);
    return new Tensor(false, dtype, args);
  }
  if (first instanceof Size && args.length === 1) return legacyTensor(path, dtype, first.items, context);
  const isNoData =
    first === null ||
    typeof first === 'boolean' ||
    typeof first === 'string' ||
    first instanceof Float ||
    first instanceof Device;
  if (args.length === 1 && isNoData) throw badCall(path, 'value', 'data', typeName(first ?? null));
  context.unsure('weightsOnly.notFollowed', path);
  const items = first !== undefined && isSequence(first) && args.length === 1;
  return items ? new Tensor(false, dtype, null) : new Opaque('torch.Tensor');
}

function untypedStorage(args: readonly Value[], context: Context): Value {
  const path = 'torch.storage.UntypedStorage';
  const [given] = args;
  if (given === undefined) return new Storage(null, 0, true);
  if (args.length === 1 && isInteger(given)) {
    if (given < 0) throw badCall(path, 'negative', 'size');
    return new Storage(null, allocate(Number(given), path, context), true);
  }
  const isNoData = given === null || typeof given === 'boolean' || given instanceof Float;
  if (args.length === 1 && isNoData && given !== null) throw badCall(path, 'value', 'size', typeName(given));
  context.unsure('weightsOnly.notFollowed', path);
  return new Opaque(path);
}

function typedStorage(args: readonly Value[], context: Context): Value {
  const path = 'torch.storage.TypedStorage';
  const [given] = args;
  if (given === undefined) return new Storage('float32', 0, true);
  if (args.length === 1 && isInteger(given) && given >= 0) {
    return new Storage('float32', allocate(Number(given) * 4, path, context), true);
  }
  if (args.length === 1 && (given === null || typeof given === 'string')) {
    throw badCall(path, 'value', 'data', typeName(given));
  }
  context.unsure('weightsOnly.notFollowed', path);
  return new Opaque(path);
}

/** `torch.nn.Parameter(data=None, requires_grad=True)`. */
export function parameter(args: readonly Value[], context: Context): Value {
  const path = 'torch.nn.Parameter';
  const [data = null, requiresGrad = true] = args;
  if (args.length > 2) throw badCall(path, 'arguments', args.length);
  if (data instanceof Opaque) {
    context.unsure('weightsOnly.opaque', path);
    return new Opaque('torch.nn.Parameter');
  }
  if (data !== null && !(data instanceof Tensor)) throw badCall(path, 'value', 'data', typeName(data));
  const dtype = data === null ? 'float32' : data.dtype;
  setRequiresGrad(requiresGrad, dtype, context, path);
  return new Tensor(true, dtype, data === null ? [0] : data.shape, data?.layout);
}

function layout(args: readonly Value[], context: Context): Value {
  const [name] = args;
  if (name instanceof Opaque) {
    context.unsure('weightsOnly.opaque', 'torch.serialization._get_layout');
    return new Opaque('torch.layout');
  }
  if (typeof name !== 'string' || !torchFacts.layouts.has(name)) {
    throw badCall(
      'torch.serialization._get_layout',
      'value',
      'name',
      typeof name === 'string' ? name : typeName(name ?? null),
    );
  }
  return new Layout(name);
}
