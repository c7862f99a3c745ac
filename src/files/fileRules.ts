import type { Stats } from 'node:fs';
import { basename } from 'node:path';
import { CheckpointError } from '../checkpointError';

/** What every source of files on disk keeps to. */

/** Largest single read; more is read in pieces (Node refuses buffers of 2 GiB and more on some systems). */
export const MAX_READ = 1 << 30;

/** A name within its folder: no separators of any system, no drive, no way up, no NUL. */
export function isPlainFileName(name: string): boolean {
  return name !== '' && name !== '.' && name !== '..' && !/[/\\:\0]/.test(name) && name.length <= 255;
}

/** @throws CheckpointError `file.isFolder`, `file.notRegular` */
export function requireRegular(path: string, stats: Stats): void {
  if (stats.isDirectory()) throw new CheckpointError('file.isFolder', [basename(path)]);
  // A pipe or a device would block or never end.
  if (!stats.isFile()) throw new CheckpointError('file.notRegular', [basename(path)]);
}

/** Whether an error says that a sibling does not exist. */
export function saysAbsent(error: unknown): boolean {
  return error instanceof CheckpointError && absent.has(error.code);
}

const absent = new Set(['file.missing', 'file.isFolder', 'file.notRegular']);

/** The file system's refusal as a typed error; typed ones stay as they are. */
export function fileError(path: string, error: unknown): CheckpointError {
  if (error instanceof CheckpointError) return error;
  const name = basename(path);
  const code = typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : '';
  switch (code) {
    case 'ENOENT':
    case 'ENOTDIR':
      return new CheckpointError('file.missing', [name]);
    case 'EACCES':
    case 'EPERM':
      return new CheckpointError('file.noAccess', [name]);
    case 'EISDIR':
      return new CheckpointError('file.isFolder', [name]);
    default:
      return new CheckpointError('file.readFailed', [name, code || String(error)]);
  }
}
