"""`load_state_dict` as torch does it, with its lists also where it raises."""

import re
import warnings

import torch

from .describing import shape_of

SIZE_MISMATCH = re.compile(r"size mismatch for (.+?): copying a param with shape ")
SUMMARIES = ("Unexpected key(s) in state_dict", "Missing key(s) in state_dict")


def load(model, state):
    """Loads strictly and reports what torch found.

    torch returns its lists only when nothing differs; they are taken where it fills them, so that hooks and
    overridden `_load_from_state_dict` are in them.
    """
    lists = {}
    capture(model, lists)
    raised = None
    try:
        with warnings.catch_warnings():
            # What a copy into the meta device says for each key: nothing needs to be copied there.
            warnings.filterwarnings("ignore", message=".*copying from a non-meta parameter")
            model.load_state_dict(state, strict=True)
    except RuntimeError as error:
        if "errors" not in lists or not str(error).startswith("Error(s) in loading state_dict for"):
            raise
        raised = error
    finally:
        object.__delattr__(model, "_load_from_state_dict")
    errors = [text for text in lists.get("errors", []) if not text.lstrip().startswith(SUMMARIES)]
    own = model.state_dict()
    mismatched = []
    others = []
    for text in errors:
        match = SIZE_MISMATCH.match(text)
        if match is not None and match.group(1) in state:
            key = match.group(1)
            mismatched.append({"key": key, "model": shape_at(own, key), "checkpoint": shape_at(state, key)})
        else:
            others.append(text[:2000])
    return {
        "strict": raised is None,
        "missing": [key for key in lists.get("missing", [])],
        "unexpected": [str(key) for key in lists.get("unexpected", [])],
        "mismatched": mismatched,
        "errors": others,
    }


def capture(model, lists):
    """Keeps torch's lists as the root module gets them; all modules below fill the same ones."""
    original = model._load_from_state_dict

    def capturing(state, prefix, metadata, strict, missing, unexpected, errors):
        if prefix == "":
            lists.update(missing=missing, unexpected=unexpected, errors=errors)
        return original(state, prefix, metadata, strict, missing, unexpected, errors)

    # An attribute of the instance: the class is the user's.
    object.__setattr__(model, "_load_from_state_dict", capturing)


def shape_at(state, key):
    value = state.get(key)
    return shape_of(value) if isinstance(value, torch.Tensor) else None
