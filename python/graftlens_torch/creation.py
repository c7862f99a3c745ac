"""Which statement of the user's made each module and each tensor."""

import contextlib
import os
import sys

import torch

from .failures import is_own_file

TORCH = os.path.dirname(os.path.abspath(torch.__file__)) + os.sep
# Constructors that call constructors of base classes: more levels than any class hierarchy has.
MOST_LEVELS = 64


class Creation:
    """`(file, line)` of modules and of what they register; holds while the modules live."""

    def __init__(self):
        self._places = {}

    def record(self, key, place):
        if place is not None:
            # Not `setdefault`: the id may be that of a module that is gone.
            self._places[key] = place

    def of_module(self, module):
        return self._places.get(id(module), (None, None))

    def of_tensor(self, module, name):
        """Where a parameter or buffer was registered, else where its module was made."""
        return self._places.get((id(module), name)) or self.of_module(module)


@contextlib.contextmanager
def recorded_creation():
    """Records while it is open."""
    creation = Creation()
    module = torch.nn.Module
    originals = {name: getattr(module, name) for name in ("__init__", "register_parameter", "register_buffer")}

    def init(self, *args, **kwargs):
        creation.record(id(self), creator(sys._getframe(1), self))
        return originals["__init__"](self, *args, **kwargs)

    def register_parameter(self, name, *args, **kwargs):
        creation.record((id(self), name), registration(sys._getframe(1)))
        return originals["register_parameter"](self, name, *args, **kwargs)

    def register_buffer(self, name, *args, **kwargs):
        creation.record((id(self), name), registration(sys._getframe(1)))
        return originals["register_buffer"](self, name, *args, **kwargs)

    for replacement in (init, register_parameter, register_buffer):
        name = "__init__" if replacement is init else replacement.__name__
        # Its signature is still the original's, for code that asks.
        replacement.__wrapped__ = originals[name]
        setattr(module, name, replacement)
    try:
        yield creation
    finally:
        for name, original in originals.items():
            setattr(module, name, original)


def creator(frame, module):
    """The nearest statement outside of torch and of the module's own constructors."""
    for _ in range(MOST_LEVELS):
        if frame is None:
            return None
        code = frame.f_code
        own = code.co_argcount > 0 and frame.f_locals.get(code.co_varnames[0]) is module
        if not own and not code.co_filename.startswith(TORCH):
            return place_of(frame)
        frame = frame.f_back
    return None


def registration(frame):
    """The statement that registers, where it is not torch's: `self.scale = nn.Parameter(…)`."""
    if frame.f_code.co_name == "__setattr__" and frame.f_code.co_filename.startswith(TORCH):
        frame = frame.f_back
    return None if frame is None or frame.f_code.co_filename.startswith(TORCH) else place_of(frame)


def place_of(frame):
    file = frame.f_code.co_filename
    return None if is_own_file(file) else (file, frame.f_lineno)
