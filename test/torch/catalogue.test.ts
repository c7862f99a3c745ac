import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { torchPython } from './support/generated';
import { seedOfTests } from '../support/seed';

/**
 * The stubs in src/architecture/catalogue against real torch: every class, every signature, thousands of
 * argument lists. The stubs run in CPython here, on a shim of what the analyser brings natively.
 */
describe('The catalogue says what torch says', () => {
  const folder = join(__dirname, '..', '..', 'test', 'torch', 'catalogue');
  const seed = String(seedOfTests());

  compare('torch.nn', 'cases.py', 5000);
  compare('what goes through torch.nn.functional and the layers', 'cases_forward.py', 3500);
  compare('torchvision.ops', 'cases_torchvision.py', 800);

  function compare(what: string, generator: string, atLeast: number): void {
    it(`${what}, seed ${seed}`, () => {
      const cases = execFileSync(torchPython(), ['-W', 'ignore', join(folder, generator), seed], {
        encoding: 'utf8',
        maxBuffer: 1 << 30,
        stdio: ['ignore', 'pipe', 'ignore'],
        env: { ...process.env, PYTHONDONTWRITEBYTECODE: '1' },
      });
      const check = spawnSync(torchPython(), [join(folder, 'check_stubs.py')], {
        encoding: 'utf8',
        input: cases,
        maxBuffer: 1 << 28,
        env: { ...process.env, PYTHONDONTWRITEBYTECODE: '1' },
      });
      assert.equal(check.status, 0, check.stdout + check.stderr);
      const count = Number(/: (\d+) cases/.exec(check.stdout)?.[1]);
      assert.ok(count >= atLeast, `only ${count} cases`);
    });
  }
});
