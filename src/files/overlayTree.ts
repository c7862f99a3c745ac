import { createHash } from 'node:crypto';
import type { SourceTree } from '../python/sourceTree';

/** A file as it is meant to be, whatever lies on the disk; null for one that is not there. */
export interface SourceOverlay {
  /** With `/`, as the tree's paths. */
  readonly path: string;
  readonly text: string | null;
}

/** A tree in which some files have another text than on the disk: open documents, or an older revision. */
export class OverlayTree implements SourceTree {
  private overlays: ReadonlyMap<string, string | null> = new Map();
  private folders: ReadonlySet<string> = new Set();

  constructor(private readonly below: SourceTree) {}

  set(overlays: readonly SourceOverlay[]): void {
    this.overlays = new Map(overlays.map(({ path, text }) => [path, text]));
    const folders = new Set<string>();
    for (const { path, text } of overlays) {
      if (text === null) continue;
      for (let at = path.lastIndexOf('/'); at > 0; at = path.lastIndexOf('/', at - 1)) {
        folders.add(path.slice(0, at));
      }
    }
    this.folders = folders;
  }

  read(path: string): string | null {
    const text = this.overlays.get(path);
    return text === undefined ? this.below.read(path) : text;
  }

  isFile(path: string): boolean {
    const text = this.overlays.get(path);
    return text === undefined ? this.below.isFile(path) : text !== null;
  }

  isDirectory(path: string): boolean {
    return this.folders.has(path) || this.below.isDirectory(path);
  }

  names(path: string): readonly string[] {
    const found = new Set(this.below.names(path));
    for (const [file, text] of this.overlays) {
      if (!file.startsWith(`${path}/`)) continue;
      const [name = '', ...deeper] = file.slice(path.length + 1).split('/');
      if (text !== null) found.add(name);
      else if (deeper.length === 0) found.delete(name);
    }
    return [...found];
  }

  isCompiledModule(path: string): boolean {
    return this.below.isCompiledModule(path);
  }

  version(path: string): string | null {
    const text = this.overlays.get(path);
    if (text === undefined) return this.below.version(path);
    return text === null ? null : `text ${createHash('sha256').update(text).digest('base64')}`;
  }
}
