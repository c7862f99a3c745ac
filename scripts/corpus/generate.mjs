import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { inRoot } from '../paths.mjs';
import { torchPython } from '../torchEnv.mjs';
import { benignPackages } from './environment.mjs';

/**
 * Makes the corpus in `.cache/corpus` unless it is there already: test/corpus/generators says what is in it.
 * Returns its folder and the manifest's lines.
 */
export function generateCorpus() {
  const folder = inRoot('.cache', 'corpus');
  const generators = inRoot('test', 'corpus', 'generators');
  const stamp = join(folder, 'stamp');
  const wanted = stampOf(generators);
  if (!existsSync(stamp) || readFileSync(stamp, 'utf8') !== wanted) {
    const fresh = `${folder}.new`;
    rmSync(fresh, { recursive: true, force: true });
    mkdirSync(fresh, { recursive: true });
    const packages = benignPackages();
    for (const script of ['make.py', 'benign.py']) {
      execFileSync(torchPython(), ['-W', 'ignore', join(generators, script), fresh], {
        stdio: ['ignore', 'ignore', 'inherit'],
        env: { ...process.env, PYTHONDONTWRITEBYTECODE: '1', PYTHONPATH: packages },
      });
    }
    rmSync(folder, { recursive: true, force: true });
    renameSync(fresh, folder);
    writeFileSync(stamp, wanted);
  }
  const lines = ['crafted.jsonl', 'benign.jsonl'].flatMap((name) =>
    readFileSync(join(folder, name), 'utf8')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line)),
  );
  return { folder, lines };
}

function stampOf(generators) {
  const hash = createHash('sha256');
  for (const name of readdirSync(generators).sort()) {
    if (name.endsWith('.py')) hash.update(name).update(readFileSync(join(generators, name)));
  }
  for (const list of [
    inRoot('test', 'corpus', 'requirements.txt'),
    inRoot('test', 'torch', 'requirements.txt'),
  ]) {
    hash.update(readFileSync(list));
  }
  return hash.digest('hex');
}
