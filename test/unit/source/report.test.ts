import assert from 'node:assert/strict';
import { basename, join } from 'node:path';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { textsFor } from '../../../src/protocol/texts/text';
import { lensText } from '../../../src/views/source/lensText';
import { SourceAnalysis } from '../../../src/worker/sourceAnalysis';
import type { SourceReport } from '../../../src/worker/sourceMessages';
import { pythonParser } from '../architecture/memoryTree';

const blocks = `import torch
from torch import nn


class Excite(nn.Module):
    def __init__(self, c1, r=16):
        super().__init__()
        self.pool = nn.AdaptiveAvgPool2d(1)
        self.down = nn.Linear(c1, c1 // r, bias=False)
        self.up = nn.Linear(c1 // r, c1, bias=False)

    def forward(self, x):
        b, c = x.shape[:2]
        y = torch.sigmoid(self.up(torch.relu(self.down(self.pool(x).view(b, c)))))
        return x * y.view(b, c, 1, 1)


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.stem = nn.Conv2d(3, 256, 3, bias=False)
        self.first = Excite(256)
        self.second = Excite(512)

    def forward(self, x):
        return self.first(self.stem(x))


tiny = Excite(8)
`;

describe('The report on a Python file', () => {
  let folder: string;
  let analysis: SourceAnalysis;
  before(async () => {
    folder = mkdtempSync(join(tmpdir(), 'source-'));
    analysis = new SourceAnalysis(await pythonParser());
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  const reportOf = (
    text: string,
    args: Readonly<Record<string, string>> = {},
    sitePackages: readonly string[] | null = null,
  ): SourceReport =>
    analysis.report({ path: join(folder, 'model.py'), version: 1, text, args, sitePackages });
  const lenses = (report: SourceReport, parts = { attention: true, callSites: true }): string[] =>
    report.classes.map((cls) => lensText(cls, parts, textsFor('en')));

  it('has a lens for each class: a formula, a count, and what attention blocks add', () => {
    assert.deepEqual(lenses(reportOf(blocks)), [
      'SE attention · 2·c1·(c1 // r) parameters, r = 16 · used with c1 = 8, 256, 512: 0 / 8,192 / 32,768',
      '47,872 parameters · 5 keys · of which 2 attention blocks: 40,960 (85.56 %)',
    ]);
  });

  it('leaves out the parts that are turned off', () => {
    assert.deepEqual(lenses(reportOf(blocks), { attention: false, callSites: false }), [
      '2·c1·(c1 // r) parameters, r = 16',
      '47,872 parameters · 5 keys',
    ]);
  });

  it('counts with the arguments that the user set, and says so', () => {
    const [first] = lenses(reportOf(blocks, { Excite: '1024, r=8' }));
    assert.equal(first, 'SE attention · 262.1 K parameters · 2 keys · with (1024, r=8)');
  });

  it('says what an attention block costs at usual channels', () => {
    const [excite] = reportOf(blocks).classes;
    assert.deepEqual(
      excite?.costs.map(({ parameters }) => Number(parameters)),
      [512, 2048, 8192, 32768, 131072, 524288],
    );
  });

  describe('with the call sites that other files have', () => {
    const write = (name: string, text: string): string => {
      const path = join(folder, 'workspace', name);
      mkdirSync(join(path, '..'), { recursive: true });
      writeFileSync(path, text);
      return path;
    };
    const question = {
      path: '',
      version: 1,
      text: blocks,
      args: {},
      sitePackages: null,
      files: [] as readonly string[],
      setArguments: {},
    };
    before(() => {
      const path = write('nets/parts/blocks.py', blocks);
      write('nets/__init__.py', '');
      write('nets/parts/__init__.py', 'from .blocks import Excite, Net\n');
      const files = [
        write('train.py', 'from nets.parts.blocks import Excite\na = Excite(64)\nb = Excite(unknown)\n'),
        write(
          'nets/aliases.py',
          'from .parts import Excite as SE\nfrom . import parts\na = SE(96)\nb = parts.Excite(r=4, c1=80)\n',
        ),
        write(
          'models/body.py',
          `from torch import nn
from nets.parts import Excite

class Body(nn.Module):
    def __init__(self, width=1.0, depth=2):
        super().__init__()
        channels = [int(24 * width * 2**i) for i in range(depth)]
        self.gates = nn.ModuleList(Excite(c, r=max(c // 16, 1)) for c in channels)
`,
        ),
        write('other/elsewhere.py', 'from blocks import Excite\na = Excite(1000)\n'),
        write('other/blocks.py', 'class Excite:\n    pass\n'),
        write('other/unrelated.py', 'import os\nprint(os.name)\n'),
      ];
      Object.assign(question, { path, files: [path, ...files] });
    });
    const sites = async (more: object = {}): Promise<string[]> =>
      (await analysis.callSites({ ...question, ...more })).map(
        ({ name, args, file, line }) => `${name}(${args}) ${basename(file)}:${line}`,
      );

    it('finds them by whatever way a file imports the class, and none of another class of that name', async () => {
      const found = await sites();
      assert.ok(found.includes('Excite(64) train.py:2'), found.join());
      assert.ok(found.includes('Excite(96) aliases.py:3'), found.join());
      assert.ok(found.includes('Excite(r=4, c1=80) aliases.py:4'), found.join());
      assert.ok(!found.join().includes('1000'), found.join());
    });

    it('knows the values in the models that are built', async () => {
      const found = (await sites()).filter((site) => site.includes('body.py'));
      assert.deepEqual(found, ['Excite(24, r=1) body.py:8', 'Excite(48, r=3) body.py:8']);
      const body = question.files.find((path) => path.endsWith('body.py')) ?? '';
      const set = (await sites({ setArguments: { [body]: { Body: '0.5, depth=1' } } })).filter((site) =>
        site.includes('body.py'),
      );
      assert.deepEqual(set, ['Excite(12, r=1) body.py:8']);
    });

    it('counts them in the lens', async () => {
      const elsewhere = await analysis.callSites(question);
      const [excite] = analysis.report({ ...question, elsewhere }).classes;
      assert.deepEqual(
        excite?.callSites.map(({ args, parameters }) => [args, Number(parameters)]),
        [
          ['256', 8192],
          ['512', 32768],
          ['8', 0],
          ...elsewhere.slice(0, 3).map(({ args }) => [args, costOf(args)]),
        ],
      );
    });

    it('gives up a search when a newer one begins, and lets other questions pass', async () => {
      const order: string[] = [];
      const first = analysis.callSites(question).then((found) => order.push(`first ${found.length}`));
      const second = analysis.callSites(question).then((found) => order.push(`second ${found.length > 0}`));
      order.push(`report ${analysis.report(question).classes.length}`);
      await Promise.all([first, second]);
      assert.deepEqual(order, ['report 2', 'first 0', 'second true']);
    });
  });

  it('tells the values that a block is made with in the models of its own file', () => {
    const source = blocks
      .replace('def __init__(self):', 'def __init__(self, width=96):')
      .replace('Excite(256)', 'Excite(width)');
    const [excite] = reportOf(source).classes;
    assert.deepEqual(
      excite?.callSites.map(({ args, line }) => [args, line]),
      [
        ['512', 23],
        ['8', 29],
        ['96', 22],
      ],
    );
  });

  it('reports a squeeze to zero channels where it is called', () => {
    const problems = reportOf(blocks).problems;
    assert.deepEqual(
      problems.map(({ kind, line, args }) => [kind, line, args]),
      [['zeroChannels', 29, ['Excite(8)', 'down.weight', '[0, 8]']]],
    );
  });

  it('gives a bound only where it is proven, else no count, and says which line', () => {
    const source = (line: string): string => `import torch
from torch import nn
from unknown_package import grow


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.a = nn.Linear(2, 4, bias=False)
        ${line}
`;
    const lens = (line: string): string | undefined => lenses(reportOf(source(line)))[0];
    assert.equal(lens('self.b = nn.Linear(grow(), 4)'), '≥ 12 parameters');
    assert.equal(lens('grow(self)'), 'parameters not known');
    const [net] = reportOf(source('grow(self)')).classes;
    assert.ok((net?.built?.obstacles.length ?? 0) > 0);
  });

  it('follows imports into installed packages', () => {
    const site = join(folder, 'site-packages');
    mkdirSync(join(site, 'blocks'), { recursive: true });
    writeFileSync(
      join(site, 'blocks', '__init__.py'),
      'from torch import nn\n\n\nclass Block(nn.Module):\n    def __init__(self, c):\n        super().__init__()\n        self.fc = nn.Linear(c, c)\n',
    );
    const source = `from torch import nn
from blocks import Block


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.block = Block(8)
`;
    assert.deepEqual(lenses(reportOf(source)), ['parameters not known']);
    const report = reportOf(source, {}, [site]);
    assert.deepEqual(lenses(report), ['72 parameters · 2 keys']);
    assert.equal(report.classes[0]?.built?.entries[0]?.file, join(site, 'blocks', '__init__.py'));
  });

  it('sees a module that comes and goes beside the file', () => {
    const text = `import torch\nfrom torch import nn\nfrom widths import WIDTH\n\n
class Sized(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(WIDTH, 1, bias=False)
`;
    const count = (): bigint | null | undefined => reportOf(text).classes[0]?.built?.parameters;
    const widths = join(folder, 'widths.py');
    assert.equal(count(), null);
    writeFileSync(widths, 'WIDTH = 5\n');
    assert.equal(count(), 5n);
    rmSync(widths);
    assert.equal(count(), null);
  });

  it('describes layers in the words of the source', () => {
    const report = reportOf(blocks);
    assert.deepEqual(
      report.layers.map(({ line, layer, weight, formula, output }) => [line, layer, weight, formula, output]),
      [
        [9, 'Linear', ['c1 // r', 'c1'], '(c1 // r)·c1', 'c1 // r'],
        [10, 'Linear', ['c1', 'c1 // r'], 'c1·(c1 // r)', 'c1'],
        [21, 'Conv2d', ['256', '3', '3', '3'], '6912', '256'],
      ],
    );
  });

  it('knows layers by whatever name they are imported, and none that only looks like one', () => {
    const layersOf = (imports: string, call: string): string[] =>
      reportOf(`import torch\n${imports}\nlayer = ${call}\n`).layers.map(
        ({ layer, column, endColumn, weight }) => `${layer} ${column}-${endColumn} [${weight.join(', ')}]`,
      );
    const convolution = 'kernel_size=k, bias=b, in_channels=c1, out_channels=c2, groups=g)';
    const found = (from: number, to: number): string[] => [`Conv2d ${from}-${to} [c2, c1 // g, k, k]`];
    assert.deepEqual(layersOf('from torch.nn import Conv2d', `Conv2d(${convolution}`), found(8, 14));
    assert.deepEqual(layersOf('from torch.nn import Conv2d as C', `C(${convolution}`), found(8, 9));
    assert.deepEqual(layersOf('import torch.nn as tnn', `tnn.Conv2d(${convolution}`), found(12, 18));
    assert.deepEqual(
      layersOf('from torch import nn as layers', `layers.Conv2d(${convolution}`),
      found(15, 21),
    );
    assert.deepEqual(layersOf('import torch as t', `t.nn.Conv2d(${convolution}`), found(13, 19));
    assert.deepEqual(layersOf('from torch.nn import *', `Conv2d(${convolution}`), found(8, 14));
    assert.deepEqual(layersOf('', `torch.nn.Conv2d(${convolution}`), found(17, 23));
    assert.deepEqual(layersOf('import mindspore.nn as nn', `nn.Conv2d(${convolution}`), []);
    assert.deepEqual(layersOf('from .layers import Conv2d', `Conv2d(${convolution}`), []);
    assert.deepEqual(layersOf('from torch.nn import *\nfrom mine import *', `Conv2d(${convolution}`), []);
    const own = 'from torch.nn import Conv2d\nclass Conv2d:\n    pass';
    assert.deepEqual(layersOf(own, `Conv2d(${convolution}`), []);
  });

  it('says what the count of a layer depends on', () => {
    const [layer] = reportOf(
      'from torch import nn\nlayer = nn.Conv2d(c1, c2, k, 1, autopad(k, p), bias=not norm)\n',
    ).layers;
    assert.deepEqual(layer?.weight, ['c2', 'c1', 'k', 'k']);
    assert.equal(layer.formula, 'c2·c1·k²');
    assert.equal(layer.oneNumber, 'k');
    assert.equal(layer.biasIf, 'not norm');
    const [pair] = reportOf('from torch import nn\nlayer = nn.Conv2d(c1, c2, (k, 1))\n').layers;
    assert.deepEqual(
      [pair?.weight, pair?.formula, pair?.oneNumber],
      [['c2', 'c1', 'k', '1'], 'c2·c1·k + c2', null],
    );
  });

  it('survives text that is no Python', () => {
    const report = reportOf('import torch\nclass Net(nn.Module:\n    def __init__(self\n((((');
    assert.equal(report.version, 1);
  });
});

/** Parameters of `Excite(args)`. */
function costOf(args: string): number {
  const [, r = '16'] = /r=(\d+)/.exec(args) ?? [];
  const [, c = '0'] = /(?:^|c1=)(\d+)/.exec(args) ?? [];
  return 2 * Number(c) * Math.floor(Number(c) / Number(r));
}
