"""Files made for the comparison of our weights_only model with torch.

    python cases.py FOLDER COUNT     writes named cases and COUNT random ones; the list goes to FOLDER/files.json
"""

import io
import json
import pathlib
import random
import struct
import sys
import zipfile

import torch

from streams import ALLOWED, PYTHON2, REFUSED, call, dict_of, get, integer, list_of, random_stream, real, spoil, storage, tensor, text, tuple_of

STORED = {"0": struct.pack("<6f", *range(6)), "1": b"", "2": bytes(12)}


def archive(pickled=None, folder="archive", change=(), drop=(), method=zipfile.ZIP_STORED, extra=()):
    """A torch zip around a pickle, as torch 2.13 writes it."""
    records = {
        "data.pkl": tensor() + b"." if pickled is None else pickled,
        ".format_version": b"1",
        ".storage_alignment": b"64",
        "byteorder": b"little",
        **{f"data/{key}": data for key, data in STORED.items()},
        "version": b"3\n",
        ".data/serialization_id": b"0" * 40,
    }
    records.update(dict(change))
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", method) as out:
        for name, data in records.items():
            if name not in drop:
                out.writestr(f"{folder}/{name}" if folder else name, data)
        for name, data in extra:
            out.writestr(name, data)
    return target.getvalue()


def stream(body):
    return archive(b"\x80\x02" + body + b".")


def legacy(body=None, keys=("0",), stored=STORED["0"], count=6, magic=0x1950A86A20F9469CFC6C, protocol=1001):
    parts = [
        b"\x80\x02" + integer(magic) + b".",
        b"\x80\x02" + integer(protocol) + b".",
        b"\x80\x02" + dict_of(text("little_endian"), b"\x88") + b".",
        b"\x80\x02" + (legacy_tensor() if body is None else body) + b".",
        b"\x80\x02" + list_of(*map(text, keys)) + b".",
    ]
    return b"".join(parts) + struct.pack("<q", count) + stored


def legacy_storage(view=b"N", key="0", kind="torch.FloatStorage", count=6):
    return tuple_of(text("storage"), get(kind), text(key), text("cpu"), integer(count), view) + b"Q"


def legacy_tensor(shape=(6,), stride=(1,), offset=0, **of_storage):
    return call(
        "torch._utils._rebuild_tensor_v2",
        legacy_storage(**of_storage),
        integer(offset),
        tuple_of(*map(integer, shape)),
        tuple_of(*map(integer, stride)),
        b"\x89",
        call("collections.OrderedDict"),
    )


def named():
    yield from streams_of_one_rule()
    yield from archives()
    yield from legacy_files()


def streams_of_one_rule():
    for name in ALLOWED + REFUSED + PYTHON2:
        yield f"global-{name}", stream(get(name))
        yield f"call-{name}", stream(get(name) + b")R")
        yield f"new-{name}", stream(get(name) + b")\x81")
        yield f"built-{name}", stream(get(name) + b")R}b")
        yield f"built-none-{name}", stream(get(name) + b")RNb")
        yield f"built-state-{name}", stream(get(name) + b")R" + dict_of(text("a"), integer(1)) + b"b")
        yield f"popped-{name}", stream(get(name) + b"N\x86")
    for code in range(256):
        yield f"opcode-{code:02x}", stream(b"]" + bytes([code]))
        yield f"opcode-after-{code:02x}", stream(b"K\x01K\x02(" + bytes([code]))
    yield "deep-list", stream(b"]" * 50_000 + b"a" * 49_999)
    yield "deep-tuple", stream(b")" + b"\x85" * 50_000)
    yield "deep-tuple-hashed", stream(b"}" + b")" + b"\x85" * 200 + b"Ns")
    yield "unhashable-tuple", stream(b"}]\x85\x85Ns")
    yield "self-list", stream(b"]q\x00h\x00a")
    yield "surrogate", stream(b"X\x03\x00\x00\x00\xed\xa0\x80")
    yield "not-utf8", stream(b"X\x01\x00\x00\x00\xff")
    yield "crlf-global", stream(b"ccollections\r\nOrderedDict\r\n")
    yield "memo-far", stream(b"Nr\xff\xff\xff\xffj\xff\xff\xff\xff")
    yield "memo-missing", stream(b"Nj\x01\x00\x00\x00")
    yield "long-text", stream(b"X\xff\xff\xff\xff")
    yield "encoded-bytes", stream(call("_codecs.encode", text("\u00ff\u0000"), text("latin1")))
    yield "state-dict", stream(
        get("collections.OrderedDict") + b")R(" + text("w") + tensor() + text("b") + tensor(shape=(2, 3), stride=(3, 1))
        + b"u" + dict_of(text("_metadata"), call("collections.OrderedDict")) + b"b"
    )
    for name, value in {"none": b"N", "int": integer(1), "text": text("a"), "list": b"]", "tuple": b")"}.items():
        yield f"id-{name}", stream(value + b"Q")
        yield f"state-od-{name}", stream(call("collections.OrderedDict") + value + b"b")
        yield f"state-tensor-{name}", stream(tensor() + value + b"b")
        yield f"state-parameter-{name}", stream(call("torch.nn.parameter.Parameter", tensor()) + value + b"b")
        yield f"args-{name}", stream(get("builtins.set") + value + b"R")
        yield f"setitem-{name}", stream(value + integer(0) + integer(0) + b"s")
        yield f"setitems-none-{name}", stream(value + b"(u")
        yield f"append-{name}", stream(value + integer(0) + b"a")
    yield "id-module", stream(tuple_of(text("module"), text("a")) + b"Q")
    yield "id-long", stream(tuple_of(text("storage"), get("torch.FloatStorage"), text("0"), text("cpu"), integer(6), b"N") + b"Q")
    yield "id-int-key", stream(tuple_of(text("storage"), get("torch.FloatStorage"), integer(0), text("cpu"), integer(6)) + b"Q")
    yield "id-tensor-type", stream(tuple_of(text("storage"), get("torch.FloatTensor"), text("0"), text("cpu"), integer(6)) + b"Q")
    yield "id-dtype", stream(tuple_of(text("storage"), get("torch.float32"), text("0"), text("cpu"), integer(6)) + b"Q")
    yield "id-bytes", stream(tuple_of(call("_codecs.encode", text("storage")), get("torch.FloatStorage"), text("0"), text("cpu"), integer(6)) + b"Q")
    for location in ["cpu", "cpu:0", "cuda", "cuda:0", "cuda0x", "cuda:01", "cuda:2147483647", "cuda:2147483648", "mps", "mpsx", "meta", "meta:0", "xla:0", "hpu", "xpu:1", "mtia:0", "privateuseone", "npu:0", "", "CPU"]:
        yield f"location-{location.replace(':', '-')}", stream(tensor(location=location))
    for key in ["0", "1", "2", "3", "../data.pkl", "00", " 0", "0\0", "é"]:
        yield f"key-{key!r}".replace("/", "_").replace("\\", "_").replace("'", ""), stream(tensor(key=key))
    for shape, stride, offset in [((6,), (1,), 0), ((7,), (1,), 0), ((5,), (1,), 1), ((6,), (1,), 1), ((2, 3), (), 0), ((3,), (2,), 0), ((4,), (2,), 0), ((0,), (1,), 99), ((2**40,), (0,), 0), ((2**40, 2**40), (0, 0), 0), ((2**63,), (0,), 0), ((1,), (-5,), 0), ((2,), (-1,), 3), ((), (), 5), ((), (), 6), ((6,), (1, 1), 0), ((1,) * 70, (1,) * 70, 0)]:
        label = f"view-{shape}-{stride}-{offset}".replace(" ", "")
        yield label[:60] + str(len(label)), stream(tensor(shape=shape, stride=stride, offset=offset))
    for name, value in {"bool": b"\x88", "float": real(1.0), "none": b"N", "text": text("a"), "list": list_of(integer(6))}.items():
        one = [storage(), integer(0), tuple_of(integer(1)), tuple_of(integer(1)), b"\x89", b"N"]
        for position in range(7):
            args = [*one, b"}"]
            args[position] = value
            yield f"v2-{position}-{name}", stream(call("torch._utils._rebuild_tensor_v2", *args))
    for metadata in [dict_of(text("neg"), b"\x88"), dict_of(text("conj"), b"\x88"), dict_of(text("conj"), b"\x89"), dict_of(text("x"), b"\x88"), list_of(integer(1)), dict_of(integer(1), b"\x88")]:
        args = [storage(), integer(0), tuple_of(integer(1)), tuple_of(integer(1)), b"\x89", b"N", metadata]
        yield f"metadata-{metadata.hex()[:40]}", stream(call("torch._utils._rebuild_tensor_v2", *args))
    for attribute in ["note", "data", "grad", "requires_grad", "shape", "__class__", "backward"]:
        state = dict_of(text(attribute), integer(1))
        yield f"attribute-{attribute}", stream(call("torch._utils._rebuild_parameter_with_state", tensor(), b"\x89", b"N", state))
    long = {"kind": "torch.LongStorage", "key": "0", "count": 3}
    yield "long", stream(tensor(shape=(3,), **long))
    yield "long-requires-grad", stream(tensor(shape=(3,), requires_grad=b"\x88", **long))
    yield "two-dtypes-one-key", stream(list_of(tensor(), tensor(shape=(3,), **long)))
    indices = tensor(shape=(1, 3), stride=(3, 1), **long)
    coordinates = call("torch.serialization._get_layout", text("torch.sparse_coo"))
    for count in [2, 3]:
        values = tensor(key="2", count=3, shape=(count,))
        parts = tuple_of(indices, values, tuple_of(integer(9)), b"\x88")
        yield f"sparse-{count}", stream(call("torch._utils._rebuild_sparse_tensor", coordinates, parts))


def wrong_sizes():
    """Deflated records that hold more or less than the directory says, and whose data is cut off."""
    long = {name: data + b"N" * 70_000 for name, data in {"data.pkl": tensor() + b".", "data/0": STORED["0"], "version": b"3\n", ".format_version": b"1"}.items()}
    for name, data in long.items():
        for size in [len(data), len(data) + 1, len(data) - 70_000, len(data) - 70_001, 1]:
            for cut in [0, 1, 20]:
                whole = archive(change={name: data}, method=zipfile.ZIP_DEFLATED)
                yield f"zip-size-{name.replace('/', '_')}-{size}-{cut}", resized(whole, f"archive/{name}", size, cut)


def resized(whole, name, size, cut):
    """The directory entry of a record with another size, and fewer compressed bytes."""
    changed = bytearray(whole)
    at = whole.index(b"PK\x01\x02")
    while whole[at + 46 : at + 46 + len(name)] != name.encode():
        at = whole.index(b"PK\x01\x02", at + 4)
    (compressed,) = struct.unpack_from("<I", whole, at + 20)
    struct.pack_into("<II", changed, at + 20, compressed - cut, size)
    return bytes(changed)


def archives():
    plain = archive()
    yield "zip-plain", plain
    yield "zip-deflated", archive(method=zipfile.ZIP_DEFLATED)
    yield "zip-bzip2", archive(method=zipfile.ZIP_BZIP2)
    yield from wrong_sizes()
    for name in ["version", "byteorder", ".storage_alignment", ".data/serialization_id", "data.pkl", "data/0", ".format_version"]:
        yield f"zip-without-{name.replace('/', '_')}", archive(drop=[name])
        yield f"zip-empty-{name.replace('/', '_')}", archive(change={name: b""})
        yield f"zip-other-{name.replace('/', '_')}", archive(change={name: b"\xffx"})
    for version in [b"0", b"1", b"10", b"11", b" 3", b"3x", b"-1", b"+4", b"99999999999999999999"]:
        yield f"zip-version-{version.decode().strip()}-{len(version)}", archive(change={"version": version})
    for alignment in [b" 1_0\n", b"0x10", b"-1"]:
        yield f"zip-alignment-{alignment.hex()}", archive(change={".storage_alignment": alignment})
    yield "zip-big-endian", archive(change={"byteorder": b"big"})
    yield "zip-torchscript", archive(extra=[("archive/constants.pkl", b"N.")])
    yield "zip-torchscript-case", archive(extra=[("archive/Constants.pkl", b"N.")])
    yield "zip-two-data", archive(extra=[("archive/data.pkl", b"N.")])
    yield "zip-upper-data", archive(extra=[("archive/DATA.PKL", b"cos\nsystem\n.")])
    yield "zip-other-folder", archive(extra=[("other/x", b"")])
    yield "zip-root", archive(folder="")
    yield "zip-odd-folder", archive(folder="..")
    yield "zip-storage-short", archive(change={"data/0": b"\0" * 23})
    yield "zip-storage-long", archive(change={"data/0": b"\0" * 25})
    yield "zip-appended", plain + b"more"
    yield "zip-prepended", b"PK\x03\x04more" + plain
    yield "zip-cut", plain[:-30]
    yield "zip-twice", plain + plain
    central, end = plain.find(b"PK\x01\x02"), plain.find(b"PK\x05\x06")
    changes = {
        "flag-encrypted": (central + 8, "<H", 1),
        "flag-masked": (central + 8, "<H", 0x2000),
        "flag-utf8": (central + 8, "<H", 0x800),
        "method": (central + 10, "<H", 12),
        "compressed-size": (central + 20, "<I", 5),
        "size": (central + 24, "<I", 5),
        "offset": (central + 42, "<I", 5),
        "offset-far": (central + 42, "<I", 2**31),
        "ones": (central + 24, "<I", 2**32 - 1),
        "disk-1": (central + 34, "<H", 1),
        "disk-2": (central + 34, "<H", 2),
        "name-length": (central + 28, "<H", 60000),
        "end-count": (end + 10, "<H", 1),
        "end-disk": (end + 4, "<H", 1),
        "end-size": (end + 12, "<I", 1),
        "end-offset": (end + 16, "<I", central - 1),
        "local-flag": (6, "<H", 1),
        "local-method": (8, "<H", 8),
        "local-name": (26, "<H", 1),
        "local-signature": (0, "<I", 0),
    }
    for name, (at, form, value) in changes.items():
        changed = bytearray(plain)
        struct.pack_into(form, changed, at, value)
        yield f"zip-changed-{name}", bytes(changed)


def legacy_files():
    yield "legacy-plain", legacy()
    yield "legacy-cut", legacy()[:-1]
    yield "legacy-more", legacy() + b"more"
    yield "legacy-magic", legacy(magic=1)
    yield "legacy-protocol", legacy(protocol=1000)
    yield "legacy-no-keys", legacy(keys=())
    yield "legacy-unknown-key", legacy(keys=("1",))
    yield "legacy-count", legacy(count=5)
    yield "legacy-grown", legacy(legacy_tensor(shape=(7,)))
    yield "legacy-grown-fits", legacy(legacy_tensor(shape=(7,)), stored=bytes(28), count=7)
    yield "legacy-view", legacy(legacy_tensor(shape=(3,), view=tuple_of(text("v"), integer(1), integer(3))))
    yield "legacy-view-large", legacy(legacy_tensor(shape=(3,), view=tuple_of(text("v"), integer(5), integer(3))))
    yield "legacy-view-list", legacy(legacy_tensor(shape=(3,), view=list_of(text("v"), integer(1), integer(3))))
    yield "legacy-untyped", legacy(legacy_tensor(kind="torch.storage.UntypedStorage"))
    yield "legacy-module", legacy(tuple_of(text("module"), get("torch.Tensor"), b"N", b"N") + b"Q")
    yield "legacy-huge", legacy(legacy_tensor(count=2**60))
    yield "legacy-global", legacy(get("os.system"))
    yield "plain-pickle", b"\x80\x02]."
    yield "plain-pickle-4", b"\x80\x04\x95\x02\x00\x00\x00\x00\x00\x00\x00]\x94."
    yield "nothing", b""
    yield "zeros", bytes(4096)
    yield "text", b"not a checkpoint\n"
    yield "html", b"<!doctype html><html></html>"


def main():
    folder = pathlib.Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    chance = random.Random(20261124)
    files = []

    def write(name, data):
        file = folder / f"{name}.pt"
        file.write_bytes(data)
        files.append(str(file))

    for name, data in named():
        write(name.replace("/", "_").replace("\0", "_"), data)
    for number in range(int(sys.argv[2])):
        body = random_stream(chance)
        write(f"random-{number}", legacy(body[2:-1]) if number % 10 == 9 else archive(body))
    whole = archive()
    for number in range(int(sys.argv[2]) // 10):
        write(f"spoiled-zip-{number}", spoil(chance, whole))
        write(f"spoiled-legacy-{number}", spoil(chance, legacy()))
    (folder / "files.json").write_text(json.dumps(files))


if __name__ == "__main__":
    main()
