"""TorchScript: decorators and annotations are the identity; what compiles or loads is not followed."""

from typing import Final

from _graftlens import unknown
from torch.nn import Module

ScriptModule = Module
ScriptFunction = object


def script(obj=None, optimize=None, _frames_up=0, _rcb=None, example_inputs=None):
    return obj


def script_if_tracing(fn):
    return fn


_script_if_tracing = script_if_tracing


def script_method(fn):
    return fn


def export(fn):
    return fn


def unused(fn):
    return fn


def interface(obj):
    return obj


def ignore(drop=False, **kwargs):
    """Used as `@ignore` and as `@ignore(drop=True)`."""
    return drop if callable(drop) else _same


def _overload_method(fn):
    return fn


def _same(fn):
    return fn


def annotate(the_type, the_value):
    return the_value


def Attribute(value, type):
    return value


def is_scripting():
    return False


def is_tracing():
    return False


def set_fusion_strategy(strategy):
    return None


def __getattr__(name):
    return unknown(f"torch.jit.{name}")
