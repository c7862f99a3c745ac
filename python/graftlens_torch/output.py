"""Holds back what is printed while something is only tried."""

import os
import sys
import tempfile


class HeldOutput:
    """Keeps what is written to descriptors 1 and 2 in a file, until it is shown or dropped."""

    def __init__(self):
        self.keep = False

    def __enter__(self):
        flush()
        self._file = tempfile.TemporaryFile()
        self._saved = os.dup(1), os.dup(2)
        os.dup2(self._file.fileno(), 1)
        os.dup2(self._file.fileno(), 2)
        return self

    def __exit__(self, *_):
        flush()
        for descriptor, saved in zip((1, 2), self._saved):
            os.dup2(saved, descriptor)
            os.close(saved)
        if self.keep:
            self._file.seek(0)
            for piece in iter(lambda: self._file.read(1 << 16), b""):
                while piece:
                    piece = piece[os.write(2, piece) :]
        self._file.close()


def flush():
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except Exception:  # replaced or closed by the user's code
            pass
