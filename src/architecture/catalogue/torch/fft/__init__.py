"""`torch.fft`: shapes and dtypes of the transforms; values are not computed."""

import torch
from _graftlens import empty, unknown

_COMPLEX = {torch.float16: torch.complex32, torch.float64: torch.complex128, torch.complex128: torch.complex128}
_REAL = {torch.complex32: torch.float16, torch.complex128: torch.float64, torch.float64: torch.float64, torch.float16: torch.float16}


def _complex(input):
    return _COMPLEX.get(input.dtype, torch.complex64)


def _real(input):
    return _REAL.get(input.dtype, torch.float32)


def _resized(input, sizes, dims, dtype, last=None):
    """`input` with the sizes along dims; `last` makes of the last one what the transform gives there."""
    if input.dtype in (torch.float16, torch.bfloat16):
        return unknown("a transform of short floats")
    shape = list(input.shape)
    if dims is None:
        dims = range(len(shape)) if sizes is None else range(-len(sizes), 0)
    dims = list(dims)
    for at, dim in enumerate(dims):
        if not -len(shape) <= dim < len(shape):
            raise IndexError("Dimension out of range")
        if sizes is not None and sizes[at] is not None and sizes[at] != -1:
            shape[dim] = sizes[at]
        if shape[dim] < 1:
            raise RuntimeError(f"Invalid number of data points ({shape[dim]}) specified")
    if last is not None:
        shape[dims[-1]] = last(shape[dims[-1]])
    return empty(tuple(shape), dtype=dtype)


def _half(n):
    return n // 2 + 1


def _needs_real(input):
    if input.is_complex():
        raise RuntimeError("expects a real input tensor")


def _one(n):
    return None if n is None else [n]


def fft(input, n=None, dim=-1, norm=None, *, out=None):
    return _resized(input, _one(n), [dim], _complex(input))


def ifft(input, n=None, dim=-1, norm=None, *, out=None):
    return _resized(input, _one(n), [dim], _complex(input))


def rfft(input, n=None, dim=-1, norm=None, *, out=None):
    _needs_real(input)
    return _resized(input, _one(n), [dim], _complex(input), _half)


def ihfft(input, n=None, dim=-1, norm=None, *, out=None):
    _needs_real(input)
    return _resized(input, _one(n), [dim], _complex(input), _half)


def irfft(input, n=None, dim=-1, norm=None, *, out=None):
    shape = list(input.shape)
    return _resized(input, [2 * (shape[dim] - 1) if n is None else n], [dim], _real(input))


def hfft(input, n=None, dim=-1, norm=None, *, out=None):
    return irfft(input, n, dim, norm)


def fftn(input, s=None, dim=None, norm=None, *, out=None):
    return _resized(input, s, dim, _complex(input))


def ifftn(input, s=None, dim=None, norm=None, *, out=None):
    return _resized(input, s, dim, _complex(input))


def rfftn(input, s=None, dim=None, norm=None, *, out=None):
    _needs_real(input)
    return _resized(input, s, dim, _complex(input), _half)


def irfftn(input, s=None, dim=None, norm=None, *, out=None):
    dims = list(range(input.dim()) if s is None else range(-len(s), 0)) if dim is None else list(dim)
    sizes = [None for _ in dims] if s is None else list(s)
    if sizes[-1] is None or sizes[-1] == -1:
        sizes[-1] = 2 * (input.shape[dims[-1]] - 1)
    return _resized(input, sizes, dims, _real(input))


def fft2(input, s=None, dim=(-2, -1), norm=None, *, out=None):
    return fftn(input, s, dim, norm)


def ifft2(input, s=None, dim=(-2, -1), norm=None, *, out=None):
    return ifftn(input, s, dim, norm)


def rfft2(input, s=None, dim=(-2, -1), norm=None, *, out=None):
    return rfftn(input, s, dim, norm)


def irfft2(input, s=None, dim=(-2, -1), norm=None, *, out=None):
    return irfftn(input, s, dim, norm)


def fftshift(input, dim=None):
    return empty(input.shape, dtype=input.dtype)


def ifftshift(input, dim=None):
    return empty(input.shape, dtype=input.dtype)


def fftfreq(n, d=1.0, *, out=None, dtype=None, layout=None, device=None, requires_grad=False):
    return empty((n,), dtype=dtype, requires_grad=requires_grad)


def rfftfreq(n, d=1.0, *, out=None, dtype=None, layout=None, device=None, requires_grad=False):
    return empty((_half(n),), dtype=dtype, requires_grad=requires_grad)
