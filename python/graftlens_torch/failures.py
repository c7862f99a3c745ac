"""Exceptions as data: a code, its arguments, and the frames with their files and lines."""

import linecache
import os
import sys
import sysconfig
import traceback

# A deep recursion has a thousand frames that say the same; its beginning and its end are enough.
FIRST_FRAMES = 20
LAST_FRAMES = 60
# Messages quote tensors and source: a person reads the beginning.
LONGEST_MESSAGE = 4000

HERE = os.path.normcase(os.path.dirname(os.path.abspath(__file__)))
ENTRY = os.path.join(os.path.dirname(HERE), "check_weights.py")


class Failure(Exception):
    """A check that cannot go on, for a reason that has a code of its own."""

    def __init__(self, code, *args, **more):
        super().__init__(code)
        self.code = code
        self.arguments = list(args)
        self.file = more.get("file")
        self.line = more.get("line")


def library_folders():
    """Folders whose frames are not the user's code."""
    names = ("stdlib", "platstdlib", "purelib", "platlib")
    folders = [sysconfig.get_paths().get(name) for name in names]
    torch = sys.modules.get("torch")
    if torch is not None and getattr(torch, "__file__", None):
        folders.append(os.path.dirname(torch.__file__))
    try:
        import site

        folders.extend(site.getsitepackages())
        folders.append(site.getusersitepackages())
    except Exception:  # a `site` replaced by an old virtualenv lacks both
        pass
    return sorted({os.path.normcase(os.path.abspath(folder)) for folder in folders if folder})


def is_user_file(file, libraries):
    if file.startswith("<") or not file:
        return False
    path = os.path.normcase(os.path.abspath(file))
    return not is_own_file(path) and not any(path.startswith(folder + os.sep) for folder in libraries)


def is_own_file(file):
    path = os.path.normcase(file)
    return path.startswith(HERE + os.sep) or path == ENTRY


def describe(error, stage, libraries):
    """The failure message of an exception that happened in `stage`."""
    frames = frames_of(error, libraries)
    place = next((frame for frame in reversed(frames) if frame["user"]), None)
    file = place["file"] if place else None
    line = place["line"] if place else None
    code, args = classify(error, stage)
    if isinstance(error, SyntaxError) and error.filename:
        file, line = error.filename, error.lineno
    elif isinstance(error, Failure) and error.file is not None:
        file, line = error.file, error.line
    return {
        "code": code,
        "args": args,
        "exception": type(error).__name__,
        "message": message_of(error),
        "file": file,
        "line": line,
        "frames": frames,
    }


def classify(error, stage):
    if isinstance(error, Failure):
        return error.code, error.arguments
    text = message_of(error)
    name = type(error).__name__
    if isinstance(error, ModuleNotFoundError):
        return "interpreter.missingModule", [error.name or text]
    if isinstance(error, SyntaxError):
        return "interpreter.syntaxError", [error.msg or text]
    if isinstance(error, SystemExit):
        return "interpreter.exited", [exit_status(error)]
    if isinstance(error, MemoryError) or is_out_of_memory(error, text):
        return "interpreter.outOfMemory", []
    if isinstance(error, KeyboardInterrupt):
        return "interpreter.interrupted", []
    codes = {
        "import": "interpreter.importRaised",
        "arguments": "interpreter.argumentsRaised",
        "build": "interpreter.constructorRaised",
        "load": "interpreter.loadRaised",
        "forward": "interpreter.forwardRaised",
    }
    return codes.get(stage, "interpreter.raised"), [name, text]


def exit_status(error):
    """What `sys.exit(…)` would end the process with; a text stands for 1."""
    if error.code is None:
        return 0
    return int(error.code) & 0xFFFFFFFF if isinstance(error.code, int) else 1


def is_out_of_memory(error, text):
    # torch says it with a plain RuntimeError on the CPU (c10's allocator), with a class of its own on CUDA.
    lower = text.lower()
    return type(error).__name__ == "OutOfMemoryError" or (
        isinstance(error, RuntimeError)
        and ("can't allocate memory" in lower or "not enough memory" in lower or "out of memory" in lower)
    )


def message_of(error):
    try:
        text = str(error)
    except Exception:  # a `__str__` of the user's that fails itself
        text = ""
    return text[:LONGEST_MESSAGE]


def frames_of(error, libraries):
    """The frames from the outermost to the one that raised, without this program's own."""
    entries = []
    trace = error.__traceback__
    while trace is not None:
        entries.append((trace.tb_frame.f_code, trace.tb_lineno))
        trace = trace.tb_next
    entries = [entry for entry in entries if not is_own_file(entry[0].co_filename)]
    if len(entries) > FIRST_FRAMES + LAST_FRAMES:
        entries = entries[:FIRST_FRAMES] + entries[-LAST_FRAMES:]
    return [frame(code.co_filename, line, code.co_name, libraries) for code, line in entries]


def frame(file, line, function, libraries):
    return {
        "file": file,
        "line": line,
        "function": function,
        "text": linecache.getline(file, line).strip()[:200],
        "user": is_user_file(file, libraries),
    }


def current_frames(libraries):
    """Where the running thread is, outermost first, without this program's own frames."""
    stack = traceback.extract_stack()[-LAST_FRAMES:]
    return [
        frame(entry.filename, entry.lineno, entry.name, libraries)
        for entry in stack
        if not is_own_file(entry.filename)
    ]
