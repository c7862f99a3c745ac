/**
 * The Python environment of the tests against real torch: `.venv` in the repository's root, made on first
 * use and again whenever test/torch/requirements.txt changes.
 *
 *   node scripts/torchEnv.mjs        make it ready and print its interpreter
 *   import { torchPython } from …    the same, as a path
 *
 * GRAFTLENS_PYTHON names an interpreter to use as it is, without installing anything.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const requirements = join(root, 'test', 'torch', 'requirements.txt');
const venv = join(root, '.venv');
const stamp = join(venv, 'graftlens.stamp');
const oldestPython = [3, 10];

/**
 * The path of a Python interpreter that can import all of test/torch/requirements.txt.
 * Throws an Error with a sentence for a person when there is no Python or an installation fails.
 */
export function torchPython() {
  const given = process.env.GRAFTLENS_PYTHON;
  if (given) {
    requireImports(given, 'GRAFTLENS_PYTHON');
    return given;
  }
  const interpreter = venvInterpreter();
  const wanted = createHash('sha256').update(readFileSync(requirements)).digest('hex');
  if (existsSync(interpreter) && existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) {
    return interpreter;
  }
  makeVenv();
  run(interpreter, ['-m', 'pip', 'install', '--disable-pip-version-check', '--requirement', requirements]);
  requireImports(interpreter, '.venv');
  writeFileSync(stamp, wanted);
  return interpreter;
}

function venvInterpreter() {
  return process.platform === 'win32' ? join(venv, 'Scripts', 'python.exe') : join(venv, 'bin', 'python');
}

function makeVenv() {
  const python = findPython();
  // A half-made environment is cheaper to make again than to mend.
  rmSync(venv, { recursive: true, force: true });
  process.stderr.write(`Making ${venv} with torch (once, several hundred MB) …\n`);
  run(python[0], [...python.slice(1), '-m', 'venv', venv]);
}

/** The command of a Python new enough for torch, as an argument list (`['py', '-3']` on Windows). */
function findPython() {
  const commands = process.platform === 'win32' ? [['py', '-3'], ['python']] : [['python3'], ['python']];
  const found = [];
  for (const command of commands) {
    const probe = 'import sys; print("%d %d" % sys.version_info[:2])';
    const answer = spawnSync(command[0], [...command.slice(1), '-c', probe], { encoding: 'utf8' });
    if (answer.status !== 0) continue;
    const [major = 0, minor = 0] = answer.stdout.trim().split(' ').map(Number);
    if (major === oldestPython[0] && minor >= oldestPython[1]) return command;
    found.push(`${command.join(' ')} is ${major}.${minor}`);
  }
  throw new Error(
    `The tests against torch need Python ${oldestPython.join('.')} or later` +
      (found.length > 0 ? ` (${found.join(', ')})` : ', and none was found on the PATH') +
      '. Install it (with its venv module), or set GRAFTLENS_PYTHON to an interpreter that has the packages of ' +
      'test/torch/requirements.txt.',
  );
}

function requireImports(interpreter, origin) {
  const answer = spawnSync(interpreter, ['-c', 'import torch, numpy, safetensors, joblib, lz4.frame'], {
    encoding: 'utf8',
  });
  if (answer.status === 0) return;
  const reason = answer.error?.message ?? answer.stderr.trim().split('\n').at(-1);
  throw new Error(`The Python of ${origin} (${interpreter}) cannot run the tests: ${reason}`);
}

function run(command, args) {
  try {
    // pip's progress belongs to the person who waits; stdout is kept for the answer.
    execFileSync(command, args, { stdio: ['ignore', process.stderr, process.stderr] });
  } catch {
    throw new Error(`This command failed, its output is above: ${[command, ...args].join(' ')}`);
  }
}

// realpath: `node` resolves symbolic links of its main module, `process.argv` keeps them.
if (process.argv[1] && realpathSync(process.argv[1]) === realpathSync(fileURLToPath(import.meta.url))) {
  try {
    process.stdout.write(torchPython() + '\n');
  } catch (error) {
    process.stderr.write(`${error.message}\n`);
    process.exitCode = 2;
  }
}
