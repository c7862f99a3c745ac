"""Names by patterns of the shell: case counts, as where slashes separate folders."""

import re


def fnmatchcase(name, pattern):
    return re.fullmatch(_translated(pattern), name) is not None


fnmatch = fnmatchcase


def filter(names, pattern):
    return [name for name in names if fnmatchcase(name, pattern)]


def _translated(pattern):
    if "[" in pattern:
        from _graftlens import outside

        return outside("fnmatch with a class of letters")
    return "".join(".*" if letter == "*" else "." if letter == "?" else re.escape(letter) for letter in pattern)
