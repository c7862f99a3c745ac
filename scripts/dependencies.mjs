import { existsSync, readFileSync } from 'node:fs';
import { spawnSync } from 'node:child_process';
import { inRoot } from './paths.mjs';

/**
 * Installs the packages of package-lock.json when node_modules lacks one of them. Uses nothing but Node
 * itself: it is what makes everything else importable.
 */
export function ensureDependencies() {
  if (installed()) return;
  console.log('Installing packages (npm ci) …');
  const shell = process.platform === 'win32';
  const result = spawnSync('npm', ['ci'], { cwd: inRoot(), stdio: 'inherit', shell });
  if (result.status !== 0) throw new Error('npm ci failed; its output is above.');
}

function installed() {
  const record = inRoot('node_modules', '.package-lock.json');
  if (!existsSync(record)) return false;
  const present = readPackages(record);
  const wanted = readPackages(inRoot('package-lock.json'));
  return Object.entries(wanted).every(
    ([path, { version, optional }]) => path === '' || optional || present[path]?.version === version,
  );
}

const readPackages = (file) => JSON.parse(readFileSync(file, 'utf8')).packages;
