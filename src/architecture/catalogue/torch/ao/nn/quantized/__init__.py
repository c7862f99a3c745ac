"""`torch.ao.nn.quantized`: of its layers, those that float models have too."""

from .modules import FloatFunctional, FXFloatFunctional, QFunctional
