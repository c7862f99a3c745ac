"""`torch.nn`: parameters and layers. Submodules (`functional`, `init`, `utils` …) are found when they are named."""

from .modules import *
from .parallel import DataParallel
from .parameter import Buffer, Parameter, UninitializedBuffer, UninitializedParameter


def factory_kwargs(kwargs):
    """The arguments for factory functions (`device`, `dtype`, `memory_format`) out of `**kwargs`."""
    if kwargs is None:
        return {}
    simple = ("device", "dtype", "memory_format")
    for key in kwargs:
        if key not in simple and key != "factory_kwargs":
            raise TypeError(f"unexpected kwargs {key}")
    result = dict(kwargs.get("factory_kwargs", {}))
    for key in simple:
        if key in kwargs:
            if key in result:
                raise TypeError(f"{key} specified twice, in **kwargs and in factory_kwargs")
            result[key] = kwargs[key]
    return result
