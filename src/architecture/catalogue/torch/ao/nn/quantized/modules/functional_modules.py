"""Arithmetic as modules, so that quantization can watch its results."""

import torch
from _graftlens import unknown
from torch.nn.modules.linear import Identity
from torch.nn.modules.module import Module


class FloatFunctional(Module):
    """Operations on float tensors; `activation_post_process` is where an observer is put."""

    def __init__(self):
        super().__init__()
        self.activation_post_process = Identity()

    def forward(self, x):
        raise RuntimeError("FloatFunctional has no forward: use its operations")

    def add(self, x, y):
        return self.activation_post_process(torch.add(x, y))

    def add_scalar(self, x, y):
        return torch.add(x, y)

    def mul(self, x, y):
        return self.activation_post_process(torch.mul(x, y))

    def mul_scalar(self, x, y):
        return torch.mul(x, y)

    def cat(self, x, dim=0):
        return self.activation_post_process(torch.cat(x, dim=dim))

    def add_relu(self, x, y):
        return self.activation_post_process(torch.relu(torch.add(x, y)))

    def matmul(self, x, y):
        return self.activation_post_process(torch.matmul(x, y))


class FXFloatFunctional(Module):
    """The same without an observer of its own, for traced graphs."""

    def forward(self, x):
        raise RuntimeError("FXFloatFunctional has no forward: use its operations")

    def add(self, x, y):
        return torch.add(x, y)

    def add_scalar(self, x, y):
        return torch.add(x, y)

    def mul(self, x, y):
        return torch.mul(x, y)

    def mul_scalar(self, x, y):
        return torch.mul(x, y)

    def cat(self, x, dim=0):
        return torch.cat(x, dim=dim)

    def add_relu(self, x, y):
        return torch.relu(torch.add(x, y))

    def matmul(self, x, y):
        return torch.matmul(x, y)


class QFunctional(Module):
    """Operations on quantized tensors. Its scale and zero point are entries of the state_dict, no buffers."""

    def __init__(self):
        super().__init__()
        self.scale = 1.0
        self.zero_point = 0
        self.activation_post_process = Identity()

    def _save_to_state_dict(self, destination, prefix, keep_vars):
        super()._save_to_state_dict(destination, prefix, keep_vars)
        destination[prefix + "scale"] = torch.tensor(self.scale)
        destination[prefix + "zero_point"] = torch.tensor(self.zero_point)

    def forward(self, x):
        raise RuntimeError("QFunctional has no forward: use its operations")

    def add(self, x, y):
        return self._result()

    def add_scalar(self, x, y):
        return self._result()

    def mul(self, x, y):
        return self._result()

    def mul_scalar(self, x, y):
        return self._result()

    def cat(self, x, dim=0):
        return self._result()

    def add_relu(self, x, y):
        return self._result()

    def matmul(self, x, y):
        return self._result()

    def _result(self):
        return self.activation_post_process(unknown("a quantized tensor"))
