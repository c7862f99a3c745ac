"""Functions with a backward of their own: the output is not followed."""

import torch
from _graftlens import unknown

no_grad = torch.no_grad
enable_grad = torch.enable_grad


class Function:
    @classmethod
    def apply(cls, *args, **kwargs):
        return unknown(f"the result of {cls.__name__}")


def Variable(data, requires_grad=False, volatile=False):
    return data


def __getattr__(name):
    return unknown(f"torch.autograd.{name}")
