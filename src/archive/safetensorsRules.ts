import { CheckpointError } from '../checkpointError';
import type { SafetensorsEntry, SafetensorsHeader } from './safetensorsHeader';

/** Bits of an element of each dtype that safetensors 0.8.0 reads (`safetensors::Dtype::bitsize`). */
const bits: ReadonlyMap<string, bigint> = new Map(
  [
    'F4:4 F6_E2M3:6 F6_E3M2:6',
    'BOOL:8 U8:8 I8:8 F8_E5M2:8 F8_E4M3:8 F8_E8M0:8 F8_E4M3FNUZ:8 F8_E5M2FNUZ:8',
    'I16:16 U16:16 F16:16 BF16:16 I32:32 U32:32 F32:32 C64:64 F64:64 I64:64 U64:64',
  ]
    .join(' ')
    .split(' ')
    .map((pair) => {
      const [name = '', size = ''] = pair.split(':');
      return [name, BigInt(size)];
    }),
);

/**
 * Why safetensors refuses a file whose header can be read, null if it takes it: it wants the data of the tensors
 * one after another from the first byte to the last of the file, each as long as its dtype and shape say
 * (`Metadata::validate` and `SafeTensors::deserialize` of safetensors 0.8.0).
 *
 * @param size of the whole file, in bytes
 */
export function safetensorsFault(header: SafetensorsHeader, size: number): CheckpointError | null {
  if (header.fault !== null) return header.fault;
  const unknown = header.entries.find(({ dtype }) => !bits.has(dtype));
  if (unknown !== undefined) return fault('safetensors.unknownDtype', unknown, unknown.dtype.slice(0, 200));
  const inOrder = [...header.entries].sort((a, b) => a.start - b.start || a.end - b.end);
  let at = header.dataStart;
  for (const entry of inOrder) {
    if (entry.start !== at) return fault('safetensors.wrongPlace', entry, entry.start, at);
    const expected = bytesOf(entry);
    if (expected !== entry.end - entry.start)
      return fault('safetensors.wrongSize', entry, entry.end - entry.start, String(expected));
    at = entry.end;
  }
  if (at < size) return new CheckpointError('safetensors.dataAfter', [size - at], at);
  return at > size ? new CheckpointError('safetensors.dataCut', [at, size], size) : null;
}

function fault(
  code: string,
  { name, start }: SafetensorsEntry,
  ...args: (string | number)[]
): CheckpointError {
  return new CheckpointError(code, [name.slice(0, 200), ...args], start);
}

/** Null where the bits are no whole bytes, or more than 64 bits can count. */
function bytesOf({ dtype, shape }: SafetensorsEntry): number | null {
  let count = 1n;
  for (const size of shape) {
    count *= BigInt(size);
    if (count >= 1n << 64n) return null;
  }
  const inBits = count * (bits.get(dtype) ?? 0n);
  return inBits % 8n === 0n && inBits < 1n << 64n ? Number(inBits / 8n) : null;
}
