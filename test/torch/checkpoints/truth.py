"""What torch says is in a file, as JSON: the truth that the reader is compared with.

    python truth.py FILE…            prints an array, one document per file
    python truth.py --manifest DIR   the same for every file of DIR/manifest.json, written to DIR/truth.json

Paths follow the command line's rules: dict keys (strings and integers as they are, other keys by their `repr`),
positions, attribute names; a module's tensors by their state_dict key. A key whose `repr` depends on memory
addresses or on tensor contents becomes `{"any": true}`.
"""
import argparse
import collections
import contextlib
import datetime
import decimal
import fractions
import json
import math
import os
import pathlib
import pickle
import sys
import uuid
import warnings

import numpy
import torch

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

ANY = {"any": True}
HEAD_BYTES = 64
LARGEST_SAFE_INTEGER = 2**53 - 1
# A walk that meets more places than this is a file made of aliases; its generator states what to expect.
MOST_PLACES = 200_000


def describe_file(path, loader="torch", options=None):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        options = options or {}
        locations = {}
        root = load(path, loader, options, locations)
        return Description(bool(options.get("swapped")), locations).of(root)


def load(path, loader, options, locations):
    """The object of a file. `locations` gets the device that the file names for each storage."""
    if loader == "torch" and options.get("stream"):
        with open(path, "rb") as file:
            return torch.load(file, map_location="cpu", weights_only=False)
    if loader == "torch":
        return _load_torch(path, options, locations)
    if loader == "pickle":
        with open(path, "rb") as file:
            return pickle.load(file, encoding=options.get("encoding", "ASCII"))
    if loader == "pickles":
        return list(_pickles(path))
    if loader == "joblib":
        import joblib

        return joblib.load(path)
    if loader == "jit":
        return torch.jit.load(path, map_location="cpu")
    if loader == "safetensors":
        from safetensors.torch import load_file

        return load_file(path)
    if loader == "sharded":
        return _load_sharded(path)
    if loader == "dcp":
        return _load_dcp(path)
    if loader == "package":
        package = torch.package.PackageImporter(path)
        return package.load_pickle(options["package"], options["resource"])
    if loader == "export":
        return torch.export.load(path).state_dict
    raise ValueError(f"unknown loader {loader}")


def _load_torch(path, options, locations):
    kept = locations.setdefault("kept", [])

    def remember(storage, location):
        # Kept, so that no other storage gets its address while the file is read.
        kept.append(storage)
        locations[storage._cdata] = location
        return storage

    try:
        return torch.load(path, map_location=remember, weights_only=False, mmap=options.get("mmap"))
    except RuntimeError as error:
        if "Callable map_location" not in str(error):
            raise
        return torch.load(path, map_location="cpu", weights_only=False, mmap=options.get("mmap"))


def _pickles(path):
    with open(path, "rb") as file, contextlib.suppress(EOFError):
        while True:
            yield pickle.load(file)


def _load_sharded(path):
    from safetensors.torch import load_file

    with open(path, encoding="utf-8") as file:
        weight_map = json.load(file)["weight_map"]
    merged = {}
    for shard in sorted(set(weight_map.values())):
        name = os.path.join(os.path.dirname(path), shard)
        part = load_file(name) if shard.endswith(".safetensors") else torch.load(name, weights_only=False)
        merged.update({key: (tensor, shard) for key, tensor in part.items() if weight_map.get(key) == shard})
    return Sharded({key: merged[key] for key in weight_map})


class Sharded(dict):
    """key → (tensor, name of the shard)."""


def _load_dcp(path):
    from torch.distributed.checkpoint import FileSystemReader
    from torch.distributed.checkpoint.default_planner import _EmptyStateDictLoadPlanner
    from torch.distributed.checkpoint.state_dict_loader import _load_state_dict

    state = {}
    _load_state_dict(
        state, storage_reader=FileSystemReader(path), planner=_EmptyStateDictLoadPlanner(), no_dist=True
    )
    return state


class Description:
    """Walks an object without recursion and collects tensors, values and the module tree."""

    def __init__(self, swapped, locations):
        self.swapped = swapped
        self.locations = locations
        self.tensors = []
        self.values = []
        self.containers = []
        self.modules = []
        self.open = []
        self.complete = True
        self.cyclic = False
        self._objects = {}
        self._storages = {}
        self._used = {}
        self._composite = False
        self._hidden = False
        self._stack = []

    def of(self, root):
        on_path = set()
        self._stack = [("enter", root, (), {})]
        places = 0
        while self._stack:
            action, value, path, facts = self._stack.pop()
            if action == "exit":
                on_path.discard(value)
                continue
            places += 1
            if places > MOST_PLACES:
                self.complete = False
                break
            if not self._is_scalar(value):
                if id(value) in on_path:
                    self.cyclic = True
                    continue
                on_path.add(id(value))
                # Objects made during the walk must not give their id to later ones.
                self._objects.setdefault(("kept", id(value)), value)
                self._stack.append(("exit", id(value), (), {}))
            before = len(self._stack)
            self._visit(value, path, facts)
            # Children were pushed in their order; a stack gives them back reversed.
            self._stack[before:] = reversed(self._stack[before:])
        return {
            "tensors": self.tensors,
            "values": self.values,
            "containers": self.containers,
            "modules": self.modules,
            "open": self.open,
            "complete": self.complete,
            "cyclic": self.cyclic,
            "totals": self._totals(),
        }

    def _push(self, value, path, **facts):
        self._stack.append(("enter", value, path, facts))

    @staticmethod
    def _is_scalar(value):
        return value is None or isinstance(value, (bool, int, float, complex, str, bytes))

    def _visit(self, value, path, facts):
        if isinstance(value, torch.Tensor):
            self._tensor(value, path, facts)
        elif isinstance(value, torch.nn.Module):
            self._module(value, path)
        elif isinstance(value, Sharded):
            for key, (tensor, shard) in value.items():
                self._push(tensor, (*path, key), source=shard)
        elif isinstance(value, dict):
            self._container(value, path)
            for key, item in value.items():
                self._push(item, (*path, path_element(key)))
            self._attributes(value, path)
        elif isinstance(value, torch.Size):
            self._value(value, path, text=repr(value))
        elif isinstance(value, (list, tuple, collections.deque)):
            self._container(value, path)
            for position, item in enumerate(value):
                self._push(item, (*path, position))
            self._attributes(value, path)
        elif isinstance(value, (collections.UserDict, collections.UserList)):
            self._container(value, path)
            self._attributes(value, path)
        elif isinstance(value, (set, frozenset)):
            self._container(value, path)
            for item in value:
                self._push(item, (*path, ANY))
        else:
            self._leaf(value, path)

    def _attributes(self, value, path):
        for name, item in list(getattr(value, "__dict__", {}).items()):
            self._push(item, (*path, name))

    def _container(self, value, path):
        self.containers.append({"path": list(path), "type": type_name(value), "length": len(value)})

    # --- tensors

    def _tensor(self, tensor, path, facts):
        if is_uninitialized(tensor):
            return self._uninitialized(tensor, path)
        layout = str(tensor.layout)[6:]
        parts = parts_of(tensor)
        strided = parts is None and tensor.layout == torch.strided
        has_storage = strided and tensor.device.type != "meta" and has_memory(tensor)
        shape = shape_of(tensor)
        entry = {
            "path": list(path),
            "dtype": str(tensor.dtype)[6:],
            "shape": shape,
            "stride": [json_integer(size) for size in tensor.stride()] if strided else None,
            "layout": layout,
            "elements": None if shape is None else json_integer(tensor.numel()),
            "requiresGrad": tensor.requires_grad,
            "device": str(tensor.device),
            "storageOffset": tensor.storage_offset() if strided else None,
            "kind": facts.get("kind") or ("parameter" if is_parameter(tensor) else "tensor"),
            "object": self._group("object", id(tensor), tensor),
            "storage": None,
            "storageBytes": None,
            "bytes": None,
            "head": None,
            "source": facts.get("source"),
        }
        whole_bytes = strided and not tensor.is_quantized
        if whole_bytes:
            entry["bytes"] = json_integer(tensor.numel() * tensor.element_size())
        if has_storage:
            storage = tensor.untyped_storage()
            entry["storage"] = self._storage(storage)
            entry["storageBytes"] = storage.nbytes()
            entry["device"] = self.locations.get(storage._cdata, entry["device"])
            entry["head"] = head_of(tensor, storage, self.swapped)
            self._mark_used(tensor, storage)
        for part in [*(parts or []), *scales_of(tensor)]:
            if part.layout == torch.strided and has_memory(part):
                self._storage(part.untyped_storage())
        self._composite = self._composite or parts is not None or tensor.is_quantized
        # The parts of these are spread over their class's own attributes.
        self._hidden = self._hidden or parts == []
        self.tensors.append(entry)
        attributes = dict(getattr(tensor, "__dict__", {}))
        if parts is not None or attributes:
            self.open.append(list(path))
        if parts is None:
            for name, item in attributes.items():
                self._push(item, (*path, name))

    def _uninitialized(self, tensor, path):
        """It knows no shape, no stride and no storage until its module has seen an input."""
        entry = {"path": list(path), "dtype": str(tensor.dtype)[6:], "shape": None, "uninitialized": True}
        entry["object"] = self._group("object", id(tensor), tensor)
        self.tensors.append({**entry, "elements": 0, "bytes": None})
        self.open.append(list(path))

    def _group(self, kind, key, value):
        known = self._objects.setdefault((kind, key), (value, len(self._objects)))
        return known[1]

    def _storage(self, storage):
        known = self._storages.setdefault(storage._cdata, (storage, len(self._storages)))
        return known[1]

    def _mark_used(self, tensor, storage):
        used = self._used.setdefault(storage._cdata, set())
        span = (tensor.storage_offset(), tuple(tensor.shape), tuple(tensor.stride()), tensor.element_size())
        used.add(span)

    def _totals(self):
        seen = {entry["object"]: entry for entry in self.tensors}
        simple = not self._composite
        return {
            "tensors": len(seen),
            "elements": None
            if any(entry["elements"] is None for entry in seen.values())
            else json_integer(sum(int(entry["elements"]) for entry in seen.values())),
            "bytes": json_integer(sum(int(entry["bytes"]) for entry in seen.values()))
            if all(entry["bytes"] is not None for entry in seen.values())
            else None,
            "storageBytes": None
            if self._hidden
            else json_integer(sum(storage.nbytes() for storage, _ in self._storages.values())),
            "unusedStorageBytes": self._unused() if simple else None,
        }

    def _unused(self):
        unused = 0
        for storage, _ in self._storages.values():
            spans = self._used.get(storage._cdata, set())
            if any(is_whole(span, storage.nbytes()) for span in spans):
                continue
            if storage.nbytes() > 1 << 24:
                return None
            used = numpy.zeros(storage.nbytes(), dtype=bool)
            for offset, shape, stride, size in spans:
                if 0 in shape:
                    continue
                start = offset * size
                view = numpy.lib.stride_tricks.as_strided(
                    used[start:], shape=(*shape, size), strides=(*(step * size for step in stride), 1)
                )
                view[...] = True
            unused += int(numpy.count_nonzero(~used))
        return unused

    # --- modules

    def _module(self, module, path):
        self.open.append(list(path))
        state = module.state_dict(keep_vars=True)
        self.modules.append(
            {
                "path": list(path),
                "keys": list(state.keys()),
                "tree": [] if is_script(module) else module_tree(module),
                "script": is_script(module),
            }
        )
        parameters = dict(module.named_parameters(remove_duplicate=False))
        buffers = dict(module.named_buffers(remove_duplicate=False))
        for key, item in state.items():
            if isinstance(item, torch.Tensor) and (key in parameters or key in buffers):
                self._push(item, (*path, key), kind="parameter" if key in parameters else "buffer")
            # Anything else is made by the class's own code: what the pickle holds are its attributes.
        if is_script(module):
            return
        for name, inner in module.named_modules(remove_duplicate=False):
            inner_path = (*path, *(name.split(".") if name else ()))
            for buffer_name in inner._non_persistent_buffers_set:
                buffer = inner._buffers.get(buffer_name)
                if buffer is not None:
                    self._push(buffer, (*inner_path, buffer_name), kind="buffer")
            for attribute, item in vars(inner).items():
                if not attribute.startswith("_") or attribute == "_flat_weights":
                    self._push(item, (*inner_path, attribute), attribute=True)

    # --- everything else

    def _leaf(self, value, path):
        if isinstance(value, numpy.ndarray):
            self._value(value, path, shape=list(value.shape), numpyDtype=str(value.dtype))
            self.open.append(list(path))
        elif isinstance(value, numpy.generic):
            self._value(value, path, number=json_number(value))
        elif isinstance(value, numpy.dtype):
            # Each dtype has a class of its own below this one.
            self.values.append({"path": list(path), "type": "numpy.dtype"})
        elif value is Ellipsis:
            self._value(value, path, present=True)
        elif is_exact_value(value):
            self._value(value, path, exact=json_value(value))
        elif isinstance(value, type) or callable(value) and hasattr(value, "__qualname__"):
            self._value(value, path, present=True)
            self.open.append(list(path))
        elif isinstance(value, (torch.UntypedStorage, torch.TypedStorage)):
            self._value(value, path)
            self._storage(value if isinstance(value, torch.UntypedStorage) else value._untyped_storage)
        elif isinstance(value, TORCH_VALUES):
            self._value(value, path, text=str(value))
        elif type(value) in STANDARD_VALUES:
            self._value(value, path, text=repr(value))
        elif type(value).__module__.startswith("numpy.random"):
            # Built by functions of numpy's own, which do not name the class.
            self._value(value, path, present=True)
            self.open.append(list(path))
        else:
            self._value(value, path)
            self.open.append(list(path))
            self._state(value, path)

    def _value(self, value, path, **facts):
        self.values.append({"path": list(path), "type": type_name(value), **facts})

    def _state(self, value, path):
        """Attributes as pickle saves them: the state of `__reduce_ex__` where it is a dict (or slots')."""
        try:
            reduced = value.__reduce_ex__(2)
        except Exception:
            return
        if isinstance(reduced, str):
            return
        state = reduced[2] if len(reduced) > 2 else None
        slots = None
        if isinstance(state, tuple) and len(state) == 2 and isinstance(state[1], dict):
            state, slots = state
        for attributes in (state, slots):
            if isinstance(attributes, dict):
                for name, item in attributes.items():
                    self._push(item, (*path, path_element(name)))


TORCH_VALUES = (torch.dtype, torch.device, torch.layout, torch.memory_format, torch.qscheme)


def is_parameter(tensor):
    return isinstance(tensor, (torch.nn.Parameter, torch.nn.parameter.UninitializedParameter))


def is_script(module):
    return isinstance(module, torch.jit.ScriptModule)


def parts_of(tensor):
    """The tensors that a composite tensor is made of; None for one that is a plain view of a storage."""
    if tensor.layout == torch.sparse_coo:
        return [tensor._indices(), tensor._values()]
    if tensor.layout in (torch.sparse_csr, torch.sparse_bsr):
        return [tensor.crow_indices(), tensor.col_indices(), tensor.values()]
    if tensor.layout in (torch.sparse_csc, torch.sparse_bsc):
        return [tensor.ccol_indices(), tensor.row_indices(), tensor.values()]
    if tensor.is_nested or type(tensor).__name__ in ("DTensor", "WrapperTensor", "NestedTensor"):
        return []
    return None


def scales_of(tensor):
    """The tensors that a file keeps beside one that is quantized per channel."""
    if tensor.is_quantized and tensor.qscheme() not in (torch.per_tensor_affine, torch.per_tensor_symmetric):
        return [tensor.q_per_channel_scales(), tensor.q_per_channel_zero_points()]
    return []


def has_memory(tensor):
    if is_uninitialized(tensor):
        return False
    try:
        tensor.untyped_storage()
        return True
    except (NotImplementedError, RuntimeError):
        return False


def is_uninitialized(tensor):
    return isinstance(tensor, torch.nn.parameter.UninitializedTensorMixin)


def shape_of(tensor):
    if is_uninitialized(tensor):
        return None
    if tensor.is_nested:
        return None
    return [json_integer(size) for size in tensor.shape]


def head_of(tensor, storage, swapped):
    """Hexadecimal of the first bytes from the tensor's first element to the end of its storage."""
    if tensor.numel() == 0:
        return None
    start = tensor.storage_offset() * tensor.element_size()
    length = min(HEAD_BYTES, storage.nbytes() - start)
    # Whole elements only, so that a byte-swapped file can be compared too.
    unit = 4 if tensor.dtype == torch.complex64 else 8 if tensor.dtype == torch.complex128 else tensor.element_size()
    length -= length % unit
    view = torch.empty(0, dtype=torch.uint8).set_(storage, start, (length,), (1,))
    raw = view.numpy().tobytes()
    if swapped:
        raw = b"".join(raw[i : i + unit][::-1] for i in range(0, len(raw), unit))
    return raw.hex()


def is_whole(span, nbytes):
    offset, shape, stride, size = span
    contiguous, step = offset == 0, 1
    for length, actual in zip(reversed(shape), reversed(stride)):
        contiguous = contiguous and (length == 1 or actual == step)
        step *= length
    return contiguous and step * size == nbytes


def module_tree(module):
    """Each module's own line: what `print` shows for it, its children left out."""
    lines = []
    for name, inner in module.named_modules(remove_duplicate=False):
        own = type(inner).extra_repr is not torch.nn.Module.extra_repr
        custom = not type(inner).__module__.startswith("torch.")
        lines.append(
            {
                "path": name,
                "name": inner._get_name(),
                "extra": None if own and custom else inner.extra_repr(),
                "children": [child for child, found in inner._modules.items()],
                # A class with a __repr__ of its own prints something else than name and extra_repr.
                "printed": repr(inner) if not inner._modules else None,
            }
        )
    return lines


def is_exact_value(value):
    return value is None or type(value) in (bool, int, float, complex, str, bytes, bytearray)


def json_value(value):
    if value is None or type(value) in (bool, str):
        return value
    if type(value) is int:
        return json_integer(value)
    if type(value) is float:
        return json_number(value)
    return repr(value)


def json_number(value):
    """A numpy scalar or float as JSON can say it: its `repr` where JSON has no word for it."""
    if isinstance(value, (bool, numpy.bool_)):
        return bool(value)
    if isinstance(value, (int, numpy.integer)):
        return json_integer(int(value))
    if isinstance(value, (float, numpy.floating)):
        number = float(value)
        return number if math.isfinite(number) else repr(number)
    return str(value)


def json_integer(value):
    value = int(value)
    return value if abs(value) <= LARGEST_SAFE_INTEGER else str(value)


def path_element(key):
    if type(key) is str:
        return key
    if type(key) is int:
        return json_integer(key)
    if is_plain_key(key):
        return repr(key)
    return ANY


# Their `repr` follows from what is pickled.
STANDARD_VALUES = (
    datetime.date, datetime.datetime, datetime.time, datetime.timedelta, datetime.timezone, decimal.Decimal,
    fractions.Fraction, uuid.UUID,
)
PLAIN_KEYS = (
    bool, int, float, complex, str, bytes, range, torch.dtype, torch.device, torch.layout, numpy.bool_,
    pathlib.PosixPath, pathlib.PurePosixPath, pathlib.PureWindowsPath, *STANDARD_VALUES,
)


def is_plain_key(key):
    if isinstance(key, tuple) and type(key) is tuple:
        return all(is_plain_key(item) for item in key)
    if type(key) in (frozenset, torch.Size):
        return all(is_plain_key(item) for item in key)
    return key is None or type(key) in PLAIN_KEYS or isinstance(key, numpy.number)


def type_name(value):
    kind = type(value)
    if kind.__module__ == "builtins":
        return kind.__qualname__
    # torch's own small types say 'torch' and their bare name.
    return f"{kind.__module__}.{kind.__qualname__}"


def describe_entry(folder, entry, entries):
    """A manifest entry with `truth`: what torch says, or what the generator stated, or why nothing can be said."""
    if "truthOf" in entry:
        # A cut or copied file holds what the whole one holds, as far as it goes.
        whole = next(other for other in entries if other["file"] == entry["truthOf"])
        return {**entry, "truth": describe_entry(folder, whole, entries)["truth"]}
    if "stated" in entry or entry.get("loader") == "none":
        return entry
    path = os.path.join(folder, entry["file"])
    return {**entry, "truth": describe_file(path, entry["loader"], entry)}


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("files", nargs="*")
    parser.add_argument("--manifest")
    parser.add_argument("--loader", default="torch")
    options = parser.parse_args()
    if options.manifest:
        write_truth(options.manifest)
    else:
        json.dump([describe_file(file, options.loader) for file in options.files], sys.stdout)


def write_truth(folder):
    folder = pathlib.Path(folder)
    entries = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    described = [describe_entry(folder, entry, entries) for entry in entries]
    (folder / "truth.json").write_text(json.dumps(described), encoding="utf-8")


if __name__ == "__main__":
    main()
