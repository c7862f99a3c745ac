import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, rmSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

/** The oldest torch and Python that the check supports. */
export const oldest = { python: '3.8', torch: '1.8.0' };

const folder = join(process.cwd(), '.cache', 'torch-oldest');
const made = join(folder, 'venv', process.platform === 'win32' ? 'Scripts/python.exe' : 'bin/python');

/**
 * An interpreter with the oldest torch, made on first use (about 700 MB to download), or a sentence that says
 * why there is none. GRAFTLENS_OLD_PYTHON names one to use as it is.
 */
export function oldTorchPython(): { readonly python: string } | { readonly missing: string } {
  const given = process.env['GRAFTLENS_OLD_PYTHON'];
  if (given) return { python: given };
  if (hasTorch(made)) return { python: made };
  const python = findPython();
  if (python === null)
    return { missing: `there is no Python ${oldest.python} to install torch ${oldest.torch} for` };
  rmSync(folder, { recursive: true, force: true });
  run(python, ['-m', 'venv', join(folder, 'venv')]);
  const packages = [`torch==${oldest.torch}`, 'numpy<1.25'];
  const output = run(made, ['-m', 'pip', 'install', '--disable-pip-version-check', ...packages]);
  return hasTorch(made)
    ? { python: made }
    : { missing: `torch ${oldest.torch} was not installed: ${output.slice(-300)}` };
}

function hasTorch(python: string): boolean {
  return (
    existsSync(python) && run(python, ['-c', 'import torch; print(torch.__version__)']).includes(oldest.torch)
  );
}

function findPython(): string | null {
  const versions = join(process.env['PYENV_ROOT'] ?? join(homedir(), '.pyenv'), 'versions');
  const kept = existsSync(versions)
    ? readdirSync(versions).filter((name) => name.startsWith(oldest.python))
    : [];
  const candidates = [`python${oldest.python}`, ...kept.map((name) => join(versions, name, 'bin', 'python'))];
  const probe = ['-c', 'import sys; print("%d.%d" % sys.version_info[:2])'];
  return candidates.find((python) => run(python, probe).trim() === oldest.python) ?? null;
}

function run(command: string, args: readonly string[]): string {
  const { stdout, stderr } = spawnSync(command, args, { encoding: 'utf8' });
  return `${stdout ?? ''}${stderr ?? ''}`;
}
