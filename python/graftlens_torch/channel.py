"""The way back to the editor, apart from everything that the user's code prints."""

import json
import os
import sys
import threading

# Kept from the beginning: the session puts another in its place (see `Session.exiting`).
leave = os._exit


class Channel:
    """Messages on a private copy of standard output; file descriptor 1 itself goes to the log (standard error).

    The user's `print`, writes of C libraries to descriptor 1, progress bars and child processes then have
    nothing but the log to write to.
    """

    def __init__(self, token):
        self.process = os.getpid()
        self._token = token
        self._lock = threading.Lock()
        sys.stdout.flush()
        # Not inherited by programs that the user's code starts (PEP 446).
        self.descriptor = os.dup(1)
        os.dup2(2, 1)

    def send(self, message):
        """One message, whole, on a line of its own. A forked child says nothing."""
        if os.getpid() != self.process:
            return
        line = "\n" + self._token + json.dumps(message, allow_nan=False) + "\n"
        data = memoryview(line.encode("ascii"))
        with self._lock:
            while data:
                data = data[os.write(self.descriptor, data) :]


def take_standard_input():
    """The request's line. Standard input is at its end for the user's code afterwards.

    Returns the line and the descriptor that the other side holds open for as long as it lives.
    """
    control = os.dup(0)
    line = bytearray()
    while not line.endswith(b"\n"):
        data = os.read(control, 1 << 20)
        if not data:
            break
        line += data
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.close(nothing)
    return line.decode("utf-8"), control


def end_with_parent(control):
    """Ends this process and what it started as soon as the other side of `control` is gone."""

    def wait():
        try:
            while os.read(control, 1 << 10):
                pass
        except OSError:
            pass
        end_everything()

    threading.Thread(target=wait, name="graftlens-parent", daemon=True).start()


def end_everything():
    if os.name == "posix":
        import signal

        if os.getpgrp() == os.getpid():
            os.killpg(os.getpid(), signal.SIGKILL)
    elif sys.platform == "win32":
        import subprocess

        command = ["taskkill", "/F", "/T", "/PID", str(os.getpid())]
        subprocess.call(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    leave(1)
