"""Clipping changes gradients only."""

from _graftlens import empty

__all__ = ["clip_grad_norm_", "clip_grad_norm", "clip_grad_value_"]


def clip_grad_norm_(parameters, max_norm, norm_type=2.0, error_if_nonfinite=False, foreach=None):
    return empty(())


def clip_grad_norm(parameters, max_norm, norm_type=2.0, error_if_nonfinite=False, foreach=None):
    return empty(())


def clip_grads_with_norm_(parameters, max_norm, total_norm, foreach=None):
    return None


def clip_grad_value_(parameters, clip_value, foreach=None):
    return None


def get_total_norm(tensors, norm_type=2.0, error_if_nonfinite=False, foreach=None):
    return empty(())
