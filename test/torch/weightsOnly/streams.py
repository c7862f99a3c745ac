"""Opcodes as bytes, and random streams of them. Only written, never unpickled here."""

import struct

ALLOWED = [
    "collections.OrderedDict",
    "collections.Counter",
    "builtins.set",
    "builtins.bytearray",
    "builtins.complex",
    "_codecs.encode",
    "torch.Size",
    "torch.Tensor",
    "torch.FloatTensor",
    "torch.device",
    "torch.float32",
    "torch.uint4",
    "torch.per_tensor_affine",
    "torch.FloatStorage",
    "torch.LongStorage",
    "torch.storage.UntypedStorage",
    "torch.storage.TypedStorage",
    "torch.nn.parameter.Parameter",
    "torch.serialization._get_layout",
    "torch._utils._rebuild_tensor",
    "torch._utils._rebuild_tensor_v2",
    "torch._utils._rebuild_tensor_v3",
    "torch._utils._rebuild_parameter",
    "torch._utils._rebuild_parameter_with_state",
    "torch._utils._rebuild_sparse_tensor",
    "torch._utils._rebuild_meta_tensor_no_storage",
    "torch._utils._rebuild_qtensor",
    "torch._tensor._rebuild_from_type_v2",
]
REFUSED = [
    "os.system",
    "posix.system",
    "builtins.eval",
    "builtins.getattr",
    "collections.defaultdict",
    "numpy.core.multiarray._reconstruct",
    "torch.nn.modules.linear.Linear",
    "__builtin__.eval",
    "copy_reg._reconstructor",
]
PYTHON2 = ["__builtin__.set", "__builtin__.bytearray", "__builtin__.complex"]


def get(name):
    module, _, last = name.rpartition(".")
    return b"c" + module.encode() + b"\n" + last.encode() + b"\n"


def text(value):
    data = value.encode("utf-8", "surrogatepass")
    return b"X" + struct.pack("<I", len(data)) + data


def integer(value):
    if 0 <= value < 256:
        return b"K" + bytes([value])
    if -(2**31) <= value < 2**31:
        return b"J" + struct.pack("<i", value)
    data = value.to_bytes(value.bit_length() // 8 + 1, "little", signed=True)
    return b"\x8a" + bytes([len(data)]) + data


def real(value):
    return b"G" + struct.pack(">d", value)


def tuple_of(*items):
    return b"(" + b"".join(items) + b"t"


def list_of(*items):
    return b"](" + b"".join(items) + b"e"


def dict_of(*items):
    return b"}(" + b"".join(items) + b"u"


def call(name, *args):
    return get(name) + tuple_of(*args) + b"R"


def storage(kind="torch.FloatStorage", key="0", location="cpu", count=6):
    return tuple_of(text("storage"), get(kind), text(key), text(location), integer(count)) + b"Q"


def tensor(shape=(6,), stride=(1,), offset=0, requires_grad=b"\x89", hooks=None, **of_storage):
    return call(
        "torch._utils._rebuild_tensor_v2",
        storage(**of_storage),
        integer(offset),
        tuple_of(*map(integer, shape)),
        tuple_of(*map(integer, stride)),
        requires_grad,
        call("collections.OrderedDict") if hooks is None else hooks,
    )


def random_stream(random):
    """A stream that a person might write who knows the grammar: mostly well-formed, now and then not."""
    body = Writer(random).value(5)
    if random.random() < 0.25:
        body = spoil(random, body)
    return b"\x80\x02" + body + b"."


def spoil(random, body):
    """One mistake: a byte changed, removed or put in, or the end missing."""
    at = random.randrange(len(body))
    kind = random.randrange(4)
    if kind == 0:
        return body[:at] + bytes([random.randrange(256)]) + body[at + 1 :]
    if kind == 1:
        return body[:at] + body[at + 1 :]
    if kind == 2:
        return body[:at] + random.choice([b"0", b"1", b"2", b"Q", b"R", b"b", b"\x81", b"a", b"s", b"N", b"h\x00"]) + body[at:]
    return body[:at]


class Writer:
    def __init__(self, random):
        self.random = random
        self.kept = 0

    def value(self, depth):
        made = self.choose(
            depth,
            [
                (10, self.atom),
                (3, self.list_value),
                (4, self.dict_value),
                (3, self.tuple_value),
                (6, self.tensor_value),
                (5, self.call_value),
                (2, self.new_value),
                (2, self.built_value),
                (1, lambda _: get(self.random.choice(ALLOWED + PYTHON2))),
                (0.15, lambda _: get(self.random.choice(REFUSED))),
                (0.5, self.kept_value),
            ],
        )
        if self.random.random() < 0.2 and self.kept < 200:
            made += b"q" + bytes([self.kept])
            self.kept += 1
        return made

    def choose(self, depth, choices):
        if depth <= 0:
            return self.atom(0)
        weights = [weight for weight, _ in choices]
        return self.random.choices([make for _, make in choices], weights)[0](depth - 1)

    def atom(self, _):
        random = self.random
        return random.choice(
            [
                lambda: b"N",
                lambda: b"\x88",
                lambda: b"\x89",
                lambda: integer(random.choice([0, 1, 2, 3, 255, 256, -1, 2**31, -(2**40), 2**62, 2**64])),
                lambda: integer(random.randrange(4)),
                lambda: real(random.choice([0.0, 1.0, -1.5, 1e300])),
                lambda: text(random.choice(["", "a", "weight", "cpu", "utf-8", "latin1", "torch.sparse_coo", "é", "\ud800"])),
                lambda: b"]",
                lambda: b"}",
                lambda: b")",
                lambda: b"\x8f",
                lambda: b"U\x02ab",
            ]
        )()

    def items(self, depth, most=3):
        return [self.value(depth) for _ in range(self.random.randrange(most + 1))]

    def list_value(self, depth):
        if self.random.random() < 0.3:
            return b"]" + self.value(depth) + b"a"
        return list_of(*self.items(depth))

    def dict_value(self, depth):
        random = self.random
        empty = random.choice([b"}", b"}", get("collections.OrderedDict") + b")R", get("collections.Counter") + b")R"])
        keys = [self.atom(0) if random.random() < 0.9 else self.value(depth) for _ in range(random.randrange(3))]
        if len(keys) == 1 and random.random() < 0.5:
            return empty + keys[0] + self.value(depth) + b"s"
        return empty + b"(" + b"".join(key + self.value(depth) for key in keys) + b"u"

    def tuple_value(self, depth):
        items = self.items(depth)
        short = {0: b")", 1: b"\x85", 2: b"\x86", 3: b"\x87"}
        return b"".join(items) + short[len(items)] if self.random.random() < 0.6 else tuple_of(*items)

    def tensor_value(self, depth):
        random = self.random
        shape = random.choice([(6,), (2, 3), (3, 2), (), (0,), (7,), (1, 1, 6), (-1,), (2**40,), (6, 0)])
        stride = random.choice([(1,), (3, 1), (2, 1), (), (0,), (-1,), (6, 6, 1)])
        plain = tensor(
            shape=shape,
            stride=stride,
            offset=random.choice([0, 0, 0, 1, 6, -1]),
            requires_grad=random.choice([b"\x89", b"\x89", b"\x88", b"N"]),
            hooks=random.choice([None, None, b"N", b"}"]),
            kind=random.choice(["torch.FloatStorage"] * 4 + ["torch.LongStorage", "torch.storage.UntypedStorage"]),
            key=random.choice(["0", "0", "0", "1", "2"]),
            location=random.choice(["cpu"] * 6 + ["cuda:0", "meta", "nowhere", "mps"]),
            count=random.choice([6] * 5 + [3, 7, 0, -1]),
        )
        wrapped = random.random()
        if wrapped < 0.15:
            return call("torch._utils._rebuild_parameter", plain, random.choice([b"\x88", b"\x89", b"N"]), b"N")
        if wrapped < 0.25:
            state = dict_of(text("note"), self.value(depth))
            return call("torch._tensor._rebuild_from_type_v2", get("torch._utils._rebuild_tensor_v2"), get("torch.Tensor"), tensor_arguments(), state)
        return plain

    def call_value(self, depth):
        name = self.random.choice(ALLOWED)
        likely = LIKELY.get(name)
        if likely is not None and self.random.random() < 0.6:
            args = self.random.choice(likely)
        else:
            args = tuple_of(*self.items(depth, 2))
        return get(name) + args + b"R"

    def new_value(self, depth):
        return get(self.random.choice(ALLOWED)) + tuple_of(*self.items(depth, 1)) + b"\x81"

    def built_value(self, depth):
        return self.value(depth) + self.random.choice([self.value(depth), b"}", b"N", dict_of(text("a"), b"N")]) + b"b"

    def kept_value(self, _):
        return b"h" + bytes([self.random.randrange(max(1, self.kept))])


def tensor_arguments():
    hooks = call("collections.OrderedDict")
    return tuple_of(storage(), integer(0), tuple_of(integer(6)), tuple_of(integer(1)), b"\x89", hooks)


LIKELY = {
    "collections.OrderedDict": [b")", tuple_of(b"]"), tuple_of(list_of(tuple_of(text("a"), integer(1))))],
    "collections.Counter": [b")", tuple_of(text("abc")), tuple_of(dict_of(text("a"), integer(2)))],
    "builtins.set": [b")", tuple_of(list_of(integer(1), text("a"))), tuple_of(list_of(b"]"))],
    "builtins.bytearray": [b")", tuple_of(integer(3)), tuple_of(list_of(integer(1), integer(300))), tuple_of(text("a"), text("utf-8"))],
    "builtins.complex": [b")", tuple_of(real(1.0), integer(2)), tuple_of(text("1j")), tuple_of(b"N")],
    "_codecs.encode": [tuple_of(text("abc"), text("latin1")), tuple_of(text("é中"), text("latin1")), tuple_of(text("é"))],
    "torch.Size": [b")", tuple_of(list_of(integer(2), integer(3))), tuple_of(tuple_of(text("a")))],
    "torch.Tensor": [b")", tuple_of(integer(2), integer(3)), tuple_of(integer(-1)), tuple_of(text("a"))],
    "torch.FloatTensor": [b")", tuple_of(integer(2))],
    "torch.device": [tuple_of(text("cpu")), tuple_of(text("cuda:1")), tuple_of(text("nowhere")), tuple_of(text("cpu"), integer(0))],
    "torch.nn.parameter.Parameter": [b")", tuple_of(tensor(), b"\x89"), tuple_of(tensor()), tuple_of(integer(1))],
    "torch.serialization._get_layout": [tuple_of(text("torch.strided")), tuple_of(text("torch.sparse_csr")), tuple_of(text("a"))],
    "torch.storage.UntypedStorage": [b")", tuple_of(integer(8)), tuple_of(integer(-1))],
    "torch._utils._rebuild_meta_tensor_no_storage": [tuple_of(get("torch.float32"), tuple_of(integer(2)), tuple_of(integer(1)), b"\x89")],
    "torch._utils._rebuild_tensor_v3": [
        tuple_of(storage(), integer(0), tuple_of(integer(3)), tuple_of(integer(1)), b"\x89", b"N", get("torch.float64")),
        tuple_of(storage(), integer(0), tuple_of(integer(3)), tuple_of(integer(1)), b"\x88", b"N", get("torch.float64")),
    ],
}
