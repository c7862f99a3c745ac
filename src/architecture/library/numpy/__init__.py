"""numpy's arrays: tensors with numpy's rules for dtypes. Functions that are missing here are unknown."""

import _numpy
import operator

import torch
from _graftlens import unknown
from _numpy import inf, pi

newaxis = None
_round = round

_TORCH = {
    "bool": torch.bool,
    "uint8": torch.uint8,
    "int8": torch.int8,
    "int16": torch.int16,
    "int32": torch.int32,
    "int64": torch.int64,
    "float16": torch.float16,
    "float32": torch.float32,
    "float64": torch.float64,
    "complex64": torch.complex64,
    "complex128": torch.complex128,
}
_NAMES = {value: name for name, value in _TORCH.items()}
_CODES = {
    "?": "bool",
    "u1": "uint8",
    "i1": "int8",
    "i2": "int16",
    "i4": "int32",
    "i8": "int64",
    "f2": "float16",
    "f4": "float32",
    "f8": "float64",
    "f": "float32",
    "d": "float64",
    "int": "int64",
    "float": "float64",
    "double": "float64",
    "single": "float32",
    "half": "float16",
}


class dtype:
    def __init__(self, kind):
        self.name = _name(kind)

    def __eq__(self, other):
        return self.name == _name(other)

    def __ne__(self, other):
        return self.name != _name(other)

    def __hash__(self):
        return hash(self.name)

    def __str__(self):
        return self.name

    def __repr__(self):
        return "dtype('" + self.name + "')"


def _name(kind):
    """The name of what numpy takes for a dtype."""
    if isinstance(kind, dtype):
        return kind.name
    if isinstance(kind, str):
        code = kind[1:] if kind[:1] in "<=|" else kind
        if code in _TORCH:
            return code
        return _CODES[code] if code in _CODES else unknown("numpy dtype")
    if kind is float:
        return "float64"
    if kind is int:
        return "int64"
    if kind is bool:
        return "bool"
    if isinstance(kind, type) and issubclass(kind, generic) and kind.named is not None:
        return kind.named
    return unknown("numpy dtype")


def _kind(name):
    """Boolean, integral, floating, complex."""
    if name == "bool":
        return 0
    if name.startswith("complex"):
        return 3
    return 2 if name.startswith("float") else 1


def _bits(name):
    return 8 if name == "bool" else int(name.lstrip("abcdefghijklmnopqrstuvwxyz"))


def _common(a, b):
    """The dtype of two arrays together."""
    if a == b:
        return a
    x, y = _kind(a), _kind(b)
    if x > y:
        return _common(b, a)
    if y == 3:
        return unknown("numpy complex")
    if x == 0:
        return b
    if x == 1 and y == 2:
        needed = 64 if _bits(a) >= 32 else 32 if _bits(a) == 16 else 16
        return b if _bits(b) >= needed else "float" + str(needed)
    if x == 1 and (a == "uint8") != (b == "uint8"):
        signed = b if a == "uint8" else a
        return "int16" if signed == "int8" else signed
    return a if _bits(a) >= _bits(b) else b


def _parts(value):
    """What torch makes a tensor of."""
    if isinstance(value, _Values):
        return value.tensor
    if isinstance(value, (list, tuple)):
        return [_parts(one) for one in value]
    if isinstance(value, range):
        return list(value)
    return value


def _dtypes_in(value, found):
    if isinstance(value, _Values):
        found.append(value.dtype.name)
    elif isinstance(value, torch.Tensor):
        found.append(_NAMES[value.dtype])
    elif isinstance(value, (list, tuple)):
        for one in value:
            _dtypes_in(one, found)
    elif isinstance(value, bool):
        found.append("bool")
    elif isinstance(value, int):
        found.append("int64")
    elif isinstance(value, float):
        found.append("float64")
    elif isinstance(value, range):
        found.append("int64")
    else:
        found.append(unknown("numpy array of objects"))
    return found


def _dtype_of(value):
    found = _dtypes_in(value, [])
    name = found[0] if found else "float64"
    for other in found[1:]:
        name = _common(name, other)
    return name


class _Values:
    """An array or a scalar of numpy."""

    __array_priority__ = 0.0

    def _set(self, tensor):
        self.tensor = tensor

    @property
    def dtype(self):
        return dtype(_NAMES[self.tensor.dtype])

    @property
    def shape(self):
        return tuple(self.tensor.shape)

    @property
    def ndim(self):
        return self.tensor.dim()

    @property
    def size(self):
        return self.tensor.numel()

    @property
    def T(self):
        return _array(self.tensor.permute(*range(self.tensor.dim() - 1, -1, -1)))

    def item(self):
        return self.tensor.item()

    def tolist(self):
        return self.tensor.tolist()

    def astype(self, kind, **keywords):
        return _made(self.tensor.to(_TORCH[_name(kind)]).clone(), self)

    def copy(self, order="C"):
        return _made(self.tensor.clone(), self)

    def __array__(self):
        return self

    def __bool__(self):
        return bool(self.tensor)

    def __int__(self):
        return int(self.tensor.item())

    def __float__(self):
        return float(self.tensor.item())

    def __index__(self):
        if _kind(self.dtype.name) != 1:
            raise TypeError("only integer scalar arrays can be converted to a scalar index")
        return self.tensor.item()

    def __round__(self, digits=None):
        return _round(self.tensor.item()) if digits is None else _round(self.tensor.item(), digits)

    def __neg__(self):
        return _made(-self.tensor, self)

    def __abs__(self):
        return _made(self.tensor.abs(), self)

    def __invert__(self):
        return _made(~self.tensor, self)

    def __hash__(self):
        return hash(self.tensor.item())

    def sum(self, axis=None, dtype=None, keepdims=False):
        return sum(self, axis, dtype, keepdims=keepdims)

    def prod(self, axis=None, dtype=None, keepdims=False):
        return prod(self, axis, dtype, keepdims=keepdims)

    def mean(self, axis=None, dtype=None, keepdims=False):
        return mean(self, axis, dtype, keepdims=keepdims)

    def std(self, axis=None):
        return _reduced("std", self, axis, None, False, _averaged)

    def var(self, axis=None):
        return _reduced("var", self, axis, None, False, _averaged)

    def max(self, axis=None, keepdims=False):
        return max(self, axis, keepdims=keepdims)

    def min(self, axis=None, keepdims=False):
        return min(self, axis, keepdims=keepdims)

    def __getattr__(self, name):
        if name.startswith("__"):
            raise AttributeError(name)
        return unknown("numpy.ndarray." + name)


class ndarray(_Values):
    def __len__(self):
        return len(self.tensor)

    def __iter__(self):
        for one in self.tensor:
            yield _array(one) if one.dim() else _scalar(one)

    def __getitem__(self, index):
        made = self.tensor[_index(index)]
        return _array(made) if made.dim() else _scalar(made)

    def __setitem__(self, index, value):
        self.tensor[_index(index)] = _parts(value) if isinstance(value, (_Values, int, float)) else unknown("numpy")

    def reshape(self, *shape, order="C"):
        return _array(self.tensor.reshape(*shape))

    def transpose(self, *axes):
        if not axes or axes[0] is None:
            return self.T
        return _array(self.tensor.permute(*axes))

    def swapaxes(self, a, b):
        return _array(self.tensor.transpose(a, b))

    def flatten(self, order="C"):
        return _array(self.tensor.reshape(-1).clone())

    def ravel(self, order="C"):
        return _array(self.tensor.reshape(-1))

    def squeeze(self, axis=None):
        return _array(self.tensor.squeeze() if axis is None else self.tensor.squeeze(axis))

    def repeat(self, repeats, axis=None):
        return repeat(self, repeats, axis)

    def cumsum(self, axis=None):
        return cumsum(self, axis)

    def clip(self, low=None, high=None):
        return clip(self, low, high)

    def fill(self, value):
        self.tensor.fill_(0)

    def round(self, decimals=0):
        return round_(self, decimals)


class generic(_Values):
    named = None

    def __new__(cls, value=0):
        if cls.named is None:
            raise TypeError("cannot create " + cls.__name__ + " instances")
        made = torch.tensor(_parts(value), dtype=_TORCH[cls.named])
        return _scalar(made) if made.dim() == 0 else _array(made)

    def __init__(self, value=0):
        pass

    def __format__(self, spec):
        return format(self.tensor.item(), spec)

    def __str__(self):
        return str(self.tensor.item())


class number(generic):
    pass


class integer(number):
    pass


class floating(number):
    pass


class bool_(generic):
    named = "bool"


class uint8(integer):
    named = "uint8"


class int8(integer):
    named = "int8"


class int16(integer):
    named = "int16"


class int32(integer):
    named = "int32"


class int64(integer):
    named = "int64"


class float16(floating):
    named = "float16"


class float32(floating):
    named = "float32"


class float64(floating):
    named = "float64"


int_ = int64
float_ = double = float64
single = float32
half = float16


def _index(index):
    if isinstance(index, tuple):
        return tuple(_index(one) for one in index)
    return index.tensor if isinstance(index, ndarray) else index


def _array(tensor):
    made = ndarray()
    made._set(tensor)
    return made


_SCALARS = {one.named: one for one in (bool_, uint8, int8, int16, int32, int64, float16, float32, float64)}


def _scalar(tensor):
    """Python's own numbers stand for the integers that sizes are made of."""
    name = _NAMES[tensor.dtype]
    if name == "int64" or name == "bool":
        return tensor.item()
    made = object.__new__(_SCALARS[name])
    made._set(tensor)
    return made


def _made(tensor, like):
    """An array of an array, a scalar of scalars."""
    return _array(tensor) if isinstance(like, ndarray) else _scalar(tensor)


def _operands(a, b):
    """Both as tensors of one dtype; a number of Python only decides between integers and floats."""
    names = []
    for one, other in ((a, b), (b, a)):
        if isinstance(one, _Values):
            names.append(one.dtype.name)
        elif isinstance(one, (list, tuple)):
            names.append(_dtype_of(one))
        elif isinstance(one, (bool, int, float)):
            own = other.dtype.name
            kind = 0 if isinstance(one, bool) else 1 if isinstance(one, int) else 2
            names.append(own if _kind(own) >= kind else "int64" if kind == 1 else "float64")
        else:
            names.append(unknown("numpy operand"))
    # What a scalar array does to the precision of another has changed with numpy 2.
    if isinstance(a, generic) != isinstance(b, generic) and names[0] != names[1] and _kind(names[0]) == _kind(names[1]):
        return unknown("numpy scalar"), unknown("numpy scalar"), unknown("numpy scalar")
    name = _common(names[0], names[1])
    kind = _TORCH[name]
    return _tensor(a, kind), _tensor(b, kind), name


def _tensor(value, kind):
    if isinstance(value, _Values):
        return value.tensor.to(kind)
    return torch.tensor(_parts(value), dtype=kind)


def _operator(run, turned):
    def method(self, other):
        if isinstance(other, torch.Tensor):
            return unknown("numpy with torch")
        if not isinstance(other, (_Values, bool, int, float, list, tuple)):
            return NotImplemented
        a, b, name = _operands(self, other)
        if run is operator.truediv and _kind(name) < 2:
            a, b = a.to(torch.float64), b.to(torch.float64)
        made = run(b, a) if turned else run(a, b)
        return _array(made) if isinstance(self, ndarray) or isinstance(other, ndarray) else _scalar(made)

    return method


for _symbol in ("add", "sub", "mul", "truediv", "floordiv", "mod", "pow", "and", "or", "xor"):
    _run = getattr(operator, _symbol + "_" if _symbol in ("and", "or") else _symbol)
    setattr(_Values, "__" + _symbol + "__", _operator(_run, False))
    setattr(_Values, "__r" + _symbol + "__", _operator(_run, True))
for _symbol in ("lt", "le", "gt", "ge", "eq", "ne"):
    setattr(_Values, "__" + _symbol + "__", _operator(getattr(operator, _symbol), False))
setattr(_Values, "__matmul__", lambda self, other: dot(self, other))


# Making arrays -----------------------------------------------------------------------------------


def array(object, dtype=None, copy=True, ndmin=0):
    name = _name(dtype) if dtype is not None else _dtype_of(object)
    made = torch.tensor(_parts(object), dtype=_TORCH[name])
    while made.dim() < ndmin:
        made = made.unsqueeze(0)
    return _array(made)


def asarray(a, dtype=None):
    if isinstance(a, ndarray) and (dtype is None or a.dtype == dtype):
        return a
    return array(a, dtype)


ascontiguousarray = asarray


def zeros(shape, dtype=float, order="C"):
    return _array(torch.zeros(_sizes(shape), dtype=_TORCH[_name(dtype)]))


def ones(shape, dtype=None, order="C"):
    return _array(torch.ones(_sizes(shape), dtype=_TORCH[_name(dtype or float)]))


def empty(shape, dtype=float, order="C"):
    return _array(torch.empty(_sizes(shape), dtype=_TORCH[_name(dtype)]))


def _sizes(shape):
    if isinstance(shape, ndarray):
        return tuple(shape.tolist())
    return tuple(shape) if isinstance(shape, (list, tuple)) else (shape,)


def full(shape, fill_value, dtype=None):
    name = _name(dtype) if dtype is not None else _dtype_of(fill_value)
    value = fill_value if isinstance(fill_value, (bool, int, float)) else 0
    made = torch.full(_sizes(shape), value, dtype=_TORCH[name])
    return _array(made if value is fill_value else made.clone().fill_(0))


def zeros_like(a, dtype=None):
    return zeros(asarray(a).shape, dtype or asarray(a).dtype)


def ones_like(a, dtype=None):
    return ones(asarray(a).shape, dtype or asarray(a).dtype)


def empty_like(a, dtype=None):
    return empty(asarray(a).shape, dtype or asarray(a).dtype)


def full_like(a, fill_value, dtype=None):
    return full(asarray(a).shape, fill_value, dtype or asarray(a).dtype)


def eye(N, M=None, k=0, dtype=float):
    return _array(torch.eye(N, N if M is None else M).to(_TORCH[_name(dtype)]))


identity = eye


def arange(*args, dtype=None):
    args = [one.item() if isinstance(one, _Values) else one for one in args]
    name = _name(dtype) if dtype is not None else _dtype_of(args)
    return _array(torch.arange(*args, dtype=_TORCH["float64" if _kind(name) == 2 else name]).to(_TORCH[name]))


def linspace(start, stop, num=50, endpoint=True, dtype=None):
    if not endpoint:
        return _array(torch.empty(num, dtype=_TORCH[_name(dtype or float)]))
    start, stop = (one.item() if isinstance(one, _Values) else one for one in (start, stop))
    return _array(torch.linspace(start, stop, num, dtype=torch.float64).to(_TORCH[_name(dtype or float)]))


# Arrays of arrays --------------------------------------------------------------------------------


def _together(arrays):
    arrays = [asarray(one) for one in arrays]
    name = _dtype_of(arrays)
    return [one.tensor.to(_TORCH[name]) for one in arrays]


def stack(arrays, axis=0):
    return _array(torch.stack(_together(arrays), axis))


def concatenate(arrays, axis=0):
    return _array(torch.cat(_together(arrays), axis))


def repeat(a, repeats, axis=None):
    tensor = asarray(a).tensor
    if not isinstance(repeats, int):
        return unknown("numpy.repeat")
    if axis is None:
        return _array(tensor.reshape(-1).repeat_interleave(repeats))
    return _array(tensor.repeat_interleave(repeats, axis))


def tile(a, reps):
    tensor = asarray(a).tensor
    reps = _sizes(reps)
    while len(reps) < tensor.dim():
        reps = (1,) + reps
    return _array(tensor.repeat(*reps))


def meshgrid(*arrays, indexing="xy"):
    made = torch.meshgrid(*[asarray(one).tensor for one in arrays], indexing=indexing)
    return [_array(one) for one in made]


def reshape(a, shape):
    return asarray(a).reshape(shape)


def transpose(a, axes=None):
    return asarray(a).T if axes is None else asarray(a).transpose(*axes)


def expand_dims(a, axis):
    return _array(asarray(a).tensor.unsqueeze(axis))


def squeeze(a, axis=None):
    return asarray(a).squeeze(axis)


def flip(m, axis=None):
    tensor = asarray(m).tensor
    dims = list(range(tensor.dim())) if axis is None else [axis] if isinstance(axis, int) else list(axis)
    return _array(tensor.flip(dims))


def triu(m, k=0):
    return _array(asarray(m).tensor.triu(k))


def tril(m, k=0):
    return _array(asarray(m).tensor.tril(k))


def outer(a, b):
    a, b, _ = _operands(asarray(a), asarray(b))
    return _array(a.reshape(-1, 1) * b.reshape(1, -1))


def dot(a, b):
    a, b, _ = _operands(asarray(a), asarray(b))
    if a.dim() > 2 or b.dim() > 2:
        return unknown("numpy.dot")
    made = a @ b
    return _array(made) if made.dim() else _scalar(made)


matmul = dot


def where(condition, *choices):
    if len(choices) != 2:
        return unknown("numpy.where")
    a, b = choices
    if not isinstance(a, _Values) and not isinstance(b, _Values):
        a = asarray(a)
    a, b, _ = _operands(a, b)
    return _array(torch.where(asarray(condition).tensor.bool(), a, b))


# Values ------------------------------------------------------------------------------------------


def _is_array(value):
    return isinstance(value, (_Values, list, tuple))


def _floating(name):
    """A function that makes floats of integers; of a number of Python it is what math has."""
    scalar = getattr(_numpy, name)

    def function(x, *args, **keywords):
        if isinstance(x, torch.Tensor) or args or keywords:
            return unknown("numpy." + name)
        if not _is_array(x):
            return scalar(x)
        x = x if isinstance(x, _Values) else asarray(x)
        kind = x.dtype.name
        if _kind(kind) == 0 or (_kind(kind) == 1 and _bits(kind) < 32):
            return unknown("numpy." + name)
        tensor = x.tensor if _kind(kind) >= 2 else x.tensor.to(torch.float64)
        return _made(getattr(tensor, name)(), x)

    return function


def _keeping(name):
    """A function that keeps the dtype of floats."""
    scalar = getattr(_numpy, name)

    def function(x, *args, **keywords):
        if isinstance(x, torch.Tensor) or args or keywords:
            return unknown("numpy." + name)
        if not _is_array(x):
            return scalar(x)
        x = x if isinstance(x, _Values) else asarray(x)
        if name != "abs" and _kind(x.dtype.name) < 2:
            return unknown("numpy." + name)
        return _made(getattr(x.tensor, name)(), x)

    return function


sqrt = _floating("sqrt")
log = _floating("log")
log2 = _floating("log2")
log10 = _floating("log10")
exp = _floating("exp")
sin = _floating("sin")
cos = _floating("cos")
tanh = _floating("tanh")
floor = _keeping("floor")
ceil = _keeping("ceil")
rint = round = _keeping("round")
abs = absolute = _keeping("abs")


def round_(a, decimals=0):
    return round(a) if decimals == 0 else unknown("numpy.round")


def _binary(name, run):
    def function(a, b, **keywords):
        if keywords or isinstance(a, torch.Tensor) or isinstance(b, torch.Tensor):
            return unknown("numpy." + name)
        if not isinstance(a, _Values) and not isinstance(b, _Values) and (_is_array(a) or _is_array(b)):
            a = asarray(a)
        return run(a, b)

    return function


power = _binary("power", operator.pow)
divide = true_divide = _binary("divide", operator.truediv)
multiply = _binary("multiply", operator.mul)
add = _binary("add", operator.add)
subtract = _binary("subtract", operator.sub)


def clip(a, a_min, a_max):
    if not _is_array(a):
        return unknown("numpy.clip")
    a = asarray(a)
    for bound in (a_min, a_max):
        if bound is not None and not isinstance(bound, int) and _kind(a.dtype.name) < 2:
            return unknown("numpy.clip")
    return _array(a.tensor.clamp(a_min, a_max))


def cumsum(a, axis=None):
    a = asarray(a)
    tensor = _summed(a, None)
    return _array(tensor.reshape(-1).cumsum(0) if axis is None else tensor.cumsum(axis))


def unique(ar):
    return _array(asarray(ar).tensor.unique())


def _summed(a, kind):
    if kind is not None:
        return a.tensor.to(_TORCH[_name(kind)])
    name = a.dtype.name
    if name == "uint8":
        return unknown("numpy.uint64")
    return a.tensor.to(torch.int64) if _kind(name) < 2 else a.tensor


def _averaged(a, kind):
    if kind is not None:
        return a.tensor.to(_TORCH[_name(kind)])
    return a.tensor.to(torch.float64) if _kind(a.dtype.name) < 2 else a.tensor


def _same(a, kind):
    return a.tensor


def _reduced(method, a, axis, kind, keepdims, prepared):
    tensor = prepared(asarray(a), kind)
    run = getattr(tensor, method)
    made = run() if axis is None else run(axis, keepdim=keepdims)
    if axis is None and keepdims:
        return unknown("numpy keepdims")
    return _scalar(made) if made.dim() == 0 else _array(made)


def sum(a, axis=None, dtype=None, out=None, keepdims=False):
    return _reduced("sum", a, axis, dtype, keepdims, _summed)


def mean(a, axis=None, dtype=None, out=None, keepdims=False):
    return _reduced("mean", a, axis, dtype, keepdims, _averaged)


def max(a, axis=None, out=None, keepdims=False):
    return _reduced("amax", a, axis, None, keepdims, _same)


def min(a, axis=None, out=None, keepdims=False):
    return _reduced("amin", a, axis, None, keepdims, _same)


def prod(a, axis=None, dtype=None, out=None, keepdims=False):
    if isinstance(a, _Values):
        return _reduced("prod", a, axis, dtype, keepdims, _summed)
    return _numpy.prod(a) if axis is None and dtype is None else unknown("numpy.prod")


amax = max
amin = min


def argmax(a, axis=None):
    return unknown("numpy.argmax")


def size(a, axis=None):
    return asarray(a).size if axis is None else asarray(a).shape[axis]


def shape(a):
    return asarray(a).shape


def ndim(a):
    return asarray(a).ndim
