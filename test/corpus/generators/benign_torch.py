"""Checkpoints of torch: formats, protocols, optimizers, schedulers, training states, TorchScript, packages."""
import argparse
import collections
import copy
import functools
import pathlib
import warnings

import numpy
import torch
import torch.distributed.checkpoint
import torch.nn.utils.prune
from torch import nn

import project


def network():
    torch.manual_seed(0)
    return nn.Sequential(nn.Conv2d(3, 4, 3), nn.BatchNorm2d(4), nn.ReLU(), nn.Flatten(), nn.Linear(4, 2))


def write(corpus):
    model = network()
    corpus.torch("state_dict", model.state_dict(), protocols=(1, 2, 3, 4, 5))
    corpus.torch("whole module", model, protocols=(2, 3, 4, 5))
    corpus.torch("whole project module", project.Network(), protocols=(2, 4))
    corpus.pickle("state_dict in a plain pickle", model.state_dict(), range(2, 6))
    corpus.pickle("whole module in a plain pickle", model, (2, 4))
    corpus.joblib("state_dict", model.state_dict(), (0, 3))
    corpus.torch("data parallel state", nn.DataParallel(model).state_dict())
    corpus.torch("data parallel module", nn.DataParallel(model))
    corpus.torch("averaged model", torch.optim.swa_utils.AveragedModel(model).state_dict())
    corpus.torch("averaged whole model", torch.optim.swa_utils.AveragedModel(model))
    corpus.torch("compiled state_dict", {f"_orig_mod.{k}": v for k, v in model.state_dict().items()}, forms=("zip",))
    corpus.torch("tensors of all types", tensors())
    corpus.torch("special tensors", special_tensors(), forms=("zip",))
    corpus.torch("quantized tensors", quantized())
    corpus.torch("modules of every layer", layers())
    corpus.torch("recurrent and attention modules", [nn.LSTM(2, 3, 2), nn.GRU(2, 3), nn.MultiheadAttention(4, 2), nn.Transformer(4, 2, 1, 1, 8)])
    optimizers(corpus)
    training(corpus)
    containers(corpus)
    scripts(corpus)


def tensors():
    names = "float16 float32 float64 bfloat16 int8 int16 int32 int64 uint8 uint16 uint32 uint64 bool complex64 complex128 float8_e4m3fn float8_e5m2".split()
    return {name: torch.zeros(2, 3, dtype=getattr(torch, name)) for name in names if not name.startswith(("uint16", "uint32", "uint64", "float8"))}


def special_tensors():
    eye = torch.eye(3)
    return {
        "coo": eye.to_sparse(), "csr": eye.to_sparse_csr(), "csc": eye.to_sparse_csc(), "bsr": torch.eye(4).to_sparse_bsr((2, 2)),
        "nested": torch.nested.nested_tensor([torch.zeros(2), torch.zeros(3)]), "meta": torch.zeros(2, 3, device="meta"), "conj": torch.zeros(2, dtype=torch.complex64).conj(),
        "parameter": nn.Parameter(torch.zeros(2)), "buffer": nn.Buffer(torch.zeros(2)), "uint16": torch.zeros(2, dtype=torch.uint16), "float8": torch.zeros(2, dtype=torch.float8_e4m3fn),
        "jagged": torch.nested.nested_tensor([torch.zeros(2), torch.zeros(3)], layout=torch.jagged), "view": torch.zeros(10)[3:5], "transposed": torch.zeros(2, 3).T,
        "storage": torch.zeros(3).untyped_storage(), "typed storage": torch.zeros(3).storage(), "size": torch.Size([1, 2]), "dtype": torch.float32,
        "device": torch.device("cpu"), "layout": torch.strided, "generator": torch.Generator().get_state(),
    }


def quantized():
    return {
        "per tensor": torch.quantize_per_tensor(torch.zeros(2, 3), 0.1, 0, torch.qint8), "unsigned": torch.quantize_per_tensor(torch.zeros(4), 0.1, 3, torch.quint8),
        "per channel": torch.quantize_per_channel(torch.zeros(2, 3), torch.ones(2), torch.zeros(2, dtype=torch.long), 0, torch.qint8),
    }


def layers():
    return [
        nn.Conv1d(1, 2, 3), nn.ConvTranspose2d(1, 2, 3), nn.Conv3d(1, 2, 3), nn.Embedding(3, 2), nn.EmbeddingBag(3, 2), nn.LayerNorm(3), nn.GroupNorm(2, 4), nn.InstanceNorm2d(3, affine=True),
        nn.PReLU(), nn.Dropout(), nn.MaxPool2d(2), nn.AdaptiveAvgPool2d(1), nn.Upsample(scale_factor=2), nn.PixelShuffle(2), nn.Softmax(dim=1), nn.Bilinear(1, 2, 3), nn.CrossEntropyLoss(),
        nn.MSELoss(), nn.Hardswish(), nn.SiLU(), nn.ZeroPad2d(1), nn.Identity(), nn.ParameterList([torch.zeros(1)]), nn.ParameterDict({"a": torch.zeros(1)}), nn.ModuleDict({"a": nn.Linear(1, 1)}),
        nn.utils.spectral_norm(nn.Linear(2, 2)), nn.TransformerEncoderLayer(4, 2), nn.CTCLoss(), nn.Fold((4, 4), 2), nn.Unfold(2), nn.RMSNorm(3), nn.SyncBatchNorm(3),
    ]


def optimizers(corpus):
    optim = torch.optim
    names = "SGD Adam AdamW Adagrad RMSprop Adadelta NAdam RAdam ASGD Rprop Adamax LBFGS Adafactor".split()
    for name in names:
        model = nn.Linear(3, 2)
        options = {"momentum": 0.9} if name in ("SGD", "RMSprop") else {}
        optimizer = getattr(optim, name)(model.parameters(), lr=0.01, **options)

        def closure():
            optimizer.zero_grad()
            loss = model(torch.ones(2, 3)).sum()
            loss.backward()
            return loss

        optimizer.step(closure)
        corpus.torch(f"checkpoint with {name}", {"epoch": 3, "model": model.state_dict(), "optimizer": optimizer.state_dict()}, forms=("zip",))
        if name in ("SGD", "Adam", "AdamW"):
            corpus.torch(f"whole {name} object", optimizer)


def training(corpus):
    model, optim = nn.Linear(3, 2), torch.optim
    optimizer = optim.SGD(model.parameters(), lr=0.1)
    schedulers = [
        optim.lr_scheduler.StepLR(optimizer, 3), optim.lr_scheduler.CosineAnnealingLR(optimizer, 5), optim.lr_scheduler.ReduceLROnPlateau(optimizer),
        optim.lr_scheduler.OneCycleLR(optimizer, 0.1, 10), optim.lr_scheduler.MultiStepLR(optimizer, [2, 4]), optim.lr_scheduler.ExponentialLR(optimizer, 0.9),
        optim.lr_scheduler.CosineAnnealingWarmRestarts(optimizer, 3), optim.lr_scheduler.LinearLR(optimizer),
    ]
    for scheduler in schedulers:
        corpus.torch(f"checkpoint with {type(scheduler).__name__}", {"model": model.state_dict(), "lr_scheduler": scheduler.state_dict()}, forms=("zip",))
    arguments = argparse.Namespace(lr=0.1, data=pathlib.PurePosixPath("data/train"), model="resnet", sizes=[1, 2], device=torch.device("cpu"))
    corpus.torch("checkpoint with arguments", {"args": arguments, "model": model.state_dict(), "epoch": 1})
    corpus.torch("checkpoint with random states", {
        "torch": torch.get_rng_state(), "numpy": numpy.random.RandomState(0).get_state(), "python": __import__("random").getstate(), "generator": numpy.random.default_rng(0),
        "legacy": numpy.random.RandomState(1),
    })
    corpus.torch("lightning checkpoint", {
        "epoch": 1, "global_step": 5, "pytorch-lightning_version": "2.5.0", "state_dict": model.state_dict(), "loops": {"fit_loop": {"state_dict": {}}}, "callbacks": {
            "ModelCheckpoint{'monitor': 'loss'}": {"monitor": "loss", "best_model_score": torch.tensor(0.5), "best_k_models": {}, "dirpath": "/x"}},
        "optimizer_states": [optimizer.state_dict()], "lr_schedulers": [schedulers[0].state_dict()], "hyper_parameters": project.Settings(lr=0.1), "hparams_name": "kwargs",
    })
    corpus.torch("detector checkpoint", {
        "epoch": -1, "best_fitness": numpy.float64(0.5), "model": project.Network().half(), "ema": copy.deepcopy(project.Network()), "updates": 10, "optimizer": None,
        "wandb_id": None, "date": "2026-01-02T03:04:05", "train_args": {"imgsz": 640, "names": {0: "person"}}, "license": "AGPL",
    })
    corpus.torch("checkpoint with a gradient scaler", {"scaler": torch.amp.GradScaler("cpu").state_dict(), "model": model.state_dict()}, forms=("zip",))
    corpus.torch("checkpoint with partials", {"norm": functools.partial(nn.LayerNorm, eps=1e-6), "model": model.state_dict(), "act": nn.functional.gelu, "init": nn.init.xavier_uniform_})
    corpus.torch("checkpoint with functions of torch", {"relu": torch.relu, "gelu": torch._C._nn.gelu, "sigmoid": torch.sigmoid, "add": torch.Tensor.add, "functional": nn.functional.relu})
    corpus.torch("checkpoint with metrics", {
        "history": collections.defaultdict(list, {"loss": [1.0, 0.5]}), "counts": collections.Counter("aab"), "recent": collections.deque([1, 2], maxlen=5), "best": numpy.float32(0.25),
        "confusion": numpy.eye(3), "classes": ("a", "b"), "seen": {1, 2}, "frozen": frozenset([3]), "when": __import__("datetime").datetime(2026, 1, 2), "path": pathlib.PurePosixPath("a/b"),
    })
    corpus.torch("checkpoint with project objects", {"config": project.Config("a", 1), "kind": project.Kind.SMALL, "point": project.Point(1, torch.zeros(2)), "history": project.History([1])})


def containers(corpus):
    corpus.torch("list of tensors", [torch.zeros(2), torch.ones(3)])
    corpus.torch("one tensor", torch.zeros(2, 3))
    corpus.torch("one parameter", nn.Parameter(torch.zeros(2)))
    corpus.torch("number", 5, forms=("zip",))
    corpus.torch("deep dicts", functools.reduce(lambda inner, i: {f"level{i}": inner}, range(60), torch.zeros(1)))
    corpus.torch("aliases", (lambda tensor: {"a": tensor, "b": tensor, "c": [tensor] * 3})(torch.zeros(4)))
    corpus.torch("data sets", [torch.utils.data.TensorDataset(torch.zeros(4, 2)), torch.utils.data.Subset(torch.utils.data.TensorDataset(torch.zeros(4, 2)), [1])])
    corpus.torch("distributions", [torch.distributions.Normal(0.0, 1.0), torch.distributions.Categorical(torch.ones(3))])
    corpus.torch("many small tensors", {f"layers.{i}.weight": torch.zeros(2) for i in range(500)})
    corpus.torch("names in other scripts", {"权重": torch.zeros(1), "ключ": 1, "emoji 🙂": 2, "a.b.c/d": 3, "": 4, "tab\t": 5})
    corpus.torch("large integers and floats", {"big": 1 << 200, "negative": -(1 << 63), "inf": float("inf"), "nan": float("nan"), "complex": 1 + 2j, "bytes": b"\x00" * 500})


def scripts(corpus):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        model = network().eval()
        traced, scripted = torch.jit.trace(model, torch.zeros(1, 3, 3, 3)), torch.jit.script(nn.Sequential(nn.Linear(2, 3), nn.ReLU()))
        writer = f"torch {torch.__version__.split('+')[0]}"
        corpus.written("traced module", ".pt", traced.save, writer=writer)
        corpus.written("scripted module", ".pt", scripted.save, writer=writer)
        corpus.written("frozen module", ".pt", torch.jit.freeze(scripted.eval()).save, writer=writer)
        corpus.written("mobile module", ".ptl", scripted._save_for_lite_interpreter, writer=writer)
        corpus.written("exported program", ".pt2", lambda path: torch.export.save(torch.export.export(model, (torch.zeros(1, 3, 3, 3),)), path), writer=writer)

        def package(path):
            with torch.package.PackageExporter(path) as exporter:
                exporter.extern("**")
                exporter.save_pickle("model", "model.pkl", {"a": torch.zeros(2), "b": [1, 2]})
                exporter.save_text("model", "notes.txt", "trained on Monday")

        corpus.written("package", ".pt", package, writer=writer)

        def folder(path):
            torch.distributed.checkpoint.save({"model": nn.Linear(2, 3).state_dict(), "epoch": 3}, checkpoint_id=path, no_dist=True)

        corpus.written("distributed checkpoint", "", folder, writer=writer)
        from safetensors.torch import save_file

        corpus.written("safetensors", ".safetensors", lambda path: save_file({"a": torch.zeros(2, 3), "b": torch.zeros(1)}, path, {"format": "pt"}), writer="safetensors")
        from torch.ao import quantization

        dynamic = quantization.quantize_dynamic(nn.Sequential(nn.Linear(2, 3), nn.ReLU()), {nn.Linear}, torch.qint8)
        corpus.torch("dynamically quantized module", dynamic)
        corpus.torch("dynamically quantized state_dict", dynamic.state_dict())
        static = nn.Sequential(quantization.QuantStub(), nn.Conv2d(1, 2, 1), nn.ReLU(), quantization.DeQuantStub()).eval()
        static.qconfig = quantization.get_default_qconfig("x86")
        prepared = quantization.prepare(static)
        prepared(torch.zeros(1, 1, 2, 2))
        corpus.torch("statically quantized state_dict", quantization.convert(prepared).state_dict())
        pruned = nn.Linear(3, 2)
        torch.nn.utils.prune.l1_unstructured(pruned, "weight", 0.5)
        corpus.torch("pruned module", pruned)
