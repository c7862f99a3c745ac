/** torch's small constants, which pickles name as globals. */

const dtypeAliases: ReadonlyMap<string, string> = new Map([
  ['float', 'float32'],
  ['double', 'float64'],
  ['half', 'float16'],
  ['int', 'int32'],
  ['long', 'int64'],
  ['short', 'int16'],
  ['cfloat', 'complex64'],
  ['cdouble', 'complex128'],
  ['chalf', 'complex32'],
  ['bit', 'uint1'],
]);
const dtypePattern =
  /^(float(64|32|16|8_\w+|4_\w+)|bfloat16|complex(128|64|32)|u?int\d+|bool|q(u?int8|int32|uint4x2|uint2x4)|bits\w+)$/;
const layouts = new Set([
  'strided',
  'sparse_coo',
  'sparse_csr',
  'sparse_csc',
  'sparse_bsr',
  'sparse_bsc',
  'jagged',
  '_mkldnn',
]);
const memoryFormats = new Set(['contiguous_format', 'channels_last', 'channels_last_3d', 'preserve_format']);
const qschemes = new Set([
  'per_tensor_affine',
  'per_channel_affine',
  'per_tensor_symmetric',
  'per_channel_symmetric',
  'per_channel_affine_float_qparams',
]);

/** `float32` for `torch.float32` or `torch.float`; null for a name that is no dtype. */
export function dtypeOfName(module: string, name: string): string | null {
  if (module !== 'torch') return null;
  const alias = dtypeAliases.get(name);
  if (alias !== undefined) return alias;
  return dtypePattern.test(name) ? name : null;
}

/** `torch.dtype`, `torch.layout`, `torch.memory_format` or `torch.qscheme`; null for another name. */
export function torchConstantType(module: string, name: string): string | null {
  if (module !== 'torch') return null;
  if (dtypeOfName(module, name) !== null) return 'torch.dtype';
  if (layouts.has(name)) return 'torch.layout';
  if (memoryFormats.has(name)) return 'torch.memory_format';
  return qschemes.has(name) ? 'torch.qscheme' : null;
}
