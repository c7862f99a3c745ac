import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { generate, torchPython } from './support/generated';
import { compareWithTorch, type Truth } from './weightsOnly/compare';

const scripts = join(__dirname, '..', '..', 'test', 'torch', 'weightsOnly');

describe('weights_only against torch', () => {
  const folder = mkdtempSync(join(tmpdir(), 'graftlens-weights-only-'));
  after(() => rmSync(folder, { recursive: true, force: true }));

  function run(script: string, ...args: string[]): void {
    execFileSync(torchPython(), ['-W', 'ignore', join(scripts, script), ...args], {
      stdio: ['ignore', 'ignore', 'inherit'],
      env: { ...process.env, PYTHONDONTWRITEBYTECODE: '1' },
    });
  }

  function ask(files: string): Truth {
    const answers = join(folder, 'answers.json');
    run('ask.py', files, answers);
    return JSON.parse(readFileSync(answers, 'utf8')) as Truth;
  }

  it('agrees on files made for it: each rule, random streams, broken archives', async () => {
    run('cases.py', folder, '300');
    const { same, unsure, wrong } = await compareWithTorch(ask(join(folder, 'files.json')));
    assert.deepEqual(wrong, []);
    assert.ok(same > 1_200, `${same} agree`);
    // It may say that it does not know, and seldom does.
    assert.ok(unsure.length <= 20, unsure.join('\n'));
  });

  it('agrees on the checkpoints that torch and others write, and knows nearly all', async () => {
    const generated = generate('checkpoints', 'special.py', ['--truth']).folder;
    // torch itself needs a while for files of gigabytes, and says nothing new of them.
    const files = readdirSync(generated, { withFileTypes: true })
      .filter((entry) => entry.isFile() && /\.(pt|pth|pkl|bin|ckpt|safetensors|tar)$/.test(entry.name))
      .map((entry) => join(generated, entry.name));
    const list = join(folder, 'checkpoints.json');
    writeFileSync(list, JSON.stringify(files));
    const { same, unsure, wrong } = await compareWithTorch(ask(list));
    assert.deepEqual(wrong, []);
    assert.ok(same > 350, `${same} agree`);
    assert.ok(unsure.length <= 3, unsure.join('\n'));
  });
});
