"""What an operation gives back: a shape and a dtype."""

from collections.abc import Iterable

from _graftlens import bool, empty, unknown


def same(input, dtype=None):
    """A new tensor as large as `input`."""
    return empty(input.shape, dtype=input.dtype if dtype is None else dtype)


def of_floats(input, inplace=False):
    """As `same`, of a function that is for floats: of integers it gives floats, or is not there."""
    if not input.is_floating_point():
        return unknown("a function of floats, of integers")
    return input if inplace else same(input)


def of_numbers(input, inplace=False):
    """As `same`, of a function that truth values do not have."""
    if input.dtype == bool:
        return unknown("a function of numbers, of bool")
    return input if inplace else same(input)


def shaped(shape, input):
    """A new tensor of another shape, with the dtype of `input`."""
    return empty(tuple(shape), dtype=input.dtype)


def spread(value, n, name, lone=True):
    """One number for each of `n` dimensions: from one number, or a sequence of one (where allowed) or of `n`."""
    if not isinstance(value, Iterable):
        return (value,) * n
    values = tuple(value)
    if len(values) == 1 and lone:
        return values * n
    if len(values) != n:
        raise RuntimeError(f"{name} has {len(values)} numbers for {n} dimensions")
    return values


def split_spatial(input, n):
    """The leading sizes (batch, if there is one, and channels) and the `n` spatial ones."""
    if input.dim() not in (n + 1, n + 2):
        raise RuntimeError(f"expected {n + 1} or {n + 2} dimensions, got {input.dim()}")
    return tuple(input.shape[:-n]), tuple(input.shape[-n:])


def broadcast(a, b):
    """The common shape of two shapes."""
    longest = max(len(a), len(b))
    a = (1,) * (longest - len(a)) + tuple(a)
    b = (1,) * (longest - len(b)) + tuple(b)
    shape = []
    for x, y in zip(a, b):
        if x != y and x != 1 and y != 1:
            raise RuntimeError(f"sizes {x} and {y} do not match")
        shape.append(y if x == 1 else x)
    return tuple(shape)


def check_same_dtype(input, weight):
    if input.dtype != weight.dtype:
        raise RuntimeError(f"input is {input.dtype}, the weight is {weight.dtype}")
