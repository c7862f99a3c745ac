import { closeSync, openSync, readdirSync, readSync, statSync } from 'node:fs';
import { dirname, extname, join, sep } from 'node:path';
import { sniff, sniffLength } from '../../checkpoint/sniff';

export interface FileToScan {
  readonly path: string;
  /** Named by the caller, and not found in a folder. */
  readonly isAsked: boolean;
}

/** Whether a target is one file, which makes the answer one document. */
export function isScanned(target: string): boolean {
  const stats = statSync(target, { throwIfNoEntry: false });
  return stats === undefined ? !isPattern(target) : !stats.isDirectory();
}

/**
 * The files of a target: itself, those of a folder that may hold a pickle (by content or name), or those that
 * match a pattern (`models/*.pt`, `**` over folders; a shell without globs passes it on). Links to folders are not followed.
 */
export function filesToScan(target: string): readonly FileToScan[] {
  const stats = statSync(target, { throwIfNoEntry: false });
  if (stats?.isDirectory() === true) {
    return filesBelow(target)
      .filter(mayHoldPickle)
      .map((path) => ({ path, isAsked: false }));
  }
  if (stats !== undefined || !isPattern(target)) return [{ path: target, isAsked: true }];
  const pattern = patternOf(target);
  return filesBelow(folderOf(target))
    .filter((path) => pattern.test(path))
    .map((path) => ({ path, isAsked: true }));
}

/** Folders that hold no models and many files. */
const passedOver = new Set(['.git', '.hg', '.svn', 'node_modules']);

function filesBelow(folder: string): string[] {
  const files: string[] = [];
  const pending = [folder];
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    let entries;
    try {
      entries = readdirSync(next, { withFileTypes: true });
    } catch {
      continue; // A folder that may not be read holds nothing that can be.
    }
    for (const entry of entries) {
      const path = next === '.' ? entry.name : join(next, entry.name);
      if (entry.isDirectory()) {
        if (!passedOver.has(entry.name)) pending.push(path);
      } else if (entry.isFile() || isLinkToFile(entry.isSymbolicLink(), path)) files.push(path);
    }
  }
  return files.sort();
}

function isLinkToFile(isLink: boolean, path: string): boolean {
  return isLink && statSync(path, { throwIfNoEntry: false })?.isFile() === true;
}

const modelExtensions = new Set(
  '.pt .pth .pkl .pickle .p .bin .ckpt .joblib .dat .data .npy .npz .pt2 .ptl .mar .model .sav .pk'.split(
    ' ',
  ),
);
const containers = new Set([
  'zip',
  'tar',
  'pickle',
  'safetensors',
  'gzip',
  'zlib',
  'bzip2',
  'xz',
  'lzma',
  'lz4',
]);

function mayHoldPickle(path: string): boolean {
  if (modelExtensions.has(extname(path).toLowerCase())) return true;
  try {
    const file = openSync(path, 'r');
    try {
      const head = new Uint8Array(sniffLength);
      const length = readSync(file, head, 0, sniffLength, 0);
      return containers.has(sniff(head.subarray(0, length), statSync(path).size));
    } finally {
      closeSync(file);
    }
  } catch {
    return true; // The scan says why it cannot be read.
  }
}

function isPattern(target: string): boolean {
  return /[*?[]/.test(target);
}

/** The folder before the first part with a wildcard. */
function folderOf(pattern: string): string {
  const parts = pattern.split(/[\\/]/);
  const wild = parts.findIndex(isPattern);
  const folder = parts.slice(0, wild).join(sep);
  return folder === '' ? (pattern.startsWith('/') ? sep : dirname(parts[0] ?? '.')) : folder;
}

/** `*` within a name, `**` over folders, `?`, `[abc]`. */
function patternOf(glob: string): RegExp {
  const source = glob
    .replace(/^\.[\\/]/, '')
    .replace(/\*\*[\\/]|\*\*|\*|\?|\[[^\]]+\]|[\\/]|[^*?[\\/]+|\[/g, (piece) => {
      if (piece === '**/' || piece === '**\\') return '(?:.*[\\\\/])?';
      if (piece === '**') return '.*';
      if (piece === '*') return '[^\\\\/]*';
      if (piece === '?') return '[^\\\\/]';
      if (piece === '/' || piece === '\\') return '[\\\\/]';
      if (piece.startsWith('[') && piece.length > 1)
        return `[${piece.slice(1, -1).replace(/^!/, '^').replaceAll('\\', '\\\\')}]`;
      return piece.replace(/[.+^${}()|[\]\\]/g, '\\$&');
    });
  return new RegExp(`^${source}$`);
}
