"""Writes zip archives field by field, so that any of them can lie."""
import struct
import zlib


class Entry:
    """One record. `local` and `central` replace fields of its two headers: `name`, `flags`, `method`, `crc`,
    `packed`, `size`, `extra`, `version`; `central` also `offset`, `comment`, `disk`."""

    def __init__(self, name, data=b"", method=0, packed=None, local=None, central=None, in_directory=True, copies=1):
        self.name, self.data, self.method = name, data, method
        self.packed = packed if packed is not None else deflated(data) if method == 8 else data
        self.local, self.central, self.in_directory, self.copies = local or {}, central or {}, in_directory, copies

    def facts(self, changed):
        facts = dict(
            name=self.name, flags=0x800, method=self.method, crc=zlib.crc32(self.data), packed=len(self.packed),
            size=len(self.data), extra=b"", version=20, comment=b"", disk=0,
        )
        facts.update(changed)
        name = facts["name"]
        facts["name"] = name.encode() if isinstance(name, str) else name
        return facts


def deflated(data, level=6):
    packer = zlib.compressobj(level, zlib.DEFLATED, -15)
    return packer.compress(data) + packer.flush()


def archive(entries, prefix=b"", gap=b"", suffix=b"", comment=b"", end=None, zip64=None, directory=None):
    """The bytes of an archive. `prefix` stands before the first record (offsets count from the file's start),
    `gap` before the directory, `suffix` after the end record. `end` replaces fields of the end record (`disk`,
    `first`, `here`, `total`, `size`, `offset`, `comment_length`); `zip64` (a dict) adds a Zip64 end record and
    replaces its fields; `directory` replaces the whole directory."""
    out = bytearray(prefix)
    central = bytearray()
    count = 0
    for entry in entries:
        start = len(out)
        local = entry.facts(entry.local)
        out += struct.pack(
            "<IHHHHHIIIHH", 0x04034B50, local["version"], local["flags"], local["method"], 0, 33,
            local["crc"] & 0xFFFFFFFF, local["packed"] & 0xFFFFFFFF, local["size"] & 0xFFFFFFFF, len(local["name"]), len(local["extra"]),
        )
        out += local["name"] + local["extra"] + entry.packed
        if entry.in_directory:
            facts = entry.facts(entry.central)
            header = struct.pack(
                "<IHHHHHHIIIHHHHHII", 0x02014B50, 20, facts["version"], facts["flags"], facts["method"], 0, 33,
                facts["crc"] & 0xFFFFFFFF, facts["packed"] & 0xFFFFFFFF, facts["size"] & 0xFFFFFFFF, len(facts["name"]),
                len(facts["extra"]), len(facts["comment"]), facts["disk"], 0, 0, facts.get("offset", start) & 0xFFFFFFFF,
            )
            central += (header + facts["name"] + facts["extra"] + facts["comment"]) * entry.copies
            count += entry.copies
    out += gap
    if directory is not None:
        central = bytearray(directory)
    at = len(out)
    out += central
    if zip64 is not None:
        facts = dict(size=44, disk=0, first=0, here=count, total=count, length=len(central), offset=at, locator=len(out))
        facts.update(zip64)
        out += struct.pack(
            "<IQHHIIQQQQ", 0x06064B50, facts["size"], 45, 45, facts["disk"], facts["first"], facts["here"], facts["total"],
            facts["length"], facts["offset"],
        )
        out += struct.pack("<IIQI", 0x07064B50, 0, facts["locator"], 1)
    facts = dict(disk=0, first=0, here=min(count, 0xFFFF), total=min(count, 0xFFFF), size=len(central), offset=at, comment_length=len(comment))
    facts.update(end or {})
    out += struct.pack(
        "<IHHHHIIH", 0x06054B50, facts["disk"], facts["first"], facts["here"], facts["total"], facts["size"] & 0xFFFFFFFF,
        facts["offset"] & 0xFFFFFFFF, facts["comment_length"],
    )
    return bytes(out + comment + suffix)


def torch_entries(pickle, stem="archive", storages=(b"\0" * 24,), **changed):
    """The records that torch writes; keyword arguments go to the entry of `data.pkl`."""
    return [
        Entry(f"{stem}/data.pkl", pickle, **changed),
        Entry(f"{stem}/.format_version", b"1"),
        Entry(f"{stem}/.storage_alignment", b"64"),
        Entry(f"{stem}/byteorder", b"little"),
        *(Entry(f"{stem}/data/{i}", data) for i, data in enumerate(storages)),
        Entry(f"{stem}/version", b"3\n"),
        Entry(f"{stem}/.data/serialization_id", b"0" * 40),
    ]


def torch_zip(pickle, **options):
    """A checkpoint as torch writes it, Zip64 end record included."""
    return archive(torch_entries(pickle, **options), zip64={})
