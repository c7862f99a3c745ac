"""Text files that are read: below the root of the analysis, never written."""

from _graftlens import outside, read_file


class TextFile:
    def __init__(self, name, text):
        self.name = name
        self.text = text

    def __enter__(self):
        return self

    def __exit__(self, *exception):
        return False

    def read(self, size=-1):
        if size != -1:
            return outside("a part of a file")
        text = self.text
        self.text = ""
        return text

    def readlines(self):
        return self.read().splitlines(True)

    def __iter__(self):
        return iter(self.readlines())

    def close(self):
        pass


def open_text(file, mode="r", buffering=-1, encoding=None, errors=None, newline=None):
    if mode not in ("r", "rt"):
        return outside("a file that is written or read as bytes")
    text = read_file(str(file))
    if text is None:
        # Not below the root: where the program runs it may be there.
        return outside(f"the file {file}")
    return TextFile(str(file), text)
