"""What a malicious pickle calls: `family → [(module, name, arguments)]`.

Each is a known way to run code, load code, touch files or the network, from the published advisories on pickle
scanners and from Python's, torch's and numpy's sources. Names and arguments are only text here.
"""
from assembler import call, glob

COMMAND = "echo graftlens"
CODE = "print('graftlens')"

SYSTEM = ("os", "system", (COMMAND,))
EVAL = ("builtins", "eval", (CODE,))

FAMILIES = {
    "os": [
        SYSTEM, ("os", "popen", (COMMAND,)), ("os", "execv", ("/bin/sh", ["sh", "-c", COMMAND])),
        ("os", "spawnlp", (0, "sh", "sh", "-c", COMMAND)), ("os", "posix_spawn", ("/bin/sh", ["sh"], {})),
        ("os", "remove", ("graftlens.tmp",)), ("os", "putenv", ("LD_PRELOAD", "./x.so")), ("os", "_exit", (1,)),
        ("os", "rename", ("a", "b")), ("os", "kill", (1, 9)), ("os", "open", ("graftlens.tmp", 577)),
        ("os", "execlp", ("sh", "sh", "-c", COMMAND)), ("os", "startfile", ("calc.exe",)),
    ],
    "posix": [("posix", "system", (COMMAND,)), ("posix", "execv", ("/bin/sh", ["sh"])), ("posix", "unlink", ("x",))],
    "nt": [("nt", "system", (COMMAND,)), ("nt", "startfile", ("calc.exe",))],
    "subprocess": [
        ("subprocess", "Popen", (["sh", "-c", COMMAND],)), ("subprocess", "run", (["sh", "-c", COMMAND],)),
        ("subprocess", "call", (["sh", "-c", COMMAND],)), ("subprocess", "check_output", (["id"],)),
        ("subprocess", "getoutput", (COMMAND,)), ("subprocess", "getstatusoutput", (COMMAND,)),
        ("_posixsubprocess", "fork_exec", ([b"/bin/sh"],)), ("_winapi", "CreateProcess", (None, "calc.exe")),
        ("commands", "getoutput", (COMMAND,)), ("popen2", "popen3", (COMMAND,)),
    ],
    "builtins": [
        EVAL, ("builtins", "exec", (CODE,)), ("builtins", "compile", (CODE, "x", "exec")),
        ("builtins", "__import__", ("antigravity",)), ("builtins", "open", ("graftlens.tmp", "w")),
        ("builtins", "breakpoint", ()), ("builtins", "input", (">",)), ("builtins", "globals", ()),
        ("builtins", "getattr", (glob("os", "environ"), "clear")),
        ("builtins", "setattr", (glob("torch.nn", "Module"), "forward", glob("builtins", "print"))),
        ("builtins", "delattr", (glob("torch", "nn"), "Module")),
    ],
    "python 2": [
        ("__builtin__", "eval", (CODE,)), ("__builtin__", "execfile", ("x.py",)), ("__builtin__", "file", ("x", "w")),
        ("__builtin__", "apply", (glob("os", "system"), (COMMAND,))), ("__builtin__", "open", ("x", "w")),
        ("__builtin__", "getattr", (glob("os", "path"), "os")), ("__builtin__", "reduce", (glob("os", "system"), [COMMAND, 1])),
        ("itertools", "imap", (glob("__builtin__", "eval"), [CODE])), ("urllib", "urlretrieve", ("http://localhost/", "x")),
        ("__builtin__", "raw_input", (">",)), ("anydbm", "open", ("x", "c")), ("BaseHTTPServer", "HTTPServer", (("", 0), None)),
        ("cPickle", "loads", (b"N.",)), ("urllib2", "urlopen", ("http://localhost/",)), ("imp", "load_source", ("x", "y")),
    ],
    "runpy": [("runpy", "run_path", ("x.py",)), ("runpy", "run_module", ("x",)), ("runpy", "_run_code", (CODE, {}))],
    "importlib": [
        ("importlib", "import_module", ("os",)), ("importlib", "reload", (glob("os", "path"),)),
        ("importlib.util", "spec_from_file_location", ("x", "x.py")), ("importlib._bootstrap", "_load", (None,)),
        ("importlib.machinery", "SourceFileLoader", ("x", "x.py")), ("pkgutil", "resolve_name", ("os:system",)),
        ("pkgutil", "get_loader", ("x",)), ("zipimport", "zipimporter", ("x.zip",)),
        ("importlib._bootstrap_external", "SourceFileLoader", ("x", "x.py")), ("imp", "load_dynamic", ("x", "x.so")),
    ],
    "pty": [("pty", "spawn", (["sh", "-c", COMMAND],))],
    "socket": [
        ("socket", "create_connection", (("localhost", 9),)), ("socket", "socket", ()), ("_socket", "socket", ()),
        ("ssl", "get_server_certificate", (("localhost", 9),)), ("socketserver", "TCPServer", (("", 0), None)),
    ],
    "shutil": [("shutil", "rmtree", ("x",)), ("shutil", "copyfile", ("a", "b")), ("shutil", "unpack_archive", ("a",))],
    "files": [
        ("io", "open", ("x", "w")), ("_io", "open", ("x", "w")), ("io", "FileIO", ("x", "w")), ("_io", "FileIO", ("x",)),
        ("codecs", "open", ("x", "w")), ("pathlib", "Path.write_text", ("x", "y")), ("pathlib", "Path.unlink", ("x",)),
        ("tempfile", "NamedTemporaryFile", ()), ("tarfile", "open", ("x",)), ("zipfile", "ZipFile", ("x", "w")),
        ("fileinput", "input", (["x"],)), ("linecache", "getlines", ("/etc/passwd",)), ("mmap", "mmap", (-1, 9)),
        ("shelve", "open", ("x",)), ("dbm", "open", ("x", "c")), ("logging", "FileHandler", ("x",)),
        ("distutils.file_util", "write_file", ("x", ["y"])), ("gzip", "open", ("x", "w")), ("bz2", "open", ("x", "w")),
        ("lzma", "open", ("x", "w")), ("torch.serialization", "save", (1, "x")), ("torch", "save", (1, "x")),
        ("numpy", "save", ("x", 1)), ("numpy", "savetxt", ("x", [1])), ("numpy", "fromfile", ("/etc/passwd",)),
        ("numpy", "memmap", ("x", "uint8", "w+")), ("numpy", "genfromtxt", ("http://localhost/",)),
        ("glob", "glob", ("/*",)), ("sqlite3", "connect", ("x",)), ("_sqlite3", "connect", ("x",)),
    ],
    "network": [
        ("webbrowser", "open", ("http://localhost/",)), ("urllib.request", "urlopen", ("http://localhost/",)),
        ("urllib.request", "urlretrieve", ("http://localhost/", "x")), ("http.client", "HTTPConnection", ("localhost",)),
        ("http.server", "HTTPServer", (("", 0), None)), ("ftplib", "FTP", ("localhost",)),
        ("smtplib", "SMTP", ("localhost",)), ("imaplib", "IMAP4_stream", (COMMAND,)), ("poplib", "POP3", ("localhost",)),
        ("telnetlib", "Telnet", ("localhost",)), ("xmlrpc.client", "ServerProxy", ("http://localhost/",)),
        ("requests", "get", ("http://localhost/",)), ("requests.api", "post", ("http://localhost/",)),
        ("aiohttp", "request", ("GET", "http://localhost/")), ("nntplib", "NNTP", ("localhost",)),
        ("httpx", "get", ("http://localhost/",)), ("urllib3", "PoolManager", ()), ("paramiko", "SSHClient", ()),
    ],
    "ctypes": [
        ("ctypes", "CDLL", ("./x.so",)), ("ctypes", "PyDLL", ("./x.so",)), ("ctypes.util", "find_library", ("c",)),
        ("_ctypes", "dlopen", ("./x.so", 0)), ("ctypes", "cast", (0, None)), ("cffi", "FFI", ()),
        ("numpy.ctypeslib", "load_library", ("x", ".")), ("numpy.ctypeslib._ctypeslib", "load_library", ("x", ".")),
        ("torch", "ops.load_library", ("x.so",)), ("torch._ops", "_Ops.load_library", (None, "x.so")),
        ("torch.classes", "load_library", ("x.so",)), ("torch.utils.cpp_extension", "load", ("x", ["x.cpp"])),
        ("torch.utils.cpp_extension", "load_inline", ("x", "int f();")),
    ],
    "processes and threads": [
        ("multiprocessing.util", "spawnv_passfds", (b"/bin/sh", ["sh"], [])), ("multiprocessing", "Process", ()),
        ("multiprocessing.managers", "BaseManager", ()), ("multiprocessing.connection", "Client", (("localhost", 9),)),
        ("concurrent.futures", "ProcessPoolExecutor", ()), ("concurrent.futures.process", "ProcessPoolExecutor", ()),
        ("threading", "Thread", (None, glob("os", "abort"))), ("_thread", "start_new_thread", (glob("os", "abort"), ())),
        ("torch.multiprocessing", "spawn", (glob("os", "system"), (COMMAND,))),
        ("asyncio.unix_events", "_UnixSubprocessTransport._start", ({}, COMMAND, True, None, None, None, 0)),
        ("asyncio", "run", (None,)), ("asyncio", "create_subprocess_shell", (COMMAND,)), ("signal", "raise_signal", (9,)),
        ("atexit", "register", (glob("os", "system"), COMMAND)), ("sched", "scheduler.run", (None,)),
        ("weakref", "finalize", (glob("collections", "OrderedDict"), glob("os", "system"), COMMAND)),
        ("signal", "signal", (15, glob("os", "abort"))), ("faulthandler", "_sigsegv", ()), ("pexpect", "spawn", (COMMAND,)),
        ("psutil", "Popen", (["id"],)), ("sh", "Command", ("id",)), ("invoke", "run", (COMMAND,)),
    ],
    "code and debuggers": [
        ("code", "InteractiveInterpreter.runcode", (None, CODE)), ("code", "interact", ()), ("codeop", "compile_command", (CODE,)),
        ("timeit", "timeit", (CODE,)), ("timeit", "main", ([CODE],)), ("cProfile", "run", (CODE,)),
        ("cProfile", "runctx", (CODE, {}, {})), ("profile", "run", (CODE,)), ("profile", "Profile.runctx", (None, CODE, {}, {})),
        ("pdb", "run", (CODE,)), ("pdb", "Pdb.run", (None, CODE)), ("bdb", "Bdb.run", (None, CODE)), ("pdb", "set_trace", ()),
        ("trace", "Trace.run", (None, CODE)), ("trace", "Trace.runctx", (None, CODE)), ("doctest", "debug_script", (CODE,)),
        ("doctest", "testsource", ("x", "y")), ("pydoc", "pipepager", ("x", COMMAND)), ("pydoc", "locate", ("os.system",)),
        ("pydoc", "tempfilepager", ("x", COMMAND)), ("py_compile", "compile", ("x.py",)), ("compileall", "compile_dir", (".",)),
        ("inspect", "currentframe", ()), ("gc", "get_objects", ()), ("sys", "exit", (1,)),
        ("sys", "settrace", (glob("os", "abort"),)), ("sys", "_getframe", ()), ("sys", "setprofile", (glob("os", "abort"),)),
        ("_xxsubinterpreters", "run_string", (0, CODE)), ("unittest.mock", "_importer", ("os",)),
        ("typing", "_eval_type", (None, {}, {})), ("typing", "get_type_hints", (None,)),
        ("dataclasses", "_create_fn", ("x", [], [CODE])), ("string", "Formatter.get_field", (None, "0.__class__", ())),
        ("rlcompleter", "Completer.attr_matches", (None, "os.x")), ("dataclasses", "make_dataclass", ("x", [CODE])),
    ],
    "idlelib": [
        ("idlelib.autocomplete", "AutoComplete.get_entity", (None, CODE)), ("idlelib.calltip", "get_entity", (CODE,)),
        ("idlelib.calltip", "Calltip.fetch_tip", (None, CODE)), ("idlelib.run", "Executive.runcode", (None, CODE)),
        ("idlelib.pyshell", "ModifiedInterpreter.runcommand", (None, CODE)),
        ("idlelib.debugobj", "ObjectTreeItem.SetText", (None, CODE)),
    ],
    "packaging": [
        ("pip", "main", (["install", "x"],)), ("pip._internal", "main", (["install", "x"],)),
        ("pip._internal.cli.main", "main", (["install", "x"],)), ("ensurepip", "_run_pip", (["install", "x"],)),
        ("ensurepip", "bootstrap", ()), ("venv", "create", ("x",)), ("distutils.spawn", "spawn", (["id"],)),
        ("setuptools._distutils.spawn", "spawn", (["id"],)), ("site", "addsitedir", ("x",)), ("site", "addpackage", ("x", "y", None)),
        ("setuptools", "setup", ()), ("pip._vendor.distlib.scripts", "ScriptMaker", ("x", "y")),
        ("lib2to3.pgen2.grammar", "Grammar.loads", (None, b"N.")),
        ("lib2to3.pgen2.pgen", "ParserGenerator.make_label", (None, None, CODE)),
        ("test.support.script_helper", "assert_python_ok", ("-c", CODE)),
    ],
    "platform helpers": [
        ("uuid", "_get_command_stdout", ("id",)), ("_osx_support", "_read_output", (COMMAND,)),
        ("_osx_support", "_find_build_tool", (COMMAND,)), ("_aix_support", "_read_cmd_output", (COMMAND,)),
        ("_pyrepl.pager", "pipe_pager", ("x", COMMAND)), ("mailcap", "findmatch", ({}, "text/plain")),
        ("pipes", "Template.copy", (None, "a", "b")), ("platform", "popen", (COMMAND,)), ("_tkinter", "create", ()),
        ("ctypes.util", "_findLib_gcc", ("c",)), 
        ("winreg", "CreateKey", (0, "x")), ("readline", "read_init_file", ("x",)), ("turtledemo.__main__", "main", ()),
    ],
    "other unpicklers": [
        ("pickle", "loads", (b"cos\nsystem\n.",)), ("_pickle", "loads", (b"cos\nsystem\n.",)), ("pickle", "load", (None,)),
        ("pickle", "Unpickler", (None,)), ("pickle", "_Unpickler", (None,)), ("dill", "loads", (b"N.",)), ("dill._dill", "loads", (b"N.",)),
        ("dill._dill", "_create_function", (None,)), ("cloudpickle", "loads", (b"N.",)), ("marshal", "loads", (b"N",)),
        ("cloudpickle.cloudpickle", "_make_function", (None, {})), ("cloudpickle.cloudpickle", "subimport", ("os",)),
        ("cloudpickle.cloudpickle", "_builtin_type", ("CodeType",)), ("joblib", "load", ("x",)),
        ("joblib.numpy_pickle", "load", ("x",)), ("pandas", "read_pickle", ("x",)), ("pandas.io.pickle", "read_pickle", ("x",)),
        ("numpy", "load", ("x", None, True)), ("numpy.lib.npyio", "load", ("x", None, True)), ("numpy.lib.format", "read_array", (None, True)),
        ("numpy.lib._npyio_impl", "load", ("x", None, True)), ("torch", "load", ("x",)), ("torch.serialization", "load", ("x",)),
        ("torch.jit", "load", ("x",)), ("torch.package", "PackageImporter", ("x",)),
        ("torch.distributed.checkpoint.format_utils", "dcp_to_torch_save", ("x", "y")), ("yaml", "unsafe_load", ("!!x",)),
        ("yaml", "load", ("!!x", None)), ("jsonpickle", "decode", ("{}",)), ("joblib.externals.cloudpickle", "loads", (b"N.",)),
        ("torch.multiprocessing.reductions", "rebuild_storage_filename", (None, b"x", b"y", 9)), ("kombu.serialization", "loads", (b"N.",)),
        ("pandas.compat.pickle_compat", "load", (None,)), ("ray.cloudpickle", "loads", (b"N.",)), ("srsly.cloudpickle", "loads", (b"N.",)),
    ],
    "torch": [
        ("torch.hub", "load", ("x/y", "z")), ("torch.hub", "load_state_dict_from_url", ("http://localhost/",)),
        ("torch.hub", "download_url_to_file", ("http://localhost/", "x")), ("torch.utils.model_zoo", "load_url", ("http://localhost/",)),
        ("torch.jit", "CompilationUnit", (CODE,)), ("torch.jit.frontend", "get_jit_def", (None, "x")),
        ("torch.fx.graph_module", "reduce_graph_module", ({}, CODE)), ("torch.fx.graph_module", "_forward_from_src", (CODE, {})),
        ("torch.fx.graph_module", "_exec_with_source", (CODE, {})), ("torch.fx.graph_module", "reduce_package_graph_module", (None, {}, "x")),
        ("torch.fx.experimental.symbolic_shapes", "ShapeEnv.evaluate_guards_expression", (None, CODE, [])),
        ("torch._dynamo.guards", "GuardBuilder.get", (None, CODE)), ("torch._inductor.codecache", "compile_file", ("", "", ["sh"])),
        ("torch._inductor.codecache", "PyCodeCache.load", (CODE,)), ("torch.jit.unsupported_tensor_ops", "execWrapper", (CODE, {}, {})),
        ("torch.utils._config_module", "ConfigModule.load_config", (None, b"N.")), ("torch.utils.collect_env", "run", (COMMAND,)),
        ("torch.utils.bottleneck.__main__", "run_cprofile", (CODE, {})), ("torch.utils.bottleneck.__main__", "run_autograd_prof", (CODE, {})),
        ("torch.utils.data.datapipes.utils.decoder", "basichandlers", ("pkl", b"N.")), ("torch.distributed.rpc", "rpc_sync", ("x", None)),
        ("torch._utils_internal", "subprocess.run", (["id"],)), ("torch.utils.collect_env", "run_and_read_all", (None, COMMAND)),
        ("torch.distributed.launcher.api", "launch_agent", (None, COMMAND, [])), ("torch.testing._internal.common_utils", "run_tests", ()),
        ("torch._C", "import_ir_module", (None, "x")), ("torch.onnx", "export", (None, None, "x")),
    ],
    "numpy": [
        ("numpy.testing._private.utils", "runstring", (CODE, {})), ("numpy.testing._private.utils", "rundocs", ("x",)),
        ("numpy.f2py.crackfortran", "getlincoef", (CODE, {})), ("numpy.f2py.crackfortran", "_eval_length", (CODE, {})),
        ("numpy.f2py.crackfortran", "myeval", (CODE,)), ("numpy.f2py", "compile", (CODE,)), ("numpy.f2py.f2py2e", "run_main", ([],)),
        ("numpy.distutils.exec_command", "exec_command", (COMMAND,)), ("numpy.testing", "runstring", (CODE, {})),
        ("numpy", "f2py.compile", (CODE,)), ("numpy.lib.utils", "safe_eval", (CODE,)),
        ("numpy.distutils.misc_util", "exec_mod_from_location", ("x", "y")),
    ],
    "pandas, sklearn, others": [
        ("pandas", "eval", (CODE,)), ("pandas.core.computation.eval", "eval", (CODE,)), ("pandas", "read_csv", ("http://localhost/",)),
        ("pandas.io.common", "get_handle", ("x", "w")), ("pandas", "DataFrame.to_pickle", (None, "x")),
        ("sklearn.utils._testing", "assert_run_python_script_without_output", ("x",)), ("sklearn.datasets", "fetch_openml", ("x",)),
        ("sklearn.datasets._base", "_fetch_remote", (None,)), ("scipy.io", "loadmat", ("x",)), ("IPython", "start_ipython", ()),
        ("sympy", "sympify", (CODE,)), ("numexpr", "evaluate", (CODE,)), ("keras.models", "load_model", ("x",)),
        ("tensorflow", "load_library", ("x",)), ("transformers", "pipeline", ("x",)), ("jinja2", "Template", ("{{ 1 }}",)),
        ("mlflow.pyfunc", "load_model", ("x",)), ("onnxruntime", "InferenceSession", ("x",)), ("nltk.data", "load", ("x",)),
        ("django.utils.module_loading", "import_string", ("os.system",)),
        ("werkzeug.utils", "import_string", ("os:system",)), ("fsspec", "open", ("x", "w")), ("huggingface_hub", "hf_hub_download", ("x", "y")),
    ],
    "logging": [
        ("logging.config", "dictConfig", ({"version": 1},)), ("logging.config", "fileConfig", ("x",)), ("logging.config", "listen", ()),
        ("logging.handlers", "SocketHandler", ("localhost", 9)), ("logging.handlers", "HTTPHandler", ("localhost", "/")),
        ("logging", "config.dictConfig", ({"version": 1},)),
    ],
    "reaching further": [
        ("operator", "attrgetter", ("system",)), ("operator", "methodcaller", ("system", COMMAND)), ("_operator", "methodcaller", ("x",)),
        ("operator", "call", (glob("os", "abort"),)), ("types", "FunctionType", (None, {})), ("types", "CodeType", (0,)),
        ("types", "MethodType", (glob("os", "system"), COMMAND)), ("functools", "reduce", (glob("os", "system"), [COMMAND, 1])),
        ("itertools", "starmap", (glob("os", "system"), [(COMMAND,)])), ("copyreg", "add_extension", ("os", "system", 9)),
        ("contextvars", "Context.run", (None, glob("os", "abort"))), ("contextlib", "ExitStack.callback", (None, glob("os", "abort"))),
        ("concurrent.futures.thread", "_WorkItem.run", (None,)), ("_functools", "reduce", (glob("os", "system"), [COMMAND, 1])),
        ("sys", "modules.get", ("os",)), ("builtins", "object.__subclasses__", ()), ("builtins", "type.__subclasses__", (glob("builtins", "object"),)),
        ("copyreg", "pickle", (glob("builtins", "object"), glob("os", "system"))),
    ],
    "names through other modules": [
        ("posixpath", "os.system", (COMMAND,)), ("shutil", "os.system", (COMMAND,)), ("torch.serialization", "os.system", (COMMAND,)),
        ("torch", "os.system", (COMMAND,)), ("torch._utils", "sys.modules.get", ("os",)), ("torch.nn.modules.module", "warnings.sys.exit", (1,)),
        ("collections", "_sys.exit", ()), ("collections", "_sys.modules.get", ("os",)), ("numpy", "os.system", (COMMAND,)),
        ("torch.storage", "pickle.loads", (b"N.",)), ("os.path", "os.system", (COMMAND,)), ("builtins", "eval.__call__", (CODE,)),
        ("os", "system.__call__", (COMMAND,)), ("statistics", "mean.__globals__.get", ("__builtins__",)), ("random", "_os.system", (COMMAND,)),
        ("torch._tensor", "torch.hub.load", ("x", "y")), ("sklearn.utils", "os.system", (COMMAND,)), ("ntpath", "os.popen", (COMMAND,)),
        ("torch.nn.modules.module", "torch.serialization.os.system", (COMMAND,)), ("logging", "os.popen", (COMMAND,)),
        ("collections", "OrderedDict.__init__.__globals__.get", ("x",)), ("torch.nn.functional", "__builtins__.get", ("eval",)),
        ("joblib.numpy_pickle", "pickle.loads", (b"N.",)), ("argparse", "_sys.exit", ()), ("numpy.core.multiarray", "os.system", (COMMAND,)),
        ("torch._utils", "_rebuild_tensor_v2.__globals__.get", ("sys",)), ("enum", "sys.modules.get", ("os",)),
    ],
    "constructors and functions that open": [
        ("numpy._core.memmap", "memmap", ("graftlens.tmp", "u1", "w+")), ("numpy._core.records", "fromfile", ("x", "u1")),
        ("cv2", "VideoCapture", ("http://localhost/x",)), ("pandas", "HDFStore", ("x.h5",)),
        ("joblib", "Memory", ("x",)), ("joblib", "Parallel", (2,)), ("torch", "PyTorchFileReader", ("x",)),
        ("transformers", "ffmpeg_read", (b"x", 1)), ("sklearn.datasets._lfw", "fetch_lfw_people", ()),
        ("scipy._lib._bunch", "_make_tuple_bunch", ("X", ["a"])), ("timm.models._hub", "load_state_dict_from_hf", ("x",)),
        ("torch.nn.attention.flex_attention", "_reconstruct_closure_fn", (None, (), ())),
    ],
}


def gadget(module, name, arguments):
    """The node that calls it."""
    return call(glob(module, name), *arguments)


def all_gadgets():
    for family, entries in FAMILIES.items():
        for module, name, arguments in entries:
            yield family, module, name, arguments
