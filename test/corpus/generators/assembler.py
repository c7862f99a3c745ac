"""Writes pickles opcode by opcode. Nothing is imported, pickled or unpickled: what a file names is only text here.

A *node* is a constant (int, float, str, bytes, bool, None, tuple, list, dict), or a function `(Writer) -> None`
that leaves one value on the stack. `Writer.globals` is the truth about what a file imports, in the file's spelling.
"""
import struct


class Writer:
    """One pickle of one protocol, with the opcodes that a pickler of that protocol uses."""

    def __init__(self, protocol=2):
        self.protocol = protocol
        self.globals = []
        self.memo = 0
        self.out = bytearray(b"\x80" + bytes([protocol]) if protocol >= 2 else b"")

    def raw(self, *pieces):
        for piece in pieces:
            self.out += piece
        return self

    def named(self, module, name):
        """Notes that the file imports a global, for opcodes that are written by hand."""
        self.globals.append((module, name))
        return self

    def glob(self, module, name):
        self.named(module, name)
        if self.protocol >= 4:
            return self.text(module).text(name).raw(b"\x93")
        return self.line_global(module, name)

    def line_global(self, module, name):
        return self.raw(f"c{module}\n{name}\n".encode())

    def text(self, value):
        data = value.encode("utf-8", "surrogatepass")
        if self.protocol == 0:
            return self.raw(b"V", value.encode("raw-unicode-escape").replace(b"\n", b"\\u000a"), b"\n")
        if self.protocol >= 4 and len(data) < 256:
            return self.raw(b"\x8c", bytes([len(data)]), data)
        return self.raw(b"X", struct.pack("<I", len(data)), data)

    def data(self, value):
        """bytes; before protocol 3 as the call that Python 3's pickler writes."""
        if self.protocol >= 3:
            if len(value) < 256:
                return self.raw(b"C", bytes([len(value)]), value)
            return self.raw(b"B", struct.pack("<I", len(value)), value)
        return self.value(call(glob("_codecs", "encode"), value.decode("latin-1"), "latin1"))

    def integer(self, value):
        if self.protocol == 0:
            return self.raw(f"I{value}\n".encode() if abs(value) < 1 << 31 else f"L{value}L\n".encode())
        if 0 <= value < 256:
            return self.raw(b"K", bytes([value]))
        if -(1 << 31) <= value < 1 << 31:
            return self.raw(b"J", struct.pack("<i", value))
        if self.protocol == 1:
            return self.raw(f"L{value}L\n".encode())
        length = value.bit_length() // 8 + 1
        return self.raw(b"\x8a", bytes([length]), value.to_bytes(length, "little", signed=True))

    def value(self, value):
        if callable(value):
            value(self)
        elif value is None:
            self.raw(b"N")
        elif isinstance(value, bool):
            old = b"I01\n" if value else b"I00\n"
            self.raw(old if self.protocol < 2 else b"\x88" if value else b"\x89")
        elif isinstance(value, int):
            self.integer(value)
        elif isinstance(value, float):
            self.raw(f"F{value!r}\n".encode() if self.protocol == 0 else b"G" + struct.pack(">d", value))
        elif isinstance(value, str):
            self.text(value)
        elif isinstance(value, bytes):
            self.data(value)
        elif isinstance(value, tuple):
            self.tuple(value)
        elif isinstance(value, list):
            self.many(b"]", value, b"e", b"a")
        elif isinstance(value, dict):
            self.many(b"}", [part for item in value.items() for part in item], b"u", b"s")
        else:
            raise TypeError(type(value))
        return self

    def tuple(self, items):
        if self.protocol >= 2 and len(items) < 4:
            for item in items:
                self.value(item)
            return self.raw([b")", b"\x85", b"\x86", b"\x87"][len(items)])
        self.raw(b"(")
        for item in items:
            self.value(item)
        return self.raw(b"t")

    def many(self, empty, items, several, one):
        if self.protocol == 0:
            self.raw(b"(l" if empty == b"]" else b"(d")
            step = 1 if empty == b"]" else 2
            for i in range(0, len(items), step):
                for item in items[i : i + step]:
                    self.value(item)
                self.raw(one)
            return self
        self.raw(empty)
        if items:
            self.raw(b"(")
            for item in items:
                self.value(item)
            self.raw(several)
        return self

    def put(self):
        """Memoizes the top as a pickler of this protocol does; returns its index."""
        index, self.memo = self.memo, self.memo + 1
        if self.protocol >= 4:
            self.raw(b"\x94")
        elif self.protocol >= 1:
            self.raw(b"q" + bytes([index]) if index < 256 else b"r" + struct.pack("<I", index))
        else:
            self.raw(f"p{index}\n".encode())
        return index

    def get(self, index):
        if self.protocol == 0:
            return self.raw(f"g{index}\n".encode())
        return self.raw(b"h" + bytes([index]) if index < 256 else b"j" + struct.pack("<I", index))

    def done(self):
        return bytes(self.out + b".")


def glob(module, name):
    return lambda w: w.glob(module, name)


def call(callee, *arguments):
    """`callee(*arguments)` through REDUCE."""
    return lambda w: w.value(callee).value(arguments).raw(b"R")


def new(cls, *arguments):
    """`cls.__new__(cls, *arguments)` through NEWOBJ."""
    return lambda w: w.value(cls).value(arguments).raw(b"\x81")


def new_ex(cls, arguments, keywords):
    return lambda w: w.value(cls).value(tuple(arguments)).value(keywords).raw(b"\x92")


def build(target, state):
    return lambda w: w.value(target).value(state).raw(b"b")


def obj(callee, *arguments):
    def write(w):
        w.raw(b"(").value(callee)
        for argument in arguments:
            w.value(argument)
        w.raw(b"o")

    return write


def inst(module, name, *arguments):
    def write(w):
        w.raw(b"(")
        for argument in arguments:
            w.value(argument)
        w.named(module, name).raw(f"i{module}\n{name}\n".encode())

    return write


def append(target, *items):
    return lambda w: w.value(target).value(items[0]).raw(b"a")


def appends(target, *items):
    return _marked(target, items, b"e")


def additems(target, *items):
    return _marked(target, items, b"\x90")


def setitem(target, key, value):
    return lambda w: w.value(target).value(key).value(value).raw(b"s")


def setitems(target, *items):
    return _marked(target, items, b"u")


def _marked(target, items, opcode):
    def write(w):
        w.value(target).raw(b"(")
        for item in items:
            w.value(item)
        w.raw(opcode)

    return write


def short_string(value):
    """A `str` of Python 2."""
    return lambda w: w.raw(b"U", bytes([len(value)]), value.encode("latin-1"))


def stack_global(module, name, truth):
    """STACK_GLOBAL of two nodes that come to the names in `truth`."""
    return lambda w: w.value(module).value(name).raw(b"\x93").named(*truth)


def kept(node):
    """A node that memoizes its value, and one that gets it again."""
    index = []

    def first(w):
        w.value(node)
        index.append(w.put())

    return first, lambda w: w.get(index[-1])


def framed(data):
    """The same pickle of protocol 4 or later in one frame, as Python's pickler writes it."""
    assert data[0] == 0x80 and data[1] >= 4
    return data[:2] + b"\x95" + struct.pack("<Q", len(data) - 2) + data[2:]


def pickled(node, protocol=2):
    """The bytes of one pickle and the globals that it imports."""
    w = Writer(protocol).value(node)
    return w.done(), w.globals


# --- torch's own vocabulary, so that a payload stands between ordinary tensors

def tensor(key="0", shape=(2, 3)):
    count = 1
    for size in shape:
        count *= size
    stride, width = [], 1
    for size in reversed(shape):
        stride.insert(0, width)
        width *= size

    def storage(w):
        w.raw(b"(").value("storage").glob("torch", "FloatStorage").value(key).value("cpu").value(count).raw(b"tQ")

    hooks = call(glob("collections", "OrderedDict"))
    return call(glob("torch._utils", "_rebuild_tensor_v2"), storage, 0, tuple(shape), tuple(stride), False, hooks)


def state_dict(**extra):
    """A checkpoint with one tensor, and what is asked for beside it."""
    return {"conv1.weight": tensor(), "epoch": 3, **extra}
