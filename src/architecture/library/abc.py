"""Abstract classes."""

from _graftlens import ABCMeta


class ABC(metaclass=ABCMeta):
    pass


def abstractmethod(function):
    if hasattr(function, "__dict__"):
        function.__isabstractmethod__ = True
    return function


def abstractproperty(function):
    return property(function)


def abstractclassmethod(function):
    return classmethod(function)


def abstractstaticmethod(function):
    return staticmethod(function)
