import { Analyzer } from '../architecture/analysis';
import { Sources } from '../architecture/sources';
import { MemorySource } from '../archive/memorySource';
import { candidateStateDicts } from '../checkpoint/candidateStateDicts';
import { openCheckpoint } from '../checkpoint/openCheckpoint';
import { checkCompatibility } from '../compatibility/checkCompatibility';
import { modelFromPrediction } from '../compatibility/modelFromPrediction';
import type { CompatibilityReport } from '../compatibility/report';
import { nodePlatform } from '../files/nodePlatform';
import type { PythonParser } from '../python/concreteTree';
import type { SourceTree } from '../python/sourceTree';

/**
 * Compares a small model with weights of its own, in memory, so that the next question finds the grammar, the
 * catalogue's usual layers and the engine's compiled code ready: they are most of the time of a first answer.
 */
export async function rehearse(parser: PythonParser): Promise<CompatibilityReport | null> {
  const sources = new Sources(parser, onlyFile);
  const analyzer = new Analyzer(
    sources,
    { roots: ['/rehearsal'], complete: false },
    { now: () => performance.now() },
  );
  const before = analyzer.predict('net', 'Net', null);
  const after = analyzer.predict('net', 'Net', 'gate=True');
  if (before === null || after === null) return null;
  const shapes = modelFromPrediction(before).entries.map(({ key, shape }) => [key, shape ?? []] as const);
  const checkpoint = await openCheckpoint(
    new MemorySource('rehearsal.safetensors', safetensors(shapes)),
    nodePlatform,
  );
  return checkCompatibility({
    model: modelFromPrediction(after),
    weights: { file: 'rehearsal.safetensors', candidates: candidateStateDicts(checkpoint), key: null },
    baseline: null,
    torch: null,
  });
}

/** What networks are commonly made of, in the ways in which they are commonly written. */
const text = `
import math
import torch
import torch.nn as nn
import torch.nn.functional as F


def conv(inputs, outputs, size=3, stride=1, groups=1):
    return nn.Conv2d(inputs, outputs, size, stride, padding=size // 2, groups=groups, bias=False)


class Block(nn.Module):
    expansion = 1

    def __init__(self, inputs, outputs, stride=1, norm=None, act=True):
        super().__init__()
        norm = nn.BatchNorm2d if norm is None else norm
        self.conv1 = conv(inputs, outputs, stride=stride)
        self.bn1 = norm(outputs)
        self.act = nn.ReLU(inplace=True) if act is True else nn.Identity()
        self.conv2 = conv(outputs, outputs)
        self.bn2 = norm(outputs)
        self.downsample = None
        if stride != 1 or inputs != outputs * self.expansion:
            self.downsample = nn.Sequential(conv(inputs, outputs, 1, stride), norm(outputs))

    def forward(self, x):
        y = self.bn2(self.conv2(self.act(self.bn1(self.conv1(x)))))
        return self.act(y + (x if self.downsample is None else self.downsample(x)))


class Attention(nn.Module):
    def __init__(self, size, heads=4, **options):
        super(Attention, self).__init__()
        self.norm = nn.LayerNorm(size)
        self.attention = nn.MultiheadAttention(size, heads, batch_first=True, **options)
        self.mlp = nn.Sequential(nn.Linear(size, 4 * size), nn.GELU(), nn.Dropout(0.1), nn.Linear(4 * size, size))
        self.scale = nn.Parameter(torch.ones(size) / math.sqrt(size))
        self.register_buffer("position", torch.zeros(1, 16, size))

    def forward(self, x):
        y = self.norm(x + self.position)
        return x + self.scale * self.mlp(self.attention(y, y, y)[0])


class Net(nn.Module):
    def __init__(self, widths=(8, 16), classes=10, gate=False):
        super().__init__()
        self.stem = nn.Conv2d(3, widths[0], 7, 2, 3)
        layers = []
        for i, width in enumerate(widths):
            layers.append(Block(widths[max(i - 1, 0)], width, stride=2 if i else 1))
        layers += [Block(widths[-1], widths[-1]) for _ in range(4)]
        if gate:
            layers.insert(1, nn.Sequential(nn.AdaptiveAvgPool2d(1), nn.Conv2d(widths[0], 1, 1), nn.Sigmoid()))
        self.layers = nn.Sequential(*layers)
        self.heads = nn.ModuleList([Attention(widths[-1]) for _ in range(2)])
        self.named = nn.ModuleDict({"a": nn.Embedding(4, 8), "b": nn.GroupNorm(2, 8)})
        self.pool = nn.MaxPool2d(2)
        self.classifier = nn.Linear(widths[-1], classes)
        for module in self.modules():
            if isinstance(module, (nn.Conv2d, nn.Linear)):
                nn.init.kaiming_normal_(module.weight)

    def forward(self, x):
        return self.classifier(F.relu(self.layers(self.stem(x))).mean((2, 3)))
`;

/** A tree that has the sample and nothing else. */
const onlyFile: SourceTree = {
  read: (path) => (path === file ? text : null),
  isFile: (path) => path === file,
  isDirectory: (path) => path === '/rehearsal',
  names: () => [],
  isCompiledModule: () => false,
  version: (path) => (path === file ? '1' : null),
};

const file = '/rehearsal/net.py';

/** A file of float32 tensors without their values, which nobody reads. */
function safetensors(shapes: readonly (readonly [string, readonly (number | bigint)[]])[]): Uint8Array {
  let end = 0;
  const entries = shapes.map(([key, shape]) => {
    const begin = end;
    end += 4 * shape.reduce<number>((product, size) => product * Number(size), 1);
    return [key, { dtype: 'F32', shape: shape.map(Number), data_offsets: [begin, end] }] as const;
  });
  const header = new TextEncoder().encode(JSON.stringify(Object.fromEntries(entries)));
  const bytes = new Uint8Array(8 + header.length + end);
  new DataView(bytes.buffer).setUint32(0, header.length, true);
  bytes.set(header, 8);
  return bytes;
}
