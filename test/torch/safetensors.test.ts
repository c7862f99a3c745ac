import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { MemorySource } from '../../src/archive/memorySource';
import { nodePlatform } from '../../src/files/nodePlatform';
import { scanFile } from '../../src/safety/scanFile';
import { seedOfTests } from '../support/seed';
import { torchPython } from './support/generated';

interface Answer {
  readonly name: string;
  readonly bytes: string;
  readonly accepted: boolean;
}

describe('Safetensors against the safetensors package', () => {
  const seed = seedOfTests();

  it(`calls a file clean if the package takes it, unreadable if not (seed ${seed})`, async () => {
    const script = join(__dirname, '..', '..', 'test', 'torch', 'safetensors', 'headers.py');
    const output = execFileSync(torchPython(), [script, String(seed), '2000'], {
      encoding: 'utf8',
      maxBuffer: 1 << 26,
    });
    const answers = output
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Answer);
    const wrong: string[] = [];
    for (const { name, bytes, accepted } of answers) {
      const source = new MemorySource('model.safetensors', Buffer.from(bytes, 'hex'));
      const { verdict } = await scanFile(source, nodePlatform, 'model.safetensors');
      if (verdict !== (accepted ? 'clean' : 'unreadable'))
        wrong.push(`${name}: ${accepted ? 'accepted' : 'refused'}, called ${verdict}`);
    }
    assert.deepEqual(wrong, []);
    const accepted = answers.filter((answer) => answer.accepted).length;
    assert.ok(accepted > 500 && answers.length - accepted > 500, `${accepted} of ${answers.length}`);
  });
});
