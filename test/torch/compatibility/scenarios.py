"""Random modifications of random models, and what torch makes of loading the old weights:

    python scenarios.py FOLDER COUNT SEED

Each case is a folder with base.py, model.py and weights.pth; truth.json has torch's answer for all of them, and
which key of the model each key of the base really is.
"""

import importlib.util
import json
import random
import sys
from collections import OrderedDict
from pathlib import Path

import torch

BLOCKS = '''"""Blocks that the cases are built from."""

from torch import nn


class Block(nn.Module):
    def __init__(self, c1, c2):
        super().__init__()
        self.conv = nn.Conv2d(c1, c2, 3, padding=1, bias=False)
        self.bn = nn.BatchNorm2d(c2)
        self.act = nn.ReLU()


class Extra(Block):
    """A new block with the tensors of an old one."""


class Pair(nn.Module):
    def __init__(self, c):
        super().__init__()
        self.cv1 = Block(c, c)
        self.cv2 = nn.Sequential(Block(c, c), nn.Dropout(0.1))


class Gate(nn.Module):
    def __init__(self, c):
        super().__init__()
        self.down = nn.Linear(c, c // 2, bias=False)
        self.up = nn.Linear(c // 2, c, bias=False)
'''


class Model:
    """Sections (attributes), each a list of layers: an identity and the text that makes it."""

    def __init__(self, sections, classes):
        self.sections = sections
        self.classes = classes
        self.wrapped = set()
        self.head = "head"

    def copy(self):
        other = Model([(name, list(layers)) for name, layers in self.sections], self.classes)
        other.wrapped = set(self.wrapped)
        other.head = self.head
        return other

    def source(self):
        lines = [BLOCKS, "", "class Net(nn.Module):", "    def __init__(self):", "        super().__init__()"]
        for name, layers in self.sections:
            wrap = ("nn.Sequential(", ")") if name in self.wrapped else ("", "")
            lines.append(f"        self.{name} = {wrap[0]}nn.Sequential(")
            lines += [f"            {text}," for _, text in layers]
            lines.append(f"        ){wrap[1]}")
        lines.append(f"        self.{self.head} = nn.Conv2d(8, {self.classes}, 1)")
        return "\n".join(lines) + "\n"

    def paths(self):
        """Path of each layer by its identity."""
        found = {"head": self.head}
        for name, layers in self.sections:
            inner = f"{name}.0" if name in self.wrapped else name
            for i, (identity, _) in enumerate(layers):
                found[identity] = f"{inner}.{i}"
        return found


def random_base(rng):
    sections = []
    number = 0
    names = rng.sample(["stem", "body", "neck", "trunk", "branch", "tail"], rng.randint(2, 4))
    for name in names:
        layers = []
        c = rng.choice([4, 8, 12])
        for _ in range(rng.randint(1, 5)):
            text = rng.choice([f"Block({c}, {c})", f"Block({c}, {c})", f"Pair({c})", f"Block({c}, {c + 4})", f"Gate({c})"])
            layers.append((f"l{number}", text))
            number += 1
        sections.append((name, layers))
    return Model(sections, rng.randint(5, 9))


def insert(rng, model, likeness):
    _, layers = rng.choice(model.sections)
    at = rng.randint(0, len(layers))
    neighbour = layers[min(at, len(layers) - 1)][1] if layers else "Gate(8)"
    text = {"equal": neighbour, "extra": neighbour.replace("Block", "Extra"), "other": f"Gate({rng.choice([4, 16])})"}[likeness]
    run = rng.choice([1, 1, 1, 2, 3, 4])
    layers[at:at] = [(f"new{i}", text) for i in range(run)]


def insert_everywhere(rng, model):
    """A new block of equal shapes after every layer, or at one end of every section."""
    shapes = {name: [text for _, text in layers] for name, layers in model.sections}
    for place in rng.sample(["after", "end", "beginning"], 3):
        sections = []
        for name, old in model.sections:
            new = [(f"new{i}", text.replace("Block", "Extra")) for i, (_, text) in enumerate(old)]
            both = [layer for pair in zip(old, new) for layer in pair]
            sections.append((name, {"after": both, "end": old + new[-1:], "beginning": new[:1] + old}[place]))
        grown = {name: [text.replace("Extra", "Block") for _, text in layers] for name, layers in sections}
        # A section that has become what another one was can only be taken for it.
        if not any(grown[name] == shapes[other] for name in grown for other in shapes if name != other):
            model.sections[:] = sections
            return


def remove(rng, model):
    _, layers = rng.choice([section for section in model.sections if section[1]])
    del layers[rng.randrange(len(layers))]


def move(rng, model):
    section = model.sections.pop(rng.randrange(len(model.sections)))
    model.sections.insert(rng.randint(0, len(model.sections)), section)


def rename(rng, model):
    at = rng.randrange(len(model.sections))
    model.sections[at] = ("renamed", model.sections[at][1])


def wrap(rng, model):
    model.wrapped.add(rng.choice(model.sections)[0])


def new_class_count(rng, model):
    model.classes += rng.randint(1, 5)


KINDS = {
    "insert an equal block": lambda rng, model: insert(rng, model, "equal"),
    "insert a block of equal shapes": lambda rng, model: insert(rng, model, "extra"),
    "insert another block": lambda rng, model: insert(rng, model, "other"),
    "insert blocks of equal shapes everywhere": insert_everywhere,
    "remove": remove,
    "move": move,
    "rename": rename,
    "wrap": wrap,
    "prefix": lambda rng, model: None,
    "class count": new_class_count,
}


def built(file, name):
    spec = importlib.util.spec_from_file_location(name, file)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.Net()


def torch_says(model, state_dict):
    answer = {"missing": [], "unexpected": [], "mismatched": [], "strict": True}
    own = model.state_dict()
    for key, tensor in state_dict.items():
        if key in own and own[key].shape != tensor.shape:
            answer["mismatched"].append(key)
    try:
        model.load_state_dict(state_dict, strict=True)
    except RuntimeError:
        answer["strict"] = False
    fitting = OrderedDict((key, value) for key, value in state_dict.items() if key not in answer["mismatched"])
    if hasattr(state_dict, "_metadata"):
        fitting._metadata = state_dict._metadata
    result = model.load_state_dict(fitting, strict=False)
    answer["missing"] = [key for key in result.missing_keys if key not in answer["mismatched"]]
    answer["unexpected"] = list(result.unexpected_keys)
    answer["matched"] = sum(1 for key, value in state_dict.items() if key in own and own[key].shape == value.shape)
    return answer


def true_mapping(base, model, base_keys, model_keys, prefix):
    """Base key (as the file has it) to model key; null for a layer that is gone."""
    old, new = base.paths(), model.paths()
    mapping = {}
    for identity, path in old.items():
        for key in base_keys:
            if not key.startswith(f"{path}."):
                continue
            target = new[identity] + key[len(path):] if identity in new else None
            mapping[prefix + key] = target if target in model_keys else None
    return mapping


def main(folder, count, seed):
    folder = Path(folder)
    truth = []
    kinds = list(KINDS)
    for number in range(count):
        rng = random.Random(f"{seed} {number}")
        kind = kinds[number % len(kinds)]
        base = random_base(rng)
        model = base.copy()
        KINDS[kind](rng, model)
        case = folder / str(number)
        case.mkdir(parents=True)
        (case / "base.py").write_text(base.source(), encoding="utf8")
        (case / "model.py").write_text(model.source(), encoding="utf8")
        weights = built(case / "base.py", f"base{number}").state_dict()
        prefix = rng.choice(["module.", "_orig_mod.", "model."]) if kind == "prefix" else ""
        saved = OrderedDict((prefix + key, value) for key, value in weights.items())
        plain = number % 2 == 0
        if not plain and prefix == "":
            saved._metadata = weights._metadata
        torch.save(dict(saved) if plain else saved, case / "weights.pth")
        changed = built(case / "model.py", f"model{number}")
        truth.append({
            "kind": kind,
            "torch": torch_says(changed, saved if not plain else dict(saved)),
            "mapping": true_mapping(base, model, list(weights), set(changed.state_dict()), prefix),
        })
    (folder / "truth.json").write_text(json.dumps(truth), encoding="utf8")


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), sys.argv[3])
