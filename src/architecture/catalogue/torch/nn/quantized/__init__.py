"""`torch.nn.quantized`: the old place of `torch.ao.nn.quantized`."""

from torch.ao.nn.quantized import FloatFunctional, FXFloatFunctional, QFunctional
