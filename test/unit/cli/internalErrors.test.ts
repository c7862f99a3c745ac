import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** What commands with a fault of their own do. */
const faults: Readonly<Record<string, string>> = {
  rejects: 'exports.run = async () => { throw new TypeError("no\\nsuch thing"); };',
  'throws later':
    'exports.run = async () => { setTimeout(() => { throw new Error("late"); }, 5); return new Promise(() => setTimeout(() => {}, 50)); };',
  'throws twice': 'exports.run = async () => { setImmediate(() => { throw new Error("second"); }); throw new Error("first"); };',
  'throws no error': 'exports.run = async () => { throw "a text"; };',
  'cannot be loaded': 'this is no program',
}; // prettier-ignore

describe('An internal error of a command', function () {
  this.timeout(60_000);
  let folder = '';

  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'graftlens-internal-'));
    mkdirSync(join(folder, 'dist'));
    copyFileSync(join(process.cwd(), 'dist', 'cli.js'), join(folder, 'dist', 'cli.js'));
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  const outcome = (environment: Record<string, string> = {}): Promise<{ status: unknown; error: string }> =>
    new Promise((resolve) => {
      const options = { timeout: 50_000, env: { ...process.env, ...environment } };
      const argv = [join(folder, 'dist', 'cli.js'), 'check'];
      execFile(process.execPath, argv, options, (error, _out, message) =>
        resolve({ status: error?.code ?? 0, error: message }),
      );
    });

  for (const [name, program] of Object.entries(faults)) {
    it(`is one line, and status 2: ${name}`, async () => {
      writeFileSync(join(folder, 'dist', 'cli-check.js'), program);
      const { status, error } = await outcome();
      assert.equal(status, 2);
      assert.match(error, /^graftlens: internal error: [^\n]+\n$/);
    });
  }

  it('says where in the program it was, where that is wanted', async () => {
    writeFileSync(join(folder, 'dist', 'cli-check.js'), faults['rejects'] ?? '');
    const { status, error } = await outcome({ GRAFTLENS_STACK: '1' });
    assert.equal(status, 2);
    assert.match(error, /^graftlens: internal error: TypeError: no\nsuch thing\n +at .*cli-check\.js/);
  });
});
