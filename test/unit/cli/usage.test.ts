import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { usages } from '../../../src/cli/usages';

const root = process.cwd();

function graftlens(...args: string[]): { readonly status: number | null; out: string; error: string } {
  const run = spawnSync(process.execPath, [join(root, 'dist', 'cli.js'), ...args], {
    encoding: 'utf8',
    env: { ...process.env, LC_ALL: 'C' },
  });
  return { status: run.status, out: run.stdout, error: run.stderr };
}

describe('The command line itself', () => {
  it('shows how each command is called', () => {
    const all = graftlens('--help');
    assert.equal(all.status, 0);
    for (const [name, usage] of Object.entries(usages)) {
      assert.ok(all.out.includes(usage), name);
      assert.deepEqual(graftlens(name, '--help'), { status: 0, out: `Usage: ${usage}\n`, error: '' });
    }
  });

  it('tells its version', () => {
    const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string };
    assert.deepEqual(graftlens('--version'), {
      status: 0,
      out: `graftlens ${manifest.version}\n`,
      error: '',
    });
  });

  const wrong: readonly (readonly [string, readonly string[], RegExp])[] = [
    ['no command', [], /a command is needed/],
    ['an unknown command', ['open'], /no command "open"; the commands are inspect, scan/],
    [
      'an unknown option',
      ['inspect', 'model.pth', '--values'],
      /no option “--values”\. Usage: graftlens inspect/,
    ],
    ['an option without its value', ['check', '--weights'], /--weights needs a value/],
    ['a missing option', ['check', '--model', 'model.py:Net'], /--weights is missing/],
    ['a model without a class', ['check', '--model', 'a.py', '--weights', 'b'], /--model cannot be “a\.py”/],
    [
      'an input without an interpreter',
      ['check', '--model', 'a.py:B', '--weights', 'c', '--input', '1,3,8,8'],
      /--input needs --python/,
    ],
    ['a source that is none', ['analyze', 'model.txt'], /“model\.txt” is no Python file/],
  ];
  for (const [what, args, message] of wrong) {
    it(`says in one line what is wrong: ${what}`, () => {
      const run = graftlens(...args);
      assert.equal(run.status, 2);
      assert.match(run.error, message);
      assert.match(run.error, /^graftlens[^\n]*\n$/);
      assert.equal(run.out, '');
    });
  }
});
