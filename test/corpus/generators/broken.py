"""Files as transfers, full disks and bad memory leave them: cut off, with wrong bits, of another kind altogether."""
import json
import random
import struct

import containers
from assembler import framed, pickled, state_dict
from corpus import BROKEN
from zips import torch_zip


def safetensors(header, data=b""):
    text = header if isinstance(header, bytes) else json.dumps(header).encode()
    return struct.pack("<Q", len(text)) + text + data


SAFETENSORS = safetensors({"a": {"dtype": "F32", "shape": [2, 3], "data_offsets": [0, 24]}}, bytes(24))


def bases():
    nested = {"a": [1, 2.5, "x", (1, 2)], "b": {"c": b"bytes" * 9, "d": None}, "long": 1 << 70}
    protocols = {f"protocol {p}": (".pkl", pickled(nested, p)[0]) for p in (0, 1, 2, 3, 4)}
    return {
        **protocols,
        "protocol 5": (".pkl", framed(pickled(nested, 5)[0])),
        "state_dict": (".pkl", pickled(state_dict())[0]),
        "torch zip": (".pt", torch_zip(pickled(state_dict())[0])),
        "torch legacy": (".pth", containers.legacy(pickled(state_dict())[0])),
        "torch tar": (".pt", containers.old_torch_tar(pickled(state_dict())[0])),
        "gzip": (".gz", containers.gz(pickled(nested)[0])),
        "xz": (".xz", containers.lzma.compress(pickled(nested)[0])),
        "bzip2": (".bz2", containers.bz2.compress(pickled(nested)[0])),
        "npy": (".npy", containers.npy(pickled([1, 2])[0])),
        "safetensors": (".safetensors", SAFETENSORS),
    }


def write_broken(corpus):
    for title, (extension, data) in bases().items():
        stream = title.startswith("protocol") or title in ("state_dict", "gzip", "xz", "bzip2")
        for part in (0.1, 0.35, 0.6, 0.9):
            cut = max(3, int(len(data) * part))
            corpus.add(
                "hostile", f"{title} cut at {int(part * 100)} percent", extension, data[:cut], technique="cut off", family=title,
                expected=BROKEN if stream else None,
            )
        # The last byte of a stream is its STOP.
        corpus.add("hostile", f"{title} without its last byte", extension, data[:-1], technique="cut off", family=title, expected=BROKEN if stream else None)
        chance = random.Random(title)
        for turn in range(5):
            changed = bytearray(data)
            for _ in range(1 + turn * 3):
                changed[chance.randrange(min(len(changed), 1200))] ^= 1 << chance.randrange(8)
            corpus.add("hostile", f"{title} with wrong bits {turn + 1}", extension, bytes(changed), technique="wrong bits", family=title)
    for title, extension, data in foreign():
        corpus.add("hostile", title, extension, data, technique="another kind of file", family=title)


def foreign():
    chance = random.Random(7)
    yield "empty", ".pt", b""
    yield "one byte", ".pt", b"\x80"
    yield "two bytes", ".pt", b"PK"
    yield "zeros", ".pt", bytes(70_000)
    yield "random bytes", ".bin", chance.randbytes(70_000)
    yield "LFS pointer", ".pt", b"version https://git-lfs.github.com/spec/v1\noid sha256:" + b"a" * 64 + b"\nsize 12345\n"
    yield "annex pointer", ".pt", b"/annex/objects/SHA256E-s12--" + b"a" * 64 + b"\n"
    yield "error page", ".pth", b"<!DOCTYPE html><html><body>404 Not Found</body></html>"
    yield "JSON error", ".bin", b'{"error": "Repository not found"}'
    yield "plain text", ".pkl", b"I am no pickle.\nReally.\n"
    yield "Python source", ".pt", b"import torch\nmodel = torch.nn.Linear(1, 2)\n"
    yield "text in UTF-16", ".pt", "weights".encode("utf-16")
    yield "7z", ".7z", b"7z\xbc\xaf'\x1c\0\x04" + chance.randbytes(300)
    yield "rar", ".rar", b"Rar!\x1a\x07\x01\0" + chance.randbytes(300)
    yield "zstd", ".pkl.zst", b"\x28\xb5\x2f\xfd" + chance.randbytes(300)
    yield "HDF5", ".h5", b"\x89HDF\r\n\x1a\n" + bytes(300)
    yield "GGUF", ".gguf", b"GGUF\x03\0\0\0" + struct.pack("<QQ", 1 << 62, 1 << 62)
    yield "ELF", ".pt", b"\x7fELF\x02\x01\x01" + bytes(300)
    yield "PNG", ".pt", b"\x89PNG\r\n\x1a\n" + bytes(300)
    yield "ONNX", ".onnx", b"\x08\x07\x12\x07pytorch" + bytes(300)
    yield "all newlines", ".pkl", b"\n" * 70_000
    yield "all stops", ".pkl", b"." * 70_000
    yield "all 0x80", ".pkl", b"\x80" * 70_000
    yield "end record alone", ".zip", b"PK\x05\x06" + bytes(18)
    yield "half an end record", ".zip", b"PK\x03\x04" + bytes(50) + b"PK\x05\x06\0"
