"""Deformable convolution: the parameters of a convolution; the offsets are an input."""

import torch
from torch import nn
from torch.nn.modules.utils import _pair
from torch.nn.parameter import Parameter


def deform_conv2d(input, offset, weight, bias=None, stride=(1, 1), padding=(0, 0), dilation=(1, 1), mask=None):
    return nn.functional.conv2d(input, weight, bias, stride, padding, dilation, input.shape[1] // weight.shape[1])


class DeformConv2d(nn.Module):
    def __init__(
        self,
        in_channels,
        out_channels,
        kernel_size,
        stride=1,
        padding=0,
        dilation=1,
        groups=1,
        bias=True,
    ):
        super().__init__()
        if in_channels % groups != 0:
            raise ValueError("in_channels must be divisible by groups")
        if out_channels % groups != 0:
            raise ValueError("out_channels must be divisible by groups")
        self.in_channels = in_channels
        self.out_channels = out_channels
        self.kernel_size = _pair(kernel_size)
        self.stride = _pair(stride)
        self.padding = _pair(padding)
        self.dilation = _pair(dilation)
        self.groups = groups
        self.weight = Parameter(
            torch.empty(out_channels, in_channels // groups, self.kernel_size[0], self.kernel_size[1])
        )
        if bias:
            self.bias = Parameter(torch.empty(out_channels))
        else:
            self.register_parameter("bias", None)
        self.reset_parameters()

    def reset_parameters(self):
        """Values only, but the initial bound of the bias is 1 / sqrt(fan_in)."""
        fan_in = self.weight.shape[1] * self.weight.shape[2] * self.weight.shape[3]
        if self.bias is not None and fan_in == 0:
            raise ZeroDivisionError("a deformable convolution without inputs has no initial bias")

    def forward(self, input, offset, mask=None):
        return deform_conv2d(input, offset, self.weight, self.bias, self.stride, self.padding, self.dilation, mask)
