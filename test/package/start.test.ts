import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { rmSync, statSync } from 'node:fs';
import { inRoot } from '../../scripts/paths.mjs';

describe('npm start', () => {
  it('opens the sample in the served VS Code with the extension', function () {
    this.timeout(150_000);
    const picture = inRoot('out', 'start.png');
    rmSync(picture, { force: true });
    execFileSync(process.execPath, [inRoot('scripts', 'start.mjs'), '--check'], {
      encoding: 'utf8',
      stdio: 'pipe',
    });
    assert.ok(statSync(picture).size > 20_000);
  });
});
