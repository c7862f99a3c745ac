"""Makes `import torch` give the stubs of the catalogue, on top of the shim of the native part."""

import importlib
import sys
import types
from pathlib import Path

import _graftlens

# What `import torch.nn` makes available; the analyser finds submodules when they are named.
SUBMODULES = ["attention", "functional", "init", "modules", "parallel", "parameter", "quantized", "utils.rnn", "utils.stateless"]
SUBMODULES += ["utils.parametrizations", "utils.parametrize"]

CATALOGUE = Path(__file__).resolve().parents[4] / "src" / "architecture" / "catalogue"


class _Context:
    """no_grad and its kin: a context manager, and a decorator that changes nothing."""

    def __init__(self, *args, **kwargs):
        pass

    def __enter__(self):
        return None

    def __exit__(self, *exception):
        return False

    def __call__(self, function):
        return function


def install():
    torch = types.ModuleType("torch")
    torch.__path__ = [str(CATALOGUE / "torch")]
    sys.modules["torch"] = torch
    torch.Tensor = _graftlens.Tensor
    torch.Size = _graftlens.Size
    torch.dtype = _graftlens.dtype
    torch.is_tensor = _graftlens.is_tensor
    for name, value in _graftlens.DTYPES.items():
        setattr(torch, name, value)
    torch.float, torch.double, torch.half, torch.long = torch.float32, torch.float64, torch.float16, torch.int64
    torch.int = torch.int32
    for name in ("empty", "zeros", "ones", "rand", "randn"):
        setattr(torch, name, lambda *shape, dtype=None, device=None, requires_grad=False: _graftlens.empty(*shape, dtype=dtype, requires_grad=requires_grad))
    torch.full = lambda shape, value, dtype=None: _graftlens.empty(shape, dtype=dtype)
    torch.tensor = lambda value, dtype=None: _graftlens.empty(_shape_of(value), dtype=dtype or _dtype_of(value))
    torch.no_grad = torch.enable_grad = torch.inference_mode = _Context
    torch.device = lambda *args: ("device", *args)
    torch.sigmoid = torch.tanh = lambda x: x
    for package in ("torchvision",):
        module = types.ModuleType(package)
        module.__path__ = [str(CATALOGUE / package)]
        sys.modules[package] = module
    for name in SUBMODULES:
        importlib.import_module(f"torch.nn.{name}")
    for name in ("quantization", "ao.quantization"):
        importlib.import_module(f"torch.{name}")


def _shape_of(value):
    if isinstance(value, (list, tuple)):
        return (len(value), *_shape_of(value[0])) if value else (0,)
    return ()


def _dtype_of(value):
    while isinstance(value, (list, tuple)) and value:
        value = value[0]
    if isinstance(value, bool):
        return _graftlens.DTYPES["bool"]
    return _graftlens.DTYPES["int64"] if isinstance(value, int) else None
