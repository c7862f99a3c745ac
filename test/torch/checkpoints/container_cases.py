"""Containers: tar, zip in every variation, TorchScript, packages, safetensors, shards, folders, cut files."""
import collections
import io
import json
import os
import pickle
import random
import struct
import tarfile
import warnings
import zipfile

import torch
from torch import nn

import saved_classes
from cases import numbered, patterned, quiet, save_legacy, written
from pickle_cases import Assembly, floats, tensor_v2, zip_of


def sample():
    """A small state_dict with neighbours, so that any shifted offset shows."""
    return {
        "conv.weight": numbered(4, 3, 2, 2),
        "conv.bias": numbered(4, start=500),
        "half": numbered(5, dtype=torch.float16, start=700),
        "count": torch.tensor(9),
        "epoch": 3,
    }


# --- tar, before torch 0.1.10

@written("tar.pt", format="torch-tar")
def tar(path):
    _write_tar(path)


@written("tar-with-storage-views.pt", format="torch-tar")
def tar_with_views(path):
    _write_tar(path, views=True)


@written("tar-many-types.pt", format="torch-tar")
def tar_many_types(path):
    _write_tar(path, kinds=("Double", "Half", "Long", "Byte", "Char", "Short", "Int"))


def _write_tar(path, views=False, kinds=("Float", "Long")):
    """`storages`: a count, then per storage (key, location, class) and its length and bytes, then the views.
    `tensors`: a count, then per tensor (key, storage key, class) and ndim, sizes, strides, offset.
    `pickle`: the object, whose persistent ids are the tensors' keys."""
    sizes = {"Float": 4, "Double": 8, "Half": 2, "Long": 8, "Byte": 1, "Char": 1, "Short": 2, "Int": 4}
    storages, tensors = io.BytesIO(), io.BytesIO()
    pickle.dump(len(kinds), storages, protocol=2)
    for position, kind in enumerate(kinds):
        storages.write(_names_of(1000 + position, "cpu", f"{kind}Storage"))
        count = 12
        storages.write(struct.pack("<q", count))
        storages.write(bytes((position * 31 + i) % 120 for i in range(count * sizes[kind])))
    # (key of the view, key of its root, offset, length)
    pickle.dump([(5000, 1000, 4, 6)] if views else [], storages, protocol=2)
    described = [(2000 + i, 1000 + i, f"{kind}Tensor", (2, 3), (3, 1), 1) for i, kind in enumerate(kinds)]
    if views:
        described.append((3000, 5000, f"{kinds[0]}Tensor", (2, 2), (2, 1), 2))
    pickle.dump(len(described), tensors, protocol=2)
    for key, storage, kind, shape, stride, offset in described:
        tensors.write(_names_of(key, storage, kind))
        # ndim is an int32, and four bytes of padding follow it.
        tensors.write(struct.pack("<ii", len(shape), 0))
        tensors.write(struct.pack(f"<{len(shape)}q", *shape) + struct.pack(f"<{len(shape)}q", *stride))
        tensors.write(struct.pack("<q", offset))
    root = Assembly()
    reference = lambda key: lambda to: to.value(key).raw(b"Q")
    items = {f"tensor{key}": reference(key) for key, *_ in described}
    root.value({**items, "epoch": 3, "again": reference(2000)})
    with tarfile.open(path, "w", format=tarfile.PAX_FORMAT) as archive:
        for name, data in (
            ("sys_info", pickle.dumps(dict(protocol_version=1000, little_endian=True), protocol=2)),
            ("pickle", root.done()),
            ("tensors", tensors.getvalue()),
            ("storages", storages.getvalue()),
        ):
            member = tarfile.TarInfo(name)
            member.size = len(data)
            archive.addfile(member, io.BytesIO(data))


def _names_of(first, second, kind):
    """A pickled tuple whose third part is a class of torch, `torch.FloatTensor` among them."""
    return Assembly().raw(b"(").value(first).value(second).name("torch", kind).raw(b"t").done()


# --- zip

@written("zip-without-byteorder.pt", format="torch-zip")
def without_byteorder(path):
    torch.save(sample(), path, _disable_byteorder_record=True)


@written("zip-big-endian.pt", format="torch-zip", swapped=True)
def big_endian(path):
    pickled = Assembly().value(
        {
            "float": tensor_v2("FloatStorage", "0", (2, 3)), "half": tensor_v2("HalfStorage", "1", (4,)),
            "long": tensor_v2("LongStorage", "2", (2,)), "byte": tensor_v2("ByteStorage", "3", (5,)),
            "double": tensor_v2("DoubleStorage", "4", (3,)),
        }
    ).done()
    data = {
        "0": struct.pack(">6f", *range(6)), "1": struct.pack(">4e", *range(4)), "2": struct.pack(">2q", 1, 2),
        "3": bytes(range(5)), "4": struct.pack(">3d", 1, 2, 3),
    }
    zip_of(pickled, data, path, byteorder=b"big")


@written("zip-no-crc.pt", format="torch-zip")
def no_crc(path):
    before = torch.serialization.get_crc32_options()
    torch.serialization.set_crc32_options(False)
    try:
        torch.save(sample(), path)
    finally:
        torch.serialization.set_crc32_options(before)


@written("zip-alignment-4096.pt", format="torch-zip")
def alignment(path):
    from torch.utils.serialization import config

    with config.patch("save.storage_alignment", 4096):
        torch.save(sample(), path)


@written("zip-from-buffer.pt", format="torch-zip")
def from_buffer(path):
    """Written to a stream, the records' folder is called `archive`."""
    with open(path, "wb") as file:
        torch.save(sample(), file)


@written("zip-权重 ü.pt", format="torch-zip")
def name_with_other_letters(path):
    torch.save(sample(), path)


@written("zip-dots.in.name.v1.pth.tar", format="torch-zip")
def name_with_dots(path):
    torch.save(sample(), path)


@written("no-extension", format="torch-zip")
def no_extension(path):
    torch.save(sample(), path)


@written("zip-called-safetensors.safetensors", format="torch-zip", stream=True)
def wrong_extension(path):
    """Content decides, not the extension; torch goes by the name unless it gets a stream."""
    torch.save(sample(), path)


@written("legacy-called-ckpt.ckpt", format="torch-legacy")
def legacy_other_extension(path):
    save_legacy(sample(), path)


def _rezip(path, change, method=zipfile.ZIP_STORED, value=None):
    """The records of a saved file, written again by another writer; `change(records)` gives the new list."""
    buffer = io.BytesIO()
    torch.save(sample() if value is None else value, buffer)
    with zipfile.ZipFile(buffer) as archive:
        records = [(name, archive.read(name)) for name in archive.namelist()]
    with warnings.catch_warnings(), zipfile.ZipFile(path, "w", method) as archive:
        warnings.simplefilter("ignore")
        for name, data in change(records):
            archive.writestr(name, data)


@written("zip-rewritten.pt", format="torch-zip")
def rewritten(path):
    """Unaligned, sizes in the local headers: as any unzip and zip makes it."""
    _rezip(path, lambda records: records)


@written("zip-all-deflated.pt", format="torch-zip", deflated=True)
def all_deflated(path):
    _rezip(path, lambda records: records, zipfile.ZIP_DEFLATED)


@written("zip-pickle-deflated.pt", format="torch-zip")
def pickle_deflated(path):
    buffer = io.BytesIO()
    torch.save(sample(), buffer)
    with zipfile.ZipFile(buffer) as archive, zipfile.ZipFile(path, "w") as target:
        for name in archive.namelist():
            method = zipfile.ZIP_DEFLATED if name.endswith(".pkl") else zipfile.ZIP_STORED
            target.writestr(name, archive.read(name), compress_type=method)


@written("zip-duplicate-names.pt", format="torch-zip")
def duplicate_names(path):
    """Which of several records with one name torch reads is decided by its sort and its binary search."""
    buffer = io.BytesIO()
    torch.save({"conv.weight": numbered(2), "other": numbered(9)}, buffer)
    with zipfile.ZipFile(buffer) as archive:
        second = {name: archive.read(name) for name in archive.namelist()}
    _rezip(path, lambda records: [*records, *((name, data) for name, data in second.items())])


def _many_duplicates(seed):
    @written(f"zip-duplicates-{seed}.pt", format="torch-zip")
    def write(path):
        """Three pickles under one name, in places that a seed chooses."""
        chance = random.Random(seed)
        copies = []
        for copy in range(3):
            name = "archive/data.pkl" if chance.random() < 0.6 else "archive/Data.pkl"
            buffer = io.BytesIO()
            torch.save({f"copy{copy}": numbered(2, 3), **{f"t{i}": numbered(2) for i in range(seed * 3)}}, buffer)
            with zipfile.ZipFile(buffer) as archive:
                records = {other: archive.read(other) for other in archive.namelist()}
            copies.append((name, records["archive/data.pkl"]))
        others = [(name, data) for name, data in records.items() if name != "archive/data.pkl"]
        # torch looks at the first bytes of a file for the archive's folder, so any record may come first.
        chance.shuffle(others)
        for copy in copies:
            others.insert(chance.randint(0, len(others)), copy)
        _rezip(path, lambda _: others)


for _seed in range(10):
    _many_duplicates(_seed)


@written("zip-names-in-other-case.pt", format="torch-zip")
def other_case(path):
    """torch finds records without regard to case."""
    _rezip(path, lambda records: [(name.replace("data", "DATA").replace(".pkl", ".PKL"), d) for name, d in records])


@written("zip-both-cases.pt", format="torch-zip")
def both_cases(path):
    buffer = io.BytesIO()
    torch.save({"shadow": numbered(4, 3, 2, 2)}, buffer)
    with zipfile.ZipFile(buffer) as archive:
        shadow = archive.read("archive/data.pkl")
    _rezip(path, lambda records: [("archive/DATA.PKL", shadow), *records])


@written("zip-pickle-last.pt", format="torch-zip")
def pickle_last(path):
    _rezip(path, lambda records: records[1:] + records[:1])


@written("zip-with-comment.pt", format="torch-zip")
def with_comment(path):
    torch.save(sample(), path)
    with zipfile.ZipFile(path, "a") as archive:
        archive.comment = b"fine-tuned on Monday, PK\x01\x02 and all" * 20


@written("zip-with-notes.pt", format="torch-zip")
def with_notes(path):
    """Other records beside torch's, added by a tool."""
    torch.save(sample(), path)
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr(f"{os.path.basename(path)[:-3]}/notes.txt", "fine-tuned")


@written(
    "zip-prepended.pt",
    format="torch-zip",
    loader="none",
    stated={"why": "torch looks for a zip at the first byte only; a zip reader finds the end record", "mayFail": True},
)
def prepended(path):
    buffer = io.BytesIO()
    torch.save(sample(), buffer)
    with open(path, "wb") as file:
        file.write(b"#!/bin/sh\nexit 0\n" + buffer.getvalue())


@written("zip-trailing-bytes.pt", format="torch-zip")
def trailing_bytes(path):
    torch.save(sample(), path)
    with open(path, "ab") as file:
        file.write(b"\0" * 300)


@written("zip-70000-records.pt", format="torch-zip")
def many_records(path):
    """More entries than the end record's 16 bits can count."""
    pickled = Assembly().value({"weight": tensor_v2("FloatStorage", "0", (2, 3)), "epoch": 3}).done()
    extra = [(f"extra/{i}", b"x") for i in range(70_000)]
    zip_of(pickled, {"0": floats(*range(6))}, path, extra=extra)


@written("zip-shared-storage-many.pt", format="torch-zip")
def shared_storage(path):
    base = numbered(100)
    torch.save({f"view{i}": base[i : i + 10] for i in range(0, 90, 10)}, path)


@written("zip-two-archives-in-a-row.pt", format="torch-zip", loader="none", stated={"why": "torch's zip reader finds the last directory and the first offsets", "mayFail": True})
def two_in_a_row(path):
    with open(path, "wb") as file:
        torch.save(sample(), file)
        torch.save({"second": numbered(2)}, file)


@written("legacy-two-in-a-row.pt", format="torch-legacy")
def legacy_two_in_a_row(path):
    """torch reads the first and leaves the rest to the next call."""
    with open(path, "wb") as file:
        torch.save(sample(), file, _use_new_zipfile_serialization=False)
        torch.save({"second": numbered(2)}, file, _use_new_zipfile_serialization=False)


@written("zip-nested-file.pt", format="torch-zip")
def nested_file(path):
    """A checkpoint that carries another one as bytes."""
    inner = io.BytesIO()
    torch.save({"hidden": numbered(3)}, inner)
    torch.save({"weight": numbered(2), "blob": inner.getvalue()}, path)


# --- cut files: what is left is compared with the whole file's truth

def _cut(name, whole, position, complete, form="torch-zip", value=None):
    """`complete`: whether everything of the pickle is still there."""

    @written(name, format=form, truthOf=whole, partial=True, complete=complete)
    def write(path):
        folder = os.path.dirname(path)
        with open(os.path.join(folder, whole), "rb") as file:
            data = file.read()
        with open(path, "wb") as file:
            file.write(data[: position(data)])


@written("zip-whole.pt", format="torch-zip")
def whole_zip(path):
    torch.save({**saved_classes.Detector().state_dict(), "epoch": 5}, path)


@written("legacy-whole.pt", format="torch-legacy")
def whole_legacy(path):
    save_legacy({**saved_classes.Detector().state_dict(), "epoch": 5}, path)


def _pickle_start(data):
    name_length, extra_length = struct.unpack("<HH", data[26:30])
    return 30 + name_length + extra_length


def _pickle_end(data):
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return _pickle_start(data) + archive.infolist()[0].file_size


_cut("zip-cut-in-end-record.pt", "zip-whole.pt", lambda data: len(data) - 5, True)
_cut("zip-cut-in-directory.pt", "zip-whole.pt", lambda data: data.index(b"PK\x01\x02") + 300, True)
_cut("zip-cut-before-directory.pt", "zip-whole.pt", lambda data: data.index(b"PK\x01\x02"), True)
_cut("zip-cut-in-storages.pt", "zip-whole.pt", lambda data: (_pickle_end(data) + len(data)) // 2, True)
_cut("zip-cut-after-pickle.pt", "zip-whole.pt", lambda data: _pickle_end(data) + 4, True)
_cut("zip-cut-in-pickle.pt", "zip-whole.pt", lambda data: _pickle_start(data) + 1500, False)
_cut("zip-cut-in-first-kilobyte.pt", "zip-whole.pt", lambda data: _pickle_start(data) + 250, False)
_cut("legacy-cut-in-storages.pt", "legacy-whole.pt", lambda data: len(data) - 900, True, "torch-legacy")
_cut("legacy-cut-in-pickle.pt", "legacy-whole.pt", lambda data: 1500, False, "torch-legacy")


@written("safetensors-whole.safetensors", format="safetensors", loader="safetensors")
def whole_safetensors(path):
    from safetensors.torch import save_file

    save_file(saved_classes.Detector().state_dict(), path, {"format": "pt"})


_cut("safetensors-cut.safetensors", "safetensors-whole.safetensors", lambda data: len(data) - 700, True, "safetensors")


# --- TorchScript

@written("torchscript-scripted.pt", format="torchscript", loader="jit")
@quiet
def scripted(path):
    torch.jit.script(saved_classes.ScriptableModel().eval()).save(path)


@written("torchscript-traced.pt", format="torchscript", loader="jit")
@quiet
def traced(path):
    torch.jit.trace(saved_classes.ScriptableModel().eval(), torch.ones(1, 3, 4, 4)).save(path)


@written("torchscript-frozen.pt", format="torchscript", loader="jit", constants=True)
@quiet
def frozen(path):
    """Freezing turns parameters into constants of the code."""
    torch.jit.freeze(torch.jit.script(saved_classes.ScriptableModel().eval())).save(path)


@written("torchscript-tied-and-lists.pt", format="torchscript", loader="jit")
@quiet
def scripted_tied(path):
    torch.jit.script(_ScriptTied()).save(path)


@written("torchscript-extra-files.pt", format="torchscript", loader="jit")
@quiet
def scripted_with_files(path):
    module = torch.jit.script(nn.Sequential(nn.Linear(2, 3), nn.ReLU(), nn.LSTM(3, 2)))
    torch.jit.save(module, path, _extra_files={"config.txt": b"names: [a, b]"})


@written("torchscript-half-module.pt", format="torchscript", loader="jit")
@quiet
def scripted_half(path):
    torch.jit.script(nn.Sequential(nn.Linear(2, 3), nn.Linear(3, 1)).half()).save(path)


class _ScriptTied(nn.Module):
    def __init__(self):
        super().__init__()
        self.first = nn.Linear(3, 3)
        self.second = nn.Linear(3, 3)
        self.second.weight = self.first.weight
        self.names = ["a", "b"]
        self.register_buffer("volatile", torch.arange(3.0), persistent=False)

    def forward(self, x):
        return self.second(self.first(x)) + self.volatile


@written("lite-interpreter.ptl", format="torchscript", loader="jit")
@quiet
def lite(path):
    """A mobile archive: `bytecode.pkl` beside the script's own records."""
    torch.jit.script(saved_classes.ScriptableModel().eval())._save_for_lite_interpreter(path)


# --- packages and exports

@written("package.pt", format="torch-package", loader="package", package="model", resource="model.pkl", loose=True)
@quiet
def package(path):
    with torch.package.PackageExporter(path) as exporter:
        exporter.extern("**")
        exporter.save_text("notes", "readme.txt", "a package")
        exporter.save_pickle("model", "model.pkl", nn.Sequential(nn.Linear(3, 4), nn.BatchNorm1d(4)))


@written("export.pt2", format="pt2", loader="export", loose=True)
@quiet
def exported(path):
    program = torch.export.export(saved_classes.ScriptableModel().eval(), (torch.ones(1, 3, 4, 4),))
    torch.export.save(program, path)


@written(
    "model-archive.mar",
    loader="none",
    stated={"why": "a zip around a checkpoint, for a server; torch itself does not open it", "mayFail": True},
)
def model_archive(path):
    inner = io.BytesIO()
    torch.save(sample(), inner)
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("MAR-INF/MANIFEST.json", json.dumps({"model": {"serializedFile": "model.pt"}}))
        archive.writestr("model.pt", inner.getvalue())


# --- safetensors

@written("safetensors-dtypes.safetensors", format="safetensors", loader="safetensors")
def safetensors_dtypes(path):
    from safetensors.torch import save_file

    names = (
        "float64 float32 float16 bfloat16 int64 int32 int16 int8 uint8 bool float8_e4m3fn float8_e5m2 uint16 "
        "uint32 uint64 complex64 float8_e8m0fnu float8_e4m3fnuz float8_e5m2fnuz float4_e2m1fn_x2"
    ).split()
    tensors = {}
    for name in names:
        tensor = {name: patterned(6, getattr(torch, name)).view(2, 3)}
        try:
            from safetensors.torch import save

            save(tensor)
        except Exception:
            continue
        tensors.update(tensor)
    save_file(tensors, path, {"format": "pt", "note": "权重"})


@written("safetensors-shapes.safetensors", format="safetensors", loader="safetensors")
def safetensors_shapes(path):
    from safetensors.torch import save_file

    save_file({"scalar": torch.tensor(2.5), "empty": torch.empty(0, 3), "__proto__": numbered(2), "": numbered(3)}, path)


@written("safetensors-empty.safetensors", format="safetensors", loader="safetensors")
def safetensors_empty(path):
    from safetensors.torch import save_file

    save_file({}, path)


@written("safetensors-called-bin.bin", format="safetensors", loader="safetensors")
def safetensors_other_name(path):
    from safetensors.torch import save_file

    save_file({"weight": numbered(2, 3)}, path)


@written(
    "safetensors-odd-dtypes.safetensors",
    format="safetensors",
    stated={
        "why": "written by hand; the library's names for what torch cannot always take over",
        "tensors": [
            {"path": ["e4m3"], "dtype": "float8_e4m3fn", "shape": [2]},
            {"path": ["e5m2"], "dtype": "float8_e5m2", "shape": [2]},
            {"path": ["e8m0"], "dtype": "float8_e8m0fnu", "shape": [2]},
            {"path": ["c64"], "dtype": "complex64", "shape": [1]},
        ],
    },
)
def safetensors_odd(path):
    header, position = {}, 0
    for name, dtype, size, count in (
        ("e4m3", "F8_E4M3", 1, 2), ("e5m2", "F8_E5M2", 1, 2), ("e8m0", "F8_E8M0", 1, 2), ("c64", "C64", 8, 1)
    ):
        end = position + size * count
        header[name] = {"dtype": dtype, "shape": [count], "data_offsets": [position, end]}
        position = end
    text = json.dumps(header).encode()
    # The library pads the header with spaces to a multiple of eight.
    text += b" " * (-len(text) % 8)
    with open(path, "wb") as file:
        file.write(struct.pack("<Q", len(text)) + text + bytes(range(position)))


# --- several files as one model

def _shards(state, count):
    keys = list(state)
    size = -(-len(keys) // count)
    return [{key: state[key] for key in keys[start : start + size]} for start in range(0, len(keys), size)]


def _write_index(path, state, extension, save):
    folder, base = os.path.dirname(path), os.path.basename(path).split(".")[0]
    weight_map, shards = {}, _shards(state, 3)
    for position, shard in enumerate(shards):
        name = f"{base}-{position + 1:05d}-of-{len(shards):05d}.{extension}"
        save(shard, os.path.join(folder, name))
        weight_map.update({key: name for key in shard})
    total = sum(tensor.numel() * tensor.element_size() for tensor in state.values())
    with open(path, "w", encoding="utf-8") as file:
        json.dump({"metadata": {"total_size": total}, "weight_map": weight_map}, file, indent=1)


@written("sharded-bin/pytorch_model.bin.index.json", format="sharded", loader="sharded")
def sharded_bin(path):
    _write_index(path, saved_classes.Detector().state_dict(), "bin", torch.save)


@written("sharded-safetensors/model.safetensors.index.json", format="sharded", loader="sharded")
def sharded_safetensors(path):
    from safetensors.torch import save_file

    _write_index(path, dict(saved_classes.Detector().state_dict()), "safetensors", save_file)


@written(
    "sharded-incomplete/model.safetensors.index.json",
    format="sharded",
    loader="none",
    partial=True,
    stated={"why": "the second of three shards is missing, as after a broken download", "warning": True},
)
def sharded_incomplete(path):
    from safetensors.torch import save_file

    _write_index(path, dict(saved_classes.Detector().state_dict()), "safetensors", save_file)
    os.remove(os.path.join(os.path.dirname(path), "model-00002-of-00003.safetensors"))


def _dcp_state():
    # The same in both folders.
    torch.manual_seed(5)
    model = saved_classes.Detector()
    return {
        "model": model.state_dict(),
        "step": 5,
        "name": "run",
        "list": [numbered(2), numbered(3)],
        "half": numbered(4, dtype=torch.bfloat16),
    }


@written("dcp-folder", format="dcp", loader="dcp")
@quiet
def dcp_folder(path):
    import torch.distributed.checkpoint as dcp

    dcp.save(_dcp_state(), checkpoint_id=path)


@written("dcp-metadata/.metadata", format="dcp", loader="none", truthOf="dcp-folder")
@quiet
def dcp_metadata(path):
    """The same, opened through its `.metadata` file."""
    import torch.distributed.checkpoint as dcp

    dcp.save(_dcp_state(), checkpoint_id=os.path.dirname(path))


@written("dcp-single-module", format="dcp", loader="dcp")
@quiet
def dcp_flat(path):
    import torch.distributed.checkpoint as dcp

    dcp.save(collections.OrderedDict(nn.Sequential(nn.Linear(2, 3), nn.BatchNorm1d(3)).state_dict()), checkpoint_id=path)
