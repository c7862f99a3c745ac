/** Packs `graftlens.vsix` from a fresh build: `node scripts/package.mjs`. */
import { existsSync, rmSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { build } from './build.mjs';
import { inRoot } from './paths.mjs';
import { run } from './processes.mjs';

export const vsixPath = inRoot('graftlens.vsix');

/** Packs what `.vscodeignore` allows; resolves to the path of the package. */
export async function packageExtension({ rebuild = true } = {}) {
  if (rebuild) await build();
  rmSync(vsixPath, { force: true });
  const vsce = inRoot('node_modules', '@vscode', 'vsce', 'vsce');
  // Everything that is needed is in the bundles, so no node_modules go in.
  const args = [vsce, 'package', '--no-dependencies', '--allow-missing-repository', '--out', vsixPath];
  await run(process.execPath, args, { cwd: inRoot(), timeout: 180_000 });
  if (!existsSync(vsixPath)) throw new Error('vsce ended well but wrote no package.');
  return vsixPath;
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  try {
    console.log(await packageExtension());
  } catch (error) {
    console.error(error.message);
    process.exitCode = 1;
  }
}
