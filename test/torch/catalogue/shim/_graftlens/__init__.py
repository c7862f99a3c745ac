"""What the analyser brings natively, as far as the stubs need it, for running them in CPython.

A tensor has a shape, a dtype and `requires_grad`; it has no values."""

import builtins
import math


class Unknown:
    """Stands for what the analyser does not know. Only allowed to exist, not to be computed with."""

    def __init__(self, reason):
        self.reason = reason


def unknown(reason):
    return Unknown(reason)


class dtype:
    def __init__(self, name, kind):
        self.name = name
        self.is_floating_point = kind == "float"
        self.is_complex = kind == "complex"

    def __repr__(self):
        return f"torch.{self.name}"

    def __deepcopy__(self, memo):
        return self


DTYPES = {}
for _kind, _names in {
    "float": "float32 float64 float16 bfloat16 float8_e4m3fn float8_e5m2",
    "complex": "complex64 complex128",
    "integer": "int8 int16 int32 int64 uint8 uint16 uint32 uint64 bool",
}.items():
    for _name in _names.split():
        DTYPES[_name] = dtype(_name, _kind)
globals().update(DTYPES)


class Size(tuple):
    def numel(self):
        return math.prod(self)

    def __repr__(self):
        return f"torch.Size({list(self)})"


def _shape(shape):
    """As torch.empty reads its size: types first, then signs; True is 1, but not in front."""
    if isinstance(shape, Unknown):
        return shape
    sizes = shape if isinstance(shape, (tuple, list)) else [shape]
    for position, size in enumerate(sizes):
        if not isinstance(size, int) or (position == 0 and isinstance(size, builtins.bool)):
            raise TypeError(f"a size is an int, not {type(size).__name__}")
    for size in sizes:
        if size < 0:
            raise RuntimeError(f"negative dimension {size}")
    return Size(map(int, sizes))


class Tensor:
    """Built by `_tensor` only: a subclass's `__new__` decides what `__init__` would be given."""

    @property
    def shape(self):
        if isinstance(self._shape, Unknown):
            raise RuntimeError(self._shape.reason)
        return self._shape

    @property
    def data(self):
        return _tensor(self._shape, self.dtype)

    @data.setter
    def data(self, other):
        self._shape = other._shape
        self.dtype = other.dtype

    is_leaf = True

    def __deepcopy__(self, memo):
        if not self.is_leaf:
            raise RuntimeError("only leaf tensors can be copied deeply")
        copy = make_parameter(type(self), self, self.requires_grad)
        memo[id(self)] = copy
        return copy

    def size(self, dim=None):
        return self.shape if dim is None else self.shape[dim]

    def dim(self):
        return len(self.shape)

    def numel(self):
        return math.prod(self.shape)

    def unsqueeze(self, dim):
        shape = list(self.shape)
        shape.insert(dim, 1)
        return _tensor(Size(shape), self.dtype)

    def squeeze(self, dim):
        shape = list(self.shape)
        del shape[dim]
        return _tensor(Size(shape), self.dtype)

    def flatten(self, start=0, end=-1):
        rank = len(self.shape)
        if not (-rank <= start < rank and -rank <= end < rank):
            raise IndexError("dimension out of range")
        start, end = start % rank, end % rank
        if start > end:
            raise RuntimeError("start_dim cannot come after end_dim")
        middle = math.prod(self.shape[start : end + 1])
        return _tensor(Size([*self.shape[:start], middle, *self.shape[end + 1 :]]), self.dtype)

    def reshape(self, rows, open_size):
        """Only what the stubs need: a number of rows and -1."""
        count = self.numel()
        if rows == 0 or count % rows != 0:
            raise RuntimeError(f"cannot reshape {count} elements into {rows} rows")
        return _tensor((rows, count // rows), self.dtype)

    def detach(self):
        return _tensor(self._shape, self.dtype)

    def requires_grad_(self, requires_grad=True):
        _check_gradient(self.dtype, requires_grad)
        self.requires_grad = requires_grad
        return self

    def is_floating_point(self):
        return self.dtype.is_floating_point

    def is_complex(self):
        return self.dtype.is_complex

    def to(self, target):
        return _tensor(self._shape, target)

    type = to

    def half(self):
        return self.to(DTYPES["float16"])

    def float(self):
        return self.to(DTYPES["float32"])

    def double(self):
        return self.to(DTYPES["float64"])

    def bfloat16(self):
        return self.to(DTYPES["bfloat16"])

    def _in_place(self, *args, **kwargs):
        return self

    zero_ = fill_ = normal_ = uniform_ = copy_ = mul_ = add_ = _in_place

    def _same_shape(self, *args, **kwargs):
        result = _tensor(self._shape, self.dtype)
        result.is_leaf = not self.requires_grad
        result.requires_grad = self.requires_grad
        return result

    __add__ = __radd__ = __mul__ = __rmul__ = __sub__ = __truediv__ = _same_shape
    exp = log = clone = contiguous = abs = _same_shape


def _tensor(shape, dtype, requires_grad=False, cls=Tensor):
    tensor = object.__new__(cls)
    tensor._shape = shape
    tensor.dtype = dtype
    tensor.requires_grad = requires_grad
    return tensor


def known_values(tensor):
    return None


def is_tensor(value):
    return isinstance(value, Tensor)


def empty(*shape, dtype=None, requires_grad=False):
    if len(shape) == 1 and not isinstance(shape[0], int):
        shape = shape[0]
    return _tensor(_shape(shape), dtype or DTYPES["float32"], requires_grad)


def _check_gradient(dtype, requires_grad):
    if requires_grad and not (dtype.is_floating_point or dtype.is_complex):
        raise RuntimeError("only tensors of floating point and complex dtype can require gradients")


def make_parameter(cls, data, requires_grad=True):
    if data is None:
        data = empty((0,))
    _check_gradient(data.dtype, requires_grad)
    return _tensor(data._shape, data.dtype, builtins.bool(requires_grad), cls)
