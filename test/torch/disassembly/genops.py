"""Pickles of all protocols, whole and broken, and what pickletools.genops lists of each.

Usage: genops.py FOLDER. Writes NAME.pkl files and truth.json:
[{name, ops: [[opcode, offset, argument]], error}]. Nothing is unpickled.
"""

import array
import collections
import datetime
import decimal
import io
import json
import pathlib
import pickle
import pickletools
import random
import struct
import sys
import uuid
import zipfile

import numpy
import torch

SEED = 20261124


class Slots:
    __slots__ = ("a", "b")

    def __init__(self):
        self.a, self.b = 1, "two"


class Shell:
    def __reduce__(self):
        return (print, ("never printed",))


def objects():
    cycle = []
    cycle.append(cycle)
    shared = {"x": [1, 2, 3]}
    yield "scalars", [None, True, False, 0, -1, 255, 256, 65535, 65536, -(2**31), 2**31, 2**63, -(2**200), 1.5, -0.0]
    yield "floats", [float("inf"), float("-inf"), float("nan"), 1e300, 5e-324]
    yield "texts", ["", "a", "é", "\u202e", "\0", "line\nbreak", "x" * 300, "\ud800", "𝄞", "quote'\"\\"]
    yield "bytes", [b"", b"a", bytes(range(256)), b"x" * 300, bytearray(b"abc")]
    yield "containers", [(), (1,), (1, 2), (1, 2, 3), (1, 2, 3, 4), [], [1], {}, {"a": 1}, set(), {1}, frozenset([1])]
    yield "nested", {"a": {"b": {"c": [({"d": ()},)]}}}
    yield "cycle", cycle
    yield "shared", [shared, shared, shared["x"]]
    yield "many", list(range(2500))
    yield "manyKeys", {f"layers.{i}.weight": i for i in range(1200)}
    yield "slots", Slots()
    yield "call", Shell()
    yield "library", [
        collections.OrderedDict(a=1),
        collections.Counter("abca"),
        collections.deque([1, 2], maxlen=5),
        datetime.datetime(2026, 1, 2, 3, 4, 5),
        decimal.Decimal("1.5"),
        uuid.UUID(int=5),
        array.array("d", [1, 2]),
        range(3),
        complex(1, 2),
        slice(1, 2),
    ]
    yield "numpy", [numpy.arange(6).reshape(2, 3), numpy.float32(1.5), numpy.dtype("<f4"), numpy.array(["a", "bb"])]
    yield "classes", [int, collections.OrderedDict, torch.nn.Linear, torch.float16, torch.device("cpu"), torch.Size([1, 2])]


def torch_pickles():
    module = torch.nn.Sequential(torch.nn.Conv2d(3, 4, 3), torch.nn.BatchNorm2d(4))
    for name, value in (("stateDict", module.state_dict()), ("module", module)):
        for protocol in (2, 3, 4, 5):
            file = io.BytesIO()
            torch.save(value, file, pickle_protocol=protocol)
            archive = zipfile.ZipFile(file)
            record = next(entry for entry in archive.namelist() if entry.endswith("data.pkl"))
            yield f"torch-{name}-{protocol}", archive.read(record)


def broken(name, data, generator):
    for i in range(6):
        cut = generator.randrange(1, len(data))
        yield f"{name}-cut{i}", data[:cut]
        changed = bytearray(data)
        for _ in range(generator.choice((1, 1, 2, 4))):
            changed[generator.randrange(len(changed))] = generator.randrange(256)
        yield f"{name}-changed{i}", bytes(changed)


def by_hand():
    yield "oldClass", b"(i__main__\nA\nq\x00."
    yield "obj", b"(c__main__\nA\nK\x01o."
    yield "persistentLine", b"Pan id\n."
    yield "extensions", b"\x82\x01\x83\x02\x01\x84\x01\x00\x00\x00\x87."
    yield "python2", b"U\x03abcT\x04\x00\x00\x00defgS'h\\x69'\nV\\u006f\ns."
    yield "getAndPut", b"K\x01p300\ng300\n0r\x00\x01\x00\x00j\x00\x01\x00\x002\x85."
    yield "long4", b"\x8b" + struct.pack("<i", 9) + b"\x01" * 9 + b"."
    yield "counted8", b"\x80\x05\x8d" + struct.pack("<Q", 2) + b"ab\x8e" + struct.pack("<Q", 1) + b"c\x96" + struct.pack("<Q", 1) + b"d\x97\x98."
    yield "intBooleans", b"I01\nI00\nI7\nL8L\n0000N."


def listed(data):
    ops, error = [], None
    try:
        for opcode, argument, position in pickletools.genops(data):
            shown = argument if isinstance(argument, (str, bool)) else None
            if isinstance(argument, (int, float)) and not isinstance(argument, bool):
                shown = repr(argument)
            elif isinstance(shown, str) and (len(shown) > 100 or not shown.isascii() or not shown.isprintable()):
                shown = None
            ops.append([opcode.name, position, shown])
    except Exception as raised:  # genops raises whatever its argument readers raise
        error = str(raised)[:200]
    return ops, error


def main(folder):
    generator = random.Random(SEED)
    truth = []

    def add(name, data):
        ops, error = listed(data)
        (folder / f"{name}.pkl").write_bytes(data)
        truth.append({"name": name, "ops": ops, "error": error})

    # Python pickles objects with slots from protocol 2 on.
    whole = [
        (f"{name}-{protocol}", pickle.dumps(value, protocol))
        for name, value in objects()
        for protocol in range(2 if name == "slots" else 0, 6)
    ]
    whole += list(torch_pickles())
    whole += list(by_hand())
    for name, data in whole:
        add(name, data)
        for broken_name, broken_data in broken(name, data, generator):
            add(broken_name, broken_data)
    (folder / "truth.json").write_text(json.dumps(truth))


if __name__ == "__main__":
    main(pathlib.Path(sys.argv[1]))
