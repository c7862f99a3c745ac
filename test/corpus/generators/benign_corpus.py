"""The benign part of the corpus, and what its pickles import."""
import bz2
import gzip
import io
import lzma
import os
import pickle
import pickletools
import zipfile
import zlib

import joblib
import torch

from corpus import Corpus


class BenignCorpus(Corpus):
    def torch(self, title, value, forms=("zip", "legacy"), protocols=(2,), extension=".pt", **facts):
        """`torch.save` in every form and protocol asked for."""
        for form in forms:
            for protocol in protocols:
                label = f"{title}, {form}" + (f", protocol {protocol}" if len(protocols) > 1 else "")
                new_format = form == "zip"
                self.written(
                    label, extension,
                    lambda path: torch.save(value, path, pickle_protocol=protocol, _use_new_zipfile_serialization=new_format),
                    writer=f"torch {torch.__version__.split('+')[0]}", **facts,
                )

    def pickle(self, title, value, protocols=(4,), extension=".pkl", writer="python", **facts):
        for protocol in protocols:
            label = f"{title}, protocol {protocol}"
            self.written(label, extension, lambda path: _dump(value, path, protocol), writer=f"{writer} pickle", **facts)

    def joblib(self, title, value, compress=(0,), extension=".joblib", **facts):
        for how in compress:
            self.written(f"{title}, {how}" if how else title, extension, lambda path: joblib.dump(value, path, compress=how), writer=f"joblib {joblib.__version__}", **facts)

    def written(self, title, extension, write, writer="", **facts):
        """A file that `write(path)` makes."""
        name = self.path("benign", title, extension)
        target = os.path.join(self.folder, name)
        write(target)
        self.note(name, "benign", technique=title, family=writer, container=extension, globals=globals_of(target), **facts)


def _dump(value, path, protocol):
    with open(path, "wb") as file:
        pickle.dump(value, file, protocol=protocol)


def globals_of(path):
    """What the pickles of a file import, or null for a file that this cannot take apart."""
    if os.path.isdir(path):
        return None
    with open(path, "rb") as file:
        return named_globals(unpacked(file.read()))


def unpacked(data):
    """The pickle streams of a file's bytes, by the containers that benign writers use."""
    if data[:2] == b"\x1f\x8b":
        return unpacked(gzip.decompress(data))
    if data[:3] == b"BZh":
        return unpacked(bz2.decompress(data))
    if data[:6] == b"\xfd7zXZ\0" or data[:3] == b"\x5d\0\0":
        return unpacked(lzma.decompress(data))
    if data[:1] == b"\x78" and data[1:2] in (b"\x01", b"\x5e", b"\x9c", b"\xda"):
        return unpacked(zlib.decompress(data))
    if data[:4] == b"PK\x03\x04":
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            found = []
            for name in archive.namelist():
                if name.endswith((".pkl", ".npy")):
                    found += unpacked(archive.read(name))
            return found
    if data[:6] == b"\x93NUMPY":
        start = 10 + int.from_bytes(data[8:10], "little")
        return [data[start:]] if b"'|O'" in data[:start] else []
    return [data] if data[:1] == b"\x80" or data[:1] in b"(c]}" else []


def named_globals(streams):
    """`[module, name]` of each GLOBAL, INST and STACK_GLOBAL. The pickler writes the latter's two names directly
    before it, or gets them from the memo, so following the strings is enough; null where they are not found."""
    found = []
    for data in streams:
        at = 0
        while at < len(data):
            stream, texts, memo = io.BytesIO(data[at:]), [], {}
            try:
                for opcode, argument, _ in pickletools.genops(stream):
                    if opcode.name in ("GLOBAL", "INST"):
                        found.append(tuple(argument.split(" ", 1)))
                        texts.append(None)
                    elif opcode.name == "STACK_GLOBAL":
                        if len(texts) < 2 or None in texts[-2:]:
                            return None
                        found.append((texts[-2], texts[-1]))
                        texts.append(None)
                    elif "UNICODE" in opcode.name:
                        texts.append(argument)
                    elif opcode.name in ("MEMOIZE", "PUT", "BINPUT", "LONG_BINPUT"):
                        memo[len(memo) if argument is None else argument] = texts[-1] if texts else None
                    elif opcode.name in ("GET", "BINGET", "LONG_BINGET"):
                        texts.append(memo.get(argument))
                    elif opcode.name not in ("FRAME", "PROTO"):
                        texts.append(None)
            except Exception:
                # Bytes after a pickle: storages of a legacy file, arrays of joblib.
                break
            at += stream.tell()
    return found
