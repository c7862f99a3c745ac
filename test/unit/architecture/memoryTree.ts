import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Analyzer, type ArchitectureAnalysis } from '../../../src/architecture/analysis';
import { Sources } from '../../../src/architecture/sources';
import { PythonParser } from '../../../src/python/concreteTree';
import type { SourceTree } from '../../../src/python/sourceTree';

/** Files in memory. */
export class MemoryTree implements SourceTree {
  constructor(private readonly files: Readonly<Record<string, string>>) {}
  read(path: string): string | null {
    return this.files[path] ?? null;
  }
  isFile(path: string): boolean {
    return path in this.files;
  }
  isDirectory(path: string): boolean {
    return Object.keys(this.files).some((file) => file.startsWith(`${path}/`));
  }
  names(path: string): readonly string[] {
    const start = path === '' ? '' : `${path}/`;
    const below = Object.keys(this.files).filter((file) => file.startsWith(start));
    return [...new Set(below.map((file) => file.slice(start.length).split('/')[0] ?? ''))];
  }
  isCompiledModule(path: string): boolean {
    return Object.keys(this.files).some((file) => file.startsWith(`${path}.`) && file.endsWith('.so'));
  }
  version(path: string): string | null {
    return path in this.files ? '1' : null;
  }
}

let parser: Promise<PythonParser> | undefined;

/** The parser, loaded once. */
export function pythonParser(): Promise<PythonParser> {
  const modules = join(process.cwd(), 'node_modules');
  parser ??= PythonParser.load({
    runtime: join(modules, 'web-tree-sitter/web-tree-sitter.wasm'),
    grammar: readFileSync(join(modules, 'tree-sitter-python/tree-sitter-python.wasm')),
  });
  return parser;
}

/** An analyzer of files in memory, with its root at ''. */
export async function analyzerOf(
  files: Readonly<Record<string, string>>,
  complete = false,
): Promise<Analyzer> {
  const sources = new Sources(await pythonParser(), new MemoryTree(files));
  return new Analyzer(sources, { roots: [''], complete }, { now: () => performance.now() });
}

/** The analysis of a class of one module text. */
export async function analysisOf(
  source: string,
  name: string,
  args: string | null = null,
): Promise<ArchitectureAnalysis> {
  const analyzer = await analyzerOf({ 'model.py': `import torch\nfrom torch import nn\n${source}` });
  const analysis = analyzer.analyze('model', name, args);
  if (analysis === null) throw new Error(`${name} is not defined`);
  return analysis;
}
