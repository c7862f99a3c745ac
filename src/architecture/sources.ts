import type { PythonParser } from '../python/concreteTree';
import { parseModule } from '../python/parseModule';
import type { SourceTree } from '../python/sourceTree';
import type { Module } from '../python/syntax';
import { MAX_FILE_LENGTH } from './limits';

/** Parsed files, kept by their text: equal texts are parsed once, whichever analysis asks. */
export class Sources {
  private readonly byPath = new Map<string, { readonly version: string; readonly module: Module }>();
  private readonly internal = new Map<string, Module>();
  /** Texts that an editor holds and that differ from the files. */
  private readonly overlays = new Map<string, { readonly version: string; readonly text: string }>();

  constructor(
    readonly parser: PythonParser,
    readonly tree: SourceTree,
  ) {}

  /** The text of an open document takes the place of the file's. */
  setOverlay(path: string, version: string, text: string): void {
    this.overlays.set(path, { version: `overlay ${version}`, text });
  }

  removeOverlay(path: string): void {
    this.overlays.delete(path);
  }

  isFile(path: string): boolean {
    return this.overlays.has(path) || this.tree.isFile(path);
  }

  isDirectory(path: string): boolean {
    return this.tree.isDirectory(path);
  }

  read(path: string): string | null {
    return this.overlays.get(path)?.text ?? this.tree.read(path);
  }

  version(path: string): string | null {
    return this.overlays.get(path)?.version ?? this.tree.version(path);
  }

  /** The syntax of a file; null when it cannot be read or is too long. */
  module(path: string): Module | null {
    const version = this.version(path);
    if (version === null) return null;
    const known = this.byPath.get(path);
    if (known?.version === version) return known.module;
    const text = this.read(path);
    if (text === null || text.length > MAX_FILE_LENGTH) return null;
    const module = parseModule(this.parser, text);
    this.byPath.set(path, { version, module });
    return module;
  }

  /** The syntax of a text that comes with the interpreter, or of an argument expression. */
  text(key: string, text: string): Module {
    const name = `${key}\0${text}`;
    let module = this.internal.get(name);
    if (module === undefined) {
      module = parseModule(this.parser, text);
      if (this.internal.size > 2_000) this.internal.clear();
      this.internal.set(name, module);
    }
    return module;
  }
}
