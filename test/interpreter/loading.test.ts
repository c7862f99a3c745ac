import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { runCheckCommand } from './support/commandLine';
import { withProject, type Project } from './support/project';
import { openWeights } from './support/weights';

/** What torch does with the file when it may do everything, as a line of JSON. */
const truth = `
import json, re, sys, torch
sys.path.insert(0, ".")
import model
net = eval("model." + sys.argv[1])
state = torch.load("weights.pth", weights_only=False, map_location="cpu")
for step in json.loads(sys.argv[2]):
    state = state[step]
if isinstance(state, torch.nn.Module):
    state = state.state_dict()
lists = {}
inner = net._load_from_state_dict
def spy(a, prefix, b, c, missing, unexpected, errors):
    if prefix == "":
        lists.update(missing=missing, unexpected=unexpected, errors=errors)
    return inner(a, prefix, b, c, missing, unexpected, errors)
net._load_from_state_dict = spy
try:
    net.load_state_dict(state)
    strict = True
except RuntimeError:
    strict = False
sizes = [re.match("size mismatch for (.+?):", e) for e in lists["errors"]]
other = [e for e in lists["errors"] if not re.match("size mismatch|.*(Missing|Unexpected) key", e.strip())]
print(json.dumps({"strict": strict, "missing": lists["missing"], "unexpected": lists["unexpected"],
  "mismatched": [m.group(1) for m in sizes if m], "refused": len(other),
  "keys": list(net.state_dict())}))
`;

interface Truth {
  readonly strict: boolean;
  readonly missing: readonly string[];
  readonly unexpected: readonly string[];
  readonly mismatched: readonly string[];
  readonly refused: number;
  readonly keys: readonly string[];
}

const model = `
import torch
from torch import nn
from torch.nn.utils import parametrizations

class Net(nn.Module):
    def __init__(self, classes=3, extra=False):
        super().__init__()
        self.stem = nn.Sequential(nn.Conv2d(3, 4, 3), nn.BatchNorm2d(4), nn.ReLU())
        if extra:
            self.stem.append(nn.Conv2d(4, 4, 1))
        self.head = nn.Linear(4, classes)

class Inserted(Net):
    def __init__(self):
        super().__init__()
        self.stem = nn.Sequential(self.stem[0], nn.Conv2d(4, 4, 1), *self.stem[1:])

class Scaled(nn.Module):
    def __init__(self):
        super().__init__()
        self.scale = nn.Parameter(torch.tensor(1.0))

class Normed(nn.Module):
    def __init__(self):
        super().__init__()
        self.layer = parametrizations.weight_norm(nn.Linear(3, 4))

class Kept(nn.Module):
    def __init__(self):
        super().__init__()
        self.layer = nn.Linear(2, 2)
        self.seen = 0
    def get_extra_state(self):
        return {"seen": self.seen}
    def set_extra_state(self, state):
        self.seen = state["seen"]

class Renaming(Net):
    def _load_from_state_dict(self, state, prefix, *rest):
        if prefix + "classifier.weight" in state:
            for name in ("weight", "bias"):
                state[prefix + "head." + name] = state.pop(prefix + "classifier." + name)
        super()._load_from_state_dict(state, prefix, *rest)

class LooksAtValues(Net):
    """Fails on the meta device."""
    def _load_from_state_dict(self, state, prefix, *rest):
        assert float(self.stem[0].weight.sum()) != float("inf")
        super()._load_from_state_dict(state, prefix, *rest)

class Lenient(Net):
    def load_state_dict(self, state, strict=True):
        own = self.state_dict()
        kept = {k: v for k, v in state.items() if k in own and own[k].shape == v.shape}
        return super().load_state_dict(kept, strict=False)

class Lazy(nn.Module):
    def __init__(self):
        super().__init__()
        self.layer = nn.LazyLinear(4)

class Tied(nn.Module):
    def __init__(self):
        super().__init__()
        self.embed = nn.Embedding(8, 4)
        self.out = nn.Linear(4, 8, bias=False)
        self.out.weight = self.embed.weight

class Reads(Net):
    def __init__(self):
        super().__init__()
        self.width = int(torch.linspace(1, 4, 4)[2].item())
        self.more = nn.Linear(self.width, 2)

class Swallows(Net):
    """Takes another way when a meta tensor cannot be read, and says nothing."""
    def __init__(self):
        super().__init__()
        try:
            width = int(torch.ones(5).sum().item())
        except Exception:
            width = 1
        self.more = nn.Linear(width, 2)

def make_net(classes):
    return Net(classes)
`;

interface Case {
  readonly title: string;
  /** Python that makes `state`, which is saved. */
  readonly save: string;
  readonly name?: string;
  readonly args?: string;
  readonly path?: readonly (string | number)[];
  /** What the report must say besides torch's lists. */
  readonly expect?: Partial<{ strict: boolean; source: 'torch' | 'ranges'; device: 'meta' | 'cpu' }>;
}

const cases: readonly Case[] = [
  {
    title: 'the same model',
    save: 'state = Net().state_dict()',
    expect: { strict: true, source: 'torch', device: 'meta' },
  },
  {
    title: 'a function that makes the model',
    name: 'make_net',
    args: '3',
    save: 'state = Net().state_dict()',
  },
  { title: 'another class count', args: 'classes=7', save: 'state = Net().state_dict()' },
  { title: 'a new layer', args: 'extra=True', save: 'state = Net().state_dict()' },
  { title: 'an inserted layer', name: 'Inserted', save: 'state = Net().state_dict()' },
  {
    title: 'a removed layer',
    save: 'state = Net(extra=True).state_dict()',
    expect: { strict: false },
  },
  { title: "DataParallel's prefix", save: 'state = nn.DataParallel(Net()).state_dict()' },
  { title: 'no metadata', save: 'state = dict(Net().state_dict())' },
  {
    title: 'statistics of before num_batches_tracked',
    save: 'state = {k: v for k, v in Net().state_dict().items() if "batches" not in k}',
    expect: { strict: true },
  },
  {
    title: 'the same with metadata',
    save: 'state = Net().state_dict(); del state["stem.1.num_batches_tracked"]',
    expect: { strict: false },
  },
  { title: 'one element for a scalar', name: 'Scaled', save: 'state = {"scale": torch.ones(1)}' },
  { title: 'two elements for a scalar', name: 'Scaled', save: 'state = {"scale": torch.ones(2)}' },
  {
    title: 'the old names of weight_norm',
    name: 'Normed',
    save: 'm = nn.Module(); m.layer = nn.utils.weight_norm(nn.Linear(3, 4)); state = m.state_dict()',
    expect: { strict: true },
  },
  { title: 'extra state', name: 'Kept', save: 'state = Kept().state_dict()', expect: { strict: true } },
  {
    title: 'extra state that is missing',
    name: 'Kept',
    save: 'state = nn.Sequential(Kept()).state_dict(); state = {k[2:]: v for k, v in state.items() if "extra" not in k}',
  },
  {
    title: 'a module that renames keys',
    name: 'Renaming',
    save: 'state = {k.replace("head", "classifier"): v for k, v in Net().state_dict().items()}',
    expect: { strict: true },
  },
  {
    title: 'a module that looks at its values',
    name: 'LooksAtValues',
    save: 'state = Net().state_dict()',
    expect: { strict: true, device: 'cpu' },
  },
  {
    title: 'a class that loads in its own way',
    name: 'Lenient',
    save: 'state = Net(7).state_dict()',
    expect: { strict: true },
  },
  {
    title: 'a lazy layer',
    name: 'Lazy',
    save: 'state = {"layer.weight": torch.ones(4, 9), "layer.bias": torch.ones(4)}',
  },
  { title: 'tied weights', name: 'Tied', save: 'state = Tied().state_dict()', expect: { strict: true } },
  {
    title: 'a constructor that reads values',
    name: 'Reads',
    save: 'state = Reads().state_dict()',
    expect: { strict: true, device: 'cpu' },
  },
  {
    title: 'a constructor that hides that it could not',
    name: 'Swallows',
    save: 'state = Swallows().state_dict()',
    expect: { strict: true, device: 'cpu' },
  },
  { title: 'other dtypes', save: 'state = Net().half().state_dict()', expect: { strict: true } },
  { title: 'no tensor under a key', save: 'state = Net().state_dict(); state["head.bias"] = None' },
  {
    title: 'a part of a training checkpoint',
    path: ['ema', 'net'],
    save: 'state = {"epoch": 3, "ema": {"net": Net().state_dict(), "decay": 0.9}}',
    expect: { strict: true, source: 'torch' },
  },
  {
    title: 'a whole module, which torch.load refuses',
    save: 'state = Net()',
    expect: { strict: true, source: 'ranges' },
  },
  {
    title: 'a whole module inside a checkpoint',
    path: ['model'],
    save: 'state = {"model": Net(), "epoch": 1}',
    expect: { strict: true, source: 'ranges' },
  },
  {
    title: 'a file with a class of no library',
    path: ['net'],
    save: 'import argparse; state = {"net": Net().state_dict(), "args": argparse.Namespace(lr=1)}',
    expect: { strict: true, source: 'ranges' },
  },
];

async function torchSays(project: Project, test: Case): Promise<Truth> {
  const call = `${test.name ?? 'Net'}(${test.args ?? ''})`;
  const text = project.python(
    `import sys; sys.argv[1:] = ${JSON.stringify([call, JSON.stringify(test.path ?? [])])}\n${truth}`,
  );
  return JSON.parse(text.trim().split('\n').at(-1) ?? '') as Truth;
}

describe('What torch says of loading is what the report says', () => {
  for (const test of cases) {
    it(test.title, () =>
      withProject({ 'model.py': model }, async (project) => {
        project.python(
          `import torch\nfrom torch import nn\nfrom model import *\n${test.save}\ntorch.save(state, "weights.pth")`,
        );
        const expected = await torchSays(project, test);
        const target = [`--model`, `model.py:${test.name ?? 'Net'}`, '--args', test.args ?? ''];
        const { report, stderr, status } = await runCheckCommand(
          project,
          ...target,
          '--weights',
          'weights.pth',
        );
        assert.equal(report.error, null, stderr);
        assert.equal(report.answeredBy, 'torch');
        assert.equal(report.strict, expected.strict);
        assert.deepEqual(
          report.missing.map(({ key }) => key),
          expected.missing,
        );
        assert.deepEqual(
          report.unexpected.map(({ key }) => key),
          expected.unexpected,
        );
        assert.deepEqual(
          report.mismatched.map(({ key }) => key),
          expected.mismatched,
        );
        assert.equal(report.refused.length, expected.refused);
        assert.equal(report.model.keys, expected.keys.length);
        assert.deepEqual(report.differences, [], stderr);
        assert.equal(status, expected.strict ? 0 : 1, stderr);
        const { strict, source, device } = test.expect ?? {};
        if (strict !== undefined) assert.equal(report.strict, strict);
        if (source !== undefined) assert.equal(report.proof?.source, source, JSON.stringify(report.proof));
        if (device !== undefined) assert.equal(report.proof?.device, device, JSON.stringify(report.proof));
        if (source === 'ranges') assert.ok((report.proof?.refusal ?? '') !== '');
      }),
    );
  }

  it('a file that would run code is not given to torch; the source alone answers', () =>
    withProject({ 'model.py': model }, async (project) => {
      project.python(`
import os, torch
from model import Net
class Evil:
    def __reduce__(self):
        return os.system, ("touch ran",)
torch.save({"net": Net().state_dict(), "evil": Evil()}, "weights.pth")`);
      const { report, status, stderr } = await runCheckCommand(
        project,
        '--model',
        'model.py:Net',
        '--weights',
        'weights.pth',
      );
      assert.equal(status, 2, stderr);
      assert.match(stderr, /would call or import (os|posix)\.system\('touch ran'\)/);
      assert.equal(report.error?.code, 'check.dangerous');
      assert.equal(report.strict, null);
      assert.equal(report.proof, null);
      // What the source alone says is there all the same.
      assert.ok(report.matched > 0);
      assert.ok(!existsSync(project.path('ran')), 'the pickle was run');
    }));
});

const values = `
import torch
from torch import nn

class Net(nn.Module):
    """Says what it is given."""
    def __init__(self):
        super().__init__()
        self.bias = nn.Parameter(torch.ones(1))
    def load_state_dict(self, state, strict=True):
        for key, value in state.items():
            numbers = value.to(torch.complex128) if value.is_complex() else value.double()
            print("GOT", key, value.dtype, tuple(value.shape), numbers.flatten().tolist())
        return super().load_state_dict({"bias": torch.ones(1)}, strict)
`;

const tensors = `
import torch
torch.manual_seed(0)
base = torch.randn(6, 5)
state = {
    "float32": base,
    "transposed": base.t(),
    "part": base[1:3, 2:],
    "stepped": base[::2, ::3],
    "expanded": torch.randn(1, 3).expand(4, 3),
    "scalar": torch.tensor(2.5),
    "empty": torch.empty(0, 3),
    "bool": torch.tensor([True, False, True]),
    "uint8": torch.arange(5, dtype=torch.uint8),
    "int8": torch.arange(-3, 4, dtype=torch.int8),
    "int16": torch.arange(-3, 4, dtype=torch.int16),
    "int32": torch.arange(-3, 4, dtype=torch.int32),
    "int64": torch.arange(-3, 4) * 2**40,
    "float16": torch.randn(7).half(),
    "bfloat16": torch.randn(7).bfloat16(),
    "float64": torch.randn(7).double(),
    "complex64": torch.randn(3, dtype=torch.complex64),
    "bias": torch.ones(1),
}
def say():
    for key, value in state.items():
        numbers = value.to(torch.complex128) if value.is_complex() else value.double()
        print("GOT", key, value.dtype, tuple(value.shape), numbers.flatten().tolist())
`;

/** Containers, and how each is written; what torch.load would refuse is in each that it could open. */
const containers: readonly (readonly [string, string, string])[] = [
  ['a zip', 'weights.pth', 'torch.save({"net": state, "more": say}, "weights.pth")'],
  [
    'a legacy file',
    'weights.pth',
    'torch.save({"net": state, "more": say}, "weights.pth", _use_new_zipfile_serialization=False)',
  ],
  [
    'safetensors',
    'weights.safetensors',
    'from safetensors.torch import save_file\nsave_file({k: v.contiguous().clone() for k, v in state.items()}, "weights.safetensors")',
  ],
  [
    'shards',
    'model.safetensors.index.json',
    `import json
from safetensors.torch import save_file
names = list(state)
for i, some in enumerate((names[:9], names[9:])):
    save_file({k: state[k].contiguous().clone() for k in some}, "part%d.safetensors" % i)
index = {"metadata": {}, "weight_map": {k: "part%d.safetensors" % (i >= 9) for i, k in enumerate(names)}}
json.dump(index, open("model.safetensors.index.json", "w"))`,
  ],
];

describe('Tensors made from byte ranges hold the values of the file', () => {
  for (const [title, file, save] of containers) {
    it(title, () =>
      withProject({ 'model.py': values }, async (project) => {
        const expected = lines(project.python(`${tensors}\n${save}\nsay()`));
        assert.equal(expected.length, 18);
        const weights = await openWeights(project.path(file), 'bias');
        assert.ok(weights.entries.every(({ range }) => range !== null));
        const outcome = await project.check({ weights });
        assert.ok(outcome.ok, JSON.stringify(outcome));
        assert.equal(outcome.reply.weights?.source, 'ranges');
        assert.deepEqual(outcome.reply.weights.unread, []);
        assert.deepEqual(lines(outcome.log), expected);
      }),
    );
  }
});

/** The lines that tell values, sorted: formats have orders of their own. */
function lines(text: string): string[] {
  return text
    .split('\n')
    .filter((line) => line.startsWith('GOT'))
    .sort();
}
