"""The same detector with something grafted on: one class for each way in which people do it."""

from torch import nn

from blocks import CBAMGate, ConvUnit, ECAGate, Mixer, SEGate
from detector import Detector, Neck, Stage


class NewAttribute(nn.Module):
    """A block under a name of its own, at the end of the head, as most tutorials do it."""

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
        self.gate_p5 = SEGate(3 * (5 + classes))  # new

    def forward(self, x):
        p4, p5 = Detector.forward(self, x)
        return p4, self.gate_p5(p5)


class Appended(nn.Module):
    """A block behind the last one of a Sequential."""

    def __init__(self, classes=3):
        super().__init__()
        self.stem = nn.Sequential(ConvUnit(3, 8), ConvUnit(8, 8), ConvUnit(8, 8), ConvUnit(8, 8, 1))
        self.stage1 = Stage(8, 8, 2)
        self.stage2 = Stage(8, 12, 2)
        self.stage3 = Stage(12, 16, 3)
        self.stage4 = Stage(16, 16, 2)
        self.neck = Neck(16)
        self.tail = nn.Sequential(ConvUnit(16, 16), ConvUnit(16, 12, 1), CBAMGate(12))  # new: the last
        self.head_p4 = nn.Conv2d(16, 3 * (5 + classes), 1)
        self.head_p5 = nn.Conv2d(12, 3 * (5 + classes), 1)

    forward = Detector.forward


class InsertedInStem(nn.Module):
    """A block at index 1 of a Sequential: everything behind it gets another number."""

    def __init__(self, classes=3):
        super().__init__()
        self.stem = nn.Sequential(
            ConvUnit(3, 8),
            SEGate(8),  # new
            ConvUnit(8, 8),
            ConvUnit(8, 8),
            ConvUnit(8, 8, 1),
        )
        self.stage1 = Stage(8, 8, 2)
        self.stage2 = Stage(8, 12, 2)
        self.stage3 = Stage(12, 16, 3)
        self.stage4 = Stage(16, 16, 2)
        self.neck = Neck(16)
        self.tail = nn.Sequential(ConvUnit(16, 16), ConvUnit(16, 12, 1))
        self.head_p4 = nn.Conv2d(16, 3 * (5 + classes), 1)
        self.head_p5 = nn.Conv2d(12, 3 * (5 + classes), 1)

    forward = Detector.forward


class GatedStage(nn.Sequential):
    """A stage with a gate before its last block: the last block gets another number."""

    def __init__(self, c1, c2, depth):
        blocks = [Mixer(c2) for _ in range(depth)]
        blocks.insert(depth - 1, ECAGate(c2))  # new
        super().__init__(ConvUnit(c1, c2, 3, 2), *blocks)


class BeforeLastBlock(nn.Module):
    """Gates before the last blocks of all four stages."""

    def __init__(self, classes=3):
        super().__init__()
        self.stem = nn.Sequential(ConvUnit(3, 8), ConvUnit(8, 8), ConvUnit(8, 8), ConvUnit(8, 8, 1))
        self.stage1 = GatedStage(8, 8, 2)
        self.stage2 = GatedStage(8, 12, 2)
        self.stage3 = GatedStage(12, 16, 3)
        self.stage4 = GatedStage(16, 16, 2)
        self.neck = Neck(16)
        self.tail = nn.Sequential(ConvUnit(16, 16), ConvUnit(16, 12, 1))
        self.head_p4 = nn.Conv2d(16, 3 * (5 + classes), 1)
        self.head_p5 = nn.Conv2d(12, 3 * (5 + classes), 1)

    forward = Detector.forward


class GatedNeck(nn.Module):
    """Lists with one block more, an equal one, at index 2: the ones behind it load, and are wrong."""

    def __init__(self, c, depth=4):
        super().__init__()
        self.top = nn.ModuleList(Mixer(c) for _ in range(depth))
        self.middle = nn.ModuleList(Mixer(c) for _ in range(depth))
        self.bottom = nn.ModuleList(Mixer(c) for _ in range(depth))
        for blocks in (self.top, self.middle, self.bottom):
            blocks.insert(2, Mixer(c))  # new

    forward = Neck.forward


class InsideModuleLists(nn.Module):
    """Equal blocks inside of three ModuleLists."""

    def __init__(self, classes=3):
        super().__init__()
        self.stem = nn.Sequential(ConvUnit(3, 8), ConvUnit(8, 8), ConvUnit(8, 8), ConvUnit(8, 8, 1))
        self.stage1 = Stage(8, 8, 2)
        self.stage2 = Stage(8, 12, 2)
        self.stage3 = Stage(12, 16, 3)
        self.stage4 = Stage(16, 16, 2)
        self.neck = GatedNeck(16)
        self.tail = nn.Sequential(ConvUnit(16, 16), ConvUnit(16, 12, 1))
        self.head_p4 = nn.Conv2d(16, 3 * (5 + classes), 1)
        self.head_p5 = nn.Conv2d(12, 3 * (5 + classes), 1)

    forward = Detector.forward


class WrappedStage(nn.Module):
    """A stage that became the first part of a Sequential, with a gate behind it."""

    def __init__(self, classes=3):
        super().__init__()
        self.stem = nn.Sequential(ConvUnit(3, 8), ConvUnit(8, 8), ConvUnit(8, 8), ConvUnit(8, 8, 1))
        self.stage1 = Stage(8, 8, 2)
        self.stage2 = Stage(8, 12, 2)
        self.stage3 = nn.Sequential(Stage(12, 16, 3), SEGate(16))  # new: the Sequential and its second
        self.stage4 = Stage(16, 16, 2)
        self.neck = Neck(16)
        self.tail = nn.Sequential(ConvUnit(16, 16), ConvUnit(16, 12, 1))
        self.head_p4 = nn.Conv2d(16, 3 * (5 + classes), 1)
        self.head_p5 = nn.Conv2d(12, 3 * (5 + classes), 1)

    forward = Detector.forward
