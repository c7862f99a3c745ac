"""A module's state_dict as data: keys, shapes, dtypes, kinds, and where each came from."""

import torch


def describe_model(model, creation):
    owners = registered_tensors(model)
    numbers = {}
    entries = []
    for key, value in model.state_dict().items():
        kind, owner, tensor = owners.get(key, ("tensor", None, None))
        file, line = creation.of_tensor(owner, key.rpartition(".")[2])
        is_tensor = isinstance(value, torch.Tensor)
        entries.append(
            {
                "key": key,
                "shape": shape_of(value) if is_tensor else None,
                "dtype": dtype_name(value.dtype) if is_tensor else None,
                "kind": kind if is_tensor else "extraState",
                # Equal for entries that are one tensor.
                "tensor": None if tensor is None else numbers.setdefault(id(tensor), len(numbers)),
                "file": file,
                "line": line,
            }
        )
    return {
        "type": class_name(model),
        "entries": entries,
        "parameters": sum(elements(parameter) for parameter in model.parameters()),
        "buffers": sum(elements(buffer) for buffer in model.buffers()),
        "modules": [
            dict(zip(("file", "line"), creation.of_module(module)), path=path, type=class_name(module))
            for path, module in named_modules(model)
        ],
    }


def registered_tensors(model):
    """state_dict key → (`parameter` or `buffer`, the module that holds it, the tensor)."""
    owners = {}
    for path, module in named_modules(model):
        prefix = path + "." if path else ""
        for kind, tensors in (("parameter", module._parameters), ("buffer", module._buffers)):
            for name, tensor in tensors.items():
                if tensor is not None:
                    owners[prefix + name] = (kind, module, tensor)
    return owners


def named_modules(model):
    """`(path, module)` in torch's order, a module under each of its paths; cycles are cut."""
    waiting = [("", model, frozenset())]
    while waiting:
        path, module, above = waiting.pop()
        yield path, module
        above = above | {id(module)}
        children = [
            (path + "." + name if path else name, child, above)
            for name, child in module._modules.items()
            if child is not None and id(child) not in above
        ]
        waiting.extend(reversed(children))


def class_name(module):
    original = getattr(module, "original_name", None)  # TorchScript's name of the class that it came from
    return original if isinstance(original, str) else type(module).__name__


def shape_of(tensor):
    """None where there is none yet: a lazy module's parameter, a nested tensor."""
    try:
        return [int(size) for size in tensor.shape]
    except (RuntimeError, TypeError):
        return None


def dtype_name(dtype):
    return str(dtype).replace("torch.", "")


def elements(tensor):
    """None of a lazy module's parameter is there yet."""
    shape = shape_of(tensor)
    if shape is None:
        return 0
    count = 1
    for size in shape:
        count *= size
    return count
