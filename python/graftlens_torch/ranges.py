"""Tensors from byte ranges of files, which the editor's own reader found without running the pickle."""

import collections
import mmap
import sys

import torch

from .failures import Failure
from .importing import torch_version

# `torch.frombuffer` came with 1.10; storages of older versions copy from a buffer.
HAS_FROMBUFFER = torch_version(torch) >= (1, 10)


def state_dict_of_ranges(request):
    """`(state_dict with _metadata, keys whose values could not be read)`."""
    files = {}
    state = collections.OrderedDict()
    unread = []
    for entry in request["entries"]:
        key = entry["key"]
        if entry["dtype"] is None:
            # `_extra_state`: an object, which only a free unpickle could make.
            state[key] = None
            unread.append(key)
            continue
        dtype = getattr(torch, entry["dtype"], None)
        if not isinstance(dtype, torch.dtype):
            raise Failure("interpreter.noDtype", key, entry["dtype"], str(torch.__version__))
        tensor = read_tensor(entry, dtype, files, request["byteOrder"])
        if tensor is None:
            tensor = stand_in(entry, dtype)
            unread.append(key)
        state[key] = tensor
    if request["metadata"] is not None:
        versions = ((path, {} if version is None else {"version": version}) for path, version in request["metadata"])
        state._metadata = collections.OrderedDict(versions)
    return state, unread


def read_tensor(entry, dtype, files, byte_order):
    """None where the file does not hold the values as they are in memory."""
    place = entry["range"]
    if place is None or (byte_order != sys.byteorder and element_size(dtype) > 1):
        return None
    shape, stride = entry["shape"], entry["stride"]
    if 0 in shape:
        return torch.empty(shape, dtype=dtype)
    count = 1 + sum((size - 1) * step for size, step in zip(shape, stride))
    length = count * element_size(dtype)
    content = mapped(place["file"], files)
    if place["offset"] + length > len(content):
        return None
    flat = flat_tensor(content, place["offset"], count, length, dtype)
    return flat.as_strided(shape, stride)


def flat_tensor(content, offset, count, length, dtype):
    if HAS_FROMBUFFER:
        if offset % element_size(dtype) == 0:
            return torch.frombuffer(content, dtype=dtype, count=count, offset=offset)
        # Legacy files put storages anywhere; memory that is not aligned is slow or forbidden.
        return torch.frombuffer(bytearray(content[offset : offset + length]), dtype=dtype)
    # What every version has: a copy of bytes, with the tensor's dtype for a view of the same memory.
    storage = torch.empty(0, dtype=dtype).storage()
    values = type(storage).from_buffer(content[offset : offset + length], byte_order=sys.byteorder)
    return torch.empty(0, dtype=dtype).set_(values)


def mapped(path, files):
    """The file's memory, private to this process, so that nothing can write to the checkpoint."""
    if path not in files:
        with open(path, "rb") as file:
            files[path] = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_COPY)
    return files[path]


def stand_in(entry, dtype):
    """A tensor of the shape and dtype without memory of that size."""
    return torch.zeros((), dtype=dtype).expand(entry["shape"] or ())


def element_size(dtype):
    return torch.empty(0, dtype=dtype).element_size()
