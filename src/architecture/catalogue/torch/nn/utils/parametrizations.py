"""The parametrisations that come with torch: weight norm, spectral norm, orthogonal."""

from enum import Enum

from _graftlens import Tensor, empty

from ..modules.conv import ConvTranspose1d, ConvTranspose2d, ConvTranspose3d
from ..modules.module import Module
from . import parametrize
from .spectral_norm import _matrix
from .weight_norm import shape_of_norm

__all__ = ["orthogonal", "spectral_norm", "weight_norm"]


class _OrthMaps(Enum):
    matrix_exp = 1
    cayley = 2
    householder = 3


class _Orthogonal(Module):
    def __init__(self, weight, orthogonal_map, *, use_trivialization=True):
        super().__init__()
        if weight.is_complex() and orthogonal_map == _OrthMaps.householder:
            raise ValueError("The householder parametrization does not support complex tensors.")
        self.shape = weight.shape
        self.orthogonal_map = orthogonal_map
        if use_trivialization:
            self.register_buffer("base", None)

    def forward(self, X):
        return empty(X.shape, dtype=X.dtype)

    def right_inverse(self, Q):
        """`base` is square: as wide as the longer side of the matrix."""
        if Q.shape != self.shape:
            raise ValueError(f"Expected a tensor of shape {self.shape}, got {Q.shape}")
        if not hasattr(self, "base"):
            if self.orthogonal_map != _OrthMaps.householder:
                raise NotImplementedError("only the householder map can be assigned without trivialization")
        else:
            side = max(Q.shape[-2], Q.shape[-1])
            self.base = empty((*Q.shape[:-2], side, side), dtype=Q.dtype)
        return empty(Q.shape, dtype=Q.dtype)


def orthogonal(module, name="weight", orthogonal_map=None, *, use_trivialization=True):
    weight = _weight_of(module, name)
    if weight.dim() < 2:
        raise ValueError(f"Expected a matrix or batch of matrices. Got a tensor of {weight.dim()} dimensions.")
    if orthogonal_map is None:
        square = weight.shape[-2] == weight.shape[-1]
        orthogonal_map = "matrix_exp" if square or weight.is_complex() else "householder"
    orth_enum = getattr(_OrthMaps, orthogonal_map, None)
    if orth_enum is None:
        raise ValueError(f"orthogonal_map has to be matrix_exp, cayley or householder. Got: {orthogonal_map}")
    orth = _Orthogonal(weight, orth_enum, use_trivialization=use_trivialization)
    parametrize.register_parametrization(module, name, orth, unsafe=True)
    return module


class _WeightNorm(Module):
    def __init__(self, dim=0):
        super().__init__()
        self.dim = -1 if dim is None else dim

    def forward(self, weight_g, weight_v):
        return empty(weight_v.shape, dtype=weight_v.dtype)

    def right_inverse(self, weight):
        return empty(shape_of_norm(weight, self.dim), dtype=weight.dtype), weight


def weight_norm(module, name="weight", dim=0):
    parametrize.register_parametrization(module, name, _WeightNorm(dim), unsafe=True)
    module._register_load_state_dict_pre_hook(_accept_old_names)
    return module


def _accept_old_names(*args):
    """`weight_g` and `weight_v` of an old file load into `original0` and `original1`."""


class _SpectralNorm(Module):
    def __init__(self, weight, n_power_iterations=1, dim=0, eps=1e-12):
        super().__init__()
        ndim = weight.dim()
        if dim >= ndim or dim < -ndim:
            raise IndexError(f"Dimension out of range [-{ndim}, {ndim - 1}]: {dim}")
        if n_power_iterations <= 0:
            raise ValueError(f"Expected n_power_iterations to be positive, but got {n_power_iterations}")
        self.dim = dim if dim >= 0 else dim + ndim
        self.eps = eps
        if ndim > 1:
            self.n_power_iterations = n_power_iterations
            height, width = _matrix(weight.shape, self.dim)
            self.register_buffer("_u", empty((height,), dtype=weight.dtype))
            self.register_buffer("_v", empty((width,), dtype=weight.dtype))

    def forward(self, weight):
        return empty(weight.shape, dtype=weight.dtype)

    def right_inverse(self, value):
        return value


def spectral_norm(module, name="weight", n_power_iterations=1, eps=1e-12, dim=None):
    weight = _weight_of(module, name)
    if dim is None:
        transposed = isinstance(module, (ConvTranspose1d, ConvTranspose2d, ConvTranspose3d))
        dim = 1 if transposed else 0
    parametrize.register_parametrization(module, name, _SpectralNorm(weight, n_power_iterations, dim, eps))
    return module


def _weight_of(module, name):
    weight = getattr(module, name, None)
    if not isinstance(weight, Tensor):
        raise ValueError(f"there is no parameter or buffer with name '{name}'")
    return weight
