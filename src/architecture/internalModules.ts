import { unpackSyntax } from '../python/packedSyntax';
import type { Module } from '../python/syntax';

/** The Python that the interpreter brings: the catalogue's and the library's modules, by path. */
export class InternalModules {
  private readonly packed: ReadonlyMap<string, string>;
  private readonly unpacked = new Map<string, Module>();

  /** @param parts paths with packed syntax: `torch/nn/__init__.py` */
  constructor(...parts: readonly Readonly<Record<string, string>>[]) {
    this.packed = new Map(parts.flatMap((part) => Object.entries(part)));
  }

  has(path: string): boolean {
    return this.packed.has(path);
  }

  /** Null for a path that has no module. */
  syntax(path: string): Module | null {
    let module = this.unpacked.get(path);
    if (module !== undefined) return module;
    const packed = this.packed.get(path);
    if (packed === undefined) return null;
    module = unpackSyntax(packed);
    this.unpacked.set(path, module);
    return module;
  }
}
