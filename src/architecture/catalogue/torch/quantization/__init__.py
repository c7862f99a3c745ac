"""`torch.quantization`: the old place of `torch.ao.quantization`."""

from torch.ao.quantization import DeQuantStub, QConfig, QuantStub, QuantWrapper
