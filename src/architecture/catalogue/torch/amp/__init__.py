"""Mixed precision changes no parameter."""

from _graftlens import unknown


class autocast:
    """A context manager and a decorator, also with arguments."""

    def __init__(self, device_type="cuda", dtype=None, enabled=True, cache_enabled=None):
        self.enabled = enabled

    def __enter__(self):
        return self

    def __exit__(self, *exception):
        return False

    def __call__(self, function):
        return function


def _decorator(function=None, **kwargs):
    return _same if function is None else function


def _same(function):
    return function


custom_fwd = _decorator
custom_bwd = _decorator


def __getattr__(name):
    return unknown(f"torch.amp.{name}")
