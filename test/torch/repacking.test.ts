import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { CompatibilityReport } from '../../src/compatibility/report';
import { torchPython } from './support/generated';

/** Kinds of attention in models.py: what the weights are of, and what the model has. */
const cases = [
  { from: 'Torch', to: 'Separate', splits: 6, joins: 0 },
  { from: 'Separate', to: 'Torch', splits: 0, joins: 6 },
  { from: 'Torch', to: 'Named', splits: 6, joins: 0 },
  { from: 'Packed', to: 'Separate', splits: 6, joins: 0 },
  { from: 'Named', to: 'Packed', splits: 0, joins: 6 },
  { from: 'Torch', to: 'Separate', parallel: true, splits: 6, joins: 0 },
  { from: 'Separate', to: 'Packed', parallel: true, splits: 0, joins: 6 },
] as const;

interface Outcome {
  readonly same: boolean;
  readonly missing: readonly string[];
  readonly unexpected: readonly string[];
}

describe('Attention whose projections are packed or not, against torch', function () {
  this.timeout(300_000);
  const root = process.cwd();
  const folder = join(root, '.cache', `repacking-${process.pid}`);
  const reports: CompatibilityReport[] = [];
  let proofs: { readonly code: Outcome; readonly file: Outcome }[] = [];

  before(() => {
    const env = { ...process.env, PYTHONDONTWRITEBYTECODE: '1' };
    cpSync(join(root, 'test', 'torch', 'repacking'), folder, { recursive: true });
    const python = (args: readonly string[], input = ''): string =>
      execFileSync(torchPython(), ['-W', 'ignore', join(folder, 'prove.py'), folder, ...args], {
        ...{ cwd: folder, env, input, encoding: 'utf8', maxBuffer: 1 << 26 },
      });
    python(['save']);
    const questions = cases.map((one, number) => {
      const weights = `${one.from}.${'parallel' in one ? 'parallel.' : ''}pth`;
      const repaired = `repaired-${number}.pth`;
      const model = ['--model', 'models.py:Net', '--args', one.to, '--weights', weights];
      const run = spawnSync(
        process.execPath,
        [join(root, 'dist', 'cli.js'), 'check', '--json', ...model, '--write-repaired', repaired],
        { cwd: folder, encoding: 'utf8', env },
      );
      assert.equal(run.status, 1, run.stderr);
      const report = JSON.parse(run.stdout) as CompatibilityReport;
      reports.push(report);
      return { from: one.from, to: one.to, weights, repaired, code: report.repairs[0]?.code ?? '' };
    });
    proofs = JSON.parse(python([], JSON.stringify(questions))) as typeof proofs;
  });

  after(() => rmSync(folder, { recursive: true, force: true }));

  for (const [number, { from, to, splits, joins, ...more }] of cases.entries()) {
    it(`${from} → ${to}${'parallel' in more ? ', from DataParallel' : ''}: the same outputs`, () => {
      const [repair, ...others] = reports[number]?.repairs ?? [];
      assert.deepEqual(others, []);
      assert.deepEqual([repair?.splits.length, repair?.joins.length], [splits, joins]);
      assert.equal(repair?.certainty, 'likely');
      assert.equal(repair.loads, reports[number]?.model.keys);
      const right = { same: true, missing: [], unexpected: [] };
      assert.deepEqual(proofs[number], { code: right, file: right });
    });
  }
});
