import { Analyzer, type Prediction } from '../architecture/analysis';
import { Sources } from '../architecture/sources';
import { importRoot, moduleName, toPortable } from '../files/importRoot';
import { OverlayTree, type SourceOverlay } from '../files/overlayTree';
import { FileSourceTree } from '../files/sourceTree';
import type { PythonParser } from '../python/concreteTree';
import type { ClassPlace, ModelSubject } from './checkMessages';

/** Reads classes of files of which some have another text than on the disk. */
export class SourceReader {
  private readonly files = new FileSourceTree();
  private readonly tree = new OverlayTree(this.files);
  private readonly sources: Sources;
  private readonly analyzers = new Map<string, Analyzer>();

  constructor(parser: PythonParser) {
    this.sources = new Sources(parser, this.tree);
  }

  predict(
    { file: path, name, args }: ModelSubject,
    overlays: readonly SourceOverlay[],
    sitePackages: readonly string[] | null,
  ): { readonly prediction: Prediction | null; readonly root: string } {
    this.refresh(overlays);
    const file = toPortable(path);
    const root = toPortable(importRoot(this.sources, file, null));
    return {
      prediction: this.analyzer(root, sitePackages).predict(moduleName(root, file), name, args),
      root,
    };
  }

  classes(files: readonly string[], overlays: readonly SourceOverlay[]): ClassPlace[] {
    this.refresh(overlays);
    return files.flatMap((path) => {
      const file = toPortable(path);
      const root = toPortable(importRoot(this.sources, file, null));
      const classes = this.analyzer(root, null).moduleClasses(moduleName(root, file));
      return classes.map(({ name, line }) => ({ file: path, name, line }));
    });
  }

  private refresh(overlays: readonly SourceOverlay[]): void {
    this.files.refresh();
    this.tree.set(overlays);
    for (const analyzer of this.analyzers.values()) analyzer.refresh();
  }

  private analyzer(root: string, sitePackages: readonly string[] | null): Analyzer {
    const roots = [root, ...(sitePackages ?? []).map(toPortable)];
    const complete = sitePackages !== null;
    const key = JSON.stringify([roots, complete]);
    const known = this.analyzers.get(key);
    if (known !== undefined) return known;
    const made = new Analyzer(this.sources, { roots, complete }, { now: () => performance.now() });
    this.analyzers.set(key, made);
    return made;
  }
}
