"""How a signature is written down for comparison."""

import inspect


def describe_signature(function):
    """[name, kind, default] of every parameter of a constructor or function."""
    target = function.__init__ if inspect.isclass(function) else function
    described = []
    for parameter in inspect.signature(target).parameters.values():
        default = None if parameter.default is parameter.empty else default_text(parameter.default)
        described.append([parameter.name, str(parameter.kind), default])
    return described


def default_text(value):
    return value.__name__ if callable(value) else repr(value)
