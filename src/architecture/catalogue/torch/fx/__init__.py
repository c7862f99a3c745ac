"""Graphs of modules are not followed; `wrap` only marks a function."""

from _graftlens import unknown


def wrap(fn_or_name):
    return fn_or_name


def __getattr__(name):
    return unknown(f"torch.fx.{name}")
