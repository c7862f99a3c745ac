"""Imports the user's file as running it does, and finds the class in it."""

import difflib
import importlib
import importlib.util
import os
import sys

from .failures import Failure

# Names that projects give to files of their own (`code.py`, `queue.py`) and that torch or the standard library
# import late: imported now, while only the real ones can be found.
COMMON_NAMES = (
    "bdb bisect calendar cmd code codeop contextlib copy copyreg csv dataclasses difflib dis enum fractions functools "
    "getpass glob gzip hashlib heapq inspect json keyword locale logging math numbers opcode operator pdb pickle "
    "platform pprint profile pstats queue random select selectors signal socket statistics string struct subprocess "
    "tempfile textwrap threading timeit token tokenize trace traceback types typing unittest uuid warnings zipfile"
).split()

OLDEST_TORCH = (1, 8)


def import_torch():
    """Imports torch, and what else must not come from the user's folders."""
    for name in COMMON_NAMES:
        importlib.import_module(name)
    try:
        import torch
    except ModuleNotFoundError as error:
        if error.name == "torch":
            raise Failure("interpreter.noTorch", sys.executable) from None
        raise Failure("interpreter.torchBroken", "%s: %s" % (type(error).__name__, error)) from error
    except Exception as error:  # a missing library, a build for another system
        raise Failure("interpreter.torchBroken", "%s: %s" % (type(error).__name__, error)) from error
    version = torch_version(torch)
    if version < OLDEST_TORCH:
        raise Failure("interpreter.torchTooOld", str(torch.__version__))
    return torch


def torch_version(torch):
    """(2, 13) of `2.13.0+cpu`; source builds end in `a0+git…`."""
    parts = str(torch.__version__).split("+")[0].split(".")[:2]
    return tuple(int("".join(c for c in part if c.isdigit()) or 0) for part in parts)


def work_in(root):
    """Makes the folder the working one, in which a script of it would be run."""
    try:
        os.chdir(root)
    except OSError as error:
        raise Failure("interpreter.noRoot", root, str(error)) from None


def import_file(file, root):
    """The module of `file`, under the dotted name that it has below `root`.

    The search path is the one of a script in `root`; the file's own folder comes last, for files that are run
    from there and import their neighbours by bare names.
    """
    file, root = os.path.abspath(file), os.path.abspath(root)
    sys.argv = [file]
    if root not in sys.path:
        sys.path.insert(0, root)
    folder = os.path.dirname(file)
    if folder not in sys.path:
        sys.path.append(folder)
    importlib.invalidate_caches()
    package, name = dotted_name(file, root)
    full = package + "." + name if package else name
    if package and not import_packages(package):
        package, full = "", name
    if "." not in name:
        spec = importlib.util.find_spec(full)
        if spec is not None and spec.origin is not None and same_file(spec.origin, file):
            return importlib.import_module(full)
    # The name is not one that `import` can say, or another file answers to it.
    return load_file(file, full.rpartition(".")[0] if "." in name else package, name.replace(".", "_"))


def dotted_name(file, root):
    path = os.path.relpath(file, root)
    inside = not path.startswith(os.pardir) and not os.path.isabs(path)
    parts = (path if inside else os.path.basename(file)).split(os.sep)
    parts[-1] = os.path.splitext(parts[-1])[0]
    if parts[-1] == "__init__" and len(parts) > 1:
        parts.pop()
    return ".".join(parts[:-1]), parts[-1]


def import_packages(package):
    """Runs the packages above the file, as any import of it does; false where the folders have no such name."""
    if not all(part.isidentifier() for part in package.split(".")):
        return False
    try:
        importlib.import_module(package)
    except ModuleNotFoundError as error:
        if error.name and (package + ".").startswith(error.name + "."):
            return False
        raise
    return True


def load_file(file, package, name):
    full = package + "." + name if package else name
    if full in sys.modules:
        full = "graftlens_user_" + name
    is_package = os.path.basename(file) == "__init__.py"
    spec = importlib.util.spec_from_file_location(
        full, file, submodule_search_locations=[os.path.dirname(file)] if is_package else None
    )
    if spec is None or spec.loader is None:
        raise Failure("interpreter.notPythonFile", file)
    module = importlib.util.module_from_spec(spec)
    if package and not is_package:
        module.__package__ = package
    sys.modules[full] = module
    spec.loader.exec_module(module)
    return module


def same_file(one, other):
    try:
        return os.path.samefile(one, other)
    except OSError:
        return False


def find_target(module, name, file):
    """What `name` (`Net`, `Outer.Inner`, `resnet50`) is in the module."""
    target = module
    for part in name.split("."):
        if not hasattr(target, part):
            names = ", ".join(similar(target, part))
            if names:
                raise Failure("interpreter.noNameSimilar", name, names, file=file)
            raise Failure("interpreter.noName", name, file=file)
        target = getattr(target, part)
    return target


def similar(target, name):
    names = [other for other in vars(target) if not other.startswith("_")] if hasattr(target, "__dict__") else []
    return difflib.get_close_matches(name, names, n=3, cutoff=0.5)
