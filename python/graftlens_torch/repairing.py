"""A repair to be tried: the tensors of a state_dict as another one, see `src/interpreter/request.ts`."""

import collections

import torch

from .loading import load


def try_repairs(model, state, repairs):
    """What `load_state_dict` says to each repair."""
    return [try_repair(model, state, repair) for repair in repairs]


def try_repair(model, state, repair):
    try:
        loaded = load(model, rearranged(state, repair))
    except Exception as error:
        # A hook of the user's that copes with the old names only: the repair is not proven.
        text = "%s: %s" % (type(error).__name__, str(error)[:500])
        loaded = {"strict": False, "missing": [], "unexpected": [], "mismatched": [], "errors": [text]}
    return dict(loaded, id=repair["id"])


def rearranged(state, repair):
    result = collections.OrderedDict()
    for entry in repair["entries"]:
        result[entry["key"]] = tensor_of(state, entry["from"])
    metadata = getattr(state, "_metadata", None)
    if metadata is not None:
        result._metadata = collections.OrderedDict(
            (path, metadata[old]) for path, old in repair["modules"] if old in metadata
        )
    return result


def tensor_of(state, origin):
    if origin["type"] == "join":
        return torch.cat([state[key] for key in origin["keys"]])
    tensor = state[origin["key"]]
    if origin["type"] == "slice":
        return tensor.narrow(0, origin["start"], origin["length"])
    return tensor
