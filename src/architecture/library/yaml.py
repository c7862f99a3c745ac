"""PyYAML: loading of plain data."""

from _graftlens import parse_yaml, unknown


class SafeLoader:
    pass


class FullLoader:
    pass


class Loader:
    pass


CSafeLoader = SafeLoader


class YAMLError(Exception):
    pass


def safe_load(stream):
    return parse_yaml(stream if isinstance(stream, str) else stream.read())


full_load = safe_load
unsafe_load = safe_load


def load(stream, Loader=SafeLoader):
    if Loader not in (SafeLoader, FullLoader):
        return unknown("yaml.load with a loader of its own")
    return safe_load(stream)


def __getattr__(name):
    return unknown(f"yaml.{name}")
