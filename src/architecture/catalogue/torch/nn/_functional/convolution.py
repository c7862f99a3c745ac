"""Convolutions and linear maps."""

from _graftlens import unknown

from .result import check_same_dtype, shaped, split_spatial, spread


def conv1d(input, weight, bias=None, stride=1, padding=0, dilation=1, groups=1):
    return _convolved(input, weight, stride, padding, dilation, groups, 1)


def conv2d(input, weight, bias=None, stride=1, padding=0, dilation=1, groups=1):
    return _convolved(input, weight, stride, padding, dilation, groups, 2)


def conv3d(input, weight, bias=None, stride=1, padding=0, dilation=1, groups=1):
    return _convolved(input, weight, stride, padding, dilation, groups, 3)


def _convolved(input, weight, stride, padding, dilation, groups, n):
    lead, sizes = _channels_and_space(input, weight, n)
    if lead[-1] != weight.shape[1] * groups:
        raise RuntimeError(f"expected input to have {weight.shape[1] * groups} channels, but got {lead[-1]}")
    stride = spread(stride, n, "stride")
    dilation = spread(dilation, n, "dilation")
    kernel = tuple(weight.shape[2:])
    if isinstance(padding, str):
        if padding == "same":
            if any([s != 1 for s in stride]):
                raise RuntimeError("padding='same' is not supported for strided convolutions")
            return shaped((*lead[:-1], weight.shape[0], *sizes), input)
        padding = 0
    padding = spread(padding, n, "padding")
    spatial = []
    for axis in range(n):
        room = sizes[axis] + 2 * padding[axis] - dilation[axis] * (kernel[axis] - 1) - 1
        if room < 0:
            raise RuntimeError(f"the kernel is larger than the padded input in dimension {axis}")
        spatial.append(room // stride[axis] + 1)
    return shaped((*lead[:-1], weight.shape[0], *spatial), input)


def _channels_and_space(input, weight, n):
    if weight.dim() != n + 2:
        raise RuntimeError(f"a weight of {weight.dim()} dimensions for a convolution over {n}")
    check_same_dtype(input, weight)
    return split_spatial(input, n)


def conv_transpose1d(input, weight, bias=None, stride=1, padding=0, output_padding=0, groups=1, dilation=1):
    return _transposed(input, weight, stride, padding, output_padding, groups, dilation, 1)


def conv_transpose2d(input, weight, bias=None, stride=1, padding=0, output_padding=0, groups=1, dilation=1):
    return _transposed(input, weight, stride, padding, output_padding, groups, dilation, 2)


def conv_transpose3d(input, weight, bias=None, stride=1, padding=0, output_padding=0, groups=1, dilation=1):
    return _transposed(input, weight, stride, padding, output_padding, groups, dilation, 3)


def _transposed(input, weight, stride, padding, output_padding, groups, dilation, n):
    lead, sizes = _channels_and_space(input, weight, n)
    if lead[-1] != weight.shape[0]:
        raise RuntimeError(f"expected input to have {weight.shape[0]} channels, but got {lead[-1]}")
    stride = spread(stride, n, "stride")
    padding = spread(padding, n, "padding")
    dilation = spread(dilation, n, "dilation")
    output_padding = spread(output_padding, n, "output_padding")
    for axis in range(n):
        if output_padding[axis] >= stride[axis] and output_padding[axis] >= dilation[axis]:
            raise RuntimeError("output padding must be smaller than either stride or dilation")
    spatial = []
    for axis in range(n):
        reach = dilation[axis] * (weight.shape[2 + axis] - 1)
        size = (sizes[axis] - 1) * stride[axis] - 2 * padding[axis] + reach + output_padding[axis] + 1
        if size < 0:
            raise RuntimeError(f"the output of a transposed convolution would have size {size}")
        if size == 0:
            return unknown("an empty transposed convolution, which only some kernels accept")
        spatial.append(size)
    return shaped((*lead[:-1], weight.shape[1] * groups, *spatial), input)


def linear(input, weight, bias=None):
    check_same_dtype(input, weight)
    if input.shape[-1] != weight.shape[1]:
        raise RuntimeError(f"the last dimension is {input.shape[-1]}, the weight takes {weight.shape[1]}")
    return shaped((*input.shape[:-1], weight.shape[0]), input)


def bilinear(input1, input2, weight, bias=None):
    return shaped((*input1.shape[:-1], weight.shape[0]), input1)
