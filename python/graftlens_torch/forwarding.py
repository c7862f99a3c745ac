"""A forward pass with hooks: what each module gives, and where it ends when it raises."""

import collections.abc

import torch

from .building import seed
from .describing import class_name, dtype_name, named_modules, shape_of

# A module that returns more tensors (a list per anchor, a cache per layer) is shown by its first ones.
MOST_TENSORS = 16


def make_inputs(specs):
    """Random tensors of the given shapes: normal values, or for integers zeros and ones (always valid indexes)."""
    generator = torch.Generator().manual_seed(0)
    inputs = []
    for spec in specs:
        dtype = getattr(torch, spec["dtype"])
        if dtype.is_floating_point:
            inputs.append(torch.randn(spec["shape"], generator=generator).to(dtype))
        else:
            inputs.append(torch.randint(0, 2, spec["shape"], generator=generator).to(dtype))
    return inputs


class Hooks:
    """Hooks on a module tree, taken away together."""

    def __init__(self):
        self._handles = []

    def before(self, module, hook):
        self._handles.append(module.register_forward_pre_hook(hook))

    def after(self, module, hook):
        self._handles.append(module.register_forward_hook(hook))

    def __enter__(self):
        return self

    def __exit__(self, *_):
        for handle in self._handles:
            handle.remove()


def run(model, inputs):
    """`(result, outputs by path)`; the inputs are copies, so that a model that changes them can be run again."""
    seed()
    with torch.no_grad():
        return model(*[tensor.clone() for tensor in inputs])


class Forward:
    """One pass through the model, and what was seen of it, also when it raises."""

    def __init__(self, model):
        self._model = model
        self._outputs = {}
        #: The calls that have begun and not ended: `(path, module, shapes of the inputs)`.
        self._calls = []

    def run(self, inputs):
        with Hooks() as hooks:
            for path, module in unique_modules(self._model):
                hooks.before(module, self._entering(path))
                hooks.after(module, self._leaving())
            run(self._model, inputs)

    def modules(self):
        """Each module's output shapes, in the order of the module tree; None for one that was not called."""
        return [
            {"path": path, "type": class_name(module), "output": self._outputs.get(id(module))}
            for path, module in named_modules(self._model)
        ]

    def place(self):
        """The innermost module whose call has not ended."""
        if not self._calls:
            return None
        path, module, inputs = self._calls[-1]
        return {"path": path, "type": class_name(module), "inputs": inputs}

    def _entering(self, path):
        def hook(module, inputs):
            self._calls.append((path, module, [shape_and_dtype(tensor) for tensor in tensors_in(inputs)]))

        return hook

    def _leaving(self):
        def hook(module, inputs, output):
            # What began after it has ended with an exception that the model caught.
            while self._calls and self._calls.pop()[1] is not module:
                pass
            # The first call is shown: a layer that is used for several inputs has several shapes.
            if id(module) not in self._outputs:
                self._outputs[id(module)] = [shape_of(tensor) for tensor in tensors_in(output)] or None

        return hook


def unique_modules(model):
    """Each module once, under its first path."""
    seen = set()
    for path, module in named_modules(model):
        if id(module) not in seen:
            seen.add(id(module))
            yield path, module


def shape_and_dtype(tensor):
    return {"shape": shape_of(tensor), "dtype": dtype_name(tensor.dtype)}


def tensors_in(value):
    """The tensors of nested lists, tuples and dicts, in order, up to a limit."""
    found = []
    waiting = [value]
    seen = set()
    while waiting and len(found) < MOST_TENSORS:
        one = waiting.pop()
        if isinstance(one, torch.Tensor):
            found.append(one)
            continue
        if id(one) in seen:
            continue
        seen.add(id(one))
        if isinstance(one, collections.abc.Mapping):
            waiting.extend(reversed(list(one.values())))
        elif isinstance(one, (list, tuple)):
            waiting.extend(reversed(one))
    return found
