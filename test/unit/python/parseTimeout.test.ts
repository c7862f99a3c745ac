import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Sources } from '../../../src/architecture/sources';
import { ParseTimeout, PythonParser } from '../../../src/python/concreteTree';
import { MemoryTree } from '../architecture/memoryTree';

describe('A statement that goes on over a hundred thousand lines', () => {
  const endless = `x = 1 ${'\\\n'.repeat(100_000)}\n`;

  async function hastyParser(): Promise<PythonParser> {
    const modules = join(process.cwd(), 'node_modules');
    const files = {
      runtime: join(modules, 'web-tree-sitter/web-tree-sitter.wasm'),
      grammar: readFileSync(join(modules, 'tree-sitter-python/tree-sitter-python.wasm')),
    };
    return PythonParser.load(files, 100);
  }

  it('is given up, and the next text is read from its start', async () => {
    const parser = await hastyParser();
    assert.throws(() => parser.parse(endless), ParseTimeout);
    assert.equal(parser.parse('y = 2\n').root.children.length, 1);
  });

  it('is a file without syntax, looked at once', async () => {
    const sources = new Sources(await hastyParser(), new MemoryTree({ 'a.py': endless, 'b.py': 'y = 2\n' }));
    assert.equal(sources.module('a.py'), null);
    const start = performance.now();
    assert.equal(sources.module('a.py'), null);
    assert.ok(performance.now() - start < 50);
    assert.equal(sources.module('b.py')?.body.length, 1);
  });
});
