import { rmSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
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
  const source = inRoot('test', suite);
  const target = inRoot('out', suite);
  rmSync(target, { recursive: true, force: true });
  const files = [];
  const failures = [];
  await Promise.all(
    filesBelow(source, accepts).map(async (entry) => {
      const outfile = join(target, relative(source, entry).replace(/\.ts$/, '.js'));
      try {
        await esbuild.build({
          ...nodeBundle,
          entryPoints: [entry],
          outfile,
          sourcemap: 'inline',
          sourcesContent: false,
          // Tests find fixtures by the place of their source, not of the bundle.
          define: { __dirname: JSON.stringify(dirname(entry)), __filename: JSON.stringify(entry) },
          external: [...nodeBundle.external, 'mocha', 'playwright-core', 'esbuild', 'typescript'],
        });
        files.push(outfile);
      } catch (failure) {
        failures.push(describeFailure(failure));
      }
    }),
  );
  return { files: files.sort(), failures };
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  const suites = { unit: undefined, vscode: (file) => file.endsWith('.test.ts') || file === 'index.ts' };
  for (const [suite, accepts] of Object.entries(suites)) {
    const { failures } = await bundleTests(suite, accepts);
    for (const failure of failures) console.error(failure);
    if (failures.length > 0) process.exitCode = 1;
  }
}
