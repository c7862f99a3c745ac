"""Where a pickle can hide: `(name, file extension, (pickle) -> bytes)`. All of them are read by something that people
use: torch, `pickle.load`, joblib, numpy, pandas, or a person who unpacks the archive first."""
import bz2
import gzip
import io
import lzma
import struct
import tarfile
import zlib

from assembler import pickled, state_dict
from zips import Entry, archive, torch_entries, torch_zip

BENIGN, BENIGN_GLOBALS = pickled(state_dict())
MAGIC = 0x1950A86A20F9469CFC6C


def legacy(root, magic=None, protocol=None, info=None, keys=None, storages=True):
    """The five pickles of torch before 1.6, each of which can be replaced."""
    out = magic or pickled(MAGIC)[0]
    out += protocol or pickled(1001)[0]
    sizes = {"short": 2, "int": 4, "long": 4}
    out += info or pickled({"protocol_version": 1001, "little_endian": True, "type_sizes": sizes})[0]
    out += root + (keys or pickled(["0"])[0])
    return out + (struct.pack("<q", 6) + bytes(24) if storages else b"")


def tar(members, mode="w", **facts):
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode=mode, format=tarfile.USTAR_FORMAT) as file:
        for name, data in members:
            member = tarfile.TarInfo(name)
            member.size, member.mtime = len(data), 0
            file.addfile(member, io.BytesIO(data))
    return out.getvalue()


def old_torch_tar(pickle, storages=None, tensors=None):
    """torch before 0.1.10: a count of storages, a count of tensors, the object."""
    return tar([
        ("sys_info", pickled({"protocol_version": 1000, "little_endian": True})[0]),
        ("pickle", pickle),
        ("tensors", tensors or pickled(0)[0]),
        ("storages", storages or pickled(0)[0] + pickled([])[0]),
    ])


def npy(pickle, descr="|O", shape="(1,)", version=(1, 0)):
    header = f"{{'descr': '{descr}', 'fortran_order': False, 'shape': {shape}, }}".encode()
    header += b" " * (-(len(header) + 11) % 64) + b"\n"
    return b"\x93NUMPY" + bytes(version) + struct.pack("<H" if version[0] == 1 else "<I", len(header)) + header + pickle


def gz(data):
    return gzip.compress(data, 6, mtime=0)


def lz4_frame(blocks):
    """An LZ4 frame whose blocks are given as `(stored?, bytes)`; header checksum included."""
    descriptor = b"\x60\x70"
    out = b"\x04\x22\x4d\x18" + descriptor + bytes([(_xxh32(descriptor) >> 8) & 0xFF])
    for stored, data in blocks:
        out += struct.pack("<I", len(data) | (0x80000000 if stored else 0)) + data
    return out + struct.pack("<I", 0)


def _xxh32(data):
    """xxHash-32 of fewer than 16 bytes with seed 0."""
    rotate = lambda v, n: ((v << n) | (v >> (32 - n))) & 0xFFFFFFFF
    value = (374761393 + len(data)) & 0xFFFFFFFF
    for byte in data:
        value = rotate((value + byte * 374761393) & 0xFFFFFFFF, 11) * 2654435761 & 0xFFFFFFFF
    value = (value ^ value >> 15) * 2246822519 & 0xFFFFFFFF
    value = (value ^ value >> 13) * 3266489917 & 0xFFFFFFFF
    return value ^ value >> 16


def old_joblib(data):
    """joblib before 0.10: `ZF`, the length as a hexadecimal number in 19 characters, zlib."""
    return b"ZF" + hex(len(data)).encode().ljust(19) + zlib.compress(data)


def torch_package(pickle):
    return archive([
        Entry("package/.data/extern_modules", b"torch\n"), Entry("package/.data/version", b"6"),
        Entry("package/model/model.pkl", pickle), Entry("package/model/__init__.py", b""), Entry("package/byteorder", b"little"),
    ])


def torchscript(pickle, record="constants.pkl"):
    return archive([
        Entry("model/data.pkl", pickle if record == "data.pkl" else pickled({})[0]), Entry("model/byteorder", b"little"),
        Entry("model/code/__torch__.py", b"class M(Module):\n  __parameters__ = []\n"),
        Entry("model/constants.pkl", pickle if record == "constants.pkl" else b"\x80\x02)."), Entry("model/version", b"3\n"),
    ])


def dcp_metadata(pickle):
    """A folder's `.metadata` is a plain pickle."""
    return pickle


CONTAINERS = [
    ("bare pickle", ".pkl", lambda p: p),
    ("torch zip", ".pt", torch_zip),
    ("torch zip, deflated", ".pth", lambda p: archive(torch_entries(p, method=8))),
    ("torch legacy", ".pth", legacy),
    ("torch legacy, magic number", ".pth", lambda p: legacy(BENIGN, magic=p + pickled(MAGIC)[0])),
    ("torch legacy, protocol", ".pth", lambda p: legacy(BENIGN, protocol=p)),
    ("torch legacy, system info", ".pth", lambda p: legacy(BENIGN, info=p)),
    ("torch legacy, storage keys", ".pth", lambda p: legacy(BENIGN, keys=p)),
    ("torch tar, object", ".pt", old_torch_tar),
    ("torch tar, storages", ".pt", lambda p: old_torch_tar(BENIGN, storages=p)),
    ("torch tar, tensors", ".pt", lambda p: old_torch_tar(BENIGN, tensors=p)),
    ("torch.package", ".pt", torch_package),
    ("TorchScript, constants", ".pt", torchscript),
    ("TorchScript, data", ".pt", lambda p: torchscript(p, "data.pkl")),
    ("DCP metadata", ".metadata", dcp_metadata),
    ("two torch zips one after another", ".distcp", lambda p: torch_zip(BENIGN) + torch_zip(p)),
    ("gzip", ".pkl.gz", gz),
    ("zlib", ".z", zlib.compress),
    ("bzip2", ".pkl.bz2", bz2.compress),
    ("xz", ".pkl.xz", lzma.compress),
    ("lzma", ".lzma", lambda p: lzma.compress(p, format=lzma.FORMAT_ALONE)),
    ("lz4", ".lz4", lambda p: lz4_frame([(True, p)])),
    ("gzip of gzip", ".pkl.gz.gz", lambda p: gz(gz(p))),
    ("gzip with a wrong checksum", ".pkl.gz", lambda p: gz(p)[:-8] + bytes(8)),
    ("gzip that is cut off", ".pkl.gz", lambda p: gz(p)[:-6]),
    ("gzip, second member", ".joblib", lambda p: gz(BENIGN) + gz(p)),
    ("old joblib", ".joblib", old_joblib),
    ("gzip of a torch zip", ".pt.gz", lambda p: gz(torch_zip(p))),
    ("tar of pickles", ".tar", lambda p: tar([("readme.txt", b"weights"), ("model/weights.pkl", p)])),
    ("tar.gz of a torch zip", ".tar.gz", lambda p: gz(tar([("model.pt", torch_zip(p))]))),
    ("tar.bz2", ".tar.bz2", lambda p: bz2.compress(tar([("w.pkl", p)]))),
    ("zip of pickles", ".zip", lambda p: archive([Entry("readme.txt", b"weights"), Entry("weights.pickle", p, 8)])),
    ("zip, member without an extension", ".zip", lambda p: archive([Entry("weights", p)])),
    ("zip, member called .txt", ".zip", lambda p: archive([Entry("notes.txt", p)])),
    ("zip in a zip", ".zip", lambda p: archive([Entry("inner.zip", archive([Entry("x.pkl", p)]), 8)])),
    ("torch zip in a zip", ".mar", lambda p: archive([Entry("handler.py", b"pass"), Entry("model.pt", torch_zip(p))])),
    ("torch zip, extra pickle record", ".pt", lambda p: archive([*torch_entries(BENIGN), Entry("archive/extra.pkl", p)])),
    ("npy object array", ".npy", npy),
    ("npy object array, version 2", ".npy", lambda p: npy(p, version=(2, 0))),
    ("npz object array", ".npz", lambda p: archive([Entry("arr_0.npy", npy(p))])),
    ("npz object array, deflated", ".npz", lambda p: archive([Entry("arr_0.npy", npy(p), 8)])),
    ("second pickle in the stream", ".pkl", lambda p: BENIGN + p),
    ("first pickle in the stream", ".pkl", lambda p: p + BENIGN),
    ("tenth pickle in the stream", ".pkl", lambda p: pickled(1)[0] * 9 + p),
    ("broken after the call", ".pkl", lambda p: p[:-1] + b"\xff\xff\xff"),
    ("cut off after the call", ".pkl", lambda p: p[:-1]),
    ("stack underflow after the call", ".pkl", lambda p: p[:-1] + b"000000000000000"),
    ("missing memo after the call", ".pkl", lambda p: p[:-1] + b"j\xff\xff\xff\x7f."),
    ("invalid UTF-8 after the call", ".pkl", lambda p: p[:-1] + b"X\x02\0\0\0\xff\xfe."),
    ("torch zip, broken after the call", ".pt", lambda p: torch_zip(p[:-1] + b"\xff")),
    ("torch zip without its end", ".pt", lambda p: torch_zip(p)[: len(p) + 200]),
    ("torch zip cut in a storage", ".pt", lambda p: torch_zip(p, storages=(bytes(5000),))[:3000]),
    ("torch zip, wrong CRC", ".pt", lambda p: archive(torch_entries(p, local={"crc": 1}, central={"crc": 1}))),
    ("torch zip, no CRC", ".pt", lambda p: archive(torch_entries(p, local={"crc": 0}, central={"crc": 0}))),
    ("duplicate data.pkl, first", ".pt", lambda p: archive([*torch_entries(p), Entry("archive/data.pkl", BENIGN)])),
    ("duplicate data.pkl, last", ".pt", lambda p: archive([*torch_entries(BENIGN), Entry("archive/data.pkl", p)])),
    ("DATA.PKL before data.pkl", ".pt", lambda p: archive([Entry("archive/DATA.PKL", p), *torch_entries(BENIGN)])),
    ("data.PKL after data.pkl", ".pt", lambda p: archive([*torch_entries(BENIGN), Entry("archive/data.PKL", p)])),
    ("local name differs", ".pt", lambda p: archive(torch_entries(p, local={"name": "archive/data.txt"}))),
    ("stored in the directory, deflated locally", ".pt", lambda p: archive(torch_entries(p, local={"method": 8}))),
    ("local sizes zero, data descriptor", ".pt", lambda p: archive(torch_entries(p, local={"packed": 0, "size": 0, "flags": 0x808}))),
    ("local size shorter", ".pt", lambda p: archive(torch_entries(p, local={"packed": 2, "size": 2}))),
    ("data before a zip", ".pt", lambda p: archive(torch_entries(BENIGN), prefix=p)),
    ("data before a zip, offsets not moved", ".pt", lambda p: p + archive(torch_entries(BENIGN))),
    ("junk before a zip", ".zip", lambda p: archive(torch_entries(p), prefix=b"MZ" + bytes(200))),
    ("Zip64 end record names another directory", ".pt", lambda p: _two_directories(p)),
    ("extension .safetensors", ".safetensors", lambda p: p),
    ("extension .json", ".json", lambda p: p),
    ("extension .png", ".png", torch_zip),
    ("extension .bin", ".bin", legacy),
    ("extension .gguf", ".gguf", lambda p: p),
    ("extension .npy, but a pickle", ".npy", lambda p: p),
    ("no extension", "", lambda p: p),
]

# Places that no reader of today unpickles, but which say that somebody hides something, or reads otherwise.
ODD_PLACES = [
    ("torch zip, pickle in a storage", ".pt", lambda p: torch_zip(BENIGN, storages=(p,))),
    ("pickle after padding", ".pkl", lambda p: pickled({})[0] + bytes(64) + p),
    ("central name differs", ".pt", lambda p: archive(
        [*torch_entries(BENIGN)[1:], Entry("archive/data.pkl", BENIGN), Entry("archive/notes.md", p, local={"name": "archive/data.pkl"})])),
    ("record that the directory omits", ".pt", lambda p: archive([Entry("archive/data.pkl", p, in_directory=False), *torch_entries(BENIGN)])),
    ("encrypted flag", ".pt", lambda p: archive(torch_entries(p, local={"flags": 1}, central={"flags": 1}))),
    ("encrypted flag, central only", ".pt", lambda p: archive(torch_entries(p, central={"flags": 0x801}))),
    ("data between records and directory", ".pt", lambda p: archive(torch_entries(BENIGN), gap=p)),
    ("data after a zip", ".pt", lambda p: archive(torch_entries(BENIGN), suffix=p)),
    ("pickle in the zip's comment", ".pt", lambda p: archive(torch_entries(BENIGN), comment=p) if len(p) < 65_000 else p),
]


def _two_directories(pickle):
    """The end record names a directory with a harmless `data.pkl`; the Zip64 end record, which torch prefers, one
    with the other."""
    shown, hidden = torch_entries(BENIGN), Entry("archive/data.pkl", pickle)
    # The hidden record first, then the shown ones, then two directories.
    whole = archive([Entry("archive/data.pkl", pickle, in_directory=False), *shown])
    at = whole.index(b"PK\x01\x02")
    end = whole.index(b"PK\x05\x06")
    hidden_directory = archive([hidden, *shown[1:]])
    hidden_central = hidden_directory[hidden_directory.index(b"PK\x01\x02") : hidden_directory.index(b"PK\x05\x06")]
    fixed = _relocated(hidden_central, whole)
    count = len(shown)
    body = whole[:end] + fixed
    zip64 = struct.pack("<IQHHIIQQQQ", 0x06064B50, 44, 45, 45, 0, 0, count, count, len(fixed), end)
    locator = struct.pack("<IIQI", 0x07064B50, 0, len(body), 1)
    final = struct.pack("<IHHHHIIH", 0x06054B50, 0, 0, count, count, end - at, at, 0)
    return body + zip64 + locator + final


def _relocated(central, whole):
    out, at = bytearray(central), 0
    while at < len(out):
        name_length, extra_length, comment_length = struct.unpack_from("<HHH", out, at + 28)
        name = bytes(out[at + 46 : at + 46 + name_length])
        place = 0
        while True:
            place = whole.index(b"PK\x03\x04", place)
            if whole[place + 30 : place + 30 + name_length] == name:
                break
            place += 4
        struct.pack_into("<I", out, at + 42, place)
        at += 46 + name_length + extra_length + comment_length
    return bytes(out)
