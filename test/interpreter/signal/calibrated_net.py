"""A small convolutional net whose features have the scale of a trained one, and blocks to put into it.

`python calibrated_net.py FILE` writes the weights of the net without a block: normalisation statistics are
measured on random images (seed 0), so that each layer gives its successor what it expects.
"""

import sys

import torch
from torch import nn

WIDTH = 32


class Squeeze(nn.Module):
    """Squeeze and excitation: a factor for each channel, from the channels' means."""

    def __init__(self, channels, reduction=16):
        super().__init__()
        self.down = nn.Linear(channels, channels // reduction, bias=False)
        self.up = nn.Linear(channels // reduction, channels, bias=False)

    def forward(self, x):
        gate = torch.sigmoid(self.up(torch.relu(self.down(x.mean((2, 3))))))
        return x * gate[:, :, None, None]


class IdentitySqueeze(Squeeze):
    """The same, which begins as the identity: twice a sigmoid of zero."""

    def __init__(self, channels):
        super().__init__(channels)
        nn.init.zeros_(self.up.weight)

    def forward(self, x):
        gate = 2 * torch.sigmoid(self.up(torch.relu(self.down(x.mean((2, 3))))))
        return x * gate[:, :, None, None]


class OpenSqueeze(Squeeze):
    """The same with the last layer zero and a bias of 4: almost open."""

    def __init__(self, channels):
        super().__init__(channels)
        self.up = nn.Linear(channels // 16, channels)
        nn.init.zeros_(self.up.weight)
        nn.init.constant_(self.up.bias, 4)


class GateOnly(Squeeze):
    """Returns the factors, for the caller to multiply with."""

    def forward(self, x):
        return torch.sigmoid(self.up(torch.relu(self.down(x.mean((2, 3))))))[:, :, None, None]


class InPlace(Squeeze):
    """Changes what it gets."""

    def forward(self, x):
        return x.mul_(torch.sigmoid(self.up(torch.relu(self.down(x.mean((2, 3))))))[:, :, None, None])


class Attention(nn.Module):
    """CBAM: a factor for each channel from means and maxima, then one for each place."""

    def __init__(self, channels, reduction=16, kernel=7):
        super().__init__()
        self.down = nn.Conv2d(channels, channels // reduction, 1, bias=False)
        self.up = nn.Conv2d(channels // reduction, channels, 1, bias=False)
        self.place = nn.Conv2d(2, 1, kernel, padding=kernel // 2, bias=False)

    def forward(self, x):
        mean, most = x.mean((2, 3), keepdim=True), x.amax((2, 3), keepdim=True)
        x = x * torch.sigmoid(sum(self.up(torch.relu(self.down(one))) for one in (mean, most)))
        seen = torch.cat([x.mean(1, keepdim=True), x.amax(1, keepdim=True)], 1)
        return x * torch.sigmoid(self.place(seen))


class Efficient(nn.Module):
    """ECA: a factor for each channel from its neighbours' means."""

    times = 1

    def __init__(self, channels, kernel=3):
        super().__init__()
        self.conv = nn.Conv1d(1, 1, kernel, padding=kernel // 2, bias=False)

    def forward(self, x):
        gate = torch.sigmoid(self.conv(x.mean((2, 3))[:, None]))[:, 0, :, None, None]
        for _ in range(self.times):
            x = x * gate
        return x


class EfficientTwice(Efficient):
    """The slip that multiplies with the gate twice."""

    times = 2


class Layer(nn.Sequential):
    def __init__(self, inputs, outputs):
        super().__init__(nn.Conv2d(inputs, outputs, 3, padding=1, bias=False), nn.BatchNorm2d(outputs), nn.SiLU())


class Net(nn.Module):
    """`blocks`: what stands between the second layer and the third; `end`: what stands behind the head."""

    def __init__(self, *blocks, end=None):
        super().__init__()
        self.first = Layer(3, WIDTH)
        self.second = Layer(WIDTH, WIDTH)
        for i, block in enumerate(blocks):
            setattr(self, "block%d" % i, block(WIDTH))
        self.count = len(blocks)
        self.third = Layer(WIDTH, WIDTH)
        self.head = nn.Conv2d(WIDTH, 16, 1, bias=False)
        if end is not None:
            self.end = end(16)

    def forward(self, x):
        x = self.second(self.first(x))
        for i in range(self.count):
            block = getattr(self, "block%d" % i)
            x = x * block(x) if isinstance(block, GateOnly) else block(x)
        x = self.head(self.third(x))
        return self.end(x) if hasattr(self, "end") else x


def calibrated():
    """The net with the statistics that its layers measure on random images."""
    torch.manual_seed(0)
    net = Net().train()
    for module in net.modules():
        if isinstance(module, nn.BatchNorm2d):
            module.momentum = None  # the mean of all batches
    with torch.no_grad():
        for _ in range(8):
            net(torch.randn(8, 3, 32, 32))
    return net.eval()


if __name__ == "__main__":
    torch.save(calibrated().state_dict(), sys.argv[1])
