"""Shallow and deep copies."""

from _graftlens import copy_instance, deep_copy


def copy(value):
    if hasattr(type(value), "__copy__"):
        return value.__copy__()
    return copy_instance(value)


def deepcopy(value, memo=None):
    return deep_copy(value, {} if memo is None else memo)


class Error(Exception):
    pass
