"""The list of files to write, and the ways in which an object becomes a file.

A *case* is a function that builds one object, or one that writes one file by hand. Every file gets an entry in
`manifest.json`, which says how torch opens it (`loader`) and what container it is (`format`, as the command line
names it). What is *in* the file is never typed in: `truth.py` asks torch. The exceptions are files that torch
itself cannot open; their entry carries `stated`, with the reason next to it.
"""
import functools
import json
import os
import pickle
import warnings

import torch

MANIFEST = "manifest.json"

_objects = []
_files = []


def saved(*forms, protocols=(2,), **facts):
    """Registers a function whose result is saved as `zip`, `legacy` or `pickle` (default: zip and legacy)."""

    def register(build):
        _objects.append((build, forms or ("zip", "legacy"), protocols, facts))
        return build

    return register


def written(name, **facts):
    """Registers a function `(path) -> None | dict` that writes the file or folder `name`; a dict adds facts."""

    def register(write):
        _files.append((name, write, facts))
        return write

    return register


def write_all(folder, only=None):
    """Writes every registered file into `folder` and returns the manifest's entries."""
    os.makedirs(folder, exist_ok=True)
    entries = []
    for build, forms, protocols, facts in _objects:
        for form in forms:
            for protocol in protocols:
                suffix = f"-p{protocol}" if len(protocols) > 1 else ""
                name = f"{form}-{build.__name__.replace('_', '-')}{suffix}.{'pkl' if form == 'pickle' else 'pt'}"
                if only is None or only in name:
                    _save(build(), os.path.join(folder, name), form, protocol)
                    entries.append(_entry(name, form, facts))
    for name, write, facts in _files:
        if only is None or only in name:
            os.makedirs(os.path.dirname(os.path.join(folder, name)), exist_ok=True)
            found = write(os.path.join(folder, name))
            entries.append({"file": name, "loader": "torch", **facts, **(found or {})})
    names = [entry["file"] for entry in entries]
    assert len(set(names)) == len(names), "two cases write one file"
    with open(os.path.join(folder, MANIFEST), "w", encoding="utf-8") as file:
        json.dump(entries, file, indent=1)
    return entries


def _entry(name, form, facts):
    loader, container = {
        "zip": ("torch", "torch-zip"),
        "legacy": ("torch", "torch-legacy"),
        "pickle": ("pickle", "pickle"),
    }[form]
    return {"file": name, "loader": loader, "format": container, **facts}


def _save(value, path, form, protocol):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        if form == "zip":
            torch.save(value, path, pickle_protocol=protocol)
        elif form == "legacy":
            save_legacy(value, path, protocol)
        else:
            with open(path, "wb") as file:
                pickle.dump(value, file, protocol=protocol)


def save_legacy(value, path, protocol=2):
    torch.save(value, path, pickle_protocol=protocol, _use_new_zipfile_serialization=False)


def numbered(*shape, dtype=torch.float32, start=1):
    """A tensor whose elements all differ, so that a wrong offset reads wrong bytes."""
    count = 1
    for size in shape:
        count *= size
    return torch.arange(start, start + count, dtype=torch.int64).to(dtype).reshape(shape)


def patterned(count, dtype, start=17):
    """`count` elements of any dtype, quantized ones excepted, over bytes that all differ."""
    tensor = torch.empty(count, dtype=dtype)
    raw = tensor.untyped_storage()
    for i in range(raw.nbytes()):
        # bool must stay 0 or 1.
        raw[i] = (i * 7 + start) % 251 if dtype != torch.bool else i % 2
    return tensor


class Call:
    """Pickled as the call `function(*arguments)`, then BUILD with `state` unless it is None.

    It writes globals that torch still reads but no longer writes."""

    def __init__(self, function, *arguments, state=None):
        self.reduced = (function, arguments) if state is None else (function, arguments, state)

    def __reduce__(self):
        return self.reduced


def quiet(function):
    """Silences torch's warnings about prototype features."""

    @functools.wraps(function)
    def run(*arguments, **options):
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return function(*arguments, **options)

    return run
