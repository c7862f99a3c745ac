"""Whole modules, optimizers, schedulers, scalers: what `torch.save(model)` and training loops write."""
import collections
import copy
import inspect
import warnings

import torch
from torch import nn

import saved_classes
from cases import numbered, quiet, save_legacy, saved, written


@saved()
def qu_like_module():
    return saved_classes.QuLike()


@saved(protocols=(2, 4))
def detector_module():
    return saved_classes.Detector().eval()


@saved()
def modules_in_a_dict():
    return {"model": saved_classes.Detector(), "ema": saved_classes.Detector().half(), "epoch": 12, "best": 0.5}


@saved()
def tied_module():
    return saved_classes.TiedModel()


@saved()
def module_with_attributes():
    return saved_classes.AttributeModel()


@saved()
def module_with_extra_state():
    module = saved_classes.ExtraStateModel()
    return {"module": module, "state": module.state_dict()}


@saved()
def root_module_list():
    return nn.ModuleList([nn.Linear(2, 3), nn.Sequential(nn.Conv2d(1, 2, 1), nn.ReLU())])


@saved()
def module_dict_and_parameter_lists():
    return nn.ModuleDict(
        {
            "first": nn.Linear(2, 2),
            "parameters_": nn.ParameterList([nn.Parameter(numbered(2)), nn.Parameter(numbered(3))]),
            "named": nn.ParameterDict({"alpha": nn.Parameter(numbered(1)), "beta": nn.Parameter(numbered(4))}),
        }
    )


@saved()
def recurrent_modules():
    return nn.ModuleList([nn.LSTM(3, 4, 2, bidirectional=True), nn.GRU(2, 3), nn.RNN(2, 2), nn.LSTMCell(2, 3)])


@saved()
def attention_modules():
    encoder = nn.TransformerEncoderLayer(8, 2, 16)
    return nn.ModuleDict({"mha": nn.MultiheadAttention(8, 2, add_bias_kv=True), "encoder": encoder})


@saved()
def frozen_module():
    module = nn.Sequential(nn.Conv2d(3, 4, 3), nn.BatchNorm2d(4, affine=False), nn.Linear(2, 2, dtype=torch.float64))
    module[0].requires_grad_(False)
    return module


@saved()
@quiet
def weight_norm_module():
    """The old weight_norm keeps a computed plain tensor beside `weight_g` and `weight_v`."""
    return nn.Sequential(nn.utils.weight_norm(nn.Linear(3, 4)), nn.utils.spectral_norm(nn.Conv2d(2, 3, 1)))


@saved()
def parametrized_state_dict():
    """torch refuses to pickle a parametrized module whole; its state_dict has `parametrizations` keys."""
    module = nn.Sequential(nn.utils.parametrizations.weight_norm(nn.Linear(3, 4)))
    return {"model": module.state_dict()}


@saved()
def pruned_module():
    import torch.nn.utils.prune

    module = nn.Sequential(nn.Linear(4, 4))
    nn.utils.prune.l1_unstructured(module[0], "weight", 0.5)
    return module


@saved()
def lazy_module():
    return nn.Sequential(nn.LazyLinear(4), nn.LazyBatchNorm1d())


@saved()
def data_parallel_module():
    return nn.DataParallel(nn.Linear(2, 3))


@saved("zip")
@quiet
def distributed_data_parallel_module():
    import torch.distributed as dist

    if not dist.is_initialized():
        dist.init_process_group("gloo", store=dist.HashStore(), rank=0, world_size=1)
    return {"model": nn.parallel.DistributedDataParallel(nn.Linear(2, 3)).state_dict()}


@saved()
def compiled_state_dict():
    return torch.compile(nn.Sequential(nn.Linear(2, 3))).state_dict()


@saved()
def averaged_model():
    return torch.optim.swa_utils.AveragedModel(nn.Linear(2, 3))


@saved()
def meta_module():
    return nn.Linear(3, 4, device="meta")


@saved()
def module_with_hooks():
    module = nn.Sequential(nn.Linear(2, 2))
    module[0].register_forward_hook(print)
    return module


@saved()
def graph_module():
    return torch.fx.symbolic_trace(nn.Sequential(nn.Linear(2, 3), nn.ReLU()))


@saved()
@quiet
def quantized_modules():
    model = nn.Sequential(nn.Linear(4, 3), nn.ReLU())
    dynamic = torch.ao.quantization.quantize_dynamic(copy.deepcopy(model), {nn.Linear}, torch.qint8)
    return {"state": dynamic.state_dict(), "observer": torch.ao.quantization.MinMaxObserver()}


@saved(
    "zip",
    also=[{"dtype": "qint8", "shape": [3, 4]}, {"dtype": "float32", "shape": [3]}],
)
@quiet
def quantized_module_whole():
    """Weight and bias are packed into a script object, which a state_dict shows as a tuple."""
    model = nn.Sequential(nn.Linear(4, 3), nn.ReLU())
    return torch.ao.quantization.quantize_dynamic(model, {nn.Linear}, torch.qint8)


def _builtin_modules():
    """One instance of every module class of torch.nn that small arguments can build."""
    guesses = ((), (4,), (4, 4), (4, 4, 3), (4, 2), (3, 4, 2), ([4],), (2, 8, 3), (0.5, 2.0))
    made = collections.OrderedDict()
    for name, kind in sorted(vars(nn).items()):
        if not inspect.isclass(kind) or not issubclass(kind, nn.Module) or kind is nn.Module or name == "Container":
            continue
        for arguments in guesses:
            try:
                with warnings.catch_warnings():
                    warnings.simplefilter("ignore")
                    made[name] = kind(*arguments)
                break
            except Exception:
                continue
    return made


@saved("zip")
def every_builtin_module():
    return nn.ModuleDict(_builtin_modules())


@saved("zip")
def builtin_modules_with_options():
    return nn.ModuleDict(
        {
            "conv": nn.Conv2d(4, 8, (3, 5), stride=(2, 1), padding=(1, 2), dilation=2, groups=2),
            "conv_same": nn.Conv2d(4, 4, 3, padding="same", bias=False, padding_mode="reflect"),
            "conv1": nn.Conv1d(3, 6, 7, padding=3),
            "conv3": nn.Conv3d(1, 2, (1, 2, 3)),
            "up": nn.ConvTranspose2d(4, 2, 2, stride=2, output_padding=1, padding=1),
            "norm": nn.BatchNorm2d(4, eps=0.001, momentum=0.03, track_running_stats=False),
            "cumulative": nn.BatchNorm1d(4, momentum=None),
            "layer": nn.LayerNorm((3, 4), elementwise_affine=False),
            "layer_bias": nn.LayerNorm(4, bias=False),
            "group": nn.GroupNorm(2, 4, eps=1e-6),
            "rms": nn.RMSNorm(4, eps=1e-8),
            "linear": nn.Linear(3, 4, bias=False),
            "pool": nn.MaxPool2d(2, 2, ceil_mode=True),
            "average": nn.AvgPool2d((2, 3), padding=1),
            "adaptive": nn.AdaptiveAvgPool2d((1, None)),
            "dropout": nn.Dropout(0.25, inplace=True),
            "leaky": nn.LeakyReLU(0.1, inplace=True),
            "relu6": nn.ReLU6(inplace=True),
            "gelu": nn.GELU("tanh"),
            "upsample": nn.Upsample(scale_factor=2, mode="bilinear", align_corners=True),
            "upsample_size": nn.Upsample(size=(3, 4)),
            "softmax": nn.Softmax(dim=-1),
            "flatten": nn.Flatten(2, -2),
            "embedding": nn.Embedding(10, 3, padding_idx=0, max_norm=2.0, sparse=True),
            "bag": nn.EmbeddingBag(10, 3, mode="sum", padding_idx=1),
            "lstm": nn.LSTM(3, 4, num_layers=2, bias=False, batch_first=True, dropout=0.1, proj_size=2),
            "gru": nn.GRU(3, 4, bidirectional=True),
            "cell": nn.RNNCell(2, 3, bias=False, nonlinearity="relu"),
            "mha": nn.MultiheadAttention(8, 2, batch_first=True, kdim=4),
            "pad": nn.ZeroPad2d((1, 2, 3, 4)),
            "constant": nn.ConstantPad1d(2, 3.5),
            "prelu": nn.PReLU(3),
            "threshold": nn.Threshold(0.1, 20),
            "shuffle": nn.PixelShuffle(3),
            "unfold": nn.Unfold((3, 3), padding=1),
            "loss": nn.CrossEntropyLoss(weight=torch.ones(3), label_smoothing=0.1),
            "bce": nn.BCEWithLogitsLoss(pos_weight=torch.ones(2)),
            "instance": nn.InstanceNorm2d(3, affine=True),
            "unflatten": nn.Unflatten(1, (2, 3)),
            "cosine": nn.CosineSimilarity(dim=2, eps=1e-4),
            "repeated": nn.Sequential(*[nn.Linear(2, 2) for _ in range(4)]),
            "nested_list": nn.ModuleList([nn.Sequential(nn.ReLU(), nn.Conv2d(1, 1, 1)) for _ in range(3)]),
            "identity": nn.Identity(),
            "no_child": nn.Sequential(),
            "bilinear": nn.Bilinear(2, 3, 4),
        }
    )


def _trained(optimizer_class, **options):
    model = nn.Sequential(nn.Linear(3, 4), nn.Linear(4, 2))
    groups = [{"params": model[0].parameters()}, {"params": model[1].parameters(), "lr": 0.5}]
    optimizer = optimizer_class(groups, lr=0.1, **options)
    for _ in range(2):
        model(torch.ones(1, 3)).sum().backward()
        optimizer.step()
    return model, optimizer


@saved()
def optimizer_state_dicts():
    return {
        "adam": _trained(torch.optim.Adam)[1].state_dict(),
        "sgd": _trained(torch.optim.SGD, momentum=0.9)[1].state_dict(),
        "adamw": _trained(torch.optim.AdamW, amsgrad=True)[1].state_dict(),
        "rmsprop": _trained(torch.optim.RMSprop)[1].state_dict(),
    }


@saved()
def optimizer_whole():
    """The keys of its state are the parameters themselves."""
    return {"optimizer": _trained(torch.optim.Adam)[1]}


@saved()
@quiet
def schedulers():
    optimizer = _trained(torch.optim.SGD)[1]
    step = torch.optim.lr_scheduler.StepLR(optimizer, 3)
    cosine = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, 10)
    return {"step": step.state_dict(), "cosine": cosine.state_dict()}


@saved("zip")
@quiet
def scheduler_whole():
    return {"scheduler": torch.optim.lr_scheduler.MultiStepLR(_trained(torch.optim.SGD)[1], [2, 3])}


@saved()
@quiet
def gradient_scaler():
    scaler = torch.amp.GradScaler("cpu", init_scale=4.0)
    return {"state": scaler.state_dict(), "whole": scaler}


@saved()
def training_checkpoint():
    model, optimizer = _trained(torch.optim.SGD, momentum=0.9)
    return {
        "epoch": 7,
        "model": model.state_dict(),
        "optimizer": optimizer.state_dict(),
        "best_fitness": 0.91,
        "args": {"lr": 0.1, "name": "run", "imgsz": [640, 640]},
        "rng": torch.get_rng_state()[:8].clone(),
        "date": "2024-05-06",
    }


@written("legacy-container-source.pt", format="torch-legacy")
def container_source(path):
    """torch 1.x embeds the source of every module's class into a legacy file; with warnings it still does."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        save_legacy(saved_classes.Detector(), path)
