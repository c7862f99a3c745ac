"""The modules' own names of the same things."""

from _graftlens import unknown

from . import Function

InplaceFunction = Function


def once_differentiable(fn):
    return fn


def __getattr__(name):
    return unknown(f"torch.autograd.function.{name}")
