import { dirname, relative, resolve, sep } from 'node:path';
import type { Module, Statement } from '../python/syntax';

/** What is asked of files to find where imports start. */
export interface ImportableFiles {
  isFile(path: string): boolean;
  isDirectory(path: string): boolean;
  /** The syntax of a file; null when it cannot be read. */
  module(path: string): Module | null;
}

/** Folders above a file that are looked at: a repository is rarely deeper. */
const MAX_LEVELS = 8;

/**
 * The folder where absolute imports start: the first above the file from which its imports resolve,
 * relative ones included. Where none resolves them all, the nearest that resolves most.
 */
export function importRoot(sources: ImportableFiles, file: string, given: string | null): string {
  if (given !== null) return resolve(given);
  const imports = importsOf(sources.module(file)?.body ?? []);
  const near = dirname(file);
  let best = near;
  let bestCount = -1;
  let folder = near;
  for (let level = 0; level < MAX_LEVELS; level++) {
    const deepEnough = imports.every(
      (one) => one.level - 1 <= level - (one.level > 0 ? 1 : 0) || one.level === 0,
    );
    if (deepEnough) {
      const local = imports.filter((one) => one.level === 0);
      const found = local.filter((one) => exists(sources, folder, one.module)).length;
      const resolved = found + imports.length - local.length;
      if (resolved > bestCount) {
        best = folder;
        bestCount = resolved;
      }
    }
    const parent = dirname(folder);
    // The root of the disk is nobody's project, and Linux has a folder `/sys` there for every `import sys`.
    if (parent === dirname(parent)) break;
    folder = parent;
  }
  return best;
}

interface Import {
  readonly module: string;
  readonly level: number;
}

function importsOf(body: readonly Statement[]): Import[] {
  const result: Import[] = [];
  for (const statement of body) {
    if (statement.kind === 'import') {
      for (const { name } of statement.names) result.push({ module: name, level: 0 });
    } else if (statement.kind === 'importFrom')
      result.push({ module: statement.module, level: statement.level });
    else if (statement.kind === 'try') result.push(...importsOf(statement.body));
  }
  return result;
}

function exists(sources: ImportableFiles, root: string, module: string): boolean {
  const path = `${toPortable(root)}/${module.replaceAll('.', '/')}`;
  return sources.isFile(`${path}.py`) || sources.isFile(`${path}/__init__.py`) || sources.isDirectory(path);
}

/** The dotted name of a file below a root. */
export function moduleName(root: string, file: string): string {
  const path = relative(root, file).split(sep).join('/');
  return path
    .replace(/\.py$/, '')
    .replace(/(^|\/)__init__$/, '')
    .replaceAll('/', '.');
}

export function toPortable(path: string): string {
  return path.split(sep).join('/');
}
