import assert from 'node:assert/strict';
import { net, withProject, type Question } from './support/project';

type Files = Readonly<Record<string, string>>;

const block = `
from torch import nn

class Block(nn.Conv2d):
    def __init__(self):
        super().__init__(3, 4, 1)
`;

function using(statement: string): string {
  return `${statement}\nfrom torch import nn\n\nclass Net(nn.Module):\n    def __init__(self):\n        super().__init__()\n        self.block = Block()\n`;
}

/** Files, what is asked, and the keys that come of it; `keys` is `block.*` where none are given. */
const cases: readonly (readonly [string, Files, Question, (readonly string[])?])[] = [
  [
    'files named as modules of the standard library and of torch',
    {
      ...Object.fromEntries(
        [
          'types',
          'queue',
          'code',
          'random',
          'logging',
          'select',
          'inspect',
          'copy',
          'statistics',
          'typing',
        ].map((name) => [`${name}.py`, 'raise RuntimeError("not the real one")\n']),
      ),
      'model.py': using('import types, queue, code, random, logging, statistics\nfrom blocks import Block'),
      'blocks.py': block,
    },
    {},
  ],
  [
    'relative imports of a package',
    {
      'models/__init__.py': '',
      'models/yolo.py': using('from .common import Block\nfrom . import common'),
      'models/common.py': block,
    },
    { file: 'models/yolo.py' },
  ],
  [
    'relative imports in folders without __init__.py',
    { 'models/detection/yolo.py': using('from ..common import Block'), 'models/common.py': block },
    { file: 'models/detection/yolo.py' },
  ],
  [
    'imports from the root of the project',
    {
      'models/yolo.py': using('from models.common import Block\nfrom utils.tools import width'),
      'models/common.py': block,
      'utils/tools.py': 'width = 3\n',
    },
    { file: 'models/yolo.py' },
  ],
  [
    'bare imports of the file’s own folder',
    { 'models/yolo.py': using('from common import Block'), 'models/common.py': block },
    { file: 'models/yolo.py' },
  ],
  [
    'a root below the project',
    { 'src/nets/yolo.py': using('from nets.common import Block'), 'src/nets/common.py': block },
    { file: 'src/nets/yolo.py', root: 'src' },
  ],
  [
    'a package’s own file',
    { 'nets/__init__.py': using('from .common import Block'), 'nets/common.py': block },
    { file: 'nets/__init__.py' },
  ],
  [
    'a package that imports the file itself, which is one module then',
    {
      'nets/__init__.py': 'from .yolo import Net, registry\n',
      'nets/yolo.py': `registry = []\n${using('from .common import Block')}\nregistry.append(Net)\n\nclass Checked(Net):\n    def __init__(self):\n        import nets\n        assert nets.registry == [Net] and nets.Net is Net\n        super().__init__()\n`,
      'nets/common.py': block,
    },
    { file: 'nets/yolo.py', name: 'Checked' },
  ],
  [
    'a name that no import could say',
    { 'my models/my-model v2.1.py': using('from blocks import Block'), 'my models/blocks.py': block },
    { file: 'my models/my-model v2.1.py' },
  ],
  [
    'the name of a module that is already there',
    { 'json.py': using('from blocks import Block'), 'blocks.py': block },
    { file: 'json.py' },
  ],
  [
    'a path in Chinese',
    { '网络/模型.py': using('from 网络.模块 import Block'), '网络/模块.py': block },
    { file: '网络/模型.py' },
  ],
  [
    'a nested class',
    { 'model.py': `${net}\nclass Outer:\n    class Inner(Net):\n        pass\n` },
    { name: 'Outer.Inner' },
    ['conv.weight', 'conv.bias'],
  ],
  [
    'a function that returns a model, with arguments from the file’s namespace',
    { 'model.py': `${net}\nWIDTH = 5\n\ndef make(kind, **kwargs):\n    return kind(**kwargs)\n` },
    { name: 'make', args: 'Net, channels=max([WIDTH * 2 for _ in range(3)])' },
    ['conv.weight', 'conv.bias'],
  ],
  [
    'a model that the file has made',
    { 'model.py': `${net}\nnet = nn.Sequential(Net())\n` },
    { name: 'net' },
    ['0.conv.weight', '0.conv.bias'],
  ],
  [
    'what only a program does is not done',
    { 'model.py': `${net}\nif __name__ == "__main__":\n    raise SystemExit("training")\n` },
    {},
    ['conv.weight', 'conv.bias'],
  ],
  [
    'data beside the root, by a relative path',
    {
      'models/yolo.py': `import json\nfrom torch import nn\n\nclass Net(nn.Sequential):\n    def __init__(self, table="cfg/net.json"):\n        super().__init__(*[nn.Linear(a, b) for a, b in json.load(open(table))])\n`,
      'cfg/net.json': '[[3, 4], [4, 5]]',
    },
    { file: 'models/yolo.py' },
    ['0.weight', '0.bias', '1.weight', '1.bias'],
  ],
  [
    'a file that puts its project on the path itself',
    {
      'tools/build/net.py': `import sys\nfrom pathlib import Path\nsys.path.insert(0, str(Path(__file__).resolve().parents[2] / "lib"))\n${using('from blocks import Block')}`,
      'lib/blocks.py': block,
    },
    { file: 'tools/build/net.py', root: 'tools' },
  ],
];

describe('The file is imported as running it does', () => {
  for (const [title, files, question, keys = ['block.weight', 'block.bias']] of cases) {
    it(title, () =>
      withProject(files, async (project) => {
        const { model } = await project.reply(question);
        assert.deepEqual(
          model.entries.map(({ key }) => key),
          keys,
        );
      }),
    );
  }

  it('PYTHONPATH of the user', () =>
    withProject(
      { 'model.py': using('from blocks import Block'), 'lib/blocks.py': block },
      async (project) => {
        const environment = { ...process.env, PYTHONPATH: project.path('lib') };
        assert.equal((await project.reply({ options: { environment } })).model.entries.length, 2);
        const failure = await project.failure();
        assert.deepEqual([failure.code, failure.args], ['interpreter.missingModule', ['blocks']]);
      },
    ));

  it('the program of the check is not in the user’s way', () =>
    withProject(
      { 'model.py': `import sys\nassert not any("/python" == p[-7:] for p in sys.path), sys.path\n${net}` },
      async (project) => {
        assert.equal((await project.reply()).model.entries.length, 2);
      },
    ));
});

describe('The model is described', () => {
  it('shapes, dtypes, kinds, tied tensors, and the line that made each', () =>
    withProject(
      {
        'model.py': `import torch
from torch import nn


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.embed = nn.Embedding(8, 4)
        self.norm = nn.Sequential(
            nn.BatchNorm1d(4),
        )
        self.out = nn.Linear(4, 8, bias=False, dtype=torch.float64)
        self.out.weight = self.embed.weight
        self.register_buffer("steps", torch.zeros((), dtype=torch.int64))
        self.register_buffer("hidden", torch.zeros(9), persistent=False)
        self.scale = nn.Parameter(torch.ones(3, 1, dtype=torch.bfloat16))
`,
      },
      async (project) => {
        const { model, device } = await project.reply();
        assert.equal(device, 'meta');
        assert.deepEqual(
          model.entries.map(({ key, shape, dtype, kind, line }) => [key, shape, dtype, kind, line]),
          [
            ['scale', [3, 1], 'bfloat16', 'parameter', 16],
            ['steps', [], 'int64', 'buffer', 14],
            ['embed.weight', [8, 4], 'float32', 'parameter', 8],
            ['norm.0.weight', [4], 'float32', 'parameter', 10],
            ['norm.0.bias', [4], 'float32', 'parameter', 10],
            ['norm.0.running_mean', [4], 'float32', 'buffer', 10],
            ['norm.0.running_var', [4], 'float32', 'buffer', 10],
            ['norm.0.num_batches_tracked', [], 'int64', 'buffer', 10],
            ['out.weight', [8, 4], 'float32', 'parameter', 13],
          ],
        );
        const tensor = (name: string): number | null | undefined =>
          model.entries.find(({ key }) => key === name)?.tensor;
        assert.equal(tensor('embed.weight'), tensor('out.weight'));
        assert.notEqual(tensor('embed.weight'), tensor('scale'));
        assert.equal(model.parameters, 32 + 8 + 3);
        assert.equal(model.buffers, 8 + 1 + 1 + 9);
        assert.deepEqual(
          model.modules.map(({ path, type }) => [path, type]),
          [
            ['', 'Net'],
            ['embed', 'Embedding'],
            ['norm', 'Sequential'],
            ['norm.0', 'BatchNorm1d'],
            ['out', 'Linear'],
          ],
        );
      },
    ));

  it('a large model needs no memory', () =>
    withProject(
      {
        'model.py':
          'from torch import nn\n\ndef make():\n    return nn.Sequential(*[nn.Linear(50_000, 50_000) for _ in range(20)])\n',
      },
      async (project) => {
        const { model, device } = await project.reply({ name: 'make' });
        assert.equal(device, 'meta');
        assert.equal(model.parameters, 20 * (50_000 * 50_000 + 50_000));
      },
    ));
});
