import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { inRoot, root } from './paths.mjs';

/** Python texts of the architecture's catalogue, offered to code as the module `virtual:catalogue`. */
const catalogueFolder = inRoot('src', 'architecture', 'catalogue');

/** What every bundle for Node shares: extension host, worker, command line, tests. */
export const nodeBundle = {
  absWorkingDir: root,
  bundle: true,
  platform: 'node',
  format: 'cjs',
  target: 'node20',
  external: ['vscode'],
  loader: { '.py': 'text' },
  // Its ES module asks `createRequire(import.meta.url)`, which is undefined in a CommonJS bundle.
  alias: { 'web-tree-sitter': inRoot('node_modules', 'web-tree-sitter', 'web-tree-sitter.cjs') },
  plugins: [catalogue()],
  logLevel: 'silent',
};

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

/** An esbuild plugin: `import catalogue from 'virtual:catalogue'` is a record of path → Python text. */
function catalogue() {
  return {
    name: 'catalogue',
    setup(build) {
      build.onResolve({ filter: /^virtual:catalogue$/ }, () => ({
        path: 'catalogue',
        namespace: 'catalogue',
      }));
      build.onLoad({ filter: /.*/, namespace: 'catalogue' }, () => {
        const files = filesBelow(catalogueFolder, (name) => name.endsWith('.py'));
        const texts = files.map((file) => [
          relative(catalogueFolder, file).split(sep).join('/'),
          readFileSync(file, 'utf8'),
        ]);
        return {
          contents: `export default ${JSON.stringify(Object.fromEntries(texts))};`,
          loader: 'js',
          watchFiles: files,
          watchDirs: existsSync(catalogueFolder) ? [catalogueFolder] : [],
        };
      });
    },
  };
}
