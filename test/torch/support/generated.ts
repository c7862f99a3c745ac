import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TruthEntry } from './truth';

const root = join(__dirname, '..', '..', '..');
const generators = join(root, 'test', 'torch', 'checkpoints');
const samples = join(root, 'test', 'samples');

/** A folder of files made by real torch, and what torch says of each. */
export interface Generated {
  readonly folder: string;
  readonly entries: readonly TruthEntry[];
}

/**
 * Makes the files of a generator in `.cache/<name>` unless they are there already: its stamp is a hash of
 * everything that decides about them. Takes seconds the first time, and is synchronous so that mocha can
 * make one test per file.
 */
export function generate(name: string, script: string, extraArguments: readonly string[] = []): Generated {
  const folder = join(root, '.cache', name);
  const stamp = join(folder, 'stamp');
  const wanted = stampOf([generators, samples], [join(root, 'test', 'torch', 'requirements.txt'), wheels]);
  if (!existsSync(stamp) || readFileSync(stamp, 'utf8') !== wanted) {
    const fresh = `${folder}.new`;
    rmSync(fresh, { recursive: true, force: true });
    mkdirSync(fresh, { recursive: true });
    execFileSync(torchPython(), ['-W', 'ignore', join(generators, script), fresh, ...extraArguments], {
      stdio: ['ignore', 'ignore', 'inherit'],
      env: { ...process.env, PYTHONDONTWRITEBYTECODE: '1' },
    });
    rmSync(folder, { recursive: true, force: true });
    renameSync(fresh, folder);
    writeFileSync(stamp, wanted);
  }
  const entries = JSON.parse(readFileSync(join(folder, 'truth.json'), 'utf8')) as TruthEntry[];
  return { folder, entries };
}

const wheels = join(root, 'test', 'torch', 'wheels.txt');

/** The interpreter of the tests against torch; the test runner may have it ready. */
export function torchPython(): string {
  const given = process.env['GRAFTLENS_PYTHON'];
  if (given) return given;
  const script = join(root, 'scripts', 'torchEnv.mjs');
  return execFileSync(process.execPath, [script], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
  }).trim();
}

function stampOf(folders: readonly string[], files: readonly string[]): string {
  const hash = createHash('sha256');
  for (const folder of folders) {
    // Folders below hold what other tests are about.
    const files = readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.isFile());
    for (const name of files.map((entry) => entry.name).sort()) {
      hash.update(name).update(readFileSync(join(folder, name)));
    }
  }
  for (const file of files) hash.update(readFileSync(file));
  return hash.digest('hex');
}
