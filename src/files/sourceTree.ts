import { readdirSync, readFileSync, statSync } from 'node:fs';
import type { SourceTree } from '../python/sourceTree';

/** Python files of the file system. Answers about a path are kept until `refresh`. */
export class FileSourceTree implements SourceTree {
  private readonly folders = new Map<string, readonly string[]>();
  private readonly stats = new Map<string, { kind: 'file' | 'folder'; version: string } | null>();

  read(path: string): string | null {
    try {
      return readFileSync(path, 'utf8');
    } catch {
      return null;
    }
  }

  isFile(path: string): boolean {
    return this.stat(path)?.kind === 'file';
  }

  isDirectory(path: string): boolean {
    return this.stat(path)?.kind === 'folder';
  }

  names(path: string): readonly string[] {
    let names = this.folders.get(path);
    if (names === undefined) {
      names = namesIn(path);
      this.folders.set(path, names);
    }
    return names;
  }

  isCompiledModule(path: string): boolean {
    const at = path.lastIndexOf('/');
    const folder = at < 0 ? '.' : path.slice(0, at);
    const name = path.slice(at + 1);
    return this.names(folder).some((file) => file.startsWith(`${name}.`) && /\.(so|pyd)$/.test(file));
  }

  version(path: string): string | null {
    return this.stat(path)?.version ?? null;
  }

  /** Forgets what was asked, so that changed files are seen. */
  refresh(): void {
    this.stats.clear();
    this.folders.clear();
  }

  private stat(path: string): { kind: 'file' | 'folder'; version: string } | null {
    const known = this.stats.get(path);
    if (known !== undefined) return known;
    let result: { kind: 'file' | 'folder'; version: string } | null = null;
    try {
      const stats = statSync(path);
      if (stats.isFile() || stats.isDirectory()) {
        result = { kind: stats.isFile() ? 'file' : 'folder', version: `${stats.mtimeMs}:${stats.size}` };
      }
    } catch {
      // There is no such file, or it may not be looked at: the same to an import.
    }
    this.stats.set(path, result);
    return result;
  }
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}
