"""Saves whole modules, and what torch prints of each module in them.

    python module_repr.py OUTDIR

Writes NAME.zip.pt and NAME.legacy.pt for every model, and OUTDIR/truth.json: for each model its `repr`, and for each
module inside its path, its class and its own line. It fails when torch has a module class that prints more than its
name and that no model holds.
"""
import json
import os
import sys
import warnings

import torch

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

import architectures  # noqa: E402
import layers  # noqa: E402
import quantized_layers  # noqa: E402


def main(folder):
    warnings.simplefilter("ignore")
    torch.manual_seed(0)
    collections = {**layers.models(), **quantized_layers.models()}
    whole = architectures.models()
    models = {**collections, **whole}
    require_every_class(models)
    # A listing does not read the elements of tensors, which a few classes print.
    torch.Tensor.__format__ = lambda tensor, specification: "…"
    truth = []
    for name, model in models.items():
        torch.save(model, os.path.join(folder, f"{name}.zip.pt"))
        forms = ["zip"]
        # The legacy format has no place for the packed weights' class.
        if name not in quantized_layers.ZIP_ONLY:
            torch.save(model, os.path.join(folder, f"{name}.legacy.pt"), _use_new_zipfile_serialization=False)
            forms.append("legacy")
        printed = repr(model) if name in whole else None
        truth.append({"name": name, "forms": forms, "printed": printed, "modules": own_lines(model)})
    with open(os.path.join(folder, "truth.json"), "w", encoding="utf-8") as file:
        json.dump(truth, file)


def own_lines(model):
    return [
        {"path": path, "class": class_name(type(module)), "line": f"{module._get_name()}({extra(module)})"}
        for path, module in model.named_modules(remove_duplicate=False)
    ]


def extra(module):
    # These two print what they hold, which is not a line of theirs.
    return "" if isinstance(module, (torch.nn.ParameterList, torch.nn.ParameterDict)) else module.extra_repr()


def class_name(kind):
    return f"{kind.__module__}.{kind.__qualname__}"


def require_every_class(models):
    held = {type(module) for model in models.values() for module in model.modules()}
    packages = ("torch.nn.", "torch.ao.nn.", "torch.ao.quantization.") if quantized_layers.PACKS_ALL else ("torch.nn.",)
    missing = sorted(
        class_name(kind)
        for kind in subclasses(torch.nn.Module)
        if prints_more(kind)
        and kind not in held
        and kind.__module__.startswith(packages)
        and not kind.__name__.startswith("_")
        and class_name(kind) not in quantized_layers.LEFT_OUT
    )
    assert not missing, f"no model holds {missing}"


def prints_more(kind):
    plain = torch.nn.Module
    return kind.extra_repr is not plain.extra_repr or kind._get_name is not plain._get_name


def subclasses(kind):
    found, pending = set(), [kind]
    while pending:
        for inner in pending.pop().__subclasses__():
            if inner not in found:
                found.add(inner)
                pending.append(inner)
    return found


if __name__ == "__main__":
    main(sys.argv[1])
