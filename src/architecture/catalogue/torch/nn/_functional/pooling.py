"""Pooling: windows of a given size, and outputs of a given size."""

from _graftlens import empty, int64

from .result import shaped, split_spatial, spread


def max_pool1d(input, kernel_size, stride=None, padding=0, dilation=1, ceil_mode=False, return_indices=False):
    return _maximum(input, kernel_size, stride, padding, dilation, ceil_mode, return_indices, 1)


def max_pool2d(input, kernel_size, stride=None, padding=0, dilation=1, ceil_mode=False, return_indices=False):
    return _maximum(input, kernel_size, stride, padding, dilation, ceil_mode, return_indices, 2)


def max_pool3d(input, kernel_size, stride=None, padding=0, dilation=1, ceil_mode=False, return_indices=False):
    return _maximum(input, kernel_size, stride, padding, dilation, ceil_mode, return_indices, 3)


def _maximum(input, kernel_size, stride, padding, dilation, ceil_mode, return_indices, n):
    return _with_indices(_pooled(input, kernel_size, stride, padding, dilation, ceil_mode, n), return_indices)


def _with_indices(output, return_indices):
    return (output, empty(output.shape, dtype=int64)) if return_indices else output


def avg_pool1d(input, kernel_size, stride=None, padding=0, ceil_mode=False, count_include_pad=True):
    return _pooled(input, kernel_size, stride, padding, 1, ceil_mode, 1)


def avg_pool2d(
    input, kernel_size, stride=None, padding=0, ceil_mode=False, count_include_pad=True, divisor_override=None
):
    return _pooled(input, kernel_size, stride, padding, 1, ceil_mode, 2)


def avg_pool3d(
    input, kernel_size, stride=None, padding=0, ceil_mode=False, count_include_pad=True, divisor_override=None
):
    kernel = spread(kernel_size, 3, "kernel_size")
    for axis in range(3):
        if input.dim() in (4, 5) and input.shape[axis - 3] < kernel[axis]:
            raise RuntimeError(f"the input is smaller than the kernel {kernel}")
    return _pooled(input, kernel, stride, padding, 1, ceil_mode, 3)


def lp_pool1d(input, norm_type, kernel_size, stride=None, ceil_mode=False):
    return _pooled(input, kernel_size, stride, 0, 1, ceil_mode, 1)


def lp_pool2d(input, norm_type, kernel_size, stride=None, ceil_mode=False):
    return _pooled(input, kernel_size, stride, 0, 1, ceil_mode, 2)


def lp_pool3d(input, norm_type, kernel_size, stride=None, ceil_mode=False):
    return _pooled(input, kernel_size, stride, 0, 1, ceil_mode, 3)


def _pooled(input, kernel_size, stride, padding, dilation, ceil_mode, n):
    lead, sizes = split_spatial(input, n)
    kernel = spread(kernel_size, n, "kernel_size")
    stride = kernel if stride is None else spread(stride, n, "stride")
    padding = spread(padding, n, "padding")
    dilation = spread(dilation, n, "dilation")
    spatial = []
    for axis in range(n):
        k, s, p, d = kernel[axis], stride[axis], padding[axis], dilation[axis]
        if k <= 0 or s <= 0 or d <= 0:
            raise RuntimeError("kernel size, stride and dilation of a pool must be greater than zero")
        if p < 0 or p * 2 > k:
            raise RuntimeError("the padding of a pool must be at most half of its kernel")
        room = sizes[axis] + 2 * p - d * (k - 1) - 1
        if ceil_mode:
            size = -(-room // s) + 1
            if (size - 1) * s >= sizes[axis] + p:
                size -= 1
        else:
            size = room // s + 1
        if size < 1:
            raise RuntimeError(f"the output of the pool would have size {size}")
        spatial.append(size)
    return shaped((*lead, *spatial), input)


def adaptive_max_pool1d(input, output_size, return_indices=False):
    return _with_indices(_adapted(input, output_size, 1), return_indices)


def adaptive_max_pool2d(input, output_size, return_indices=False):
    return _with_indices(_adapted(input, output_size, 2), return_indices)


def adaptive_max_pool3d(input, output_size, return_indices=False):
    return _with_indices(_adapted(input, output_size, 3), return_indices)


def adaptive_avg_pool1d(input, output_size):
    return _adapted(input, output_size, 1)


def adaptive_avg_pool2d(input, output_size):
    return _adapted(input, output_size, 2, averaged=True)


def adaptive_avg_pool3d(input, output_size):
    return _adapted(input, output_size, 3, averaged=True)


def _adapted(input, output_size, n, averaged=False):
    """None keeps the size of a dimension (not in one dimension). An average to 1 takes any number of dimensions."""
    if output_size is None or (n == 1 and isinstance(output_size, (tuple, list)) and None in output_size):
        raise TypeError("the output size is a number, or one number or None for each dimension")
    if n > 1 and isinstance(output_size, (tuple, list)) and input.dim() <= len(output_size):
        raise ValueError(f"Input dimension should be at least {len(output_size) + 1}")
    wanted = spread(output_size, n, "output_size", lone=False)
    if input.dim() >= n:
        wanted = tuple([input.shape[axis - n] if wanted[axis] is None else wanted[axis] for axis in range(n)])
    if averaged and input.dim() >= n and all([size == 1 for size in wanted]):
        return shaped((*input.shape[:-n], *wanted), input)
    return shaped((*split_spatial(input, n)[0], *wanted), input)


def max_unpool1d(input, indices, kernel_size, stride=None, padding=0, output_size=None):
    return _unpooled(input, kernel_size, stride, padding, output_size, 1)


def max_unpool2d(input, indices, kernel_size, stride=None, padding=0, output_size=None):
    return _unpooled(input, kernel_size, stride, padding, output_size, 2)


def max_unpool3d(input, indices, kernel_size, stride=None, padding=0, output_size=None):
    return _unpooled(input, kernel_size, stride, padding, output_size, 3)


def _unpooled(input, kernel_size, stride, padding, output_size, n):
    lead, sizes = split_spatial(input, n)
    if output_size is not None:
        return shaped((*lead, *tuple(output_size)[-n:]), input)
    kernel = spread(kernel_size, n, "kernel_size")
    stride = kernel if stride is None else spread(stride, n, "stride")
    padding = spread(padding, n, "padding")
    spatial = [(sizes[axis] - 1) * stride[axis] - 2 * padding[axis] + kernel[axis] for axis in range(n)]
    return shaped((*lead, *spatial), input)
