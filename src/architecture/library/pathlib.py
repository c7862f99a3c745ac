"""Paths as text, with forward slashes; files below the root can be read."""

from glob import glob as _glob

from _files import open_text
from _graftlens import file_exists, outside, path_exists


class PurePath:
    def __init__(self, *parts):
        text = ""
        for part in parts:
            part = str(part)
            text = part if part.startswith("/") or text == "" else f"{text}/{part}"
        pieces = [piece for piece in text.split("/") if piece not in ("", ".")]
        self._text = ("/" if text.startswith("/") else "") + "/".join(pieces) or "."

    def __str__(self):
        return self._text

    def __fspath__(self):
        return self._text

    def as_posix(self):
        return self._text

    def __repr__(self):
        return f"PosixPath('{self._text}')"

    def __eq__(self, other):
        return isinstance(other, PurePath) and self._text == other._text

    def __lt__(self, other):
        return self.parts < other.parts

    def __le__(self, other):
        return self.parts <= other.parts

    def __gt__(self, other):
        return self.parts > other.parts

    def __ge__(self, other):
        return self.parts >= other.parts

    def __hash__(self):
        return hash(self._text)

    def __truediv__(self, other):
        return type(self)(self._text, other)

    def __rtruediv__(self, other):
        return type(self)(other, self._text)

    def joinpath(self, *others):
        return type(self)(self._text, *others)

    @property
    def name(self):
        return "" if self._text in (".", "/") else self._text.split("/")[-1]

    @property
    def suffix(self):
        name = self.name
        at = name.rfind(".")
        return name[at:] if 0 < at < len(name) - 1 else ""

    @property
    def suffixes(self):
        return ["." + piece for piece in self.name.lstrip(".").split(".")[1:]] if not self.name.endswith(".") else []

    @property
    def stem(self):
        name = self.name
        return name[: len(name) - len(self.suffix)]

    @property
    def parts(self):
        root = ("/",) if self._text.startswith("/") else ()
        return root + tuple(piece for piece in self._text.split("/") if piece not in ("", "."))

    @property
    def parent(self):
        at = self._text.rfind("/")
        return type(self)(self._text[:at] if at > 0 else "/" if at == 0 else ".")

    @property
    def parents(self):
        found = []
        path = self
        while path.parent != path:
            path = path.parent
            found.append(path)
        return found

    def with_suffix(self, suffix):
        return type(self)(self._text[: len(self._text) - len(self.suffix)] + suffix)

    def with_name(self, name):
        return self.parent / name

    def with_stem(self, stem):
        return self.with_name(stem + self.suffix)

    def is_absolute(self):
        return self._text.startswith("/")

    def is_relative_to(self, other, *others):
        whole = type(self)(other, *others)
        return whole == self or whole in self.parents

    def relative_to(self, other, *others):
        whole = type(self)(other, *others)
        if not self.is_relative_to(whole):
            raise ValueError(f"{self._text!r} is not in the subpath of {whole._text!r}")
        return type(self)(*self.parts[len(whole.parts) :])

    @property
    def root(self):
        return "/" if self.is_absolute() else ""

    anchor = root
    drive = ""

    def __getattr__(self, name):
        if name.startswith("_"):
            raise AttributeError(name)
        return outside(f"Path.{name}")


def _paths(cls, pattern):
    for text in _glob(pattern, recursive=True):
        yield cls(text)


class Path(PurePath):
    def open(self, mode="r", buffering=-1, encoding=None, errors=None, newline=None):
        return open_text(self._text, mode, buffering, encoding, errors, newline)

    def read_text(self, encoding=None, errors=None):
        return self.open().read()

    def is_file(self):
        return file_exists(self._text)

    def exists(self):
        return path_exists(self._text)

    def is_dir(self):
        return path_exists(self._text) and not file_exists(self._text)

    def glob(self, pattern):
        return _paths(type(self), f"{self._text}/{pattern}")

    def rglob(self, pattern):
        return _paths(type(self), f"{self._text}/**/{pattern}")

    def mkdir(self, mode=0o777, parents=False, exist_ok=False):
        return None

    @classmethod
    def cwd(cls):
        return outside("Path.cwd")

    @classmethod
    def home(cls):
        return outside("Path.home")

    def resolve(self, strict=False):
        return self

    def absolute(self):
        return self

    def expanduser(self):
        return self


PosixPath = Path
PurePosixPath = PurePath
