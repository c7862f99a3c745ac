import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { inRoot } from '../paths.mjs';
import { torchPython } from '../torchEnv.mjs';

/**
 * Installs a list of packages, exactly those, into a folder of `.cache` that can stand on Python's path; again
 * whenever the list changes. Returns the folder.
 */
export function packagesFolder(name, requirements, ...options) {
  const folder = inRoot('.cache', name);
  const stamp = join(folder, 'graftlens.stamp');
  const wanted = createHash('sha256').update(readFileSync(requirements)).digest('hex');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return folder;
  const fresh = `${folder}.new`;
  rmSync(fresh, { recursive: true, force: true });
  const pip = [torchPython(), '-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', ...options];
  execFileSync(pip[0], [...pip.slice(1), '--target', fresh, '--requirement', requirements], {
    stdio: ['ignore', process.stderr, process.stderr],
  });
  rmSync(folder, { recursive: true, force: true });
  renameSync(fresh, folder);
  writeFileSync(stamp, wanted);
  return folder;
}

/** scikit-learn, pandas and scipy; torch, numpy and joblib are those of `.venv`. */
export function benignPackages() {
  return packagesFolder('corpus-packages', inRoot('test', 'corpus', 'requirements.txt'), '--no-deps');
}
