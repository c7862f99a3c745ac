"""Pickles of Python's own types and of a project's classes."""
import array
import collections
import datetime
import decimal
import fractions
import functools
import ipaddress
import operator
import pathlib
import pickle
import random
import re
import types
import uuid
import zoneinfo

import cloudpickle

import project


def write(corpus):
    plain = {
        "numbers and text": {"a": 1, "b": 2.5, "c": "text", "d": b"bytes", "e": None, "f": True, "g": (1, 2), "h": [3], "i": 1 << 100, "j": -5},
        "sets": [{1, 2}, frozenset("ab"), bytearray(b"abc"), complex(1, 2), range(5), slice(1, 2)],
        "vocabulary": {f"word{i}": i for i in range(3000)},
        "deep lists": functools.reduce(lambda inner, _: [inner], range(200), 1),
        "recursive list": (lambda made: made.append(made) or made)([1]),
        "collections": [collections.OrderedDict(a=1), collections.defaultdict(int, a=1), collections.defaultdict(list), collections.Counter("aab"), collections.deque([1], 3), collections.ChainMap({"a": 1}), collections.UserDict(a=1)],
        "dates": [datetime.datetime(2026, 1, 2), datetime.date(2026, 1, 2), datetime.timedelta(1), datetime.time(3), datetime.timezone.utc, datetime.datetime(2026, 1, 2, tzinfo=zoneinfo.ZoneInfo("UTC"))],
        "standard types": [decimal.Decimal("1.5"), fractions.Fraction(1, 3), uuid.UUID(int=5), pathlib.PurePosixPath("a/b"), pathlib.PureWindowsPath("a"), ipaddress.ip_address("127.0.0.1"), array.array("d", [1.0])],
        "patterns": [re.compile("a+b")], "random": random.Random(0), "namespace": types.SimpleNamespace(a=1), "exceptions": [ValueError("a"), KeyError("b"), project.Failure("c")],
        "classes and functions": [project.Network, project.hook, int, dict, len, sorted, collections.OrderedDict], "items": [operator.itemgetter(1)],
        "project objects": [project.Config("a", 1), project.Kind.LARGE, project.Flags.A | project.Flags.B, project.Point(1, 2), project.Settings(a=1), project.History([1]), project.Stateful(), project.Slots()],
        "project reduce": project.Reduced(), "project partial": functools.partial(project.hook, 1, output=2), "bound method": project.Stateful().read, "builtin method": {}.get,
    }
    for name, value in plain.items():
        protocols = (2, 4) if name in ("project objects", "project reduce", "bound method", "random", "exceptions", "items", "project partial", "classes and functions", "builtin method") else range(6)
        corpus.pickle(name, value, [p for p in protocols if p >= 2 or name != "project objects"], writer="python")
    corpus.pickle("arguments by keyword", project.WithArguments(1, b=2), (2, 4), writer="python")
    corpus.written("several pickles", ".pkl", several, writer="python pickle")
    corpus.written("cloudpickle of data", ".pkl", lambda path: pathlib.Path(path).write_bytes(cloudpickle.dumps({"a": project.Config("x", 1), "b": [1, 2]})), writer=f"cloudpickle {cloudpickle.__version__}")
    corpus.written("Python 2 names", ".pkl", lambda path: pathlib.Path(path).write_bytes(pickle.dumps([set([1]), project.Stateful(), range(3), b"x"], 2)), writer="python pickle")
    # CIFAR's batches as Python 2 wrote them: `str` keys and data in SHORT_BINSTRING and BINSTRING.
    batch = b"\x80\x02}q\x01(U\x0bbatch_labelq\x02U\x05batchU\x06labelsq\x03]q\x04(K\x06K\x09eU\x04dataT\x90\x01\0\0" + bytes(400) + b"u."
    corpus.written("batch of Python 2", "", lambda path: pathlib.Path(path).write_bytes(batch), writer="python 2 pickle")


def several(path):
    with open(path, "wb") as file:
        for value in ({"a": 1}, [1, 2], "end"):
            pickle.dump(value, file)
