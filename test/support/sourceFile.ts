/** A model file in which every kind of lens, hover and problem occurs. */
export const attentionFile = `import torch
from torch import nn


class SELayer(nn.Module):
    def __init__(self, c1, r=16):
        super().__init__()
        self.pool = nn.AdaptiveAvgPool2d(1)
        self.l1 = nn.Linear(c1, c1 // r, bias=False)
        self.l2 = nn.Linear(c1 // r, c1, bias=False)

    def forward(self, x):
        b, c, _, _ = x.size()
        y = torch.relu(self.l1(self.pool(x).view(b, c)))
        y = torch.sigmoid(self.l2(y)).view(b, c, 1, 1)
        return x * y


class Backbone(nn.Module):
    def __init__(self, width=256):
        super().__init__()
        self.stem = nn.Conv2d(3, 256, 3, padding=1, bias=False)
        self.bn = nn.BatchNorm2d(width)
        self.attention = SELayer(width)
        self.branches = [nn.Conv2d(width, width, 1)]

    def forward(self, x):
        x = self.bn(self.stem(x))
        x = self.attention(x)
        return


class Head(nn.Module):
    def __init__(self):
        super().__init__()
        self.gate = SELayer(512)
        self.out = nn.Conv2d(512, 255, 1)

    def forward(self, x):
        return self.out(self.gate(x))
`;
