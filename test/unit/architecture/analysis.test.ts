import assert from 'node:assert/strict';
import { Analyzer } from '../../../src/architecture/analysis';
import { Sources } from '../../../src/architecture/sources';
import { analysisOf, analyzerOf, MemoryTree, pythonParser } from './memoryTree';

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

  for (const doubled of [
    's = [1]\n        for i in range(60): s = s + s',
    's = [1]\n        for i in range(60): s += s',
    's = [1]\n        for i in range(60): s.extend(s)',
    's = [1]\n        for i in range(60): s = [*s, *s]',
    's = (1,)\n        for i in range(60): s += s',
    "s = 'a'\n        for i in range(60): s = s + s",
    "s = b'a'\n        for i in range(60): s += s",
    "s = 'a'\n        for i in range(60): s = '%s%s' % (s, s)",
    "s = 'a'\n        for i in range(60): s = f'{s}{s}'",
    "s = 'a'\n        for i in range(60): s = ''.join([s, s])",
    "s = 'a'\n        for i in range(60): s = s.replace('a', 'aa')",
  ]) {
    it(`ends a constructor that doubles a value again and again: ${doubled.split(': ')[1] ?? ''}`, async () => {
      const analysis = await analysisOf(
        `
class Doubled(nn.Module):
    def __init__(self):
        super().__init__()
        ${doubled}
        self.a = nn.Linear(len(s), 1)
`,
        'Doubled',
      );
      assert.match(analysis.unknowns[0]?.code ?? '', /^budget(?:Items|Steps)$/);
    }).timeout(10_000);
  }

  for (const search of [
    "re.match('(a+)+$', 'a' * 40 + 'b')",
    "re.findall('((a|b)*)*c', 'ab' * 30)",
    "re.sub('(.*)(.*)(.*)(.*)x', '', 'a' * 3000)",
  ]) {
    it(`does not know what would be searched for without end: ${search}`, async () => {
      const analysis = await analysisOf(
        `
import re
class Searching(nn.Module):
    def __init__(self):
        super().__init__()
        self.a = nn.Linear(3 if ${search} else 4, 1)
`,
        'Searching',
      );
      assert.equal(analysis.exact, false);
    });
  }

  it('searches as usual', async () => {
    const analysis = await analysisOf(
      `
import re
class Searching(nn.Module):
    def __init__(self):
        super().__init__()
        found = re.match(r'(?:layer\\d+\\.)*conv(\\d+)x(\\d+)', 'layer1.layer2.conv3x5')
        self.a = nn.Linear(int(found.group(1)), int(found.group(2)), bias=False)
`,
      'Searching',
    );
    assert.equal(analysis.parameters, 15n);
  });

  it('takes lists that are longer than what a call takes', async () => {
    const analysis = await analysisOf(
      `
class Long(nn.Module):
    def __init__(self):
        super().__init__()
        s = [1] * 200_000
        t = [*s]
        t += s
        t.extend(s)
        self.a = nn.Linear(len(t), 1, bias=False)
`,
      'Long',
    );
    assert.equal(analysis.parameters, 600_000n);
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

describe('constructions one after the other', () => {
  it('start from the same modules: counters, lists, class attributes and defaults are set back', async () => {
    const analyzer = await analyzerOf({
      'model.py': `
import itertools
import torch
from torch import nn
COUNT = 0
FLAG = True
SIZES = []
NUMBERS = itertools.count(1)

class Counting(nn.Module):
    made = 0

    def __init__(self, extra=[]):
        super().__init__()
        global COUNT, FLAG
        COUNT += 1
        FLAG = False
        Counting.made += 1
        SIZES.append(1)
        extra.append(1)
        self.a = nn.Linear(COUNT + len(SIZES) + Counting.made + len(extra), 1, bias=False)

class Asking(nn.Module):
    def __init__(self):
        super().__init__()
        self.a = nn.Linear(5 if FLAG else 7, 1, bias=False)

class Numbered(nn.Module):
    def __init__(self):
        super().__init__()
        self.a = nn.Linear(next(NUMBERS), 1, bias=False)
`,
    });
    for (const [name, parameters] of [
      ['Counting', 4n],
      ['Counting', 4n],
      ['Asking', 5n],
      ['Counting', 4n],
    ] as const) {
      const analysis = analyzer.analyze('model', name, '');
      assert.deepEqual([analysis?.exact, analysis?.parameters], [true, parameters]);
    }
    // Where an iterator of a module stands cannot be set back.
    const numbered = analyzer.analyze('model', 'Numbered', '');
    assert.equal(numbered?.exact, false);
    assert.equal(numbered.unknowns[0]?.code, 'iteratorInBranch');
  });
});

describe('gradients', () => {
  const raisedBy = async (body: string): Promise<string | undefined> => {
    const analysis = await analysisOf(
      `
import copy
class Model(nn.Module):
    def __init__(self):
        super().__init__()
        self.w = nn.Parameter(torch.zeros(3, 4))
${body.replace(/^/gm, '        ')}

def build():
    return copy.deepcopy(Model())
`,
      'build',
    );
    assert.equal(analysis.exact, analysis.raises === null);
    return analysis.raises?.code;
  };

  it('forbid changes of a parameter in place, and of its views', async () => {
    for (const change of ['self.w.fill_(1)', 'self.w[0] = 1', 'self.w[0].fill_(1)', 'w = self.w\nw *= 2']) {
      assert.equal(await raisedBy(change), 'RuntimeError', change);
      const guarded = `with torch.no_grad():\n${change.replace(/^/gm, '    ')}`;
      assert.equal(await raisedBy(guarded), undefined, guarded);
    }
    assert.equal(await raisedBy('self.w.data.fill_(1)\nnn.init.ones_(self.w)'), undefined);
  });

  it('forbid a deep copy of what was computed from a parameter', async () => {
    assert.equal(await raisedBy('self.c = self.w * 2'), 'RuntimeError');
    assert.equal(await raisedBy('self.c = nn.functional.relu(self.w)'), 'RuntimeError');
    assert.equal(await raisedBy('self.c = (self.w * 2).detach()'), undefined);
    assert.equal(await raisedBy('with torch.no_grad():\n    self.c = self.w * 2'), undefined);
  });
});

describe('language', () => {
  it('matches classes, mappings and sequences', async () => {
    const analysis = await analysisOf(
      `
class Point:
    __match_args__ = ('x', 'y')
    def __init__(self, x, y): self.x, self.y = x, y

def pick(value):
    match value:
        case True: return 100
        case int(): return value
        case Point(x=0, y=y): return y
        case Point(a, b): return a + b
        case [a, *rest]: return a + len(rest)
        case {'c': c, **rest}: return c + len(rest)
    return 1000

class Model(nn.Module):
    def __init__(self):
        super().__init__()
        values = [3, Point(0, 7), Point(5, 6), (4, 1, 1), {'c': 4, 'd': 1}, True, 'x']
        self.layers = nn.ModuleList(nn.Linear(pick(value), 1, bias=False) for value in values)
`,
      'Model',
    );
    assert.deepEqual(
      analysis.stateDict.map(({ shape }) => shape?.[1]),
      [3n, 7n, 11n, 6n, 5n, 100n, 1000n],
    );
  });

  it('orders by one comparison, and reads the names of the module', async () => {
    const analysis = await analysisOf(
      `
from functools import total_ordering
@total_ordering
class Version:
    def __init__(self, *parts): self.parts = parts
    def __eq__(self, other): return self.parts == other.parts
    def __lt__(self, other): return self.parts < other.parts

class Block(nn.Linear):
    pass

class Model(nn.Module):
    def __init__(self):
        super().__init__()
        kind = globals()['Block'] if 'Missing' not in globals() else nn.Identity
        self.a = kind(3, 4 if Version(2, 0) >= Version(1, 13) else 5)
`,
      'Model',
    );
    assert.equal(analysis.parameters, 16n);
  });

  it('imports a submodule of the package that imports it from itself', async () => {
    const analyzer = await analyzerOf({
      'net/__init__.py': 'from . import blocks\nmake = blocks.make\n',
      'net/blocks.py': 'from torch import nn\ndef make():\n    return nn.Linear(2, 3)\n',
    });
    assert.equal(analyzer.analyze('net', 'make', '')?.parameters, 9n);
  });

  it('names files below a root that ends with a slash as the system does', async () => {
    const files = new MemoryTree({
      '/net.py': 'from torch import nn\ndef make():\n    return nn.Linear(2, 3)\n',
    });
    const sources = new Sources(await pythonParser(), files);
    const analyzer = new Analyzer(sources, { roots: ['/'], complete: false }, performance);
    assert.equal(analyzer.predict('net', 'make', '')?.file, '/net.py');
  });
});
