import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

const FILES = {
  'models/yolo.py': `import os
from copy import deepcopy
from pathlib import Path
import torch
import torch.nn as nn
import yaml
from models.common import *

try:
    import thop
except ImportError:
    thop = None

RANK = int(os.getenv('RANK', -1))


class Model(nn.Module):
    def __init__(self, cfg='small.yaml', ch=3, nc=None):
        super().__init__()
        with open(cfg, encoding='ascii', errors='ignore') as f:
            self.yaml = yaml.safe_load(f)
        if nc and nc != self.yaml['nc']:
            self.yaml['nc'] = nc
        self.model = build(deepcopy(self.yaml), [ch])
        s = 64
        out = self.model(torch.zeros(1, ch, s, s))
        self.stride = torch.tensor([s / out.shape[-2]])
        if thop:
            self.flops = thop.profile(deepcopy(self), inputs=(torch.zeros(1, ch, s, s),), verbose=False)[0]


def build(d, ch):
    nc, gd, gw = d['nc'], d['depth_multiple'], d['width_multiple']
    layers, c2 = [], ch[-1]
    for i, (f, n, m, args) in enumerate(d['backbone'] + d['head']):
        m = eval(m) if isinstance(m, str) else m
        for j, a in enumerate(args):
            try:
                args[j] = eval(a) if isinstance(a, str) else a
            except NameError:
                pass
        n = max(round(n * gd), 1) if n > 1 else n
        if m in [nn.Conv2d, Conv]:
            c1, c2 = ch[f], args[0]
            c2 = int(c2 * gw) if i < 2 else c2
            args = [c1, c2, *args[1:]]
        layers.append(nn.Sequential(*[m(*args) for _ in range(n)]) if n > 1 else m(*args))
        if i == 0:
            ch = []
        ch.append(c2)
    return nn.Sequential(*layers)
`,
  'models/__init__.py': '',
  'models/common.py': `import torch.nn as nn


class Conv(nn.Module):
    def __init__(self, c1, c2, k=1, s=1):
        super().__init__()
        self.conv = nn.Conv2d(c1, c2, k, s, k // 2, bias=False)
        self.bn = nn.BatchNorm2d(c2)
        self.act = nn.SiLU()

    def forward(self, x):
        return self.act(self.bn(self.conv(x)))
`,
  'models/small.yaml': `nc: 4
depth_multiple: 0.33
width_multiple: 0.5
backbone:
  [[-1, 1, Conv, [16, 3, 2]],
   [-1, 1, Conv, [32, 3, 2]]]
head:
  [[-1, 1, nn.Conv2d, [nc, 1]]]
`,
  'elsewhere.yaml': 'nc: 1\n',
};

/** `graftlens analyze`, as a person calls it. */
describe('graftlens analyze', () => {
  let folder = '';
  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'graftlens-analyze-'));
    for (const [name, text] of Object.entries(FILES)) {
      mkdirSync(dirname(join(folder, name)), { recursive: true });
      writeFileSync(join(folder, name), text);
    }
  });
  after(() => {
    rmSync(folder, { recursive: true });
  });

  const cli = join(process.cwd(), 'dist', 'cli.js');
  const analyze = (...args: string[]) =>
    spawnSync(process.execPath, [cli, 'analyze', ...args], { cwd: folder, encoding: 'utf8' });
  const json = (...args: string[]): Record<string, unknown> =>
    JSON.parse(
      execFileSync(process.execPath, [cli, 'analyze', ...args, '--json'], {
        cwd: folder,
        encoding: 'utf8',
        env: { ...process.env, LANG: 'en_US.UTF-8', LC_ALL: '' },
      }),
    ) as Record<string, unknown>;

  it('says in one line that a file is too long to be analysed', () => {
    writeFileSync(join(folder, 'long.py'), 'x = 1\n'.repeat(700_000));
    const { status, stdout, stderr } = spawnSync(process.execPath, [cli, 'analyze', 'long.py', '--json'], {
      cwd: folder,
      encoding: 'utf8',
    });
    assert.deepEqual([status, stdout], [2, '']);
    assert.match(stderr, /^graftlens analyze: long\.py [^\n]*4000000[^\n]*\n$/);
  });

  it('builds a table through the class given by --model, with the rows of its tensors and what it rests on', () => {
    const answer = json('models/small.yaml', '--model', 'models/yolo.py:Model');
    assert.deepEqual(answer['unknowns'], []);
    // Convolutions and norms of 8 and 16 channels, a convolution to 4.
    const parameters = 3 * 8 * 9 + 16 + 8 * 16 * 9 + 32 + 16 * 4 + 4;
    assert.deepEqual([answer['exact'], answer['parameters'], answer['buffers']], [true, parameters, 50]);
    const entries = answer['stateDict'] as { key: string; file: string; line: number; shape: number[] }[];
    assert.deepEqual(
      entries
        .filter(({ key }) => key.endsWith('.weight'))
        .map(({ key, file, line, shape }) => [key, file.slice(-17), line, shape]),
      [
        ['model.0.conv.weight', 'models/small.yaml', 5, [8, 3, 3, 3]],
        ['model.0.bn.weight', 'models/small.yaml', 5, [8]],
        ['model.1.conv.weight', 'models/small.yaml', 6, [16, 8, 3, 3]],
        ['model.1.bn.weight', 'models/small.yaml', 6, [16]],
        ['model.2.weight', 'models/small.yaml', 8, [4, 16, 1, 1]],
      ],
    );
    assert.deepEqual((answer['assumptions'] as string[]).sort(), [
      'Assumed: the environment variable RANK is not set.',
      'Assumed: thop leaves a model as it was.',
    ]);
  });

  it('takes further arguments after the table', () => {
    const answer = json('models/small.yaml', '--model', 'models/yolo.py:Model', '--args', 'ch=1, nc=9');
    assert.equal(answer['parameters'], 1 * 8 * 9 + 16 + 8 * 16 * 9 + 32 + 16 * 9 + 9);
  });

  it('says what is missing: a class for the table, the table, a table below the root', () => {
    for (const args of [
      ['models/small.yaml'],
      ['models/small.yaml', '--model', 'models/yolo.py'],
      ['models/none.yaml', '--model', 'models/yolo.py:Model'],
      ['elsewhere.yaml', '--model', 'models/yolo.py:Model', '--root', 'models'],
    ]) {
      const { status, stderr, stdout } = analyze(...args);
      assert.equal(status, 2, args.join(' '));
      assert.equal(stdout, '');
      assert.match(stderr, /^graftlens analyze: .+\n$/);
    }
  });
});
