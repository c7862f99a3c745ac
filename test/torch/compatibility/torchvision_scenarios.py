"""Random modifications of torchvision's models, and what torch makes of loading the old weights:

    python torchvision_scenarios.py FOLDER COUNT SEED     prints the folder that torchvision lies in

As scenarios.py; models are built on the meta device and weights have one element each, so that large ones cost
nothing. A layer is followed through a modification as the object that it is.
"""

import json
import random
import sys
import types
from collections import OrderedDict
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "catalogue"))

import torch  # noqa: E402

from scenarios import torch_says  # noqa: E402
from torchvision_source import FOLDER, import_torchvision  # noqa: E402

import_torchvision()

# Models, with the Sequentials in them whose children are numbered, and the last layer.
MODELS = {
    "resnet18": (["layer1", "layer2", "layer3", "layer4"], "fc"),
    "resnet50": (["layer1", "layer3", "layer4"], "fc"),
    "mobilenet_v2": (["features"], "classifier[1]"),
    "mobilenet_v3_small": (["features"], "classifier[3]"),
    "vgg11_bn": (["features"], "classifier[6]"),
    "efficientnet_b0": (["features", "features[4]", "features[6]"], "classifier[1]"),
    "densenet121": ([], "classifier"),
    "shufflenet_v2_x0_5": (["stage2", "stage3"], "fc"),
    "squeezenet1_1": (["features"], "classifier[1]"),
    "convnext_tiny": (["features", "features[5]"], "classifier[2]"),
    "swin_t": (["features", "features[5]"], "head"),
    "vit_b_32": ([], "heads.head"),
}

SOURCE = '''"""A modified {name}."""

from copy import deepcopy

from torch import nn
from torchvision.models import {name}


class Gate(nn.Module):
    def __init__(self, c):
        super().__init__()
        self.down = nn.Linear(c, c // 2, bias=False)
        self.up = nn.Linear(c // 2, c, bias=False)


class Wrapped(nn.Module):
    def __init__(self, net):
        super().__init__()
        self.backbone = net
        self.extra = Gate(8)


def edit(net):
{edit}
    return net


def Net():
    return edit({name}(weights=None))
'''


def insertion(rng, container, size, new):
    at = rng.randint(0, size)
    new = new.format(neighbour=min(at, size - 1))
    run = rng.choice([1, 1, 2, 3, 4])
    return [f"layers = list(net.{container})", *[f"layers.insert({at}, {new})"] * run, f"net.{container} = nn.Sequential(*layers)"]


def removal(rng, container, size, new):
    return [f"layers = list(net.{container})", f"del layers[{rng.randrange(size)}]", f"net.{container} = nn.Sequential(*layers)"]


def edits_of(rng, kind, name, net):
    containers, head = MODELS[name]
    container = rng.choice(containers) if containers else None
    size = len(eval(f"net.{container}")) if container else 0
    if kind == "class count":
        return [f"net.{head} = nn.Linear(24, {rng.randint(2, 9)})"]
    if kind == "wrap":
        return ["net = Wrapped(net)"]
    if kind == "rename":
        child = rng.choice([child for child, _ in net.named_children()])
        return [f"net.renamed = net.{child}", f"del net.{child}"]
    if kind == "prefix" or container is None:
        return ["pass"]
    if kind == "wrap a part":
        return [f"net.{container} = nn.Sequential(net.{container}, Gate({rng.choice([8, 64])}))"]
    new = "deepcopy(layers[{neighbour}])" if kind == "insert an equal block" else "Gate(32)"
    return (removal if kind == "remove" else insertion)(rng, container, size, new)


KINDS = ["insert an equal block", "insert another block", "wrap", "rename", "prefix", "wrap a part", "remove", "class count"]


def executed(text):
    module = types.ModuleType("scenario")
    exec(text, module.__dict__)
    return module


def main(folder, count, seed):
    folder = Path(folder)
    truth = []
    for number in range(count):
        rng = random.Random(f"{seed} {number}")
        kind = KINDS[number % len(KINDS)]
        name = rng.choice([one for one, (containers, _) in MODELS.items() if containers or kind in ("wrap", "rename", "prefix", "class count")])
        place = folder / str(number)
        place.mkdir(parents=True)
        base = SOURCE.format(name=name, edit="    pass")
        with torch.device("meta"):
            net = executed(base).Net()
            edits = edits_of(rng, kind, name, net)
            source = SOURCE.format(name=name, edit="\n".join(f"    {line}" for line in edits))
            before = net.state_dict(keep_vars=True)
            changed = executed(source).edit(net)
        after = {id(value): key for key, value in changed.state_dict(keep_vars=True).items()}
        (place / "base.py").write_text(base, encoding="utf8")
        (place / "model.py").write_text(source, encoding="utf8")
        prefix = "module." if kind == "prefix" else ""
        saved = OrderedDict((prefix + key, torch.zeros((), dtype=value.dtype).expand(value.shape)) for key, value in before.items())
        plain = number % 2 == 0
        if not plain and prefix == "":
            saved._metadata = executed_metadata(base)
        torch.save(dict(saved) if plain else saved, place / "weights.pth")
        truth.append({
            "kind": f"{kind}, {name}",
            "torch": torch_says(changed, dict(saved) if plain else saved),
            "mapping": {prefix + key: after.get(id(value)) for key, value in before.items()},
        })
    (folder / "truth.json").write_text(json.dumps(truth), encoding="utf8")
    print(FOLDER / "site")


def executed_metadata(base):
    with torch.device("meta"):
        return executed(base).Net().state_dict()._metadata


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), sys.argv[3])
