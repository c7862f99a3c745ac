"""Describes the `torch.load(weights_only=True)` of the torch that this Python imports, as JSON, into FILE.

Lists are read from torch; rules are found by trying: small streams of opcodes and small files are given to
torch's own restricted unpickler, and what it does is noted. Nothing is ever unpickled by `pickle`.

    python describe.py FILE
"""

import inspect
import io
import json
import os
import pickle
import platform
import re
import struct
import sys
import tempfile
import warnings
import zipfile

import torch
from torch import _weights_only_unpickler as restricted

warnings.simplefilter("ignore")


def describe():
    return {
        "version": re.match(r"\d+\.\d+", torch.__version__).group(),
        "release": torch.__version__,
        "python": platform.python_version(),
        "globals": allowed_globals(),
        "opcodes": opcodes(),
        "rules": {
            "blockedModules": sorted(getattr(restricted, "_blocklisted_modules", [])),
            "python2Names": runs(get("__builtin__.set") + b"."),
            "creates": "allowed" if runs(get("collections.OrderedDict") + b")\x81.") else "parameters",
            "builds": "allowed" if runs(get("torch.Size") + b")R}b.") else "tensors",
            "itemTargets": "any" if runs(b"](K\x00e" + b"K\x00K\x01s.") else "dictionaries",
            "integerIds": reaches_persistent_load(b"K\x01Q."),
            "otherIds": reaches_persistent_load(b"]Q."),
            "torchscript": "runs" if loads(archive(add={"constants.pkl": b"N."})) != "refused" else "refuses",
            "tar": "refuses" if "legacy .tar" in error_of(b"\0" * 1024) else "reads",
            "storageSize": storage_size(),
            "serializationId": not is_loaded(archive(change={".data/serialization_id": b"\xff"})),
            "storageAlignment": not is_loaded(archive(change={".storage_alignment": b"x"})),
            "byteOrder": not is_loaded(archive(change={"byteorder": b"x"})),
            "archiveVersions": [one for one in range(0, 64) if is_loaded(archive(change={"version": b"%d" % one}))],
            "safetensorsByName": safetensors_by_name(),
            "quantizedChecked": quantized_checked(),
            "sparseChecked": sparse_checked(),
            "locations": locations(),
        },
        "elementSizes": element_sizes(),
        "differentiable": differentiable(),
        "deviceTypes": device_types(),
        "layouts": sorted(str(one) for one in vars(torch).values() if isinstance(one, torch.layout)),
        "tensorAttributes": tensor_attributes(),
        "names": python2_names(),
    }


# --- streams


def get(name):
    module, _, last = name.rpartition(".")
    return b"c" + module.encode() + b"\n" + last.encode() + b"\n"


def attempt(stream):
    try:
        restricted.load(io.BytesIO(stream), encoding="utf-8")
    except BaseException as error:  # noqa: BLE001 (what torch raises is the answer)
        return error
    return None


def runs(stream):
    return attempt(stream) is None


def reaches_persistent_load(stream):
    return "unsupported persistent id" in str(attempt(stream))


def opcodes():
    """Names of the opcodes that the unpickler knows: every other byte is an unsupported operand."""
    names = {}
    for name in dir(pickle):
        code = getattr(pickle, name)
        if name.isupper() and isinstance(code, bytes) and len(code) == 1:
            names[code[0]] = name
    known = []
    for code in range(256):
        error = attempt(bytes([code]))
        if not (error is not None and "Unsupported operand" in str(error)):
            known.append(names[code])
    return sorted(known)


def allowed_globals():
    allowed = dict(restricted._get_allowed_globals())
    if hasattr(restricted, "_get_user_allowed_globals"):
        # What `import torch` itself adds with add_safe_globals.
        allowed.update(restricted._get_user_allowed_globals())
    return {name: kind(value) for name, value in sorted(allowed.items())}


def kind(value):
    if isinstance(value, torch.dtype):
        return {"kind": "dtype", "dtype": dtype_name(value)}
    if isinstance(value, torch.qscheme):
        return {"kind": "qscheme"}
    if type(value).__name__ == "StorageType":
        return {"kind": "storageType", "dtype": dtype_name(value.dtype)}
    if type(value).__name__ == "tensortype":
        return {"kind": "tensorType", "dtype": dtype_name(value.dtype)}
    if isinstance(value, type):
        dtype = getattr(value, "dtype", None)
        if isinstance(dtype, torch.dtype):
            return {"kind": "storageClass", "dtype": dtype_name(dtype)}
        return {"kind": "class"}
    try:
        parameters = inspect.signature(value).parameters.values()
    except ValueError:  # written in C
        return {"kind": "function"}
    needed = [one for one in parameters if one.default is inspect.Parameter.empty]
    return {"kind": "function", "arity": [len(needed), len(parameters)]}


def dtype_name(dtype):
    return str(dtype).split(".")[-1]


def python2_names():
    """Tables by which GLOBAL is translated, where it is."""
    names = getattr(restricted, "NAME_MAPPING", None)
    modules = getattr(restricted, "IMPORT_MAPPING", None)
    if names is None:
        return None
    return {
        "names": {".".join(old): ".".join(new) for old, new in sorted(names.items())},
        "modules": dict(sorted(modules.items())),
    }


# --- files


def saved(value=None, legacy=False):
    target = io.BytesIO()
    value = {"a": torch.arange(6.0)} if value is None else value
    torch.save(value, target, _use_new_zipfile_serialization=not legacy)
    return target.getvalue()


def archive(change=(), add=(), pickled=None):
    """A small checkpoint with records changed or added."""
    source = zipfile.ZipFile(io.BytesIO(saved()))
    folder = source.namelist()[0].split("/")[0]
    records = {name[len(folder) + 1 :]: source.read(name) for name in source.namelist()}
    records.update(dict(change))
    records.update(dict(add))
    if pickled is not None:
        records["data.pkl"] = pickled(records["data.pkl"])
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as out:
        for name, data in records.items():
            out.writestr(folder + "/" + name, data)
    return target.getvalue()


def error_of(data, suffix=".pt"):
    handle, path = tempfile.mkstemp(suffix=suffix)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
        try:
            torch.load(path, weights_only=True)
        except BaseException as error:  # noqa: BLE001
            return f"{type(error).__name__}: {error}"
        return ""
    finally:
        os.unlink(path)


def is_loaded(data):
    return error_of(data) == ""


def loads(data):
    error = error_of(data)
    return "refused" if "TorchScript archives" in error else "loaded" if error == "" else "tried"


def storage_size():
    """What is said of a record that is shorter, and of one that is longer than the storage."""
    shorter = is_loaded(archive(change={"data/0": b"\0" * 23}))
    longer = is_loaded(archive(change={"data/0": b"\0" * 25}))
    return "unchecked" if shorter else "atLeast" if longer else "exact"


def safetensors_by_name():
    data = struct.pack("<Q", 2) + b"{}"
    return "afetensor" in error_of(data, ".safetensors") or error_of(data, ".safetensors") == ""


def quantized_checked():
    try:
        scheme = (torch.per_channel_affine, torch.ones(2), torch.zeros(2, dtype=torch.long), 0)
        storage = torch.zeros(6, dtype=torch.int8).storage()
        storage = torch.storage.TypedStorage(wrap_storage=storage._untyped_storage, dtype=torch.qint8, _internal=True)
        torch._utils._rebuild_qtensor(storage, 0, (3, 2), (2, 1), scheme, False, {})
    except ValueError:
        return True
    except Exception:  # noqa: BLE001
        return False
    return False


def sparse_checked():
    """Whether an index that lies outside of a sparse tensor is noticed."""
    given = (torch.tensor([[5]]), torch.ones(1), (2,))
    if hasattr(torch, "_sparse_coo_tensor_unsafe"):
        outside = torch._sparse_coo_tensor_unsafe(*given)
    else:
        outside = torch.sparse_coo_tensor(*given, check_invariants=False)
    return not is_loaded(saved([outside]))


def locations():
    """Locations of storages that torch knows, whether or not this machine has the device."""

    def error_at(location):
        text = location.encode()
        stored = b"X\x03\x00\x00\x00cpu"
        changed = b"X" + struct.pack("<I", len(text)) + text
        return error_of(archive(pickled=lambda stream: stream.replace(stored, changed))).replace(location, "")

    # Version 2.1 says something else of a location that it does not know.
    unknown = error_at("nosuchdevice")

    def is_known(location):
        return error_at(location) != unknown

    backends = ["cpu", "meta", "cuda", "mps", "xpu", "hpu", "mtia", "privateuseone", "xla", "npu", "ipu", "ort"]
    return {
        "exact": [one for one in backends if is_known(one) and not is_known(one + ":0")],
        "numbered": [one for one in backends if is_known(one + ":0") and not is_known(one + "x")],
        "prefix": [one for one in backends if is_known(one + "x")],
    }


# --- tensors


def dtypes():
    return {dtype_name(value): value for value in vars(torch).values() if isinstance(value, torch.dtype)}


def element_sizes():
    """Bytes of an element as `torch._utils._element_size` says; null where it raises."""
    sizes = {}
    for name, dtype in sorted(dtypes().items()):
        try:
            sizes[name] = torch._utils._element_size(dtype)
        except Exception:  # noqa: BLE001
            sizes[name] = None
    return sizes


def differentiable():
    return sorted(name for name, dtype in dtypes().items() if dtype.is_floating_point or dtype.is_complex)


def device_types():
    try:
        torch.device("nosuchdevice")
    except RuntimeError as error:
        listed = re.search(r"Expected one of (.*?) device type", str(error))
        return sorted(listed.group(1).split(", "))
    raise AssertionError("torch.device takes any name")


def tensor_attributes():
    """Attributes of tensors that do something when they are set: descriptors of the classes."""
    found = set()
    for name in dir(torch.nn.Parameter):
        for owner in torch.nn.Parameter.__mro__:
            if name in vars(owner):
                if hasattr(type(vars(owner)[name]), "__set__"):
                    found.add(name)
                break
    return sorted(found)


if __name__ == "__main__":
    with open(sys.argv[1], "w", encoding="utf-8") as target:
        json.dump(describe(), target)
