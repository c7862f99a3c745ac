import { mkdirSync, rmSync, statSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { dirname, join, relative, sep } from 'node:path';
import { pathToFileURL } from 'node:url';
import * as esbuild from 'esbuild';
import { describeFailure } from './build.mjs';
import { filesBelow, nodeBundle } from './bundles.mjs';
import { inRoot } from './paths.mjs';

/**
 * Bundles the tests below `test/<suite>` into `out/<suite>`, each file for itself, so that one that does
 * not compile leaves the others running.
 *
 * Returns `{ files, failures }`: paths of the bundles, and a text for each that could not be made.
 */
export async function bundleTests(suite, accepts = (name) => name.endsWith('.test.ts')) {
  const target = emptyTarget(suite);
  const files = [];
  const failures = [];
  await Promise.all(
    filesBelow(inRoot('test', suite), accepts).map(async (entry) => {
      const outfile = join(target, relative(inRoot('test', suite), entry).replace(/\.ts$/, '.js'));
      try {
        await esbuild.build({ ...testBundle, format: 'cjs', entryPoints: [entry], outfile });
        files.push(outfile);
      } catch (failure) {
        failures.push(describeFailure(failure));
      }
    }),
  );
  return { files: files.sort(), failures };
}

/**
 * Bundles all tests below `test/<suite>` into one ES module, or `parts` of about equal size, for a suite whose
 * files share one state (a server, a browser) and use the modules of `scripts/`. Returns as `bundleTests` does.
 */
export async function bundleTestsTogether(suite, parts = 1) {
  const target = emptyTarget(suite);
  const files = [];
  const failures = [];
  const entries = filesBelow(inRoot('test', suite), (name) => name.endsWith('.test.ts'));
  for (const [index, part] of evenParts(entries, parts).entries()) {
    const outfile = join(target, `all-${index + 1}.test.mjs`);
    try {
      await esbuild.build({
        ...testBundle,
        format: 'esm',
        stdin: {
          contents: part.map((entry) => `import ${JSON.stringify(entry)};`).join('\n'),
          resolveDir: inRoot(),
        },
        outfile,
      });
      files.push(outfile);
    } catch (failure) {
      failures.push(describeFailure(failure));
    }
  }
  return { files, failures };
}

/** Shares files out, the longest first, each to the part that is shortest so far; no part is empty. */
export function evenParts(files, count) {
  const parts = Array.from({ length: count }, () => ({ files: [], bytes: 0 }));
  const sized = files.map((file) => ({ file, bytes: statSync(file).size }));
  for (const { file, bytes } of sized.sort((a, b) => b.bytes - a.bytes)) {
    const shortest = parts.reduce((a, b) => (b.bytes < a.bytes ? b : a));
    shortest.files.push(file);
    shortest.bytes += bytes;
  }
  return parts.map((part) => part.files.sort()).filter((part) => part.length > 0);
}

const testBundle = {
  ...nodeBundle,
  sourcemap: 'inline',
  sourcesContent: false,
  external: [...nodeBundle.external, 'mocha', 'playwright-core', 'esbuild', 'typescript'],
  plugins: [...nodeBundle.plugins, sourcePlaces(), scriptsInPlace()],
};

function emptyTarget(suite) {
  const target = inRoot('out', suite);
  rmSync(target, { recursive: true, force: true });
  mkdirSync(target, { recursive: true });
  return target;
}

/** Gives each test file its own `__dirname`: tests find fixtures by the place of their source. */
function sourcePlaces() {
  return {
    name: 'source places',
    setup(build) {
      build.onLoad({ filter: /\.ts$/ }, async ({ path }) => {
        if (!path.startsWith(inRoot('test') + sep)) return undefined;
        const text = await readFile(path, 'utf8');
        const contents = text
          .replace(/\b__dirname\b/g, () => JSON.stringify(dirname(path)))
          .replace(/\b__filename\b/g, () => JSON.stringify(path));
        return { contents, loader: 'ts' };
      });
    },
  };
}

/** The modules of `scripts/` know where they are, so they are loaded and not bundled. */
function scriptsInPlace() {
  return {
    name: 'scripts in place',
    setup(build) {
      build.onResolve({ filter: /\/scripts\/.*\.mjs$/ }, ({ path, resolveDir }) => ({
        path: pathToFileURL(join(resolveDir, path)).href,
        external: true,
      }));
    },
  };
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  const suites = { unit: undefined, vscode: (file) => file.endsWith('.test.ts') || file === 'index.ts' };
  for (const [suite, accepts] of Object.entries(suites)) {
    const { failures } = await bundleTests(suite, accepts);
    for (const failure of failures) console.error(failure);
    if (failures.length > 0) process.exitCode = 1;
  }
}
