"""Every layer of torch.nn, with several sets of arguments."""

import torch
import torch.nn.utils.prune
from torch import nn


def models():
    return {
        "layers": nn.ModuleList(built(ARGUMENTS)),
        "lazy": nn.ModuleList(built(LAZY)),
        "changed": nn.ModuleList(changed()),
    }


def built(table):
    """Each class with each of its rows of arguments; a dict at a row's end holds keyword arguments."""
    return [kind(*arguments, **options) for kind, *rows in table for arguments, options in map(split, rows)]


def split(row):
    return (row[:-1], row[-1]) if row and isinstance(row[-1], dict) else (row, {})


CONVOLUTIONS = [
    (3, 64, 3),
    (4, 8, 3, {"stride": 2, "padding": 1, "dilation": 2, "groups": 4}),
    (4, 8, 3, {"padding": "same", "bias": False, "padding_mode": "reflect"}),
    (4, 8, 1, {"padding": "valid"}),
]
TRANSPOSED = [
    (3, 6, 3),
    (4, 8, 4, {"stride": 3, "padding": 1, "output_padding": 2, "groups": 2, "bias": False, "dilation": 2}),
]
CHANNEL_NORMS = [
    (8,),
    (8, {"eps": 1e-3, "momentum": None}),
    (8, {"affine": True, "track_running_stats": True, "momentum": 0.03}),
    (8, {"affine": False, "track_running_stats": False, "eps": 1e-12}),
]
PLAIN_POOLS = [(3,), (3, {"stride": 2, "padding": 1})]
DROPOUTS = [(), (0.25, {"inplace": True}), (0.0,), (1,)]
CELLS = [(3, 4), (3, 4, {"bias": False})]
RECURRENT = [
    (3, 4),
    (3, 4, 2, {"bidirectional": True, "dropout": 0.1, "batch_first": True, "bias": False}),
    (3, 4, {"num_layers": 3, "dropout": 0.5}),
]

ARGUMENTS = [
    (nn.Conv1d, *CONVOLUTIONS),
    (nn.Conv2d, *CONVOLUTIONS, (4, 8, (3, 5), {"stride": (2, 1), "padding": (0, 2), "dilation": (1, 2)})),
    (nn.Conv2d, (4, 4, 3, {"padding": (1, 1), "padding_mode": "circular"}), (1, 1, torch.Size([2, 3]))),
    (nn.Conv3d, *CONVOLUTIONS, (1, 2, (1, 2, 3), {"padding": (0, 0, 1)})),
    (nn.ConvTranspose1d, *TRANSPOSED),
    (nn.ConvTranspose2d, *TRANSPOSED, (1, 1, (2, 3), {"output_padding": (1, 0), "stride": 2})),
    (nn.ConvTranspose3d, *TRANSPOSED),
    (nn.Linear, (10, 5), (10, 5, {"bias": False}), (0, 5), (10, 5, {"device": "meta"})),
    (nn.modules.linear.NonDynamicallyQuantizableLinear, (3, 4)),
    (nn.Bilinear, (2, 3, 4), (2, 3, 4, {"bias": False})),
    (nn.Identity, (), (1, {"unused": 2})),
    (nn.BatchNorm1d, *CHANNEL_NORMS),
    (nn.BatchNorm2d, *CHANNEL_NORMS, (8, {"bias": False})),
    (nn.BatchNorm3d, *CHANNEL_NORMS),
    (nn.SyncBatchNorm, *CHANNEL_NORMS),
    (nn.InstanceNorm1d, *CHANNEL_NORMS),
    (nn.InstanceNorm2d, *CHANNEL_NORMS),
    (nn.InstanceNorm3d, *CHANNEL_NORMS),
    (nn.LayerNorm, (4,), ([3, 4],), ((3, 4), {"elementwise_affine": False}), (4, {"bias": False, "eps": 1e-6})),
    (nn.LayerNorm, (torch.Size([2, 3]),), (torch.Size([2]),), (torch.Size([]),)),
    (nn.GroupNorm, (2, 4), (2, 4, {"eps": 1e-6, "affine": False}), (2, 4, {"bias": False})),
    (nn.RMSNorm, (4,), ([2, 4], {"eps": 1e-8}), (4, {"elementwise_affine": False})),
    (nn.LocalResponseNorm, (5,), (5, {"alpha": 1e-3, "beta": 0.5, "k": 2})),
    (nn.CrossMapLRN2d, (5,), (5, 2e-4, 0.5, 2.5)),
    (nn.MaxPool1d, *PLAIN_POOLS, (2, 2, {"ceil_mode": True, "dilation": 3, "return_indices": True})),
    (nn.MaxPool2d, *PLAIN_POOLS, ((3, 2), (2, 1), {"ceil_mode": True, "dilation": (1, 2)})),
    (nn.MaxPool3d, *PLAIN_POOLS, ((3, 2, 1), {"stride": (1, 1, 1)})),
    (nn.MaxUnpool1d, *PLAIN_POOLS),
    (nn.MaxUnpool2d, *PLAIN_POOLS, ((2, 3),)),
    (nn.MaxUnpool3d, *PLAIN_POOLS),
    (nn.AvgPool1d, *PLAIN_POOLS, (2, {"ceil_mode": True, "count_include_pad": False})),
    (nn.AvgPool2d, *PLAIN_POOLS, ((2, 3), {"padding": (1, 0), "divisor_override": 3})),
    (nn.AvgPool3d, *PLAIN_POOLS),
    (nn.LPPool1d, (2, 3), (1.5, 3, {"stride": 2, "ceil_mode": True})),
    (nn.LPPool2d, (2, 3), (1.2, (3, 2), {"stride": (2, 1)})),
    (nn.LPPool3d, (2, 3)),
    (nn.AdaptiveMaxPool1d, (5,)),
    (nn.AdaptiveMaxPool2d, (5,), ((None, 7),), ((5, 7), {"return_indices": True})),
    (nn.AdaptiveMaxPool3d, (5,), ((1, None, 3),)),
    (nn.AdaptiveAvgPool1d, (5,)),
    (nn.AdaptiveAvgPool2d, (1,), ((1, None),), ([1, 1],)),
    (nn.AdaptiveAvgPool3d, (5,), ((1, 2, 3),)),
    (nn.ReLU, (), (True,)),
    (nn.ReLU6, (), (True,)),
    (nn.SELU, (), (True,)),
    (nn.SiLU, (), (True,)),
    (nn.Mish, (), (True,)),
    (nn.Threshold, (0.1, 20), (0.1, 20, True)),
    (nn.RReLU, (), (0.1, 0.3, True)),
    (nn.Hardtanh, (), (-2, 2.0, True)),
    (nn.ELU, (), (0.5, True)),
    (nn.CELU, (), (0.5, True)),
    (nn.LeakyReLU, (), (0.1, True), (1e-20,), (1e16,), (float("inf"),)),
    (nn.GLU, (), (1,)),
    (nn.GELU, (), ("tanh",)),
    (nn.Hardshrink, (), (1,), (0.3,)),
    (nn.Softshrink, (), (1,), (1e-5,)),
    (nn.Softplus, (), (2, 10.5)),
    (nn.PReLU, (), (3, 0.1)),
    (nn.Softmin, (), (1,)),
    (nn.Softmax, (), (-1,)),
    (nn.LogSoftmax, (), (0,)),
    *((kind, ()) for kind in (nn.Sigmoid, nn.Hardsigmoid, nn.Tanh, nn.Hardswish, nn.LogSigmoid)),
    *((kind, ()) for kind in (nn.Softsign, nn.Tanhshrink, nn.Softmax2d)),
    (nn.MultiheadAttention, (8, 2), (8, 2, {"add_bias_kv": True, "kdim": 4, "bias": False})),
    (nn.AdaptiveLogSoftmaxWithLoss, (4, 10, [3, 6])),
    (nn.Dropout, *DROPOUTS),
    (nn.Dropout1d, *DROPOUTS),
    (nn.Dropout2d, *DROPOUTS),
    (nn.Dropout3d, *DROPOUTS),
    (nn.AlphaDropout, *DROPOUTS),
    (nn.FeatureAlphaDropout, *DROPOUTS),
    (nn.Embedding, (10, 3), (10, 3, {"padding_idx": 0, "max_norm": 2.0, "norm_type": 1.0, "sparse": True})),
    (nn.Embedding, (10, 3, {"padding_idx": -1, "norm_type": 2, "scale_grad_by_freq": True})),
    (nn.EmbeddingBag, (10, 3), (10, 3, {"mode": "sum", "padding_idx": 1, "include_last_offset": True})),
    (nn.EmbeddingBag, (10, 3, {"max_norm": 1, "norm_type": 1.5, "scale_grad_by_freq": True, "mode": "max"})),
    (nn.RNNBase, ("LSTM", 3, 4), ("GRU", 3, 4, {"num_layers": 2})),
    (nn.RNN, *RECURRENT, (3, 4, {"nonlinearity": "relu"})),
    (nn.LSTM, *RECURRENT, (3, 4, {"proj_size": 2})),
    (nn.GRU, *RECURRENT),
    (nn.RNNCellBase, (3, 4, True, 4)),
    (nn.RNNCell, *CELLS, (3, 4, {"nonlinearity": "relu"})),
    (nn.LSTMCell, *CELLS),
    (nn.GRUCell, *CELLS),
    *((getattr(nn, f"{kind}Pad1d"), (2,), ((1, 2),)) for kind in ("Circular", "Reflection", "Replication", "Zero")),
    *((getattr(nn, f"{kind}Pad2d"), (2,), ((1, 0, 2, 3),)) for kind in ("Circular", "Reflection", "Replication", "Zero")),
    *((getattr(nn, f"{kind}Pad3d"), (2,), ((1, 0, 2, 3, 4, 5),)) for kind in ("Circular", "Reflection", "Replication", "Zero")),
    (nn.ConstantPad1d, (2, 3.5), ((1, 2), 0)),
    (nn.ConstantPad2d, (2, -1e-7)),
    (nn.ConstantPad3d, (2, 3)),
    (nn.Flatten, (), (2, -2)),
    (nn.Unflatten, (1, (2, 3)), (-1, torch.Size([2, 3]))),
    (nn.Fold, ((4, 5), 2), (4, (2, 2), {"dilation": 1, "padding": (0, 1), "stride": 2})),
    (nn.Unfold, (3,), ((3, 2), {"padding": 1, "stride": (1, 2)})),
    (nn.PixelShuffle, (3,)),
    (nn.PixelUnshuffle, (2,)),
    (nn.ChannelShuffle, (2,)),
    (nn.Upsample, ({"scale_factor": 2},), ({"size": (3, 4)},), (7,), ({"scale_factor": (1.5, 2)},)),
    (nn.Upsample, ({"scale_factor": 2, "mode": "bilinear", "align_corners": True},)),
    (nn.UpsamplingNearest2d, (5,), ({"scale_factor": 2.5},)),
    (nn.UpsamplingBilinear2d, ((3, 4),), ({"scale_factor": 3},)),
    (nn.CosineSimilarity, (), (2, 1e-4)),
    (nn.PairwiseDistance, (), (1.0,)),
    (nn.LinearCrossEntropyLoss, (4, 5), (4, 5, {"bias": True, "reduction": "sum", "label_smoothing": 0.1})),
    (nn.LinearCrossEntropyLoss, (4, 5, {"options": nn.LinearCrossEntropyOptions(True, 16, acc_dtype=torch.float32)}))
    if hasattr(nn, "LinearCrossEntropyOptions")
    else (nn.Identity,),
    *(
        (getattr(nn, name), ())
        for name in sorted(vars(nn))
        if name.endswith("Loss") and name not in ("LinearCrossEntropyLoss", "AdaptiveLogSoftmaxWithLoss")
    ),
    (nn.CrossEntropyLoss, ({"weight": torch.ones(3), "label_smoothing": 0.1, "ignore_index": 2},)),
    (nn.Transformer, (8, 2, 1, 1, 16)),
    (nn.Sequential, ()),
    (nn.Sequential, (nn.ReLU(), nn.Sequential(nn.Tanh()))),
    (nn.ModuleList, (), ([nn.Linear(2, 2) for _ in range(3)],)),
    (nn.ModuleDict, (), ({"first": nn.Linear(2, 2), "second": nn.Identity()}, {})),
    (nn.ParameterList, (), ([nn.Parameter(torch.ones(2, 3)), torch.ones(2), 7],)),
    (nn.ParameterDict, (), ({"alpha": nn.Parameter(torch.ones(1)), "beta": 3}, {})),
    (nn.DataParallel, (nn.Linear(2, 3),)),
    (nn.Module, ()),
]

LAZY = [
    *((getattr(nn, f"LazyConv{n}d"), (8, 3), (8, 3, {"padding": 1, "bias": False})) for n in (1, 2, 3)),
    *((getattr(nn, f"LazyConvTranspose{n}d"), (8, 3, {"stride": 2})) for n in (1, 2, 3)),
    *((getattr(nn, f"LazyBatchNorm{n}d"), (), ({"affine": False},)) for n in (1, 2, 3)),
    *((getattr(nn, f"LazyInstanceNorm{n}d"), (), ({"affine": False},)) for n in (1, 2, 3)),
    (nn.LazyLinear, (4,), (4, {"bias": False})),
]


def changed():
    """Modules whose attributes were changed after they were made, or whose tensors are computed."""
    weighted = nn.utils.weight_norm(nn.Conv2d(2, 3, 3))
    weighted_bias = nn.utils.weight_norm(nn.Linear(2, 3), "bias", dim=None)
    spectral = nn.utils.spectral_norm(nn.Linear(2, 3))
    pruned = nn.utils.prune.l1_unstructured(nn.Linear(2, 3), "bias", 1)
    unbiased = nn.Conv2d(2, 3, 3)
    unbiased.bias = None
    norm = nn.BatchNorm2d(4)
    norm.bias = None
    listed = nn.Conv2d(2, 3, 3)
    listed.padding, listed.dilation, listed.groups = [0, 0], torch.Size([2, 1]), 1.0
    size = nn.Conv2d(2, 3, 3)
    size.padding, size.kernel_size = torch.Size([0, 0]), torch.Size([3, 3])
    embedding = nn.Embedding(3, 4)
    embedding.sparse, embedding.norm_type, embedding.scale_grad_by_freq = 0, True, None
    recurrent = nn.GRU(2, 3)
    recurrent.bias, recurrent.dropout, recurrent.batch_first = 1, False, 0
    relu = nn.ReLU()
    relu.inplace = 1
    texts = nn.Upsample(scale_factor=2)
    texts.mode = 'it\'s\n"2"'
    large = nn.Linear(2, 3)
    large.in_features, large.out_features = 2**70, -(2**53)
    fraction = nn.LeakyReLU(0.30000000000000004)
    spelled = nn.Dropout()
    spelled.p = 1e22
    dtype = nn.Hardshrink(torch.float16)
    nothing = nn.Softplus(None, ())
    device = nn.GLU((1, (2, [3, None], {"a": 1.0})))
    named = nn.utils.skip_init(nn.Linear, 2, 3)
    wide = nn.AvgPool2d(tuple(range(12)))
    return [
        weighted, weighted_bias, spectral, pruned, unbiased, norm, listed, size, embedding, recurrent, relu, texts,
        large, fraction, spelled, dtype, nothing, device, named, wide,
    ]
