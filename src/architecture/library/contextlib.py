"""Context managers."""


class _Generated:
    def __init__(self, generator):
        self.generator = generator

    def __enter__(self):
        return next(self.generator)

    def __exit__(self, kind, value, traceback):
        if kind is None:
            next(self.generator, None)
        return False

    def __call__(self, function):
        return function


def contextmanager(function):
    def make(*args, **keywords):
        return _Generated(function(*args, **keywords))

    return make


class ContextDecorator:
    def __call__(self, function):
        def decorated(*args, **keywords):
            with self:
                return function(*args, **keywords)

        return decorated


class AbstractContextManager:
    def __enter__(self):
        return self

    def __exit__(self, kind, value, traceback):
        return None


class nullcontext:
    def __init__(self, enter_result=None):
        self.enter_result = enter_result

    def __enter__(self):
        return self.enter_result

    def __exit__(self, kind, value, traceback):
        return None


class suppress:
    def __init__(self, *exceptions):
        self.exceptions = exceptions

    def __enter__(self):
        return None

    def __exit__(self, kind, value, traceback):
        return kind is not None and issubclass(kind, self.exceptions)


class closing:
    def __init__(self, thing):
        self.thing = thing

    def __enter__(self):
        return self.thing

    def __exit__(self, kind, value, traceback):
        self.thing.close()


class ExitStack:
    def __init__(self):
        self.managers = []

    def enter_context(self, manager):
        result = manager.__enter__()
        self.managers.append(manager)
        return result

    def callback(self, function, *args, **keywords):
        return function

    def __enter__(self):
        return self

    def __exit__(self, kind, value, traceback):
        for manager in reversed(self.managers):
            manager.__exit__(kind, value, traceback)


class redirect_stdout(nullcontext):
    pass


class redirect_stderr(nullcontext):
    pass
