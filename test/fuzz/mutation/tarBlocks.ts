import type { Random } from '../engine/random';
import { mutateBytes } from './bytes';
import { mutatePickle } from './pickleOpcodes';

const BLOCK = 512;

/** Changes bytes, or what follows a header as a pickle, and makes the headers' checksums right again. */
export function mutateTar(input: Uint8Array, other: Uint8Array, random: Random): Uint8Array {
  const blocks = Math.floor(input.length / BLOCK);
  let changed: Uint8Array;
  if (random.chance(0.5) && blocks > 1) {
    const at = BLOCK * (1 + random.below(blocks - 1));
    const block = mutatePickle(input.subarray(at, at + BLOCK), other.subarray(at, at + BLOCK), random);
    changed = input.slice();
    changed.set(block.subarray(0, Math.min(BLOCK, input.length - at)), at);
  } else changed = mutateBytes(input, other, random).slice();
  if (random.chance(0.9)) {
    for (let at = 0; at + BLOCK <= changed.length; at += BLOCK) fixChecksum(changed.subarray(at, at + BLOCK));
  }
  return changed;
}

/** Of a block that says to be a header. */
function fixChecksum(block: Uint8Array): void {
  const magic = String.fromCharCode(...block.subarray(257, 262));
  if (magic !== 'ustar') return;
  let sum = 0;
  for (let i = 0; i < BLOCK; i++) sum += i >= 148 && i < 156 ? 0x20 : (block[i] as number);
  const digits = sum.toString(8).padStart(6, '0');
  for (let i = 0; i < 6; i++) block[148 + i] = digits.charCodeAt(i);
  block[154] = 0;
  block[155] = 0x20;
}
