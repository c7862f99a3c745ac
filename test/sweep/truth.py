"""What real torch makes of every entry point of torchvision and timm.

    truth.py SITE list              one JSON line for each entry point
    truth.py SITE build < ENTRIES   one JSON line for each line of ENTRIES (with `args`), as soon as it is built

SITE is the folder with the libraries of requirements.txt. A built line has the numbers of elements of all
parameters and of all buffers, and the state_dict's (key, dtype, shape) in torch's order; a line of an entry
that raises has the exception's class and text. Nothing is downloaded: weights are replaced by none, which
changes values only.
"""

import importlib
import json
import sys
import warnings
from pathlib import Path

import torch

sys.path.insert(0, sys.argv[1])
warnings.simplefilter("ignore")

def loads_compiled_part():
    """Whether torchvision's compiled part fits this torch; a CPU build does not load that of PyPI's wheels."""
    libraries = [path for path in Path(sys.argv[1], "torchvision").glob("_C*") if path.suffix in (".so", ".pyd")]
    try:
        for library in libraries:
            torch.ops.load_library(library)
        return len(libraries) > 0
    except OSError:
        return False


# torchvision registers shapes for operators of its compiled part when it is imported. Only `forward` calls them.
if not loads_compiled_part():
    for name in ("nms", "qnms"):
        torch.library.define(f"torchvision::{name}", "(Tensor dets, Tensor scores, float iou_threshold) -> Tensor")

import timm.models  # noqa: E402
import torchvision.models  # noqa: E402
from torchvision.models._api import WeightsEnum  # noqa: E402


class NoWeights(dict):
    """Stands for a file of weights that is not downloaded."""


def without_downloads():
    load = torch.nn.Module.load_state_dict

    def load_state_dict(self, state_dict, *args, **kwargs):
        if not isinstance(state_dict, NoWeights):
            return load(self, state_dict, *args, **kwargs)

    torch.nn.Module.load_state_dict = load_state_dict
    WeightsEnum.get_state_dict = lambda self, *args, **kwargs: NoWeights()


def without_initialisation():
    """Values of parameters are not computed: pages that nobody writes take no memory."""
    for name, function in vars(torch.nn.init).items():
        if name.endswith("_") and not name.startswith("_") and callable(function):
            setattr(torch.nn.init, name, lambda tensor, *args, **kwargs: tensor)
    for name in ("normal_", "uniform_", "trunc_normal_", "random_"):
        if hasattr(torch.Tensor, name):
            setattr(torch.Tensor, name, lambda self, *args, **kwargs: self)


def entries():
    libraries = (
        ("torchvision", torchvision.models.list_models(), torchvision.models.get_model_builder),
        ("timm", timm.list_models(), timm.models.model_entrypoint),
    )
    for library, names, find in libraries:
        for name in names:
            function = find(name)
            module = sys.modules[function.__module__]
            if getattr(module, function.__name__) is not function:
                raise SystemExit(f"{name} is not found as {module.__name__}.{function.__name__}")
            yield {
                "library": library,
                "name": name,
                "module": module.__name__,
                "file": module.__file__,
                "entry": function.__name__,
            }


def describe(model):
    return {
        "parameters": sum(parameter.numel() for parameter in model.parameters()),
        "buffers": sum(buffer.numel() for buffer in model.buffers()),
        "stateDict": [
            [key, str(tensor.dtype).removeprefix("torch."), list(tensor.shape)]
            if isinstance(tensor, torch.Tensor)
            else [key, None, None]
            for key, tensor in model.state_dict().items()
        ],
    }


def build(entry):
    function = getattr(importlib.import_module(entry["module"]), entry["entry"])
    call = f"function({entry['args']})"
    try:
        with torch.device("meta"):
            return {"device": "meta", **describe(eval(call))}
    except Exception:
        # Code that reads values of tensors cannot run on meta: what it raises there says nothing.
        try:
            return {"device": "cpu", **describe(eval(call))}
        except Exception as error:
            return {"raises": type(error).__name__, "message": str(error)[:500]}


without_downloads()
without_initialisation()
if sys.argv[2] == "list":
    for entry in entries():
        print(json.dumps(entry))
else:
    for line in sys.stdin:
        entry = json.loads(line)
        named = {key: entry[key] for key in ("library", "name", "args")}
        print(json.dumps({**named, **build(entry)}), flush=True)
