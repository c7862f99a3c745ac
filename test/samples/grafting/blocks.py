"""What the detectors are made of, and the attention blocks that are grafted on."""

import math

import torch
from torch import nn


class ConvUnit(nn.Module):
    """Convolution, batch norm, SiLU."""

    def __init__(self, c1, c2, kernel=3, stride=1):
        super().__init__()
        self.conv = nn.Conv2d(c1, c2, kernel, stride, kernel // 2, bias=False)
        self.norm = nn.BatchNorm2d(c2)
        self.act = nn.SiLU()

    def forward(self, x):
        return self.act(self.norm(self.conv(x)))


class Mixer(nn.Module):
    """Two branches that are joined again; blocks of one width are alike to the last shape."""

    def __init__(self, c):
        super().__init__()
        self.near = ConvUnit(c, c // 2, 1)
        self.far = ConvUnit(c, c // 2, 3)

    def forward(self, x):
        return x + torch.cat([self.near(x), self.far(x)], 1)


class SEGate(nn.Module):
    """Squeeze and excitation: a factor for each channel, learned from the channels' means."""

    def __init__(self, c, r=4):
        super().__init__()
        self.squeeze = nn.Linear(c, c // r, bias=False)
        self.excite = nn.Linear(c // r, c, bias=False)

    def forward(self, x):
        gate = self.excite(self.squeeze(x.mean((2, 3))).relu()).sigmoid()
        return x * gate[:, :, None, None]


class ECAGate(nn.Module):
    """The same from a convolution over neighbouring channels: three or five numbers in all."""

    def __init__(self, c):
        super().__init__()
        size = int((math.log2(c) + 1) / 2) | 1
        self.conv = nn.Conv1d(1, 1, size, padding=size // 2, bias=False)

    def forward(self, x):
        gate = self.conv(x.mean((2, 3))[:, None]).sigmoid()[:, 0]
        return x * gate[:, :, None, None]


class CBAMGate(nn.Module):
    """A factor for each channel, then one for each place."""

    def __init__(self, c, r=4):
        super().__init__()
        self.channels = nn.Sequential(
            nn.Conv2d(c, c // r, 1, bias=False), nn.ReLU(), nn.Conv2d(c // r, c, 1, bias=False)
        )
        self.places = nn.Conv2d(2, 1, 7, padding=3, bias=False)

    def forward(self, x):
        pooled = self.channels(x.mean((2, 3), True)) + self.channels(x.amax((2, 3), True))
        x = x * pooled.sigmoid()
        return x * self.places(torch.cat([x.mean(1, True), x.amax(1, True)], 1)).sigmoid()
