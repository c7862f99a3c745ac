"""What is compared: a model as plain data. Runs over real torch and over the stubs alike."""

import contextlib
import io
import traceback

PRELUDE = """
import copy
import math
from collections import OrderedDict
from functools import partial
import numpy as np
import torch
import torch.nn as nn
import torch.nn.functional as F
from torch.nn.utils import parametrize, parametrizations
""".strip()


def run(program):
    """Executes a program that leaves its result in `model`; a dict of what it is, or of what was raised."""
    namespace = {"__name__": "case"}
    try:
        with contextlib.redirect_stdout(io.StringIO()):
            exec(compile(PRELUDE + "\n" + program, "<case>", "exec"), namespace)
            return describe(namespace["model"])
    except Exception as error:
        return {"raises": type(error).__name__, "text": str(error)[:200], "trace": traceback.format_exc()[-600:]}


def describe(model):
    """state: [key, dtype, shape, "parameter" or "buffer", requires_grad] in the order of state_dict()."""
    parameters = {name for name, _ in model.named_parameters(remove_duplicate=False)}
    state = []
    for key, value in model.state_dict(keep_vars=True).items():
        if hasattr(value, "requires_grad"):
            kind = "parameter" if key in parameters else "buffer"
            state.append([key, *_kind_of_tensor(value), kind, bool(value.requires_grad)])
        else:
            state.append([key, "extra"])
    kept = {entry[0] for entry in state}
    return {
        "state": state,
        "not_persistent": [
            [name, *_kind_of_tensor(buffer)]
            for name, buffer in model.named_buffers(remove_duplicate=False)
            if name not in kept
        ],
        "parameters": sum(p.numel() for p in model.parameters()) if not _is_lazy(model) else None,
        "mro": [c.__name__ for c in type(model).__mro__ if c.__module__ != "typing"],
        "modules": [
            [name, type(module).__name__, list(module._modules), none_names(module), attributes(module)]
            for name, module in model.named_modules(remove_duplicate=False)
        ],
        "extra": getattr(model, "_compared", None),
    }


def _kind_of_tensor(tensor):
    if "Uninitialized" in type(tensor).__name__:
        return str(tensor.dtype)[6:], None
    return str(tensor.dtype)[6:], list(tensor.shape)


def _is_lazy(model):
    return any("Uninitialized" in type(p).__name__ for p in model.parameters())


def none_names(module):
    return [name for name in [*module._parameters, *module._buffers] if getattr(module, name, 0) is None]


def attributes(module):
    """The public attributes that are plain values, with their text."""
    return {
        name: repr(value)
        for name, value in sorted(vars(module).items())
        if not name.startswith("_") and _is_plain(value)
    }


def _is_plain(value):
    if isinstance(value, (list, tuple)):
        return all(_is_plain(v) for v in value)
    return value is None or isinstance(value, (bool, int, float, str))
