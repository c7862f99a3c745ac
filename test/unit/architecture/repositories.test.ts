import assert from 'node:assert/strict';
import { analysisOf, analyzerOf } from './memoryTree';

/** What the sources of real repositories contain besides layers, each in a few lines. */
describe('The analysis of sources as repositories have them', () => {
  it('knows that None is a value: of a module, of an attribute, of a field, of an argument', async () => {
    const source = `
from typing import NamedTuple
NOTHING = None
class Fields(NamedTuple):
    a: object = 3
    b: object = 4
class Model(nn.Module):
    size = None
    def __init__(self):
        super().__init__()
        self.a = nn.Linear(1, 2 if NOTHING is None else 3)
        self.b = nn.Linear(1, 2 if getattr(self, 'size', 5) is None else 3)
        self.c = nn.Linear(1, 2 if Fields(None).a is None else 3)
        self.d = nn.Linear(1, 2 if Fields()._replace(b=None).b is None else 3)
`;
    const analysis = await analysisOf(source, 'Model');
    assert.deepEqual(
      analysis.stateDict.filter(({ key }) => key.endsWith('bias')).map(({ shape }) => shape),
      [[2n], [2n], [2n], [2n]],
    );
    assert.equal(analysis.exact, true);
  });

  it('takes both ways where an import, or an unknown call, may have failed', async () => {
    const source = `
try:
    import turbo
    from turbo import Fast
except ImportError:
    turbo = None
    Fast = None
try:
    WIDTH = turbo.width()
except Exception:
    WIDTH = 4

def size(value):
    try:
        return turbo.size(value)
    except Exception:
        return 3

class Known(nn.Module):
    def __init__(self):
        super().__init__()
        size(1)
        self.a = nn.Linear(2, 2)
        try:
            turbo.check()
        except Exception:
            pass

class Unknown(nn.Module):
    def __init__(self):
        super().__init__()
        self.a = nn.Linear(2, WIDTH)
        self.b = nn.Linear(2, size(1))

class Either(nn.Module):
    def __init__(self):
        super().__init__()
        try:
            turbo.check()
            self.a = nn.Linear(2, 2)
        except Exception:
            self.a = nn.Linear(3, 3)

class Partly(nn.Module):
    def __init__(self):
        super().__init__()
        kinds = [2]
        try:
            kinds.append(3)
            turbo.check()
            kinds.append(4)
        except Exception:
            pass
        self.layers = nn.ModuleList(nn.Linear(1, kind) for kind in kinds)
`;
    const analyzer = await analyzerOf({ 'model.py': `from torch import nn\n${source}` });
    for (const [name, exact] of [
      ['Known', true],
      ['Unknown', false],
      ['Either', false],
      ['Partly', false],
    ] as const) {
      const analysis = analyzer.analyze('model', name, null);
      assert.equal(analysis?.exact, exact, name);
      assert.equal(analysis.raises, null, name);
    }
    const complete = await analyzerOf({ 'model.py': `from torch import nn\n${source}` }, true);
    const unknown = complete.analyze('model', 'Unknown', null);
    assert.deepEqual(unknown?.unknowns, []);
    assert.equal(unknown.parameters, 3n * 4n + 3n * 3n);
  });

  it('never says that a module of the library, or one of machine code, is not installed', async () => {
    const source = `
import importlib.util
from torch import nn
try:
    import curses, logging.handlers, urllib.request
    A = 2
except ImportError:
    A = 3
try:
    from . import _kernel
    B = 2
except ImportError:
    B = 3
try:
    import missing
    C = 2
except ImportError:
    C = 3
D = 2 if importlib.util.find_spec('missing') is None else 3
class Model(nn.Module):
    def __init__(self, size):
        super().__init__()
        self.a = nn.Linear(1, [lambda: A, lambda: B, lambda: C, lambda: D][size]())
`;
    const analyzer = await analyzerOf(
      { 'package/__init__.py': '', 'package/model.py': source, 'package/_kernel.cpython-311-x86_64.so': '' },
      true,
    );
    const sizes = ['0', '1', '2', '3'].map(
      (size) => analyzer.analyze('package.model', 'Model', size)?.stateDict[1]?.shape ?? null,
    );
    assert.deepEqual(sizes, [null, [2n], [3n], [2n]]);
  });

  it('leaves a model as it is where a profiler looks at it, and says that it rests on it', async () => {
    const source = `
try:
    import thop
except ImportError:
    thop = None
def cost(model):
    try:
        return thop.profile(model, inputs=(torch.zeros(1, 2),))[0] / 1e9
    except Exception:
        return 0.0
class Model(nn.Module):
    def __init__(self):
        super().__init__()
        self.a = nn.Linear(2, 3)
        self.cost = f'{cost(self):.1f} GFLOPs'
`;
    const analysis = await analysisOf(source, 'Model');
    assert.equal(analysis.parameters, 9n);
    assert.deepEqual(analysis.assumptions, ['observer:thop']);
  });

  it('asks for what is outside without raising: classes, functions, submodules', async () => {
    const source = `
import datetime, time, os, json, sys
from datetime import datetime as moment
import numpy as np
class Model(nn.Module):
    def __init__(self):
        super().__init__()
        self.started = datetime.datetime.now().strftime('%Y')
        self.also = moment.now()
        self.seed = np.random.default_rng(0)
        self.text = os.environ.copy()
        self.where = os.path.join(os.getcwd(), 'x')
        self.device = 'cuda' if torch.cuda.is_available() else 'cpu'
        if sys.version_info.major >= 3 and sys.version_info >= (3, 8):
            self.a = nn.Linear(2, 3)
`;
    const analysis = await analysisOf(source, 'Model');
    assert.equal(analysis.raises, null);
    assert.equal(analysis.parameters, 9n);
    assert.deepEqual(analysis.assumptions, ['device']);
  });

  it('makes classes that others take note of when they are defined', async () => {
    const source = `
from abc import ABCMeta
from functools import singledispatch, wraps
import inspect
class Plugin(nn.Module):
    registry = {}
    def __init_subclass__(cls, tag=None, **keywords):
        super().__init_subclass__(**keywords)
        cls.registry[tag or cls.__name__.lower()] = cls
class First(Plugin, tag='a'):
    def __init__(self, c):
        super().__init__()
        self.w = nn.Parameter(torch.empty(c, 2))
class Second(Plugin):
    def __init__(self, c):
        super().__init__()
        self.w = nn.Linear(c, c)
class Finishing(ABCMeta):
    def __call__(cls, *args, **keywords):
        made = super().__call__(*args, **keywords)
        made.finish()
        return made
class Finished(nn.Module, metaclass=Finishing):
    def __init__(self):
        super().__init__()
        self.a = nn.Linear(1, 2)
    def finish(self):
        self.b = nn.Linear(2, 3)
@singledispatch
def made(value):
    raise TypeError
@made.register
def _(value: int):
    return nn.Linear(value, value)
def kept(function):
    signature = inspect.signature(function)
    @wraps(function)
    def wrapper(self, *args, **keywords):
        nn.Module.__init__(self)
        bound = signature.bind(self, *args, **keywords)
        bound.apply_defaults()
        self.given = dict(bound.arguments)
        function(*bound.args, **bound.kwargs)
    return wrapper
class Kept(nn.Module):
    @kept
    def __init__(self, c, r=2):
        self.l = nn.Linear(self.given['c'], self.given['r'])
class Model(nn.Module):
    def __init__(self):
        super().__init__()
        self.plugins = nn.ModuleList([Plugin.registry[name](3) for name in ('a', 'second')])
        self.finished = Finished()
        self.made = made(3)
        self.kept = Kept(4)
`;
    const analysis = await analysisOf(source, 'Model');
    assert.equal(analysis.raises, null);
    assert.equal(analysis.exact, true);
    assert.equal(analysis.parameters, 6n + 12n + 4n + 9n + 12n + 10n);
  });

  it('lets hooks take themselves away while they run', async () => {
    const source = `
class Model(nn.Module):
    def __init__(self):
        super().__init__()
        self.inner = nn.Linear(2, 3)
        self.hook = self.inner.register_forward_pre_hook(lambda module, args: self.hook.remove())
        self.inner.register_forward_pre_hook(lambda module, args: None)
        self.inner(torch.zeros(1, 2))
`;
    const analysis = await analysisOf(source, 'Model');
    assert.equal(analysis.raises, null);
    assert.equal(analysis.parameters, 9n);
  });

  it('reads texts by regular expressions', async () => {
    const source = `
import re
class Model(nn.Module):
    def __init__(self):
        super().__init__()
        op, version = re.match(r'([^0-9]*)([\\d.]+)', '>=1.20').groups()
        found = re.search(r'(?P<name>[a-z]+)(\\d+)', 'x: conv12')
        texts = [op, version, found['name'], found.group(2), found.start(2), found.span(), found.groupdict()]
        texts += [re.sub(r'(\\w)-(\\w)', r'\\2_\\g<1>', 'a-b c-d'), re.sub('[0-9]', lambda m: str(int(m[0]) + 1), 'a1b2')]
        texts += [re.fullmatch('a|ab', 'ab') is not None, [m.end() for m in re.finditer('a', 'aba')], re.escape('a_b.c')]
        raise ValueError(repr(texts))
`;
    const analysis = await analysisOf(source, 'Model');
    assert.equal(
      analysis.raises?.message,
      "['>=', '1.20', 'conv', '12', 7, (3, 9), {'name': 'conv'}, 'b_a d_c', 'a2b3', True, [1, 3], 'a_b\\\\.c']",
    );
  });

  it('does not ask whether a module could be imported: it was', async () => {
    const source = `
import platform
import torch
from torch import nn
if platform.machine() == 'z80':
    raise RuntimeError('too small')
assert platform.machine() != 'z80'
class Model(nn.Module):
    def __init__(self):
        super().__init__()
        self.a = nn.Linear(2, 3)
`;
    const analysis = (await analyzerOf({ 'model.py': source })).analyze('model', 'Model', null);
    assert.equal(analysis?.parameters, 9n);
  });

  it('finds a table by a pattern, where one file has it', async () => {
    const source = `
import glob
from pathlib import Path
import yaml
from torch import nn
class Model(nn.Module):
    def __init__(self, name):
        super().__init__()
        found = glob.glob(str(Path(__file__).resolve().parent / '**' / name), recursive=True)
        with open(found[0] if len(found) else 'none.yaml') as f:
            self.a = nn.Linear(1, yaml.safe_load(f)['size'])
`;
    const analyzer = await analyzerOf({
      'package/model.py': source,
      'package/tables/deep/one.yaml': 'size: 7',
      'package/tables/two.yaml': 'size: 3',
      'package/tables/deep/two.yaml': 'size: 4',
      'package/none.yaml': 'size: 5',
    });
    const bias = (name: string) =>
      analyzer.analyze('package.model', 'Model', `'${name}'`)?.stateDict[1]?.shape ?? null;
    assert.deepEqual(bias('one.yaml'), [7n]);
    assert.deepEqual(bias('t*s/deep/o?e.yaml'), [7n]);
    // Which of two comes first is the disk's affair.
    assert.deepEqual(bias('two.yaml'), null);
  });

  it('builds no abstract class, whatever kind of method is abstract', async () => {
    const source = `
from abc import ABC, abstractmethod
class Base(nn.Module, ABC):
    @staticmethod
    @abstractmethod
    def build(): ...
    @property
    @abstractmethod
    def size(self): ...
class Half(Base):
    @staticmethod
    def build(): ...
class Whole(Half):
    size = 3
`;
    for (const [name, raises] of [
      ['Base', 'TypeError'],
      ['Half', 'TypeError'],
      ['Whole', undefined],
    ] as const) {
      const analysis = await analysisOf(source, name);
      assert.equal(analysis.raises?.code, raises, name);
      assert.equal(analysis.exact, raises === undefined, name);
    }
  });

  it('does not know what a registry lacks whose importers were not evaluated', async () => {
    const registry = `
TABLE = {}
def register(cls):
    TABLE[cls.__name__] = cls
    return cls
class Registry:
    def __init__(self):
        self.table = {}
        self.fixed = {}
    def register(self, cls):
        self.table[cls.__name__] = cls
        return cls
    def build(self, name):
        if name not in self.table:
            raise KeyError(name)
        return self.table[name]()
LAYERS = Registry()
`;
    const layers = `
from torch import nn
from registry import LAYERS, register
@register
class First(nn.Linear):
    def __init__(self):
        super().__init__(2, 3)
@LAYERS.register
class Second(nn.Linear):
    def __init__(self):
        super().__init__(2, 3)
`;
    const model = `
from torch import nn
from registry import LAYERS, TABLE
import layers
class Model(nn.Module):
    def __init__(self, kind):
        super().__init__()
        if kind == 0:
            self.a = TABLE['First']()
        if kind == 1:
            self.a = TABLE.get('First', nn.Identity)()
        if kind == 2:
            self.a = LAYERS.build('Second')
        if kind == 3:
            self.a = nn.Linear(2, LAYERS.fixed.get('a', 3))
`;
    const analyzer = await analyzerOf({ 'registry.py': registry, 'layers.py': layers, 'model.py': model });
    for (const kind of ['0', '1', '2', '3']) {
      const analysis = analyzer.analyze('model', 'Model', kind);
      assert.equal(analysis?.raises, null, kind);
      assert.ok(!analysis.exact || analysis.parameters === 9n, kind);
    }
    assert.equal(analyzer.analyze('model', 'Model', '3')?.exact, true);
  });

  it('does not take what its own classes lack for missing in Python', async () => {
    const source = `
from enum import Enum, EnumMeta
class Meta(EnumMeta):
    def __iter__(cls):
        return super().__iter__()
class Kind(Enum, metaclass=Meta):
    A = 1
class Model(nn.Module):
    def __init__(self):
        super().__init__()
        self.kinds = [kind.name for kind in Kind]
        self.defaults = torch.meshgrid.__kwdefaults__
        self.steps = torch.from_numpy(self.defaults)
        self.steps = torch.zeros(3)
`;
    assert.equal((await analysisOf(source, 'Model')).raises, null);
  });

  it('counts nothing of a module whose constructor did not call its base', async () => {
    const source = `
class Bare(nn.Module):
    def __init__(self):
        self.size = 3
class Model(nn.Module):
    def __init__(self):
        super().__init__()
        self.a = nn.Linear(2, 3)
        self.b = Bare()
`;
    for (const name of ['Bare', 'Model']) {
      const analysis = await analysisOf(source, name);
      assert.equal(analysis.exact, false);
      assert.equal(analysis.raises?.code, 'AttributeError');
    }
  });

  it('knows the rest of a module one of whose attributes is there or not', async () => {
    const source = `
import platform
class Model(nn.Module):
    def __init__(self, kind):
        super().__init__()
        if platform.machine():
            self.flops = [1.0]
            self.other = 3
        self.a = nn.Linear(2, 3)
        if kind == 1 and hasattr(self, 'flops'):
            self.b = nn.Linear(2, 3)
        if kind == 2:
            self.b = nn.Linear(2, self.other)
        if kind == 3 and 'flops' in self.__dict__:
            self.b = nn.Linear(2, 3)
class Late(nn.Module):
    def __init__(self):
        if platform.machine():
            super().__init__()
`;
    assert.equal((await analysisOf(source, 'Model', '0')).parameters, 9n);
    for (const kind of ['1', '2', '3']) {
      const analysis = await analysisOf(source, 'Model', kind);
      assert.equal(analysis.exact, false, kind);
      assert.equal(analysis.raises, null, kind);
    }
    assert.equal((await analysisOf(source, 'Late')).exact, false);
  });

  it('reads what a function takes by name and by position', async () => {
    const source = `
import inspect
def block(a, b=2, *rest, c, d=4, **more): ...
class Meta(type):
    def __init__(cls, *args):
        super().__init__(*args)
        names = inspect.getfullargspec(cls)[0]
        assert 'size' in names, names
class Sized(metaclass=Meta):
    def __init__(self, size): ...
class Model(nn.Module):
    def __init__(self):
        super().__init__()
        args, varargs, varkw, defaults, only, onlyDefaults, _ = spec = inspect.getfullargspec(block)
        text = repr((args, varargs, varkw, defaults, only, onlyDefaults, spec.kwonlydefaults['d']))
        raise ValueError(text)
`;
    assert.equal(
      (await analysisOf(source, 'Model')).raises?.message,
      "(['a', 'b'], 'rest', 'more', (2,), ['c', 'd'], {'d': 4}, 4)",
    );
  });

  it('takes only a bool for the choice of a kernel, as torch does', async () => {
    const source = `
class Attention(nn.Module):
    def __init__(self, flash):
        super().__init__()
        self.a = nn.Linear(2, 3)
        torch.backends.cuda.enable_flash_sdp(flash)
`;
    assert.equal((await analysisOf(source, 'Attention', '64')).raises?.code, 'RuntimeError');
    assert.equal((await analysisOf(source, 'Attention', 'True')).parameters, 9n);
  });

  it('does not know what arguments of torch it does not follow would give', async () => {
    const exactOf = async (expression: string): Promise<string | null> => {
      const source = `
class Model(nn.Module):
    def __init__(self):
        super().__init__()
        self.register_buffer('x', ${expression})
`;
      const { exact, stateDict } = await analysisOf(source, 'Model');
      return exact ? `${String(stateDict[0]?.dtype)} [${String(stateDict[0]?.shape)}]` : null;
    };
    for (const [expression, expected] of [
      ['torch.cat([torch.arange(2), torch.ones(1)])', 'float32 [3]'],
      ['torch.where(torch.arange(2) > 0, 1, torch.tensor(2.5))', 'float32 [2]'],
      ['torch.ones(2, dtype=torch.int32) * torch.tensor(3)', 'int32 [2]'],
      ['torch.ones(2, dtype=torch.bool) * True', 'bool [2]'],
      ['torch.FloatTensor((2, 3))', 'float32 [2]'],
      ['torch.arange(3).clamp(max=0.5)', 'float32 [3]'],
      ['torch.arange(6).view(2, 3).tile(2)', 'int64 [2,6]'],
      ['torch.randperm(3, dtype=torch.int32)', 'int32 [3]'],
      ['torch.arange(2).new_tensor([1.0, 2.0, 3.0])', 'int64 [3]'],
      ['torch.zeros(3, 4)[:, [0, 2]]', 'float32 [3,2]'],
      ['torch.zeros(3, 4)[torch.arange(3) > 0]', 'float32 [2,4]'],
      ["torch.einsum('i,j->ij', torch.arange(3.0), torch.arange(4.0))", 'float32 [3,4]'],
      ['torch.diag(torch.ones(3), 1)', 'float32 [4,4]'],
      ['torch.polar(torch.ones(2, 3), torch.ones(3))', 'complex64 [2,3]'],
      ['torch.view_as_real(torch.polar(torch.ones(2), torch.ones(2)))', 'float32 [2,2]'],
      ['torch.full((2,), torch.finfo(torch.float16).min)', 'float32 [2]'],
      ['torch.zeros((-torch.ones(2, dtype=torch.uint8) // 2).tolist())', 'float32 [127,127]'],
      ['torch.zeros(1).expand(3).fill_(1)', null],
      ['torch.full((2,), 300, dtype=torch.uint8)', null],
      ['torch.flip(torch.ones(2), 0)', null],
      ['torch.zeros(3, 4)[[3]]', null],
      ['torch.range(0, 3)', null],
      ['torch.arange(6).view(2, 3).t().view(-1)', null],
      ['torch.ones(2).sum(keepdim=True)', null],
      ['torch.arange(3).mean()', null],
      ['torch.ones(3).split([1, 1])', null],
      ['torch.relu(2)', null],
      ['torch.ones(2, 3) @ torch.ones(3, 2, dtype=torch.float64)', null],
    ] as const) {
      assert.equal(await exactOf(expression), expected, expression);
    }
  });
});
