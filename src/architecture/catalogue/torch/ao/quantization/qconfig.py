from collections import namedtuple

from torch.nn.modules.module import Module


class QConfig(namedtuple("QConfig", ["activation", "weight"])):
    """Which observers a layer gets."""

    __slots__ = ()

    def __new__(cls, activation, weight):
        if isinstance(activation, Module) or isinstance(weight, Module):
            raise ValueError("QConfig takes classes of observers, not observers")
        return super().__new__(cls, activation, weight)
