"""Classes that the saved objects are made of: what a user's own project would define."""
import collections
import dataclasses
import enum
import typing

import torch
from torch import nn


class ColorTable(list):
    """A list with attributes."""


class Registry(dict):
    """A dict with attributes."""


class Pair(tuple):
    """A tuple with attributes."""


Point = collections.namedtuple("Point", ["weight", "bias"])


class Typed(typing.NamedTuple):
    name: str
    weight: torch.Tensor
    rest: tuple = ()


@dataclasses.dataclass
class TrainingState:
    epoch: int
    best: float
    weight: torch.Tensor
    history: list = dataclasses.field(default_factory=list)


@dataclasses.dataclass(frozen=True)
class FrozenState:
    step: int
    weight: torch.Tensor


class Slotted:
    __slots__ = ("left", "right")

    def __init__(self, left, right):
        self.left = left
        self.right = right


class SlotsAndDict(Slotted):
    def __init__(self, left, right, more):
        super().__init__(left, right)
        self.more = more


class Plain:
    def __init__(self, **attributes):
        self.__dict__.update(attributes)


class WithNewArguments:
    def __new__(cls, first, *, second=None):
        made = super().__new__(cls)
        made.first, made.second = first, second
        return made

    def __init__(self, *_, **__):
        pass

    def __getnewargs_ex__(self):
        return (self.first,), {"second": self.second}


class WithSetState:
    """Its state is a tuple, which only its own `__setstate__` understands."""

    def __init__(self, weight):
        self.weight = weight

    def __getstate__(self):
        return ("v1", self.weight)

    def __setstate__(self, state):
        self.weight = state[1]


class Color(enum.Enum):
    RED = 1
    GREEN = "g"


class Level(enum.IntEnum):
    LOW = 1
    HIGH = 9


class Access(enum.Flag):
    READ = enum.auto()
    WRITE = enum.auto()


class TaggedTensor(torch.Tensor):
    """A subclass without attributes of its own."""


class AnnotatedTensor(torch.Tensor):
    """A subclass whose instances get attributes."""


class WrapperTensor(torch.Tensor):
    """A tensor without a storage of its own, as quantization libraries build."""

    @staticmethod
    def __new__(cls, shape, dtype=torch.float32):
        return torch.Tensor._make_wrapper_subclass(cls, shape, dtype=dtype)

    @classmethod
    def __torch_dispatch__(cls, function, types, args=(), kwargs=None):
        # `set_`, `detach` and friends are answered with the tensor itself; nothing here computes.
        return args[0] if args and isinstance(args[0], cls) else NotImplemented

    def __repr__(self):
        return f"WrapperTensor(shape={tuple(self.shape)})"


class QuLike(nn.Module):
    """One convolution and a forward that returns nothing: a beginner's first model."""

    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(3, 64, kernel_size=3)

    def forward(self, images):
        self.conv1(images)


class SqueezeExcite(nn.Module):
    """Channel attention: one gate per channel from a two-layer bottleneck over the pooled features."""

    def __init__(self, channels, reduction=16):
        super().__init__()
        self.pool = nn.AdaptiveAvgPool2d(1)
        self.squeeze = nn.Linear(channels, channels // reduction, bias=False)
        self.act = nn.ReLU(inplace=True)
        self.excite = nn.Linear(channels // reduction, channels, bias=False)
        self.gate = nn.Sigmoid()

    def forward(self, features):
        batch, channels = features.shape[:2]
        gate = self.gate(self.excite(self.act(self.squeeze(self.pool(features).view(batch, channels)))))
        return features * gate.view(batch, channels, 1, 1)


class ConvBlock(nn.Module):
    def __init__(self, inputs, outputs, kernel=3, stride=1):
        super().__init__()
        self.conv = nn.Conv2d(inputs, outputs, kernel, stride, padding=kernel // 2, bias=False)
        self.bn = nn.BatchNorm2d(outputs)
        self.act = nn.SiLU(inplace=True)

    def forward(self, features):
        return self.act(self.bn(self.conv(features)))


class Detector(nn.Module):
    """A detector in small: backbone, attention, a head of three scales with its anchors as a buffer."""

    def __init__(self, width=4, classes=2):
        super().__init__()
        self.backbone = nn.Sequential(
            ConvBlock(3, width, 3, 2), ConvBlock(width, width * 2, 3, 2), ConvBlock(width * 2, width * 4, 3, 2)
        )
        self.attention = SqueezeExcite(width * 4, 4)
        self.head = nn.ModuleList(nn.Conv2d(width * 4, 3 * (5 + classes), 1) for _ in range(3))
        self.register_buffer("anchors", torch.arange(18, dtype=torch.float32).view(3, 3, 2))
        self.stride = [8, 16, 32]


class TiedModel(nn.Module):
    """The output layer uses the embedding's weight."""

    def __init__(self):
        super().__init__()
        self.embed = nn.Embedding(11, 5)
        self.body = nn.Linear(5, 5)
        self.out = nn.Linear(5, 11, bias=False)
        self.out.weight = self.embed.weight
        self.again = self.body


class AttributeModel(nn.Module):
    """Tensors that a state_dict does not list, and one that only looks like an attribute."""

    def __init__(self):
        super().__init__()
        self.register_buffer("kept", torch.arange(4.0))
        self.register_buffer("dropped", torch.arange(3.0), persistent=False)
        self.register_buffer("empty", None)
        self.register_parameter("absent", None)
        self.plain = torch.arange(2.0)
        self.listed = [torch.arange(5.0), {"deep": torch.arange(6.0)}]
        self.unregistered = [nn.Linear(2, 2)]
        self.inner = nn.Sequential(nn.Linear(3, 3), nn.BatchNorm1d(3))
        self.inner.mask = torch.ones(2, dtype=torch.bool)
        self.inner.register_buffer("cache", torch.zeros(2, 2), persistent=False)
        self.missing_child = None
        self.register_module("no_module", None)
        self.configuration = {"depth": 3, "names": ["a", "b"]}


class ExtraStateModel(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(2, 3)
        self.calls = 7

    def get_extra_state(self):
        return {"calls": self.calls, "table": torch.arange(3.0)}

    def set_extra_state(self, state):
        self.calls = state["calls"]


class ScriptableModel(nn.Module):
    """Plain enough to be scripted and traced."""

    scale: float

    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(3, 4, 3, padding=1)
        self.bn = nn.BatchNorm2d(4)
        self.blocks = nn.Sequential(nn.Conv2d(4, 4, 1, bias=False), nn.ReLU())
        self.register_buffer("offset", torch.arange(4.0).view(1, 4, 1, 1))
        self.scale = 0.5

    def forward(self, images):
        return self.blocks(self.bn(self.conv(images))) * self.scale + self.offset
