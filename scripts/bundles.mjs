import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { inRoot, root } from './paths.mjs';
import { syntaxPacker } from './pythonSyntax.mjs';

/** Python that the static analysis brings; code gets its syntax as `virtual:catalogue` and `virtual:library`. */
const pythonFolder = (name) => inRoot('src', 'architecture', name);

const nodeOptions = {
  absWorkingDir: root,
  bundle: true,
  platform: 'node',
  format: 'cjs',
  target: 'node20',
  external: ['vscode'],
  loader: { '.py': 'text' },
  // Its ES module asks `createRequire(import.meta.url)`, which is undefined in a CommonJS bundle.
  alias: { 'web-tree-sitter': inRoot('node_modules', 'web-tree-sitter', 'web-tree-sitter.cjs') },
  logLevel: 'silent',
};

/** What every bundle for Node shares: extension host, worker, command line, tests. */
export const nodeBundle = { ...nodeOptions, plugins: [pythonSyntax()] };

/** What every bundle for a webview shares. */
export const webviewBundle = {
  absWorkingDir: root,
  bundle: true,
  platform: 'browser',
  format: 'iife',
  target: 'es2022',
  loader: { '.svg': 'text', '.ttf': 'file' },
  assetNames: '[name]',
  logLevel: 'silent',
};

/** Files below a folder that a test of names accepts, sorted. */
export function filesBelow(folder, accepts) {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && accepts(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
}

/** An esbuild plugin: `import modules from 'virtual:catalogue'` is a record of path → packed syntax. */
function pythonSyntax() {
  return {
    name: 'python-syntax',
    setup(build) {
      build.onResolve({ filter: /^virtual:(catalogue|library)$/ }, ({ path }) => ({
        path: path.slice('virtual:'.length),
        namespace: 'python-syntax',
      }));
      build.onLoad({ filter: /.*/, namespace: 'python-syntax' }, async ({ path }) => {
        const folder = pythonFolder(path);
        const files = filesBelow(folder, (name) => name.endsWith('.py'));
        const modules = [];
        for (const file of files) {
          const name = relative(folder, file).split(sep).join('/');
          modules.push([name, await packed(file, readFileSync(file, 'utf8').replace(/\r\n/g, '\n'))]);
        }
        return {
          contents: `export default ${JSON.stringify(Object.fromEntries(modules))};`,
          loader: 'js',
          watchFiles: files,
          watchDirs: existsSync(folder) ? [folder] : [],
        };
      });
    },
  };
}

/** By text: many bundles hold the same. */
const packedTexts = new Map();
let packer;

async function packed(file, text) {
  const known = packedTexts.get(text);
  if (known !== undefined) return known;
  packer ??= syntaxPacker(nodeOptions);
  const syntax = (await packer)(file, text);
  packedTexts.set(text, syntax);
  return syntax;
}
