"""Data classes: fields are the annotations of a class, in order."""

from _graftlens import copy_instance


class _Missing:
    pass


MISSING = _Missing()
KW_ONLY = "KW_ONLY"
_FIELDS = "__dataclass_fields__"


class FrozenInstanceError(AttributeError):
    pass


class Field:
    def __init__(self, default, default_factory, init, metadata, kw_only):
        self.name = None
        self.type = None
        self.default = default
        self.default_factory = default_factory
        self.init = init
        self.metadata = {} if metadata is None else metadata
        self.kw_only = kw_only


def field(*, default=MISSING, default_factory=MISSING, init=True, repr=True, hash=None, compare=True, metadata=None, kw_only=False):
    return Field(default, default_factory, init, metadata, kw_only)


def dataclass(cls=None, *, init=True, repr=True, eq=True, order=False, unsafe_hash=False, frozen=False, match_args=True, kw_only=False, slots=False, weakref_slot=False):
    def decorate(made):
        return _process(made, init, eq, frozen, kw_only)

    return decorate if cls is None else decorate(cls)


def _process(cls, init, eq, frozen, kw_only):
    gathered = {}
    for base in reversed(cls.__mro__[1:]):
        gathered.update(base.__dict__.get(_FIELDS, {}))
    keyword_only = kw_only
    for name, kind in cls.__dict__.get("__annotations__", {}).items():
        if kind == "KW_ONLY":
            keyword_only = True
            continue
        if kind == "ClassVar":
            continue
        value = cls.__dict__.get(name, MISSING)
        if isinstance(value, Field):
            made = value
            if made.default is MISSING:
                if name in cls.__dict__:
                    delattr(cls, name)
            else:
                setattr(cls, name, made.default)
        else:
            if isinstance(value, (list, dict, set)):
                raise ValueError("mutable default is not allowed: use default_factory")
            made = Field(value, MISSING, True, None, False)
        made.name = name
        made.type = kind
        made.kw_only = made.kw_only or keyword_only
        gathered[name] = made
    setattr(cls, _FIELDS, gathered)
    fields_in_order = [one for one in gathered.values() if not one.kw_only] + [one for one in gathered.values() if one.kw_only]

    def __init__(self, *args, **keywords):
        position = 0
        given = []
        for one in fields_in_order:
            if not one.init:
                if one.default_factory is not MISSING:
                    object.__setattr__(self, one.name, one.default_factory())
                elif one.default is not MISSING:
                    object.__setattr__(self, one.name, one.default)
                continue
            if not one.kw_only and position < len(args):
                if one.name in keywords:
                    raise TypeError("got multiple values for argument " + one.name)
                value = args[position]
                position += 1
            elif one.name in keywords:
                value = keywords.pop(one.name)
            elif one.default_factory is not MISSING:
                value = one.default_factory()
            elif one.default is not MISSING:
                value = one.default
            else:
                raise TypeError("missing required argument: " + one.name)
            if one.type == "InitVar":
                given.append(value)
            else:
                object.__setattr__(self, one.name, value)
        if position < len(args) or keywords:
            raise TypeError("unexpected arguments")
        if hasattr(self, "__post_init__"):
            self.__post_init__(*given)

    def __eq__(self, other):
        if type(self) is not type(other):
            return NotImplemented
        return all(getattr(self, one.name) == getattr(other, one.name) for one in fields(self))

    def __hash__(self):
        return hash(tuple([getattr(self, one.name) for one in fields(self)]))

    def __setattr__(self, name, value):
        raise FrozenInstanceError("cannot assign to field " + name)

    if init and "__init__" not in cls.__dict__:
        cls.__init__ = __init__
    elif init:
        cls.__init__ = __init__
    if eq and "__eq__" not in cls.__dict__:
        cls.__eq__ = __eq__
        if frozen and "__hash__" not in cls.__dict__:
            cls.__hash__ = _identity_of_fields
    if frozen:
        cls.__setattr__ = __setattr__
    return cls


def _identity_of_fields(self):
    return "|".join([repr(getattr(self, one.name)) for one in fields(self)])


def fields(instance_or_class):
    return tuple([one for one in getattr(instance_or_class, _FIELDS).values() if one.type not in ("InitVar", "ClassVar")])


def is_dataclass(thing):
    return hasattr(thing, _FIELDS)


def _plain(value, factory):
    if is_dataclass(value) and not isinstance(value, type):
        return factory([(one.name, _plain(getattr(value, one.name), factory)) for one in fields(value)])
    if isinstance(value, tuple) and hasattr(value, "_fields"):
        return type(value)(*[_plain(item, factory) for item in value])
    if isinstance(value, (list, tuple)):
        return type(value)([_plain(item, factory) for item in value])
    if isinstance(value, dict):
        return {_plain(key, factory): _plain(item, factory) for key, item in value.items()}
    return copy_instance(value)


def asdict(instance, *, dict_factory=dict):
    return _plain(instance, dict_factory)


def astuple(instance, *, tuple_factory=tuple):
    return tuple_factory([getattr(instance, one.name) for one in fields(instance)])


def replace(instance, **changes):
    for one in fields(instance):
        if one.init and one.name not in changes:
            changes[one.name] = getattr(instance, one.name)
    return type(instance)(**changes)


def make_dataclass(name, members, *, bases=(), namespace=None, **options):
    annotations = {}
    body = dict(namespace or {})
    for member in members:
        if isinstance(member, str):
            annotations[member] = "Any"
        else:
            annotations[member[0]] = "Any"
            if len(member) > 2:
                body[member[0]] = member[2]
    body["__annotations__"] = annotations
    return dataclass(type(name, tuple(bases), body), **options)


class InitVar:
    def __class_getitem__(cls, kind):
        return cls
