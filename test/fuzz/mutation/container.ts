import type { Random } from '../engine/random';
import { mutateBytes } from './bytes';
import { mutatePickle } from './pickleOpcodes';
import { mutateSafetensors } from './safetensorsJson';
import { mutateTar } from './tarBlocks';
import { mutateZip } from './zipParts';

/** Changes a file by what it is. */
export function mutateContainer(
  input: Uint8Array,
  other: Uint8Array,
  random: Random,
): Uint8Array | Promise<Uint8Array> {
  if (random.chance(0.1)) return mutateBytes(input, other, random);
  const start = Buffer.from(input.subarray(0, 9)).toString('latin1');
  if (start.startsWith('PK')) return mutateZip(input, other, random);
  if (start[8] === '{') return mutateSafetensors(input, other, random);
  if (Buffer.from(input.subarray(257, 262)).toString('latin1') === 'ustar')
    return mutateTar(input, other, random);
  if (/^(BZh|\xfd7zXZ|\x1f\x8b|\x04\x22M|\x5d\x00|x\x9c)/.test(start))
    return mutateBytes(input, other, random);
  return mutatePickle(input, other, random);
}
