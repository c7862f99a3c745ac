"""Functions whose output is as large as their input."""

from _graftlens import unknown

from .result import check_same_dtype, of_floats, of_numbers, same, shaped


def relu(input, inplace=False):
    return of_numbers(input, inplace)


def relu6(input, inplace=False):
    return of_numbers(input, inplace)


def elu(input, alpha=1.0, inplace=False):
    return of_floats(input, inplace)


def selu(input, inplace=False):
    return of_floats(input, inplace)


def celu(input, alpha=1.0, inplace=False):
    return of_floats(input, inplace)


def leaky_relu(input, negative_slope=0.01, inplace=False):
    return of_floats(input, inplace)


def prelu(input, weight):
    check_same_dtype(input, weight)
    return same(input)


def rrelu(input, lower=1.0 / 8, upper=1.0 / 3, training=False, inplace=False):
    return of_floats(input, inplace)


def hardtanh(input, min_val=-1.0, max_val=1.0, inplace=False):
    return of_numbers(input, inplace)


def hardswish(input, inplace=False):
    return of_floats(input, inplace)


def hardsigmoid(input, inplace=False):
    return of_floats(input, inplace)


def silu(input, inplace=False):
    return of_floats(input, inplace)


def mish(input, inplace=False):
    return of_floats(input, inplace)


def threshold(input, threshold, value, inplace=False):
    return of_numbers(input, inplace)


def gelu(input, *, approximate="none"):
    if approximate not in ("none", "tanh"):
        raise RuntimeError("approximate is none or tanh")
    return of_floats(input)


def sigmoid(input):
    return of_floats(input)


def tanh(input):
    return of_floats(input)


def logsigmoid(input):
    return of_floats(input)


def softplus(input, beta=1, threshold=20):
    if not isinstance(beta, (int, float)) or not isinstance(threshold, (int, float)):
        raise TypeError("beta and threshold must be numbers")
    return of_floats(input)


def softsign(input):
    return of_floats(input)


def tanhshrink(input):
    return of_floats(input)


def hardshrink(input, lambd=0.5):
    return of_floats(input)


def softshrink(input, lambd=0.5):
    return of_floats(input)


def _normalised(input, dim, dtype):
    if dim is not None:
        if not isinstance(dim, int):
            raise TypeError("dim must be an integer")
        rank = max(input.dim(), 1)
        if not -rank <= dim < rank:
            raise IndexError(f"{dim} is no dimension of {rank}")
    return same(input, dtype) if dtype is not None else of_floats(input)


def softmax(input, dim=None, _stacklevel=3, dtype=None):
    return _normalised(input, dim, dtype)


def softmin(input, dim=None, _stacklevel=3, dtype=None):
    return _normalised(input, dim, dtype)


def log_softmax(input, dim=None, _stacklevel=3, dtype=None):
    return _normalised(input, dim, dtype)


def gumbel_softmax(logits, tau=1, hard=False, eps=1e-10, dim=-1):
    return of_floats(logits)


def normalize(input, p=2.0, dim=1, eps=1e-12, out=None):
    if not isinstance(p, (int, float)) or not isinstance(eps, (int, float)) or not isinstance(dim, int):
        return unknown("a norm of another kind")
    # No number is the greatest of none.
    if p == float("inf") and input.numel() == 0:
        return unknown("a norm of nothing")
    if not input.is_floating_point():
        return unknown("a norm of what are no floats")
    return _normalised(input, dim, None)


def relu_(input):
    return input


def elu_(input, alpha=1.0):
    return input


def selu_(input):
    return input


def celu_(input, alpha=1.0):
    return input


def leaky_relu_(input, negative_slope=0.01):
    return input


def hardtanh_(input, min_val=-1.0, max_val=1.0):
    return input


def threshold_(input, threshold, value):
    return input


def rrelu_(input, lower=1.0 / 8, upper=1.0 / 3, training=False):
    return input


def glu(input, dim=-1):
    """Half as large in `dim`."""
    shape = list(input.shape)
    if shape[dim] % 2 != 0:
        raise RuntimeError(f"halving dimension must be even, but dimension {dim} is of size {shape[dim]}")
    shape[dim] = shape[dim] // 2
    return shaped(shape, input)


def dropout(input, p=0.5, training=True, inplace=False):
    return _dropped(input, p, inplace)


def dropout1d(input, p=0.5, training=True, inplace=False):
    return _dropped(input, p, inplace)


def dropout2d(input, p=0.5, training=True, inplace=False):
    return _dropped(input, p, inplace)


def dropout3d(input, p=0.5, training=True, inplace=False):
    return _dropped(input, p, inplace)


def alpha_dropout(input, p=0.5, training=False, inplace=False):
    return _dropped(input, p, inplace)


def feature_alpha_dropout(input, p=0.5, training=False, inplace=False):
    return _dropped(input, p, inplace)


def _dropped(input, p, inplace):
    if p < 0.0 or p > 1.0:
        raise ValueError(f"dropout probability has to be between 0 and 1, but got {p}")
    return of_numbers(input, inplace)
