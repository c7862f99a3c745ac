"""Pickles that today's torch and Python no longer write: Python 2, old torch, several in a row, joblib."""
import collections
import io
import pickle
import pickletools
import struct

import numpy
import torch

import saved_classes
from cases import numbered, quiet, save_legacy, saved, written


class Assembly:
    """Writes a pickle opcode by opcode, for globals and arguments that no object in memory has."""

    def __init__(self, protocol=2):
        self.out = bytearray(b"\x80" + bytes([protocol]))

    def raw(self, *opcodes):
        for opcode in opcodes:
            self.out += opcode
        return self

    def name(self, module, name):
        return self.raw(f"c{module}\n{name}\n".encode())

    def value(self, value):
        """An int, float, str, bool, None, bytes, tuple, list or dict of these, without memo."""
        if value is None:
            return self.raw(b"N")
        if isinstance(value, bool):
            return self.raw(b"\x88" if value else b"\x89")
        if isinstance(value, int):
            return self.raw(b"\x8a", bytes([len(_long(value))]), _long(value))
        if isinstance(value, float):
            return self.raw(b"G", struct.pack(">d", value))
        if isinstance(value, str):
            text = value.encode("utf-8", "surrogatepass")
            return self.raw(b"X", struct.pack("<I", len(text)), text)
        if isinstance(value, Python2Text):
            return self.raw(b"U", bytes([len(value.text)]), value.text)
        if isinstance(value, tuple):
            self.raw(b"(")
            for item in value:
                self.value(item)
            return self.raw(b"t")
        if isinstance(value, list):
            self.raw(b"](")
            for item in value:
                self.value(item)
            return self.raw(b"e")
        if isinstance(value, dict):
            self.raw(b"}(")
            for key, item in value.items():
                self.value(key).value(item)
            return self.raw(b"u")
        value(self)
        return self

    def done(self):
        return bytes(self.out + b".")


class Python2Text:
    """A `str` of Python 2: SHORT_BINSTRING."""

    def __init__(self, text):
        self.text = text


def _long(value):
    return pickle.encode_long(value)


def storage(kind, key, count, location="cpu", module="torch", text=str):
    """The persistent id of a storage in a zip, `("storage", torch.FloatStorage, "0", "cpu", 6)`."""

    def write(to):
        to.raw(b"(").value(text("storage")).name(module, kind).value(text(key)).value(text(location)).value(count)
        to.raw(b"tQ")

    return write


def global_(module, name):
    return lambda to: to.name(module, name)


def call(module, name, *arguments):
    def write(to):
        to.name(module, name).raw(b"(")
        for argument in arguments:
            to.value(argument)
        to.raw(b"tR")

    return write


def build(base, state):
    def write(to):
        to.value(base).value(state).raw(b"b")

    return write


def hooks(to):
    to.name("collections", "OrderedDict").raw(b")R")


def tensor_v2(kind, key, shape, offset=0, count=None, location="cpu", module="torch", grad=False):
    stride, step = [], 1
    for size in reversed(shape):
        stride.insert(0, step)
        step *= size
    held = storage(kind, key, step + offset if count is None else count, location, module)
    return call("torch._utils", "_rebuild_tensor_v2", held, offset, shape, tuple(stride), grad, hooks)


def zip_of(pickle_bytes, storages, path, stem="archive", byteorder=b"little", extra=()):
    """A zip as torch's own writer makes it, around a pickle of ours."""
    writer = torch._C.PyTorchFileWriter(path)
    writer.write_record("data.pkl", pickle_bytes, len(pickle_bytes))
    if byteorder is not None:
        writer.write_record("byteorder", byteorder, len(byteorder))
    for key, data in storages.items():
        writer.write_record(f"data/{key}", data, len(data))
    for name, data in extra:
        writer.write_record(name, data, len(data))
    writer.write_end_of_file()


def floats(*values):
    return struct.pack(f"<{len(values)}f", *values)


def legacy_of(pickle_bytes, storages, path, protocol=2, head=None):
    """A legacy file around a pickle of ours; `storages` is a list of (key, element count, bytes)."""
    with open(path, "wb") as file:
        if head is not None:
            file.write(head)
        else:
            pickle.dump(0x1950A86A20F9469CFC6C, file, protocol=protocol)
            pickle.dump(1001, file, protocol=protocol)
            sizes = dict(short=2, int=4, long=4)
            pickle.dump(dict(protocol_version=1001, little_endian=True, type_sizes=sizes), file, protocol=protocol)
        file.write(pickle_bytes)
        pickle.dump(sorted(key for key, _, _ in storages), file, protocol=protocol)
        for _, count, data in sorted(storages):
            file.write(struct.pack("<q", count) + data)


# --- torch's vocabulary, hand-written

EVERY_STORAGE = {
    "DoubleStorage": ("float64", 8), "FloatStorage": ("float32", 4), "HalfStorage": ("float16", 2),
    "LongStorage": ("int64", 8), "IntStorage": ("int32", 4), "ShortStorage": ("int16", 2),
    "CharStorage": ("int8", 1), "ByteStorage": ("uint8", 1), "BoolStorage": ("bool", 1),
    "BFloat16Storage": ("bfloat16", 2), "ComplexDoubleStorage": ("complex128", 16),
    "ComplexFloatStorage": ("complex64", 8),
}


@written("zip-every-storage-class.pt", format="torch-zip")
def every_storage_class(path):
    tensors, data = {}, {}
    for position, (kind, (_, size)) in enumerate(EVERY_STORAGE.items()):
        tensors[kind] = tensor_v2(kind, str(position), (2, 3))
        data[str(position)] = bytes((position + i) % 2 for i in range(6 * size))
    zip_of(Assembly().value(tensors).done(), data, path)


@written("legacy-every-storage-class.pt", format="torch-legacy")
def every_storage_class_legacy(path):
    tensors, data = {}, []
    for position, (kind, (_, size)) in enumerate(EVERY_STORAGE.items()):
        key = f"9400000{position:02d}"
        held = lambda to, kind=kind, key=key: to.raw(b"(").value("storage").name("torch", kind).value(key).value(
            "cpu"
        ).value(6).value(None).raw(b"tQ")
        tensors[kind] = call("torch._utils", "_rebuild_tensor_v2", held, 0, (2, 3), (3, 1), False, hooks)
        data.append((key, 6, bytes((position + i) % 2 for i in range(6 * size))))
    legacy_of(Assembly().value(tensors).done(), data, path)


@written(
    "zip-cuda-storages.pt",
    format="torch-zip",
    stated={
        "why": "without a GPU torch does not import these classes; the shapes and dtypes are in the pickle above",
        "tensors": [
            {"path": [kind], "dtype": dtype, "shape": [2, 3], "device": "cuda:1"}
            for kind, (dtype, _) in EVERY_STORAGE.items()
        ],
    },
)
def cuda_storages(path):
    tensors, data = {}, {}
    for position, (kind, (_, size)) in enumerate(EVERY_STORAGE.items()):
        tensors[kind] = tensor_v2(kind, str(position), (2, 3), location="cuda:1", module="torch.cuda")
        data[str(position)] = bytes(6 * size)
    zip_of(Assembly().value(tensors).done(), data, path)


@written("zip-cuda-location.pt", format="torch-zip")
def cuda_location(path):
    """Saved where this machine has nothing: torch is told to keep it in memory."""
    tensors = {
        "weight": tensor_v2("FloatStorage", "0", (2, 3), location="cuda:0"),
        "apple": tensor_v2("FloatStorage", "1", (2,), location="mps:0"),
    }
    zip_of(Assembly().value(tensors).done(), {"0": floats(*range(6)), "1": floats(1, 2)}, path)


@written("zip-typed-storage-class.pt", format="torch-zip")
def storage_class_modules(path):
    """Other names of the storage classes: `torch.storage.TypedStorage`'s children and UntypedStorage."""
    data = {"0": floats(*range(6)), "1": bytes(range(6))}
    untyped = call(
        "torch._utils", "_rebuild_tensor_v3", storage("UntypedStorage", "1", 6, module="torch.storage"), 2, (4,), (1,),
        False, hooks, global_("torch", "float8_e5m2"),
    )
    tensors = {"old": tensor_v2("FloatStorage", "0", (2, 3)), "new": untyped}
    zip_of(Assembly().value(tensors).done(), data, path)


@written(
    "zip-float8-old-storage.pt",
    format="torch-zip",
    stated={
        "why": "torch has no such class any more than it had; early float8 branches wrote it",
        "tensors": [{"path": ["weight"], "dtype": "float32", "shape": [2]}],
        "values": [{"path": ["odd"], "present": True}],
    },
)
def unknown_storage_class(path):
    unknown = tensor_v2("SomeFutureStorage", "1", (3,))
    tensors = {"weight": tensor_v2("FloatStorage", "0", (2,)), "odd": unknown}
    zip_of(Assembly().value(tensors).done(), {"0": floats(1, 2), "1": bytes(6)}, path)


@written(
    "zip-xla-tensor.pt",
    format="torch-zip",
    stated={
        "why": "this torch has no XLA device; the array's shape, the dtype and the device are in the pickle",
        "tensors": [
            {"path": ["weight"], "dtype": "float32", "shape": [2, 3], "device": "xla:0", "requiresGrad": True},
            {"path": ["half"], "dtype": "bfloat16", "shape": [2, 3], "device": "xla:1", "requiresGrad": False},
            {"path": ["cpu"], "dtype": "float32", "shape": [2], "device": "maia:0", "requiresGrad": False},
        ],
    },
)
def xla_tensor(path):
    def array(to):
        to.name("numpy.core.multiarray", "_reconstruct").raw(b"(").name("numpy", "ndarray").value((0,)).value("b")
        to.raw(b"tR(").value(1).value((2, 3))
        to.name("numpy", "dtype").raw(b"(").value("f4").value(0).value(1).raw(b"tR(")
        to.value(3).value("<").value(None).value(None).value(None).value(-1).value(-1).value(0).raw(b"tb")
        data = floats(*range(6)).decode("latin-1")
        to.value(False).name("_codecs", "encode").raw(b"(").value(data).value("latin1").raw(b"tRtb")

    float32, bfloat16 = global_("torch", "float32"), global_("torch", "bfloat16")
    tensors = {
        "weight": call("torch._utils", "_rebuild_xla_tensor", array, float32, "xla:0", True),
        "half": call("torch._utils", "_rebuild_device_tensor_from_numpy", array, bfloat16, "xla:1", False),
        "cpu": call(
            "torch._utils", "_rebuild_device_tensor_from_cpu_tensor", tensor_v2("FloatStorage", "0", (2,)), float32,
            "maia:0", False,
        ),
    }
    zip_of(Assembly().value(tensors).done(), {"0": floats(1, 2)}, path)


@written(
    "zip-distributed-tensor-hand-made.pt",
    format="torch-zip",
    stated={
        "why": "two ranks' DTensor: torch builds it only in a process group of two; the spec says the whole shape",
        "tensors": [{"path": ["weight"], "dtype": "bfloat16", "shape": [8, 3]}],
    },
)
def distributed_tensor(path):
    spec_module, kinds = "torch.distributed.tensor._dtensor_spec", "torch.distributed.tensor.placement_types"
    empty = lambda module, name: lambda to: to.name(module, name).raw(b")\x81")

    def size(to):
        to.name("torch", "Size").raw(b"(").value((8, 3)).raw(b"tR")

    meta = lambda to: to.name(spec_module, "TensorMeta").raw(b"(").value(size).value((3, 1)).name(
        "torch", "bfloat16"
    ).raw(b"t\x81")
    mesh = build(
        empty("torch.distributed.device_mesh", "DeviceMesh"),
        {"device_type": "cuda", "mesh": tensor_v2("LongStorage", "1", (2,)), "mesh_dim_names": None},
    )
    placements = lambda to: to.raw(b"(").value(build(empty(kinds, "Shard"), {"dim": 0})).raw(b"t")
    spec = build(
        empty(spec_module, "DTensorSpec"), {"mesh": mesh, "placements": placements, "tensor_meta": meta}
    )
    state = {"_local_tensor": tensor_v2("BFloat16Storage", "0", (4, 3), location="cuda:0"), "_spec": spec}
    weight = lambda to: to.name("torch._tensor", "_rebuild_from_type_v2").raw(b"(").name(
        "torch._utils", "_rebuild_wrapper_subclass"
    ).name("torch.distributed.tensor", "DTensor").value(
        lambda inner: inner.raw(b"(").name("torch.distributed.tensor", "DTensor").name("torch", "bfloat16").value(
            (8, 3)
        ).value((3, 1)).value(0).value(call("torch.serialization", "_get_layout", "torch.strided")).value(
            call("torch", "device", "cuda", 0)
        ).value(False).raw(b"t")
    ).value(state).raw(b"tR")
    zip_of(
        Assembly().value({"weight": weight}).done(),
        {"0": bytes(24), "1": struct.pack("<2q", 0, 1)},
        path,
    )


@written("legacy-view-metadata.pt", format="torch-legacy")
def view_metadata(path):
    """Storages that are views of another storage: (view key, offset, size) in the sixth part of the id."""

    def view(view_key, offset, size):
        return lambda to: to.raw(b"(").value("storage").name("torch", "FloatStorage").value("100").value("cpu").value(
            10
        ).value((view_key, offset, size)).raw(b"tQ")

    whole = lambda to: to.raw(b"(").value("storage").name("torch", "FloatStorage").value("100").value("cpu").value(
        10
    ).value(None).raw(b"tQ")
    tensors = {
        "whole": call("torch._utils", "_rebuild_tensor_v2", whole, 0, (10,), (1,), False, hooks),
        "view": call("torch._utils", "_rebuild_tensor_v2", view("200", 4, 6), 1, (2, 2), (2, 1), False, hooks),
    }
    legacy_of(Assembly().value(tensors).done(), [("100", 10, floats(*range(10)))], path)


@written("legacy-module-source.pt", format="torch-legacy", source="class QuLike")
def module_source(path):
    """`("module", class, file, source)`: the code of a class, embedded by torch before 1.6."""
    source = "class QuLike(nn.Module):\n    def __init__(self):\n        pass\n"
    kind = lambda to: to.raw(b"(").value("module").name("saved_classes", "QuLike").value("model.py").value(
        source
    ).raw(b"tQ")
    held = lambda to: to.raw(b"(").value("storage").name("torch", "FloatStorage").value("7").value("cpu").value(
        6
    ).value(None).raw(b"tQ")
    tensor = call("torch._utils", "_rebuild_tensor_v2", held, 0, (2, 3), (3, 1), True, hooks)
    parameter = call("torch._utils", "_rebuild_parameter", tensor, True, hooks)
    empty = lambda to: to.name("collections", "OrderedDict").raw(b")R")

    def parameters(to):
        to.name("collections", "OrderedDict").raw(b")R(").value("weight").value(parameter).raw(b"u")

    state = {
        "training": True, "_parameters": parameters, "_buffers": empty, "_modules": empty, "_backward_hooks": empty,
        "_forward_hooks": empty, "_forward_pre_hooks": empty,
    }
    module = lambda to: to.value(kind).raw(b")\x81").value(state).raw(b"b")
    legacy_of(Assembly().value(module).done(), [("7", 6, floats(*range(6)))], path)


@written("zip-module-of-torch-1.0.pt", format="torch-zip")
def module_of_torch_1_0(path):
    """No `_non_persistent_buffers_set`, no `padding_mode`: what a module of 2018 saved."""
    empty = lambda to: to.name("collections", "OrderedDict").raw(b")R")

    def parameters(to):
        to.name("collections", "OrderedDict").raw(b")R(")
        for name, key, shape in (("weight", "0", (4, 3, 1, 1)), ("bias", "1", (4,))):
            tensor = tensor_v2("FloatStorage", key, shape, grad=True)
            to.value(name).value(call("torch._utils", "_rebuild_parameter", tensor, True, hooks))
        to.raw(b"u")

    state = {
        "_backend": None, "_parameters": parameters, "_buffers": empty, "_backward_hooks": empty,
        "_forward_hooks": empty, "_forward_pre_hooks": empty, "_modules": empty, "training": False,
        "in_channels": 3, "out_channels": 4, "kernel_size": (1, 1), "stride": (1, 1), "padding": (0, 0),
        "dilation": (1, 1), "transposed": False, "output_padding": (0, 0), "groups": 1,
    }
    module = lambda to: to.name("torch.nn.modules.conv", "Conv2d").raw(b")\x81").value(state).raw(b"b")
    data = {"0": floats(*range(12)), "1": floats(*range(4))}
    zip_of(Assembly().value({"model": module}).done(), data, path)


@written("zip-renamed-modules.pt", format="torch-zip")
def renamed_modules(path):
    """`torch.tensor._rebuild_from_type_v2` moved to `torch._tensor`."""
    inner = lambda to: to.raw(b"(").value(storage("FloatStorage", "0", 6)).value(0).value((2, 3)).value((3, 1)).value(
        False
    ).value(hooks).raw(b"t")
    weight = lambda to: to.name("torch.tensor", "_rebuild_from_type_v2").raw(b"(").name(
        "torch._utils", "_rebuild_tensor_v2"
    ).name("torch", "Tensor").value(inner).value({"unit": "px"}).raw(b"tR")
    zip_of(Assembly().value({"weight": weight}).done(), {"0": floats(*range(6))}, path)


def items_of(module, name, items):
    """An object of an unknown class, a dict perhaps, that gets items and one attribute."""

    def write(to):
        to.name(module, name).raw(b")\x81(")
        for key, item in items.items():
            to.value(key).value(item)
        to.raw(b"u").value({"note": "attribute"}).raw(b"b")

    return write


def appended_to(module, name, items):
    def write(to):
        to.name(module, name).raw(b")\x81(")
        for item in items:
            to.value(item)
        to.raw(b"e")

    return write


@written(
    "zip-unknown-tensor-subclass.pt",
    format="torch-zip",
    stated={
        "why": "a quantization library's tensor, which only that library builds; the pickle above says what it is",
        "tensors": [
            {"path": ["weight"], "dtype": "bfloat16", "shape": [4, 8], "device": "cuda:0"},
            {"path": ["plain"], "dtype": "float32", "shape": [2], "requiresGrad": True},
        ],
    },
)
def unknown_tensor_subclass(path):
    kind = global_("torchao.quantization.int4", "Int4Tensor")

    def arguments(to):
        to.raw(b"(").value(kind).name("torch", "bfloat16").value((4, 8)).value((8, 1)).value(0)
        to.value(call("torch.serialization", "_get_layout", "torch.strided"))
        to.value(call("torch", "device", "cuda", 0)).value(False).raw(b"t")

    state = {
        "qdata": tensor_v2("CharStorage", "0", (4, 4)), "scale": tensor_v2("FloatStorage", "1", (4,)), "group": 32,
    }
    rebuild = global_("torch._utils", "_rebuild_wrapper_subclass")
    weight = call("torch._tensor", "_rebuild_from_type_v2", rebuild, kind, arguments, state)

    def plain_arguments(to):
        to.raw(b"(").value(storage("FloatStorage", "2", 2)).value(0).value((2,)).value((1,)).value(True).value(hooks)
        to.raw(b"t")

    plain = call(
        "torch._tensor", "_rebuild_from_type_v2", global_("torch._utils", "_rebuild_tensor_v2"),
        global_("project.tensors", "Masked"), plain_arguments, {"mask": True},
    )
    data = {"0": bytes(range(16)), "1": floats(1, 2, 3, 4), "2": floats(5, 6)}
    zip_of(Assembly().value({"weight": weight, "plain": plain}).done(), data, path)


@written(
    "extension-codes.pkl",
    format="pickle",
    loader="none",
    stated={
        "why": "codes of copyreg's registry, which only the writing program knows",
        "values": [{"path": ["after"], "type": "int", "exact": 5}, {"path": ["odd"], "present": True}],
    },
)
def extension_codes(path):
    with open(path, "wb") as file:
        file.write(Assembly().value({"odd": lambda to: to.raw(b"\x82\xf0)R"), "after": 5}).done())


@written(
    "persistent-ids.pkl",
    format="pickle",
    loader="none",
    stated={
        "why": "ids of objects outside of the file, in a pickle of nobody we know",
        "values": [{"path": ["after"], "type": "int", "exact": 5}],
    },
)
def persistent_ids(path):
    with open(path, "wb") as file:
        file.write(
            Assembly().value(
                {"bin": lambda to: to.value("x").raw(b"Q"), "text": lambda to: to.raw(b"Psome id\n"), "after": 5}
            ).done()
        )


@written(
    "out-of-band-buffers.pkl",
    format="pickle",
    loader="none",
    stated={
        "why": "protocol 5's buffers travel beside the pickle, and are not in this file",
        "values": [{"path": ["after"], "type": "int", "exact": 5}],
    },
)
def out_of_band(path):
    with open(path, "wb") as file:
        value = {"array": numpy.arange(4.0), "after": 5}
        file.write(pickle.dumps(value, protocol=5, buffer_callback=lambda buffer: False))


@written(
    "zip-unknown-classes.pt",
    format="torch-zip",
    stated={
        "why": "the classes are nobody's; their tensors are in the pickle above",
        "tensors": [
            {"path": ["weight"], "dtype": "float32", "shape": [2, 3]},
            {"path": ["object", "weight"], "dtype": "float32", "shape": [3]},
            {"path": ["module", "fc.weight"], "dtype": "float32", "shape": [4], "kind": "parameter"},
            {"path": ["config", "weight"], "dtype": "float32", "shape": [2]},
            {"path": ["layers", 1], "dtype": "float32", "shape": [2]},
        ],
        "values": [
            {"path": ["object"], "type": "project.models.Holder"},
            {"path": ["object", "name"], "type": "str", "exact": "held"},
            {"path": ["called"], "type": "project.factory.make"},
            {"path": ["old_style"], "type": "project.old.Instance"},
            {"path": ["config", "lr"], "type": "float", "exact": 0.5},
            {"path": ["layers", 0], "type": "int", "exact": 5},
        ],
    },
)
def unknown_classes(path):
    ordered = lambda **items: lambda to: (
        to.name("collections", "OrderedDict").raw(b")R("),
        [to.value(key).value(item) for key, item in items.items()],
        to.raw(b"u"),
    )
    new = lambda module, name, state: lambda to: to.name(module, name).raw(b")\x81").value(state).raw(b"b")
    fc = new(
        "project.layers", "Dense",
        {
            "_parameters": ordered(weight=call(
                "torch._utils", "_rebuild_parameter", tensor_v2("FloatStorage", "2", (4,)), True, hooks
            )),
            "_buffers": ordered(), "_modules": ordered(), "training": True,
        },
    )
    module = new(
        "project.models", "Net", {"_parameters": ordered(), "_buffers": ordered(), "_modules": ordered(fc=fc)}
    )
    root = {
        "weight": tensor_v2("FloatStorage", "0", (2, 3)),
        "object": new("project.models", "Holder", {"weight": tensor_v2("FloatStorage", "1", (3,)), "name": "held"}),
        "module": module,
        "called": call("project.factory", "make", 1, "two"),
        "old_style": lambda to: to.raw(b"(").value(1).raw(b"iproject.old\nInstance\n"),
        "config": items_of("project.config", "EasyDict", {"lr": 0.5, "weight": tensor_v2("FloatStorage", "3", (2,))}),
        "layers": appended_to("project.config", "Layers", [5, tensor_v2("FloatStorage", "3", (2,))]),
    }
    data = {"0": floats(*range(6)), "1": floats(*range(3)), "2": floats(*range(4)), "3": floats(1, 2)}
    zip_of(Assembly().value(root).done(), data, path)


def _python2(data):
    """The same pickle with Python 2's byte strings in place of its unicode ones."""
    out = bytearray()
    operations = list(pickletools.genops(data))
    for index, (opcode, argument, start) in enumerate(operations):
        end = operations[index + 1][2] if index + 1 < len(operations) else len(data)
        if opcode.name == "BINUNICODE":
            text = argument.encode("latin-1")
            out += b"U" + bytes([len(text)]) + text if len(text) < 256 else b"T" + struct.pack("<i", len(text)) + text
        else:
            out += data[start:end]
    return bytes(out)


@written("legacy-python2.pt", format="torch-legacy")
def python2_legacy(path):
    """A legacy file as torch 0.4 wrote it under Python 2.7: `__builtin__`, `copy_reg`, byte strings."""
    plain = io.BytesIO()
    root = collections.OrderedDict(
        weight=numbered(2, 3), epoch=3, long=2**40, names=["a", "b"], unique={1, 2},
        object=saved_classes.Plain(lr=0.5, name="run"),
    )
    torch.save(root, plain, _use_new_zipfile_serialization=False)
    data, parts, position = plain.getvalue(), [], 0
    for _ in range(5):
        end = position + _pickle_length(data[position:])
        parts.append(_python2(data[position:end]))
        position = end
    with open(path, "wb") as file:
        file.write(b"".join(parts) + data[position:])


def _pickle_length(data):
    for opcode, _, start in pickletools.genops(data):
        if opcode.name == "STOP":
            return start + 1
    raise ValueError("no end")


@written("python2-protocol0.pkl", format="pickle", loader="pickle", encoding="latin1")
def python2_protocol0(path):
    with open(path, "wb") as file:
        file.write(
            b"(dp0\nS'epoch'\np1\nI3\nsS'big'\nL1099511627776L\nsS'yes'\nI01\nsS'no'\nI00\nsS'best'\nF0.5\n"
            b"sV\\u6743\\u91cd\np2\nS'it\\'s \\x41\\n'\nsS'items'\n(lp3\nI1\naI2\nas"
            b"S'unique'\nc__builtin__\nset\n((lI1\natRsS'object'\n"
            b"ccopy_reg\n_reconstructor\n(csaved_classes\nPlain\nc__builtin__\nobject\nNtR(dS'lr'\nF0.1\nsbs."
        )


@written("python2-old-style-instance.pkl", format="pickle", loader="pickle", encoding="latin1")
def python2_instance(path):
    with open(path, "wb") as file:
        file.write(
            b"(dS'inst'\n(isaved_classes\nPlain\n(dS'a'\nI1\nsbsS'obj'\n(csaved_classes\nPlain\no(dS'b'\nI2\nsbs."
        )


@written("python2-numpy.pkl", format="pickle", loader="pickle", encoding="latin1")
def python2_numpy(path):
    """A numpy array whose bytes are a Python 2 string."""
    to = Assembly()
    raw = lambda data: lambda inner: inner.value(Python2Text(data))
    dtype = build(
        lambda to: to.name("numpy", "dtype").raw(b"(").value(Python2Text(b"f4")).value(0).value(1).raw(b"tR"),
        (3, Python2Text(b"<"), None, None, None, -1, -1, 0),
    )
    array = build(
        lambda to: to.name("numpy.core.multiarray", "_reconstruct").raw(b"(").name("numpy", "ndarray").value(
            (0,)
        ).value(Python2Text(b"b")).raw(b"tR"),
        (1, (2, 2), dtype, False, raw(floats(1, 2, 3, 4))),
    )
    with open(path, "wb") as file:
        file.write(to.value({"weight": array, "name": Python2Text(b"ascii")}).done())


@written("numpy-core-names.pkl", format="pickle", loader="pickle")
def numpy_core_names(path):
    """Both spellings: `numpy.core` up to numpy 1, `numpy._core` since."""
    today = pickle.dumps({"array": numpy.arange(4.0), "scalar": numpy.float32(2.5)}, protocol=2)
    assert b"numpy._core" in today
    with open(path, "wb") as file:
        file.write(today.replace(b"numpy._core", b"numpy.core"))


@written("several-pickles.pkl", format="pickle", loader="pickles", several=True)
def several_pickles(path):
    with open(path, "wb") as file:
        for value in ({"first": 1, "array": numpy.arange(3)}, [2, "second"], "third"):
            pickle.dump(value, file)


@saved("pickle", protocols=(2, 4, 5))
@quiet
def tensors_in_plain_pickle():
    """pickle.dump of tensors: each storage is a whole legacy file inside a byte string."""
    shared = numbered(4)
    return {
        "weight": numbered(2, 3), "half": numbered(3, dtype=torch.float16), "shared": shared, "view": shared[1:3],
        "parameter": torch.nn.Parameter(numbered(2)), "long": numbered(2, dtype=torch.int64),
        "epoch": 3,
    }


@saved("pickle")
def module_in_plain_pickle():
    return saved_classes.Detector()


@saved("pickle")
def plain_dict():
    return {"epoch": 3, "names": ["a", "b"], "nested": {"x": (1, 2.5)}, 5: None}


@written(
    "zip-protocol0-tensor.pt",
    format="torch-zip",
    stated={
        "why": "protocol 0 writes a persistent id as text, which torch writes but cannot read back",
        "tensors": [
            {"path": ["weight"], "dtype": "float32", "shape": [2, 3]},
            {"path": ["half"], "dtype": "float16", "shape": [4]},
        ],
    },
)
def protocol0_tensor(path):
    torch.save({"weight": numbered(2, 3), "half": numbered(4, dtype=torch.float16)}, path, pickle_protocol=0)


@written(
    "legacy-protocol0-tensor.pt",
    format="torch-legacy",
    stated={
        "why": "as above",
        "tensors": [{"path": ["weight"], "dtype": "float32", "shape": [2, 3]}],
    },
)
def protocol0_legacy(path):
    save_legacy({"weight": numbered(2, 3)}, path, protocol=0)


def _joblib(name, **options):
    @written(name, format="pickle", loader="joblib")
    def write(path):
        import joblib

        value = {
            "array": numpy.arange(12, dtype=numpy.float32).reshape(3, 4),
            "other": numpy.arange(5),
            "fortran": numpy.asfortranarray(numpy.arange(6.0).reshape(2, 3)),
            "objects": numpy.array([1, "x"], dtype=object),
            "epoch": 3,
            "name": "after the arrays",
            "object": saved_classes.Plain(lr=0.1),
        }
        joblib.dump(value, path, **options)


_joblib("joblib-plain.pkl")
_joblib("joblib-zlib.pkl", compress=("zlib", 3))
_joblib("joblib-gzip.pkl.gz", compress=("gzip", 3))
_joblib("joblib-bz2.pkl", compress=("bz2", 3))
_joblib("joblib-lzma.pkl", compress=("lzma", 3))
_joblib("joblib-xz.pkl", compress=("xz", 3))
_joblib("joblib-lz4.pkl", compress=("lz4", 3))
_joblib("joblib-protocol2.joblib", protocol=2)


@written("joblib-tensors.pkl", format="pickle", loader="joblib")
def joblib_tensors(path):
    import joblib

    joblib.dump({"weight": numbered(2, 3), "array": numpy.arange(4.0), "after": 5}, path)


# --- pathological but legal

@written(
    "aliases-40.pkl",
    format="pickle",
    loader="none",
    stated={
        "why": "40 nested [a, a] are 2^40 paths; the reader must stop at its limit and say so",
        "values": [{"path": [0] * 40, "exact": 7, "type": "int"}],
        "warning": True,
        "atMostPaths": 5_000_000,
    },
)
def nested_aliases(path):
    value = [7]
    for _ in range(39):
        value = [value, value]
    with open(path, "wb") as file:
        pickle.dump(value, file, protocol=2)


@written(
    "zip-aliases-40-tensor.pt",
    format="torch-zip",
    stated={
        "why": "as above, with a tensor at the bottom: one object, counted once",
        "totals": {"tensors": 1, "elements": 6, "storageBytes": 24},
        "warning": True,
        "atMostPaths": 5_000_000,
    },
)
def nested_aliases_of_a_tensor(path):
    value = [numbered(2, 3)]
    for _ in range(39):
        value = [value, value]
    torch.save(value, path)


def _deep(bottom, depth=100_000):
    to = Assembly()
    to.raw(b"]" * depth).value(bottom).raw(b"a" * depth)
    return to.done()


@written(
    "deep-100000.pkl",
    format="pickle",
    loader="none",
    stated={"why": "a walk of 100,000 levels says nothing about reading them", "opens": True},
)
def deep_lists(path):
    with open(path, "wb") as file:
        file.write(_deep(7))


@written(
    "zip-deep-100000-tensor.pt",
    format="torch-zip",
    stated={
        "why": "as above, with one tensor at the bottom",
        "totals": {"tensors": 1, "elements": 6, "storageBytes": 24},
    },
)
def deep_tensor(path):
    zip_of(_deep(tensor_v2("FloatStorage", "0", (2, 3))), {"0": floats(*range(6))}, path)


@written("deep-tuples-100000.pkl", format="pickle", loader="none", stated={"why": "as above", "opens": True})
def deep_tuples(path):
    with open(path, "wb") as file:
        file.write(b"\x80\x02N" + b"\x85" * 100_000 + b".")


@written(
    "memo-far-apart.pkl",
    format="pickle",
    loader="none",
    stated={
        "why": "LONG_BINPUT may name any of 2^32 memo cells; Python allocates all of them and runs out of memory",
        "values": [{"path": [0], "type": "str", "exact": "a"}, {"path": [1], "type": "str", "exact": "a"}],
    },
)
def sparse_memo(path):
    with open(path, "wb") as file:
        file.write(b"\x80\x02](X\x01\x00\x00\x00ar\xff\xff\xff\x7fj\xff\xff\xff\x7fe.")


@written("every-value-opcode.pkl", format="pickle", loader="pickle")
def every_value_opcode(path):
    """Opcodes that today's pickler never chooses."""
    with open(path, "wb") as file:
        file.write(
            b"\x80\x04\x95\x00\x00\x00\x00\x00\x00\x00\x00("
            b"I42\nI-3\nL-1099511627776L\nF1e3\nJ\x00\x00\x00\x80K\xffM\xff\xff"
            b"\x8a\x06\xff\xff\xff\xff\xff\x7f\x8b\x04\x00\x00\x00\x00\x00\x00\x80\x8a\x00"
            b"V\\u6743\\u91cd\\U0001f525\n\x8c\x02hi\x8d\x03\x00\x00\x00\x00\x00\x00\x00abc"
            b"C\x02\x00\xffB\x01\x00\x00\x00z\x8e\x01\x00\x00\x00\x00\x00\x00\x00y"
            b"(lp0\n(d)](I1\nI2\ne(I5\nI6\nI7\n1I8\n2N\x88\x890"
            b"\x8f(I9\n\x90(I3\n\x91G\x3f\xf8\x00\x00\x00\x00\x00\x00\x94h\x00l."
        )
