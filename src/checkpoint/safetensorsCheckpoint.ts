import type { CountingSource } from '../archive/byteSource';
import { readSafetensorsHeader, type SafetensorsEntry } from '../archive/safetensorsHeader';
import { safetensorsFault } from '../archive/safetensorsRules';
import { contiguousStride, elementCount, type StorageSpec, type TensorSpec } from '../stateDict/tensorSpec';
import { dtypeBytes } from '../stateDict/dtypes';
import type { Checkpoint, CheckpointWarning, StorageLocation } from './checkpoint';
import { dictOf, tensorOf, textOf } from './plainContent';

/** The format's dtype names and torch's (`safetensors.torch._TYPES`). */
const dtypes: ReadonlyMap<string, string> = new Map([
  ['F64', 'float64'],
  ['F32', 'float32'],
  ['F16', 'float16'],
  ['BF16', 'bfloat16'],
  ['I64', 'int64'],
  ['I32', 'int32'],
  ['I16', 'int16'],
  ['I8', 'int8'],
  ['U64', 'uint64'],
  ['U32', 'uint32'],
  ['U16', 'uint16'],
  ['U8', 'uint8'],
  ['BOOL', 'bool'],
  ['F8_E4M3', 'float8_e4m3fn'],
  ['F8_E4M3FNUZ', 'float8_e4m3fnuz'],
  ['F8_E5M2', 'float8_e5m2'],
  ['F8_E5M2FNUZ', 'float8_e5m2fnuz'],
  ['F8_E8M0', 'float8_e8m0fnu'],
  ['C64', 'complex64'],
  ['C128', 'complex128'],
  ['F4', 'float4_e2m1fn_x2'],
]);

export async function openSafetensors(source: CountingSource): Promise<Checkpoint> {
  const header = await readSafetensorsHeader(source);
  const places = new Map<StorageSpec, StorageLocation>();
  const warnings: CheckpointWarning[] = [];
  let cut = 0;
  const tensors = header.entries.map((entry) => {
    const tensor = tensorSpec(entry, source.shard ? source.name : null);
    const { storage } = tensor;
    if (storage !== null) {
      places.set(storage, {
        record: null,
        source: storage.source,
        offset: entry.start,
        length: entry.end - entry.start,
      });
    }
    if (entry.end > source.size) cut++;
    const expected = dtypeBytes(tensor.dtype, elementCount(tensor.shape) ?? 0);
    if (expected !== null && expected !== entry.end - entry.start) {
      warnings.push({
        code: 'safetensors.sizeMismatch',
        args: [entry.end - entry.start, String(expected)],
        path: [entry.name],
      });
    }
    return [entry.name, tensorOf(tensor)] as const;
  });
  if (cut > 0)
    warnings.push({ code: 'safetensors.truncated', args: [cut, header.entries.length], path: null });
  const fault = warnings.length === 0 ? safetensorsFault(header, source.size) : null;
  if (fault !== null) warnings.push({ code: fault.code, args: fault.args, path: null });
  const metadata = [...header.metadata].map(([key, text]) => [key, textOf(text)] as const);
  const root = dictOf(metadata.length === 0 ? tensors : [...tensors, ['__metadata__', dictOf(metadata)]]);
  return {
    format: 'safetensors',
    fileName: source.name,
    fileSize: source.size,
    partial: cut > 0,
    root,
    facts: [{ code: 'fact.safetensorsHeader', args: [header.dataStart] }],
    warnings,
    sources: [],
    streams: [],
    bytesRead: () => source.bytesRead,
    locate: (storage) => Promise.resolve(places.get(storage) ?? null),
  };
}

function tensorSpec(entry: SafetensorsEntry, source: string | null): TensorSpec {
  const dtype = dtypes.get(entry.dtype) ?? entry.dtype.toLowerCase();
  // F4 counts single numbers, torch's float4_e2m1fn_x2 pairs of them.
  const shape = entry.dtype === 'F4' ? halveLast(entry.shape) : entry.shape;
  return {
    dtype,
    shape,
    stride: contiguousStride(shape),
    layout: 'strided',
    storage: { key: entry.name, dtype, bytes: entry.end - entry.start, device: null, source },
    storageOffset: 0,
    device: null,
    kind: 'tensor',
    requiresGrad: null,
    pythonType: 'torch.Tensor',
    parts: [],
  };
}

function halveLast(shape: readonly number[]): readonly number[] {
  return shape.map((size, i) => (i === shape.length - 1 ? Math.floor(size / 2) : size));
}
