/** torch's typed storage classes and the dtype of their elements (`torch.storage._dtype_to_storage_type_map`). */
const dtypeByStorage: ReadonlyMap<string, string> = new Map([
  ['DoubleStorage', 'float64'],
  ['FloatStorage', 'float32'],
  ['HalfStorage', 'float16'],
  ['BFloat16Storage', 'bfloat16'],
  ['LongStorage', 'int64'],
  ['IntStorage', 'int32'],
  ['ShortStorage', 'int16'],
  ['CharStorage', 'int8'],
  ['ByteStorage', 'uint8'],
  ['BoolStorage', 'bool'],
  ['ComplexDoubleStorage', 'complex128'],
  ['ComplexFloatStorage', 'complex64'],
  ['QInt32Storage', 'qint32'],
  ['QInt8Storage', 'qint8'],
  ['QUInt8Storage', 'quint8'],
  ['QUInt4x2Storage', 'quint4x2'],
  ['QUInt2x4Storage', 'quint2x4'],
  // Never in a release, but written by forks and by hand.
  ['ComplexHalfStorage', 'complex32'],
  ['UInt16Storage', 'uint16'],
  ['UInt32Storage', 'uint32'],
  ['UInt64Storage', 'uint64'],
  ['Float8_e5m2Storage', 'float8_e5m2'],
  ['Float8_e4m3fnStorage', 'float8_e4m3fn'],
  ['Float8_e5m2fnuzStorage', 'float8_e5m2fnuz'],
  ['Float8_e4m3fnuzStorage', 'float8_e4m3fnuz'],
]);

/**
 * The dtype of a storage class, null for an untyped one (its elements are bytes), undefined for a name that
 * is no storage. The module says only where it was (`torch`, `torch.cuda`, `torch.sparse`, `torch.storage`).
 */
export function storageDtype(module: string, name: string): string | null | undefined {
  if (module !== 'torch' && !module.startsWith('torch.')) return undefined;
  if (name === 'UntypedStorage' || name === '_UntypedStorage' || name === 'TypedStorage') return null;
  return dtypeByStorage.get(name);
}

/** The storage class that torch names for a dtype; null where it saves an untyped storage with the dtype apart. */
export function storageClass(dtype: string): string | null {
  const name = [...dtypeByStorage].find(([, of]) => of === dtype)?.[0] ?? null;
  return name === null || NOT_IN_TORCH.test(name) ? null : name;
}

/** Names above that no release of torch has. */
const NOT_IN_TORCH = /^(ComplexHalf|UInt|Float8)/;
