import type { NamedTensor } from './yolov7';

/** A small detector whose stages are blocks of equal and of different shapes, before and after it was changed. */
const head = `import torch
from torch import nn


class Block(nn.Module):
    def __init__(self, c1, c2):
        super().__init__()
        self.conv = nn.Conv2d(c1, c2, 3, padding=1, bias=False)
        self.bn = nn.BatchNorm2d(c2)

    def forward(self, x):
        return torch.relu(self.bn(self.conv(x)))


class SELayer(nn.Module):
    def __init__(self, c1, r=4):
        super().__init__()
        self.l1 = nn.Linear(c1, c1 // r, bias=False)
        self.l2 = nn.Linear(c1 // r, c1, bias=False)

    def forward(self, x):
        y = torch.relu(self.l1(x.mean((2, 3))))
        return x * torch.sigmoid(self.l2(y))[:, :, None, None]


class Detector(nn.Module):
    def __init__(self, classes):
        super().__init__()
        self.stem = Block(3, 8)
        self.stage = nn.Sequential(
`;

const tail = `        )
        self.head = nn.Conv2d(16, classes + 5, 1)

    def forward(self, x):
        return self.head(self.stage(self.stem(x)))
`;

const blocks = ['            Block(8, 16),', '            Block(16, 16),', '            Block(16, 16),'];

/** The source that the weights come from. */
export const formerModel = `${head}${blocks.join('\n')}\n${tail}`;

/** An attention block inserted at index 1 of the Sequential: every later index has moved by one. */
export const graftedModel = `${head}${[blocks[0], '            SELayer(16),', ...blocks.slice(1)].join('\n')}\n${tail}`;

/** The state_dict of `Detector(classes)` of the former source. */
export function formerWeights(classes: number): NamedTensor[] {
  return [
    ...block('stem', 3, 8),
    ...block('stage.0', 8, 16),
    ...block('stage.1', 16, 16),
    ...block('stage.2', 16, 16),
    { key: 'head.weight', dtype: 'float32', shape: [classes + 5, 16, 1, 1] },
    { key: 'head.bias', dtype: 'float32', shape: [classes + 5] },
  ];
}

function block(path: string, c1: number, c2: number): NamedTensor[] {
  return [
    { key: `${path}.conv.weight`, dtype: 'float32', shape: [c2, c1, 3, 3] },
    ...['weight', 'bias', 'running_mean', 'running_var'].map((name): NamedTensor => ({
      key: `${path}.bn.${name}`,
      dtype: 'float32',
      shape: [c2],
    })),
    { key: `${path}.bn.num_batches_tracked`, dtype: 'int64', shape: [] },
  ];
}
