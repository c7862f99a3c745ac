"""Classes of a project that no list knows, as any user's own module has them."""
import collections
import dataclasses
import enum

import torch
from torch import nn
from torch.nn import functional


class Attention(nn.Module):
    def __init__(self, size):
        super().__init__()
        self.weight = nn.Parameter(torch.zeros(size, size))
        self.score = functional.softmax
        self.activation = torch.relu


class Block(nn.Module):
    def __init__(self, size, act=functional.gelu):
        super().__init__()
        self.attention = Attention(size)
        self.mlp = nn.Sequential(nn.Linear(size, size * 2), nn.GELU(), nn.Linear(size * 2, size))
        self.act = act
        self.bound = self.step
        self.register_buffer("mask", torch.ones(size, dtype=torch.bool))
        self.register_forward_hook(hook)

    def step(self, x):
        return x


class Network(nn.Module):
    def __init__(self, size=4, depth=2):
        super().__init__()
        self.blocks = nn.ModuleList(Block(size) for _ in range(depth))
        self.head = nn.Linear(size, 2)
        self.config = Config("tiny", size)
        self.kind = Kind.LARGE


def hook(module, inputs, output):
    return None


@dataclasses.dataclass
class Config:
    name: str
    size: int
    options: dict = dataclasses.field(default_factory=dict)


class Kind(enum.Enum):
    SMALL = 1
    LARGE = 2


class Flags(enum.IntFlag):
    A = 1
    B = 2


Point = collections.namedtuple("Point", ["x", "y"])


class Stateful:
    def __init__(self):
        self.a = 1

    def read(self):
        return self.a

    def __getstate__(self):
        return (self.a, [1, 2])

    def __setstate__(self, state):
        self.a = state[0]


class Slots:
    __slots__ = ("a", "b")

    def __init__(self):
        self.a, self.b = 1, torch.zeros(2)


class Settings(dict):
    pass


class History(list):
    pass


class WithArguments:
    def __new__(cls, a, *, b):
        made = super().__new__(cls)
        made.a, made.b = a, b
        return made

    def __getnewargs_ex__(self):
        return (self.a,), {"b": self.b}


class Reduced:
    def __reduce__(self):
        return make_reduced, (1, "x"), {"state": 5}


def make_reduced(a, b):
    return Reduced()


class Failure(Exception):
    pass
