/** A small repository with what makes results depend on each other: bases, helpers, registries, stars, tables, cycles. */
export const PROGRAM: Readonly<Record<string, string>> = {
  'registry.py': `MODELS = {}
WIDTH = 4


def register(cls):
    MODELS[cls.__name__] = cls
    return cls
`,
  'blocks.py': `import torch.nn as nn
from registry import register, WIDTH
import model

SCALE = 2


class Base(nn.Module):
    expansion = 2

    def __init__(self, c=8):
        super().__init__()
        self.norm = nn.BatchNorm1d(c * SCALE)
        self.make(c)

    def make(self, c):
        self.lin = nn.Linear(c, c * self.expansion)

    def forward(self, x):
        return self.lin(x)


@register
class Wide(Base):
    expansion = WIDTH


def helper(c):
    return nn.Linear(c, model.LATE)
`,
  'model.py': `import torch
from torch import nn
from blocks import *
from blocks import helper as make_layer
from registry import MODELS

LATE = 5
WIDTHS = [8, 16]


def conv(a, b, k=3):
    return nn.Sequential(nn.Conv2d(a, b, k, bias=False), nn.BatchNorm2d(b))


class Gate(nn.Module):
    def __init__(self, c, r=2):
        super().__init__()
        self.pool = nn.AdaptiveAvgPool2d(1)
        self.fc = nn.Sequential(nn.Linear(c, c // r), nn.ReLU(), nn.Linear(c // r, c), nn.Sigmoid())

    def forward(self, x):
        y = self.pool(x).flatten(1)
        return x * self.fc(y)[..., None, None]


class Small(Base):
    def make(self, c):
        super().make(c)
        self.own = make_layer(c)


class Registered(nn.Module):
    def __init__(self):
        super().__init__()
        self.a = MODELS['Wide'](3)
        self.b = globals()['Gate'](16)


class Net(nn.Module):
    """A net."""

    def __init__(self, table=((8, 'conv'), (16, 'conv')), gate=True):
        super().__init__()
        layers = []
        c = 3
        for width, name in table:
            layers.append(eval(name)(c, width))
            c = width
        self.layers = nn.ModuleList(layers)
        self.gate = Gate(c) if gate else None
        self.small = Small()

    def forward(self, x):
        for layer in self.layers:
            x = layer(x)
        return self.gate(x)


class Late(Net):
    def __init__(self, n=2):
        super().__init__(gate=n > 1)
        self.more = nn.ModuleList(Small(w) for w in WIDTHS[:n])
`,
};
