"""What new blocks do to the features that the pretrained layers behind them were trained on.

For each block without pretrained weights: the standard deviation of its output divided by that of its input, and,
from a second pass in which the block does nothing, what reaches the next pretrained layer and the model's outputs
with it, divided by what reaches them without.

A block of three random weights may halve the features with one seed and cut them to a third with the next, so the
numbers are means of several initialisations, as many as the model's size allows.
"""

import math
import time

import torch

from .describing import class_name, named_modules, shape_of
from .forwarding import Hooks, run, tensors_in, unique_modules

# Each block costs a forward pass of its own.
MOST_BLOCKS = 32
# Initialisations of a small model; a large one gets as many as fit into the seconds.
MOST_DRAWS = 8
LONGEST_DRAWS = 15
# Changes below this are rounding, not the block.
SMALLEST_CHANGE = 1e-3


def signal(model, inputs, missing, rebuild):
    """One row for each new block. `rebuild(seed)` makes the model anew, with other random values."""
    blocks = new_blocks(model, missing)[:MOST_BLOCKS]
    if not blocks:
        return []
    end = time.monotonic() + LONGEST_DRAWS
    draws = [measure_all(model, inputs, missing, blocks)]
    while len(draws) < MOST_DRAWS and time.monotonic() < end:
        fresh = rebuild(len(draws))
        if fresh is None or not take_values(model, fresh, missing):
            break
        draws.append(measure_all(model, inputs, missing, blocks))
    return [combine(rows) for rows in zip(*draws)]


def take_values(model, fresh, missing):
    """Gives the model the fresh values of its new entries; false where the two models differ, or no value does."""
    own, other = model.state_dict(), fresh.state_dict()
    changed = False
    for key in missing:
        if key not in own or key not in other or not isinstance(own[key], torch.Tensor):
            return False
        if own[key].shape != other[key].shape:
            return False
        changed = changed or not torch.equal(own[key], other[key])
        own[key].copy_(other[key])
    return changed


def measure_all(model, inputs, missing, blocks):
    measured = measure(model, inputs, blocks)
    pretrained = pretrained_layers(model, missing)
    with_blocks = scales(model, inputs, pretrained, [])
    neutral = [(module, measured[id(module)]["neutral"]) for _, module in blocks if id(module) in measured]
    neutral = [(module, what) for module, what in neutral if what is not None]
    # For one block that is the pass without it, which is made once.
    without_any = scales(model, inputs, pretrained, neutral)
    rows = []
    for path, module in blocks:
        row = {"path": path, "type": class_name(module), "behind": None, "outputs": None}
        # One that is never called changes nothing.
        one = measured.get(id(module), {"ratio": None, "gate": None, "output": None, "neutral": None})
        row.update(ratio=one["ratio"], gate=one["gate"], output=one["output"])
        if one["neutral"] is not None:
            alone = [(module, one["neutral"])]
            without = without_any if len(neutral) == 1 else scales(model, inputs, pretrained, alone)
            row["behind"] = first_changed(with_blocks, without)
            if row["behind"] is not None:
                row["behind"]["together"] = ratio_at(row["behind"]["path"], with_blocks, without_any)
            row["outputs"] = ratios(with_blocks["outputs"], without["outputs"])
        rows.append(row)
    return rows


def combine(rows):
    """One block's rows of all initialisations as one."""
    first = rows[0]
    known = [row["ratio"] for row in rows if row["ratio"] is not None]
    gates = [row["gate"] for row in rows if row["gate"] is not None]
    behind = next((row["behind"] for row in rows if row["behind"] is not None), None)
    outputs = [row["outputs"] for row in rows if row["outputs"] is not None]
    if behind is not None:
        # A draw in which it got the same as without is one, too.
        same = [row["behind"]["ratio"] if row["behind"] else 1.0 for row in rows]
        together = [row["behind"]["together"] for row in rows if row["behind"]]
        behind = dict(behind, ratio=mean(same), together=mean(together))
    return {
        "path": first["path"],
        "type": first["type"],
        "ratio": mean(known),
        "least": min(known) if known else None,
        "most": max(known) if known else None,
        "draws": len(rows),
        "gate": {
            "mean": mean([gate["mean"] for gate in gates]),
            "least": min(gate["least"] for gate in gates),
            "most": max(gate["most"] for gate in gates),
        }
        if len(gates) == len(rows)
        else None,
        "output": first["output"],
        "behind": behind,
        "outputs": [mean(values) for values in zip(*outputs)] if outputs else None,
    }


def mean(values):
    known = [value for value in values if value is not None]
    return sum(known) / len(known) if known else None


def new_blocks(model, missing):
    """The outermost modules of which the checkpoint has no key. The root is none: then nothing is pretrained."""
    missing = set(missing)
    keys = list(model.state_dict())
    blocks = []
    above = []
    for path, module in named_modules(model):
        if path == "" or any(path.startswith(block + ".") for block in above):
            continue
        own = [key for key in keys if key.startswith(path + ".")]
        if own and all(key in missing for key in own) and len(own) < len(keys):
            blocks.append((path, module))
            above = [path]
    return blocks


def pretrained_layers(model, missing):
    """Modules with parameters of their own that were loaded: `(path, module)`."""
    missing = set(missing)
    layers = []
    for path, module in unique_modules(model):
        prefix = path + "." if path else ""
        names = [name for name, value in module._parameters.items() if value is not None]
        if names and not all(prefix + name in missing for name in names):
            layers.append((path, module))
    return layers


def measure(model, inputs, blocks):
    """id(block) → how its first call changes what it gets."""
    measured = {}
    before = {}

    def entering(module, arguments):
        tensors = [tensor for tensor in tensors_in(arguments) if tensor.is_floating_point()]
        # A copy: the block may work in place.
        before[id(module)] = tensors[0].clone() if tensors else None

    def leaving(module, arguments, output):
        if id(module) in measured:
            return
        source = before.pop(id(module), None)
        tensors = tensors_in(output)
        measured[id(module)] = compare(source, tensors[0] if len(tensors) == 1 else None)
        measured[id(module)]["output"] = [shape_of(tensor) for tensor in tensors] or None

    with Hooks() as hooks:
        for _, module in blocks:
            hooks.before(module, entering)
            hooks.after(module, leaving)
        run(model, inputs)
    return measured


def compare(source, output):
    """`neutral` is what the block would return if it did nothing: `input`, `one` for a factor, None if unclear."""
    if source is None or output is None or not output.is_floating_point():
        return {"ratio": None, "gate": None, "neutral": None}
    if output.shape == source.shape:
        return {"ratio": quotient(output, source), "gate": gate_of(source, output), "neutral": "input"}
    if broadcasts(output.shape, source.shape):
        # Returned for the caller to multiply with.
        return {"ratio": quotient(source * output, source), "gate": spread(output), "neutral": "one"}
    return {"ratio": None, "gate": None, "neutral": None}


def broadcasts(small, large):
    """Whether a factor of one shape fits another: as many axes, each of size 1 or the same."""
    return len(small) == len(large) and all(a in (1, b) for a, b in zip(small, large))


def gate_of(source, output):
    """The factor by which every value is multiplied; None where the block is no gate: a factor outside of 0 … 1."""
    source, output = source.double(), output.double()
    present = source.abs() > source.abs().max() * 1e-3
    if not bool(present.any()):
        return None
    factors = output[present] / source[present]
    if float(factors.min()) < 0 or float(factors.max()) > 1:
        return None
    return spread(factors)


def spread(factors):
    values = factors.double()
    return {"mean": finite(values.mean()), "least": finite(values.min()), "most": finite(values.max())}


def scales(model, inputs, layers, neutral):
    """The standard deviation of what each layer first gets, in the order of calls, and of the model's outputs."""
    reached = []
    seen = set()

    def entering(path):
        def hook(module, arguments):
            if path in seen:
                return
            seen.add(path)
            tensors = [tensor for tensor in tensors_in(arguments) if tensor.is_floating_point()]
            reached.append((path, class_name(module), deviation(tensors[0]) if tensors else None))

        return hook

    with Hooks() as hooks:
        for path, module in layers:
            hooks.before(module, entering(path))
        for module, what in neutral:
            make_neutral(hooks, module, what)
        result = run(model, inputs)
    outputs = [deviation(tensor) for tensor in tensors_in(result) if tensor.is_floating_point()]
    return {"layers": reached, "outputs": outputs}


def make_neutral(hooks, module, what):
    kept = []

    def entering(_, arguments):
        kept.append(next(tensor for tensor in tensors_in(arguments) if tensor.is_floating_point()).clone())

    def leaving(_, arguments, output):
        source = kept.pop()
        return source if what == "input" else torch.ones_like(output)

    hooks.before(module, entering)
    hooks.after(module, leaving)


def first_changed(with_blocks, without):
    """The first pretrained layer that gets something else because of the block; None where there is none."""
    plain = {path: value for path, _, value in without["layers"]}
    for path, kind, value in with_blocks["layers"]:
        other = plain.get(path)
        if value is None or other is None or not other > 0:
            continue
        if abs(value / other - 1) > SMALLEST_CHANGE:
            return {"path": path, "type": kind, "ratio": finite(value / other)}
    return None


def ratio_at(path, with_blocks, without):
    value = next((value for place, _, value in with_blocks["layers"] if place == path), None)
    other = next((value for place, _, value in without["layers"] if place == path), None)
    return finite(value / other) if value is not None and other is not None and other > 0 else None


def ratios(values, others):
    return [
        finite(value / other) if value is not None and other is not None and other > 0 else None
        for value, other in zip(values, others)
    ]


def quotient(output, source):
    before = deviation(source)
    after = deviation(output)
    return finite(after / before) if before and after is not None else None


def deviation(tensor):
    return finite(tensor.detach().double().std()) if tensor.numel() > 1 else None


def finite(value):
    """JSON has no infinity and no NaN."""
    number = float(value)
    return number if math.isfinite(number) else None
