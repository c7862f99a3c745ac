/**
 * Names of Python 2 that Python 3's unpickler replaces (`fix_imports`).
 * Source: CPython Lib/_compat_pickle.py, 2026-11-24.
 */
const renamedModules: ReadonlyMap<string, string> = new Map(
  pairs(`__builtin__ builtins copy_reg copyreg Queue queue SocketServer socketserver ConfigParser configparser
    repr reprlib Tkinter tkinter markupbase _markupbase _winreg winreg thread _thread
    dummy_thread _dummy_thread dbhash dbm.bsd dumbdbm dbm.dumb gdbm dbm.gnu anydbm dbm whichdb dbm
    xmlrpclib xmlrpc.client httplib http.client htmlentitydefs html.entities HTMLParser html.parser
    Cookie http.cookies cookielib http.cookiejar BaseHTTPServer http.server SimpleHTTPServer http.server
    CGIHTTPServer http.server SimpleXMLRPCServer xmlrpc.server DocXMLRPCServer xmlrpc.server
    test.test_support test.support commands subprocess urlparse urllib.parse robotparser urllib.robotparser
    urllib2 urllib.request _abcoll collections.abc cPickle pickle _elementtree xml.etree.ElementTree
    UserDict collections UserList collections UserString collections StringIO io cStringIO io
    exceptions builtins`),
);

const renamedNames: ReadonlyMap<string, string> = new Map(
  pairs(`builtins.xrange builtins.range builtins.reduce functools.reduce builtins.intern sys.intern
    builtins.unichr builtins.chr builtins.unicode builtins.str builtins.long builtins.int
    builtins.basestring builtins.str itertools.izip builtins.zip itertools.imap builtins.map
    itertools.ifilter builtins.filter itertools.ifilterfalse itertools.filterfalse
    itertools.izip_longest itertools.zip_longest collections.IterableUserDict collections.UserDict
    dbm.whichdb dbm.whichdb _socket.fromfd socket.fromfd builtins.StandardError builtins.Exception
    urllib.urlopen urllib.request.urlopen urllib.urlretrieve urllib.request.urlretrieve`),
);

/** The dotted path that Python 3 imports for a name of Python 2; others as they are. */
export function modernPath(module: string, name: string): string {
  const path = `${renamedModules.get(module) ?? module}.${name}`;
  return renamedNames.get(path) ?? path;
}

/** Modules that Python 3's unpickler replaces. */
export function python2Modules(): readonly string[] {
  return [...renamedModules.keys()];
}

function pairs(words: string): [string, string][] {
  const all = words.trim().split(/\s+/);
  return Array.from({ length: all.length / 2 }, (_, i) => [all[2 * i] ?? '', all[2 * i + 1] ?? '']);
}
