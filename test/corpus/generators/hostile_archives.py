"""Zip, tar and compressed files that lie about themselves or grow without end."""
import bz2
import gzip
import lzma
import struct
import zlib

import containers
from assembler import call, glob, pickled, state_dict
from containers import BENIGN
from corpus import BROKEN
from zips import Entry, archive, deflated, torch_entries, torch_zip

GIB = 1 << 30
MALICIOUS, _ = pickled(call(glob("os", "system"), "echo graftlens"))


def write(corpus):
    def add(title, extension, data, family, **facts):
        corpus.add("hostile", title, extension, data, technique=title, family=family, container=family, **facts)

    for title, data in zip_fields():
        add(title, ".pt", data, "zip fields", alone="million" in title)
    for title, data in zip_structures():
        add(title, ".pt", data, "zip", alone=True)
    for title, extension, data in bombs():
        add(title, extension, data, "bomb", alone=True)
    for title, extension, data in nests():
        add(title, extension, data, "nesting", alone=True)
    for title, data in tars():
        add(title, ".tar", data, "tar", alone=True)
    for title, extension, data in compressed_lies():
        add(title, extension, data, "compressed", expected=BROKEN if "cut" in title else None)


def zip_fields():
    """Every field of every header, with values that cannot be."""
    plain = lambda **options: torch_zip(BENIGN, **options)
    large = {2: [0xFFFF, 7], 4: [0xFFFFFFFF, 0x7FFFFFFF], 8: [2**64 - 1, 2**63, 2**53]}
    for where in ("local", "central"):
        for field, width in (("flags", 2), ("method", 2), ("crc", 4), ("packed", 4), ("size", 4)):
            for value in large[width]:
                yield f"{where} {field} is {value}", plain(**{where: {field: value}})
        yield f"{where} sizes are zero", plain(**{where: {"packed": 0, "size": 0}})
        yield f"{where} name is empty", plain(**{where: {"name": ""}})
        yield f"{where} name has 65535 bytes", plain(**{where: {"name": "a" * 65_535}})
        yield f"{where} name is a path upwards", plain(**{where: {"name": "../../../../etc/data.pkl"}})
        yield f"{where} name is absolute", plain(**{where: {"name": "/archive/data.pkl"}})
        yield f"{where} name has a NUL", plain(**{where: {"name": "archive/data.pkl\0.txt"}})
        yield f"{where} name has backslashes", plain(**{where: {"name": "archive\\data.pkl"}})
        yield f"{where} name is no UTF-8", plain(**{where: {"name": b"archive/\xff\xfe/data.pkl"}})
        yield f"{where} name is markup", plain(**{where: {"name": "<b>archive</b>/\x1b[31mdata.pkl\u202e"}})
        yield f"{where} extra field of lies", plain(**{where: {"extra": struct.pack("<HH", 1, 0xFFFF) + b"abc"}})
        yield f"{where} Zip64 extra of 2^63", plain(**{where: {"packed": 0xFFFFFFFF, "size": 0xFFFFFFFF, "extra": struct.pack("<HHQQ", 1, 16, 2**63, 2**63)}})
    for offset in (0xFFFFFFFF, 0x7FFFFFFF, 1, 100):
        yield f"central offset is {offset}", plain(central={"offset": offset})
    yield "central offset is the directory", archive(torch_entries(BENIGN, central={"offset": len(archive(torch_entries(BENIGN))) - 200}))
    yield "central disk is 9", plain(central={"disk": 9})
    yield "central Zip64 offset of 2^62", plain(central={"offset": 0xFFFFFFFF, "extra": struct.pack("<HHQ", 1, 8, 2**62)})
    for field, values in (("disk", large[2]), ("first", large[2]), ("here", [0, 1, 0xFFFF]), ("total", [0, 1, 0xFFFF]), ("size", large[4] + [0, 1]),
                          ("offset", large[4] + [0, 1]), ("comment_length", large[2])):
        for value in values:
            yield f"end record {field} is {value}", archive(torch_entries(BENIGN), end={field: value})
    for field in ("size", "here", "total", "length", "offset", "locator"):
        for value in large[8] + [0]:
            yield f"Zip64 end {field} is {value}", archive(torch_entries(BENIGN), zip64={field: value})
    yield "Zip64 locator points at itself", archive(torch_entries(BENIGN), zip64={"locator": len(archive(torch_entries(BENIGN))) + 34})
    yield "directory of zeros", archive(torch_entries(BENIGN), directory=bytes(5000))
    yield "directory of one header again and again", archive(torch_entries(BENIGN), directory=b"PK\x01\x02" * 20_000)
    header = bytearray(archive([Entry("a/data.pkl", BENIGN)]))
    at = header.index(b"PK\x01\x02")
    for name, place in (("name", 28), ("extra", 30), ("comment", 32)):
        changed = bytearray(header)
        struct.pack_into("<H", changed, at + place, 0xFFFF)
        yield f"directory {name} length of lies", bytes(changed)
    yield "local header without its signature", archive(torch_entries(BENIGN)).replace(b"PK\x03\x04", b"PK\x03\x05", 1)
    yield "end record twice", archive(torch_entries(BENIGN), suffix=b"PK\x05\x06" + bytes(18))
    yield "end records by the thousand", archive(torch_entries(BENIGN), comment=b"PK\x05\x06" * 16_000)


def zip_structures():
    one = Entry("archive/data.pkl", BENIGN)
    yield "a million entries", archive([one, Entry("archive/data/0", b"", copies=1_000_000)], zip64={})
    yield "a million entries named data.pkl", archive([Entry("archive/data.pkl", BENIGN, copies=1_000_000)], zip64={})
    yield "a hundred thousand pickles", archive([one, *(Entry(f"archive/{i}.pkl", b"N.") for i in range(100_000))], zip64={})
    yield "a hundred thousand malicious pickles", archive([one, *(Entry(f"archive/{i}.pkl", MALICIOUS) for i in range(100_000))], zip64={})
    data = deflated(b"\x80\x02](" + b"N" * (1 << 20) + b"e.")
    yield "twenty thousand entries that overlap", archive(
        [Entry("archive/data.pkl", b"", 8, packed=data, central={"size": 1 << 20}),
         *(Entry(f"archive/{i}.pkl", b"", 8, packed=b"", central={"offset": 0, "size": 1 << 20, "packed": len(data)}) for i in range(20_000))], zip64={})
    yield "entries that run into one another", archive([Entry(f"archive/{i}.pkl", b"N.", central={"packed": 10**6, "size": 10**6}) for i in range(2_000)])
    tail = archive([one], prefix=b"")
    yield "an entry that holds the archive", archive([one, Entry("archive/inner.zip", tail, central={"packed": 10**5, "size": 10**5, "offset": 0})])
    yield "a record of a gigabyte that is not there", archive([one, Entry("archive/data/0", b"x", central={"packed": GIB, "size": GIB})])
    yield "names that differ in case only", archive([Entry("archive/" + _case("data.pkl", i), BENIGN) for i in range(64)])
    yield "long names by the thousand", archive([one, *(Entry(f"{i}" + "n" * 30_000, b"") for i in range(1_500))])
    yield "a directory named data.pkl", archive([Entry("archive/data.pkl/", b""), Entry("archive/version", b"3")])
    yield "an archive of nothing", archive([])
    yield "records of TorchScript without code", archive([Entry("m/constants.pkl", b"\x80\x02)."), Entry("m/data.pkl", BENIGN), Entry("m/code/x.py", b"\xff" * 5000)])
    yield "byteorder of nonsense", archive([e if "byteorder" not in e.name else Entry(e.name, b"middle" * 5000) for e in torch_entries(BENIGN)])
    yield "version of nonsense", archive([e if "version" not in e.name else Entry(e.name, b"9" * 5000) for e in torch_entries(BENIGN)])
    program = b"class M(Module):\n" + b"  a : Tensor\n" * 200_000
    yield "TorchScript with much code", archive([Entry("m/constants.pkl", b"\x80\x02)."), Entry("m/data.pkl", BENIGN), Entry("m/code/__torch__.py", program, 8), Entry("m/version", b"3")])
    deep = b"x = " + b"(" * 1_000_000
    yield "TorchScript with deep code", archive([Entry("m/constants.pkl", b"\x80\x02)."), Entry("m/data.pkl", BENIGN), Entry("m/code/__torch__.py", deep, 8), Entry("m/version", b"3")])
    yield "pt2 with deep JSON", archive([Entry("m/archive_format", b"pt2"), Entry("m/models/model.json", b"[" * 1_000_000), Entry("m/version", b"3")])
    yield "pt2 with wrong JSON", archive([Entry("m/archive_format", b"pt2"), Entry("m/models/model.json", b'{"graph_module": 5}'), Entry("m/data/weights/model_weights_config.json", b'{"config": {"a": 7, "b": null}}')])


def _case(name, number):
    letters = [i for i, letter in enumerate(name) if letter.isalpha()]
    out = list(name)
    for bit, place in enumerate(letters):
        if number >> bit & 1:
            out[place] = out[place].upper()
    return "".join(out)


def repeated_deflate(unit, times, head=b"", tail=b""):
    """Raw deflate of `head + unit * times + tail`, without compressing the unit again each time."""
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    first = packer.compress(head) + packer.flush(zlib.Z_FULL_FLUSH)
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    block = packer.compress(unit) + packer.flush(zlib.Z_FULL_FLUSH)
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    last = packer.compress(tail) + packer.flush()
    return first + block * times + last


def as_gzip(deflate, size):
    return b"\x1f\x8b\x08\0\0\0\0\0\x02\xff" + deflate + struct.pack("<II", 0, size & 0xFFFFFFFF)


def as_zlib(deflate):
    return b"\x78\xda" + deflate + b"\0\0\0\0"


def bombs():
    """Four gibibytes in few bytes: of zeros, and of opcodes that keep a machine busy or fill its stack."""
    units = {
        "zeros": (b"", b"\0"), "None": (b"\x80\x02", b"N"), "None popped": (b"\x80\x02", b"N0"), "marks": (b"\x80\x02", b"("),
        "lists": (b"\x80\x02", b"]"), "memo": (b"\x80\x04N", b"\x94"), "dicts": (b"\x80\x02]", b"}a"), "nested lists": (b"\x80\x02N", b"]q\0h\0a0"),
        "pickles": (b"", b"N."), "calls": (b"\x80\x02cproject\nf\nq\0", b"h\0)R0"), "stops": (b"", b"."),
        "text": (b"\x80\x02X\xff\xff\xff\x7f", b"a"), "bytes": (b"\x80\x04\x8e\0\0\0\0\x02\0\0\0", b"a"), "line": (b"V", b"a"),
    }
    for name, (head, unit) in units.items():
        block = unit * ((1 << 20) // len(unit))
        deflate = repeated_deflate(block, 4096, head)
        size = len(block) * 4096 + len(head)
        entry = Entry("archive/data.pkl", b"", 8, packed=deflate, local={"size": size}, central={"size": size, "packed": len(deflate)})
        yield f"deflate bomb of {name}", ".pt", archive([entry, Entry("archive/version", b"3")])
        if name in ("zeros", "None popped", "lists", "pickles", "text"):
            yield f"gzip bomb of {name}", ".pkl.gz", as_gzip(deflate, size)
            yield f"zlib bomb of {name}", ".z", as_zlib(deflate)
            lie = Entry("archive/data.pkl", b"", 8, packed=deflate, local={"size": 100}, central={"size": 100, "packed": len(deflate)})
            yield f"deflate bomb of {name} that claims 100 bytes", ".pt", archive([lie, Entry("archive/version", b"3")])
    zeros = bytes(64 << 20)
    busy = b"N0" * (32 << 20)
    for name, data in (("zeros", zeros), ("None popped", busy)):
        yield f"xz bomb of {name}", ".xz", lzma.compress(data, preset=0) * 64
        yield f"lzma bomb of {name}", ".lzma", lzma.compress(data * 4, format=lzma.FORMAT_ALONE, preset=0)
        yield f"bzip2 bomb of {name}", ".bz2", bz2.compress(data) * 64
        # One literal and one match of 16 MiB: 255 for every 255 bytes of its length.
        first = data[:2]
        match = bytes([0x2F]) + first + struct.pack("<H", 2) + b"\xff" * 16_000 + b"\0"
        yield f"lz4 bomb of {name}", ".lz4", containers.lz4_frame([(False, match)] * 1000)
    other = repeated_deflate(bytes(1 << 20), 4096)
    yield "bomb beside a harmless data.pkl", ".pt", archive([*torch_entries(BENIGN), Entry("archive/extra.pkl", b"", 8, packed=other, central={"size": 4 * GIB - 1})])
    yield "bomb beside a malicious data.pkl", ".pt", archive([*torch_entries(MALICIOUS), Entry("archive/extra.pkl", b"", 8, packed=other, central={"size": 4 * GIB - 1})])
    small = deflated(bytes(64 << 20), 9)
    yield "a hundred bombs of 64 megabytes", ".zip", archive([Entry(f"{i}.pkl", b"", 8, packed=small, central={"size": 64 << 20}) for i in range(100)])
    packed = deflated(bytes(4 << 20), 9)
    yield "two thousand storages of 4 megabytes", ".pt", archive(
        [*torch_entries(BENIGN), *(Entry(f"archive/data/{i}", b"", 8, packed=packed, central={"size": 4 << 20}) for i in range(1, 2_001))], zip64={})
    yield "npz bomb", ".npz", archive([Entry("a.npy", b"", 8, packed=repeated_deflate(bytes(1 << 20), 4096, containers.npy(b"")), central={"size": 4 * GIB - 1})])
    yield "bomb in an object array", ".npz", archive([Entry("a.npy", b"", 8, packed=repeated_deflate(b"]" * (1 << 20), 4096, containers.npy(b"\x80\x02")), central={"size": 4 * GIB - 1})])
    yield "old joblib bomb", ".joblib", b"ZF" + hex(4 * GIB).encode().ljust(19) + as_zlib(other)
    yield "tar.gz bomb", ".tar.gz", as_gzip(repeated_deflate(bytes(1 << 20), 4096, containers.tar([("weights.pkl", b"N.")])[:1024]), 0)


def nests():
    data, inner = MALICIOUS, BENIGN
    for _ in range(500):
        data = containers.gz(data)
    yield "gzip in gzip 500 deep", ".gz", data
    data = inner
    for i in range(300):
        data = archive([Entry(f"{i}.zip", data)])
    yield "zip in zip 300 deep", ".zip", data
    data = MALICIOUS
    for i in range(40):
        data = containers.tar([(f"{i}.tar", data)])
    yield "tar in tar 40 deep", ".tar", data
    data = bytes(1 << 20)
    for _ in range(8):
        data = archive([Entry(f"{i}.zip", data, 8) for i in range(16)])
    yield "sixteen zips in each of eight levels", ".zip", data
    yield "bomb in gzip in gzip", ".gz", containers.gz(as_gzip(repeated_deflate(bytes(1 << 20), 16_384), 0))
    data = BENIGN
    for i in range(60):
        data = gzip.compress(archive([Entry("a.zip", containers.bz2.compress(data))]), mtime=0)
    yield "gzip, zip and bzip2 60 times", ".gz", data


def tars():
    plain = containers.tar([("a.pkl", BENIGN), ("b.txt", b"text")])

    def header(**fields):
        places = {"name": (0, 100), "mode": (100, 8), "size": (124, 12), "checksum": (148, 8), "type": (156, 1), "magic": (257, 8)}
        out = bytearray(plain)
        for field, value in fields.items():
            at, width = places[field]
            out[at : at + width] = value.ljust(width, b"\0")[:width]
        if "checksum" not in fields:
            out[148:156] = b" " * 8
            out[148:156] = b"%06o\0 " % sum(out[:512])
        return bytes(out)

    yield "tar size of 8 GiB", header(size=b"77777777777")
    yield "tar size in base 256 of 2^80", header(size=b"\x80\0\1" + b"\xff" * 9)
    yield "tar size in base 256, negative", header(size=b"\xff" * 12)
    yield "tar size of text", header(size=b"large")
    yield "tar size of zero", header(size=b"0")
    yield "tar checksum of lies", header(checksum=b"7777777")
    yield "tar name upwards", header(name=b"../../../etc/passwd")
    yield "tar name of no UTF-8", header(name=b"\xff\xfe\x1b[31m")
    for kind in b"12345678xgLKSVM":
        yield f"tar member of type {chr(kind)}", header(type=bytes([kind]))
    member = plain[:512]
    yield "tar with fifty thousand members", header(size=b"0")[:512] * 50_000
    yield "tar cut in a header", plain[:700]
    yield "tar of headers alone", member * 1000
    long_name = header(type=b"L", size=b"77777777777")
    yield "tar with a long name that is not there", long_name


def compressed_lies():
    stream = pickled({"a": 1})[0]
    yield "gzip with a wrong checksum", ".gz", containers.gz(stream)[:-8] + bytes(8)
    yield "gzip cut in its header", ".gz", b"\x1f\x8b\x08\xff\0\0"
    yield "gzip with a name without an end", ".gz", b"\x1f\x8b\x08\x08\0\0\0\0\0\x03" + b"a" * 100_000
    yield "gzip of an unknown method", ".gz", b"\x1f\x8b\x07\0" + bytes(50)
    yield "gzip with something after", ".gz", containers.gz(stream) + b"trailing" * 100
    yield "zlib with a dictionary", ".z", b"\x78\xbb" + zlib.compress(stream)[2:]
    yield "zlib with a wrong checksum", ".z", zlib.compress(stream)[:-4] + bytes(4)
    yield "bzip2 of a wrong block size", ".bz2", b"BZh0" + bz2.compress(stream)[4:]
    yield "bzip2 with a wrong checksum", ".bz2", bz2.compress(stream)[:-5] + bytes(5)
    yield "bzip2 cut in its tables", ".bz2", bz2.compress(stream)[:20]
    yield "xz with a wrong header", ".xz", lzma.compress(stream)[:6] + b"\xff" * 20
    yield "xz with a wrong index", ".xz", lzma.compress(stream)[:-20] + bytes(20)
    yield "lzma with a dictionary of 4 GiB", ".lzma", b"\x5d\xff\xff\xff\xff" + lzma.compress(stream, format=lzma.FORMAT_ALONE)[5:]
    yield "lzma of 2^63 bytes", ".lzma", lzma.compress(stream, format=lzma.FORMAT_ALONE)[:5] + struct.pack("<Q", 2**63) + lzma.compress(stream, format=lzma.FORMAT_ALONE)[13:]
    yield "lz4 with a block of lies", ".lz4", containers.lz4_frame([(True, stream)]).replace(struct.pack("<I", len(stream) | 0x80000000), b"\xff\xff\xff\x7f")
    yield "lz4 with a match before its start", ".lz4", containers.lz4_frame([(False, b"\x10a\xff\xff\0")])
    yield "old joblib with a length of lies", ".joblib", b"ZF" + b"0xffffffffffffffff".ljust(19) + zlib.compress(stream)
    yield "old joblib without a length", ".joblib", b"ZF" + b"x" * 19 + zlib.compress(stream)
