"""A detector that is built from a table, row by row."""

from pathlib import Path

import yaml
from torch import nn

from blocks import ConvUnit, Mixer, SEGate


class TableDetector(nn.Module):
    """Each row is `[repeats, block, arguments]`; the channels that come in are put before the arguments."""

    def __init__(self, table="detector.yaml", classes=3):
        super().__init__()
        with open(Path(__file__).parent / table, encoding="utf-8") as file:
            rows = yaml.safe_load(file)["layers"]
        layers = []
        c = 3
        for repeats, name, arguments in rows:
            block = eval(name)
            if block is ConvUnit:
                layer = nn.Sequential(*(ConvUnit(c if i == 0 else arguments[0], *arguments) for i in range(repeats)))
                c = arguments[0]
            else:
                layer = nn.Sequential(*(block(c, *arguments) for _ in range(repeats)))
            layers.append(layer if repeats > 1 else layer[0])
        self.model = nn.Sequential(*layers)
        self.head = nn.Conv2d(c, 3 * (5 + classes), 1)

    def forward(self, x):
        return self.head(self.model(x))
