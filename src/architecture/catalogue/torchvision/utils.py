"""The two helpers that the blocks use."""

from collections.abc import Iterable


def _log_api_usage_once(obj):
    return None


def _make_ntuple(x, n):
    return tuple(x) if isinstance(x, Iterable) else (x,) * n
