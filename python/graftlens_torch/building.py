"""Builds the model, without memory for its tensors where its constructors allow it."""

import ast
import random
import sys

import torch

from .creation import Creation, recorded_creation
from .failures import Failure
from .importing import torch_version
from .output import HeldOutput

# `with torch.device(…)` and function modes for everyone came with torch 2.0.
HAS_DEVICE_CONTEXT = torch_version(torch) >= (2, 0)
# What a constructor could read of a meta tensor without an error, and go another way for it.
ADDRESSES = {"data_ptr", "storage", "untyped_storage", "_typed_storage"}


class Built:
    def __init__(self, model, device, fallback, creation):
        self.model = model
        self.device = device
        #: Why it was not built on the meta device; None where it was, or was not tried.
        self.fallback = fallback
        #: Which statement made each module and tensor.
        self.creation = creation


def evaluate_arguments(source, module):
    """`(args, kwargs)` of argument text (`512, r=16`), evaluated in the module's namespace."""
    text = "_(" + source + "\n)"
    try:
        call = ast.parse(text, "<arguments>", "eval").body
    except SyntaxError as error:
        raise Failure("interpreter.argumentsSyntax", source, error.msg) from None
    # `1), other(2` closes the parenthesis that it did not open.
    if not (isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id == "_"):
        raise Failure("interpreter.argumentsSyntax", source, "unmatched ')'")
    return eval(compile(text, "<arguments>", "eval"), vars(module), {"_": lambda *a, **k: (a, k)})


def build(target, name, args, kwargs, devices):
    """The model, on the first of `devices` (`meta`, `cpu`) on which its constructors run as they do on any."""
    if isinstance(target, torch.nn.Module):
        return Built(target, "cpu", None, Creation())
    if not callable(target):
        raise Failure("interpreter.notModule", name, type(target).__name__)
    fallback = None
    if "meta" in devices and HAS_DEVICE_CONTEXT:
        built, fallback = try_on_meta(target, name, args, kwargs)
        if built is not None:
            return built
    seed()
    with recorded_creation() as creation:
        model = construct(target, name, args, kwargs)
    return Built(model, "cpu", fallback, creation)


def try_on_meta(target, name, args, kwargs):
    seed()
    watch = MetaWatch()
    failure = None
    with HeldOutput() as output:
        try:
            with torch.device("meta"), watch.mode(), recorded_creation() as creation:
                model = construct(target, name, args, kwargs)
        except Exception as error:
            failure = error
        # A constructor may catch what only a meta tensor raises, and build something else.
        failure = watch.failure or failure
        output.keep = failure is None
    if failure is None:
        return Built(model, "meta", None, creation), None
    return None, "%s: %s" % (type(failure).__name__, str(failure).split("\n")[0][:300])


class MetaWatch:
    """Remembers the first torch function that failed, or that told of memory that a meta tensor has not."""

    def __init__(self):
        self.failure = None

    def mode(self):
        from torch.overrides import TorchFunctionMode

        watch = self

        class Mode(TorchFunctionMode):
            def __torch_function__(self, function, types, args=(), kwargs=None):
                if getattr(function, "__name__", "") in ADDRESSES and watch.failure is None:
                    watch.failure = RuntimeError("%s of a tensor was asked for" % function.__name__)
                try:
                    return function(*args, **(kwargs or {}))
                except Exception as error:
                    if watch.failure is None:
                        watch.failure = error
                    raise

        return Mode()


def construct(target, name, args, kwargs):
    try:
        model = target(*args, **kwargs)
    except TypeError as error:
        # Raised by the call itself: no frame of the user's was entered.
        if error.__traceback__ is not None and error.__traceback__.tb_next is None:
            raise Failure("interpreter.argumentsWrong", name, signature(target), str(error)) from None
        raise
    if not isinstance(model, torch.nn.Module):
        raise Failure("interpreter.notModule", name, type(model).__name__)
    return model


def signature(target):
    import inspect

    try:
        return str(inspect.signature(target))
    except (TypeError, ValueError):
        return "(…)"


def build_again(target, name, args, kwargs, number):
    """The model with other random values; None where it cannot be made a second time."""
    if isinstance(target, torch.nn.Module):
        return None
    seed(number)
    with HeldOutput():
        try:
            return construct(target, name, args, kwargs)
        except Exception:
            return None


def seed(number=0):
    """The same model each time, as far as seeds decide it."""
    random.seed(number)
    torch.manual_seed(number)
    numpy = sys.modules.get("numpy")
    if numpy is not None and hasattr(numpy, "random"):
        numpy.random.seed(number)
