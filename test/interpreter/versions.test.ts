import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { oldest, oldTorchPython } from './support/oldTorch';
import { net, Project, torchPython, withProject } from './support/project';
import { openWeights } from './support/weights';

/** The tool that says which Python a source needs. */
const VERMIN = 'vermin==1.9.2';

describe('The script for every Python and torch', () => {
  it('its syntax and library are those of Python 3.8, and the first file is readable for Python 2', function () {
    this.timeout(300_000);
    const tool = join(process.cwd(), '.cache', 'vermin');
    if (!existsSync(tool)) {
      execFileSync(torchPython(), ['-m', 'pip', 'install', '--quiet', '--target', tool, VERMIN], {
        stdio: ['ignore', 'ignore', 'inherit'],
      });
    }
    const needs = (...args: string[]): string => {
      const { stdout, stderr, status } = spawnSync(
        torchPython(),
        ['-c', 'from vermin import main; main()', ...args],
        {
          encoding: 'utf8',
          env: { ...process.env, PYTHONPATH: tool },
        },
      );
      assert.equal(status, 0, stdout + stderr);
      return stdout;
    };
    assert.match(needs('--target=3.8-', '--violations', 'python'), /Minimum required versions/);
    needs('--target=2.7-', '--target=3.0-', 'python/check_weights.py');
  });

  for (const [version, name] of [
    ['2.7', 'python2.7'],
    ['3.6', 'python3.6'],
    ['3.7', 'python3.7'],
  ] as const) {
    it(`Python ${version} is told that it is too old`, function () {
      const root = process.env['PYENV_ROOT'] ?? join(process.env['HOME'] ?? '', '.pyenv');
      const found = [name, ...pyenv(root, version)].find(
        (python) => spawnSync(python, ['--version']).status === 0,
      );
      if (found === undefined) return this.skip();
      return withProject({ 'model.py': net }, async (project) => {
        const failure = await project.failure({ options: { python: found } });
        assert.equal(failure.code, 'interpreter.pythonTooOld');
        assert.deepEqual(failure.args, [version]);
      });
    });
  }
});

describe(`torch ${oldest.torch} with Python ${oldest.python}`, function () {
  this.timeout(600_000);
  const project = new Project({});
  let python = '';
  before(function () {
    const found = oldTorchPython();
    if ('missing' in found) {
      console.warn(found.missing);
      this.skip();
    } else python = found.python;
    const source = join(process.cwd(), 'test', 'interpreter', 'signal', 'calibrated_net.py');
    project.write('net.py', readFileSync(source, 'utf8'));
    project.write('model.py', net);
    project.python(
      'import sys, runpy; sys.argv = ["net.py", "weights.pth"]; runpy.run_path("net.py", run_name="__main__")',
    );
  });
  after(() => project.remove());

  it('builds, loads from byte ranges, runs and compares', async () => {
    const weights = await openWeights(project.path('weights.pth'), 'head.weight');
    const reply = await project.reply({
      file: 'net.py',
      args: 'Squeeze',
      weights,
      inputs: [{ shape: [2, 3, 32, 32], dtype: 'float32' }],
      options: { python },
    });
    assert.equal(reply.torch, oldest.torch);
    assert.equal(reply.weights?.source, 'ranges');
    assert.deepEqual(reply.load?.missing, ['block0.down.weight', 'block0.up.weight']);
    assert.deepEqual([reply.load.unexpected, reply.load.mismatched, reply.load.errors], [[], [], []]);
    assert.equal(reply.forward?.ok, true);
    const ratio = reply.signal?.[0]?.ratio ?? 0;
    assert.ok(Math.abs(ratio - 0.5) < 0.025, String(ratio));
  });

  it('loads strictly, and tells each line', async () => {
    const weights = await openWeights(project.path('weights.pth'), 'head.weight');
    const reply = await project.reply({ file: 'net.py', weights, options: { python } });
    assert.equal(reply.load?.strict, true);
    assert.ok(reply.model.entries.every(({ file }) => file === project.path('net.py')));
    const failure = await project.failure({ args: 'width=3', options: { python } });
    assert.equal(failure.code, 'interpreter.argumentsWrong');
  });

  it('reads the values of every dtype that it has', async () => {
    project.write(
      'values.py',
      `${net}
class Says(Net):
    def load_state_dict(self, state, strict=True):
        print("SUM", sorted((key, str(value.dtype), float(value.double().sum())) for key, value in state.items()))
        return super().load_state_dict(Net().state_dict(), strict)
`,
    );
    const said = project.python(`
import torch
torch.manual_seed(0)
base = torch.randn(4, 5)
state = {"base": base, "turned": base.t(), "part": base[1:, 2:], "half": base.half(), "brain": base.bfloat16(),
         "double": base.double(), "bool": base > 0, "bytes": torch.arange(7, dtype=torch.uint8),
         "long": torch.arange(7) - 3, "int": torch.arange(5, dtype=torch.int32), "empty": torch.empty(0, 2)}
torch.save(state, "values.pth")
print("SUM", sorted((key, str(value.dtype), float(value.double().sum())) for key, value in state.items()))`);
    const weights = await openWeights(project.path('values.pth'), 'base');
    const outcome = await project.check({ file: 'values.py', name: 'Says', weights, options: { python } });
    assert.ok(outcome.ok, JSON.stringify(outcome));
    assert.deepEqual(outcome.reply.weights?.unread, []);
    assert.equal(
      outcome.log.split('\n').find((line) => line.startsWith('SUM')),
      said.trim(),
    );
  });
});

function pyenv(root: string, version: string): string[] {
  const { stdout } = spawnSync('ls', [join(root, 'versions')], { encoding: 'utf8' });
  return (stdout ?? '')
    .split('\n')
    .filter((name) => name.startsWith(`${version}.`))
    .map((name) => join(root, 'versions', name, 'bin', 'python'));
}
