"""Random arrays, of which the shape and the dtype are known; random numbers are not."""

import torch
from numpy import _array, _sizes
from _graftlens import unknown


def _drawn(shape, kind=torch.float64):
    if shape is None or shape == ():
        return unknown("numpy.random")
    return _array(torch.empty(_sizes(shape), dtype=kind))


def rand(*shape):
    return _drawn(shape)


def randn(*shape):
    return _drawn(shape)


def random(size=None):
    return _drawn(size)


random_sample = random


def uniform(low=0.0, high=1.0, size=None):
    return _drawn(size)


def normal(loc=0.0, scale=1.0, size=None):
    return _drawn(size)


def standard_normal(size=None):
    return _drawn(size)


def randint(low, high=None, size=None, dtype=None):
    return unknown("numpy.random") if dtype is not None else _drawn(size, torch.int64)


def permutation(x):
    return _drawn(x, torch.int64) if isinstance(x, int) else unknown("numpy.random")


def seed(*args):
    return None
