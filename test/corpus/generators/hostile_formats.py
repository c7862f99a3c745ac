"""safetensors, npy, shard indexes and DCP folders that lie."""
import json
import os
import struct

import containers
from assembler import build, call, glob, new, pickled
from broken import safetensors
from zips import torch_zip


def write(corpus):
    for title, data in safetensors_lies():
        corpus.add("hostile", title, ".safetensors", data, technique=title, family="safetensors", container="safetensors", alone=len(data) > 1_000_000)
    for title, data in npy_lies():
        corpus.add("hostile", title, ".npy", data, technique=title, family="npy", container="npy")
    for title, data in index_lies():
        corpus.add("hostile", title, ".bin.index.json", data, technique=title, family="index", container="index", alone=len(data) > 1_000_000)
    for title, metadata, files in dcp_lies():
        name = corpus.path("hostile", title, "")
        folder = os.path.join(corpus.folder, name)
        os.makedirs(folder, exist_ok=True)
        for file, data in {".metadata": metadata, **files}.items():
            with open(os.path.join(folder, file), "wb") as out:
                out.write(data)
        corpus.note(name, "hostile", technique=title, family="DCP", container="DCP folder")
        corpus.add("hostile", f"{title}, metadata alone", ".metadata", metadata, technique=title, family="DCP", container="DCP metadata")


def safetensors_lies():
    tensor = {"dtype": "F32", "shape": [2, 3], "data_offsets": [0, 24]}
    for length in (0, 1, 3, 9, 2**31, 2**53, 2**63, 2**64 - 1, 100_000_001):
        yield f"safetensors header of {length} bytes", struct.pack("<Q", length) + b'{"a": {}}' + bytes(24)
    changes = {
        "offsets reversed": {"data_offsets": [24, 0]}, "offsets negative": {"data_offsets": [-24, 0]}, "offsets past the end": {"data_offsets": [0, 2**40]},
        "offsets of 2^64": {"data_offsets": [2**64, 2**65]}, "offsets of text": {"data_offsets": ["0", "24"]}, "one offset": {"data_offsets": [0]},
        "no offsets": {"data_offsets": None}, "offsets that overlap another's": {"data_offsets": [0, 12]}, "a shape of 2^63": {"shape": [2**63]},
        "a negative shape": {"shape": [-2, -3]}, "a fractional shape": {"shape": [2.5]}, "a shape of text": {"shape": "2x3"}, "no shape": {"shape": None},
        "a shape that overflows": {"shape": [2**32] * 40}, "an unknown type": {"dtype": "Q99"}, "a type of a number": {"dtype": 5}, "a long type": {"dtype": "F" * 100_000},
        "a shape of a hundred thousand": {"shape": [1] * 100_000}, "another size than its shape": {"shape": [7, 7]}, "more facts": {"extra": {"a": [1]}},
    }
    for name, change in changes.items():
        yield f"safetensors with {name}", safetensors({"a": {**tensor, **change}}, bytes(24))
    yield "safetensors of a list", safetensors([1, 2], bytes(24))
    yield "safetensors of a number", safetensors(b"5   ", bytes(24))
    yield "safetensors with text for a tensor", safetensors({"a": "tensor"}, bytes(24))
    yield "safetensors with metadata of numbers", safetensors({"__metadata__": {"a": 5}, "a": tensor}, bytes(24))
    yield "safetensors with metadata of a list", safetensors({"__metadata__": [1], "a": tensor}, bytes(24))
    yield "safetensors without tensors", safetensors({}, b"")
    yield "safetensors with a key twice", safetensors(b'{"a":' + json.dumps(tensor).encode() + b',"a":' + json.dumps(tensor).encode() + b"}", bytes(24))
    yield "safetensors with a prototype", safetensors(b'{"__proto__":' + json.dumps(tensor).encode() + b',"constructor":' + json.dumps(tensor).encode() + b"}", bytes(24))
    yield "safetensors that is no UTF-8", safetensors(b'{"\xff\xfe":' + json.dumps(tensor).encode() + b"}", bytes(24))
    yield "safetensors with NaN", safetensors(b'{"a": NaN}', bytes(24))
    yield "safetensors with a byte order mark", safetensors(b"\xef\xbb\xbf{}", bytes(24))
    yield "safetensors with comments", safetensors(b'{/* a */}', b"")
    yield "safetensors cut in its header", safetensors({"a": tensor})[:30]
    yield "safetensors without its data", safetensors({"a": tensor})
    yield "safetensors with data that nobody has", safetensors({"a": tensor}, bytes(5000))
    yield "safetensors with a megabyte for a key", safetensors({"k" * 1_000_000: tensor}, bytes(24))
    yield "safetensors with keys of markup", safetensors({"<script>\x1b[31m\u202e\0": tensor}, bytes(24))
    yield "safetensors 10^6 deep", safetensors(b"[" * 1_000_000, b"")
    yield "safetensors 10^6 deep in objects", safetensors(b'{"a":' * 1_000_000, b"")
    yield "safetensors 10^5 deep and closed", safetensors(b'{"a":' * 100_000 + b"1" + b"}" * 100_000, b"")
    yield "safetensors of spaces", safetensors(b"{}" + b" " * 30_000_000, b"")
    keys = ",".join('"layer.%d.weight":{"dtype":"F32","shape":[0],"data_offsets":[0,0]}' % i for i in range(200_000))
    yield "safetensors of two hundred thousand keys", safetensors(b"{" + keys.encode() + b"}", b"")
    yield "safetensors whose header is text that never ends", safetensors(b'{"' + b"a" * 30_000_000, b"")


def npy_lies():
    pickle = pickled([1])[0]
    for shape in ("(9223372036854775808,)", "(-1,)", "(1.5,)", "'2'", "()", "(1,)" * 9, "(" * 20_000, "(" + "1," * 20_000 + ")", "None"):
        yield f"npy shape {shape[:24]}", containers.npy(pickle, shape=shape)
    for descr in ("|O8", "<f16", "|V2147483647", "|S-1", "<M8[as]", "|O,|O", "", "\\x00", "<q99", "f" * 50_000):
        yield f"npy type {descr[:12]}", containers.npy(pickle, descr=descr)
    plain = containers.npy(pickle)
    yield "npy header of 65535", plain[:8] + b"\xff\xff" + plain[10:]
    yield "npy version 9", plain[:6] + b"\x09\0" + plain[8:]
    yield "npy version 2 with a header of 4 GiB", b"\x93NUMPY\x02\0\xff\xff\xff\xff" + bytes(200)
    yield "npy header that calls", b"\x93NUMPY\x01\0" + struct.pack("<H", 60) + b"__import__('os').system('id')".ljust(59) + b"\n" + pickle
    yield "npy magic alone", b"\x93NUMPY"
    yield "npy of objects without a pickle", containers.npy(b"")
    yield "npy of objects with a broken pickle", containers.npy(b"\x80\x04\x8c\xff")


def index_lies():
    yield "index upwards", json.dumps({"weight_map": {"a": "../../../../etc/passwd"}}).encode()
    yield "index absolute", json.dumps({"weight_map": {"a": "/etc/passwd", "b": "/dev/zero"}}).encode()
    yield "index of devices", json.dumps({"weight_map": {"a": "../../../../../../../../dev/zero"}}).encode()
    yield "index of itself", json.dumps({"weight_map": {"a": "index-of-itself.bin.index.json"}}).encode()
    yield "index of nothing", b"{}"
    yield "index of absent shards", json.dumps({"weight_map": {f"k{i}": f"absent-{i}.bin" for i in range(5_000)}}).encode()
    yield "index of many shards", json.dumps({"weight_map": {f"k{i}": f"absent-{i}.bin" for i in range(100_000)}}).encode()
    yield "index of one absent shard and many keys", json.dumps({"weight_map": {f"k{i}": "absent.bin" for i in range(100_000)}}).encode()
    yield "index of numbers", json.dumps({"weight_map": {"a": 5, "b": None, "c": ["x"]}}).encode()
    yield "index of a list", json.dumps({"weight_map": ["a"]}).encode()
    yield "index 10^6 deep", b'{"weight_map":' * 1_000_000
    yield "index of text", b"weights"
    yield "index of a folder", json.dumps({"weight_map": {"a": "."}}).encode()
    yield "index of names of markup", json.dumps({"weight_map": {"<b>\x1b[31m": "\u202e\0.bin"}}).encode()
    yield "index of a long name", json.dumps({"weight_map": {"a": "n" * 100_000}}).encode()


def dcp_lies():
    metadata = "torch.distributed.checkpoint.metadata"

    def storage_info(path, offset, length):
        cls = glob("torch.distributed.checkpoint.filesystem", "_StorageInfo")
        return build(new(cls), {"relative_path": path, "offset": offset, "length": length, "transform_descriptors": None})

    def index(name):
        return build(new(glob(metadata, "MetadataIndex")), {"fqn": name, "offset": call(glob("torch", "Size"), (0,)), "index": 0})

    def tensor(size=(2, 3), offsets=(0, 0)):
        size_of = lambda value: call(glob("torch", "Size"), value)
        chunk = build(new(glob(metadata, "ChunkStorageMetadata")), {"offsets": size_of(offsets), "sizes": size_of(size)})
        facts = build(new(glob(metadata, "TensorProperties")), (glob("torch", "float32"), glob("torch", "strided"), False, "contiguous_format", False))
        return build(new(glob(metadata, "TensorStorageMetadata")), {"properties": facts, "size": size_of(size), "chunks": [chunk]})

    def whole(state, storages):
        def storage_data(w):
            w.raw(b"}(")
            for key, value in storages:
                w.value(key).value(value)
            w.raw(b"u")

        return pickled(build(new(glob(metadata, "Metadata")), {"state_dict_metadata": state, "planner_data": None, "storage_data": storage_data, "storage_meta": None}), 4)[0]

    data = torch_zip(pickled({"a": 1})[0])
    good = {"__0_0.distcp": data}
    yield "DCP with a path upwards", whole({"a": tensor()}, [(index("a"), storage_info("../../../../../etc/passwd", 0, 100))]), good
    yield "DCP with an absolute path", whole({"a": tensor()}, [(index("a"), storage_info("/dev/zero", 0, 2**40))]), good
    yield "DCP with an absent file", whole({"a": tensor()}, [(index("a"), storage_info("__9_9.distcp", 0, 100))]), good
    yield "DCP with lengths of lies", whole({"a": tensor()}, [(index("a"), storage_info("__0_0.distcp", 2**62, 2**62))]), good
    yield "DCP with negative offsets", whole({"a": tensor()}, [(index("a"), storage_info("__0_0.distcp", -5, -5))]), good
    yield "DCP with a huge shape", whole({"a": tensor((2**62, 2**62), (2**63, -1))}, [(index("a"), storage_info("__0_0.distcp", 0, len(data)))]), good
    yield "DCP of bytes that are no pickle", whole({"a": build(new(glob(metadata, "BytesStorageMetadata")), {})}, [(index("a"), storage_info("__0_0.distcp", 0, 5))]), good
    yield "DCP of numbers", whole({"a": 5, "b": None}, [(1, 2), (index("b"), 3)]), good
    yield "DCP of nothing", pickled(None)[0], {}
    yield "DCP that is cut off", whole({"a": tensor()}, [])[:60], good
    yield "DCP with an empty metadata", b"", good
