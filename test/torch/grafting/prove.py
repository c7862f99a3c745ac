"""What torch makes of the story in test/samples/grafting, before and after each repair:

    python prove.py FOLDER < cases.json

FOLDER holds the story with its weights. A case says which model gets which weights, where the modules of the old
model are in the new one, the code of the repair and the repaired file. The answer is JSON, one object per case.
"""

import contextlib
import importlib
import io
import json
import sys
from pathlib import Path

import torch


def built(case):
    module = importlib.import_module(case["module"])
    return eval(f"module.{case['name']}({case['args']})", {"module": module})


def part(checkpoint, path):
    for step in path:
        checkpoint = checkpoint[step]
    return checkpoint


def new_place(key, moves):
    """The key under which the new model has a tensor of the old one."""
    best = max((old for old in moves if old == "" or key.startswith(f"{old}.")), key=len, default=None)
    if best is None:
        return key
    rest = key[len(best) + 1 :] if best else key
    return ".".join(name for name in (moves[best], rest) if name)


def prove(case, folder):
    weights = folder / case["weights"]
    checkpoint = torch.load(weights, weights_only=True)
    state = part(checkpoint, case["path"])
    own = built(case).state_dict()
    places = {key: new_place(key, case["moves"]) for key in state}
    kept = {key: place for key, place in places.items() if own[place].shape == state[key].shape}
    result = {"before": before(case, state, own, places), "kept": len(kept)}
    fresh = {key for key in own if key not in kept.values()}
    if case["code"] is not None:
        namespace = {}
        exec(case["code"], namespace)
        model = built(case)
        with contextlib.redirect_stdout(io.StringIO()):
            loaded = namespace["load_pretrained"](model, weights)
        result["code"] = outcome(model, loaded, state, kept, fresh)
    if case["repaired"] is not None:
        repaired = torch.load(folder / case["repaired"], weights_only=True, mmap=True)
        model = built(case)
        loaded = model.load_state_dict(part(repaired, case["path"]), strict=False)
        result["file"] = outcome(model, loaded, state, kept, fresh)
        result["file"]["others"] = others_equal(checkpoint, repaired, case["path"])
        result["file"]["metadata"] = metadata_kept(state, part(repaired, case["path"]), kept)
    return result


def before(case, state, own, places):
    """As `load_state_dict` says it, and which tensors agree in name and shape and belong elsewhere."""
    mismatched = [key for key in state if key in own and own[key].shape != state[key].shape]
    fitting = type(state)((key, tensor) for key, tensor in state.items() if key not in mismatched)
    fitting._metadata = state._metadata
    loaded = built(case).load_state_dict(fitting, strict=False)
    agreeing = [key for key in fitting if key in own]
    return {
        "matched": len(agreeing),
        "missing": [key for key in loaded.missing_keys if key not in mismatched],
        "unexpected": list(loaded.unexpected_keys),
        "mismatched": sorted(mismatched),
        "wrongLayer": sorted(key for key in agreeing if places[key] != key),
    }


def outcome(model, loaded, state, kept, fresh):
    own = model.state_dict()
    return {
        "unexpected": list(loaded.unexpected_keys),
        # Old metadata lets torch make a counter of a batch norm up.
        "missingAndOld": [key for key in loaded.missing_keys if key not in fresh],
        "newAndLoaded": [
            key for key in fresh - set(loaded.missing_keys) if not key.endswith("num_batches_tracked")
        ],
        "different": [key for key, place in kept.items() if not torch.equal(own[place], state[key])],
    }


def others_equal(old, new, path):
    """Whether everything beside the state_dict is as it was."""
    if not path:
        return True
    return list(old) == list(new) and all(old[key] == new[key] for key in old if key != path[0])


def metadata_kept(old, new, kept):
    """Whether each module that has a tensor has the metadata that it had."""
    modules = {place.rpartition(".")[0]: key.rpartition(".")[0] for key, place in kept.items()}
    return all(new._metadata[module] == old._metadata[was] for module, was in modules.items())


def main(folder):
    sys.path.insert(0, str(folder))
    json.dump([prove(case, folder) for case in json.load(sys.stdin)], sys.stdout)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
