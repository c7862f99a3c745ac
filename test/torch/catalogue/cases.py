"""Generates programs that build layers, and what real torch makes of them, as JSON lines.

    python cases.py [seed] [random cases per class] > cases.jsonl

The first line is {"seed", "torch", "classes"}; every other line is {"program", "truth"}: a program leaves its
result in `model` (after the imports of describe.PRELUDE), the truth is what describe.describe says of it, or
{"raises"}. Sizes are small, because the layers are really built on the CPU."""

import importlib
import inspect
import json
import random
import sys
import warnings
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
warnings.simplefilter("ignore")

import torch  # noqa: E402

torch.set_num_threads(1)

import programs  # noqa: E402
from arguments import seed_and_count  # noqa: E402
from describe import run  # noqa: E402
from signatures import describe_signature  # noqa: E402
from values import ALWAYS, REQUIRED, SAFE, VALUES  # noqa: E402

# Exported or private names of torch that have no stub, and why.
WITHOUT_STUB = {
    "_LazyProtocol": "only there for type checkers",
    "_WrappedHook": "a detail of how hooks are kept",
    "_ParameterMeta": "isinstance() is native",
    "_BufferMeta": "isinstance() is native",
    "_IncompatibleKeys": "a result of loading, not of building",
    "_AutoDefault": "defaults of a kernel",
    "_RegisterFn": "a detail of kernel registration",
}

# Modules whose classes and functions must exist in the catalogue.
MIRRORED = [
    *[f"torch.nn.modules.{name}" for name in (
        "activation", "adaptive", "batchnorm", "channelshuffle", "container", "conv", "distance", "dropout", "flatten",
        "fold", "instancenorm", "lazy", "linear", "linear_cross_entropy_options", "loss", "module", "normalization",
        "padding", "pixelshuffle", "pooling", "rnn", "sparse", "transformer", "upsampling",
    )],
    "torch.nn.parameter",
    "torch.nn.init",
    "torch.nn.utils.parametrizations",
    "torch.nn.utils.parametrize",
    "torch.nn.utils.weight_norm",
    "torch.nn.utils.spectral_norm",
]

# Modules of which only the public names must exist.
PUBLIC = ["torch.nn", "torch.nn.modules", "torch.nn.utils", "torch.nn.functional"]


def main():
    seed, per_class = seed_and_count(30)
    print(json.dumps({"seed": seed, "torch": torch.__version__, "classes": catalogue_names()}))
    generator = random.Random(seed)
    seen = set()
    for program in [*programs.PROGRAMS, *layer_programs(generator, per_class)]:
        if program in seen:
            continue
        seen.add(program)
        truth = run(program)
        truth.pop("trace", None)
        print(json.dumps({"program": program, "truth": truth}))


def catalogue_names():
    """Path of every class and function that must have a stub, with its signature where it must be the same."""
    names = {}
    for path in MIRRORED:
        module = importlib.import_module(path)
        for name, value in vars(module).items():
            if getattr(value, "__module__", None) != path or name in WITHOUT_STUB or name.startswith("__"):
                continue
            public = not name.startswith("_") or inspect.isclass(value)
            if public and (inspect.isclass(value) or inspect.isfunction(value)):
                names[f"{path}.{name}"] = signature_of(value)
    for path in PUBLIC:
        module = importlib.import_module(path)
        exported = getattr(module, "__all__", None) or [n for n in dir(module) if not n.startswith("_")]
        for name in exported:
            if inspect.isclass(getattr(module, name)) or inspect.isfunction(getattr(module, name)):
                names.setdefault(f"{path}.{name}", None)
    return names


def signature_of(value):
    """None where the stub may differ: tensors (native), and functions that torch wraps or that only touch values."""
    if inspect.isclass(value) and not issubclass(value, torch.nn.Module):
        return None
    signature = describe_signature(value)
    wrapped = [kind for _, kind, _ in signature] == ["VAR_POSITIONAL", "VAR_KEYWORD"]
    return None if wrapped and inspect.isfunction(value) else signature


def layer_programs(generator, per_class):
    for name in sorted(vars(torch.nn)):
        cls = getattr(torch.nn, name)
        if inspect.isclass(cls) and issubclass(cls, torch.nn.Module) and name not in ("Module", "DataParallel"):
            yield from class_programs(generator, name, cls, per_class)


def class_programs(generator, name, cls, per_class, package="nn"):
    """Each argument varied alone, then random mixtures; the first arguments sometimes by position."""
    required, optional, positional = parameters_of(name, cls)
    base = {**{p: safe(name, p) for p in required}, **ALWAYS.get(name, {})}
    yield f"model = {package}.{name}({call(base, positional, 0)})"
    for parameter in [*required, *optional]:
        for value in values(name, parameter):
            yield f"model = {package}.{name}({call({**base, parameter: value}, positional, 0)})"
    for _ in range(per_class):
        arguments = {p: generator.choice(values(name, p)) if generator.random() < 0.35 else base[p] for p in base}
        for parameter in optional:
            if generator.random() < 0.35:
                arguments[parameter] = generator.choice(values(name, parameter))
        if generator.random() < 0.03 and arguments:
            del arguments[generator.choice(list(arguments))]
        if generator.random() < 0.03:
            arguments["unheard_of"] = "1"
        yield f"model = {package}.{name}({call(arguments, positional, generator.randrange(4))})"


def parameters_of(name, cls):
    """Required names, optional names, and the names that may be given by position, in order."""
    if name in REQUIRED:
        required, optional = REQUIRED[name]
        return required, optional, [*required, *optional]
    required, optional, positional = [], [], []
    for parameter in list(inspect.signature(cls.__init__).parameters.values())[1:]:
        if parameter.kind in (parameter.VAR_POSITIONAL, parameter.VAR_KEYWORD):
            continue
        (required if parameter.default is parameter.empty else optional).append(parameter.name)
        if parameter.kind is parameter.POSITIONAL_OR_KEYWORD:
            positional.append(parameter.name)
    return required, optional, positional


def values(class_name, parameter):
    return VALUES.get(f"{class_name}.{parameter}") or VALUES[parameter]


def safe(class_name, parameter):
    return SAFE.get(f"{class_name}.{parameter}") or SAFE.get(parameter) or values(class_name, parameter)[0]


def call(arguments, positional, by_position):
    """The text of an argument list; as many of the leading ones by position as there are without a gap."""
    parts, rest = [], dict(arguments)
    for parameter in positional[:by_position]:
        if parameter not in rest:
            break
        parts.append(rest.pop(parameter))
    return ", ".join([*parts, *[f"{name}={value}" for name, value in rest.items()]])


if __name__ == "__main__":
    main()
