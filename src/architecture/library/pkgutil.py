"""`pkgutil`: the data files of packages."""

import importlib

from _graftlens import outside, read_file


def get_data(package, resource):
    """The bytes of a file beside a module; as text that is what the analysis can read."""
    module = importlib.import_module(package)
    file = getattr(module, "__file__", None)
    if not isinstance(file, str) or resource.startswith("/") or ".." in resource.split("/"):
        return outside(f"the file {resource}")
    folder = file.rpartition("/")[0]
    text = read_file(f"{folder}/{resource}")
    if text is None or "\ufffd" in text:
        return outside(f"the file {resource}")
    return text.encode()
