import { isTuple, PyDict, PyGlobal, PyObject, PyPersistentId, type Value } from '../pickle/values';
import { TensorForm } from '../stateDict/tensorForm';
import { dtypeOfName } from '../torchNames/torchValues';
import {
  contiguousStride,
  type Layout,
  type StorageSpec,
  type TensorKind,
  type TensorSpec,
} from '../stateDict/tensorSpec';
import { calleeName, globalName, globalOf } from './callee';
import type { FileContext } from './fileContext';
import { embeddedStorage } from './embeddedStorage';
import { numpyArray } from './numpyValues';
import { plainRebuild } from './callForm';
import { PlainTensor } from './plainTensor';
import { integer, sizes } from './shapes';

/** What the rebuild functions need of the resolver around them. */
export interface TensorScope {
  readonly context: FileContext;
  /** The tensor that a value is, null when it is none. */
  tensor(value: Value | undefined): TensorSpec | null;
}

type Rebuild = (args: readonly Value[], scope: TensorScope) => TensorSpec | null;

/**
 * The functions of `torch._utils` and its relatives that build a tensor from its pickled arguments, by
 * today's name. Each gives null when the arguments are not what torch writes.
 */
const rebuilds = new Map<string, Rebuild>([
  ['torch._utils._rebuild_tensor', (args, scope) => strided(args, scope, null, false)],
  ['torch._utils._rebuild_tensor_v2', (args, scope) => strided(args, scope, null, args[4] === true)],
  [
    'torch._utils._rebuild_tensor_v3',
    (args, scope) => strided(args, scope, dtypeOf(args[6]), args[4] === true),
  ],
  ['torch._utils._rebuild_parameter', rebuildParameter],
  ['torch._utils._rebuild_parameter_with_state', rebuildParameter],
  ['torch._utils._rebuild_sparse_tensor', rebuildSparse],
  ['torch._utils._rebuild_sparse_csr_tensor', rebuildSparse],
  ['torch._utils._rebuild_qtensor', rebuildQuantized],
  ['torch._utils._rebuild_nested_tensor', rebuildNested],
  ['torch.nested._internal.nested_tensor._rebuild_njt', rebuildJagged],
  ['torch._utils._rebuild_meta_tensor_no_storage', rebuildMeta],
  ['torch._utils._rebuild_wrapper_subclass', rebuildWrapper],
  ['torch._utils._rebuild_device_tensor_from_numpy', rebuildFromNumpy],
  ['torch._utils._rebuild_xla_tensor', rebuildFromNumpy],
  ['torch._utils._rebuild_device_tensor_from_cpu_tensor', rebuildFromCpu],
  ['torch._tensor._rebuild_from_type_v2', rebuildFromType],
  ['torch._tensor._rebuild_from_type', rebuildFromType],
  ['torch.nn.parameter.Parameter', rebuildOldParameter],
  ['torch.nn.parameter.Buffer', rebuildOldParameter],
  ['torch.autograd.variable.Variable', rebuildOldParameter],
  ['torch.nn.parameter.UninitializedParameter', (args) => rebuildUninitialized(args, 'parameter')],
  ['torch.nn.parameter.UninitializedBuffer', (args) => rebuildUninitialized(args, 'buffer')],
]);

/** Whether a call is one of the functions that build tensors. */
export function buildsTensor(object: PyObject, scope: TensorScope): boolean {
  const name = calleeName(object, scope.context);
  return name !== null && rebuilds.has(name);
}

/** A tensor that can have no Python attributes: almost all are. */
export function isPlainTensor(object: PyObject, scope: TensorScope): boolean {
  return object.state === undefined && calleeName(object, scope.context) === plainRebuild;
}

/** The tensor that a call rebuilds; undefined when the callee builds no tensor, null when it cannot. */
export function rebuildTensor(object: PyObject, scope: TensorScope): TensorSpec | null | undefined {
  const name = calleeName(object, scope.context);
  if (name === null) return undefined;
  const { args } = object;
  // Most tensors of most files, before the table.
  if (name === plainRebuild && isTuple(args)) return strided(args, scope, null, args[4] === true);
  const rebuild = rebuilds.get(name);
  if (rebuild === undefined) return undefined;
  if (!isTuple(args)) return null;
  if (rebuild === rebuildOldParameter) return rebuildOldParameter(args, scope, object, name);
  return rebuild(args, scope);
}

/** Python attributes saved with a tensor: the state of a parameter or of a subclass. */
export function tensorState(object: PyObject, scope: TensorScope): Value | undefined {
  if (!isTuple(object.args)) return undefined;
  const name = calleeName(object, scope.context);
  if (name === 'torch._utils._rebuild_parameter_with_state') return object.args[3];
  if (name === 'torch._tensor._rebuild_from_type_v2' || name === 'torch._tensor._rebuild_from_type') {
    return object.args[3];
  }
  return undefined;
}

function strided(
  args: readonly Value[],
  scope: TensorScope,
  dtype: string | null,
  requiresGrad: boolean,
): TensorSpec | null {
  const named = storageOf(args[0], scope.context);
  const shape = sizes(args[2]);
  const stride = sizes(args[3]);
  const storageOffset = integer(args[1]);
  if (named === null || shape === null || stride === null || storageOffset === null) return null;
  if (shape.length !== stride.length) return null;
  const form = new TensorForm(dtype ?? named.dtype ?? 'uint8', shape, stride, requiresGrad);
  return new PlainTensor(form, named.storage, storageOffset);
}

/** A tensor with other properties. */
function changed(tensor: TensorSpec, changes: Partial<TensorSpec>): TensorSpec {
  const { dtype, shape, stride, layout, storage, storageOffset, device } = tensor;
  const { kind, requiresGrad, pythonType, parts } = tensor;
  const own = { dtype, shape, stride, layout, storage, storageOffset, device };
  return { ...own, kind, requiresGrad, pythonType, parts, ...changes };
}

const noParts: TensorSpec['parts'] = [];

function rebuildParameter(args: readonly Value[], scope: TensorScope): TensorSpec | null {
  const data = scope.tensor(args[0]);
  if (data === null) return null;
  const pythonType = data.pythonType === 'torch.Tensor' ? 'torch.nn.parameter.Parameter' : data.pythonType;
  return changed(data, { kind: 'parameter', requiresGrad: args[1] === true, pythonType });
}

/** torch 0.1 to 0.3: `Parameter(data)` with the state (requires_grad, volatile, hooks). */
function rebuildOldParameter(
  args: readonly Value[],
  scope: TensorScope,
  object?: PyObject,
  name = 'torch.nn.parameter.Parameter',
): TensorSpec | null {
  const data = scope.tensor(args[0]);
  if (data === null) return null;
  const state = object?.state;
  const requiresGrad =
    isTuple(state) && typeof state[0] === 'boolean' ? state[0] : args[1] === true || args[1] === undefined;
  return changed(data, { kind: kindOfType(name), requiresGrad, pythonType: name });
}

/** A lazy module's tensor before the first input: it has no shape; loading makes it of the default dtype. */
function rebuildUninitialized(args: readonly Value[], kind: TensorKind): TensorSpec {
  const pythonType = `torch.nn.parameter.Uninitialized${kind === 'parameter' ? 'Parameter' : 'Buffer'}`;
  const base = composite({ dtype: 'float32', shape: null, layout: 'strided', device: null, parts: noParts });
  return { ...base, kind, requiresGrad: args[0] === true, pythonType };
}

function kindOfType(pythonType: string): TensorKind {
  if (pythonType === 'torch.nn.parameter.Parameter') return 'parameter';
  return pythonType === 'torch.nn.parameter.Buffer' ? 'buffer' : 'tensor';
}

/** `(func, type, args, state)`: the tensor of `func(*args)`, as an instance of the subclass `type`. */
function rebuildFromType(args: readonly Value[], scope: TensorScope): TensorSpec | null {
  const func = globalOf(args[0], scope.context);
  const type = globalOf(args[1], scope.context);
  const inner = func === null ? undefined : rebuilds.get(globalName(func));
  // A function that rebuilds another wrapped tensor would let the input nest without end.
  if (inner === undefined || inner === rebuildFromType || !isTuple(args[2])) return null;
  const tensor = inner(args[2], scope);
  if (tensor === null) return null;
  const pythonType = type === null ? tensor.pythonType : globalName(type);
  const kind = isMarkedParameter(args[3])
    ? 'parameter'
    : tensor.kind === 'tensor'
      ? kindOfType(pythonType)
      : tensor.kind;
  const parts = pythonType === distributedTensor ? innerTensors(args[3], scope) : tensor.parts;
  return changed(tensor, { kind, pythonType, parts });
}

/** torch's own wrapper, whose one local tensor is a part of it; other wrappers keep theirs as attributes. */
export const distributedTensor = 'torch.distributed.tensor.DTensor';

/** The tensors among a composite tensor's attributes. */
function innerTensors(state: Value | undefined, scope: TensorScope): TensorSpec['parts'] {
  const attributes = isTuple(state) ? state[0] : state;
  if (!(attributes instanceof PyDict)) return noParts;
  const parts: { name: string; tensor: TensorSpec }[] = [];
  attributes.keys.forEach((name, i) => {
    const tensor = scope.tensor(attributes.values[i]);
    if (typeof name === 'string' && tensor !== null) parts.push({ name, tensor });
  });
  return parts;
}

/** `Parameter(x)` of a tensor subclass stays that subclass, with `_is_param` in its attributes. */
function isMarkedParameter(state: Value | undefined): boolean {
  const attributes = isTuple(state) ? state[0] : state;
  return attributes instanceof PyDict && attributes.get('_is_param') === true;
}

/** COO: indices, values, size, and (since torch 2.1) is_coalesced; compressed: two indices, values, size. */
function rebuildSparse(args: readonly Value[], scope: TensorScope): TensorSpec | null {
  const layout = layoutOf(args[0], scope.context);
  const data = args[1];
  if (layout === null || !isTuple(data)) return null;
  const names = partNames.get(layout);
  if (names === undefined) return null;
  const parts: { name: string; tensor: TensorSpec }[] = [];
  for (let i = 0; i < names.length; i++) {
    const tensor = scope.tensor(data[i]);
    if (tensor === null) return null;
    parts.push({ name: names[i] as string, tensor });
  }
  const shape = sizes(data[names.length]);
  const values = parts[parts.length - 1]?.tensor;
  if (shape === null || values === undefined) return null;
  return composite({ dtype: values.dtype, shape, layout, device: values.device, parts });
}

const partNames: ReadonlyMap<Layout, readonly string[]> = new Map<Layout, readonly string[]>([
  ['sparse_coo', ['indices', 'values']],
  ['sparse_csr', ['crow_indices', 'col_indices', 'values']],
  ['sparse_bsr', ['crow_indices', 'col_indices', 'values']],
  ['sparse_csc', ['ccol_indices', 'row_indices', 'values']],
  ['sparse_bsc', ['ccol_indices', 'row_indices', 'values']],
]);

function composite(
  spec: Pick<TensorSpec, 'dtype' | 'shape' | 'layout' | 'device' | 'parts'> & Partial<TensorSpec>,
): TensorSpec {
  return {
    stride: null,
    storage: null,
    storageOffset: null,
    kind: 'tensor',
    requiresGrad: false,
    pythonType: 'torch.Tensor',
    ...spec,
  };
}

/** The dtype is the storage's: `QInt8Storage` is not `QUInt8Storage`. */
function rebuildQuantized(args: readonly Value[], scope: TensorScope): TensorSpec | null {
  const tensor = strided(args, scope, null, args[5] === true);
  const quantizer = args[4];
  if (tensor === null || !isTuple(quantizer)) return tensor;
  const parts: { name: string; tensor: TensorSpec }[] = [];
  for (const [index, name] of [
    [1, 'scales'],
    [2, 'zero_points'],
  ] as const) {
    const part = scope.tensor(quantizer[index]);
    if (part !== null) parts.push({ name, tensor: part });
  }
  return changed(tensor, { parts });
}

/** A strided nested tensor: torch gives it no single shape. */
function rebuildNested(args: readonly Value[], scope: TensorScope): TensorSpec | null {
  const names = ['buffer', 'sizes', 'strides', 'storage_offsets'];
  const parts: { name: string; tensor: TensorSpec }[] = [];
  for (let i = 0; i < names.length; i++) {
    const tensor = scope.tensor(args[i]);
    if (tensor !== null) parts.push({ name: names[i] as string, tensor });
  }
  const buffer = parts[0];
  if (buffer?.name !== 'buffer') return null;
  const { dtype, device, requiresGrad } = buffer.tensor;
  return composite({ dtype, shape: null, layout: 'strided', device, requiresGrad, parts });
}

/** A jagged nested tensor: its ragged dimension has no size. */
function rebuildJagged(args: readonly Value[], scope: TensorScope): TensorSpec | null {
  const options = args[0];
  if (!(options instanceof PyDict)) return null;
  const parts: { name: string; tensor: TensorSpec }[] = [];
  for (const name of ['values', 'offsets', 'lengths']) {
    const tensor = scope.tensor(options.get(name));
    if (tensor !== null) parts.push({ name, tensor });
  }
  // Empty tensors that remember the shortest and the longest sequence by their shape.
  const cache = options.get('_metadata_cache');
  if (cache instanceof PyDict) for (const part of innerTensors(cache, scope)) parts.push(part);
  const values = parts[0];
  if (values?.name !== 'values') return null;
  const { dtype, device } = values.tensor;
  const requiresGrad = options.get('requires_grad') === true;
  return composite({ dtype, shape: null, layout: 'jagged', device, requiresGrad, parts });
}

function rebuildMeta(args: readonly Value[]): TensorSpec | null {
  const dtype = dtypeOf(args[0]);
  const shape = sizes(args[1]);
  const stride = sizes(args[2]);
  if (dtype === null || shape === null || stride === null) return null;
  const base = composite({ dtype, shape, layout: 'strided', device: 'meta', parts: noParts });
  return { ...base, stride, storageOffset: 0, requiresGrad: args[3] === true };
}

function rebuildWrapper(args: readonly Value[], scope: TensorScope): TensorSpec | null {
  const cls = globalOf(args[0], scope.context);
  const dtype = dtypeOf(args[1]);
  const shape = sizes(args[2]);
  if (dtype === null || shape === null) return null;
  const base = composite({
    dtype,
    shape,
    layout: layoutOf(args[5], scope.context) ?? 'strided',
    device: deviceOf(args[6], scope.context),
    parts: noParts,
  });
  const pythonType = cls === null ? base.pythonType : globalName(cls);
  return {
    ...base,
    stride: sizes(args[3]),
    storageOffset: integer(args[4]),
    requiresGrad: args[7] === true,
    pythonType,
  };
}

/** XLA and other devices without storages: the data is an ndarray inside the pickle. */
function rebuildFromNumpy(args: readonly Value[], scope: TensorScope): TensorSpec | null {
  const array = numpyArray(args[0], scope.context);
  const dtype = dtypeOf(args[1]);
  if (array === null || dtype === null || array.shape === null) return null;
  const base = composite({
    dtype,
    shape: array.shape,
    layout: 'strided',
    device: deviceOf(args[2], scope.context),
    parts: noParts,
  });
  return { ...base, stride: contiguousStride(array.shape), storageOffset: 0, requiresGrad: args[3] === true };
}

function rebuildFromCpu(args: readonly Value[], scope: TensorScope): TensorSpec | null {
  const data = scope.tensor(args[0]);
  if (data === null) return null;
  const device = deviceOf(args[2], scope.context);
  const dtype = dtypeOf(args[1]) ?? data.dtype;
  const converted = dtype !== data.dtype;
  return changed(data, {
    dtype,
    device,
    requiresGrad: args[3] === true,
    // A tensor of another dtype is made when it is loaded; the file holds the one it is made from.
    storage: converted ? null : data.storage,
  });
}

/** The storage behind a persistent id, or a plain pickled one, with the dtype that it is named under. */
export function storageOf(
  value: Value | undefined,
  context: FileContext,
): { readonly storage: StorageSpec; readonly dtype: string | null } | null {
  if (value instanceof PyPersistentId) {
    const meaning = context.resolve(value);
    return meaning?.type === 'storage' ? meaning : null;
  }
  const storage = value instanceof PyObject ? embeddedStorage(value, context) : null;
  return storage === null ? null : { storage, dtype: storage.dtype };
}

export function dtypeOf(value: Value | undefined): string | null {
  return value instanceof PyGlobal ? dtypeOfName(value.module, value.name) : null;
}

/** `torch.device('cuda', 0)` or a plain text, as `cuda:0`. */
export function deviceOf(value: Value | undefined, context: FileContext): string | null {
  if (typeof value === 'string') return value;
  if (!(value instanceof PyObject) || !isTuple(value.args) || calleeName(value, context) !== 'torch.device') {
    return null;
  }
  const [type, index] = value.args;
  if (typeof type !== 'string') return null;
  return typeof index === 'number' ? `${type}:${index}` : type;
}

function layoutOf(value: Value | undefined, context: FileContext): Layout | null {
  if (value instanceof PyGlobal && value.module === 'torch') return value.name as Layout;
  if (!(value instanceof PyObject) || !isTuple(value.args)) return null;
  if (calleeName(value, context) !== 'torch.serialization._get_layout') return null;
  const name = value.args[0];
  return typeof name === 'string' && name.startsWith('torch.')
    ? (name.slice('torch.'.length) as Layout)
    : null;
}
