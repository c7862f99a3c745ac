"""A small detector with squeeze-and-excitation: what the sample checkpoint was trained from."""

from torch import nn


class ConvBlock(nn.Module):
    """Convolution, batch norm, SiLU."""

    def __init__(self, c1, c2, kernel=3, stride=1):
        super().__init__()
        self.conv = nn.Conv2d(c1, c2, kernel, stride, kernel // 2, bias=False)
        self.bn = nn.BatchNorm2d(c2)
        self.act = nn.SiLU()

    def forward(self, x):
        return self.act(self.bn(self.conv(x)))


class SELayer(nn.Module):
    """Scales each channel by a gate that is learned from the channels' means."""

    def __init__(self, channels, reduction=4):
        super().__init__()
        self.pool = nn.AdaptiveAvgPool2d(1)
        self.fc = nn.Sequential(
            nn.Linear(channels, channels // reduction, bias=False),
            nn.ReLU(),
            nn.Linear(channels // reduction, channels, bias=False),
            nn.Sigmoid(),
        )

    def forward(self, x):
        gate = self.fc(self.pool(x).flatten(1))
        return x * gate[:, :, None, None]


class Stage(nn.Module):
    """Halves the resolution, then `depth` residual blocks."""

    def __init__(self, c1, c2, depth):
        super().__init__()
        self.down = ConvBlock(c1, c2, 3, 2)
        self.blocks = nn.ModuleList(ConvBlock(c2, c2) for _ in range(depth))

    def forward(self, x):
        x = self.down(x)
        for block in self.blocks:
            x = x + block(x)
        return x


class Detector(nn.Module):
    """Two stages, attention on the last, one head per scale."""

    def __init__(self, classes=3, width=4):
        super().__init__()
        self.stem = ConvBlock(3, width)
        self.stages = nn.ModuleList(
            [
                Stage(width, 2 * width, depth=3),
                Stage(2 * width, 4 * width, depth=0),
            ]
        )
        self.attention = SELayer(4 * width)
        self.heads = nn.ModuleDict(
            {
                "P4": nn.Conv2d(2 * width, 3 * (5 + classes), 1),
                "P5": nn.Conv2d(4 * width, 3 * (5 + classes), 1),
            }
        )

    def forward(self, x):
        p4 = self.stages[0](self.stem(x))
        p5 = self.attention(self.stages[1](p4))
        return self.heads["P4"](p4), self.heads["P5"](p5)
