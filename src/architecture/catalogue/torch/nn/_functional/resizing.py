"""Padding, resampling, and moving values between channels and space."""

import math
from collections.abc import Iterable

from .result import shaped, split_spatial, spread

_DIMENSIONS = {"linear": 1, "bilinear": 2, "bicubic": 2, "trilinear": 3}


def pad(input, pad, mode="constant", value=None):
    """`pad` holds two numbers for each dimension, beginning with the last."""
    pad = tuple(pad)
    shape = list(input.shape)
    if len(pad) % 2 != 0 or len(pad) > 2 * len(shape):
        raise RuntimeError(f"cannot pad {len(shape)} dimensions with {len(pad)} numbers")
    if mode != "constant" and (len(pad) > 6 or len(pad) // 2 not in (len(shape) - 1, len(shape) - 2)):
        raise NotImplementedError(f"only the last dimensions of a batch can be padded with mode {mode}")
    for i in range(len(pad) // 2):
        before, after = pad[2 * i], pad[2 * i + 1]
        size = shape[-1 - i]
        if mode == "reflect" and (before >= size or after >= size):
            raise RuntimeError("a reflection must be smaller than the input")
        if mode == "circular" and (before > size or after > size):
            raise RuntimeError("a circular padding may at most be as large as the input")
        if size + before + after < 0:
            raise RuntimeError("the padding leaves nothing of the input")
        shape[-1 - i] = size + before + after
    # torch asks only reflections and replications for a result; a circular one may be empty.
    if mode not in ("constant", "circular") and all([shape[-1 - i] < 1 for i in range(len(pad) // 2)]):
        raise RuntimeError("the padding leaves nothing of the input")
    return shaped(shape, input)


def interpolate(
    input,
    size=None,
    scale_factor=None,
    mode="nearest",
    align_corners=None,
    recompute_scale_factor=None,
    antialias=False,
):
    if mode in ("nearest", "area", "nearest-exact"):
        if align_corners is not None:
            raise ValueError(f"align_corners option cannot be set with mode {mode}")
    n = input.dim() - 2
    if size is not None and scale_factor is not None:
        raise ValueError("only one of size or scale_factor should be defined")
    if size is not None:
        spatial = _per_dimension(size, n)
    elif scale_factor is not None:
        factors = _per_dimension(scale_factor, n)
        spatial = [_scaled(input.shape[2 + axis], factors[axis]) for axis in range(n)]
    else:
        raise ValueError("either size or scale_factor should be defined")
    if n not in (1, 2, 3) or _DIMENSIONS.get(mode, n) != n or mode not in _MODES:
        raise NotImplementedError(f"cannot resample {input.dim()} dimensions with mode {mode}")
    for extent in spatial:
        if extent <= 0 and mode != "area":
            raise RuntimeError("input and output sizes should be greater than 0")
    return shaped((*input.shape[:2], *spatial), input)


_MODES = ("nearest", "nearest-exact", "area", "linear", "bilinear", "bicubic", "trilinear")


def _per_dimension(value, n):
    if not isinstance(value, Iterable):
        return (value,) * n
    values = tuple(value)
    if len(values) != n:
        raise ValueError(f"expected {n} numbers for the spatial dimensions, got {len(values)}")
    return values


def _scaled(size, factor):
    """The floor of the product; a whole factor needs no floating point."""
    if factor == int(factor):
        return size * int(factor)
    return math.floor(float(size) * factor)


def upsample(input, size=None, scale_factor=None, mode="nearest", align_corners=None):
    return interpolate(input, size, scale_factor, mode, align_corners)


def upsample_nearest(input, size=None, scale_factor=None):
    return interpolate(input, size, scale_factor, mode="nearest")


def upsample_bilinear(input, size=None, scale_factor=None):
    return interpolate(input, size, scale_factor, mode="bilinear", align_corners=True)


def pixel_shuffle(input, upscale_factor):
    r = upscale_factor
    if input.dim() < 3 or r <= 0 or input.shape[-3] % (r * r) != 0:
        raise RuntimeError(f"pixel_shuffle needs channels that are a multiple of {r * r}")
    lead = input.shape[:-3]
    channels, height, width = input.shape[-3:]
    return shaped((*lead, channels // (r * r), height * r, width * r), input)


def pixel_unshuffle(input, downscale_factor):
    r = downscale_factor
    if input.dim() < 3 or r <= 0 or input.shape[-2] % r != 0 or input.shape[-1] % r != 0:
        raise RuntimeError(f"pixel_unshuffle needs a height and width that are multiples of {r}")
    lead = input.shape[:-3]
    channels, height, width = input.shape[-3:]
    return shaped((*lead, channels * r * r, height // r, width // r), input)


def channel_shuffle(input, groups):
    if input.dim() < 3 or groups <= 0 or input.shape[1] % groups != 0:
        raise RuntimeError(f"channel_shuffle needs channels that are a multiple of {groups}")
    return shaped(input.shape, input)


native_channel_shuffle = channel_shuffle


def unfold(input, kernel_size, dilation=1, padding=0, stride=1):
    """Blocks as columns: `[n, channels * kernel, blocks]`."""
    lead, sizes = split_spatial(input, 2)
    blocks, area = _blocks(sizes, kernel_size, dilation, padding, stride)
    return shaped((*lead[:-1], lead[-1] * area, blocks), input)


def fold(input, output_size, kernel_size, dilation=1, padding=0, stride=1):
    """Columns back into an image of `output_size`."""
    if input.dim() not in (2, 3):
        raise RuntimeError(f"expected 2 or 3 dimensions, got {input.dim()}")
    sizes = spread(output_size, 2, "output_size", lone=False)
    blocks, area = _blocks(sizes, kernel_size, dilation, padding, stride)
    if input.shape[-1] != blocks or input.shape[-2] % area != 0:
        raise RuntimeError(f"expected columns of a multiple of {area} and {blocks} of them")
    return shaped((*input.shape[:-2], input.shape[-2] // area, *sizes), input)


def _blocks(sizes, kernel_size, dilation, padding, stride):
    """How many blocks there are, and how many values each has per channel."""
    kernel = spread(kernel_size, 2, "kernel_size", lone=False)
    dilation = spread(dilation, 2, "dilation", lone=False)
    padding = spread(padding, 2, "padding", lone=False)
    stride = spread(stride, 2, "stride", lone=False)
    count = 1
    for axis in range(2):
        room = sizes[axis] + 2 * padding[axis] - dilation[axis] * (kernel[axis] - 1) - 1
        if room < 0:
            raise RuntimeError("the blocks are larger than the padded image")
        count *= room // stride[axis] + 1
    return count, kernel[0] * kernel[1]


def grid_sample(input, grid, mode="bilinear", padding_mode="zeros", align_corners=None):
    return shaped((*input.shape[:2], *grid.shape[1:-1]), input)


def affine_grid(theta, size, align_corners=None):
    return shaped((size[0], *size[2:], len(size) - 2), theta)
