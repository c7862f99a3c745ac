"""Whether `torch.load(file, weights_only=True)` returns, asked of torch for each file of a list.

    python ask.py FILES.json ANSWERS.json

Each file is loaded in a process of its own, with limits of time, memory and file size and, where the system
lets us, without a network. Nothing is unpickled by `pickle`. A file that names a device which this machine does
not have is loaded to the CPU.
"""

import ctypes
import json
import os
import resource
import signal
import sys
import warnings

import torch

SECONDS = 20
MEMORY = 6 << 30
CLONE_NEWNET = 0x40000000
CLONE_NEWUSER = 0x10000000
# What torch says when the file is fine and the machine lacks a device.
NO_DEVICE = (
    "Attempting to deserialize object on",
    "device module is not registered",
    "Storage device not recognized",
    "torch_mtia",
    "PrivateUse1",
    "not compiled with",
    "Could not run 'aten::",
    "is_available() is False",
)


def main():
    with open(sys.argv[1], encoding="utf-8") as source:
        files = json.load(source)
    libc = ctypes.CDLL(None, use_errno=True)
    libc.unshare(CLONE_NEWNET) == 0 or libc.unshare(CLONE_NEWUSER | CLONE_NEWNET)
    answers = {file: ask(file) for file in files}
    with open(sys.argv[2], "w", encoding="utf-8") as target:
        json.dump({"torch": torch.__version__, "answers": answers}, target)


def ask(file):
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reader)
        try:
            limit()
            answer = load(file)
        except BaseException as error:  # noqa: BLE001 (MemoryError and the like are answers too)
            answer = type(error).__name__
        os.write(writer, answer.encode("utf-8", "replace")[:4000])
        os._exit(0)
    os.close(writer)
    with os.fdopen(reader, "rb") as pipe:
        answer = pipe.read().decode("utf-8", "replace")
    _, status = os.waitpid(child, 0)
    if status != 0 or answer == "":
        return {"accepted": False, "error": f"the process ended with {status}"}
    return {"accepted": answer == "accepted", "error": answer}


def limit():
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    signal.alarm(2 * SECONDS)
    warnings.simplefilter("ignore")
    null = os.open(os.devnull, os.O_WRONLY)
    os.dup2(null, 1)
    os.dup2(null, 2)


def load(file):
    try:
        torch.load(file, weights_only=True)
    except Exception as error:  # noqa: BLE001
        if not any(text in str(error) for text in NO_DEVICE):
            return f"{type(error).__name__}: {error}"
    else:
        return "accepted"
    try:
        torch.load(file, weights_only=True, map_location="cpu")
    except Exception as error:  # noqa: BLE001
        return f"{type(error).__name__}: {error}"
    return "accepted"


if __name__ == "__main__":
    main()
