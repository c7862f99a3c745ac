import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { PredictedModel } from '../../../src/outline/prediction/predictedModel';
import { predictionSource } from '../../../src/outline/prediction/predictionSource';
import type { Details, DocumentSummary, Row } from '../../../src/protocol/messages';
import { RequestHandler } from '../../../src/worker/requestHandler';
import { SourceAnalysis } from '../../../src/worker/sourceAnalysis';
import { pythonParser } from '../architecture/memoryTree';
import { plainState } from '../outline/rows';

const source = `import torch
from torch import nn
from unknown_package import grow


class Excite(nn.Module):
    def __init__(self, c1, r=16):
        super().__init__()
        self.pool = nn.AdaptiveAvgPool2d(1)
        self.down = nn.Linear(c1, c1 // r, bias=False)
        self.up = nn.Linear(c1 // r, c1, bias=False)

    def forward(self, x):
        y = torch.relu(self.down(self.pool(x).flatten(1)))
        return x * torch.sigmoid(self.up(y))[:, :, None, None]


class Net(nn.Module):
    def __init__(self, width=32):
        super().__init__()
        self.stem = nn.Sequential(nn.Conv2d(3, width, 3, bias=False), nn.BatchNorm2d(width))
        self.gate = Excite(width)
        self.head = nn.Linear(width, 3)
        self.tied = nn.Linear(width, 3, bias=False)
        self.tied.weight = self.head.weight


class Partial(nn.Module):
    def __init__(self):
        super().__init__()
        self.a = nn.Linear(2, 4)
        self.b = nn.Linear(grow(), 4)


class Wrong(nn.Module):
    def __init__(self):
        super().__init__()
        self.a = nn.Linear(2, 4) + 1
`;

describe('The breakdown of a predicted model', () => {
  let folder: string;
  let analysis: SourceAnalysis;
  before(async () => {
    folder = mkdtempSync(join(tmpdir(), 'prediction-'));
    analysis = new SourceAnalysis(await pythonParser());
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  const predict = (name: string, args = ''): PredictedModel => {
    const path = join(folder, 'model.py');
    const model = analysis.predict({ path, text: source, sitePackages: null, name, args });
    assert.ok(model !== null);
    return { ...model, argumentsFrom: { kind: 'defaults' } };
  };
  const open = async (
    model: PredictedModel,
    state: Partial<typeof plainState> = {},
  ): Promise<{
    readonly summary: DocumentSummary;
    readonly rows: readonly Row[];
    details(key: string): Promise<Details | null>;
    copy(key: string, format: 'key' | 'python'): Promise<string>;
  }> => {
    const handler = new RequestHandler(() => Promise.resolve(predictionSource(model)));
    const summary = await handler.handle('open', { reload: false });
    await handler.handle('setView', { view: 'v', state: { ...plainState, ...state }, anchor: null });
    await handler.handle('toggle', { view: 'v', key: '/', expanded: true, deep: true });
    const { rows } = await handler.handle('rows', { view: 'v', start: 0, end: 1000 });
    return {
      summary,
      rows,
      details: (key) => handler.handle('details', { view: 'v', key }),
      copy: async (key, format) => (await handler.handle('copy', { view: 'v', key, format })).text,
    };
  };
  const placesOf = (details: Details | null): string[] =>
    (details?.fields ?? []).flatMap(({ label, value, place }) =>
      place === undefined ? [] : [`${label} ${value} ${place.line}`],
    );

  it('is the tree of modules with sums, as a checkpoint’s is', async () => {
    const { rows } = await open(predict('Net'));
    assert.deepEqual(
      rows.map(
        ({ depth, name, description, elements }) => `${depth} ${name} ${description} ${elements ?? ''}`,
      ),
      [
        '0 Net  1220',
        '1 (stem): Sequential 993',
        '2 (0): Conv2d 864',
        '3 weight  864',
        '2 (1): BatchNorm2d 129',
        '3 weight  32',
        '3 bias  32',
        '3 running_mean  32',
        '3 running_var  32',
        '3 num_batches_tracked  1',
        '1 (gate): Excite · SE 128',
        '2 (pool): AdaptiveAvgPool2d ',
        '2 (down): Linear 64',
        '3 weight  64',
        '2 (up): Linear 64',
        '3 weight  64',
        '1 (head): Linear 99',
        '2 weight  96',
        '2 bias  3',
        '1 (tied): Linear 96',
        '2 weight = head.weight 96',
      ],
    );
  });

  it('says in its header what torch would: shared tensors once among the parameters, twice among the keys', async () => {
    const { summary } = await open(predict('Net'));
    const { totals, prediction, fileName, partial } = summary;
    // sum(p.numel()) and len(state_dict()) of torch.
    assert.deepEqual(
      [fileName, totals.parameters, prediction?.buffers, prediction?.keys],
      ['Net', 1155, 65, 11],
    );
    assert.deepEqual([prediction?.call, prediction?.exact, partial], ['Net()', true, false]);
    assert.deepEqual(prediction?.attention, { blocks: 1, elements: 128 });
    assert.equal(prediction?.place.line, 18);
  });

  it('can be sorted and searched, and is a table too', async () => {
    const sorted = await open(predict('Net'), {
      mode: 'table',
      sort: { column: 'elements', descending: true },
    });
    assert.deepEqual(
      sorted.rows.slice(0, 3).map(({ name }) => name),
      ['stem.0.weight', 'head.weight', 'tied.weight'],
    );
    const found = await open(predict('Net'), { filter: 'gate.*weight' });
    assert.deepEqual(
      found.rows.filter(({ matches }) => matches).map(({ name, depth }) => [name, depth]),
      [
        ['weight', 3],
        ['weight', 3],
      ],
    );
  });

  it('leads from a tensor to the line that builds it, and to those that call it', async () => {
    const { rows, details } = await open(predict('Net'));
    const weight = rows.find(({ name, elements }) => name === 'weight' && elements === 64);
    assert.deepEqual(placesOf(await details(weight?.key ?? '')), [
      'details.builtAt model.py:10 10',
      'details.calledFrom model.py:22 22',
      'details.definedAt model.py:18 18',
    ]);
    const gate = rows.find(({ name }) => name === '(gate):');
    const shown = await details(gate?.key ?? '');
    assert.equal(placesOf(shown)[0], 'details.builtAt model.py:22 22');
    assert.equal(shown?.fields.find(({ label }) => label === 'details.attention')?.value, 'SE');
  });

  it('copies keys of the state_dict, and Python that reaches the model', async () => {
    const { rows, copy } = await open(predict('Net'));
    const conv = rows.find(({ elements, name }) => name === 'weight' && elements === 864);
    assert.equal(await copy(conv?.key ?? '', 'key'), 'stem.0.weight');
    assert.equal(await copy(conv?.key ?? '', 'python'), 'model.stem[0].weight');
  });

  it('does not say more than is proven, and names the lines that are not understood', async () => {
    const { summary } = await open(predict('Partial'));
    assert.equal(summary.partial, true);
    assert.deepEqual([summary.totals.parameters, summary.prediction?.atLeast], [null, 16]);
    assert.deepEqual(
      summary.warnings.map(({ code, place }) => [code, place?.line]),
      [['architecture.moduleNotFound', 3]],
    );
  });

  it('says what Python raises, and where', async () => {
    const { summary, rows } = await open(predict('Wrong'));
    assert.deepEqual(
      summary.warnings.map(({ code, args, place }) => [code, args[0], place?.line]),
      [['prediction.raises', 'TypeError', 38]],
    );
    assert.equal(rows.length, 1);
  });
});
