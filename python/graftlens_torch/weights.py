"""The checkpoint's state_dict: as torch loads it where that is safe, else from byte ranges. Never a free unpickle."""

import collections.abc
import re

import torch

from .describing import dtype_name, shape_of
from .failures import message_of
from .importing import torch_version
from .ranges import state_dict_of_ranges

# `torch.load(weights_only=True)` before 2.10 runs code or corrupts memory for a crafted file (CVE-2025-32434,
# CVE-2026-24747): with those versions the ranges are used.
SAFE_WEIGHTS_ONLY = (2, 10)


class Weights:
    def __init__(self, state, source, refusal, unread):
        self.state = state
        #: `torch` or `ranges`.
        self.source = source
        #: What `torch.load(weights_only=True)` said, or None where it loaded or was not asked.
        self.refusal = refusal
        #: Keys whose values are not the file's: they only stand for its shape and dtype.
        self.unread = unread


def load_weights(request):
    refusal = None
    if request["format"] in ("torch-zip", "torch-legacy") and torch_version(torch) >= SAFE_WEIGHTS_ONLY:
        state, refusal = load_with_torch(request)
        if state is not None:
            return Weights(state, "torch", None, [])
    state, unread = state_dict_of_ranges(request)
    return Weights(state, "ranges", refusal, unread)


def load_with_torch(request):
    """`(state, None)`, or `(None, why not)`."""
    # Only a zip can be mapped into memory.
    mapped = {"mmap": True} if request["format"] == "torch-zip" else {}
    try:
        content = torch.load(request["file"], map_location="cpu", weights_only=True, **mapped)
    except Exception as error:
        return None, reason(error)
    for step in request["path"]:
        content = child(content, step)
        if content is None:
            # A place that only our reader has a name for; the file itself was not refused.
            return None, None
    if isinstance(content, torch.nn.Module):
        content = content.state_dict()
    return (content, None) if isinstance(content, collections.abc.Mapping) else (None, None)


def reason(error):
    """One line of why torch refuses: the sentence about the file, without the advice to load it unsafely."""
    text = re.sub(r"\x1b\[[0-9;]*m", "", message_of(error))
    # Each torch words it differently; the class or opcode is named in one of these places.
    said = re.search(r"WeightsUnpickler error: (.+)", text) or re.search(r"(Trying to load .+|Unsupported .+)", text)
    line = said.group(1) if said else text.strip().split("\n")[0]
    line = re.split(r" was not an allowed global|\. Please ", line)[0]
    return "%s: %s" % (type(error).__name__, line.strip()[:500])


def child(content, step):
    if isinstance(content, collections.abc.Mapping):
        return content.get(step)
    if isinstance(content, (list, tuple)) and isinstance(step, int):
        return content[step] if step < len(content) else None
    return None


def describe_weights(weights):
    entries = []
    for key, value in weights.state.items():
        if not isinstance(key, str):
            continue
        if isinstance(value, torch.Tensor):
            entries.append({"key": key, "shape": shape_of(value), "dtype": dtype_name(value.dtype)})
        else:
            entries.append({"key": key, "shape": None, "dtype": None})
    return {
        "source": weights.source,
        "refusal": weights.refusal,
        "entries": entries,
        "unread": weights.unread,
    }
