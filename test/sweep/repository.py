"""What real torch makes of the classes of a folder of Python files.

    repository.py FOLDER list [FUNCTIONS]   one JSON line for each construction to try
    repository.py FOLDER build < ROWS       one JSON line for each line of ROWS, as soon as it is built

FOLDER is where imports start, and the working directory. Listed are the `nn.Module` classes that each file
defines, with no arguments where none are needed and otherwise with several guesses: both sides get the same, and
nonsense is welcome, since torch raises and the prediction must not be exact. With FUNCTIONS, a regular expression,
functions with such names as well. A file that cannot be imported is left out, with the reason on stderr.
"""

import ast
import contextlib
import importlib
import inspect
import io
import json
import os
import re
import resource
import signal
import sys
import warnings
from pathlib import Path

import torch

# An import may look for accelerators or for the network; a model may be larger than the machine.
SECONDS = 60
MEMORY = 10 << 30
# What a machine without network and GPU raises tells nothing of the model.
ENVIRONMENT = re.compile(
    r"URLError|HTTPError|ConnectionError|ConnectionResetError|LocalEntryNotFound|OfflineMode|ProxyError|Timeout"
    r"|ImportError|ModuleNotFoundError|MemoryError|PermissionError"
)
ENVIRONMENT_TEXT = re.compile(r"NVIDIA|CUDA|cuda|not compiled|can't allocate memory|DefaultCPUAllocator|NotImplementedError: Cannot copy")

folder = Path(sys.argv[1]).resolve()
os.chdir(folder)
sys.path.insert(0, str(folder))
warnings.simplefilter("ignore")
resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
answers = os.fdopen(os.dup(1), "w")
os.dup2(2, 1)
sys.argv = sys.argv[:1] + sys.argv[2:]
own_arguments = sys.argv[1:]
sys.argv = ["program"]


class TooLong(BaseException):
    pass


def too_long(*_):
    raise TooLong


signal.signal(signal.SIGALRM, too_long)
torch.set_num_threads(1)


@contextlib.contextmanager
def limited():
    signal.alarm(SECONDS)
    try:
        yield
    finally:
        signal.alarm(0)


def loads_compiled_part():
    """torchvision's compiled part is not there beside a torch for CPUs; its operators are only called."""
    for name in ("nms", "qnms", "roi_align", "deform_conv2d"):
        with contextlib.suppress(Exception):
            torch.library.define(f"torchvision::{name}", "(Tensor dets, Tensor scores, float iou_threshold) -> Tensor")


loads_compiled_part()


def without_initialisation():
    """Values of parameters are not computed: they change no name and no shape."""
    for name, function in vars(torch.nn.init).items():
        if name.endswith("_") and not name.startswith("_") and callable(function):
            setattr(torch.nn.init, name, lambda tensor, *args, **kwargs: tensor)


def guesses(function):
    """Texts of arguments for the parameters without default, the likeliest first."""
    try:
        parameters = list(inspect.signature(function).parameters.values())
    except (TypeError, ValueError):
        return []
    needed = [
        one
        for one in parameters
        if one.default is one.empty and one.kind not in (one.VAR_POSITIONAL, one.VAR_KEYWORD)
    ]
    if not needed:
        return [""]
    return list(dict.fromkeys(", ".join(one(parameter.name) for parameter in needed) for one in (likely, small, plain)))


def likely(name):
    for pattern, value in (
        (r"act|norm_layer", "nn.ReLU"),
        (r"kernel|^ks?$|^k_", "3"),
        (r"num_classes|^nc$|classes|vocab|tokens", "10"),
        (r"head", "4"),
        (r"stride|^s$|dilat|^d$|group|^g$|num_|^n_|depth|layers|blocks|repeat|expan|ratio|^e$|factor", "2"),
        (r"resolution|(img|image|input|fmap|window|feat\w*)_?size|^size$|^[hw]$|height|width", "32"),
        (r"drop|prob|eps|rate", "0.1"),
        (r"bias|use_|with_|is_", "True"),
        (r"channels_list|channels$|dims$|planes_list|^ch$", "[32, 64, 128]" if re.search(r"list|dims|^ch$", name) else "64"),
    ):
        if re.search(pattern, name.lower()):
            return value
    return "64"


def small(name):
    return "16" if re.search(r"chan|dim|plane|feature|^c|in|out|size", name.lower()) else "2"


def plain(_name):
    return "8"


def modules():
    for file in sorted(folder.rglob("*.py")):
        parts = list(file.relative_to(folder).with_suffix("").parts)
        if any(part.startswith(".") or not part.isidentifier() for part in parts) or parts[0] in ("setup", "tests", "test"):
            continue
        if parts[-1] == "__init__":
            parts.pop()
        elif parts[-1] == "__main__":
            continue
        if not parts:
            continue
        text = file.read_text(errors="replace")
        if "torch" not in text and "Module" not in text:
            continue
        try:
            names = [node.name for node in ast.parse(text).body if isinstance(node, (ast.ClassDef, ast.FunctionDef))]
        except SyntaxError:
            continue
        if names:
            yield ".".join(parts), names


def listed(functions):
    for name, defined in modules():
        try:
            with limited():
                module = importlib.import_module(name)
        except (Exception, SystemExit, TooLong) as error:
            print(f"not imported: {name}: {type(error).__name__}: {str(error)[:200]}", file=sys.stderr)
            continue
        for entry in dict.fromkeys(defined):
            value = getattr(module, entry, None)
            if inspect.isclass(value):
                if not issubclass(value, torch.nn.Module) or value.__module__ != name:
                    continue
                texts = guesses(value)
            elif inspect.isfunction(value) and functions is not None and functions.search(f"{name}:{entry}"):
                texts = guesses(value)
            else:
                continue
            for args in texts:
                yield {"module": name, "entry": entry, "args": args}


def describe(model):
    if not isinstance(model, torch.nn.Module):
        return {"raises": "NoModule", "message": type(model).__name__}
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


def made(row):
    module = importlib.import_module(row["module"])
    names = {**vars(module)}
    names.setdefault("nn", torch.nn)
    return describe(eval(f"{row['entry']}({row['args']})", names))


def build(row):
    for device in ("meta", "cpu"):
        try:
            with limited(), contextlib.redirect_stdout(io.StringIO()), torch.device(device):
                result = made(row)
                if "raises" not in result:
                    return {"device": device, **result}
        except (Exception, SystemExit, TooLong) as error:
            kind = " ".join(cls.__name__ for cls in type(error).__mro__)
            outside = ENVIRONMENT.search(kind) or ENVIRONMENT_TEXT.search(str(error)) or isinstance(error, TooLong)
            result = {"raises": type(error).__name__, "message": str(error)[:300], "environment": bool(outside)}
    return result


without_initialisation()
if own_arguments[0] == "list":
    pattern = re.compile(own_arguments[1]) if len(own_arguments) > 1 else None
    for row in listed(pattern):
        print(json.dumps(row), file=answers, flush=True)
else:
    for line in sys.stdin:
        row = json.loads(line)
        print(json.dumps({**row, "truth": build(row)}), file=answers, flush=True)
