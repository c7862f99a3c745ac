"""Weights in every form that people have them in, and whether repairs of them do what they say:

    python applied.py FOLDER save COUNT SEED     makes the scenarios of scenarios.py with weights in one form each
    python applied.py FOLDER < repairs.json      applies repairs in every way; prints what was wrong, by case

A repair: `case`, `weights`, `mapping`, `alternatives` (mappings), `code`, `written` (a file, or null), `path` of the part in
it, `proven` whether the true mapping is expected.
"""

import contextlib
import importlib.util
import io
import json
import pickle
import sys
from collections import OrderedDict
from pathlib import Path

import scenarios
import torch
from safetensors.torch import load_file, save_file


def imported(file, name):
    """A module by a name under which pickles find it again."""
    spec = importlib.util.spec_from_file_location(name, file)
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module


def distinct(state_dict):
    """Other values in every tensor, so that each can be told from all others."""
    for tensor in state_dict.values():
        tensor.copy_(torch.randint(1, 1 << 20, tensor.shape) if tensor.dtype == torch.int64 else torch.randn(tensor.shape))
    return state_dict


REST = {"epoch": 3, "best_fitness": 0.5, "names": ["a", "b"], "optimizer": {"state": {}, "param_groups": [{"lr": 0.1}]}}


def other(state_dict):
    return OrderedDict((key, torch.zeros_like(value)) for key, value in state_dict.items())


def save_shards(net, file):
    items = list(net.state_dict().items())
    weight_map = {}
    for number, part in enumerate((items[::2], items[1::2])):
        name = f"{file.stem}-{number}.safetensors"
        save_file({key: value.contiguous() for key, value in part}, file.with_name(name))
        weight_map.update({key: name for key, _ in part})
    file.write_text(json.dumps({"metadata": {}, "weight_map": weight_map}), encoding="utf8")


def save_pickle(net, file):
    with open(file, "wb") as out:
        pickle.dump(net.state_dict(), out)


def save_model(net, file):
    torch.save({"model": net.state_dict(), **REST}, file)


def save_parallel(net, file):
    state_dict = torch.nn.DataParallel(net).state_dict()
    torch.save({"state_dict": state_dict, **REST}, file)


def save_average(net, file):
    torch.save({"model": other(net.state_dict()), "model_ema": net.state_dict(), **REST}, file)


# How weights are saved, the name of the file, and the part of it that is loaded.
FORMS = {
    "zip": (lambda net, file: torch.save(net.state_dict(), file), "weights.pth", ()),
    "legacy": (lambda net, file: torch.save(net.state_dict(), file, _use_new_zipfile_serialization=False), "weights.pt", ()),
    "model": (save_model, "weights.pth", ("model",)),
    "state_dict of DataParallel": (save_parallel, "weights.pth", ("state_dict",)),
    "moving average": (save_average, "weights.pt", ("model_ema",)),
    "whole module": (lambda net, file: torch.save(net, file), "weights.pt", ()),
    "safetensors": (lambda net, file: save_file(net.state_dict(), file), "weights.safetensors", ()),
    "shards": (save_shards, "weights.safetensors.index.json", ()),
    "pickle": (save_pickle, "weights.pkl", ()),
}


def save(folder, count, seed):
    torch.manual_seed(int(seed) % (1 << 31))
    scenarios.main(folder, count, seed)
    cases = []
    for number, truth in enumerate(json.loads((folder / "truth.json").read_text())):
        place = folder / str(number)
        form = list(FORMS)[number % len(FORMS)]
        write, name, part = FORMS[form]
        (place / "weights.pth").unlink()
        net = imported(place / "base.py", f"base{number}").Net()
        distinct(net.state_dict())
        write(net, place / name)
        # A prefix of the scenario's own file is none of these: the model is the base.
        plain = {key: key for key in net.state_dict()} if truth["kind"] == "prefix" else truth["mapping"]
        prefix = "module." if form == "state_dict of DataParallel" else ""
        mapping = {prefix + key: plain.get(key) for key in net.state_dict()}
        torch.save(OrderedDict((prefix + key, value) for key, value in net.state_dict().items()), place / "plain.pt")
        cases.append({"kind": truth["kind"], "form": form, "weights": name, "part": part, "mapping": mapping})
    (folder / "cases.json").write_text(json.dumps(cases), encoding="utf8")


def is_new(key, missing):
    """Torch makes a counter up where the weights say no version."""
    return key in missing or key.endswith("num_batches_tracked")


class Judge:
    def __init__(self, folder, repair):
        number = repair["case"]
        self.repair = repair
        self.place = folder / str(number)
        self.case = json.loads((folder / "cases.json").read_text())[number]
        imported(self.place / "base.py", f"base{number}")
        self.make = imported(self.place / "model.py", f"model{number}").Net
        self.original = torch.load(self.place / "plain.pt", weights_only=True)
        self.problems = []

    def loaded(self, what, load):
        """The state_dict after loading; nothing may be unexpected or mismatched."""
        net = self.make()
        try:
            with contextlib.redirect_stdout(io.StringIO()):
                result = load(net)
        except Exception as error:
            self.problems.append(f"{what}: {type(error).__name__}: {error}")
            return None, ()
        if result.unexpected_keys:
            self.problems.append(f"{what}: unexpected {result.unexpected_keys}")
        return net.state_dict(), result.missing_keys

    def mapped(self, what, mapping, proven):
        repaired = {mapping.get(key, key): value for key, value in self.original.items()}
        repaired.pop(None, None)
        state, missing = self.loaded(what, lambda net: net.load_state_dict(repaired, strict=False))
        if state is None:
            return None
        came_from = {mapping.get(key, key): key for key in self.original}
        for key in state:
            source = came_from.get(key)
            if source is None and is_new(key, missing):
                continue
            if source is None or key in missing:
                self.problems.append(f"{what}: {key} is missing, or is loaded from nowhere")
            elif source is not None and not torch.equal(state[key], self.original[source]):
                self.problems.append(f"{what}: {key} is not {source}")
        if proven:
            own = {key: value.shape for key, value in state.items()}
            for key, to in self.case["mapping"].items():
                fits = to is not None and own[to] == self.original[key].shape
                given = mapping.get(key, key)
                if given is not None and given != to or given is None and fits:
                    self.problems.append(f"{what}: {key} goes to {given}, not to {to}")
        return {key: state[key] for key in state if key in came_from}

    def same(self, what, load, wanted):
        state, missing = self.loaded(what, load)
        if state is None:
            return
        if not all(torch.equal(state[key], wanted[key]) if key in wanted else is_new(key, missing) for key in state):
            self.problems.append(f"{what}: not what the mapping loads")

    def written(self, wanted):
        file = self.place / self.repair["written"]
        whole = torch.load(file, mmap=True, weights_only=True)
        state_dict = whole
        for name in self.repair["path"]:
            state_dict = state_dict[name]
        self.same("written", lambda net: net.load_state_dict(state_dict, strict=False), wanted)
        if list(state_dict) != list(wanted):
            self.problems.append("written: keys are not the model's in its order")
        # What has no order of its own, or whole modules, are written as plain dicts.
        if self.case["form"] in ("zip", "legacy") or self.case["part"]:
            if "version" not in getattr(state_dict, "_metadata", {}).get("", {}):
                self.problems.append("written: no _metadata")
        if not self.case["part"]:
            return
        before = torch.load(self.place / self.case["weights"], weights_only=True)
        name = self.case["part"][0]
        if repr({**before, name: 0}) != repr({**whole, name: 0}):
            self.problems.append("written: other entries changed")

    def judge(self):
        repair = self.repair
        wanted = self.mapped("mapping", repair["mapping"], repair["proven"])
        for mapping in repair["alternatives"]:
            self.mapped("alternative", mapping, False)
        if wanted is None:
            return self.problems
        namespace = {}
        exec(repair["code"], namespace)
        path = self.place / self.case["weights"]
        self.same("code", lambda net: namespace["load_pretrained"](net, path), wanted)
        if repair["written"] is not None:
            self.written(wanted)
        return self.problems


if __name__ == "__main__":
    where = Path(sys.argv[1])
    if sys.argv[2:3] == ["save"]:
        save(where, int(sys.argv[3]), sys.argv[4])
    else:
        answers = [Judge(where, repair).judge() for repair in json.load(sys.stdin)]
        json.dump(answers, sys.stdout)
