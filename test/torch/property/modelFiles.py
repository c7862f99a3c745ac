"""A grammar of model files: blocks, factories, tables and a model that uses them, written at random."""

from layers import LayerWriter
from statements import StatementWriter

HEADER = '''"""A random model."""
import copy
import itertools
import math
from collections import OrderedDict, namedtuple
from dataclasses import dataclass, field
from enum import Enum
from functools import partial, wraps
from typing import List, Optional, Tuple

import torch
import torch.nn as nn
import torch.nn.functional as F
from torch.nn.utils import parametrizations, spectral_norm, weight_norm
'''


def model_file(rng):
    """The text of the file and the expression that builds its model."""
    file = ModelFile(rng)
    return file.text(), file.expression


class ModelFile:
    def __init__(self, rng):
        self.rng = rng
        self.parts = [HEADER]
        self.blocks = []  # names of classes that are called with (c1, c2, keyword options)
        self.factories = []  # names of functions that are called with (c1, c2)
        self.layers = LayerWriter(rng, self)
        self.statements = StatementWriter(rng, self, self.layers)
        for helper in rng.sample(list(HELPERS), rng.randrange(4)):
            self.parts.append(helper)
            self.layers.extra += HELPERS[helper]
        self.add_factories()
        for write in rng.choices([self.plain_block, self.attention_block, self.inherited_block, self.sequential_block, self.torch_subclass], [5, 2, 2, 1, 1], k=rng.randrange(1, 5)):
            write()
        if not self.blocks:
            self.plain_block()
        self.expression = rng.choice([self.free_model, self.free_model, self.staged_model, self.table_model, self.config_model, self.probing_model])()

    def text(self):
        return "\n\n".join(part.strip("\n") for part in self.parts) + "\n"

    def name(self, prefix):
        return f"{prefix}{len(self.parts)}"

    def add_factories(self):
        rng = self.rng
        for _ in range(rng.randrange(3)):
            name = self.name("make")
            body = rng.choice([
                "    return nn.Sequential(nn.Conv2d(c1, c2, k, padding=k // 2, bias=False), nn.BatchNorm2d(c2), nn.ReLU(inplace=True))",
                "    layers = [nn.Conv2d(c1, c2, k, *extra)]\n    if k > 1:\n        layers += [nn.BatchNorm2d(c2)]\n    return nn.Sequential(*layers)",
                "    def wrap(layer):\n        return nn.Sequential(OrderedDict([('norm', nn.GroupNorm(1, c1)), ('layer', layer)]))\n    return wrap(nn.Conv2d(c1, c2, k))",
                "    build = lambda width: nn.Linear(width, c2, bias=k != 3)\n    return nn.ModuleList([build(c1), build(c2)])",
                "    out = nn.Sequential()\n    for i in range(k):\n        out.add_module(f'unit{i}', nn.Conv1d(c1 if i == 0 else c2, c2, 1))\n    return out",
                "    if extra:\n        return nn.Conv2d(c1, c2, k, extra[0])\n    return nn.Identity() if c1 == c2 else nn.Conv2d(c1, c2, 1)",
            ])
            decorated = rng.random() < 0.25
            prefix = ""
            if decorated:
                prefix = (
                    f"def traced{name}(function):\n    @wraps(function)\n    def inner(*args, **kwargs):\n"
                    "        return function(*args, **kwargs)\n    return inner\n\n\n"
                    f"@traced{name}\n"
                )
            self.parts.append(f"{prefix}def {name}(c1, c2, k=3, *extra):\n{body}")
            self.factories.append(name)

    def plain_block(self):
        name = self.name("Block")
        body = self.statements.constructor(["c1", "c2", "c_"])
        attributes = self.rng.choice(["", "    expansion = 2\n", "    expansion = 4\n    width = 8\n"])
        hidden = self.rng.choice(["int(c2 * e)", "c2 // 2", "max(4, c1 // 2)", "c1 * self.expansion" if attributes else "c1 + c2"])
        self.parts.append(
            f"class {name}(nn.Module):\n{attributes}\n"
            "    def __init__(self, c1, c2, n=1, shortcut=True, g=1, e=0.5, act=True):\n"
            f"        super().__init__()\n        c_ = {hidden}\n" + indent(body, 8) + FORWARD
        )
        self.blocks.append(name)

    def attention_block(self):
        name = self.name("Attention")
        body = self.rng.choice(ATTENTION)
        self.parts.append(f"class {name}(nn.Module):\n{body}{FORWARD}")
        self.blocks.append(name)

    def inherited_block(self):
        if not self.blocks:
            return
        name, base = self.name("Derived"), self.rng.choice(self.blocks)
        body = self.statements.constructor(["c1", "c2"])
        call = self.rng.choice(["super().__init__(c1, c2)", f"super({name}, self).__init__(c1, c2)", f"{base}.__init__(self, c2, c2)"])
        self.parts.append(
            f"class {name}({base}):\n    def __init__(self, c1, c2, *args, **kwargs):\n        {call}\n" + indent(body, 8)
        )
        self.blocks.append(name)

    def sequential_block(self):
        name = self.name("Chain")
        layers = ",\n            ".join(self.layers.layer(["c1", "c2"]) for _ in range(self.rng.randrange(1, 4)))
        self.parts.append(
            f"class {name}(nn.Sequential):\n    def __init__(self, c1, c2, **options):\n        super().__init__(\n"
            f"            {layers},\n        )\n        self.out_channels = c2\n"
        )
        self.blocks.append(name)

    def torch_subclass(self):
        name = self.name("Own")
        extra = self.rng.choice(["", "        self.scale = nn.Parameter(torch.ones(c2, 1, 1, 1))\n", "        self.register_buffer('mask', torch.ones_like(self.weight))\n"])
        self.parts.append(
            f"class {name}(nn.Conv2d):\n    def __init__(self, c1, c2, kernel_size=3, **kwargs):\n"
            "        kwargs.setdefault('padding', kernel_size // 2)\n"
            f"        super().__init__(c1, c2, kernel_size, **kwargs)\n{extra}"
        )
        self.blocks.append(name)

    def free_model(self):
        rng = self.rng
        body = self.statements.constructor(["c", "2 * c", "16"])
        self.parts.append(
            f"class Model(nn.Module):\n    def __init__(self, c={rng.choice([8, 16, 24, 32])}, n=2, classes=10, shortcut=False, g=2, e=0.5, act=True):\n"
            "        super().__init__()\n" + indent(body, 8) + self.statements.tail() + FORWARD
        )
        return rng.choice(["Model()", "Model(16)", "Model(c=8, n=1)", "Model(32, act=False, shortcut=True)", "Model(**{'c': 24, 'classes': 3})"])

    def staged_model(self):
        rng = self.rng
        block = rng.choice(self.blocks)
        layers = [rng.randrange(1, 4) for _ in range(rng.randrange(1, 4))]
        norm = rng.choice(["None", "partial(nn.BatchNorm2d, eps=1e-3)", "nn.InstanceNorm2d", "partial(nn.GroupNorm, 4)"])
        expansion = rng.choice(["getattr(block, 'expansion', 1)", "1"])
        self.parts.append(f'''class Model(nn.Module):
    def __init__(self, block, layers, width=8, norm_layer=None, zero_init=False):
        super().__init__()
        if norm_layer is None:
            norm_layer = nn.BatchNorm2d
        self._norm_layer = norm_layer
        self.inplanes = width
        self.stem = nn.Sequential(nn.Conv2d(3, width, 7, 2, 3, bias=False), norm_layer(width))
        for i, count in enumerate(layers):
            setattr(self, f"layer{{i + 1}}", self._make_layer(block, width * 2 ** i, count, stride=1 if i == 0 else 2))
        self.head = nn.Linear(self.inplanes, 10)
        for m in self.modules():
            if isinstance(m, nn.Conv2d):
                nn.init.kaiming_normal_(m.weight, mode="fan_out", nonlinearity="relu")
            elif isinstance(m, (nn.BatchNorm2d, nn.GroupNorm)) and m.weight is not None:
                nn.init.constant_(m.weight, 1)

    def _make_layer(self, block, planes, blocks, stride=1):
        downsample = None
        out = planes * {expansion}
        if stride != 1 or self.inplanes != out:
            downsample = nn.Sequential(nn.Conv2d(self.inplanes, out, 1, stride), self._norm_layer(out))
        layers = [block(self.inplanes, out)]
        if downsample is not None:
            layers.append(downsample)
        self.inplanes = out
        for _ in range(1, blocks):
            layers.append(block(self.inplanes, out))
        return nn.Sequential(*layers)
''')
        return f"Model({block}, {layers}, norm_layer={norm})"

    def table_model(self):
        rng = self.rng
        rows = []
        for i in range(rng.randrange(2, 6)):
            module = rng.choice([*self.blocks, *self.blocks, "nn.Conv2d", "nn.Upsample", "Concat"])
            args = {"nn.Conv2d": "[WIDTH, 1]", "nn.Upsample": "[None, 2, 'nearest']", "Concat": "[1]"}.get(module, "[WIDTH]")
            args = args.replace("WIDTH", str(rng.choice([8, 16, 24])))
            source = "[-1, 0]" if module == "Concat" and i else "-1"
            rows.append(f"    [{source}, {rng.choice([1, 1, 2, 3])}, '{module}', {args}],")
        table = "\n".join(rows)
        self.parts.append('class Concat(nn.Module):\n    def __init__(self, dimension=1):\n        super().__init__()\n        self.d = dimension\n')
        self.parts.append(f"TABLE = [\n{table}\n]")
        gain = rng.choice(["1.0", "0.33", "0.5"])
        self.parts.append(f'''def parse(table, ch, gw=1.0, gd={gain}):
    layers, save = [], []
    for i, (f, n, m, args) in enumerate(table):
        m = eval(m) if isinstance(m, str) else m
        args = list(args)
        for j, a in enumerate(args):
            args[j] = eval(a) if isinstance(a, str) and a.isidentifier() and a in globals() else a
        n = max(round(n * gd), 1) if n > 1 else n
        if m is Concat:
            c2 = sum(ch[x] for x in (f if isinstance(f, list) else [f]))
        elif m is nn.Upsample:
            c2 = ch[f]
        else:
            c1, c2 = ch[f], math.ceil(args[0] * gw / 8) * 8
            args = [c1, c2, *args[1:]]
        built = nn.Sequential(*[m(*args) for _ in range(n)]) if n > 1 else m(*args)
        built.i, built.f, built.type = i, f, str(m)[8:-2].replace('__main__.', '')
        save.extend(x % i for x in ([f] if isinstance(f, int) else f) if x != -1 and i)
        layers.append(built)
        if i == 0:
            ch = []
        ch.append(c2)
    return nn.Sequential(*layers), sorted(save)


class Model(nn.Module):
    def __init__(self, table=TABLE, ch=3, width={rng.choice(["1.0", "0.5", "1.25"])}):
        super().__init__()
        self.table = copy.deepcopy(table)
        self.model, self.save = parse(self.table, ch=[ch], gw=width)
''')
        return "Model()"

    def probing_model(self):
        """A model that runs part of itself while it is built, to learn a width or a stride."""
        chain, channels = feature_chain(self.rng)
        size = self.rng.choice([32, 64, 48])
        head = self.rng.choice([
            "y = self.features(torch.zeros(1, 3, SIZE, SIZE))\n        self.fc = nn.Linear(y.flatten(1).shape[1], 10)",
            "with torch.no_grad():\n            width = self.features(torch.randn(2, 3, SIZE, SIZE)).view(2, -1).size(1)\n        self.fc = nn.Linear(width, 4)",
            "y = self.features(torch.zeros(1, 3, SIZE, SIZE))\n        self.register_buffer('stride', torch.tensor([SIZE / x.shape[-2] for x in [y]]))\n        self.fc = nn.Conv2d(y.shape[1], int(self.stride.max()), 1)",
            "n, c, h, w = self.features(torch.empty(1, 3, SIZE, SIZE)).shape\n        self.pos = nn.Parameter(torch.zeros(n, h * w + 1, c))",
            "shape = self(torch.zeros(1, 3, SIZE, SIZE)).shape\n        self.fc = nn.Linear(shape.numel() % 50 + 1, shape[1])",
        ]).replace("SIZE", str(size))
        listed = "".join(f"            {layer},\n" for layer in chain)
        self.parts.append(
            "class Gate(nn.Module):\n    def __init__(self, c, r=4):\n        super().__init__()\n"
            "        self.pool = nn.AdaptiveAvgPool2d(1)\n        self.fc = nn.Sequential(nn.Linear(c, max(1, c // r)), nn.ReLU(), nn.Linear(max(1, c // r), c), nn.Sigmoid())\n\n"
            "    def forward(self, x):\n        b, c, _, _ = x.size()\n        y = self.pool(x).view(b, c)\n        y = self.fc(y).view(b, c, 1, 1)\n        return x * y.expand_as(x)\n"
        )
        self.parts.append(
            f"class Model(nn.Module):\n    def __init__(self):\n        super().__init__()\n        self.features = nn.Sequential(\n{listed}        )\n"
            f"        self.channels = {channels}\n        {head}\n\n    def forward(self, x):\n        return self.features(x)\n"
        )
        return "Model()"

    def config_model(self):
        rng = self.rng
        block = rng.choice(self.blocks)
        activations = "{'relu': nn.ReLU, 'silu': nn.SiLU, 'prelu': nn.PReLU}"
        self.parts.append(rng.choice([
            f"@dataclass\nclass Config:\n    width: int = 16\n    depths: List[int] = field(default_factory=lambda: [1, 2])\n    act: str = '{rng.choice(['relu', 'prelu'])}'\n    bias: bool = {rng.choice(['True', 'False'])}\n\n    @property\n    def double(self):\n        return self.width * 2\n\n\nCONFIG = Config(depths=[{rng.randrange(1, 3)}, {rng.randrange(3)}])",
            f"Config = namedtuple('Config', 'width depths act bias double')\nCONFIG = Config(8, ({rng.randrange(3)}, 1), '{rng.choice(['silu', 'prelu'])}', True, 16)",
            f"class Config:\n    def __init__(self, **kwargs):\n        self.width, self.depths, self.act, self.bias = 8, [2], 'prelu', False\n        for k, v in kwargs.items():\n            setattr(self, k, v)\n        self.double = self.width * 2\n\n\nCONFIG = Config(width={rng.choice([8, 16])}, depths=[1] * {rng.randrange(1, 4)})",
        ]))
        self.parts.append(f'''ACTIVATIONS = {activations}


class Stage(nn.Module):
    def __init__(self, config, index):
        super().__init__()
        width = config.width * (index + 1)
        self.blocks = nn.ModuleList([{block}(width, width) for _ in range(config.depths[index])])
        self.act = ACTIVATIONS[config.act]()
        self.proj = nn.Linear(width, config.double, bias=config.bias)
        self.norm = nn.LayerNorm(config.double) if index % 2 else nn.Identity()


class Model(nn.Module):
    def __init__(self, config):
        super().__init__()
        self.config = config
        self.stages = nn.ModuleDict({{f"stage{{i}}": Stage(config, i) for i in range(len(config.depths))}})
        self.pos = nn.Parameter(torch.zeros(1, sum(config.depths) + 1, config.double))
        self.apply(self._init_weights)

    @torch.no_grad()
    def _init_weights(self, m):
        if isinstance(m, nn.Linear):
            nn.init.trunc_normal_(m.weight, std=0.02)
            if m.bias is not None:
                nn.init.zeros_(m.bias)
''')
        return "Model(CONFIG)"


def feature_chain(rng):
    """Layers that can run one after the other on [n, 3, h, w], and the channels at the end."""
    chain, c = [], 3
    for _ in range(rng.randrange(1, 6)):
        wider = rng.choice([4, 8, 12, 16])
        layer, c = rng.choice([
            (f"nn.Conv2d({c}, {wider}, 3, padding=1)", wider),
            (f"nn.Conv2d({c}, {wider}, (3, 5), stride=(2, 1), dilation=1, bias=False)", wider),
            (f"nn.Conv2d({c}, {wider}, 3, padding='same', dilation=2)", wider),
            (f"nn.ConvTranspose2d({c}, {wider}, 3, stride=2, padding=1, output_padding=1)", wider),
            (f"nn.BatchNorm2d({c})", c),
            (f"nn.GroupNorm(1, {c})", c),
            ("nn.MaxPool2d(2)", c),
            ("nn.MaxPool2d(3, stride=2, padding=1, ceil_mode=True)", c),
            ("nn.AvgPool2d(3, 1, 1)", c),
            ("nn.AdaptiveAvgPool2d((5, None))", c),
            ("nn.Upsample(scale_factor=1.5, mode='nearest')", c),
            ("nn.Upsample(size=(7, 9), mode='bilinear')", c),
            ("nn.ZeroPad2d((1, 0, 2, 1))", c),
            ("nn.ReflectionPad2d(1)", c),
            ("nn.LeakyReLU(0.1, inplace=True)", c),
            ("nn.Dropout2d(0.2)", c),
            (f"Gate({c})", c),
        ])
        chain.append(layer)
    return chain, c


def indent(lines, width):
    return "".join(" " * width + line + "\n" if line else "\n" for line in lines)


FORWARD = "\n    def forward(self, x):\n        return x\n"

# Definitions at the top of a file, and layers over a width W that use them.
HELPERS = {
    "def make_divisible(v, divisor=8):\n    new_v = max(divisor, int(v + divisor / 2) // divisor * divisor)\n    if new_v < 0.9 * v:\n        new_v += divisor\n    return new_v":
        ["nn.Linear(make_divisible(W * 0.75), make_divisible(W, 4))"],
    "def autopad(k, p=None):\n    return (k // 2 if isinstance(k, int) else [x // 2 for x in k]) if p is None else p":
        ["nn.Conv2d(W, W, 5, padding=autopad(5), groups=1)", "nn.Conv2d(W, 3, (3, 5), padding=autopad((3, 5)))"],
    "try:\n    from nowhere_at_all import FusedNorm\nexcept ImportError:\n    FusedNorm = nn.BatchNorm2d":
        ["FusedNorm(W)"],
    "class Kind(Enum):\n    SMALL = 1\n    LARGE = 2":
        ["nn.Linear(W, Kind.LARGE.value)", "nn.PReLU(len(Kind))", "(nn.ReLU() if Kind(1) is Kind.SMALL else nn.PReLU())"],
    "REGISTRY = {}\n\n\ndef register(cls):\n    REGISTRY[cls.__name__] = cls\n    return cls\n\n\n@register\nclass Unit(nn.Module):\n    def __init__(self, width):\n        super().__init__()\n        self.unit = nn.Linear(width, width)":
        ["REGISTRY['Unit'](W)", "Unit(W)"],
    "def drop_path(width, *, rate=0.0):\n    return nn.Identity() if rate == 0 else nn.PReLU(width)":
        ["drop_path(W, rate=0.1)", "drop_path(W)"],
}

ATTENTION = [
    '''    def __init__(self, c1, c2=None, reduction=4, **unused):
        super().__init__()
        self.avg_pool = nn.AdaptiveAvgPool2d(1)
        self.fc = nn.Sequential(
            nn.Linear(c1, c1 // reduction, bias=False),
            nn.ReLU(inplace=True),
            nn.Linear(c1 // reduction, c1, bias=False),
            nn.Sigmoid(),
        )
''',
    '''    def __init__(self, c1, c2=None, b=1, gamma=2, **unused):
        super().__init__()
        t = int(abs((math.log(c1, 2) + b) / gamma))
        k = t if t % 2 else t + 1
        self.conv = nn.Conv1d(1, 1, kernel_size=k, padding=(k - 1) // 2, bias=False)
''',
    '''    def __init__(self, c1, c2=None, ratio=8, kernel_size=7, **unused):
        super().__init__()
        assert kernel_size in (3, 7), "kernel size must be 3 or 7"
        padding = 3 if kernel_size == 7 else 1
        self.mlp = nn.Sequential(nn.Conv2d(c1, max(1, c1 // ratio), 1), nn.ReLU(), nn.Conv2d(max(1, c1 // ratio), c1, 1))
        self.spatial = nn.Conv2d(2, 1, kernel_size, padding=padding, bias=False)
        self.gamma = nn.Parameter(torch.zeros(1))
''',
    '''    def __init__(self, c1, c2=None, heads=2, qkv_bias=True, **unused):
        super().__init__()
        self.heads = heads
        self.scale = (c1 // heads) ** -0.5
        self.qkv = nn.Linear(c1, 3 * c1, bias=qkv_bias)
        self.proj = nn.Linear(c1, c2 or c1)
        self.register_buffer("index", torch.arange(4).reshape(2, 2), persistent=qkv_bias)
        self.table = nn.Parameter(torch.zeros((2 * heads - 1) * (2 * heads - 1), heads))
''',
    '''    def __init__(self, c1, c2=None, **unused):
        super().__init__()
        mid = max(8, c1 // 32)
        self.conv1 = nn.Conv2d(c1, mid, 1)
        self.bn1 = nn.BatchNorm2d(mid)
        self.conv_h, self.conv_w = nn.Conv2d(mid, c1, 1), nn.Conv2d(mid, c1, 1)
''',
    '''    def __init__(self, c1, c2=None, **unused):
        super().__init__()
        self.attention = nn.MultiheadAttention(c1, 1, batch_first=True, kdim=c2)
        self.norms = [nn.LayerNorm(c1), nn.LayerNorm(c1)]
''',
]
