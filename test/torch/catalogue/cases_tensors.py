"""As cases.py, for what constructors compute with tensors: factories, operators, methods, indices, and what published
models make of them for their buffers.

    python cases_tensors.py [seed] [count] > cases.jsonl

Each case registers the result of a random expression, or of some statements, as a buffer. In half of the cases the values, too, are compared:
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

from arguments import seed_and_count  # noqa: E402
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


# How a program of several statements begins.
BLOCK = "# "


def main():
    seed, count = seed_and_count(4000)
    print(json.dumps({"seed": seed, "torch": torch.__version__, "classes": {}}))
    rng = random.Random(seed)
    for _ in range(count):
        make, has_values = rng.choice(FAMILIES)
        made = make(rng)
        program = made if made.startswith(BLOCK) else f"result = {made}"
        if rng.random() < 0.1:
            program += f"\nresult = result{method(rng)}"
        program += REGISTER
        if has_values and rng.random() < 0.5:
            program += VALUES
        truth = run(program.strip())
        torch.set_default_dtype(torch.float32)
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
    if rng.random() < 0.15:
        return rng.choice(["0.1", "1e-3", "1 / 3", "100", "255", "-128", "300", "float('inf')", "-0.0", "1e10", "2**40", "math.pi"])
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


def indexed(rng):
    """Lists, tensors and masks among the parts of an index."""
    shape = [rng.choice([1, 2, 3, 4]) for _ in range(rng.choice([1, 2, 2, 3]))]
    return f"{tensor(rng, shape)}[{advanced(rng, shape)}]"


def advanced(rng, shape):
    parts = []
    for size in shape[: rng.choice([1, 1, 2, 3])]:
        inside = [rng.randrange(-size, size) for _ in range(rng.choice([1, 2, 2, 3]))]
        if rng.random() < 0.05:
            inside.append(size)
        parts.append(
            rng.choice(
                [
                    lambda: ":",
                    lambda: ":",
                    lambda: "...",
                    lambda: "None",
                    lambda: str(inside[0]),
                    lambda: str(inside),
                    lambda: str(inside),
                    lambda: f"torch.tensor({inside})",
                    lambda: f"torch.tensor({inside})",
                    lambda: f"torch.tensor([{inside}, {inside}])",
                    lambda: f"torch.tensor({inside[0]})",
                    lambda: f"torch.tensor({inside}, dtype=torch.int32)",
                    lambda: f"torch.arange({rng.randrange(1, size + 1)})",
                    lambda: f"torch.arange({size}) {rng.choice(['>', '<', '==', '>='])} {rng.randrange(size)}",
                    lambda: f"torch.tensor({[rng.random() < 0.5 for _ in range(size)]})",
                    lambda: str([rng.random() < 0.5 for _ in range(size)]),
                    lambda: f"{rng.randrange(size)}:",
                    lambda: f":{rng.randrange(size + 1)}",
                    lambda: f"::{rng.choice([1, 2, 2, 3])}",
                    lambda: f"range({size})",
                    lambda: f"np.arange({size})",
                    lambda: f"tuple({inside})",
                ]
            )()
        )
    return ", ".join(parts)


def assigned(rng):
    """An assignment to a part of a tensor, then the tensor."""
    shape = [rng.choice([1, 2, 3, 4]) for _ in range(rng.choice([1, 2, 2, 3]))]
    index_text = rng.choice([lambda: advanced(rng, shape), lambda: plain_index(rng, shape)])()
    operator = rng.choice(["=", "=", "=", "=", "+=", "-=", "*=", "/="])
    value = rng.choice([lambda: number(rng), lambda: number(rng), lambda: tensor(rng, shape[1:]), lambda: tensor(rng), lambda: "result[0]", lambda: "[1]", lambda: "None"])()
    after = rng.choice(["", "", "\nresult = result.tolist()", "\nresult = result.sum()", "\nresult = view"])
    before = rng.choice(["", "", "\nview = result.view(-1)", "\nview = result[0]", "\nview = result.clone()"]) if "view" not in after else "\nview = result.view(-1)"
    return f"{BLOCK}a part of a tensor is set\nresult = {tensor(rng, shape)}{before}\nresult[{index_text}] {operator} {value}{after}"


def plain_index(rng, shape):
    parts = []
    for size in shape[: rng.choice([1, 2, 2, 3])]:
        at = rng.randrange(-size, size)
        parts.append(rng.choice([":", ":", str(at), str(at), f"{at}:", f":{at}", "0::2", "1::2", "...", "None", f"{size}", "0:1"]))
    return ", ".join(parts)


def of_python(rng):
    """From tensors to numbers and lists of Python."""
    t = tensor(rng)
    one = rng.choice([tensor(rng, []), tensor(rng, [1]), f"{tensor(rng, [3])}[1]", f"{t}.sum()", f"{tensor(rng, [2, 2])}.max()"])
    line = tensor(rng, [rng.choice([1, 2, 3, 4])])
    depths = rng.choice(["[2, 2, 6, 2]", "[1, 1]", "(3, 4)", "[2]"])
    rate = rng.choice(["0.1", "0.2", "0.", "0.3", "0.05"])
    return rng.choice(
        [
            lambda: f"{one}.item()",
            lambda: f"{one}.item()",
            lambda: f"{rng.choice(['int', 'float', 'bool', 'abs', 'round', 'len', 'math.floor', 'math.ceil', 'str', 'math.sqrt'])}({one})",
            lambda: f"{rng.choice(['int', 'round', 'math.ceil'])}({one}.item())",
            lambda: f"{t}.tolist()",
            lambda: f"list({line})",
            lambda: f"tuple({t})",
            lambda: f"{rng.choice(['sum', 'max', 'min', 'sorted', 'len', 'any', 'all'])}({line})",
            lambda: f"{rng.choice(['sum', 'max', 'min', 'sorted', 'len', 'list'])}({line}.tolist())",
            lambda: f"[x.item() for x in {t}]",
            lambda: f"[x.item() for x in torch.linspace(0, {rate}, sum({depths}))]",
            lambda: f"torch.linspace(0, {rate}, sum({depths})).tolist()",
            lambda: f"[x.tolist() for x in torch.linspace(0, {rate}, sum({depths})).split({depths})]",
            lambda: f"[float(x) for x in torch.linspace(0, {rate}, {rng.choice(['3', '5', '12'])})]",
            lambda: f"range({one})",
            lambda: f"[0, 1, 2, 3, 4][{one}]",
            lambda: f"torch.zeros({one}, 2)",
            lambda: f"torch.zeros(2, int({one}))",
            lambda: f"1 if {one} else 2",
            lambda: f"1 if {one} > 0 else 2",
            lambda: f"[a for a in {line} if a > 0]",
            lambda: f"{one} in {line}",
            lambda: f"2 in {line}",
            lambda: f"'%d' % {one}",
            lambda: f"f'{{{one}.item()}}'",
            lambda: f"torch.tensor({one}.item())",
            lambda: f"torch.tensor({t}.tolist())",
            lambda: f"torch.full((2,), {one}.item())",
            lambda: f"isinstance({one}.item(), {rng.choice(['int', 'float', 'bool'])})",
            lambda: f"isinstance({t}, {rng.choice(['torch.Tensor', 'int', 'torch.FloatTensor', 'nn.Parameter'])})",
            lambda: f"{t}.dtype == torch.{rng.choice(DTYPES)}",
            lambda: f"{t}.{rng.choice(['shape[0]', 'shape[-1]', 'shape[:-1]', 'size()[0]', 'shape.numel()', 'numel()', 'dim()', 'ndim', 'is_cuda', 'device.type', 'requires_grad', 'is_leaf', 'layout', 'itemsize', 'nbytes'])}",
            lambda: f"{t}.{rng.choice(['T', 'mT', 'H', 'real', 'data', 'grad', 'shape'])}",
            lambda: f"{line} is not None",
            lambda: f"[*{line}]",
            lambda: f"dict(zip('abcd', {line}.tolist()))['a']",
            lambda: f"{one} + {number(rng)}",
            lambda: f"{number(rng)} ** {one}",
            lambda: f"math.prod({t}.shape)",
        ]
    )()  # fmt: skip


def limits(rng):
    """finfo, iinfo, promotion, default dtypes."""
    d = rng.choice(["float32", "float64", "float16", "bfloat16"])
    i = rng.choice(["int64", "int32", "uint8", "int8", "int16"])
    t = tensor(rng)
    return rng.choice(
        [
            lambda: f"torch.finfo(torch.{d}).{rng.choice(['min', 'max', 'eps', 'tiny', 'bits', 'smallest_normal', 'resolution', 'dtype'])}",
            lambda: f"torch.finfo({t}.dtype).{rng.choice(['min', 'max', 'eps'])}",
            lambda: f"torch.finfo().max",
            lambda: f"torch.iinfo(torch.{i}).{rng.choice(['min', 'max', 'bits', 'dtype'])}",
            lambda: f"torch.finfo(torch.{i}).max",
            lambda: f"torch.full((2, 2), torch.finfo(torch.{d}).min)",
            lambda: f"torch.full((2, 2), torch.finfo(torch.{d}).min, dtype=torch.{d})",
            lambda: f"torch.promote_types(torch.{rng.choice(DTYPES)}, torch.{rng.choice(DTYPES)})",
            lambda: f"torch.result_type({t}, {rng.choice([number(rng), tensor(rng)])})",
            lambda: f"torch.get_default_dtype()",
            lambda: f"torch.can_cast(torch.{i}, torch.{d})",
            lambda: f"torch.is_floating_point({t})",
            lambda: f"{BLOCK}another default\ntorch.set_default_dtype(torch.{d})\nresult = {factory(rng)}",
            lambda: f"{BLOCK}another default\ntorch.set_default_dtype(torch.{d})\nresult = {operation(rng)}",
            lambda: f"{BLOCK}another default and back\nbefore = torch.get_default_dtype()\ntorch.set_default_dtype(torch.{d})\nfirst = torch.zeros(2)\ntorch.set_default_dtype(before)\nresult = [first, torch.ones(2)]",
        ]
    )()  # fmt: skip


def complex_numbers(rng):
    """Of rotary embeddings."""
    z = rng.choice(
        [
            "torch.polar(torch.ones(2, 3), torch.arange(6.).view(2, 3))",
            "torch.polar(torch.ones(4), torch.arange(4.))",
            "torch.complex(torch.ones(2), torch.zeros(2))",
            "torch.view_as_complex(torch.ones(3, 2))",
            "torch.ones(2, dtype=torch.complex64)",
            "torch.zeros(2, 2, dtype=torch.cdouble)",
            "torch.tensor([1 + 2j, 3])",
            "torch.polar(torch.ones(2, dtype=torch.float64), torch.ones(2, dtype=torch.float64))",
        ]
    )
    t = tensor(rng)
    return rng.choice(
        [
            lambda: z,
            lambda: f"torch.view_as_real({z})",
            lambda: f"{z}.{rng.choice(['real', 'imag', 'abs()', 'angle()', 'conj()', 'shape', 'dtype', 'flatten()', 'unsqueeze(0)', 'repeat(2, 1)', 'sum()', 'mean()', 'is_complex()', 'exp()', 'clone()', 'float()', 'numel()', 'transpose(0, -1)', 'detach()', 'cfloat()'])}",
            lambda: f"{z} {rng.choice(['+', '-', '*', '/', '**', '==', '<', '//', '%'])} {operand(rng, tensor(rng, [2]))}",
            lambda: f"{z}{rng.choice(['[0]', '[..., 0]', '[None]', '[1:]', '[[0, 1]]'])}",
            lambda: f"torch.cat([{z}, {z}])",
            lambda: f"torch.stack([{z}.real, {z}.imag], dim=-1)",
            lambda: f"torch.{rng.choice(['polar', 'complex'])}({pair(rng)[0]}, {pair(rng)[1]})",
            lambda: f"torch.{rng.choice(['polar', 'complex'])}({t}, {t})",
            lambda: f"torch.view_as_complex({t})",
            lambda: f"torch.view_as_real({t})",
            lambda: f"torch.view_as_complex({tensor(rng, [3, 2], 'float32')}.reshape(-1, 2))",
            lambda: f"torch.ones_like({z}).real",
            lambda: f"torch.{rng.choice(['real', 'imag', 'abs', 'angle', 'conj', 'is_complex'])}({rng.choice([z, t])})",
            lambda: f"{t} * 1j",
            lambda: f"torch.exp(1j * {t})",
        ]
    )()  # fmt: skip


def einsum(rng):
    sizes_of = {letter: rng.choice([1, 2, 3]) for letter in "ijkbc"}
    operands_of = [rng.sample("ijkbc", rng.choice([1, 1, 2, 2, 3])) for _ in range(rng.choice([1, 2, 2, 2]))]
    letters = sorted({letter for one in operands_of for letter in one})
    out = rng.sample(letters, rng.randrange(len(letters) + 1))
    dtype = rng.choice(["float32", "float32", "float64", "int64"])
    other = dtype if rng.random() < 0.9 else rng.choice(DTYPES)
    tensors = [tensor(rng, [sizes_of[letter] for letter in one], dtype if at == 0 else other) for at, one in enumerate(operands_of)]
    if rng.random() < 0.08:
        tensors[0] = tensor(rng)
    left = rng.choice([",", ", "]).join("".join(one) for one in operands_of)
    equation = rng.choice([f"{left}->{''.join(out)}", f"{left}->{''.join(out)}", f"{left} -> {''.join(out)}", left, f"{left}->", f"...{left}->...{''.join(out)}", f"{left}->{''.join(out)}z"])
    together = rng.choice([", ".join(tensors), f"[{', '.join(tensors)}]"])
    return f"torch.einsum({equation!r}, {together})"


def linear_algebra(rng):
    t = tensor(rng)
    square = tensor(rng, [rng.choice([1, 2, 3])] * 2)
    a, b = pair(rng)
    return rng.choice(
        [
            lambda: f"torch.diag({tensor(rng, rng.choice([[3], [2], [2, 3], [3, 3], [], [2, 2, 2]]))}{rng.choice(['', '', ', 1', ', -1', ', diagonal=1', ', 5'])})",
            lambda: f"torch.diag({tensor(rng, rng.choice([[3], [2], [2, 3]]))})",
            lambda: f"torch.diagonal({t}{rng.choice(['', ', 1', ', dim1=0, dim2=1', ', 0, -2, -1'])})",
            lambda: f"torch.diag_embed({t}{rng.choice(['', ', 1'])})",
            lambda: f"{square}.{rng.choice(['diag', 'diagonal', 'trace', 'inverse', 'det', 'T', 't', 'mT'])}" + rng.choice(["()", "()", "(1)"]),
            lambda: f"torch.{rng.choice(['tril_indices', 'triu_indices'])}({rng.choice(['3, 3', '2, 3', '3, 2, 1', '3, 3, offset=1', '3, 3, offset=-1', '3, 4, -1', 'row=2, col=2'])})",
            lambda: f"torch.{rng.choice(['tril', 'triu'])}({tensor(rng, [3, 3])}{rng.choice(['', ', 1', ', -1', ', diagonal=1', ', diagonal=0'])})",
            lambda: f"torch.{rng.choice(['hstack', 'vstack', 'dstack', 'column_stack', 'row_stack'])}(({a}, {b}))",
            lambda: f"torch.{rng.choice(['hstack', 'vstack', 'column_stack'])}([{tensor(rng, [2])}, {tensor(rng, [2])}])",
            lambda: f"torch.broadcast_tensors({a}, {b})",
            lambda: f"torch.broadcast_to({t}, {text(sizes(rng))})",
            lambda: f"torch.{rng.choice(['hann_window', 'hamming_window', 'blackman_window', 'bartlett_window', 'kaiser_window'])}({rng.choice(['4', '1', '0', '5, periodic=False', '8, False', '4, dtype=torch.float64'])})",
            lambda: f"torch.logspace({rng.choice(['0, 1, 3', '0, 2, 5', '0, 1, steps=4', '0, 1, 3, base=2', '0, 1, 3, dtype=torch.float64', '1, 2, 0'])})",
            lambda: f"torch.range({rng.choice(['0, 3', '1, 4', '0, 1, 0.5', '0, 1, 0.3', '3, 0', '3, 0, -1', 'start=0, end=2', '4', '0, 2, step=0.25', '0.5, 3'])})",
            lambda: f"torch.cartesian_prod({tensor(rng, [2])}, {tensor(rng, [3])})",
            lambda: f"torch.combinations({tensor(rng, [3])})",
            lambda: f"torch.block_diag({tensor(rng, [2, 2])}, {tensor(rng, [1, 3])})",
            lambda: f"torch.kron({a}, {b})",
            lambda: f"torch.vander({tensor(rng, [3])})",
            lambda: f"torch.{rng.choice(['dot', 'ger', 'mv', 'mm', 'matmul', 'inner', 'vdot', 'addmm'])}({tensor(rng, [2], 'float32')}, {tensor(rng, rng.choice([[2], [3], [2, 2]]), 'float32')})",
            lambda: f"torch.{rng.choice(['cumsum', 'cumprod', 'flip', 'fliplr', 'flipud', 'rot90', 'roll', 'argsort', 'sort', 'topk', 'unique', 'bincount', 'nonzero', 'atleast_1d', 'atleast_2d', 'ravel'])}({t}{rng.choice(['', ', 0', ', 1', ', dim=0', ', [0]', ', -1'])})",
            lambda: f"torch.linalg.{rng.choice(['norm', 'inv', 'det', 'svd', 'qr', 'eigh', 'pinv', 'vector_norm', 'matrix_norm'])}({square})",
            lambda: f"torch.fft.{rng.choice(['fft', 'rfft', 'ifft', 'fft2', 'rfft2'])}({t})",
            lambda: f"torch.addcmul({t}, {t}, {t}{rng.choice(['', ', value=2'])})",
            lambda: f"torch.{rng.choice(['movedim', 'moveaxis'])}({tensor(rng, [2, 3])}, 0, 1)",
            lambda: f"{tensor(rng, [2, 3])}.unflatten({rng.choice(['1, (3, 1)', '-1, (-1, 3)', '0, (2, 1)', '1, (2, 2)'])})",
        ]
    )()  # fmt: skip


def buffers_of_models(rng):
    """What published models compute for their buffers."""
    h, w, d, n = rng.choice([2, 3, 4]), rng.choice([2, 3]), rng.choice([2, 4, 6, 3]), rng.choice([1, 2, 4, 5])
    dtype = rng.choice(["", ", dtype=torch.float32", ", dtype=torch.int64", ", dtype=torch.float64"])
    return rng.choice(
        [
            f"""coordinates of a window
coords = torch.stack(torch.meshgrid({rng.choice([f'[torch.arange({h}), torch.arange({w})]', f'torch.arange({h}), torch.arange({w})'])}{rng.choice(["", ", indexing='ij'"])}))
flat = {rng.choice(['torch.flatten(coords, 1)', 'coords.flatten(1)', 'coords.view(2, -1)'])}
relative = flat[:, :, None] - flat[:, None, :]
relative = relative.permute(1, 2, 0).contiguous()
relative[:, :, 0] += {h} - 1
relative[:, :, 1] += {w} - 1
relative[:, :, 0] *= 2 * {w} - 1
result = relative.sum(-1)""",
            f"""relative positions with a class token
size = ({h}, {w})
distance = (2 * size[0] - 1) * (2 * size[1] - 1) + 3
index = torch.zeros(size=(size[0] * size[1] + 1,) * 2, dtype={rng.choice(['torch.int64', 'relative.dtype', 'torch.long'])}) if {rng.choice(['True', 'False'])} else torch.ones(size[0] * size[1] + 1, size[0] * size[1] + 1)
index[1:, 1:] = {rng.choice(['2', f'torch.arange({h * w * h * w}).view({h * w}, {h * w})'])}
index[0, 0:] = distance - 3
index[0:, 0] = distance - 2
index[0, 0] = distance - 1
result = index""",
            f"""mask of shifted windows
mask = torch.zeros((1, {2 * h}, {2 * w}, 1))
count = 0
for rows in (slice(0, -2), slice(-2, -1), slice(-1, None)):
    for columns in (slice(0, -2), slice(-2, -1), slice(-1, None)):
        mask[:, rows, columns, :] = count
        count += 1
windows = mask.view(1, 2, {h}, 2, {w}, 1).permute(0, 1, 3, 2, 4, 5).{rng.choice(['contiguous().', '', 'reshape(-1).'])}view(-1, {h} * {w})
attention = windows.unsqueeze(1) - windows.unsqueeze(2)
result = attention.masked_fill(attention != 0, float(-100.0)).masked_fill(attention == 0, float(0.0))""",
            f"""sines and cosines
pe = torch.zeros({n}, {d}{dtype})
position = torch.arange(0, {n}{rng.choice([dtype, ', dtype=torch.float', ''])}).unsqueeze(1)
scale = torch.exp(torch.arange(0, {d}, 2){rng.choice(['.float()', ''])} * -(math.log(10000.0) / {d}))
pe[:, 0::2] = torch.sin(position * scale)
pe[:, 1::2] = torch.cos(position * scale)
result = pe{rng.choice(['', '.unsqueeze(0)', '.unsqueeze(0).transpose(0, 1)', '[None]', '[:, None, :]'])}""",
            f"""rotary frequencies
inverse = 1.0 / ({rng.choice(['10000', '10000.0', '1e4'])} ** (torch.arange(0, {d}, 2){rng.choice(['', '.float()', f'[: ({d} // 2)].float()'])} / {d}))
t = torch.arange({n}{rng.choice(['', ', dtype=inverse.dtype', '.0', ', device=inverse.device'])})
freqs = {rng.choice(['torch.outer(t, inverse)', "torch.einsum('i,j->ij', t, inverse)", "torch.einsum('i , j -> i j', t, inverse)", 't[:, None] * inverse[None, :]', 'torch.outer(t, inverse).float()', 't.unsqueeze(1) @ inverse.unsqueeze(0)'])}
result = {rng.choice(['torch.polar(torch.ones_like(freqs), freqs)', 'torch.cat((freqs, freqs), dim=-1).cos()[None, None, :, :]', 'torch.cat((freqs, freqs), dim=-1).sin()', 'torch.stack([freqs.cos(), freqs.sin()], dim=-1).flatten(-2)', '[inverse, freqs]', 'torch.view_as_real(torch.polar(torch.ones_like(freqs), freqs))', 'freqs.repeat_interleave(2, dim=-1)', 'freqs.sin().repeat(1, 2)', 'torch.complex(freqs.cos(), freqs.sin())'])}""",
            f"""causal masks
size = {n}
result = {rng.choice([f'torch.tril(torch.ones(size, size)).view(1, 1, size, size)', "torch.full((size, size), float('-inf')).triu(1)", "torch.triu(torch.full((size, size), float('-inf')), diagonal=1)", 'torch.ones(size, size, dtype=torch.bool).tril()', '~torch.ones(size, size).tril().bool()', "torch.empty(size, size).fill_(float('-inf')).triu_(1)", 'torch.tril(torch.ones((size, size), dtype=torch.uint8)).view(1, 1, size, size)', 'torch.full((1, 1, size, size), torch.finfo(torch.float32).min).triu(1)', 'torch.tril(torch.ones((size, size), dtype=torch.bool)).view(1, 1, size, size)', 'torch.arange(size)[None] <= torch.arange(size)[:, None]', 'torch.arange(size).expand((1, -1))', 'torch.zeros(size, size).masked_fill(torch.ones(size, size).triu(1) == 1, -1e9)'])}""",
            f"""a kernel of a blur
kernel = torch.tensor({rng.choice(['[1.0, 3.0, 3.0, 1.0]', '[1, 2, 1]', '(np.poly1d((0.5, 0.5)) ** 2).coeffs.astype(np.float32)', '[1.0, 2.0, 1.0]', 'np.array([1.0, 2.0, 1.0])'])}{dtype})
kernel = {rng.choice(['kernel[:, None] * kernel[None, :]', 'torch.outer(kernel, kernel)', 'kernel.ger(kernel)', 'kernel[None, :] * kernel[:, None]'])}
kernel = kernel / kernel.sum()
result = kernel{rng.choice([f'[None, None].repeat({n}, 1, 1, 1)', f'.expand({n}, 1, -1, -1)', '.flip([0, 1])', f'[None, None, :, :].repeat(({n}, 1, 1, 1))', '.view(1, 1, *kernel.shape)', f'.unsqueeze(0).unsqueeze(0).expand({n}, 1, -1, -1).contiguous()'])}""",
            f"""slopes
heads = {rng.choice([1, 2, 4, 8])}
start = 2 ** (-(2 ** -(math.log2(heads) - 3)))
result = {rng.choice(['torch.tensor([start * start**i for i in range(heads)])', 'torch.Tensor([start * start**i for i in range(heads)]).view(1, heads, 1, 1)', '[start, heads]', 'torch.tensor([2 ** (-8 * i / heads) for i in range(1, heads + 1)]).unsqueeze(1).unsqueeze(1) * torch.arange(3).unsqueeze(0).unsqueeze(0).expand(heads, -1, -1)'])}""",
            f"""anchors
ratios, scales = torch.tensor([0.5, 1.0, 2.0]), torch.tensor([1.0, {n}.0])
roots = torch.sqrt(ratios)
w = (scales[:, None] * (1 / roots)[None]).{rng.choice(['view(-1)', 'flatten()', 'reshape(-1)'])}
h = (scales[:, None] * roots[None]).view(-1)
result = torch.stack([-w, -h, w, h], {rng.choice(['dim=1', '1', '-1', '0'])}) / 2{rng.choice(['', '.round()'])}""",
            f"""anchors of a grid
anchors = torch.tensor({rng.choice(['[[10, 13, 16, 30], [30, 61, 62, 45]]', '[[1.25, 1.625], [2.0, 3.75]]', '([1, 2, 3, 4], [5, 6, 7, 8])'])}){rng.choice(['.float()', ''])}.view(2, -1{rng.choice([', 2', ''])})
stride = torch.tensor([{rng.choice(['8., 16.', '8, 16'])}])
result = [anchors, {rng.choice(['anchors.clone().view(2, 1, -1, 1, 1, 2)', 'anchors / stride.view(-1, 1, 1)', 'anchors[0]', 'stride[:, None]', 'anchors.shape[1]', 'anchors.numel()', 'len(anchors)', 'stride.tolist()', 'anchors[0].tolist()', 'anchors.prod(-1).mean(-1).view(-1)', 'anchors.flip(0)', 'torch.log2(stride)'])}]""",
            f"""registered in a model
class Model(nn.Module):
    def __init__(self):
        super().__init__()
        self.register_buffer("a", torch.zeros({n}, {d}{dtype}))
        self.register_buffer("b", self.a{rng.choice(['.t()', ' + 1', '.sum(0)', '[0]', '.float()', ' > 0', '.view(-1)', '[:, :1]', '.mean()', '.long() / 2'])}, persistent={rng.choice(['True', 'False', 'True'])})
        self.c = nn.Parameter({rng.choice(['self.a.clone()', 'torch.ones(2) * 0.5', 'self.a[0]', 'torch.randn(1, 2) * 0.02', 'torch.tensor(1.0)', 'torch.zeros(3, requires_grad=True) + 1', 'torch.eye(2)[None]'])}{rng.choice(['', '', ', requires_grad=False'])})
        self.a{rng.choice([' = self.a + 1', '[0] = 1', '.fill_(2)', '.zero_()', '.data = torch.ones(1)', ' = self.a.half()', ' = None', ' = torch.ones(2)', '.mul_(2)', '.copy_(torch.ones(1))', '.requires_grad = False'])}
result = list(Model().{rng.choice(['state_dict().values()', 'buffers()', 'parameters()'])})""",
        ]
    )  # fmt: skip


def of_models(rng):
    return BLOCK + buffers_of_models(rng)


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
    (indexed, True),
    (assigned, True),
    (of_python, True),
    (limits, False),
    (complex_numbers, False),
    (einsum, True),
    (linear_algebra, True),
    (of_models, False),
    (of_models, False),
]


if __name__ == "__main__":
    main()
