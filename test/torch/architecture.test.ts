import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { compareWithTruth, truthRows } from './architectureTruth';
import { torchPython } from './support/generated';

/** Packages whose constructions were measured; their files are read, never imported. */
const PACKAGES = ['torchvision==0.29.1', 'timm==1.0.29'];

describe('Predictions against what torch made of torchvision and timm', () => {
  const root = process.cwd();
  const target = join(root, '.cache', 'architecture');

  before(function () {
    this.timeout(300_000);
    if (existsSync(join(target, 'timm')) && existsSync(join(target, 'torchvision'))) return;
    execFileSync(torchPython(), [
      '-m',
      'pip',
      'install',
      '--quiet',
      '--no-deps',
      '--target',
      target,
      ...PACKAGES,
    ]);
  });

  it('are never wrong, and exact for every measured construction', async function () {
    this.timeout(300_000);
    const verdicts = await compareWithTruth(truthRows(join(root, 'test/architecture/truth.jsonl')), target, {
      runtime: join(root, 'node_modules/web-tree-sitter/web-tree-sitter.wasm'),
      grammar: join(root, 'node_modules/tree-sitter-python/tree-sitter-python.wasm'),
    });
    const named = (verdict: string): string[] =>
      verdicts
        .filter((one) => one.verdict === verdict)
        .map(
          ({ row, result }) =>
            `${row.path}:${row.class}(${row.args}) ${JSON.stringify(result.raises ?? result.unknowns)}`,
        );
    assert.deepEqual(named('wrong'), []);
    assert.deepEqual(named('not exact'), []);
    assert.equal(verdicts.length, 118);
  });
});
