import type { Interpreter } from '../machine';
import { type Effect, PyModule, PyUnknown } from '../values';

/** Modules of Python's library that the interpreter has no words for, by what their functions may do. */
const MODULES: Readonly<Record<Effect, string>> = {
  none: 'calendar colorsys datetime errno gc getpass keyword locale opcode pprint secrets site statistics sysconfig time timeit token traceback tracemalloc uuid',
  raises:
    'argparse array base64 binascii bz2 cmath codecs configparser csv decimal difflib dis email encodings filecmp fileinput fnmatch fractions ftplib getopt gettext gzip hashlib hmac html http imaplib io ipaddress json linecache lzma mailbox mimetypes mmap netrc ntpath optparse pickletools plistlib poplib posixpath quopri reprlib select selectors shlex shutil smtplib socket sqlite3 ssl stat stringprep struct subprocess symtable tarfile tempfile tokenize unicodedata urllib wave webbrowser xml xmlrpc zipfile zipimport zlib',
  // They call what they are given, or change it.
  any: 'ast asyncio atexit bdb bisect builtins cProfile cmd code codeop compileall concurrent contextvars copyreg ctypes doctest faulthandler heapq importlib marshal multiprocessing pdb pickle pkgutil profile pstats queue runpy sched shelve signal socketserver threading trace unittest wsgiref zipapp',
};

const EFFECTS: ReadonlyMap<string, Effect> = new Map(
  Object.entries(MODULES).flatMap(([effect, names]) =>
    names.split(' ').map((name) => [name, effect as Effect] as const),
  ),
);

/** Modules that a Python has or not, by its version, its system or how it was built. */
const UNCERTAIN = new Set(
  'aifc asynchat asyncore audioop cgi cgitb chunk crypt curses dbm distutils ensurepip fcntl graphlib grp idlelib imghdr imp lib2to3 mailcap modulefinder msilib msvcrt nis nntplib nt nturl2path ossaudiodev pipes posix pty pwd pydoc pydoc_data readline resource rlcompleter smtpd sndhdr spwd sunau syslog telnetlib termios tkinter tomllib tty turtle turtledemo uu venv winreg winsound xdrlib zoneinfo'.split(
    ' ',
  ),
);

/** Whether a name is of Python's library, so that no file of an environment tells whether it is there. */
export function isOfLibrary(name: string): boolean {
  const [top = ''] = name.split('.');
  return EFFECTS.has(top) || UNCERTAIN.has(top);
}

/** A module of Python's library of which nothing is known but what its functions may do; null for others. */
export function outsideModule(vm: Interpreter, name: string): PyModule | null {
  const effect = EFFECTS.get(name.split('.')[0] ?? name);
  if (effect === undefined) return null;
  // No package: else each of its functions would be found as a module.
  const module = new PyModule(name, name, false, true);
  module.state = 'done';
  module.fallback = (member) => outside(vm, `${name}.${member}`, effect);
  return module;
}

/**
 * Something of the outside world: neither it nor the result of a call of it is known, but nothing that it is given
 * changes.
 */
export function outside(vm: Interpreter, name: string, effect: Effect = 'raises'): PyUnknown {
  return new PyUnknown(vm.reason('external', name), null, effect);
}
