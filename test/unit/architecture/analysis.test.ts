import assert from 'node:assert/strict';
import { analysisOf, analyzerOf } from './memoryTree';

const squeezeExcite = `
class Gate(nn.Module):
    def __init__(self, c1, r=16):
        super().__init__()
        self.pool = nn.AdaptiveAvgPool2d(1)
        self.down = nn.Linear(c1, c1 // r, bias=False)
        self.up = nn.Linear(c1 // r, c1, bias=False)
        self.gate = nn.Sigmoid()

    def forward(self, x):
        b, c, _, _ = x.shape
        y = self.gate(self.up(torch.relu(self.down(self.pool(x).view(b, c)))))
        return x * y.view(b, c, 1, 1)
`;

function keys(analysis: { readonly stateDict: readonly { readonly key: string }[] }): string[] {
  return analysis.stateDict.map(({ key }) => key);
}

describe('analysis of a constructor', () => {
  it('gives a formula in the arguments, and numbers where they are given', async () => {
    const open = await analysisOf(squeezeExcite, 'Gate');
    assert.equal(open.formula, '2*c1*(c1//r)');
    assert.equal(open.exact, false);
    assert.equal(open.unknowns[0]?.code, 'argumentsNeeded');
    for (const [channels, expected] of [
      [64, 512n],
      [256, 8192n],
      [512, 32768n],
      [1024, 131072n],
    ] as const) {
      const given = await analysisOf(squeezeExcite, 'Gate', String(channels));
      assert.equal(given.parameters, expected);
      assert.deepEqual(given.attention, [{ path: '', kind: 'SE', parameters: expected }]);
    }
  });

  it('keeps pieces of a formula apart by their condition', async () => {
    const analysis = await analysisOf(
      `
class Block(nn.Module):
    def __init__(self, a, b):
        super().__init__()
        self.same = nn.Identity() if a == b else nn.Linear(a, b, bias=False)
`,
      'Block',
    );
    assert.equal(analysis.formula, '(0) if a == b else (a*b)');
  });

  it('counts a shared tensor once and lists it twice', async () => {
    const analysis = await analysisOf(
      `
class Tied(nn.Module):
    def __init__(self):
        super().__init__()
        self.a = nn.Linear(3, 3)
        self.b = nn.Linear(3, 3)
        self.b.weight = self.a.weight
        self.c = self.a
`,
      'Tied',
    );
    assert.equal(analysis.parameters, 15n);
    assert.deepEqual(keys(analysis), ['a.weight', 'a.bias', 'b.weight', 'b.bias', 'c.weight', 'c.bias']);
  });

  it('does not register modules in a plain list', async () => {
    const analysis = await analysisOf(
      `
class Listed(nn.Module):
    def __init__(self):
        super().__init__()
        self.layers = [nn.Linear(3, 3)]
`,
      'Listed',
    );
    assert.equal(analysis.exact, true);
    assert.deepEqual(keys(analysis), []);
  });

  it('says what a construction would raise', async () => {
    const analysis = await analysisOf(
      `
class Odd(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(3, 4, 3, groups=2)
`,
      'Odd',
    );
    assert.equal(analysis.exact, false);
    assert.equal(analysis.raises?.code, 'ValueError');
    assert.equal(analysis.raises?.line, 7);
  });

  it('bounds from below only what unknown code cannot have changed', async () => {
    const source = `
from nowhere import strange
class Outside(nn.Module):
    def __init__(self):
        super().__init__()
        self.a = nn.Linear(3, 3)
        self.b = nn.Linear(2, 2)
        strange(self.a)
class Handed(nn.Module):
    def __init__(self):
        super().__init__()
        self.a = nn.Linear(3, 3)
        strange(self)
`;
    assert.equal((await analysisOf(source, 'Outside')).atLeast, 6n);
    const handed = await analysisOf(source, 'Handed');
    assert.equal(handed.atLeast, null);
    assert.equal(handed.unknowns[0]?.code, 'moduleNotFound');
  });

  it('merges an unknown branch whose sides register the same', async () => {
    const analysis = await analysisOf(
      `
from nowhere import strange
class Merged(nn.Module):
    def __init__(self):
        super().__init__()
        self.drop = nn.Dropout(0.1) if strange() else nn.Identity()
        if strange():
            self.a = nn.Linear(3, 3)
        else:
            self.a = nn.Linear(3, 3)
class Differs(nn.Module):
    def __init__(self):
        super().__init__()
        self.a, self.b = nn.Linear(2, 2), nn.Linear(2, 2)
        one = self.a if strange() else self.b
        one.bias = None
`,
      'Merged',
    );
    assert.equal(analysis.exact, true);
    assert.equal(analysis.parameters, 12n);
  });

  it('never loses a change through a value that is one of several', async () => {
    const analysis = await analysisOf(
      `
from nowhere import strange
class Differs(nn.Module):
    def __init__(self):
        super().__init__()
        self.a, self.b = nn.Linear(2, 2), nn.Linear(2, 2)
        one = self.a if strange() else self.b
        one.bias = None
`,
      'Differs',
    );
    assert.equal(analysis.exact, false);
    assert.ok((analysis.atLeast ?? 0n) <= 10n);
  });

  it('lets shapes flow through forward in a constructor', async () => {
    const analysis = await analysisOf(
      `
class Sized(nn.Module):
    def __init__(self):
        super().__init__()
        self.body = nn.Sequential(nn.Conv2d(3, 8, 3, 2, 1), nn.MaxPool2d(2), nn.Flatten())
        self.head = nn.Linear(self.body(torch.zeros(1, 3, 32, 32)).shape[1], 10)
`,
      'Sized',
    );
    assert.equal(analysis.parameters, 5354n);
  });

  it('ends an endless constructor with a reason', async () => {
    const analysis = await analysisOf(
      `
class Endless(nn.Module):
    def __init__(self):
        super().__init__()
        while True:
            pass
class Recursive(nn.Module):
    def __init__(self):
        super().__init__()
        self.inner = Recursive()
`,
      'Endless',
    );
    assert.equal(analysis.unknowns[0]?.code, 'budgetSteps');
  }).timeout(10_000);

  it('follows imports over files and packages', async () => {
    const analyzer = await analyzerOf({
      'pkg/__init__.py': '',
      'pkg/layers.py':
        'from torch import nn\ndef block(i, o):\n    return nn.Sequential(nn.Conv2d(i, o, 1), nn.BatchNorm2d(o))\n',
      'pkg/net.py':
        'import torch.nn as nn\nfrom .layers import block\nfrom . import layers\nclass Net(nn.Module):\n    def __init__(self, n=2):\n        super().__init__()\n        self.m = nn.ModuleList(layers.block(3, 3) for _ in range(n))\n        self.last = block(3, 1)\n',
    });
    const analysis = analyzer.analyze('pkg.net', 'Net', null);
    assert.equal(analysis?.exact, true);
    assert.equal(analysis.stateDict.length, 21);
    assert.equal(analysis.stateDict[0]?.place?.file, 'pkg/layers.py');
    assert.deepEqual(analyzer.moduleClasses('pkg.net'), [{ name: 'Net', line: 4 }]);
  });
});
