"""Norms: the output is as large as the input; what does not fit raises."""

from _graftlens import bfloat16, float16

from .result import same


def batch_norm(
    input, running_mean, running_var, weight=None, bias=None, training=False, momentum=0.1, eps=1e-05
):
    if training:
        values = input.shape[0]
        for size in input.shape[2:]:
            values *= size
        if values == 1:
            raise ValueError(f"Expected more than 1 value per channel when training, got input size {input.shape}")
    _check_entries(input, (running_mean, running_var, weight, bias))
    return same(input)


def _check_entries(input, tensors):
    """Every given tensor has one entry per channel; only half precision may be mixed with another dtype."""
    for tensor in tensors:
        if tensor is not None:
            if tensor.numel() != input.shape[1]:
                raise RuntimeError(f"there are {input.shape[1]} channels for {tensor.numel()} entries")
            if input.dtype != tensor.dtype and input.dtype not in (float16, bfloat16):
                raise RuntimeError(f"input is {input.dtype}, the norm {tensor.dtype}")


def instance_norm(
    input,
    running_mean=None,
    running_var=None,
    weight=None,
    bias=None,
    use_input_stats=True,
    momentum=0.1,
    eps=1e-05,
):
    if use_input_stats:
        values = 1
        for size in input.shape[2:]:
            values *= size
        if values == 1:
            raise ValueError(f"Expected more than 1 spatial element when training, got input size {input.shape}")
    _check_entries(input, (running_mean, running_var, weight, bias))
    return same(input)


def layer_norm(input, normalized_shape, weight=None, bias=None, eps=1e-05):
    return _over_last(input, normalized_shape)


def rms_norm(input, normalized_shape, weight=None, eps=None):
    return _over_last(input, normalized_shape)


def _over_last(input, normalized_shape):
    wanted = tuple(normalized_shape)
    if len(wanted) == 0 or tuple(input.shape[-len(wanted) :]) != wanted:
        raise RuntimeError(f"expected an input that ends with {wanted}, got {input.shape}")
    return same(input)


def group_norm(input, num_groups, weight=None, bias=None, eps=1e-05):
    if input.dim() < 2:
        raise RuntimeError(f"Expected at least 2 dimensions for input tensor but received {input.dim()}")
    values = input.shape[0] * input.shape[1] // num_groups
    for size in input.shape[2:]:
        values *= size
    if values == 1:
        raise ValueError(f"Expected more than 1 value per channel when training, got input size {input.shape}")
    if input.shape[1] % num_groups != 0:
        raise RuntimeError(f"{input.shape[1]} channels cannot be divided into {num_groups} groups")
    _check_entries(input, (weight, bias))
    return same(input)


def local_response_norm(input, size, alpha=0.0001, beta=0.75, k=1.0):
    if input.dim() < 3:
        raise ValueError(f"Expected 3D or higher dimensionality input (got {input.dim()} dimensions)")
    return same(input)
