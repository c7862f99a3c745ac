import type { DangerGroup, KnownGroup } from './entries';

const date = '2026-11-24';
const torchSource = 'torch 2.13.0, source of the named modules';

/** What torch's own files name. */
export const knownOfTorch: readonly KnownGroup[] = [
  {
    source: 'torch 2.13.0, torch._weights_only_unpickler._get_allowed_globals()',
    date,
    names: `torch.*Tensor torch.cuda.*Tensor torch.sparse.*Tensor torch.cuda.sparse.*Tensor torch.Tensor torch.Size
      torch.device torch.nn.parameter.Parameter torch.nn.parameter.Buffer torch.nn.Parameter torch.nn.Buffer
      torch.nn.parameter.Uninitialized* torch.serialization._get_layout torch._utils._rebuild_*
      torch._tensor._rebuild_from_type_v2 torch._tensor._rebuild_from_type torch.tensor._rebuild_from_type*
      torch.tensor.Tensor torch._tensor.Tensor
      torch.uint* torch.int* torch.float* torch.bits* torch.bool torch.bfloat16 torch.complex* torch.half
      torch.double torch.long torch.short torch.qint* torch.quint* torch.per_tensor_* torch.per_channel_*
      torch.strided torch.sparse_* torch.jagged torch._mkldnn torch.contiguous_format torch.preserve_format
      torch.channels_last torch.channels_last_3d torch.dtype torch.layout torch.memory_format
      torch.finfo torch.iinfo torch.Generator`,
  },
  {
    source: 'torch 2.13.0, torch.storage: classes of storages, also of torch 0.1 to 1.13',
    date,
    names: `torch.*Storage torch.cuda.*Storage torch.storage.*Storage torch.storage._TypedStorage
      torch.storage._UntypedStorage torch.storage._LegacyStorage torch.storage._load_from_bytes`,
  },
  {
    source: 'torch 2.13.0, torch/csrc/jit/serialization/pickler.h: what TorchScript archives name',
    date,
    names: `__torch__.** torch.jit._pickle.build_intlist torch.jit._pickle.build_tensorlist
      torch.jit._pickle.build_doublelist torch.jit._pickle.build_boollist
      torch.jit._pickle.build_tensor_from_id torch.jit._pickle.restore_type_tag`,
  },
  {
    source: 'torch 2.13.0: reduce functions of torch.distributed.tensor, nested tensors and generators',
    date,
    names: `torch.nested._internal.nested_tensor._rebuild_njt torch._C._distributed_c10d.*
      torch.distributed.tensor._dtensor_spec.* torch.distributed.tensor.placement_types.*
      torch.distributed.tensor.DTensor torch.distributed.device_mesh.DeviceMesh
      torch.distributed._shard.** torch.distributed.checkpoint.filesystem._StorageInfo
      torch.distributed.checkpoint.filesystem._StoragePrefix torch._dynamo.decorators._DimRange
      torch._subclasses.fake_tensor.* torch.utils.data._utils.collate.default_collate
      torch.utils.data._utils.collate.default_convert torch.cuda.amp.grad_scaler.*
      torch.amp.grad_scaler.* torchvision.models._api.Weights torchvision.models._api.WeightsEnum`,
  },
  {
    source: 'numpy 2.4.6 and 1.26: __reduce__ of arrays, scalars, dtypes, masked arrays and generators',
    date,
    names: `numpy.dtype numpy.ndarray numpy.generic numpy.matrix numpy.recarray numpy.record numpy.void
      numpy.bool_ numpy.bool numpy.bool8 numpy.int* numpy.uint* numpy.float* numpy.complex* numpy.str_
      numpy.bytes_ numpy.object_ numpy.datetime64 numpy.timedelta64 numpy.longlong numpy.ulonglong
      numpy.longdouble numpy.clongdouble numpy.half numpy.single numpy.double numpy.csingle numpy.cdouble
      numpy.short numpy.ushort numpy.byte numpy.ubyte numpy.intc numpy.uintc numpy.intp numpy.uintp numpy.long
      numpy.unicode_ numpy.string_ numpy.dtypes.* numpy.char.chararray
      numpy.core.multiarray._reconstruct numpy._core.multiarray._reconstruct numpy.core.multiarray.scalar
      numpy._core.multiarray.scalar numpy.core._multiarray_umath._reconstruct
      numpy._core._multiarray_umath._reconstruct numpy.core._multiarray_umath.scalar
      numpy._core._multiarray_umath.scalar numpy.core.numeric._frombuffer numpy._core.numeric._frombuffer
      numpy.core._internal._convert_to_stringdtype_kwargs numpy._core._internal._convert_to_stringdtype_kwargs
      numpy.core._ufunc_reconstruct numpy._core._ufunc_reconstruct
      numpy.core.records.* numpy._core.records.* numpy.rec.* numpy.ma.core._mareconstruct numpy.ma.core.*Array
      numpy.ma.core.MaskedConstant numpy.ma.core._mvoid numpy.ma.core.mvoid numpy.matrixlib.defmatrix.matrix
      numpy.core.memmap.memmap numpy._core.memmap.memmap numpy.core.defchararray.chararray
      numpy.random._pickle.__* numpy.random.__RandomState_ctor numpy.random.mtrand.RandomState
      numpy.random.mtrand.__RandomState_ctor numpy.random._mt19937.MT19937 numpy.random._pcg64.PCG64*
      numpy.random._philox.Philox numpy.random._sfc64.SFC64 numpy.random._generator.Generator
      numpy.random.RandomState numpy.random.Generator numpy.random.bit_generator.*
      numpy.polynomial.** numpy.poly1d numpy.lib.polynomial.poly1d numpy.lib._polynomial_impl.poly1d`,
  },
];

/** Parts of torch and numpy that run, load or fetch; no data calls them. */
export const dangerousOfTorch: readonly DangerGroup[] = [
  {
    danger: 'unpickles',
    source: torchSource,
    date,
    names: `torch.load torch.save torch.serialization torch.hub torch.utils.model_zoo torch.package
      torch.jit.load torch.jit.save torch.jit._serialization torch.jit.jit_module_from_flatbuffer
      torch.utils._config_module torch.utils.data.datapipes torch.utils.serialization
      torch.utils.show_pickle torch.utils.model_dump torch.export torch._export
      torch.distributed.checkpoint.load torch.distributed.checkpoint.save
      torch.distributed.checkpoint.state_dict_loader torch.distributed.checkpoint.state_dict_saver
      torch.distributed.checkpoint.format_utils torch.distributed.checkpoint.filesystem
      torch.distributed.checkpoint._fsspec_filesystem torch.distributed.rpc
      torch.distributed.distributed_c10d torch.distributed.init_process_group torch.distributed.broadcast_object_list
      torch.distributed.all_gather_object torch.distributed.recv_object_list torch.multiprocessing
      torch.utils.data._utils torch.storage._share torch._weights_only_unpickler
      numpy.load numpy.lib.npyio numpy.lib._npyio_impl numpy.lib.format numpy.lib._format_impl
      numpy._core.multiarray._pickle numpy.core._methods._dump numpy._core._methods._dump
      numpy.core._methods._dumps numpy._core._methods._dumps numpy.core.numeric.loads numpy.loads`,
  },
  {
    danger: 'runsCode',
    source: torchSource,
    date,
    names: `torch.fx.graph_module torch.fx._lazy_graph_module torch.fx.experimental torch.fx.graph torch.fx.passes
      torch.fx.interpreter torch.fx.proxy torch.fx.symbolic_trace torch.fx._symbolic_trace torch._dynamo
      torch._inductor torch._functorch torch._higher_order_ops torch._guards torch.compile torch.compiler
      torch.nn.attention.flex_attention._reconstruct_closure_fn torch._prims torch.distributed._make_distributed_pdb
      torch.distributed.breakpoint torch._utils._import_dotted_name torch.jit.unsupported_tensor_ops torch.jit.frontend torch.jit._script torch.jit._trace torch.jit.script
      torch.jit.trace torch.jit._builtins torch.jit.annotations torch.jit._monkeytype_config
      torch.jit._check torch.jit._recursive torch.jit._async torch.jit.CompilationUnit
      torch.utils.bottleneck torch.utils.benchmark torch.utils._sympy torch.utils.hooks.unserializable_hook
      torch.utils.throughput_benchmark torch.utils._debug_mode torch.testing torch._numpy.testing
      torch.distributed.nn torch.distributed.pipelining torch.distributed._tools torch.cuda._compile_kernel
      torch.cuda.jiterator torch.mps.compile_shader torch.library torch._library torch._custom_op
      torch._custom_ops torch.autograd.profiler torch.profiler torch._lazy torch.masked._docs
      torch._jit_internal torch._sources torch._logging torch._strobelight torch._vendor
      torch.utils._python_dispatch torch.quantization.fx
      torch.ao.quantization.fx torch.ao.ns torch.onnx
      numpy.testing numpy.f2py numpy.distutils numpy.core.overrides numpy._core.overrides
      numpy.lib.utils.safe_eval numpy.safe_eval numpy.lib.utils numpy.lib._utils_impl numpy.ma.testutils
      numpy.conftest numpy.tests numpy._pytesttester numpy.core.tests numpy._core.tests`,
  },
  {
    danger: 'runsPrograms',
    source: torchSource,
    date,
    names: `torch.utils.cpp_extension torch.utils._cpp_extension_versioner torch.utils.collect_env
      torch.utils.hipify torch.distributed.launch torch.distributed.run torch.distributed.elastic
      torch.distributed.launcher torch.utils.viz torch.utils.jit torch.backends.xeon torch.utils._triton
      torch.utils.gds numpy.__config__ numpy.core._simd torch._appdirs torch._utils_internal
      torch._utils._get_available_device_type`,
  },
  {
    danger: 'files',
    source: torchSource,
    date,
    names: `torch.from_file torch.utils.tensorboard torch.utils.file_baton torch.utils._zip torch.utils._filelock
      torch.utils._content_store torch.cuda.memory torch.monitor torch.utils._import_utils
      torch.UntypedStorage.from_file torch.UntypedStorage._new_shared_filename_cpu torch.*Storage.from_file torch.utils._freeze torch.cuda._memory_viz
      torch.xpu.memory._dump_snapshot torch.accelerator.memory._snapshot torch.distributed.checkpoint._consolidate_hf_safetensors
      torch.distributed.flight_recorder
      torch.storage.UntypedStorage.from_file torch.storage.TypedStorage.from_file
      torch.storage.UntypedStorage._new_with_file torch.storage._load_uuid torch.cuda.profiler
      numpy.save numpy.savez numpy.savez_compressed numpy.loadtxt numpy.savetxt numpy.genfromtxt
      numpy.fromfile numpy.fromregex numpy.DataSource numpy.lib._datasource numpy.lib.DataSource
      numpy.core.multiarray.fromfile numpy._core.multiarray.fromfile numpy.compat numpy.lookfor
      numpy.core.records.fromfile numpy._core.records.fromfile numpy.rec.fromfile numpy.ndarray.tofile
      numpy.ndarray.dump numpy.core.memmap.memmap.flush numpy.source numpy.show_config`,
  },
  {
    danger: 'native',
    source: torchSource,
    date,
    names: `torch.ops.load_library torch._ops torch.classes torch._classes torch._C._jit
      torch._C.import_ir_module torch._C._ImperativeEngine torch._C._import_ir_module_from_package
      torch.import_ir_module* torch._C._ImperativeEngine torch._C._import_ir_module_from_package
      torch.import_ir_module* torch._C._import torch._C.PyTorchFileReader torch._C.PyTorchFileWriter
      torch._C._cuda_ torch._C._initExtension torch._C._load torch._C._load_jit_module_from_*
      torch._C._jit_script_compile torch._C._jit_to_backend* torch.cuda._lazy_call torch.fx.Interpreter
      torch._C.PyTorchStreamReader torch.cuda.cudart torch._C._aoti torch._C._dynamo torch._C._functorch
      torch._C._lazy numpy.ctypeslib numpy.core._add_newdocs`,
  },
];
