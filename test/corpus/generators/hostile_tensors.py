"""Tensors and arrays whose numbers lie."""
import struct

import containers
from assembler import build, call, glob, pickled, state_dict
from zips import torch_zip

HUGE = 2**63
ORDERED = call(glob("collections", "OrderedDict"))


def storage(kind="FloatStorage", key="0", count=6, location="cpu", module="torch"):
    def write(w):
        w.raw(b"(").value("storage").glob(module, kind).value(key).value(location).value(count).raw(b"tQ")

    return write


def v2(*, storage=storage(), offset=0, shape=(2, 3), stride=(3, 1), hooks=ORDERED):
    return call(glob("torch._utils", "_rebuild_tensor_v2"), storage, offset, shape, stride, False, hooks)


def write(corpus):
    for title, node in tensors():
        data, truth = pickled({"a": node, "good": v2()}, 2)
        corpus.add("hostile", title, ".pt", torch_zip(data), technique=title, family="tensor", container="torch zip", globals=truth)
    for title, node in tensors():
        if "storage" not in title:
            continue
        data, truth = pickled({"a": node}, 2)
        corpus.add("hostile", f"{title}, legacy", ".pth", containers.legacy(data), technique=title, family="tensor", container="torch legacy")
    for title, data in legacy():
        corpus.add("hostile", title, ".pth", data, technique=title, family="tensor", container="torch legacy", alone=True)
    for title, data in tar():
        corpus.add("hostile", title, ".pt", data, technique=title, family="tensor", container="torch tar", alone=True)


def tensors():
    yield "shape of 2^63", v2(shape=(HUGE, 2))
    yield "shape whose product overflows", v2(shape=(2**40,) * 50, stride=(1,) * 50)
    yield "shape of a negative size", v2(shape=(-1, 3))
    yield "shape of floats", v2(shape=(2.5, 3))
    yield "shape of strings", v2(shape=("2", "3"))
    yield "shape of None", v2(shape=None)
    yield "shape that holds itself", v2(shape=lambda w: w.raw(b"]q\xc8h\xc8a"))
    yield "shape of a hundred thousand dimensions", v2(shape=(1,) * 100_000, stride=(1,) * 100_000)
    yield "shape and stride of different lengths", v2(shape=(2, 3), stride=(1,))
    yield "stride out of the storage", v2(stride=(10**9, 1))
    yield "stride negative", v2(stride=(-3, -1))
    yield "stride of 2^70", v2(stride=(2**70, 1))
    yield "offset negative", v2(offset=-5)
    yield "offset of 2^64", v2(offset=2**64)
    yield "offset of text", v2(offset="0")
    yield "storage of 2^62 elements", v2(storage=storage(count=2**62))
    yield "storage of a negative count", v2(storage=storage(count=-1))
    yield "storage of a fraction", v2(storage=storage(count=1.5))
    yield "storage with a path for a key", v2(storage=storage(key="../../../etc/passwd"))
    yield "storage with a megabyte for a key", v2(storage=storage(key="9" * 1_000_000))
    yield "storage with a key of another type", v2(storage=storage(key=7))
    yield "storage of an unknown class", v2(storage=storage("MysteryStorage", module="project"))
    yield "storage that is absent", v2(storage=storage(key="404"))
    yield "storage with a long location", v2(storage=storage(location="cuda:" + "9" * 10_000))
    yield "storage that is a number", v2(storage=5)
    yield "storage that is a tensor", v2(storage=v2())
    yield "storage id of one part", v2(storage=lambda w: w.value(("storage",)).raw(b"Q"))
    yield "storage id of nothing", v2(storage=lambda w: w.value(()).raw(b"Q"))
    yield "storage id of another kind", v2(storage=lambda w: w.value(("warehouse", 1, 2, 3, 4)).raw(b"Q"))
    yield "tensor without arguments", call(glob("torch._utils", "_rebuild_tensor_v2"))
    yield "tensor of too many arguments", call(glob("torch._utils", "_rebuild_tensor_v2"), *range(100))
    yield "parameter of a parameter of nothing", call(glob("torch._utils", "_rebuild_parameter"), None, True, ORDERED)
    yield "sparse tensor of a wrong layout", call(glob("torch._utils", "_rebuild_sparse_tensor"), 7, (1, 2))
    yield "sparse tensor of a huge shape", call(
        glob("torch._utils", "_rebuild_sparse_tensor"), call(glob("torch.serialization", "_get_layout"), "torch.sparse_coo"), (v2(), v2(), (HUGE, HUGE)))
    yield "quantized tensor of a wrong scheme", call(glob("torch._utils", "_rebuild_qtensor"), storage("QInt8Storage"), 0, (2, 3), (3, 1), (7, None), False, ORDERED)
    yield "type that is a number", call(glob("torch._tensor", "_rebuild_from_type_v2"), 1, 2, 3, 4)
    yield "nested tensor of lies", call(glob("torch._utils", "_rebuild_nested_tensor"), v2(), v2(), v2(), v2())
    yield "meta tensor of a huge shape", call(glob("torch._utils", "_rebuild_meta_tensor_no_storage"), glob("torch", "float32"), (HUGE,), (1,), False)
    yield "device of nonsense", call(glob("torch", "device"), "\u202e" * 100, -(2**80))
    yield "torch.Size of itself", lambda w: w.raw(b"]q\xc9").value(call(glob("torch", "Size"), lambda w: w.raw(b"h\xc9"))).raw(b"a")
    yield "metadata that is a number", build(ORDERED, {"_metadata": 5})
    yield "metadata in itself", build(ORDERED, lambda w: w.raw(b"}q\xca").value("_metadata").raw(b"h\xcas"))
    array = call(glob("numpy.core.multiarray", "_reconstruct"), glob("numpy", "ndarray"), (0,), b"b")
    dtype = lambda text: build(call(glob("numpy", "dtype"), text, False, True), (3, "<", None, None, None, -1, -1, 0))
    yield "array of 2^63", build(array, (1, (HUGE,), dtype("f8"), False, b"abc"))
    yield "array of a negative shape", build(array, (1, (-4,), dtype("f8"), False, b"abc"))
    yield "array with too few bytes", build(array, (1, (100, 100), dtype("f8"), False, b"abc"))
    yield "array of an unknown type", build(array, (1, (2,), dtype("q99"), False, b"abc"))
    yield "array of huge items", build(array, (1, (2,), dtype("V2147483647"), False, b"abc"))
    yield "array of objects without a list", build(array, (1, (2,), dtype("O8"), False, b"abc"))
    yield "array with a state of nothing", build(array, ())
    yield "dtype with fields of lies", build(call(glob("numpy", "dtype"), "V8", False, True), (3, "|", None, ("a", "b"), {"a": 5}, -1, -1, 0))
    yield "scalar of nothing", call(glob("numpy.core.multiarray", "scalar"), dtype("f8"), b"")
    yield "scalar of an unknown type", call(glob("numpy.core.multiarray", "scalar"), 5, 6)


def legacy():
    root, _ = pickled(state_dict())
    plain = containers.legacy(root, storages=False)
    yield "legacy storage of 2^62 elements", plain + struct.pack("<q", 2**62) + bytes(24)
    yield "legacy storage of a negative count", plain + struct.pack("<q", -5) + bytes(24)
    yield "legacy storage of another count", plain + struct.pack("<q", 5) + bytes(24)
    yield "legacy without its storages", plain
    yield "legacy with a million keys", containers.legacy(root, keys=b"\x80\x02](" + b"X\x01\0\0\x000" * 1_000_000 + b"e.", storages=False) + bytes(100)
    yield "legacy with keys that are no strings", containers.legacy(root, keys=pickled([1, None, {}])[0])
    yield "legacy with keys that are no list", containers.legacy(root, keys=pickled({"a": 1})[0])
    yield "legacy of another protocol", containers.legacy(root, protocol=pickled(99_999)[0])
    yield "legacy of big endian", containers.legacy(root, info=pickled({"little_endian": False})[0])
    yield "legacy with a system info of None", containers.legacy(root, info=pickled(None)[0])
    yield "legacy with a magic number alone", pickled(containers.MAGIC)[0]

    def view(key, offset, size):
        def node(w):
            w.raw(b"(").value("storage").glob("torch", "FloatStorage").value("0").value("cpu").value(6).value((key, offset, size)).raw(b"tQ")

        return containers.legacy(pickled({"a": v2(storage=node)})[0])

    yield "legacy view out of its storage", view("1", 2**60, 2**60)
    yield "legacy view of a negative offset", view("1", -9, 4)
    yield "legacy view of nothing", view(None, None, None)
    source = lambda w: w.raw(b"(").value("module").glob("project", "C").value("x.py").value("a" * 1_000_000).raw(b"tQ").value(()).raw(b"\x81")
    yield "legacy module with a megabyte of source", containers.legacy(pickled({"a": source})[0])


def tar():
    root, _ = pickled({"a": 1})
    kind = pickled((1000, "cpu", glob("torch", "FloatStorage")))[0]
    tensor = pickled((2000, 1000, glob("torch", "FloatTensor")))[0]
    one = pickled(1)[0]
    views = pickled([])[0]
    yield "tar with 2^40 storages", containers.old_torch_tar(root, storages=pickled(2**40)[0])
    yield "tar with a negative count", containers.old_torch_tar(root, storages=pickled(-1)[0])
    yield "tar with a count of text", containers.old_torch_tar(root, storages=pickled("many")[0])
    yield "tar storage of 2^62", containers.old_torch_tar(root, storages=one + kind + struct.pack("<q", 2**62) + bytes(24) + views)
    yield "tar storage of a negative length", containers.old_torch_tar(root, storages=one + kind + struct.pack("<q", -1) + views)
    yield "tar with 2^40 tensors", containers.old_torch_tar(root, tensors=pickled(2**40)[0])
    yield "tar tensor of 2^31 dimensions", containers.old_torch_tar(root, tensors=one + tensor + struct.pack("<ii", 2**31 - 1, 0) + bytes(64))
    yield "tar tensor of negative dimensions", containers.old_torch_tar(root, tensors=one + tensor + struct.pack("<ii", -2, 0) + bytes(64))
    yield "tar tensor of a huge shape", containers.old_torch_tar(root, tensors=one + tensor + struct.pack("<iiqqq", 1, 0, 2**62, 1, -1))
    yield "tar with views of lies", containers.old_torch_tar(root, storages=pickled(0)[0] + pickled([(1, 2, -3, 2**62), None, 5])[0])
