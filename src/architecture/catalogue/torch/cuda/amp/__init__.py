"""The older names of torch.amp."""

from _graftlens import unknown
from torch.amp import _decorator
from torch.amp import autocast as _autocast

custom_fwd = _decorator
custom_bwd = _decorator


class autocast(_autocast):
    def __init__(self, enabled=True, dtype=None, cache_enabled=True):
        super().__init__("cuda", dtype, enabled)


def __getattr__(name):
    return unknown(f"torch.cuda.amp.{name}")
