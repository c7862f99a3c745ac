"""Parameters as one vector, and back into the same parameters."""

from _graftlens import empty

__all__ = ["parameters_to_vector", "vector_to_parameters"]


def parameters_to_vector(parameters):
    return empty((sum([param.numel() for param in parameters]),))


def vector_to_parameters(vec, parameters):
    return None
