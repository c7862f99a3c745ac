"""What new blocks do to the features that the pretrained layers behind them were trained on.

For each block without pretrained weights: the standard deviation of its output divided by that of its input, and,
from a second pass in which the block does nothing, what reaches the next pretrained layer and the model's outputs
with it, divided by what reaches them without.
"""

import math

import torch

from .describing import class_name, named_modules, shape_of
from .forwarding import Hooks, run, tensors_in, unique_modules

# Each block costs a forward pass of its own.
MOST_BLOCKS = 32
# Changes below this are rounding, not the block.
SMALLEST_CHANGE = 1e-3


def signal(model, inputs, missing):
    blocks = new_blocks(model, missing)
    measured = measure(model, inputs, blocks)
    pretrained = pretrained_layers(model, missing)
    with_blocks = scales(model, inputs, pretrained, [])
    found = []
    for path, module in blocks[:MOST_BLOCKS]:
        one = measured.get(id(module))
        if one is None:
            # Never called: it changes nothing.
            found.append(report(path, module, None, None, None, None, []))
            continue
        behind = outputs = None
        if one["neutral"] is not None:
            without = scales(model, inputs, pretrained, [(module, one["neutral"])])
            behind = first_changed(with_blocks, without)
            outputs = ratios(with_blocks["outputs"], without["outputs"])
        found.append(report(path, module, one["ratio"], one["gate"], one["output"], behind, outputs))
    return found


def report(path, module, ratio, gate, output, behind, outputs):
    return {
        "path": path,
        "type": class_name(module),
        "ratio": ratio,
        "gate": gate,
        "output": output,
        "behind": behind,
        "outputs": outputs,
    }


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
