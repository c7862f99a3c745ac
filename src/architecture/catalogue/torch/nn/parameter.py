"""Parameters and buffers: tensors that a module registers when they are assigned."""

from _graftlens import Tensor, empty, make_parameter, unknown

__all__ = [
    "Parameter",
    "UninitializedParameter",
    "is_lazy",
    "Buffer",
    "UninitializedBuffer",
    "UninitializedTensorMixin",
]


class Parameter(Tensor):
    """A tensor that becomes an entry of `_parameters`. Always a new object over the same data."""

    def __new__(cls, data=None, requires_grad=True):
        return make_parameter(cls, data, requires_grad)


class Buffer(Tensor):
    """A tensor that becomes an entry of `_buffers` when it is assigned."""

    def __new__(cls, data=None, *, persistent=True):
        buffer = make_parameter(cls, data, data is not None and data.requires_grad)
        buffer.persistent = persistent
        return buffer


class UninitializedTensorMixin:
    """A tensor whose shape is only known after the first forward: `shape` is unknown until then."""

    def materialize(self, shape, device=None, dtype=None):
        self.data = empty(shape, dtype=self.dtype if dtype is None else dtype)
        self.__class__ = self.cls_to_become


def is_lazy(param):
    return isinstance(param, UninitializedTensorMixin)


class UninitializedParameter(UninitializedTensorMixin, Parameter):
    cls_to_become = Parameter

    def __new__(cls, requires_grad=True, device=None, dtype=None):
        data = empty(unknown("a lazy parameter has no shape before the first forward"), dtype=dtype)
        return make_parameter(cls, data, requires_grad)


class UninitializedBuffer(UninitializedTensorMixin, Tensor):
    cls_to_become = Tensor

    def __new__(cls, requires_grad=False, device=None, dtype=None, persistent=True):
        data = empty(unknown("a lazy buffer has no shape before the first forward"), dtype=dtype)
        buffer = make_parameter(cls, data, requires_grad)
        buffer.persistent = persistent
        return buffer
