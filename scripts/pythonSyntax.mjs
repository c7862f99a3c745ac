import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import * as esbuild from 'esbuild';
import { inRoot } from './paths.mjs';

const wasm = (name) => inRoot('node_modules', ...name.split('/'));

/**
 * Parses Python texts and packs their syntax, with the product's own parser (src/python). Returns a function from
 * text to packed syntax.
 *
 * @param options esbuild's options for bundles for Node, without plugins
 */
export async function syntaxPacker(options) {
  const { outputFiles } = await esbuild.build({
    ...options,
    stdin: {
      contents: [
        "export { PythonParser } from './src/python/concreteTree';",
        "export { parseModule } from './src/python/parseModule';",
        "export { packSyntax } from './src/python/packedSyntax';",
      ].join('\n'),
      resolveDir: inRoot(),
      loader: 'ts',
    },
    write: false,
  });
  const module = { exports: {} };
  const load = new Function('module', 'exports', 'require', '__dirname', '__filename', outputFiles[0].text);
  load(module, module.exports, createRequire(import.meta.url), inRoot(), inRoot('syntaxPacker.js'));
  const { PythonParser, parseModule, packSyntax } = module.exports;
  const parser = await PythonParser.load({
    runtime: wasm('web-tree-sitter/web-tree-sitter.wasm'),
    grammar: readFileSync(wasm('tree-sitter-python/tree-sitter-python.wasm')),
  });
  return (file, text) => {
    const syntax = parseModule(parser, text);
    if (syntax.errors.length > 0) throw new Error(`${file}:${syntax.errors[0]}: this is no Python`);
    return packSyntax(syntax);
  };
}
