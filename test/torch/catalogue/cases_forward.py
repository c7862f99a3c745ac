"""As cases.py, for what goes through: output shapes of torch.nn.functional and of layers.

    python cases_forward.py [seed] [count] > cases.jsonl

Each case calls one function or layer on a tensor of random size and compares the shapes of what comes back."""

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

SHAPES = """
def shapes(value):
    if hasattr(value, 'shape'):
        return [str(value.dtype), list(value.shape)]
    return [shapes(v) for v in value] if isinstance(value, (list, tuple)) else None
model = nn.Identity()
model._compared = shapes(
"""


def main():
    seed, count = seed_and_count(4000)
    print(json.dumps({"seed": seed, "torch": torch.__version__, "classes": {}}))
    rng = random.Random(seed)
    for _ in range(count):
        program = SHAPES.strip() + rng.choice(FAMILIES)(rng) + ")"
        truth = run(program)
        truth.pop("trace", None)
        if "ConvTranspose" in program and depends_on_kernel(truth):
            continue
        print(json.dumps({"program": program, "truth": truth}))


def depends_on_kernel(truth):
    """Some kernels accept an empty output of a transposed convolution, some refuse: the stub says not known."""
    text = truth.get("text", "")
    refused = "Output size is too small" in text or "memory descriptor" in text
    return refused or 0 in (truth.get("extra") or [0, []])[1]


def image(rng, n, channels=None):
    """A tensor of `n` spatial dimensions, mostly with a batch, sometimes with a dimension too few or too many."""
    c = channels if channels is not None and rng.random() < 0.93 else rng.randrange(1, 9)
    lead = rng.choice([[2], [2], [2], [1], [1], []])
    extra = [2] if rng.random() < 0.04 else []
    spatial = [rng.choice([1, 2, 3, 5, 7, 8, 12]) for _ in range(n)]
    return f"torch.zeros({', '.join(map(str, [*extra, *lead, c, *spatial]))}{dtype(rng)})"


def dtype(rng):
    return ", dtype=torch.float64" if rng.random() < 0.03 else ""


def number(rng, n, values):
    """One number, or one per dimension, rarely a wrong count."""
    kind = rng.random()
    if kind < 0.6:
        return str(rng.choice(values))
    length = n if kind < 0.95 else rng.choice([1, n + 1])
    text = ", ".join(str(rng.choice(values)) for _ in range(length))
    return f"({text},)" if kind < 0.9 else f"[{text}]"


def convolution(rng):
    n = rng.choice([1, 2, 2, 3])
    groups = rng.choice([1, 1, 1, 2])
    c1, c2 = 2 * groups, rng.choice([2, 4, 6])
    padding = rng.choice([number(rng, n, [0, 1, 2]), "'same'", "'valid'"])
    stride = "1" if padding == "'same'" and rng.random() < 0.9 else number(rng, n, [1, 2, 3])
    mode = rng.choice(["zeros", "zeros", "zeros", "reflect", "circular", "replicate"])
    kernel = number(rng, n, [1, 2, 3])
    arguments = f"stride={stride}, padding={padding}, dilation={number(rng, n, [1, 1, 2])}, groups={groups}"
    if rng.random() < 0.5:
        return f"nn.Conv{n}d({c1}, {c2}, {kernel}, {arguments}, padding_mode='{mode}')({image(rng, n, c1)})"
    weight = f"torch.zeros({c2}, {c1 // groups}, {', '.join(str(rng.choice([1, 2, 3])) for _ in range(n))})"
    return f"F.conv{n}d({image(rng, n, c1)}, {weight}, {arguments})"


def transposed(rng):
    n = rng.choice([1, 2, 2, 3])
    arguments = f"stride={number(rng, n, [1, 2, 3])}, padding={number(rng, n, [0, 1])}, output_padding={number(rng, n, [0, 0, 1])}, groups={rng.choice([1, 2])}, dilation={number(rng, n, [1, 1, 2])}"
    return f"nn.ConvTranspose{n}d(4, 6, {number(rng, n, [1, 2, 3, 4])}, {arguments})({image(rng, n, 4)})"


def pooling(rng):
    n = rng.choice([1, 2, 2, 3])
    kernel, stride, padding = number(rng, n, [1, 2, 3, 5]), rng.choice(["None", number(rng, n, [1, 2, 3])]), number(rng, n, [0, 0, 1])
    ceil = rng.choice(["True", "False"])
    x = image(rng, n)
    return rng.choice([
        f"F.max_pool{n}d({x}, {kernel}, {stride}, {padding}, ceil_mode={ceil})",
        f"nn.MaxPool{n}d({kernel}, {stride}, {padding}, dilation={number(rng, n, [1, 2])}, ceil_mode={ceil}, return_indices={rng.choice(['False', 'True'])})({x})",
        f"F.avg_pool{n}d({x}, {kernel}, {stride}, {padding}, {ceil})",
        f"nn.AvgPool{n}d({kernel}, {stride}, {padding}, {ceil})({x})",
        f"nn.AdaptiveAvgPool{n}d({number(rng, n, [1, 2, 5, None])})({x})",
        f"nn.AdaptiveMaxPool{n}d({number(rng, n, [1, 2, 5])}, return_indices={rng.choice(['False', 'True'])})({x})",
    ])


def resizing(rng):
    n = rng.choice([1, 2, 2, 2, 3])
    x = image(rng, n)
    mode = rng.choice(["nearest", "area", {1: "linear", 2: "bilinear", 3: "trilinear"}[n], rng.choice(["bilinear", "bicubic", "linear", "other"])])
    if mode == "other":
        size = "scale_factor=2"
    else:
        size = rng.choice([f"size={number(rng, n, [1, 4, 9])}", f"scale_factor={number(rng, n, [2, 1.5, 0.5, 3.7, 0.1])}", "size=None", "size=4, scale_factor=2"])
    corners = rng.choice(["", "", ", align_corners=False", ", align_corners=True"])
    amounts = ", ".join(str(rng.choice([0, 0, 1, 2, -1])) for _ in range(rng.choice([2, 2 * n, 2 * n, 2 * n, 3])))
    value = rng.choice(["", ", mode='reflect'", ", mode='replicate'", ", mode='circular'", ", value=1.0"])
    r = rng.choice([1, 2, 3])
    return rng.choice([
        f"F.interpolate({x}, {size}, mode='{mode}'{corners})",
        f"nn.Upsample({size}, mode='{mode}'{corners})({x})",
        f"F.pad({x}, ({amounts}){value})",
        f"nn.ReflectionPad2d({rng.choice([1, 2])})({image(rng, 2)})",
        f"nn.ZeroPad2d(({amounts}) if {n} == 2 else 1)({image(rng, 2)})",
        f"nn.PixelShuffle({r})({image(rng, 2, 2 * r * r)})",
        f"nn.PixelUnshuffle({r})(torch.zeros(1, 2, {4 * r}, {rng.choice([2, 3]) * r}))",
        f"nn.ChannelShuffle({rng.choice([1, 2, 3])})({image(rng, 2, 6)})",
        f"F.unfold({image(rng, 2)}, {number(rng, 2, [1, 2, 3])}, {number(rng, 2, [1, 2])}, {number(rng, 2, [0, 1])}, {number(rng, 2, [1, 2])})",
        f"nn.Fold((4, 5), (2, 3), stride={rng.choice([1, 2])})(torch.zeros(2, 12, {rng.choice([9, 9, 4, 2])}))",
        f"nn.Flatten({rng.choice([0, 1, 2])}, {rng.choice([-1, -1, -2])})({x})",
    ])


def normalization(rng):
    c = rng.choice([2, 4])
    n = rng.choice([1, 2, 2, 3])
    x = image(rng, n, c)
    training = rng.choice(["", "", ".eval()"])
    track = rng.choice(["True", "False"])
    return rng.choice([
        f"nn.BatchNorm{n}d({c}, track_running_stats={track}){training}({x})",
        f"nn.InstanceNorm{n}d({c}, affine={track}){training}({x})",
        f"nn.GroupNorm({rng.choice([1, 2])}, {c}){training}({x})",
        f"nn.LayerNorm({rng.choice([c, '[4, 3]', '(3,)'])})(torch.zeros(2, {rng.choice([4, 3])}, {rng.choice([3, 4])}))",
        f"nn.RMSNorm({rng.choice([3, 4])})(torch.zeros(2, {rng.choice([3, 4])}))",
        f"F.normalize({x}, dim=-1)",
        f"nn.LocalResponseNorm(2)({x})",
    ])


def others(rng):
    x = image(rng, rng.choice([1, 2]))
    name = rng.choice(["ReLU", "SiLU", "GELU", "Hardswish", "Sigmoid", "Tanh", "Mish", "ELU", "Softplus", "LogSigmoid", "Softsign", "Identity", "Dropout", "Tanhshrink", "Softmax2d" if "2, 2" in x else "SELU"])
    function = rng.choice(["relu", "silu", "gelu", "sigmoid", "hardtanh", "leaky_relu", "softsign", "dropout"])
    width = rng.choice([3, 4, 4])
    return rng.choice([
        f"nn.{name}()({x})" if name != "Softmax2d" else f"nn.ReLU()({x})",
        f"F.{function}({x})",
        f"F.softmax({x}, dim=-1)",
        f"F.glu(torch.zeros(2, {rng.choice([4, 6, 3])}), dim=-1)",
        f"nn.Linear(4, 5, bias={rng.choice(['True', 'False'])})(torch.zeros({rng.choice(['', '2, ', '2, 3, '])}{width}{dtype(rng)}))",
        f"nn.Bilinear(2, 3, 4)(torch.zeros(5, 2), torch.zeros(5, 3))",
        f"nn.Embedding(5, {width})(torch.zeros({rng.choice(['2', '2, 3'])}, dtype=torch.int64))",
        f"nn.PReLU()({x})",
        f"F.scaled_dot_product_attention(torch.zeros(2, 3, {width}), torch.zeros(2, 5, {width}), torch.zeros(2, 5, 6))",
        f"nn.LSTM({width}, 5, num_layers={rng.choice([1, 2])}, bidirectional={rng.choice(['True', 'False'])}, batch_first={rng.choice(['True', 'False'])}, proj_size={rng.choice([0, 2])})(torch.zeros(2, {rng.choice(['', '3, '])}4))",
        f"nn.GRU(4, 5, bidirectional={rng.choice(['True', 'False'])})(torch.zeros(2, 3, {width}))",
        f"nn.LSTMCell(4, 5)(torch.zeros({rng.choice(['', '2, '])}{width}))",
        f"nn.GRUCell(4, 5)(torch.zeros(2, {width}))",
        f"nn.MultiheadAttention(4, 2)(torch.zeros(3, 2, {width}), torch.zeros(3, 2, {width}), torch.zeros(3, 2, {width}), need_weights=False)",
        f"nn.TransformerEncoderLayer(4, 2, 8)(torch.zeros(3, 2, 4))",
        f"nn.Sequential(nn.Conv2d(3, 4, 3, 2, 1), nn.BatchNorm2d(4), nn.ReLU(), nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear({width}, 2))(torch.zeros(2, 3, 9, 9))",
        f"F.cosine_similarity(torch.zeros(2, {width}, 3), torch.zeros(2, {width}, 3), dim={rng.choice([1, -1])})",
        f"F.pairwise_distance(torch.zeros(2, {width}), torch.zeros(2, 4), keepdim={rng.choice(['True', 'False'])})",
        f"F.one_hot(torch.zeros(2, 3, dtype=torch.int64), {width})",
        f"F.grid_sample(torch.zeros(1, 2, 5, 5), torch.zeros(1, 3, {width}, 2))",
        f"nn.MaxUnpool2d(2)(torch.zeros(1, 1, 2, 2), torch.zeros(1, 1, 2, 2, dtype=torch.int64))",
    ])


FAMILIES = [convolution, convolution, transposed, pooling, pooling, resizing, resizing, normalization, others]


if __name__ == "__main__":
    main()
