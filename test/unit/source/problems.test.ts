import assert from 'node:assert/strict';
import type { Problem } from '../../../src/architecture/diagnostics/problem';
import { problemsOf } from '../../../src/architecture/diagnostics/problems';
import { parseModule } from '../../../src/python/parseModule';
import { pythonParser } from '../architecture/memoryTree';

const head = 'import torch\nfrom torch import nn\n\n';

describe('What torch accepts and a person regrets', () => {
  it('is a forward that ends with a bare return', async () => {
    await repairs(
      'returnsNothing',
      `class First(nn.Module):
    def __init__(self):
        super().__init__()
        self.layer = nn.Conv2d(3, 64, 3)

    def forward(self, image):
        image = self.layer(image)
        return  # nothing yet
`,
      (fixed) => fixed.replace('return  #', 'return image  #'),
    );
  });

  it('is a forward without any return', async () => {
    await repairs(
      'returnsNothing',
      `class First(nn.Module):
    def forward(self, image):
        image = torch.relu(image)
`,
      (text) => `${text.trimEnd()}\n        return image\n`,
    );
  });

  for (const [name, body] of Object.entries({
    'an abstract forward': '        raise NotImplementedError',
    'a forward that is not written yet': '        pass',
    'a forward that returns in a branch': '        y = x\n        if y.any():\n            return y',
    'a generator': '        y = x\n        yield y',
  })) {
    it(`is not ${name}`, async () => {
      await findsNothing(`class First(nn.Module):\n    def forward(self, x):\n${body}\n`);
    });
  }

  it('is a gate that is multiplied in twice', async () => {
    await repairs(
      'gateTwice',
      `class Gate(nn.Module):
    def forward(self, feature):
        weight = torch.sigmoid(feature.mean((2, 3), keepdim=True))
        feature=feature*weight.expand_as(feature)

        return feature * weight.expand_as(feature)
`,
      (text) => text.replace(/return .*/, 'return feature'),
    );
    await findsNothing(`class Gate(nn.Module):
    def forward(self, x, y, z):
        x = x * y
        return x * z
`);
    await findsNothing(`class Square(nn.Module):
    def forward(self, x):
        x = x * x
        return x * x
`);
  });

  it('is a plain list of modules', async () => {
    await repairs(
      'plainList',
      `class Branches(nn.Module):
    def __init__(self, c):
        super().__init__()
        self.branches = [
            nn.Conv2d(c, c, 1),  # (first
            nn.Conv2d(c, c, 3),
        ]
`,
      (text) => text.replace('= [', '= nn.ModuleList([').replace('        ]\n', '        ])\n'),
    );
    await repairs(
      'plainList',
      `class Branches(nn.Module):
    def __init__(self, c):
        super().__init__()
        self.branches = []
        for _ in range(3):
            self.branches.append(nn.Conv2d(c, c, 1))
`,
      (text) => text.replace('= []', '= nn.ModuleList([])'),
    );
  });

  it('is no list that is registered otherwise', async () => {
    for (const rest of [
      'self.all = nn.Sequential(*self.parts)',
      'self.all = nn.ModuleList(self.parts)',
      "[setattr(self, f'p{i}', p) for i, p in enumerate(self.parts)]",
      'self.parts = nn.ModuleList(self.parts)',
    ]) {
      await findsNothing(`class Parts(nn.Module):
    def __init__(self):
        super().__init__()
        self.parts = [nn.Linear(2, 2)]
        ${rest}
`);
    }
  });

  it('is a module as a default argument', async () => {
    const [problem] = await problemsIn(`class Block(nn.Module):
    def __init__(self, c, act=nn.PReLU()):
        super().__init__()
        self.act = act
`);
    assert.deepEqual([problem?.kind, problem?.line, problem?.fix], ['sharedDefault', 5, null]);
  });

  it('is a constructor without super().__init__()', async () => {
    await repairs(
      'superMissing',
      `class Block(nn.Module):
    def __init__(self, c):
        """Makes a block."""
        self.conv = nn.Conv2d(c, c, 1)
`,
      (text) => text.replace('        self.conv', '        super().__init__()\n        self.conv'),
    );
  });

  it('is a module that is registered before super().__init__()', async () => {
    await repairs(
      'superLate',
      `class Block(nn.Module):
    def __init__(self, c):
        self.conv = nn.Conv2d(c, c, 1)
        super(Block, self).__init__()
        self.c = c
`,
      () => `${head}class Block(nn.Module):
    def __init__(self, c):
        super(Block, self).__init__()
        self.conv = nn.Conv2d(c, c, 1)
        self.c = c
`,
    );
  });
});

async function problemsIn(source: string): Promise<Problem[]> {
  const text = head + source;
  const module = parseModule(await pythonParser(), text);
  const moduleClasses = new Set(module.body.flatMap((one) => (one.kind === 'class' ? [one.name] : [])));
  return problemsOf({ module, lines: text.split('\n'), moduleClasses });
}

async function findsNothing(source: string): Promise<void> {
  assert.deepEqual(await problemsIn(source), []);
}

/** Finds one problem of a kind, whose repair gives the expected text, in which there is none any more. */
async function repairs(
  kind: Problem['kind'],
  source: string,
  expected: (text: string) => string,
): Promise<void> {
  const problems = await problemsIn(source);
  assert.deepEqual(
    problems.map((problem) => problem.kind),
    [kind],
  );
  const text = head + source;
  const offset = (line: number, column: number): number =>
    text
      .split('\n')
      .slice(0, line - 1)
      .join('\n').length +
    (line > 1 ? 1 : 0) +
    column;
  let fixed = text;
  const changes = [...(problems[0]?.fix ?? [])].sort((a, b) => b.line - a.line || b.column - a.column);
  assert.ok(changes.length > 0, 'there is a repair');
  for (const change of changes) {
    const end = offset(change.endLine, change.endColumn);
    fixed = fixed.slice(0, offset(change.line, change.column)) + change.text + fixed.slice(end);
  }
  assert.equal(fixed, expected(text));
  assert.deepEqual(await problemsIn(fixed.slice(head.length)), []);
}
