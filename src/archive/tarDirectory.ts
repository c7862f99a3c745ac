import { CheckpointError } from '../checkpointError';
import type { ByteSource } from './byteSource';
import { archiveLimits } from './limits';

export interface TarMember {
  readonly name: string;
  /** Offset of the first data byte. */
  readonly offset: number;
  readonly size: number;
}

/** True for a first block with the ustar magic at 257, or with a valid header checksum (old tars). */
export function looksLikeTar(block: Uint8Array): boolean {
  return isTarChecksum(block) && tarNumber(block, 124, 12) !== null;
}

/** Whether a block of 512 bytes has the checksum of a header. */
export function isTarChecksum(block: Uint8Array): boolean {
  return block.length >= 512 && checksum(block) === tarNumber(block, 148, 8);
}

/** Members by their headers, one read each. @throws CheckpointError `tar.badHeader`, `tar.tooManyMembers` */
export async function readTarDirectory(source: ByteSource): Promise<readonly TarMember[]> {
  const members: TarMember[] = [];
  let at = 0;
  while (at + 512 <= source.size) {
    const block = await source.read(at, 512);
    if (block.every((byte) => byte === 0)) break;
    const size = tarNumber(block, 124, 12);
    if (!isTarChecksum(block) || size === null) throw new CheckpointError('tar.badHeader', [], at);
    if (members.length >= archiveLimits.tarMembers) {
      throw new CheckpointError('tar.tooManyMembers', [archiveLimits.tarMembers], at);
    }
    members.push({ name: tarText(block, 0, 100), offset: at + 512, size });
    at += 512 + Math.ceil(size / 512) * 512;
  }
  return members;
}

function checksum(block: Uint8Array): number {
  let sum = 0;
  for (let i = 0; i < 512; i++) sum += i >= 148 && i < 156 ? 0x20 : (block[i] as number);
  return sum;
}

/** A number of a header, in octal digits; null where there is none. */
export function tarNumber(block: Uint8Array, start: number, length: number): number | null {
  const digits = tarText(block, start, length).trim();
  return /^[0-7]+$/.test(digits) ? parseInt(digits, 8) : null;
}

/** A text of a header, up to its NUL. */
export function tarText(block: Uint8Array, start: number, length: number): string {
  const end = block.indexOf(0, start);
  const stop = end < 0 || end > start + length ? start + length : end;
  return String.fromCharCode(...block.subarray(start, stop));
}
