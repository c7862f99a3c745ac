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


class Control:
    """Standard input: the request's line, and then nothing, for as long as the other side lives.

    It is read on a thread of its own, so that torch can be imported until the request is there. This process and
    what it started end as soon as the other side is gone. For the user's code, standard input is at its end.
    """

    def __init__(self, on_request):
        self._descriptor = os.dup(0)
        nothing = os.open(os.devnull, os.O_RDONLY)
        os.dup2(nothing, 0)
        os.close(nothing)
        self._on_request = on_request
        self._request = None
        self._arrived = threading.Event()
        threading.Thread(target=self._read, name="graftlens-parent", daemon=True).start()

    def request(self):
        """What is asked; waits for it."""
        self._arrived.wait()
        return self._request

    def _read(self):
        line = bytearray()
        try:
            for data in iter(lambda: os.read(self._descriptor, 1 << 20), b""):
                line += data
                if self._request is None and line.endswith(b"\n"):
                    self._request = json.loads(line.decode("utf-8"))
                    self._on_request(self._request)
                    self._arrived.set()
        except OSError:
            pass
        end_everything()


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
