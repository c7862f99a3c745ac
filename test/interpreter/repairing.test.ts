import assert from 'node:assert/strict';
import type { RepairTrial } from '../../src/interpreter/request';
import { runCheckCommand } from './support/commandLine';
import { net, withProject } from './support/project';
import { openWeights } from './support/weights';

const grafted = `
from torch import nn

class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.body = nn.Sequential(nn.Conv2d(3, 4, 3), nn.Conv2d(4, 4, 1), nn.Conv2d(4, 5, 3))

class Former(nn.Module):
    def __init__(self):
        super().__init__()
        self.body = nn.Sequential(nn.Conv2d(3, 4, 3), nn.Conv2d(4, 5, 3))

class Refusing(Net):
    def _load_from_state_dict(self, state, *args):
        if "body.1.weight" not in state:
            raise ValueError("where is body.1?")
        super()._load_from_state_dict(state, *args)
`;

const save = 'import torch\nfrom model import Former\ntorch.save(Former().state_dict(), "weights.pth")';

describe('Repairs are tried by torch', () => {
  const check = async (name: string) =>
    withProject({ 'model.py': grafted }, async (project) => {
      project.python(save);
      const baseline = ['--baseline', 'model.py:Former'];
      const args = ['--model', `model.py:${name}`, '--weights', 'weights.pth', ...baseline];
      const { report, stderr } = await runCheckCommand(project, ...args);
      assert.equal(report.answeredBy, 'torch', stderr);
      return report.repairs[0]?.proof;
    });

  it('and proven, in the same run', async () => {
    const nothing = { unexpected: [], mismatched: [], errors: [] };
    assert.deepEqual(await check('Net'), { strict: false, loaded: 4, of: 4, missing: 2, ...nothing });
  });

  it('or not, where the class refuses them', async () => {
    const proof = await check('Refusing');
    assert.deepEqual(proof?.errors, ['ValueError: where is body.1?']);
    assert.equal(proof?.loaded, 0);
  });

  it('with rows of tensors and several put together', () =>
    withProject({ 'model.py': net }, async (project) => {
      project.python(
        'import torch\ntorch.save({"a": torch.ones(3, 3, 3, 3), "b": torch.ones(1, 3, 3, 3), "bias": torch.ones(9)}, "w.pth")',
      );
      const weights = await openWeights(project.path('w.pth'), 'a');
      const trial = (length: number): RepairTrial => ({
        id: `bias of ${length}`,
        entries: [
          { key: 'conv.weight', from: { type: 'join', keys: ['a', 'b'] } },
          { key: 'conv.bias', from: { type: 'slice', key: 'bias', start: 2, length } },
        ],
        modules: [],
      });
      const { repairs } = await project.reply({ weights: { ...weights, repairs: [trial(4), trial(5)] } });
      assert.deepEqual(
        repairs.map(({ id, strict }) => [id, strict]),
        [
          ['bias of 4', true],
          ['bias of 5', false],
        ],
      );
    }));
});
