import assert from 'node:assert/strict';
import { parseModule } from '../../../src/python/parseModule';
import { pythonParser } from '../architecture/memoryTree';

describe('Python syntax', () => {
  it('reads literals as Python does', async () => {
    const module = parseModule(
      await pythonParser(),
      "a = 0x1F\nb = 1.e-3\nc = 0.\nd = 'x\\n' r'\\n'\ne = 1_000\n",
    );
    const values = module.body.map((statement) =>
      statement.kind === 'assign' && statement.value.kind === 'constant' ? statement.value.value : undefined,
    );
    assert.deepEqual(values, [31n, 0.001, 0, 'x\n\\n', 1000n]);
    assert.deepEqual(module.errors, []);
  });

  it('keeps the classes around one that is half typed', async () => {
    const module = parseModule(
      await pythonParser(),
      'class A:\n    x = 1\n\nclass B:\n    def f(self):\n        self.a = \n\nclass C:\n    y = 2\n',
    );
    const names = module.body.flatMap((statement) => (statement.kind === 'class' ? [statement.name] : []));
    assert.ok(names.includes('A') && names.includes('C'));
    assert.ok(module.errors.length > 0);
  });

  it('does not take the next line for the value of an assignment that is cut off', async () => {
    const parser = await pythonParser();
    for (const text of ['a =\nb = 1\n', 'a = \r\nb = 1\r\n', 'a = # later\nb = 1\n', 'a: int =\nb = 1\n']) {
      assert.deepEqual(parseModule(parser, text).errors, [1], JSON.stringify(text));
    }
    for (const text of ['a = \\\n    1\n', 'a = (\n    1\n)\n', 'a = b = \\\r\n 1\r\n']) {
      assert.deepEqual(parseModule(parser, text).errors, [], JSON.stringify(text));
    }
  });

  it('does not recurse on the depth of its input', async () => {
    const deep = '('.repeat(5_000) + '1' + ')'.repeat(5_000);
    const long = Array.from({ length: 5_000 }, () => '1').join(' + ');
    const module = parseModule(await pythonParser(), `a = ${deep}\nb = ${long}\n`);
    assert.equal(module.body.length, 2);
    assert.ok(module.errors.length > 0);
  });

  it('knows what a function binds', async () => {
    const module = parseModule(
      await pythonParser(),
      'def f(a, *b, c=1, **d):\n    global g\n    g = e = [i for i in a]\n    for h, *j in b:\n        yield h\n',
    );
    const [statement] = module.body;
    assert.ok(statement?.kind === 'function');
    assert.deepEqual([...statement.scope.locals].sort(), ['a', 'b', 'c', 'd', 'e', 'h', 'j']);
    assert.deepEqual([...statement.scope.globals], ['g']);
    assert.equal(statement.isGenerator, true);
  });
});
