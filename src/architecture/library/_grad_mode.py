"""Context managers and decorators of torch that switch gradients on and off."""

from functools import wraps

from _graftlens import grad_mode, set_grad_mode


class _Mode:
    enabled = False

    def __enter__(self):
        self.before = grad_mode()
        set_grad_mode(self.enabled)

    def __exit__(self, *exception):
        set_grad_mode(self.before)
        return False

    def __call__(self, function):
        if isinstance(function, type):
            return function

        @wraps(function)
        def run(*args, **kwargs):
            before = grad_mode()
            set_grad_mode(self.enabled)
            try:
                return function(*args, **kwargs)
            finally:
                set_grad_mode(before)

        return run


class no_grad(_Mode):
    def __new__(cls, function=None):
        mode = super().__new__(cls)
        return mode if function is None else mode(function)


class enable_grad(_Mode):
    enabled = True

    def __new__(cls, function=None):
        mode = super().__new__(cls)
        return mode if function is None else mode(function)


class inference_mode(_Mode):
    def __new__(cls, mode=True):
        if isinstance(mode, bool):
            return super().__new__(cls)
        made = super().__new__(cls)
        made.enabled = False
        return made(mode)

    def __init__(self, mode=True):
        if mode is False:
            # Gradients stay as they are.
            self.enabled = grad_mode()


class set_grad_enabled(_Mode):
    """Switches at once; as a context manager it switches back at the end."""

    def __init__(self, mode):
        self.enabled = mode
        self.before = grad_mode()
        set_grad_mode(mode)

    def __enter__(self):
        set_grad_mode(self.enabled)

    def __call__(self, function):
        set_grad_mode(self.before)
        return super().__call__(function)
