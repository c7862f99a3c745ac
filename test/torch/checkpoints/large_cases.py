"""Files that are large on paper and small on disk: torch leaves holes where the tensors' bytes would be.

    python large_cases.py OUT.pt [--tensors 300] [--bytes 2200000000]     the checkpoint of the benchmarks
    python large_cases.py OUT.pt --tensors 20000 --bytes 0                many small tensors instead
"""
import argparse
import collections
import os
import pickle
import struct
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

import torch  # noqa: E402
from torch._subclasses.fake_tensor import FakeTensorMode  # noqa: E402

from cases import numbered, written  # noqa: E402
from pickle_cases import Assembly, legacy_of  # noqa: E402

MARK_BYTES = 64


def save_with_holes(path, shapes, dtype=torch.float32, marked=True):
    """A state_dict of `shapes` (key → shape) as torch saves it, without its tensors' bytes.
    `marked` gives every tensor's first bytes a pattern of its own, so that offsets can be checked."""
    with FakeTensorMode():
        state = collections.OrderedDict((key, torch.empty(shape, dtype=dtype)) for key, shape in shapes.items())
    with torch.serialization.skip_data(materialize_fake_tensors=True):
        torch.save(state, path)
    if marked:
        _mark(path)


def _mark(path):
    # torch knows where each storage starts when it loads to the meta device.
    state = torch.load(path, map_location="meta", weights_only=True)
    with open(path, "r+b") as file:
        for position, tensor in enumerate(state.values()):
            file.seek(tensor.untyped_storage()._checkpoint_offset)
            length = min(MARK_BYTES, tensor.untyped_storage().nbytes())
            file.write(bytes((position * 7 + i) % 63 for i in range(length)))


def equal_shapes(tensors, total_bytes):
    """`tensors` matrices of float32, together about `total_bytes`."""
    rows = max(1, total_bytes // tensors // 4 // 1024)
    return {f"layers.{i // 4}.{('q', 'k', 'v', 'o')[i % 4]}.weight": (rows, 1024) for i in range(tensors)}


def detector_shapes():
    """A YOLO-sized detector: 92 blocks of a convolution and its norm, three heads, 558 keys, 37 M elements."""
    shapes, channels = {}, 3
    widths = [32, 64, 64, 128] + [64, 64, 64, 64, 256] * 2 + [128] * 8 + [256] * 20 + [128] * 24 + [512] * 20 + [320] * 6
    for block, width in enumerate(widths):
        kernel = 3 if block % 2 == 0 else 1
        shapes[f"model.{block}.conv.weight"] = (width, channels, kernel, kernel)
        for name in ("weight", "bias", "running_mean", "running_var"):
            shapes[f"model.{block}.bn.{name}"] = (width,)
        shapes[f"model.{block}.bn.num_batches_tracked"] = ()
        channels = width
    for scale, inputs in enumerate((256, 512, 1024)):
        shapes[f"model.{len(widths)}.m.{scale}.weight"] = (255, inputs, 1, 1)
        shapes[f"model.{len(widths)}.m.{scale}.bias"] = (255,)
    return shapes


@written("large/zip-2gb-300-tensors.pt", format="torch-zip", mmap=True)
def two_gigabytes(path):
    save_with_holes(path, equal_shapes(300, 2_200_000_000))


@written("large/zip64-offsets.pt", format="torch-zip", mmap=True)
def zip64_offsets(path):
    save_with_holes(path, equal_shapes(40, 4_700_000_000))


@written("large/zip64-one-storage.pt", format="torch-zip", mmap=True)
def zip64_sizes(path):
    """One storage alone is larger than 32 bits say, and one follows it."""
    save_with_holes(path, {"huge": (1_100_000, 1024), "after": (4,)})


@written("large/detector-558-keys.pt", format="torch-zip", mmap=True)
def detector(path):
    shapes = detector_shapes()
    assert len(shapes) == 558, len(shapes)
    save_with_holes(path, shapes)


@written("large/zip-20000-tensors.pt", format="torch-zip")
def many_tensors(path):
    base = numbered(160_000)
    torch.save({f"layers.{i}.weight": base[i * 8 : i * 8 + 8].clone() for i in range(20_000)}, path)


@written(
    "large/legacy-4gb.pt",
    format="torch-legacy",
    stated={
        "why": "torch would read all of it; the file is ours, so the offsets are known",
        "tensors": [
            {"path": ["first"], "dtype": "float32", "shape": [400_000_000], "markAt": 0},
            {"path": ["second"], "dtype": "float64", "shape": [300_000_000], "markAt": 1},
            {"path": ["third"], "dtype": "int8", "shape": [64], "markAt": 2},
        ],
    },
)
def legacy_four_gigabytes(path):
    described = [("first", "Float", 4, 400_000_000), ("second", "Double", 8, 300_000_000), ("third", "Char", 1, 64)]
    root = {}
    for position, (name, kind, _, count) in enumerate(described):
        root[name] = _legacy_tensor(kind, str(position), count)
    legacy_of(Assembly().value(root).done(), [], path)
    # legacy_of has written the keys of no storage; they are put in its place.
    with open(path, "rb") as file:
        data = file.read()
    empty = pickle.dumps([], protocol=2)
    with open(path, "wb") as file:
        file.write(data[: -len(empty)] + pickle.dumps(["0", "1", "2"], protocol=2))
        for position, (_, _, size, count) in enumerate(described):
            file.write(struct.pack("<q", count) + mark(position))
            file.seek(size * count - MARK_BYTES, os.SEEK_CUR)
        file.truncate()


def mark(position):
    return bytes((position * 7 + i) % 63 for i in range(MARK_BYTES))


def _legacy_tensor(kind, key, count):
    def write(to):
        to.name("torch._utils", "_rebuild_tensor_v2").raw(b"((").value("storage").name("torch", f"{kind}Storage")
        to.value(key).value("cpu").value(count).value(None).raw(b"tQ").value(0).value((count,)).value((1,))
        to.value(False).name("collections", "OrderedDict").raw(b")RtR")

    return write


@written("large/safetensors-5gb.safetensors", format="safetensors", loader="none", stated={
    "why": "5 GB of holes; the header is ours",
    "tensors": [
        {"path": ["first"], "dtype": "bfloat16", "shape": [2_500_000_000], "markAt": 0},
        {"path": ["second"], "dtype": "float16", "shape": [32], "markAt": 1},
    ],
})
def large_safetensors(path):
    import json

    header = {
        "first": {"dtype": "BF16", "shape": [2_500_000_000], "data_offsets": [0, 5_000_000_000]},
        "second": {"dtype": "F16", "shape": [32], "data_offsets": [5_000_000_000, 5_000_000_064]},
    }
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    with open(path, "wb") as file:
        file.write(struct.pack("<Q", len(text)) + text + mark(0))
        file.seek(8 + len(text) + 5_000_000_000)
        file.write(mark(1))


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("path")
    parser.add_argument("--tensors", type=int, default=300)
    parser.add_argument("--bytes", type=int, default=2_200_000_000)
    options = parser.parse_args()
    save_with_holes(options.path, equal_shapes(options.tensors, options.bytes), marked=False)


if __name__ == "__main__":
    main()
