"""Tensors: every dtype, layout, view, subclass, and the globals that rebuild them."""
import collections

import numpy
import torch
from torch import nn

import saved_classes
from cases import Call, numbered, patterned, quiet, save_legacy, saved, written

DTYPES = sorted({str(value)[6:]: value for value in vars(torch).values() if isinstance(value, torch.dtype)}.items())
QUANTIZED = ("qint8", "quint8", "qint32", "quint4x2", "quint2x4")
# torch has these dtypes but saves no tensor of them (its storage has no size for an element).
UNSAVED = tuple(f"{sign}int{bits}" for sign in ("", "u") for bits in range(1, 8))


def _register_dtypes():
    legacy_refuses = set(torch.storage._new_dtypes())
    for name, dtype in DTYPES:
        if name in QUANTIZED or name in UNSAVED:
            continue
        forms = ("zip",) if dtype in legacy_refuses else ("zip", "legacy")

        def build(dtype=dtype):
            # Two tensors, so that the second's offset is none that a reader gets by guessing.
            return {"pad": numbered(3), "weight": patterned(6, dtype).view(2, 3)}

        build.__name__ = f"dtype_{name}"
        saved(*forms)(build)
    for name in UNSAVED:

        def build(dtype=getattr(torch, name)):
            arguments = (numbered(6, dtype=torch.uint8).untyped_storage(), 1, (2, 2), (2, 1), False)
            return {
                "rebuilt": Call(torch._utils._rebuild_tensor_v3, *arguments, collections.OrderedDict(), dtype),
                "meta": torch.empty(2, 3, dtype=dtype, device="meta"),
            }

        build.__name__ = f"dtype_{name}"
        saved("zip")(build)


_register_dtypes()


@saved()
def all_classic_dtypes():
    names = ("float32", "float64", "float16", "bfloat16", "int8", "int16", "int32", "int64", "uint8", "bool")
    return collections.OrderedDict((name, patterned(5, getattr(torch, name))) for name in names)


def _quantized(dtype):
    return torch.quantize_per_tensor(torch.arange(6.0).view(2, 3), 0.5, 2 if dtype != torch.qint32 else 0, dtype)


@saved()
@quiet
def quantized_qint8():
    return {"weight": _quantized(torch.qint8)}


@saved()
@quiet
def quantized_quint8():
    return {"weight": _quantized(torch.quint8)}


@saved()
@quiet
def quantized_qint32():
    return {"weight": _quantized(torch.qint32)}


@saved()
@quiet
def quantized_per_channel():
    scales, zeros = torch.tensor([0.1, 0.2], dtype=torch.double), torch.tensor([1, 2])
    return {"weight": torch.quantize_per_channel(torch.arange(6.0).view(2, 3), scales, zeros, 0, torch.qint8)}


@saved()
@quiet
def quantized_quint4x2():
    scales, zeros = torch.tensor([0.1, 0.2]), torch.tensor([1.0, 2.0])
    tensor = torch.quantize_per_channel(torch.arange(8.0).view(2, 4), scales, zeros, 0, torch.quint4x2)
    # torch names the scheme per_channel_affine when it saves, and then wants these types back.
    return {"weight": tensor}


@saved()
def sparse_coo():
    dense = torch.tensor([[0.0, 3.0, 0.0], [4.0, 0.0, 5.0]])
    return {"weight": dense.to_sparse(), "after": numbered(2)}


@saved()
def sparse_coo_uncoalesced():
    indices = torch.tensor([[0, 0, 1], [1, 1, 2]])
    return {"weight": torch.sparse_coo_tensor(indices, torch.tensor([1.0, 2.0, 3.0]), (2, 4))}


@saved()
def sparse_coo_hybrid():
    return {"weight": torch.sparse_coo_tensor(torch.tensor([[0, 2]]), numbered(2, 5), (4, 5))}


@saved()
def sparse_coo_three_arguments():
    data = (torch.tensor([[0, 1], [2, 0]]), torch.tensor([3.0, 4.0]), torch.Size([2, 3]))
    return {"weight": Call(torch._utils._rebuild_sparse_tensor, torch.sparse_coo, data)}


@saved()
@quiet
def sparse_csr():
    return {"weight": torch.tensor([[0.0, 1, 0], [2, 0, 3]]).to_sparse_csr()}


@saved()
@quiet
def sparse_csc():
    return {"weight": torch.tensor([[0.0, 1, 0], [2, 0, 3]]).to_sparse_csc()}


@saved()
@quiet
def sparse_bsr():
    return {"weight": torch.arange(16.0).view(4, 4).to_sparse_bsr((2, 2))}


@saved()
@quiet
def sparse_bsc():
    return {"weight": torch.arange(16.0).view(4, 4).to_sparse_bsc((2, 2))}


@saved("zip")
@quiet
def nested_strided():
    return {"weight": torch.nested.nested_tensor([numbered(2, 3), numbered(4, 3)]), "after": numbered(2)}


@written(
    "legacy-nested-strided.pt",
    format="torch-legacy",
    stated={
        "why": "torch reads a legacy file's storages last, and cannot build a nested tensor before it has its sizes",
        "tensors": [
            {"path": ["weight"], "dtype": "float32", "shape": None},
            {"path": ["after"], "dtype": "float32", "layout": "strided", "shape": [2]},
        ],
    },
)
@quiet
def legacy_nested_strided(path):
    save_legacy({"weight": torch.nested.nested_tensor([numbered(2, 3), numbered(4, 3)]), "after": numbered(2)}, path)


@saved()
@quiet
def nested_jagged():
    parts = [numbered(2, 3), numbered(4, 3)]
    return {"weight": torch.nested.nested_tensor(parts, layout=torch.jagged), "after": numbered(2)}


@saved()
def meta_tensor():
    return {"weight": torch.empty(3, 1 << 20, device="meta", dtype=torch.bfloat16), "real": numbered(2)}


@saved()
def meta_parameter():
    return nn.Linear(5, 7, device="meta").state_dict(keep_vars=True)


@saved("zip", "legacy")
def wrapper_subclass():
    return {"weight": saved_classes.WrapperTensor((3, 4), torch.float16)}


@saved()
def conjugate_and_negative():
    # `.imag` of a conjugate is a float view of a complex storage with the neg bit; torch saves one of the two
    # dtypes per storage, so each has its own.
    conjugate = (numbered(4, dtype=torch.complex64) * (1 + 2j)).conj()
    return {"conj": conjugate, "neg": (numbered(4, dtype=torch.complex64) * 1j).conj().imag}


@saved()
def tensor_with_attributes():
    tensor = numbered(2, 3)
    tensor.tag = "kept"
    tensor.scale = numbered(3, start=50)
    tensor.options = {"rank": 4}
    return {"weight": tensor}


@saved()
def parameter():
    return {"train": nn.Parameter(numbered(2, 3)), "frozen": nn.Parameter(numbered(4), requires_grad=False)}


@saved()
def parameter_with_attributes():
    weight = nn.Parameter(numbered(2, 3))
    weight.tag = "lora"
    weight.mask = numbered(2, 3, dtype=torch.uint8)
    return {"weight": weight, "after": numbered(2)}


@saved()
def buffer_object():
    return {"weight": nn.Buffer(numbered(3)), "volatile": nn.Buffer(numbered(2), persistent=False)}


@saved()
def uninitialized_parameter():
    return {"weight": nn.UninitializedParameter(), "buffer": nn.UninitializedBuffer(), "after": numbered(2)}


@saved()
def tensor_subclass():
    return {"weight": numbered(2, 3).as_subclass(saved_classes.TaggedTensor)}


@saved()
def tensor_subclass_with_attributes():
    tensor = numbered(2, 3).as_subclass(saved_classes.AnnotatedTensor)
    tensor.unit = "px"
    tensor.other = numbered(4, start=90)
    return {"weight": tensor}


@saved()
def parameter_of_subclass():
    return {"weight": nn.Parameter(numbered(2, 2).as_subclass(saved_classes.TaggedTensor))}


@saved()
def requires_grad():
    leaf = numbered(3).requires_grad_()
    return {"leaf": leaf, "computed": leaf * 2, "plain": numbered(2)}


@saved()
def scalar_tensor():
    return {"zero_dim": torch.tensor(3.5), "int": torch.tensor(7), "bool": torch.tensor(True)}


@saved()
def empty_tensors():
    return {"none": torch.empty(0), "rows": torch.empty(3, 0, 5), "dtype": torch.empty(0, dtype=torch.int16)}


@saved()
def root_is_tensor():
    return numbered(4, 5)


@saved()
def root_is_list():
    return [numbered(2), {"a": numbered(3)}, (numbered(4), 5)]


@saved()
def views():
    base = numbered(6, 8)
    return {
        "base": base,
        "column": base[:, 2],
        "transposed": base.t(),
        "block": base[1:4, 3:7],
        "flipped_strides": base.permute(1, 0)[::2],
    }


@saved()
def slice_of_whole_storage():
    return {"row": numbered(1000, 10)[7], "after": numbered(3)}


@saved()
def column_of_whole_storage():
    return {"column": numbered(20, 10)[:, 3]}


@saved()
def expanded():
    return {"weight": numbered(1).expand(1000, 1000), "row": numbered(4).expand(3, 4)}


@saved()
def overlapping():
    return {"windows": numbered(10).as_strided((3, 4), (1, 2), 1)}


@saved()
def channels_last():
    return {"weight": numbered(2, 3, 4, 5).to(memory_format=torch.channels_last)}


@saved()
def many_dimensions():
    return {"weight": numbered(*([1] * 20), 2)}


@saved()
def shared_tensor():
    tensor = numbered(3, 3)
    return {"a": tensor, "b": tensor, "view": tensor[0], "list": [tensor, tensor]}


@saved()
def huge_shape():
    return {"weight": torch.empty(2**31, 2**10, device="meta"), "wide": torch.empty(2**40, 2**14, device="meta")}


@saved("zip")
@quiet
def untyped_storage():
    return {"storage": numbered(4).untyped_storage(), "weight": numbered(2)}


@saved()
@quiet
def typed_storage():
    tensor = numbered(4)
    return {"storage": tensor.storage(), "weight": tensor, "half": numbered(3, dtype=torch.float16).storage()}


@saved()
@quiet
def torch_values():
    return {
        "size": torch.Size([2, 3]),
        "empty_size": torch.Size([]),
        "cpu": torch.device("cpu"),
        "cuda": torch.device("cuda", 1),
        "meta": torch.device("meta"),
        "dtype": torch.float32,
        "dtypes": [torch.bfloat16, torch.float8_e4m3fn, torch.complex64, torch.quint8, torch.bool],
        "layouts": [torch.strided, torch.sparse_coo, torch.sparse_csr],
        "qschemes": [torch.per_tensor_affine, torch.per_channel_affine, torch.per_channel_affine_float_qparams],
    }


def memory_formats():
    """Only from protocol 4 on: their global is `torch.contiguous_format` of some module that knows torch."""
    return {"formats": [torch.contiguous_format, torch.channels_last, torch.preserve_format], "weight": numbered(2)}


for _form in ("zip", "legacy"):

    @written(f"{_form}-memory-formats.pt", format=f"torch-{_form}")
    def write_memory_formats(path, zipped=_form == "zip"):
        torch.save(memory_formats(), path, pickle_protocol=4, _use_new_zipfile_serialization=zipped)


@saved("zip", also=[{"dtype": "uint8", "shape": [16]}])
def generator():
    return {"generator": torch.Generator().manual_seed(3), "state": torch.get_rng_state()[:16].clone()}


@written(
    "legacy-generator.pt",
    format="torch-legacy",
    stated={
        "why": "torch sets a generator's state from a tensor whose storage it has not read yet",
        "tensors": [{"path": ["state"], "dtype": "uint8", "shape": [16]}],
        "values": [{"path": ["generator"], "present": True}],
    },
)
def legacy_generator(path):
    save_legacy({"generator": torch.Generator(), "state": torch.get_rng_state()[:16].clone()}, path)


@saved()
def rebuild_tensor_v1():
    storage = numbered(12)._typed_storage()
    return {"weight": Call(torch._utils._rebuild_tensor, storage, 2, (2, 3), (3, 1))}


@saved(converted=True)
def device_tensor_from_numpy():
    arguments = (numpy.arange(6, dtype=numpy.float32).reshape(2, 3), torch.float32, "cpu", True)
    return {
        "weight": Call(torch._utils._rebuild_device_tensor_from_numpy, *arguments),
        "xla": Call(torch._utils._rebuild_xla_tensor, *arguments),
        # The array's dtype and the tensor's may differ: numpy has no bfloat16.
        "half": Call(torch._utils._rebuild_device_tensor_from_numpy, arguments[0], torch.bfloat16, "cpu", False),
    }


@saved(converted=True)
def device_tensor_from_cpu_tensor():
    rebuild = torch._utils._rebuild_device_tensor_from_cpu_tensor
    return {"weight": Call(rebuild, numbered(2, 3), torch.float16, "cpu", True)}


@saved()
def rebuild_parameter_hand_made():
    hooks = collections.OrderedDict()
    return {
        "plain": Call(torch._utils._rebuild_parameter, numbered(3), True, hooks),
        "state": Call(
            torch._utils._rebuild_parameter_with_state, numbered(3), False, hooks, {"rank": 2, "extra": numbered(2)}
        ),
    }


@saved()
def rebuild_from_type():
    """The form that torch 1.7 to 1.11 wrote: the state is always a dict."""
    from torch._tensor import _rebuild_from_type
    from torch._utils import _rebuild_tensor_v2

    arguments = (numbered(6)._typed_storage(), 0, (2, 3), (3, 1), False, collections.OrderedDict())
    state = {"unit": "px", "other": numbered(2)}
    return {"weight": Call(_rebuild_from_type, _rebuild_tensor_v2, saved_classes.AnnotatedTensor, arguments, state)}


@saved("zip")
@quiet
def distributed_tensor():
    import torch.distributed as dist
    from torch.distributed.device_mesh import init_device_mesh
    from torch.distributed.tensor import Replicate, Shard, distribute_tensor

    if not dist.is_initialized():
        dist.init_process_group("gloo", store=dist.HashStore(), rank=0, world_size=1)
    mesh = init_device_mesh("cpu", (1,))
    return {
        "sharded": distribute_tensor(numbered(4, 6), mesh, [Shard(0)]),
        "replicated": distribute_tensor(numbered(5), mesh, [Replicate()]),
        "parameter": nn.Parameter(distribute_tensor(numbered(3, 2), mesh, [Shard(1)])),
    }
