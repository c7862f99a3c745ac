"""The detector that the pretrained weights come from: a stem, four stages, a neck, one head per scale."""

from torch import nn

from blocks import ConvUnit, Mixer


class Stage(nn.Sequential):
    """Halves the resolution, then mixes."""

    def __init__(self, c1, c2, depth):
        super().__init__(ConvUnit(c1, c2, 3, 2), *(Mixer(c2) for _ in range(depth)))


class Neck(nn.Module):
    """Three lists of equal blocks, as detectors have them."""

    def __init__(self, c, depth=4):
        super().__init__()
        self.top = nn.ModuleList(Mixer(c) for _ in range(depth))
        self.middle = nn.ModuleList(Mixer(c) for _ in range(depth))
        self.bottom = nn.ModuleList(Mixer(c) for _ in range(depth))

    def forward(self, x):
        for block in (*self.top, *self.middle, *self.bottom):
            x = block(x)
        return x


class Detector(nn.Module):
    def __init__(self, classes=3):
        super().__init__()
        self.stem = nn.Sequential(ConvUnit(3, 8), ConvUnit(8, 8), ConvUnit(8, 8), ConvUnit(8, 8, 1))
        self.stage1 = Stage(8, 8, 2)
        self.stage2 = Stage(8, 12, 2)
        self.stage3 = Stage(12, 16, 3)
        self.stage4 = Stage(16, 16, 2)
        self.neck = Neck(16)
        self.tail = nn.Sequential(ConvUnit(16, 16), ConvUnit(16, 12, 1))
        self.head_p4 = nn.Conv2d(16, 3 * (5 + classes), 1)
        self.head_p5 = nn.Conv2d(12, 3 * (5 + classes), 1)

    def forward(self, x):
        p4 = self.stage3(self.stage2(self.stage1(self.stem(x))))
        p5 = self.tail(self.neck(self.stage4(p4)))
        return self.head_p4(p4), self.head_p5(p5)
