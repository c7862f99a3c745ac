import assert from 'node:assert/strict';
import { analyzerOf } from './memoryTree';

const model = `
import contextlib
from pathlib import Path
import torch
from torch import nn
import yaml

class Model(nn.Module):
    def __init__(self, cfg='models/small.yaml', ch=3):
        super().__init__()
        if isinstance(cfg, dict):
            self.yaml = cfg
        else:
            self.yaml_file = Path(cfg).name
            with open(cfg, encoding='ascii', errors='ignore') as f:
                self.yaml = yaml.safe_load(f)
        layers = []
        for i, (f, n, m, args) in enumerate(self.yaml['backbone']):
            m = eval(m) if isinstance(m, str) else m
            for j, a in enumerate(args):
                with contextlib.suppress(NameError):
                    args[j] = eval(a) if isinstance(a, str) else a
            if m is nn.Conv2d:
                args = [ch, *args]
                ch = args[1]
            layers.append(m(*args))
        self.model = nn.Sequential(*layers)
`;

const table = `# parameters
width: 1e-3
flags: {on: off, octal: 010}
backbone:
  [[-1, 1, nn.Conv2d, [8, 3, 1]],
   [-1, 1, nn.Upsample, [None, 2, 'nearest']],
   [-1, 1, nn.Conv2d, [16, 1]],
  ]
`;

describe('models built from a YAML table', () => {
  it('are analysed through the file that they open, relative to the root', async () => {
    const analyzer = await analyzerOf({ 'model.py': model, 'models/small.yaml': table });
    for (const args of ['', "'models/small.yaml'"]) {
      const analysis = analyzer.analyze('model', 'Model', args);
      assert.deepEqual(analysis?.unknowns, []);
      assert.equal(analysis.raises, null);
      assert.equal(analysis.parameters, 8n * 3n * 9n + 8n + 16n * 8n + 16n);
    }
  });

  it('are not known where the file is not there, is outside the root, or is no plain data', async () => {
    const analyzer = await analyzerOf({
      'model.py': model,
      'models/tagged.yaml': 'backbone: !!python/object:os.system []\n',
      'models/broken.yaml': 'backbone: [1, 2\n',
    });
    for (const path of [
      'models/no.yaml',
      '../x.yaml',
      '/etc/x.yaml',
      'models/tagged.yaml',
      'models/broken.yaml',
    ]) {
      const analysis = analyzer.analyze('model', 'Model', `'${path}'`);
      assert.equal(analysis?.exact, false, path);
      assert.equal(analysis.raises, null, path);
    }
  });

  it('have scalars of YAML 1.1, as PyYAML reads them', async () => {
    const analyzer = await analyzerOf({
      'model.py': `${model}
class Told(nn.Module):
    def __init__(self):
        super().__init__()
        table = yaml.load(Path('models/small.yaml').read_text(), Loader=yaml.SafeLoader)
        raise ValueError(repr([table['width'], table['flags']]))
`,
      'models/small.yaml': table,
    });
    const analysis = analyzer.analyze('model', 'Told', '');
    assert.equal(analysis?.raises?.message, "['1e-3', {True: False, 'octal': 8}]");
  });

  it('say for each tensor which row it comes from, and which line of Python made it', async () => {
    const analyzer = await analyzerOf({ 'model.py': model, 'models/small.yaml': table });
    const analysis = analyzer.analyze('model', 'Model', '');
    assert.deepEqual(
      analysis?.stateDict.map(({ key, row, place }) => [key, row, place?.file, place?.line]),
      [
        ['model.0.weight', { file: 'models/small.yaml', line: 5 }, 'model.py', 26],
        ['model.0.bias', { file: 'models/small.yaml', line: 5 }, 'model.py', 26],
        ['model.2.weight', { file: 'models/small.yaml', line: 7 }, 'model.py', 26],
        ['model.2.bias', { file: 'models/small.yaml', line: 7 }, 'model.py', 26],
      ],
    );
  });

  it('say which row raises, or is not understood', async () => {
    const rows = (layer: string): string =>
      `backbone:\n  - [-1, 1, nn.Upsample, [None, 2]]\n  # a comment\n  - [-1, 1, ${layer}]\n`;
    const analyzer = await analyzerOf({
      'model.py': model,
      'models/raises.yaml': rows('nn.Linear, []'),
      'models/unknown.yaml': rows('nn.NoSuchLayer, [1]'),
    });
    const row = (name: string) => ({ file: `models/${name}.yaml`, line: 4 });
    assert.deepEqual(analyzer.analyze('model', 'Model', `'models/raises.yaml'`)?.raises?.row, row('raises'));
    const unknown = analyzer.analyze('model', 'Model', `'models/unknown.yaml'`);
    assert.deepEqual(
      [...(unknown?.unknowns ?? []), ...(unknown?.raises === null ? [] : [unknown?.raises])].map(
        (one) => one?.row,
      ),
      [row('unknown')],
    );
  });
});

describe('models built from a table in Python', () => {
  const rowLines = async (body: string): Promise<(number | undefined)[]> => {
    const analyzer = await analyzerOf({
      'model.py': `from copy import deepcopy
from torch import nn
ROWS = [
    [8, 1],
    [16, 3],
]

class Model(nn.Module):
    def __init__(self):
        super().__init__()
        self.layers = nn.ModuleList()
${body.replace(/^/gm, '        ')}
`,
    });
    const analysis = analyzer.analyze('model', 'Model', '');
    assert.deepEqual([analysis?.exact, analysis?.unknowns, analysis?.raises], [true, [], null]);
    return (analysis?.stateDict ?? [])
      .filter(({ key }) => key.endsWith('weight'))
      .map(({ row }) => row?.line);
  };

  it('know the row of a list literal through loops, copies, enumerate, zip and comprehensions', async () => {
    const layer = 'self.layers.append(nn.Conv2d(4, c, k))';
    assert.deepEqual(await rowLines(`for c, k in ROWS:\n    ${layer}`), [4, 5]);
    assert.deepEqual(await rowLines(`for i, (c, k) in enumerate(deepcopy(ROWS)):\n    ${layer}`), [4, 5]);
    assert.deepEqual(
      await rowLines(`for i, ((c, k), _) in enumerate(zip(ROWS, 'ab')):\n    ${layer}`),
      [4, 5],
    );
    assert.deepEqual(await rowLines('self.layers.extend([nn.Conv2d(4, c, k) for c, k in ROWS])'), [4, 5]);
    assert.deepEqual(await rowLines('self.layers.extend(nn.Conv2d(4, c, k) for c, k in ROWS)'), [4, 5]);
  });

  it('have no row outside the loop, nor for lists of numbers', async () => {
    const body = 'for c, k in ROWS:\n    pass\nself.last = nn.Conv2d(c, 2, k)';
    assert.deepEqual(await rowLines(body), [undefined]);
    assert.deepEqual(await rowLines('for c in [1, 2]:\n    self.layers.append(nn.Linear(c, c))'), [
      undefined,
      undefined,
    ]);
  });
});
