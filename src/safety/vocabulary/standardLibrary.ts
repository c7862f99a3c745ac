import type { DangerGroup, KnownGroup } from './entries';

const source = 'Python Library Reference, module indexes of 2.7 and of 3.8 to 3.14';
const date = '2026-11-24';

/**
 * Every module of the standard library that is not in `computingModules`: what it touches. A pickle of data
 * calls none of their functions, so an exception is a name of `knownOfPython`, not a missing entry here.
 */
export const dangerousModules: readonly DangerGroup[] = [
  {
    danger: 'runsPrograms',
    source,
    date,
    names: `os posix nt posixpath ntpath os2 ce riscos _posixsubprocess subprocess commands popen2 pty tty
      platform pipes _winapi asyncio _asyncio _overlapped multiprocessing _multiprocessing concurrent
      webbrowser antigravity uuid _uuid _osx_support _aix_support _bootsubprocess sysconfig _sysconfigdata
      distutils imaplib idlelib turtledemo turtle tkinter _tkinter Tkinter Tix ttk cgi CGIHTTPServer nturl2path test.support test.libregrtest test.regrtest test.__main__ test.pythoninfo test.test_support ensurepip venv _pyrepl msilib _msi os_helper script_helper lib2to3 pydoc pydoc_data
      sunaudio macpath macostools applesingle crypt _crypt _scproxy`,
  },
  {
    danger: 'runsCode',
    source,
    date,
    names: `builtins __builtin__ __builtins__ code codeop runpy timeit cProfile profile _lsprof hotshot pstats
      pdb bdb trace doctest unittest compileall py_compile pyclbr modulefinder inspect symtable _symtable
      rlcompleter cmd sched threading _thread thread dummy_threading _dummy_thread atexit signal _signal
      gettext traceback ihooks rexec Bastion new.classobj new.instancemethod new.module tabnanny _ast_unparse
      xml.sax.saxutils logging.config logging.handlers string.templatelib interpreters _interpreters
      _xxsubinterpreters _pyrepl _testcapi _testinternalcapi`,
  },
  {
    danger: 'imports',
    source,
    date,
    names: `warnings._getcategory warnings._setoption warnings._processoptions importlib _frozen_importlib
      _frozen_importlib_external imp _imp zipimport pkgutil site _sitebuiltins sitecustomize usercustomize
      zipapp __main__.__builtins__`,
  },
  {
    danger: 'unpickles',
    source,
    date,
    names: `pickle cPickle _pickle pickletools shelve marshal dbm _dbm _gdbm gdbm anydbm whichdb dumbdbm dbhash bsddb
      copyreg copy_reg`,
  },
  {
    danger: 'files',
    source,
    date,
    names: `io _io _pyio shutil tempfile glob fileinput filecmp linecache tarfile zipfile gzip bz2 _bz2 lzma
      _lzma _compression compression mailbox mailcap netrc sqlite3 _sqlite3 wave aifc sunau audioop chunk
      sndhdr imghdr plistlib mmap dircache xdrlib nis pwd grp spwd getpass readline fcntl resource termios
      syslog faulthandler tracemalloc _tracemalloc cgitb mimetypes configparser ConfigParser csv _csv uu
      binhex genericpath statvfs posixfile mimetools mhlib MimeWriter rfc822 multifile ossaudiodev
      _posixshmem curses _curses _curses_panel cursesw winreg _winreg winsound xml _elementtree pyexpat
      optparse getopt toaiff locale _locale fpformat`,
  },
  {
    danger: 'network',
    source,
    date,
    names: `socket _socket ssl _ssl select selectors asyncore asynchat socketserver SocketServer http httplib
      urllib urllib2 urlparse robotparser ftplib smtplib smtpd poplib nntplib telnetlib xmlrpc xmlrpclib
      SimpleXMLRPCServer DocXMLRPCServer BaseHTTPServer SimpleHTTPServer Cookie cookielib wsgiref email`,
  },
  {
    danger: 'interpreter',
    source,
    date,
    names: 'sys gc _symtable dl ctypes _ctypes _weakref.finalize _opcode _opcode_metadata _warnings msvcrt',
  },
];

/** Names that are dangerous although their module only computes. */
export const dangerousNames: readonly DangerGroup[] = [
  {
    danger: 'callsArguments',
    source,
    date,
    names: `functools.reduce _functools.reduce functools.singledispatch functools.partialmethod
      functools.cached_property functools.lru_cache functools.wraps functools.update_wrapper
      functools.total_ordering codecs.register codecs.register_error _codecs.register _codecs.register_error
      itertools.starmap itertools.imap itertools.ifilter itertools.ifilterfalse itertools.accumulate
      itertools.filterfalse itertools.takewhile itertools.dropwhile itertools.groupby weakref.finalize
      contextlib.ExitStack contextlib.AsyncExitStack contextlib.contextmanager contextlib.closing
      contextvars.Context heapq.nlargest heapq.nsmallest heapq.merge operator.call _operator.call re.Scanner
      re.sub re.subn copy.replace sched.scheduler numpy.apply_along_axis numpy.apply_over_axes
      numpy.fromfunction numpy.piecewise numpy.*.fromnumeric._wrapfunc numpy.*.fromnumeric._wrapit
      numpy.lib.*.apply_along_axis`,
  },
  {
    danger: 'extensions',
    source: 'CPython Lib/copyreg.py: what it registers, later streams use',
    date,
    names: `copyreg.add_extension copyreg.remove_extension copyreg.clear_extension_cache copyreg.pickle
      copyreg.constructor copyreg.dispatch_table copyreg._extension_registry copyreg._inverted_registry
      copyreg._extension_cache`,
  },
  {
    danger: 'attributes',
    source,
    date,
    names: `operator.attrgetter operator.methodcaller _operator.attrgetter _operator.methodcaller
      string.Formatter _string.formatter_field_name_split types.DynamicClassAttribute
      types.GetSetDescriptorType types.MemberDescriptorType types.prepare_class types.resolve_bases
      types.get_original_bases types.new_class`,
  },
  {
    danger: 'carriesCode',
    source,
    date,
    names: `types.FunctionType types.LambdaType types.CodeType types.MethodType types.ModuleType
      types.CellType types.coroutine types.GeneratorType types.CoroutineType types.BuiltinFunctionType
      types.BuiltinMethodType types.FrameType types.TracebackType new.code new.function`,
  },
  {
    danger: 'runsCode',
    source:
      'CPython Lib/dataclasses.py, Lib/typing.py, Lib/collections/__init__.py: build and run source text',
    date,
    names: `dataclasses.make_dataclass dataclasses._process_class dataclasses._create_fn
      dataclasses._FuncBuilder typing.get_type_hints typing.ForwardRef typing._eval_type
      typing.evaluate_forward_ref annotationlib ast.parse ast.compile ast.unparse`,
  },
  {
    danger: 'files',
    source,
    date,
    names: `pathlib.*Path.* pathlib._local.*Path.* codecs.open codecs.EncodedFile base64.main base64.encode
      base64.decode calendar.main quopri.main quopri.encode quopri.decode tokenize._builtin_open
      tokenize.main dis.main ast.main logging.FileHandler logging.basicConfig logging.shutdown
      argparse.FileType argparse.ArgumentParser _strptime.LocaleTime json.tool stat.filemode
      hashlib.file_digest random._urandom zoneinfo.reset_tzpath zoneinfo.ZoneInfo.from_file zoneinfo._common
      zoneinfo._tzpath shlex.sourcehook shlex.shlex.sourcehook tokenize.open array.array.fromfile
      array.array.tofile`,
  },
];

/** Modules that only compute: a call of what `knownOfPython` does not list is no more than unexpected. */
export const computingModules: KnownGroup = {
  source,
  date,
  names: `__future__ abc _abc _py_abc array argparse ast base64 binascii bisect _bisect calendar cmath math
    _codecs codecs encodings _codecs_cn _codecs_hk _codecs_iso2022 _codecs_jp _codecs_kr _codecs_tw
    _multibytecodec collections _collections _collections_abc _abcoll UserDict UserList UserString colorsys
    contextlib contextvars _contextvars copy dataclasses datetime _datetime _strptime decimal _decimal
    _pydecimal difflib dis enum errno fractions fnmatch functools _functools graphlib hashlib _hashlib
    _blake2 _md5 _sha1 _sha2 _sha3 _sha256 _sha512 md5 sha heapq _heapq hmac html htmlentitydefs HTMLParser
    htmllib sgmllib markupbase _markupbase ipaddress itertools json _json keyword logging math numbers
    opcode operator _operator pathlib pprint queue Queue _queue quopri random _random re _sre sre
    sre_compile sre_constants sre_parse repr reprlib secrets sets shlex stat _stat statistics _statistics
    string _string stringprep strop struct _struct textwrap this time token tokenize _tokenize tomllib types
    _types typing _typing unicodedata warnings weakref _weakref _weakrefset zlib zoneinfo _zoneinfo
    exceptions _compat_pickle _threading_local tomllib annotationlib`,
};

/** What data is made of: names that a pickle may call. */
export const knownOfPython: readonly KnownGroup[] = [
  {
    source:
      'Python Library Reference: built-in types and exceptions; what object.__reduce_ex__ returns for them',
    date,
    names: `builtins.object builtins.int builtins.float builtins.complex builtins.bool builtins.str
      builtins.bytes builtins.bytearray builtins.list builtins.tuple builtins.dict builtins.set
      builtins.frozenset builtins.slice builtins.range builtins.enumerate builtins.reversed builtins.zip
      builtins.property builtins.staticmethod builtins.classmethod builtins.NoneType builtins.ellipsis
      builtins.Ellipsis builtins.NotImplemented builtins.NotImplementedType builtins.*Error
      builtins.*Exception builtins.*Warning builtins.*Exit builtins.StopIteration
      builtins.StopAsyncIteration builtins.KeyboardInterrupt builtins.*ExceptionGroup builtins.iter
      builtins.type`,
  },
  {
    source: 'CPython Lib: __reduce__ and __getstate__ of classes that hold data',
    date,
    names: `copyreg._reconstructor copyreg.__newobj__ copyreg.__newobj_ex__ _codecs.encode codecs.encode
      collections.OrderedDict collections.defaultdict collections.Counter collections.deque
      collections.ChainMap collections.UserDict collections.UserList collections.UserString
      collections.abc.* _collections._tuplegetter _collections.OrderedDict _collections.defaultdict
      _collections.deque array.array array._array_reconstructor argparse.Namespace
      datetime.date datetime.time datetime.datetime datetime.timedelta datetime.timezone datetime.tzinfo
      datetime.UTC _datetime.date _datetime.time _datetime.datetime _datetime.timedelta _datetime.timezone
      decimal.Decimal decimal.* _decimal.Decimal _pydecimal.Decimal fractions.Fraction
      _fractions.Fraction uuid.UUID uuid.SafeUUID pathlib.Path pathlib.PurePath pathlib.PosixPath
      pathlib.WindowsPath pathlib.PurePosixPath pathlib.PureWindowsPath pathlib._local.*Path
      functools.partial functools._lru_cache_wrapper _functools.partial operator.itemgetter
      _operator.itemgetter itertools.count itertools.chain itertools.repeat itertools.cycle
      itertools.islice itertools.product itertools.permutations itertools.combinations
      itertools.combinations_with_replacement itertools.zip_longest itertools.compress itertools._grouper
      types.SimpleNamespace types.MappingProxyType types.NoneType types.EllipsisType
      types.NotImplementedType types.GenericAlias types.UnionType enum.Enum enum.IntEnum enum.Flag
      enum.IntFlag enum.StrEnum enum.EnumMeta enum.EnumType enum.auto ipaddress.IPv* random.Random
      random.SystemRandom _random.Random re._compile re.compile re.Pattern re.RegexFlag logging.getLogger
      logging.Logger logging.RootLogger logging.Formatter logging.StreamHandler logging.NullHandler
      logging.PlaceHolder logging.Manager logging.LoggerAdapter logging.Filter logging.PercentStyle
      logging._* time.struct_time zoneinfo.ZoneInfo zoneinfo.ZoneInfo._unpickle weakref.ref weakref.proxy
      weakref.WeakKeyDictionary weakref.WeakValueDictionary weakref.WeakSet _weakrefset.WeakSet
      weakref.KeyedRef dataclasses.Field dataclasses._MISSING_TYPE dataclasses._FIELD_BASE
      dataclasses._HAS_DEFAULT_FACTORY_CLASS dataclasses.InitVar io.BytesIO io.StringIO _io.BytesIO
      _io.StringIO numbers.* abc.ABC abc.ABCMeta typing.Any typing.Union typing.Optional typing.List
      typing.Dict typing.Tuple typing.Set typing.Callable typing.Type typing.TypeVar typing.Generic
      typing.Literal typing.NamedTuple typing.TypedDict typing._GenericAlias typing._SpecialForm
      typing._SpecialGenericAlias typing._UnionGenericAlias typing._LiteralGenericAlias string.Template
      queue.Empty queue.Full shlex.shlex html.parser.HTMLParser
      _thread._localdummy json.decoder.JSONDecoder json.encoder.JSONEncoder json.JSONEncoder
      json.JSONDecoder errno.* math.* cmath.* statistics.NormalDist string.ascii_letters`,
  },
];

/** Built-in functions that only compute: data does not call them, and they do no harm. */
export const computingNames: KnownGroup = {
  source: 'Python Library Reference, built-in functions',
  date,
  names: `builtins.abs builtins.all builtins.any builtins.ascii builtins.bin builtins.callable builtins.chr
    builtins.divmod builtins.format builtins.hash builtins.hex builtins.id builtins.isinstance
    builtins.issubclass builtins.len builtins.max builtins.min builtins.next builtins.oct builtins.ord
    builtins.pow builtins.print builtins.repr builtins.round builtins.sorted builtins.sum
    builtins.memoryview builtins.cmp builtins.coerce`,
};

/**
 * Modules of the standard library that hold modules. A file's `code.models` is not Python's `code`, which
 * holds none: it is a project's own.
 */
export const packagesOfPython: KnownGroup = {
  source: 'CPython Lib/, folders',
  date,
  names: `_pyrepl asyncio bsddb collections compiler compression concurrent ctypes curses dbm distutils email encodings
    ensurepip hotshot html http idlelib importlib json lib2to3 logging multiprocessing os pathlib pydoc_data
    re sqlite3 string sysconfig test tkinter tomllib turtledemo unittest urllib venv wsgiref xml xmlrpc
    zipfile zoneinfo builtins __builtin__ sys`,
};
