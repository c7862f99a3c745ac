import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'mocha';
import { packSyntax, unpackSyntax } from '../../../src/python/packedSyntax';
import { parseModule } from '../../../src/python/parseModule';
import { pythonParser } from '../architecture/memoryTree';

const catalogue = join(process.cwd(), 'src', 'architecture');

async function assertKept(text: string, name: string): Promise<void> {
  const syntax = parseModule(await pythonParser(), text);
  assert.deepStrictEqual(unpackSyntax(packSyntax(syntax)), syntax, name);
}

describe('Packed syntax', () => {
  it('unpacks to what was packed: every module that comes with the analysis', async () => {
    const files = readdirSync(catalogue, { recursive: true, encoding: 'utf8' }).filter((name) =>
      name.endsWith('.py'),
    );
    assert.ok(files.length > 50, `${files.length} files`);
    for (const file of files) await assertKept(readFileSync(join(catalogue, file), 'utf8'), file);
  });

  it('unpacks to what was packed: values that JSON has not', async () => {
    await assertKept('a = 1e999\nb = 123456789012345678901234567890\nc = 1.0\nd = 1\ne = -0.0\n', 'numbers');
    await assertKept(
      'def f(x, *, y=None):\n    global z\n    z = [x, {**y}, "\\ud800é\\0"]\n',
      'names and texts',
    );
    await assertKept(
      'class A:\n    def __proto__(self): ...\n    x = {"__proto__": 1}\n',
      'names of objects',
    );
    await assertKept('def broken(:\n  1 +\n', 'text that is no Python');
  });
});
