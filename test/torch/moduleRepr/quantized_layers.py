"""torch.ao's quantized modules, those of quantization-aware training, and the observers of both."""
import torch
import torch.ao.nn.intrinsic as fused
import torch.ao.nn.intrinsic.qat as fused_training
import torch.ao.nn.intrinsic.quantized as fused_quantized
import torch.ao.nn.intrinsic.quantized.dynamic as fused_dynamic
import torch.ao.nn.qat as training
import torch.ao.nn.qat.dynamic as dynamic_training
import torch.ao.nn.quantizable as quantizable
import torch.ao.nn.quantized as quantized
import torch.ao.nn.quantized.dynamic as dynamic
import torch.ao.nn.quantized.reference as reference
from torch import nn
from torch.ao import quantization

from layers import built

# Their packed weights are objects of torch's own classes, which the legacy format refuses.
ZIP_ONLY = ("quantized",)

LEFT_OUT = (
    # Base classes that nothing is made of, and packed weights that `print` hides.
    "torch.ao.nn.quantized.dynamic.modules.rnn.RNNBase",
    "torch.ao.nn.quantized.dynamic.modules.rnn.RNNCellBase",
    "torch.ao.nn.quantized.reference.modules.rnn.RNNBase",
    "torch.ao.nn.quantized.reference.modules.rnn.RNNCellBase",
    "torch.ao.nn.sparse.quantized.linear.LinearPackedParams",
    # They need an engine that torch's own builds for most processors lack.
    "torch.ao.nn.sparse.quantized.linear.Linear",
    "torch.ao.nn.sparse.quantized.dynamic.linear.Linear",
)


# The engine for other processors than x86 packs no three-dimensional convolutions.
PACKS_ALL = "fbgemm" in torch.backends.quantized.supported_engines


def models():
    training = {"training": nn.ModuleList(built(TRAINING))}
    return {"quantized": nn.ModuleList(built(QUANTIZED) + converted()), **training} if PACKS_ALL else training


CONVOLUTIONS = [(4, 8, 3), (4, 8, 3, {"stride": 2, "padding": 1, "dilation": 2, "groups": 2, "bias": False})]
SCALE = (torch.ones(1), torch.zeros(1, dtype=torch.long))


def each(package, names, *rows):
    return [(getattr(package, name), *rows) for name in names.split()]


QUANTIZED = [
    *each(quantized, "Conv1d Conv2d Conv3d ConvTranspose1d ConvTranspose2d", *CONVOLUTIONS),
    *each(quantized, "ConvTranspose3d", (4, 8, 3)),
    *each(dynamic, "Conv1d Conv2d Conv3d ConvTranspose1d ConvTranspose2d", *CONVOLUTIONS),
    *each(dynamic, "ConvTranspose3d", (4, 8, 3)),
    *each(fused_quantized, "ConvReLU1d ConvReLU2d ConvReLU3d ConvAdd2d ConvAddReLU2d", *CONVOLUTIONS),
    (quantized.Linear, (3, 4), (3, 4, {"bias_": False})),
    (dynamic.Linear, (3, 4), (3, 4, {"bias_": False}), (3, 4, {"dtype": torch.float16})),
    (fused_quantized.LinearReLU, (3, 4)),
    (fused_quantized.LinearLeakyReLU, (3, 4, 0.1)),
    (fused_quantized.LinearTanh, (3, 4)),
    (fused_quantized.BNReLU2d, (4,)),
    (fused_quantized.BNReLU3d, (4,)),
    (fused_dynamic.LinearReLU, (3, 4)),
    (quantized.Embedding, (3, 4)),
    (quantized.EmbeddingBag, (3, 4)),
    (quantized.Quantize, (0.5, 3, torch.quint8)),
    (quantized.DeQuantize, ()),
    (quantized.QFunctional, ()),
    (quantized.FloatFunctional, ()),
    (quantized.FXFloatFunctional, ()),
    (quantized.ReLU6, (), (True,)),
    (quantized.Hardswish, (0.5, 1)),
    (quantized.ELU, (0.5, 1), (0.5, 1, 0.3)),
    (quantized.LeakyReLU, (0.5, 1), (0.5, 1, 0.3, True)),
    (quantized.Sigmoid, (0.5, 1)),
    (quantized.Softmax, (), (1, 0.5, 2)),
    (quantized.PReLU, (0.5, 1)),
    (quantized.BatchNorm2d, (4,), (4, 1e-3, 0.2)),
    (quantized.BatchNorm3d, (4,)),
    (quantized.LayerNorm, ([3, 4], nn.Parameter(torch.ones(3, 4)), None, 0.5, 1)),
    (quantized.GroupNorm, (2, 4, nn.Parameter(torch.ones(4)), nn.Parameter(torch.ones(4)), 0.5, 1)),
    *each(quantized, "InstanceNorm1d InstanceNorm2d InstanceNorm3d", (4, nn.Parameter(torch.ones(4)), None, 0.5, 1)),
    (quantized.Dropout, (), (0.1,)),
    (quantized.LSTM, (3, 4)),
    (quantized.MultiheadAttention, (8, 2)),
    *each(dynamic, "LSTM GRU", (3, 4), (3, 4, 2, {"bidirectional": True, "dropout": 0.1, "batch_first": True})),
    *each(dynamic, "RNNCell LSTMCell GRUCell", (3, 4), (3, 4, {"bias": False})),
    (dynamic.RNNCell, (3, 4, {"nonlinearity": "relu"})),
]

TRAINING = [
    *each(reference, "Conv1d Conv2d Conv3d", *CONVOLUTIONS),
    *each(reference, "ConvTranspose1d ConvTranspose2d ConvTranspose3d", (4, 8, 3)),
    (reference.Linear, (3, 4), (3, 4, {"bias_": False})),
    (reference.Embedding, (3, 4), (3, 4, 0)),
    (reference.EmbeddingBag, (3, 4)),
    *each(reference.modules.rnn, "LSTM GRU", (3, 4), (3, 4, 2)),
    *each(reference, "RNNCell LSTMCell GRUCell", (3, 4)),
    (quantizable.LSTM, (3, 4)),
    (quantizable.MultiheadAttention, (8, 2)),
    *each(training, "Conv1d Conv2d Conv3d", (4, 8, 3, {"padding": 1, "qconfig": quantization.default_qat_qconfig})),
    (training.Linear, (3, 4, {"qconfig": quantization.default_qat_qconfig})),
    (training.Embedding, (3, 4, {"qconfig": quantization.float_qparams_weight_only_qconfig})),
    (training.EmbeddingBag, (3, 4, {"qconfig": quantization.float_qparams_weight_only_qconfig})),
    (dynamic_training.Linear, (3, 4, {"qconfig": quantization.default_dynamic_qat_qconfig})),
    *(
        (getattr(fused_training, name), (4, 8, 3, {"qconfig": quantization.default_qat_qconfig}))
        for kind in ("ConvBn", "ConvBnReLU", "ConvReLU")
        for name in (f"{kind}1d", f"{kind}2d", f"{kind}3d")
    ),
    (fused_training.LinearBn1d, (3, 4, {"qconfig": quantization.default_qat_qconfig})),
    (fused_training.LinearReLU, (3, 4, {"qconfig": quantization.default_qat_qconfig})),
    (fused.ConvBnReLU2d, (nn.Conv2d(2, 3, 1), nn.BatchNorm2d(3), nn.ReLU())),
    (quantization.MinMaxObserver, ()),
    (quantization.MovingAverageMinMaxObserver, ()),
    (quantization.PerChannelMinMaxObserver, ()),
    (quantization.MovingAveragePerChannelMinMaxObserver, ()),
    (quantization.HistogramObserver, ()),
    (quantization.PlaceholderObserver, (), (torch.float16,)),
    (quantization.NoopObserver, ()),
    (quantization.FakeQuantize, (), (quantization.PerChannelMinMaxObserver, -8, 7, {"ch_axis": 1, "dtype": torch.qint8, "qscheme": torch.per_channel_symmetric})),
    (quantization.FusedMovingAvgObsFakeQuantize, ()),
    (quantization.default_fixed_qparams_range_neg1to1_fake_quant, ()),
    (quantization.QuantStub, ()),
    (quantization.DeQuantStub, ()),
]


def converted():
    """Through torch's own workflows: their modules have scales and zero points of real data."""
    model = nn.Sequential(nn.Linear(4, 3), nn.ReLU(), nn.LSTM(3, 2), nn.EmbeddingBag(10, 4, mode="sum"))
    dynamically = quantization.quantize_dynamic(model, {nn.Linear, nn.LSTM}, torch.qint8)
    half = quantization.quantize_dynamic(nn.Sequential(nn.Linear(4, 3)), {nn.Linear}, torch.float16)
    static = nn.Sequential(quantization.QuantStub(), nn.Conv2d(3, 4, 3), nn.BatchNorm2d(4), nn.ReLU(), nn.Conv2d(4, 2, 1))
    static = nn.Sequential(static, quantization.DeQuantStub()).eval()
    static = quantization.fuse_modules(static, [["0.1", "0.2", "0.3"]])
    static.qconfig = quantization.get_default_qconfig("x86")
    prepared = quantization.prepare(static)
    prepared(torch.randn(1, 3, 8, 8))
    return [dynamically, half, quantization.convert(prepared)]
