"""DropBlock: no parameters."""

from torch import nn


def drop_block2d(input, p, block_size, inplace=False, eps=1e-06, training=True):
    return input


def drop_block3d(input, p, block_size, inplace=False, eps=1e-06, training=True):
    return input


class DropBlock2d(nn.Module):
    def __init__(self, p, block_size, inplace=False, eps=1e-06):
        super().__init__()
        self.p = p
        self.block_size = block_size
        self.inplace = inplace
        self.eps = eps

    def forward(self, input):
        return input


class DropBlock3d(DropBlock2d):
    def __init__(self, p, block_size, inplace=False, eps=1e-06):
        super().__init__(p, block_size, inplace, eps)
