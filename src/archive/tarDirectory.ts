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
  if (block.length < 512) return false;
  return checksum(block) === octal(block, 148, 8) && octal(block, 124, 12) !== null;
}

/** Members by their headers, one read each. @throws CheckpointError `tar.badHeader`, `tar.tooManyMembers` */
export async function readTarDirectory(source: ByteSource): Promise<readonly TarMember[]> {
  const members: TarMember[] = [];
  let at = 0;
  while (at + 512 <= source.size) {
    const block = await source.read(at, 512);
    if (block.every((byte) => byte === 0)) break;
    const size = octal(block, 124, 12);
    if (checksum(block) !== octal(block, 148, 8) || size === null)
      throw new CheckpointError('tar.badHeader', [], at);
    if (members.length >= archiveLimits.tarMembers) {
      throw new CheckpointError('tar.tooManyMembers', [archiveLimits.tarMembers], at);
    }
    members.push({ name: text(block, 0, 100), offset: at + 512, size });
    at += 512 + Math.ceil(size / 512) * 512;
  }
  return members;
}

function checksum(block: Uint8Array): number {
  let sum = 0;
  for (let i = 0; i < 512; i++) sum += i >= 148 && i < 156 ? 0x20 : (block[i] as number);
  return sum;
}

function octal(block: Uint8Array, start: number, length: number): number | null {
  const digits = text(block, start, length).trim();
  return /^[0-7]+$/.test(digits) ? parseInt(digits, 8) : null;
}

function text(block: Uint8Array, start: number, length: number): string {
  const end = block.indexOf(0, start);
  const stop = end < 0 || end > start + length ? start + length : end;
  return String.fromCharCode(...block.subarray(start, stop));
}
