"""Signatures and the kinds of things."""

from collections import namedtuple

from _graftlens import signature_of, function_type, module_type, method_type, unknown


class Parameter:
    POSITIONAL_ONLY = "positional only"
    POSITIONAL_OR_KEYWORD = "positional or keyword"
    VAR_POSITIONAL = "variadic positional"
    KEYWORD_ONLY = "keyword only"
    VAR_KEYWORD = "variadic keyword"

    class empty:
        pass

    def __init__(self, name, kind, *, default=empty, annotation=empty):
        self.name = name
        self.kind = kind
        self.default = default
        self.annotation = annotation


_empty = Parameter.empty


class BoundArguments:
    def __init__(self, signature, arguments):
        self.signature = signature
        self.arguments = arguments

    @property
    def args(self):
        values = []
        for name, one in self.signature.parameters.items():
            if one.kind in (Parameter.VAR_KEYWORD, Parameter.KEYWORD_ONLY) or name not in self.arguments:
                break
            if one.kind == Parameter.VAR_POSITIONAL:
                values.extend(self.arguments[name])
            else:
                values.append(self.arguments[name])
        return tuple(values)

    @property
    def kwargs(self):
        values = {}
        by_name = False
        for name, one in self.signature.parameters.items():
            if one.kind in (Parameter.VAR_KEYWORD, Parameter.KEYWORD_ONLY):
                by_name = True
            elif name not in self.arguments:
                by_name = True
                continue
            if not by_name or name not in self.arguments:
                continue
            if one.kind == Parameter.VAR_KEYWORD:
                values.update(self.arguments[name])
            else:
                values[name] = self.arguments[name]
        return values

    def apply_defaults(self):
        arguments = {}
        for name, one in self.signature.parameters.items():
            if name in self.arguments:
                arguments[name] = self.arguments[name]
            elif one.default is not Parameter.empty:
                arguments[name] = one.default
            elif one.kind == Parameter.VAR_POSITIONAL:
                arguments[name] = ()
            elif one.kind == Parameter.VAR_KEYWORD:
                arguments[name] = {}
        self.arguments = arguments


class Signature:
    empty = Parameter.empty

    def __init__(self, parameters=()):
        self.parameters = {one.name: one for one in parameters}
        self.return_annotation = Parameter.empty

    def bind(self, *args, **kwargs):
        return self._bound(args, kwargs, False)

    def bind_partial(self, *args, **kwargs):
        return self._bound(args, kwargs, True)

    def _bound(self, args, kwargs, partial):
        rest = list(args)
        named = dict(kwargs)
        arguments = {}
        for name, one in self.parameters.items():
            if one.kind == Parameter.VAR_POSITIONAL:
                if rest:
                    arguments[name] = tuple(rest)
                rest = []
            elif one.kind == Parameter.VAR_KEYWORD:
                if named:
                    arguments[name] = named
                named = {}
            elif rest and one.kind != Parameter.KEYWORD_ONLY:
                if name in named and one.kind != Parameter.POSITIONAL_ONLY:
                    raise TypeError("multiple values for argument '" + name + "'")
                arguments[name] = rest.pop(0)
            elif name in named and one.kind != Parameter.POSITIONAL_ONLY:
                arguments[name] = named.pop(name)
            elif one.default is Parameter.empty and not partial:
                raise TypeError("missing a required argument: '" + name + "'")
        if rest:
            raise TypeError("too many positional arguments")
        if named:
            raise TypeError("got an unexpected keyword argument")
        return BoundArguments(self, arguments)


def signature(function):
    made = []
    for name, kind, has_default, default in signature_of(function):
        made.append(Parameter(name, kind, default=default if has_default else Parameter.empty))
    return Signature(made)


FullArgSpec = namedtuple("FullArgSpec", "args varargs varkw defaults kwonlyargs kwonlydefaults annotations")


def getfullargspec(function):
    args, defaults, kwonlyargs, kwonlydefaults = [], [], [], {}
    varargs = varkw = None
    for name, kind, has_default, default in signature_of(function, False):
        if kind == Parameter.VAR_POSITIONAL:
            varargs = name
        elif kind == Parameter.VAR_KEYWORD:
            varkw = name
        elif kind == Parameter.KEYWORD_ONLY:
            kwonlyargs.append(name)
            if has_default:
                kwonlydefaults[name] = default
        else:
            args.append(name)
            if has_default:
                defaults.append(default)
    annotations = unknown("annotations of a function")
    return FullArgSpec(args, varargs, varkw, tuple(defaults) or None, kwonlyargs, kwonlydefaults or None, annotations)


def isclass(thing):
    return isinstance(thing, type)


def isfunction(thing):
    return isinstance(thing, function_type)


def ismethod(thing):
    return isinstance(thing, method_type)


def ismodule(thing):
    return isinstance(thing, module_type)


def isbuiltin(thing):
    return False


def isroutine(thing):
    return isfunction(thing) or ismethod(thing)


def isabstract(thing):
    return False


def getmodule(thing):
    return unknown("inspect.getmodule")


def getmembers(thing, predicate=None):
    pairs = []
    for name in dir(thing):
        value = getattr(thing, name)
        if predicate is None or predicate(value):
            pairs.append((name, value))
    return pairs


def getmro(cls):
    return cls.__mro__


def stack():
    return unknown("inspect.stack")


def currentframe():
    return unknown("inspect.currentframe")


def unwrap(function):
    while hasattr(function, "__wrapped__"):
        function = function.__wrapped__
    return function
