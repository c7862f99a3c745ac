import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { inRoot, root } from './paths.mjs';

/** Python texts that the static analysis brings, offered to code as `virtual:catalogue` and `virtual:library`. */
const pythonFolder = (name) => inRoot('src', 'architecture', name);

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
  plugins: [pythonTexts()],
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

/** An esbuild plugin: `import texts from 'virtual:catalogue'` is a record of path → Python text. */
function pythonTexts() {
  return {
    name: 'python-texts',
    setup(build) {
      build.onResolve({ filter: /^virtual:(catalogue|library)$/ }, ({ path }) => ({
        path: path.slice('virtual:'.length),
        namespace: 'python-texts',
      }));
      build.onLoad({ filter: /.*/, namespace: 'python-texts' }, ({ path }) => {
        const folder = pythonFolder(path);
        const files = filesBelow(folder, (name) => name.endsWith('.py'));
        const texts = files.map((file) => [
          relative(folder, file).split(sep).join('/'),
          readFileSync(file, 'utf8').replace(/\r\n/g, '\n'),
        ]);
        return {
          contents: `export default ${JSON.stringify(Object.fromEntries(texts))};`,
          loader: 'js',
          watchFiles: files,
          watchDirs: existsSync(folder) ? [folder] : [],
        };
      });
    },
  };
}
