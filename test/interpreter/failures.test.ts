import assert from 'node:assert/strict';
import { chmodSync } from 'node:fs';
import { text, textsFor } from '../../src/protocol/texts/text';
import type { InterpreterFailure } from '../../src/interpreter/outcome';
import { net, withProject, type Question } from './support/project';

interface Expected {
  readonly code: string;
  /** Line of `model.py`, or of the named file; null where none is told. */
  readonly line?: number | null;
  readonly file?: string;
  readonly args?: readonly (string | number)[];
  /** In the English sentence. */
  readonly says?: RegExp;
}

/** What goes wrong, in which file, and what is said of it. */
const cases: readonly (readonly [string, Readonly<Record<string, string>>, Question, Expected])[] = [
  [
    'a missing dependency',
    { 'model.py': 'import torch\nimport no_such_package.layers\n' },
    {},
    {
      code: 'interpreter.missingModule',
      args: ['no_such_package'],
      line: 2,
      says: /“no_such_package”\. Install it/,
    },
  ],
  [
    'a missing dependency of another file',
    { 'model.py': 'from blocks import Block\n', 'blocks.py': '\n\nimport no_such_package\n' },
    {},
    { code: 'interpreter.missingModule', args: ['no_such_package'], file: 'blocks.py', line: 3 },
  ],
  [
    'a syntax error',
    { 'model.py': 'import torch\n\ndef broken(:\n    pass\n' },
    {},
    { code: 'interpreter.syntaxError', line: 3 },
  ],
  [
    'a file that raises when it is imported',
    { 'model.py': 'import torch\nscale = 1 / 0\n' },
    {},
    { code: 'interpreter.importRaised', args: ['ZeroDivisionError', 'division by zero'], line: 2 },
  ],
  [
    'a constructor that raises, inside a helper of torch',
    {
      'model.py': `${net}\nclass Bad(Net):\n    def __init__(self):\n        super().__init__(channels=-1)\n`,
    },
    { name: 'Bad' },
    { code: 'interpreter.constructorRaised', line: 8 },
  ],
  [
    'a class that is not there',
    { 'model.py': net },
    { name: 'Nett' },
    { code: 'interpreter.noNameSimilar', args: ['Nett', 'Net'], line: null, says: /It has Net/ },
  ],
  [
    'a name unlike any other',
    { 'model.py': net },
    { name: 'Zzzzzzz' },
    { code: 'interpreter.noName', args: ['Zzzzzzz'], line: null },
  ],
  [
    'a class that is no nn.Module',
    { 'model.py': 'class Net:\n    pass\n' },
    {},
    { code: 'interpreter.notModule', args: ['Net', 'Net'] },
  ],
  [
    'a value that cannot be called',
    { 'model.py': 'Net = 3\n' },
    {},
    { code: 'interpreter.notModule', args: ['Net', 'int'] },
  ],
  [
    'arguments that the class does not take',
    { 'model.py': net },
    { args: '4, width=2' },
    { code: 'interpreter.argumentsWrong', says: /\(channels=4\).*|width/ },
  ],
  [
    'arguments that are not Python',
    { 'model.py': net },
    { args: '4, (' },
    { code: 'interpreter.argumentsSyntax' },
  ],
  [
    'arguments that close the call',
    { 'model.py': net },
    { args: '4), print(5' },
    { code: 'interpreter.argumentsSyntax' },
  ],
  [
    'arguments that raise',
    { 'model.py': net },
    { args: 'channels=WIDTH' },
    { code: 'interpreter.argumentsRaised', says: /NameError: name 'WIDTH' is not defined/ },
  ],
  [
    'a TypeError inside the constructor, which is not about its arguments',
    {
      'model.py': `${net}\nclass Bad(Net):\n    def __init__(self):\n        super().__init__()\n        len(3)\n`,
    },
    { name: 'Bad' },
    { code: 'interpreter.constructorRaised', line: 16 },
  ],
  [
    'MemoryError',
    { 'model.py': 'import torch\nblock = bytearray(1 << 62)\n' },
    {},
    { code: 'interpreter.outOfMemory', line: 2 },
  ],
  [
    "torch's allocator without memory",
    { 'model.py': 'import torch\nblock = torch.empty(1 << 58, dtype=torch.uint8)\n' },
    {},
    { code: 'interpreter.outOfMemory', line: 2 },
  ],
  [
    "the system's out-of-memory killer",
    { 'model.py': 'import os, signal\nos.kill(os.getpid(), signal.SIGKILL)\n' },
    {},
    { code: 'interpreter.killed', says: /memory ran out/ },
  ],
  [
    'a segmentation fault',
    { 'model.py': 'import ctypes\n\ndef crash():\n    ctypes.string_at(0)\n\ncrash()\n' },
    {},
    { code: 'interpreter.crashed', line: 4, says: /Segmentation fault|access violation/ },
  ],
  ['an abort', { 'model.py': 'import os\nos.abort()\n' }, {}, { code: 'interpreter.crashed', line: 2 }],
  [
    'sys.exit when it is imported',
    { 'model.py': 'import sys\nsys.exit("usage: train.py --data")\n' },
    {},
    { code: 'interpreter.exited', args: [1], line: 2, says: /__main__/ },
  ],
  [
    'os._exit, which nothing can catch',
    { 'model.py': 'import os\n\nos._exit(7)\n' },
    {},
    { code: 'interpreter.exited', args: [7], line: 3 },
  ],
  [
    'a model that trains at import',
    {
      'model.py':
        'import time\n\ndef train():\n    for epoch in range(10_000):\n        time.sleep(0.1)\n\ntrain()\n',
    },
    { timeLimit: 15 },
    { code: 'interpreter.timeout.running', args: [15], line: 5, says: /trains a model/ },
  ],
  [
    'a loop in a constructor',
    {
      'model.py': `${net}\nclass Bad(Net):\n    def __init__(self):\n        while True: pass\n`,
    },
    { name: 'Bad', timeLimit: 15 },
    { code: 'interpreter.timeout.running', line: 15 },
  ],
  [
    'an endless recursion',
    { 'model.py': 'def again(n):\n    return again(n + 1)\n\nagain(0)\n' },
    {},
    { code: 'interpreter.importRaised', line: 2, says: /RecursionError/ },
  ],
  [
    'an exception whose text raises',
    {
      'model.py': 'class Odd(Exception):\n    def __str__(self):\n        raise ValueError\n\nraise Odd()\n',
    },
    {},
    { code: 'interpreter.importRaised', args: ['Odd', ''], line: 5 },
  ],
];

describe('What goes wrong in Python is told with its line', () => {
  for (const [title, files, question, expected] of cases) {
    it(title, () =>
      withProject(files, async (project) => {
        const failure = await project.failure(question);
        assert.equal(failure.code, expected.code, `${JSON.stringify(failure)}`);
        if (expected.args !== undefined) assert.deepEqual(failure.args, expected.args);
        if (expected.line !== undefined) {
          assert.equal(failure.line, expected.line);
          if (expected.line !== null) assert.equal(failure.file, project.path(expected.file ?? 'model.py'));
        }
        if (expected.says !== undefined) assert.match(sentence(failure), expected.says);
      }),
    );
  }

  it('a file whose name is not ASCII, in a crash', () =>
    withProject({ '模型.py': 'import ctypes\n\nctypes.string_at(0)\n' }, async (project) => {
      const failure = await project.failure({ file: '模型.py' });
      assert.equal(failure.code, 'interpreter.crashed');
      assert.equal(failure.file, project.path('模型.py'));
      assert.equal(failure.line, 3);
    }));
});

describe('What goes wrong with the interpreter itself', () => {
  it('it is not there', () =>
    withProject({ 'model.py': net }, async (project) => {
      const failure = await project.failure({ options: { python: project.path('no-python') } });
      assert.equal(failure.code, 'interpreter.notFound');
      assert.match(sentence(failure), /no-python/);
    }));

  it('the folder is not there', () =>
    withProject({ 'model.py': net }, async (project) => {
      const failure = await project.failure({ root: 'nowhere' });
      assert.equal(failure.code, 'interpreter.noRoot');
      assert.deepEqual(failure.args.slice(0, 1), [project.path('nowhere')]);
    }));

  it('it may not be run', () =>
    withProject({ 'model.py': net, python: '#!/bin/sh\n' }, async (project) => {
      const failure = await project.failure({ options: { python: project.path('python') } });
      assert.equal(failure.code, 'interpreter.notExecutable');
    }));

  it('it is another program', () =>
    withProject({ 'model.py': net }, async (project) => {
      const failure = await project.failure({ options: { python: process.execPath } });
      assert.equal(failure.code, 'interpreter.notPython');
      assert.match(sentence(failure), /It said: .+/);
    }));

  it('it is another program that says nothing', () =>
    withProject({ 'model.py': net, python: '#!/bin/sh\nexit 3\n' }, async (project) => {
      chmodSync(project.path('python'), 0o755);
      const failure = await project.failure({ options: { python: project.path('python') } });
      assert.equal(failure.code, 'interpreter.notPython');
      assert.equal(failure.args[1], 3);
    }));

  it('it never starts', () =>
    withProject({ 'model.py': net, python: '#!/bin/sh\nsleep 60\n' }, async (project) => {
      chmodSync(project.path('python'), 0o755);
      const failure = await project.failure({ timeLimit: 1, options: { python: project.path('python') } });
      assert.equal(failure.code, 'interpreter.timeout.start');
    }));

  it('its answer is no JSON', () =>
    withProject(
      { 'model.py': net, python: '#!/bin/sh\necho "$2{\\"type\\": \\"reply\\", oops"\n' },
      async (project) => {
        chmodSync(project.path('python'), 0o755);
        const failure = await project.failure({ options: { python: project.path('python') } });
        assert.equal(failure.code, 'interpreter.badReply');
      },
    ));

  it('its answer is JSON, but none of ours', () =>
    withProject(
      { 'model.py': net, python: '#!/bin/sh\necho "$2{\\"type\\": \\"reply\\", \\"load\\": 3}"\n' },
      async (project) => {
        chmodSync(project.path('python'), 0o755);
        const failure = await project.failure({ options: { python: project.path('python') } });
        assert.equal(failure.code, 'interpreter.badReply');
      },
    ));

  it('it has no torch', () =>
    withProject({ 'model.py': net }, async (project) => {
      // The same interpreter without its packages.
      project.write(
        'bare/sitecustomize.py',
        hideTorch('ModuleNotFoundError("No module named \'torch\'", name="torch")'),
      );
      const environment = { ...process.env, PYTHONPATH: project.path('bare') };
      const failure = await project.failure({ options: { environment } });
      assert.equal(failure.code, 'interpreter.noTorch');
      assert.match(sentence(failure), /install torch/);
    }));

  it('its torch is broken', () =>
    withProject({ 'model.py': net }, async (project) => {
      project.write(
        'bare/sitecustomize.py',
        hideTorch('OSError("libcudart.so.11.0: cannot open shared object file")'),
      );
      const environment = { ...process.env, PYTHONPATH: project.path('bare') };
      const failure = await project.failure({ options: { environment } });
      assert.equal(failure.code, 'interpreter.torchBroken');
      assert.match(sentence(failure), /libcudart/);
    }));

  it('its torch is too old', () =>
    withProject({ 'model.py': net }, async (project) => {
      project.write('old/torch/__init__.py', '__version__ = "1.7.1"\n');
      const environment = { ...process.env, PYTHONPATH: project.path('old') };
      const failure = await project.failure({ options: { environment } });
      assert.equal(failure.code, 'interpreter.torchTooOld');
      assert.deepEqual(failure.args, ['1.7.1']);
    }));
});

/** A `sitecustomize` whose interpreter raises when torch is imported. */
function hideTorch(exception: string): string {
  return `import sys

class Hidden:
    def find_spec(self, name, path=None, target=None):
        if name == "torch":
            raise ${exception}
        return None

sys.meta_path.insert(0, Hidden())
`;
}

function sentence(failure: InterpreterFailure): string {
  return text(textsFor('en'), failure);
}
