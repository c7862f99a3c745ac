"""Text blocks."""

from _graftlens import unknown


def dedent(text):
    return unknown("textwrap.dedent")


def indent(text, prefix, predicate=None):
    return unknown("textwrap.indent")


def wrap(text, width=70):
    return unknown("textwrap.wrap")
