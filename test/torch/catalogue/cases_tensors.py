"""As cases.py, for what constructors compute with tensors: factories, operators, methods, indices.

    python cases_tensors.py [seed] [count] > cases.jsonl

Each case registers the result of a random expression as a buffer. In half of the cases the values, too, are compared:
they are in the name of another buffer. Arguments that raise are among them."""

import json
import random
import sys
import warnings
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
warnings.simplefilter("ignore")

import torch  # noqa: E402

torch.set_num_threads(1)

from describe import run  # noqa: E402

REGISTER = """
model = nn.Identity()
parts = list(result) if isinstance(result, (tuple, list)) else [result]
for at, part in enumerate(parts):
    if isinstance(part, torch.Tensor):
        model.register_buffer(f"x{at}", part)
    else:
        model.register_buffer(f"{type(part).__name__}{at}", torch.zeros(2))
"""

VALUES = """
for at, part in enumerate(parts):
    text = repr(part.tolist() if isinstance(part, torch.Tensor) else part)
    model.register_buffer(text.replace(".", "_"), torch.zeros(1))
"""

DTYPES = ["float32", "float32", "float32", "int64", "int64", "bool", "float64", "int32", "uint8", "float16", "bfloat16"]


def main():
    seed = int(sys.argv[1]) if len(sys.argv) > 1 else random.SystemRandom().randrange(1 << 31)
    count = int(sys.argv[2]) if len(sys.argv) > 2 else 4000
    print(f"seed {seed}", file=sys.stderr)
    print(json.dumps({"seed": seed, "torch": torch.__version__, "classes": {}}))
    rng = random.Random(seed)
    for _ in range(count):
        make, has_values = rng.choice(FAMILIES)
        program = f"result = {make(rng)}"
        if rng.random() < 0.1:
            program += f"\nresult = result{method(rng)}"
        program += REGISTER
        if has_values and rng.random() < 0.5:
            program += VALUES
        truth = run(program.strip())
        truth.pop("trace", None)
        print(json.dumps({"program": program.strip(), "truth": truth}))


def sizes(rng, ranks=(0, 1, 1, 1, 2, 2, 2, 3)):
    return [rng.choice([1, 2, 2, 3, 3, 4, 0]) if rng.random() < 0.3 else rng.choice([1, 2, 3]) for _ in range(rng.choice(ranks))]


def text(items, rng=None):
    items = list(items)
    if rng is not None and rng.random() < 0.3:
        return f"[{', '.join(map(str, items))}]"
    return f"({', '.join(map(str, items))}{',' if len(items) == 1 else ''})"


def number(rng):
    return rng.choice(["0", "1", "2", "3", "-1", "-2", "5", "0.5", "1.5", "2.0", "-0.25", "True", "7"])


def tensor(rng, shape=None, dtype=None):
    """An expression for a tensor with known values, mostly."""
    shape = sizes(rng) if shape is None else shape
    dtype = dtype or rng.choice(DTYPES)
    count = 1
    for size in shape:
        count *= size
    kind = rng.random()
    if kind < 0.5 and count <= 12:
        low = 0 if dtype in ("uint8", "bool") else -4
        items = [rng.randrange(low, 5) for _ in range(count)]
        if dtype.startswith(("float", "bfloat")):
            items = [item + rng.choice([0.0, 0.5, 0.25]) for item in items]
        return f"torch.tensor({items}, dtype=torch.{dtype}).reshape({text(shape)})"
    if kind < 0.65:
        return f"torch.{rng.choice(['zeros', 'ones'])}({text(shape)}, dtype=torch.{dtype})"
    if kind < 0.75 and dtype != "bool":
        return f"torch.arange({count}, dtype=torch.{dtype}).view({text(shape)})"
    if kind < 0.9:
        return f"torch.full({text(shape)}, {number(rng)}, dtype=torch.{dtype})"
    if dtype.startswith(("float", "bfloat")):
        return f"torch.rand({text(shape)}, dtype=torch.{dtype})"
    return f"torch.ones({text(shape)}).to(torch.{dtype})"


def pair(rng):
    """Two tensors, mostly of shapes that broadcast."""
    shape = sizes(rng)
    other = [1 if rng.random() < 0.25 else size for size in shape]
    other = other[rng.choice([0, 0, 0, 1]) :]
    if rng.random() < 0.08:
        other = sizes(rng)
    return tensor(rng, shape), tensor(rng, other)


def operand(rng, like):
    return number(rng) if rng.random() < 0.5 else like


def operation(rng):
    a, b = pair(rng)
    b = operand(rng, b)
    if rng.random() < 0.2:
        a, b = b, a
    operator = rng.choice(["+", "-", "*", "/", "//", "%", "**", "==", "!=", "<", ">=", "&", "|", "^", "@"])
    if rng.random() < 0.6 or not a.startswith("torch"):
        return f"{a} {operator} {b}"
    name = rng.choice(
        "add sub mul div floor_divide remainder pow matmul eq ne lt le gt ge true_divide multiply maximum minimum "
        "atan2 logical_and bitwise_and".split()
    )
    extra = rng.choice(["", "", "", ", alpha=2", ", rounding_mode='floor'", ", rounding_mode='trunc'"])
    return f"{a}.{name}({b}{extra})" if rng.random() < 0.5 else f"torch.{name}({a}, {b}{extra})"


def unary(rng):
    a = tensor(rng)
    if rng.random() < 0.15:
        return f"{rng.choice(['-', '~', '+', 'abs'])}({a})"
    name = rng.choice(
        "abs neg sqrt round floor ceil trunc sigmoid relu sign square reciprocal isnan isfinite logical_not bitwise_not frac clone detach contiguous float double half bfloat16 int "
        "long short bool byte numpy cpu t is_floating_point numel dim nelement tolist size item element_size softplus".split()
    )
    if name in ("softmax", "log_softmax"):
        return f"{a}.{name}({dim(rng)})"
    return f"{a}.{name}()" if rng.random() < 0.7 else f"torch.{name}({a})"


def transcendental(rng):
    """The last bits of these differ from one machine to the next."""
    name = rng.choice("exp log log2 log10 sin cos tanh tan erf expm1 log1p rsqrt sigmoid rad2deg".split())
    return f"{tensor(rng)}.{name}()" if rng.random() < 0.7 else f"torch.{name}({tensor(rng)})"


def dim(rng):
    return rng.choice(["0", "-1", "1", "0", "-1", "2", "dim=0", "dim=-1", "dim=1"])


def reduction(rng):
    a = tensor(rng)
    name = rng.choice(
        "sum prod mean std var norm amax amin max min argmax argmin all any cumsum cumprod median softmax log_softmax "
        "logsumexp sort argsort unique count_nonzero diff nonzero".split()
    )
    arguments = rng.choice(
        ["", "", dim(rng), dim(rng), f"{dim(rng)}, keepdim=True", "(0, 1)", "dim=(0, -1)", "dtype=torch.float64", "0, True",
         f"{dim(rng)}, dtype=torch.int64", "dim=None", "keepdim=True", "()", "-1, descending=True", "unbiased=False"]
    )  # fmt: skip
    if name == "unique":
        arguments = rng.choice(["", "return_counts=True", "return_inverse=True", "dim=0", "True"])
    if rng.random() < 0.7:
        return f"{a}.{name}({arguments})"
    return f"torch.{name}({a}{', ' if arguments else ''}{arguments})"


def method(rng):
    s = sizes(rng)
    permutation = list(range(rng.choice([1, 2, 2, 3, 3])))
    rng.shuffle(permutation)
    return rng.choice(
        [
            lambda: f".view({text(s)})",
            lambda: f".view({rng.choice(['-1', '1, -1', '-1, 1', '2, -1', '-1, 2', '3, -1'])})",
            lambda: f".reshape({rng.choice(['-1', '1, -1', '-1, 1', '2, -1', '-1, 2', '(-1,)', '[1, -1]', '-1, -1'])})",
            lambda: f".permute({rng.choice([text(permutation, rng), text(permutation)[1:-1].strip(',')])})",
            lambda: f".transpose({rng.choice(['0, 1', '1, 0', '-1, -2', '0, 0', '0, 2', 'dim0=0, dim1=1'])})",
            lambda: f".{rng.choice(['t()', 'T', 'mT', 'flatten()', 'ravel()', 'squeeze()', 'numel()', 'shape', 'ndim', 'dtype', 'contiguous()'])}",
            lambda: f".flatten({rng.choice(['1', '0, 1', 'start_dim=1', '-2', '1, -1', 'end_dim=1', '2'])})",
            lambda: f".squeeze({rng.choice(['0', '-1', '1', '2', 'dim=0', '(0, 1)', '[0]'])})",
            lambda: f".unsqueeze({rng.choice(['0', '-1', '1', '2', '-2', 'dim=0', '3'])})",
            lambda: f".expand({rng.choice(['-1, -1', '2, -1', '3, 2, -1', '-1', '4, -1, -1', '2', '(2, -1)', '-1, 3'])})",
            lambda: f".repeat({rng.choice(['2', '1, 2', '2, 1', '2, 1, 1', '(1, 2)', '0', '2, 2, 1, 1'])})",
            lambda: f".tile({rng.choice(['2', '1, 2', '(2, 1)', '(2,)', '2, 1, 1'])})",
            lambda: f".chunk({rng.choice(['2', '2, 1', '3', '2, dim=-1', '5', '0', '1'])})",
            lambda: f".split({rng.choice(['1', '2', '2, 1', '[1, 1]', '[1, 2]', '[1, 1, 1], dim=-1', '2, dim=1', '0'])})",
            lambda: f".unbind({rng.choice(['', '0', '-1', 'dim=1', '2'])})",
            lambda: f".flip({rng.choice(['0', '-1', '(0,)', '[0, 1]', '0, 1', 'dims=(0,)', '1'])})",
            lambda: f".roll({rng.choice(['1', '1, 0', '(1, 1), (0, 1)', '-1', '1, dims=-1', 'shifts=1'])})",
            lambda: f".clamp({rng.choice(['0', '0, 2', 'min=1', 'max=0.5', '-1.5, 1', '', 'min=0, max=3'])})",
            lambda: f".to({rng.choice(['torch.float64', 'torch.int64', 'torch.float32', 'dtype=torch.bool', 'torch.zeros(1, dtype=torch.float16)'])})",
            lambda: f".type({rng.choice(['torch.float64', 'torch.int32', 'torch.FloatTensor', 'torch.LongTensor', ''])})",
            lambda: f".masked_fill({rng.choice(['torch.tensor(True)', 'torch.tensor([True, False])', 'torch.zeros(1)'])}, {number(rng)})",
            lambda: f".{rng.choice(['tril', 'triu'])}({rng.choice(['', '1', 'diagonal=-1'])})",
            lambda: f".{rng.choice(['new_zeros', 'new_ones', 'new_empty'])}({rng.choice(['2', '2, 3', '(2, 3)', '2, dtype=torch.int64', '()', 'size=(2,)'])})",
            lambda: f".new_full({rng.choice(['(2,), 1', '(2,), 1.5', '(2, 3), 0, dtype=torch.int64'])})",
            lambda: f".new_tensor({rng.choice(['[1, 2]', '[1.5]', '3', '[[1], [2]]', 'True', '[1.5], dtype=torch.int64'])})",
            lambda: f".index_select({rng.choice(['0', '-1', '1'])}, torch.tensor({rng.choice(['[0]', '[0, 0, 1]', '[]', '1', '[5]'])}))",
            lambda: f".narrow({rng.choice(['0, 0, 1', '-1, 1, 1', '1, 0, 2', '0, -1, 1', 'dim=0, start=0, length=1'])})",
            lambda: f".repeat_interleave({rng.choice(['2', '2, 0', '3, dim=-1', 'torch.tensor([2]), 0', '2, dim=1', 'torch.tensor([1, 2])'])})",
            lambda: f".diagonal({rng.choice(['', '1', '-1', 'dim1=0, dim2=1'])})",
            lambda: f".{rng.choice(['fill_(1)', 'zero_()', 'add_(1)', 'mul_(2)', 'add_(0.5)', 'fill_diagonal_(0)', 'unsqueeze_(0)', 'squeeze_()', 't_()', 'clamp_(0)', 'div_(2)', 'transpose_(0, 1)', 'resize_(2)', 'abs_()', 'sqrt_()', 'normal_()', 'uniform_(0, 1)', 'add_(torch.ones(2, 3))', 'copy_(torch.ones(3))'])}",
            lambda: f".size({rng.choice(['', '0', '-1', '1', 'dim=0'])})",
            lambda: f".{rng.choice(['view_as', 'expand_as', 'reshape_as', 'type_as'])}(torch.zeros({text(s)}))",
            lambda: f".topk({rng.choice(['1', '2', '1, 0', 'k=2', '1, largest=False'])})",
            lambda: f".gather({rng.choice(['0', '-1'])}, torch.tensor({rng.choice(['[0]', '[[0, 1]]', '[[0]]'])}))",
            lambda: f".unfold({rng.choice(['0, 2, 1', '-1, 1, 1', '0, 1, 2'])})",
            lambda: f".movedim({rng.choice(['0, 1', '0, -1', '(0, 1), (1, 0)'])})",
            lambda: f".swapaxes({rng.choice(['0, 1', '-1, 0'])})",
            lambda: f".softmax({dim(rng)})",
            lambda: f".pow({number(rng)})",
            lambda: f".where({rng.choice(['torch.tensor(True)', 'torch.tensor([True, False])'])}, {number(rng)})",
        ]
    )()  # fmt: skip


def called(rng):
    return tensor(rng) + method(rng)


def index(rng):
    one = lambda: rng.choice(  # noqa: E731
        ["0", "-1", "1", "2", ":", "1:", ":1", "::2", "-1:", "None", "...", ":-1", "0:2", "5:", "True", "[0]", "[0, 1]", "[1, 0, 0]",
         "torch.tensor([0, 0])", "torch.tensor(0)", "torch.tensor([True, False])", "torch.tensor([[0]])", "slice(0, 1)", "1:0"]
    )  # fmt: skip
    parts = [one() for _ in range(rng.choice([1, 1, 2, 2, 3]))]
    return f"{tensor(rng)}[{', '.join(parts)}]"


def factory(rng):
    s = sizes(rng)
    t = tensor(rng)
    d = rng.choice(["", "", f", dtype=torch.{rng.choice(DTYPES)}"])
    n = lambda: number(rng)  # noqa: E731
    return rng.choice(
        [
            lambda: f"torch.{rng.choice(['zeros', 'ones', 'empty', 'rand', 'randn'])}({rng.choice([text(s, rng), text(s)[1:-1].strip(','), 'size=' + text(s)])}{d if s else ''})",
            lambda: f"torch.{rng.choice(['zeros_like', 'ones_like', 'empty_like', 'rand_like', 'randn_like'])}({t}{d})",
            lambda: f"torch.full({text(s)}, {n()}{d})",
            lambda: f"torch.full_like({t}, {n()}{d})",
            lambda: f"torch.arange({n()}{d})",
            lambda: f"torch.arange({n()}, {n()}{d})",
            lambda: f"torch.arange({n()}, {n()}, {n()}{d})",
            lambda: f"torch.arange({rng.choice(['end=3', '0, end=4', 'start=1, end=3', '1, 4, step=2', '0.5, 3'])}{d})",
            # A step below one ends the process where the dtype holds none.
            lambda: f"torch.range({rng.choice(['0, 3' + d, '1, 4' + d, '0, 1, 0.5'])})",
            lambda: f"torch.linspace({n()}, {n()}, {rng.choice(['1', '2', '5', '7', '0', 'steps=4'])}{d})",
            lambda: f"torch.logspace({rng.choice(['0, 1, 3', '0, 2, 5'])}{d})",
            lambda: f"torch.eye({rng.choice(['2', '3', '2, 3', '0', '3, 2'])}{d})",
            lambda: f"torch.tensor({rng.choice(['[]', '1', '1.5', 'True', '[1, 2]', '[1, 2.5]', '[True, 2]', '[[1], [2]]', '[[1], [2, 3]]', '(1, 2)', '[[], []]', '[torch.tensor(1), 2]', 'range(3)', '[range(2), range(2)]'])}{d})",
            lambda: f"torch.as_tensor({rng.choice(['[1, 2]', '3', t, '(0.5,)'])}{d})",
            lambda: f"torch.randint({rng.choice(['5, (2,)', '0, 5, (2, 3)', '1, 5, size=(2,)', '5, [3]', 'high=4, size=(1,)', '5, 3'])}{d})",
            lambda: f"torch.randperm({rng.choice(['3', '0', '5'])}{d})",
            lambda: f"torch.normal({rng.choice(['0., 1., (2, 3)', '0.0, 1.0, size=(2,)', 'torch.zeros(3), torch.ones(3)', '0, 1, (2,)'])})",
            lambda: f"torch.{rng.choice(['FloatTensor', 'LongTensor', 'IntTensor', 'BoolTensor', 'HalfTensor', 'ByteTensor', 'DoubleTensor', 'Tensor'])}({rng.choice(['2', '2, 3', '[1, 2]', '[[1, 2]]', '', '(2, 3)', '[1.5]', 'torch.Size([2])'])})",
            lambda: f"torch.tril({t})",
            lambda: f"torch.{rng.choice(['tril_indices', 'triu_indices'])}(3, 3)",
            lambda: f"torch.complex(torch.ones(2), torch.ones(2))",
            lambda: f"torch.{rng.choice(['hann_window', 'hamming_window'])}(4)",
            lambda: f"torch.bernoulli({t})",
        ]
    )()  # fmt: skip


def joined(rng):
    shape = sizes(rng)
    items = []
    for _ in range(rng.choice([1, 2, 2, 3])):
        own = list(shape)
        if own and rng.random() < 0.4:
            own[rng.randrange(len(own))] = rng.choice([1, 2, 3])
        if rng.random() < 0.06:
            own = sizes(rng)
        items.append(tensor(rng, own))
    name = rng.choice(["cat", "cat", "stack", "concat", "hstack", "vstack", "dstack"])
    argument = rng.choice(["", "", f", {dim(rng)}"])
    return f"torch.{name}({text(items, rng)}{argument})"


def several(rng):
    a, b = pair(rng)
    c = tensor(rng)
    return rng.choice(
        [
            lambda: f"torch.where({a} > 0, {operand(rng, a)}, {operand(rng, b)})",
            lambda: f"torch.where({a} > 0)",
            lambda: f"torch.where({c}, {a}, {b})",
            lambda: f"torch.outer({tensor(rng, [2])}, {tensor(rng, [3])})",
            lambda: f"torch.outer({a}, {b})",
            lambda: f"torch.meshgrid({tensor(rng, [2])}, {tensor(rng, [3])}{rng.choice(['', ', indexing=' + repr('ij'), ', indexing=' + repr('xy')])})",
            lambda: f"torch.meshgrid([{tensor(rng, [2])}, {tensor(rng, [3])}, {tensor(rng, [])}])",
            lambda: f"torch.broadcast_tensors({a}, {b})",
            lambda: f"torch.{rng.choice(['mm', 'bmm', 'matmul', 'dot', 'mv'])}({tensor(rng, [2, 3], 'float32')}, {tensor(rng, rng.choice([[3, 2], [3], [2, 3], [1, 3, 2]]), rng.choice(['float32', 'float32', 'int64']))})",
            lambda: f"torch.bmm({tensor(rng, [2, 2, 3], 'float32')}, {tensor(rng, rng.choice([[2, 3, 1], [1, 3, 1], [3, 1]]), 'float32')})",
            lambda: f"torch.einsum({rng.choice([repr('i,j->ij'), repr('ij,jk->ik'), repr('i,i'), repr('...i,i->...i')])}, {a}, {b})",
            lambda: f"torch.lerp({a}, {b}, 0.5)",
            lambda: f"torch.cross({tensor(rng, [3])}, {tensor(rng, [3])})",
            lambda: f"torch.{rng.choice(['max', 'min', 'maximum'])}({a}, {b})",
            lambda: f"torch.{rng.choice(['equal', 'allclose'])}({a}, {b})",
            lambda: f"torch.kron({tensor(rng, [2, 2])}, {tensor(rng, [2, 2])})",
            lambda: f"torch.flatten({c}{rng.choice(['', ', 1', ', start_dim=1'])})",
            lambda: f"torch.{rng.choice(['squeeze', 'unsqueeze'])}({c}, {rng.choice(['0', '-1', '1'])})",
            lambda: f"torch.{rng.choice(['transpose', 'swapaxes'])}({c}, 0, 1)",
            lambda: f"torch.reshape({c}, (-1,))",
            lambda: f"torch.permute({c}, (1, 0))",
            lambda: f"torch.clamp({c}, {rng.choice(['0, 1', 'min=0', 'max=1'])})",
            lambda: f"torch.split({c}, 1)",
            lambda: f"torch.chunk({c}, 2, dim=-1)",
            lambda: f"torch.repeat_interleave({c}, 2, dim=0)",
            lambda: f"F.{rng.choice(['relu', 'softmax', 'normalize', 'one_hot', 'pad', 'softplus', 'gelu'])}({c}{rng.choice(['', ', dim=0', ', (1, 1)', ', dim=-1', ', 5'])})",
        ]
    )()  # fmt: skip


FAMILIES = [
    (operation, True),
    (operation, True),
    (unary, True),
    (transcendental, False),
    (reduction, True),
    (called, True),
    (called, True),
    (index, True),
    (factory, False),
    (factory, False),
    (joined, True),
    (several, False),
]


if __name__ == "__main__":
    main()
