"""Higher-order functions; caches are left out, since what they keep is what would be computed again."""

from _graftlens import partial

WRAPPER_ASSIGNMENTS = ("__module__", "__name__", "__qualname__", "__doc__")


def update_wrapper(wrapper, wrapped, assigned=WRAPPER_ASSIGNMENTS, updated=("__dict__",)):
    for name in assigned:
        if hasattr(wrapped, name):
            setattr(wrapper, name, getattr(wrapped, name))
    for name in updated:
        getattr(wrapper, name).update(getattr(wrapped, name, {}))
    wrapper.__wrapped__ = wrapped
    return wrapper


def wraps(wrapped, assigned=WRAPPER_ASSIGNMENTS, updated=("__dict__",)):
    def decorate(wrapper):
        return update_wrapper(wrapper, wrapped, assigned, updated)

    return decorate


def reduce(function, iterable, *initial):
    items = iter(iterable)
    if initial:
        value = initial[0]
    else:
        try:
            value = next(items)
        except StopIteration:
            raise TypeError("reduce() of empty iterable with no initial value")
    for item in items:
        value = function(value, item)
    return value


def lru_cache(maxsize=128, typed=False):
    if callable(maxsize):
        return maxsize
    return lambda function: function


def cache(function):
    return function


class cached_property:
    def __init__(self, function):
        self.function = function
        self.name = None

    def __set_name__(self, owner, name):
        self.name = name

    def __get__(self, instance, owner=None):
        if instance is None:
            return self
        value = self.function(instance)
        instance.__dict__[self.name] = value
        return value


class partialmethod:
    def __init__(self, function, *args, **keywords):
        self.function = function
        self.args = args
        self.keywords = keywords

    def __get__(self, instance, owner=None):
        def method(*args, **keywords):
            return self.function(instance, *self.args, *args, **{**self.keywords, **keywords})

        return method


def _defines(cls, name):
    return any(name in base.__dict__ for base in cls.__mro__ if base is not object)


def _derived(root, negated, equal):
    """A comparison by another: its answer, or the opposite, and what holds for equal values."""

    def compare(self, other):
        answer = getattr(type(self), root)(self, other)
        if answer is NotImplemented:
            return answer
        if negated:
            answer = not answer
        if equal is None:
            return answer
        return answer or self == other if equal else answer and self != other

    return compare


# Root: (the other comparison, whether it is the opposite, what it says of equal values where the root differs).
_ORDERINGS = {
    "__lt__": (("__gt__", True, False), ("__le__", False, True), ("__ge__", True, None)),
    "__le__": (("__ge__", True, True), ("__lt__", False, False), ("__gt__", True, None)),
    "__gt__": (("__lt__", True, False), ("__ge__", False, True), ("__le__", True, None)),
    "__ge__": (("__le__", True, True), ("__gt__", False, False), ("__lt__", True, None)),
}


def total_ordering(cls):
    present = [name for name in _ORDERINGS if _defines(cls, name)]
    if not present:
        raise ValueError("must define at least one ordering operation: < > <= >=")
    for name, negated, equal in _ORDERINGS[present[0]]:
        if name not in present:
            setattr(cls, name, _derived(present[0], negated, equal))
    return cls


def singledispatch(function):
    def dispatching(*args, **keywords):
        kind = type(args[0])
        for base in kind.__mro__:
            if base in dispatching.registry:
                return dispatching.registry[base](*args, **keywords)
        return function(*args, **keywords)

    def register(kind, implementation=None):
        if implementation is None and not isinstance(kind, type):
            # A function says by its first annotation what it is for.
            kind, implementation = next(iter(kind.__annotations__.values())), kind
        if implementation is None:
            return lambda later: register(kind, later)
        dispatching.registry[kind] = implementation
        return implementation

    dispatching.registry = {}
    dispatching.register = register
    return dispatching


def cmp_to_key(compare):
    class Key:
        def __init__(self, value):
            self.value = value

        def __lt__(self, other):
            return compare(self.value, other.value) < 0

    return Key
