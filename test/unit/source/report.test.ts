import assert from 'node:assert/strict';
import { join } from 'node:path';
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
      'SE attention · 2·c1·(c1 // r) parameters, r = 16 · used with c1 = 256, 512, 8: 8,192 / 32,768 / 0',
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

  it('finds call sites in the files that import the class', () => {
    writeFileSync(join(folder, 'use.py'), 'from model import Excite\na = Excite(64)\n');
    writeFileSync(join(folder, 'other.py'), 'from elsewhere import Excite\na = Excite(96)\n');
    const [excite] = reportOf(blocks).classes;
    assert.deepEqual(
      excite?.callSites.map(({ args }) => args),
      ['256', '512', '8', '64'],
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
