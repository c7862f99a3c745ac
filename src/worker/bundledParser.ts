import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { PythonParser } from '../python/concreteTree';

/** The parser of Python, whose wasm lies beside the bundle. */
export function bundledParser(): Promise<PythonParser> {
  return PythonParser.load({
    runtime: join(__dirname, 'web-tree-sitter.wasm'),
    grammar: readFileSync(join(__dirname, 'tree-sitter-python.wasm')),
  });
}
