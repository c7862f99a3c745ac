import { readFileSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { Analyzer, type Prediction } from '../architecture/analysis';
import { Sources } from '../architecture/sources';
import { importRoot, moduleName, toPortable } from '../files/importRoot';
import { FileSourceTree } from '../files/sourceTree';
import { PythonParser } from '../python/concreteTree';

/** `FILE.py:Name` with its arguments, as the command line gives it. */
export interface ModelTarget {
  readonly file: string;
  readonly name: string;
  /** Python argument text, null for the defaults. */
  readonly args: string | null;
  /** Where absolute imports start, null for the folder from which they resolve. */
  readonly root: string | null;
  readonly sitePackages: string | null;
}

/** The two halves of `FILE.py:Name`; null for any other text. A drive's colon is no separator. */
export function splitTarget(target: string): { readonly file: string; readonly name: string } | null {
  const match = /^(.*\.py):([^:/\\]+)$/s.exec(target);
  if (match?.[1] === undefined || match[2] === undefined) return null;
  return { file: match[1], name: match[2] };
}

/** Predicts models from source files; what was parsed is kept between them. */
export class ModelSources {
  private constructor(private readonly sources: Sources) {}

  static async load(): Promise<ModelSources> {
    return new ModelSources(new Sources(await loadParser(), new FileSourceTree()));
  }

  /** Where the imports of a target's file start, as an absolute path. */
  root(target: ModelTarget): string {
    return resolve(importRoot(this.sources, toPortable(resolve(target.file)), target.root));
  }

  /** `noFile` and `noName` say what the target lacks. */
  predict(target: ModelTarget): Prediction | 'noFile' | 'noName' {
    const file = resolve(target.file);
    if (!isFile(file)) return 'noFile';
    const root = this.root(target);
    const roots = [
      toPortable(root),
      ...(target.sitePackages === null ? [] : [toPortable(resolve(target.sitePackages))]),
    ];
    const path = { roots, complete: target.sitePackages !== null };
    const analyzer = new Analyzer(this.sources, path, { now: () => performance.now() });
    return analyzer.predict(moduleName(root, file), target.name, target.args) ?? 'noName';
  }
}

export function isFile(path: string): boolean {
  try {
    return statSync(path).isFile();
  } catch {
    return false;
  }
}

/** The parser's wasm lies beside the bundle. */
export function loadParser(): Promise<PythonParser> {
  return PythonParser.load({
    runtime: join(__dirname, 'web-tree-sitter.wasm'),
    grammar: readFileSync(join(__dirname, 'tree-sitter-python.wasm')),
  });
}
