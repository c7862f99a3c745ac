import type { Random } from '../engine/random';
import { mutateBytes } from './bytes';
import { mutateJson } from './json';

/** Changes values of the header and writes its length anew, or changes bytes. */
export function mutateSafetensors(input: Uint8Array, other: Uint8Array, random: Random): Uint8Array {
  const header = headerOf(input);
  if (header === null || random.chance(0.3)) return mutateBytes(input, other, random);
  const changed = mutateJson(header.text, headerOf(other)?.text ?? '', random);
  const text = new TextEncoder().encode(changed);
  const start = new Uint8Array(8);
  new DataView(start.buffer).setBigUint64(0, BigInt(text.length), true);
  return new Uint8Array(Buffer.concat([start, text, input.subarray(header.end)]));
}

function headerOf(bytes: Uint8Array): { readonly text: string; readonly end: number } | null {
  if (bytes.length < 8) return null;
  const end = 8 + new DataView(bytes.buffer, bytes.byteOffset).getUint32(0, true);
  return { text: new TextDecoder().decode(bytes.subarray(8, end)), end };
}
