"""Everything in a checkpoint that is no tensor: numbers, texts, keys, containers, objects."""
import argparse
import array
import collections
import datetime
import decimal
import fractions
import functools
import pathlib
import random
import types
import uuid

import numpy
import torch

import saved_classes
from cases import Call, numbered, saved


@saved(protocols=(2, 3, 4, 5))
def integers():
    edges = [0, 1, -1, 255, 256, -256, 65535, 65536, 2**31 - 1, 2**31, -(2**31), -(2**31) - 1, -3_000_000_000]
    return {
        "edges": edges,
        "large": [2**40, -(2**40), 2**53 - 1, 2**53, 2**53 + 1, 2**63 - 1, -(2**63), 2**64, 2**200, -(2**200)],
        "weight": numbered(2),
    }


@saved()
def floats():
    return [0.0, -0.0, 1.5, -2.25, 1e300, 5e-324, 0.1, float("inf"), float("-inf"), float("nan"), 1e22]


@saved()
def scalars():
    return {"none": None, "true": True, "false": False, "complex": 1 + 2j, "bytes": b"\x00\xffab'", "text": "weight"}


@saved()
def texts():
    return {
        "chinese": "权重",
        "emoji": "🔥",
        "quotes": "it's \"quoted\" \\ back",
        "control": "a\tb\nc\x00d\x1b[31m",
        "markup": "<img src=x onerror=alert(1)>",
        "bidi": "abc\u202edef",
        "surrogate": "\ud800x",
        "empty": "",
        "long": "x" * 5000,
    }


@saved("zip", "legacy", "pickle", protocols=(0, 1, 2, 3, 4, 5))
def mixed_values():
    return collections.OrderedDict(
        epoch=3, big=2**70, negative=-3_000_000_000, best=0.5, name="权\nweight", data=b"\x00\xff", nothing=None,
        yes=True, items=[1, (2, 3), (), ("a",)], group={1: "one", "two": 2}, unique={4}, size=torch.Size([1, 2]),
        args=argparse.Namespace(lr=0.1, layers=[1, 2]), where=1j,
    )


@saved("zip", "legacy", protocols=(1, 2, 3, 4, 5))
def mixed_tensors():
    weight = numbered(2, 3)
    return {
        "weight": weight,
        "again": weight,
        "parameter": torch.nn.Parameter(numbered(4)),
        "half": numbered(3, dtype=torch.bfloat16),
        "state": collections.OrderedDict([("a.b", numbered(2, dtype=torch.int64))]),
        "module": torch.nn.Linear(2, 3),
    }


@saved()
def keys_of_every_type():
    return {
        0: numbered(1), -5: numbered(2), 2**70: numbered(3), ("a", 1): numbered(4), None: numbered(5),
        True: numbered(6), 2.5: numbered(7), b"raw": numbered(8), (): numbered(9), "0": numbered(10),
        ("x", ("y", None)): 1, torch.float32: 2, saved_classes.Color.RED: numbered(11), frozenset([1]): numbered(12),
    }


@saved(protocols=(2, 4))
def keys_of_the_libraries():
    east = datetime.timezone(datetime.timedelta(hours=8))
    keys = [
        frozenset(), frozenset(["a"]), torch.Size([1, 2]), torch.Size([]), torch.device("cpu"), torch.device("cuda:1"),
        torch.strided, pathlib.PurePosixPath("/a/b"), pathlib.PurePosixPath("."), pathlib.PureWindowsPath("C:/a"),
        datetime.date(2020, 1, 2), datetime.datetime(2020, 1, 2, 3, 4), datetime.datetime(2020, 1, 2, 3, 4, 5),
        datetime.datetime(2020, 12, 2, 3, 4, 0, 678, fold=1), datetime.datetime(1, 1, 1, tzinfo=datetime.timezone.utc),
        datetime.datetime(9999, 12, 31, 23, 59, tzinfo=east), datetime.time(1, 2), datetime.time(0, 0, 0, 1, fold=1),
        datetime.timedelta(0), datetime.timedelta(-1, 2), datetime.timedelta(microseconds=3), datetime.timezone.utc,
        east, decimal.Decimal("1.50"), decimal.Decimal("NaN"), fractions.Fraction(-1, 3), fractions.Fraction(2),
        uuid.UUID(int=5), uuid.UUID(int=2**128 - 1), 1 - 2j, range(3), range(1, 9, 3), numpy.int64(-7),
        numpy.uint8(255), numpy.float32(0.1), numpy.float64(1e22), numpy.bool_(True),
    ]
    return {key: numbered(position + 1) for position, key in enumerate(keys)}


@saved()
def hostile_keys():
    names = [
        "", ".", "a.b", "a..b", ".a", "a.", "__proto__", "constructor", "toString", "hasOwnProperty", "length",
        "<b>bold</b>", "\x1b[31mred\x1b[0m", "right\u202eleft", "nul\x00byte", "new\nline", "\ud800", "x\udfff",
        "权重.0", "e\u0301", "é", "a/b", "..", "key with space", "quote\"'`", "\\", "k" * 3000, "\ufeff", "[0]", "0",
    ]
    return {name: numbered(position + 1) for position, name in enumerate(names)}


@saved()
def containers():
    with_factory = collections.defaultdict(list)
    with_factory["a"].append(numbered(2))
    return {
        "ordered": collections.OrderedDict(b=numbered(1), a=numbered(2)),
        "default": with_factory,
        "default_of_function": collections.defaultdict(None, {"x": 1}),
        "counter": collections.Counter("abca"),
        "deque": collections.deque([numbered(3), 4], maxlen=5),
        "nested": [[], [[]], {}, (), [{}, {"a": []}]],
        "tuple": (numbered(4), (numbered(5),)),
    }


@saved()
def state_dict_metadata():
    return saved_classes.Detector().state_dict()


@saved(protocols=(2, 5))
def byte_array():
    return {"buffer": bytearray(b"abc\x00\xff"), "empty": bytearray(), "bytes": bytes(range(256))}


@saved()
def sets():
    return {"set": {1, 2, 3}, "frozen": frozenset(["a", "b"]), "empty": set(), "tensors": {numbered(3)}}


@saved()
def slices_and_ranges():
    return {"slice": slice(1, 10, 2), "open": slice(None), "range": range(2, 9, 3), "ellipsis": Ellipsis}


@saved()
def partial():
    return {"partial": functools.partial(torch.nn.Linear, 3, bias=False), "of": functools.partial(int, base=2)}


@saved(also=[{"dtype": "float32", "shape": [3]}])
def partial_with_tensor():
    return {"partial": functools.partial(torch.add, other=numbered(3)), "weight": numbered(2)}


@saved()
def namespace():
    return {
        "args": argparse.Namespace(lr=0.1, name="run", weight=numbered(2), nested=argparse.Namespace(depth=3)),
        "simple": types.SimpleNamespace(lr=0.2, weight=numbered(3)),
    }


@saved()
def paths():
    return {
        "posix": pathlib.PurePosixPath("/data/run 1/w.pt"),
        "windows": pathlib.PureWindowsPath("C:\\data\\w.pt"),
        "here": pathlib.Path("runs") / "last.pt",
    }


@saved(protocols=(2, 4))
def enums():
    return {
        "color": saved_classes.Color.RED, "text": saved_classes.Color.GREEN, "level": saved_classes.Level.HIGH,
        "flag": saved_classes.Access.READ | saved_classes.Access.WRITE,
    }


@saved("zip", "legacy", "pickle", protocols=(0, 1, 2, 4))
def plain_objects():
    """Under protocols 0 and 1 these go through `copyreg._reconstructor`."""
    return {
        "plain": saved_classes.Plain(lr=0.1, rest=[1, 2]),
        "list": saved_classes.ColorTable([1, 2]),
        "nested": saved_classes.Plain(inner=saved_classes.Plain(name="deep")),
    }


@saved()
def named_tuples():
    return {
        "point": saved_classes.Point(numbered(2, 3), numbered(3)),
        "typed": saved_classes.Typed("conv", numbered(4), (numbered(5),)),
        "nested": [saved_classes.Point(1, saved_classes.Point(numbered(6), None))],
    }


@saved()
def container_subclasses():
    table = saved_classes.ColorTable([numbered(2), 5])
    table.palette = numbered(3)
    registry = saved_classes.Registry(weight=numbered(4))
    registry.owner = "me"
    pair = saved_classes.Pair((numbered(5), 6))
    pair.note = numbered(7)
    return {"list": table, "dict": registry, "tuple": pair}


@saved()
def dataclasses():
    return {
        "state": saved_classes.TrainingState(3, 0.9, numbered(2, 2), [0.1, 0.2]),
        "frozen": saved_classes.FrozenState(7, numbered(3)),
    }


@saved()
def slotted_objects():
    return {
        "slots": saved_classes.Slotted(numbered(2), "r"),
        "both": saved_classes.SlotsAndDict(numbered(3), 1, numbered(4)),
    }


@saved(protocols=(2, 4))
def new_with_arguments():
    return {"object": saved_classes.WithNewArguments(1, second="two"), "weight": numbered(2)}


@saved(also=[{"dtype": "float32", "shape": [3]}])
def custom_set_state():
    return {"object": saved_classes.WithSetState(numbered(3)), "weight": numbered(2)}


@saved()
def standard_library():
    return {
        "date": datetime.datetime(2024, 5, 6, 7, 8, 9), "delta": datetime.timedelta(seconds=5),
        "zone": datetime.datetime(2024, 5, 6, tzinfo=datetime.timezone.utc), "decimal": decimal.Decimal("1.50"),
        "fraction": fractions.Fraction(1, 3), "uuid": uuid.UUID(int=5), "random": random.Random(1),
        "weight": numbered(2),
    }


@saved()
def classes_and_functions():
    return {
        "class": torch.nn.Linear, "function": torch.nn.functional.relu, "own": saved_classes.QuLike, "builtin": len,
        "type": int, "weight": numbered(2),
    }


@saved()
def errors():
    return {"error": ValueError("no such layer", 3), "weight": numbered(2)}


@saved("zip", "legacy", "pickle", protocols=(2, 4, 5))
def numpy_arrays():
    return {
        "float": numpy.arange(6, dtype=numpy.float32).reshape(2, 3),
        "fortran": numpy.asfortranarray(numpy.arange(6.0).reshape(2, 3)),
        "scalar_array": numpy.array(5),
        "empty": numpy.empty((0, 4)),
        "text": numpy.array(["a", "bc"]),
        "bytes": numpy.array([b"a", b"bc"]),
        "objects": numpy.array([1, "x", None], dtype=object),
        "record": numpy.array([(1, 2.0)], dtype=[("a", "i4"), ("b", "f8")]),
        "time": numpy.array(["2024-01-02"], dtype="datetime64[D]"),
        "big_endian": numpy.arange(3, dtype=">i4"),
        "masked_later": numpy.arange(3) > 1,
        "complex": numpy.array([1 + 2j]),
    }


@saved("zip", "pickle")
def numpy_subclasses():
    return {
        "masked": numpy.ma.masked_array([1.0, 2.0, 3.0], mask=[0, 1, 0]),
        "record": numpy.rec.array([(1, 2.0)], dtype=[("a", "i4"), ("b", "f8")]),
        "weight": numbered(2),
    }


@saved()
def arrays():
    return {"array": array.array("i", [1, 2, 3]), "floats": array.array("d", [0.5]), "weight": numbered(2)}


@saved("zip", "pickle")
def numpy_scalars():
    return {
        "float64": numpy.float64(1.5), "float32": numpy.float32(2.5), "int64": numpy.int64(-7),
        "uint8": numpy.uint8(200), "bool": numpy.bool_(True), "nan": numpy.float64("nan"), "half": numpy.float16(0.5),
    }


@saved("zip", "pickle")
def numpy_dtypes():
    return {
        "float32": numpy.dtype("float32"), "structured": numpy.dtype([("a", "i4"), ("b", "f8", (2,))]),
        "text": numpy.dtype("U5"), "type": numpy.float32,
    }


@saved("pickle")
def numpy_random_state():
    """Built by functions of numpy's own, which say nothing about the class."""
    return {"state": numpy.random.RandomState(1), "generator": numpy.random.default_rng(1), "after": 5}


@saved()
def torch_structures():
    """Objects of torch's own libraries that hold tensors."""
    packed = torch.nn.utils.rnn.pack_sequence([numbered(3, 2), numbered(2, 2)])
    return {
        "maximum": torch.max(numbered(3, 4), dim=1),
        "packed": packed,
        "normal": torch.distributions.Normal(numbered(2), numbered(2, start=5)),
        "dataset": torch.utils.data.TensorDataset(numbered(4, 2), numbered(4)),
    }


@saved()
def cyclic():
    root = {"weight": numbered(2), "list": []}
    root["self"] = root
    root["list"].append(root["list"])
    root["list"].append(numbered(3))
    holder = saved_classes.Plain(name="loop", tensor=numbered(4))
    holder.me = holder
    root["object"] = holder
    return root


@saved()
def shared_containers():
    inner = {"weight": numbered(2)}
    return {"a": inner, "b": inner, "list": [inner, inner]}


@saved("zip", "pickle")
def user_dict():
    return {"user": collections.UserDict(a=1, b=numbered(2)), "list": collections.UserList([numbered(3)])}


@saved()
def mapping_proxy_like():
    """Objects built by a call with arguments, items and entries all at once."""
    return {
        "built": Call(saved_classes.Plain, state={"weight": numbered(3), "name": "state"}),
        "called": Call(functools.partial, torch.nn.ReLU),
        "weight": numbered(2),
    }
