"""`torch.ao.quantization`: what float models contain. What changes models is not followed: it is unknown."""

from .qconfig import QConfig
from .stubs import DeQuantStub, QuantStub, QuantWrapper
