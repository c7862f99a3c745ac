"""Pickles against a reader's memory, stack, time and trust in lengths."""
import struct

from assembler import Writer, append, call, glob, new, pickled, short_string, state_dict
from corpus import BROKEN
from zips import torch_zip

MILLION = 1_000_000
LIST = b"cbuiltins\nlist\nq\x00"


def write(corpus):
    def add(title, data, container=True, expected=None, alone=False, family="", globals=None):
        facts = dict(technique=title, family=family, expected=expected, alone=alone, globals=globals)
        corpus.add("hostile", title, ".pkl", data, container="bare pickle", **facts)
        if container:
            corpus.add("hostile", f"{title} in a checkpoint", ".pt", torch_zip(data), container="torch zip", **facts)

    for title, data in depths():
        add(title, data, alone=True, family="depth")
    for title, data in widths():
        add(title, data, alone=True, family="width", container=len(data) < 20_000_000)
    for title, data in aliases():
        add(title, data, alone=True, family="aliases")
    for title, data in lengths():
        add(title, data, alone=True, family="lengths", container=len(data) < 1_000_000, expected=BROKEN)
    for title, data in allowed_lengths():
        add(title, data, alone=True, family="lengths", container=False)
    for title, data in broken_opcodes():
        add(title, data, container=False, expected=BROKEN, family="opcodes")
    for title, data in odd_opcodes():
        add(title, data, container=False, family="opcodes")
    for title, node in odd_text():
        data, truth = pickled(node, 4)
        add(title, data, family="text", globals=truth)


def depths():
    """10⁶ levels of everything that nests."""
    yield "lists 10^6 deep", b"\x80\x02" + b"]" * MILLION + b"a" * (MILLION - 1) + b"."
    yield "tuples 10^6 deep", b"\x80\x02)" + b"\x85" * MILLION + b"."
    yield "dicts 10^6 deep", b"\x80\x02" + b"}K\x01" * MILLION + b"N" + b"s" * MILLION + b"."
    yield "marks 10^6 deep", b"\x80\x02" + b"(" * MILLION + b"t" * MILLION + b"."
    yield "marks never closed", b"\x80\x02" + b"(" * MILLION
    yield "calls 10^6 deep", b"\x80\x02" + LIST + b"h\x00" * MILLION + b")R" + b"\x85R" * MILLION + b"."
    yield "unknown calls 10^6 deep", b"\x80\x02cproject\nf\nq\x00" + b"h\x00" * MILLION + b")R" + b"\x85R" * MILLION + b"."
    yield "states 10^6 deep", b"\x80\x02cproject\nC\nq\x00" + b"h\x00)\x81" * MILLION + b"b" * (MILLION - 1) + b"."
    yield "persistent ids 10^6 deep", b"\x80\x02N" + b"Q" * MILLION + b"."
    yield "callee of callee 10^6 deep", b"\x80\x02cproject\nf\n" + b")R" * MILLION + b"."
    yield "frozen sets 10^6 deep", b"\x80\x04" + b"(" * MILLION + b"\x91" * MILLION + b"."
    yield "getattr 10^5 deep", b"\x80\x02cbuiltins\ngetattr\nq\x00" + b"h\x00" * 100_000 + b"cos\npath\n" + b"X\x01\0\0\0x\x86R" * 100_000 + b"."
    yield "parameters 10^5 deep", (
        b"\x80\x02ctorch._utils\n_rebuild_parameter\nq\x00" + b"h\x00" * 100_000 + b"N" + b"\x88}\x87R" * 100_000 + b"."
    )
    module = b"h\x00)\x81}(X\x08\0\0\0_modules}X\x01\0\0\0a"
    yield "modules 10^5 deep", b"\x80\x02ctorch.nn\nModule\nq\x000" + module * 100_000 + b"N" + b"sub" * 100_000 + b"."
    ordered = b"h\x00)RX\x01\0\0\0a"
    yield "ordered dicts 10^5 deep", b"\x80\x02ccollections\nOrderedDict\nq\x000" + ordered * 100_000 + b"N" + b"s" * 100_000 + b"."
    yield "states of OrderedDicts 10^5 deep", b"\x80\x02ccollections\nOrderedDict\nq\x000" + b"h\x00)R" * 100_000 + b"b" * 99_999 + b"."
    yield "partials 10^5 deep", b"\x80\x02cfunctools\npartial\nq\x00" + b"h\x00" * 100_000 + b"cproject\nf\n" + b"\x85R" * 100_000 + b"."
    yield "protocol 0 lists 10^5 deep", b"(l" * 100_000 + b"a" * 99_999 + b"."
    yield "dict keys 10^5 deep", b"\x80\x02" + b"}" * 100_000 + b")" + b"\x85" * 100_000 + b"Ns" + b"0" * 99_999 + b"."


def widths():
    keys = b"".join(b"X\x07\0\0\0%07dN" % i for i in range(MILLION))
    yield "a million keys", b"\x80\x02}(" + keys + b"u."
    yield "a million keys of one dict one by one", b"\x80\x02}" + b"".join(b"J" + struct.pack("<i", i) + b"Ns" for i in range(MILLION)) + b"."
    yield "a million equal keys", b"\x80\x02}(" + b"K\x01N" * MILLION + b"u."
    yield "a million values", b"\x80\x02](" + b"N" * MILLION + b"e."
    yield "a million empty lists", b"\x80\x02](" + b"]" * MILLION + b"e."
    yield "a million empty dicts", b"\x80\x02](" + b"}" * MILLION + b"e."
    yield "a million persistent ids", b"\x80\x02](" + b"K\x01Q" * MILLION + b"e."
    yield "a million calls", b"\x80\x02cproject\nf\nq\x000](" + b"h\x00)R" * MILLION + b"e."
    yield "a million calls of torch", b"\x80\x02ccollections\nOrderedDict\nq\x000](" + b"h\x00)R" * MILLION + b"e."
    yield "a million calls of a command", b"\x80\x02cos\nsystem\nq\x000](" + b"h\x00X\x02\0\0\0id\x85R" * MILLION + b"e."
    yield "a hundred thousand globals", b"\x80\x02" + b"".join(b"cm%d\nn\n0" % i for i in range(100_000)) + b"N."
    yield "half a million globals", b"\x80\x02" + b"".join(b"cproject.m%d\nn\n0" % i for i in range(500_000)) + b"N."
    yield "a million memo entries", b"\x80\x04N" + b"\x94" * MILLION + b"."
    yield "a million sparse memo entries", b"\x80\x02N" + b"".join(b"r" + struct.pack("<I", i * 4093 % (1 << 32)) for i in range(MILLION)) + b"."
    yield "a million builds of one object", b"\x80\x02cproject\nC\n)\x81" + b"}b" * MILLION + b"."
    yield "a million states kept", b"\x80\x02cproject\nC\n)\x81" + b"}X\x01\0\0\0aNsb" * MILLION + b"."
    yield "a million appends", b"\x80\x02]" + b"Na" * MILLION + b"."
    yield "a million appends to an object", b"\x80\x02cproject\nC\n)\x81" + b"Na" * MILLION + b"."
    yield "a million pickles", b"N." * MILLION
    yield "a million marks and pops", b"\x80\x02" + b"(1" * MILLION + b"N."
    yield "two million pushes", b"\x80\x02" + b"N" * (2 * MILLION) + b"."
    yield "a million duplicates", b"\x80\x02]" + b"2" * MILLION + b"."
    yield "a million frames", b"\x80\x04" + b"\x95\x01\0\0\0\0\0\0\0N" * MILLION + b"."
    yield "a million protocols", b"\x80\x02" * MILLION + b"N."
    yield "a million small integers of LONG1", b"\x80\x02](" + b"\x8a\x01\x05" * MILLION + b"e."
    yield "a hundred thousand strings of a kilobyte", b"\x80\x02](" + (b"X\0\x04\0\0" + b"a" * 1024) * 100_000 + b"e."
    yield "a set of a million", b"\x80\x04\x8f(" + b"".join(b"J" + struct.pack("<i", i) for i in range(MILLION)) + b"\x90."


def aliases():
    """Few bytes, 2⁴⁰ paths or more."""
    yield "2^40 paths of lists", b"\x80\x02]q\x00" + b"".join(b"0](h%ch%ceq%c" % (i, i, i + 1) for i in range(40)) + b"."
    yield "2^40 paths of tuples", b"\x80\x02N\x85" + b"2\x86" * 40 + b"."
    yield "2^1000 paths of tuples", b"\x80\x02N\x85" + b"2\x86" * 1000 + b"."
    yield "2^100000 paths of tuples", b"\x80\x02N\x85" + b"2\x86" * 100_000 + b"."
    doubled = b"".join(b"0}(X\x01\0\0\0ah%cX\x01\0\0\0bh%cuq%c" % (i, i, i + 1) for i in range(60))
    yield "2^60 paths of dicts", b"\x80\x02}q\x00" + doubled + b"."
    yield "2^60 paths of arguments", b"\x80\x02cproject\nf\nN\x85" + b"2\x86" * 60 + b"R."
    yield "2^60 paths of arguments of a command", b"\x80\x02cos\nsystem\nN\x85" + b"2\x86" * 60 + b"R."
    yield "2^60 paths of a state", b"\x80\x02cproject\nC\n)\x81N\x85" + b"2\x86" * 60 + b"b."
    yield "2^60 paths of a key", b"\x80\x02}N\x85" + b"2\x86" * 60 + b"Ns."
    shared = b"N\x85" + b"q\x01h\x01\x86" * 18 + b"q\x00Ns"
    yield "ten thousand keys of 2^18 paths", b"\x80\x02}" + shared + b"h\x00Ns" * 10_000 + b"."
    yield "2^60 paths of a persistent id", b"\x80\x02N\x85" + b"2\x86" * 60 + b"Q."
    yield "2^60 paths of a frozen set", b"\x80\x04N\x85" + b"".join(b"q\x000(h\x00h\x00\x85\x91" for _ in range(60)) + b"."
    yield "2^60 paths of names", b"\x80\x04N\x85" + b"2\x86" * 60 + b"2\x93."
    tensor = pickled(state_dict())[0][2:-1]
    yield "2^40 paths to a tensor", b"\x80\x02" + tensor + b"2\x86" * 40 + b"."
    yield "2^40 paths to a tensor in lists", b"\x80\x02" + tensor + b"q\x00" + b"".join(b"0](h%ch%ceq%c" % (i, i, i + 1) for i in range(40)) + b"."
    modules = b"".join(
        b"0ctorch.nn\nModule\n)\x81}X\x08\0\0\0_modules}(X\x01\0\0\0ah%cX\x01\0\0\0bh%cusbq%c" % (i, i, i + 1) for i in range(40)
    )
    yield "2^40 paths of modules", b"\x80\x02Nq\x00" + modules + b"."
    yield "2^40 calls", b"\x80\x02cproject\nf\nq\xffNq\x00" + b"".join(b"0h\xffh%ch%c\x86Rq%c" % (i, i, i + 1) for i in range(40)) + b"."
    yield "2^40 computed callees", b"\x80\x02cproject\nf\nq\x00" + b"".join(b"0h%ch%c\x85Rq%c" % (i, i, i + 1) for i in range(40)) + b"."
    yield "list in itself", b"\x80\x02]q\x00h\x00a."
    yield "dict in itself", b"\x80\x02}q\x00X\x01\0\0\0ah\x00s."
    yield "tuple in itself", b"\x80\x02]q\x00h\x00\x85a."
    yield "object in its state", b"\x80\x02cproject\nC\n)\x81q\x00}X\x01\0\0\0ah\x00sb."
    yield "object as its state", b"\x80\x02cproject\nC\n)\x81q\x00h\x00b."
    yield "call with itself", b"\x80\x02cproject\nf\n]q\x00h\x00a\x85R."
    yield "command with a list in itself", b"\x80\x02cos\nsystem\n]q\x00h\x00a\x85R."
    yield "module in itself", b"\x80\x02ctorch.nn\nModule\n)\x81q\x00}X\x08\0\0\0_modules}X\x01\0\0\0ah\x00ssb."
    yield "dict that is its key's part", b"\x80\x02}q\x00cproject\nC\n)\x81}X\x01\0\0\0ah\x00sbNs."
    ring = b"".join(b"]q%c0" % i for i in range(200)) + b"".join(b"h%ch%ca0" % (i, (i + 1) % 200) for i in range(200))
    yield "ring of lists", b"\x80\x02" + ring + b"h\x00."


def lengths():
    """Claims about lengths that the file does not hold."""
    for name, opcode, size in (
        ("BINUNICODE", b"X", "<I"), ("BINBYTES", b"B", "<I"), ("BINSTRING", b"T", "<i"), ("LONG4", b"\x8b", "<i"),
        ("BINUNICODE8", b"\x8d", "<Q"), ("BINBYTES8", b"\x8e", "<Q"), ("BYTEARRAY8", b"\x96", "<Q"),
    ):
        largest = {"<I": 2**32 - 1, "<i": 2**31 - 1, "<Q": 2**64 - 1}[size]
        yield f"{name} of the largest length", b"\x80\x04" + opcode + struct.pack(size, largest) + b"abc."
        if size == "<Q":
            for power in (31, 53, 62, 63):
                yield f"{name} of 2^{power}", b"\x80\x04" + opcode + struct.pack(size, 2**power) + b"abc."
        if size == "<i":
            yield f"{name} of a negative length", b"\x80\x04" + opcode + struct.pack(size, -1) + b"abc."
            yield f"{name} of the smallest length", b"\x80\x04" + opcode + struct.pack(size, -(2**31)) + b"abc."
    yield "SHORT_BINUNICODE past the end", b"\x80\x04\x8c\xffabc."
    yield "LONG1 past the end", b"\x80\x04\x8a\xffabc."
    yield "FLOAT that is none", b"Fabc\n."
    yield "INT that is none", b"Iabc\n."
    yield "INT of nothing", b"I\n."
    yield "LONG that is none", b"Labc\n."
    yield "STRING without quotes", b"Sabc\n."
    yield "STRING with one quote", b"S'abc\n."
    yield "line without an end", b"V" + b"a" * 30_000_000
    yield "GLOBAL without an end", b"c" + b"a" * 10_000_000
    yield "GLOBAL with one line", b"cos\nsystem"
    yield "PUT of no number", b"Npabc\n."
    yield "PUT of a negative number", b"Np-1\n."
    yield "GET of a huge number", b"g" + b"9" * 100_000 + b"\n."
    yield "BINGET of nothing", b"\x80\x02h\x05."
    yield "LONG_BINGET of the largest index", b"\x80\x02j\xff\xff\xff\xff."
    yield "BINFLOAT cut off", b"\x80\x02G\0\0"
    yield "UNICODE with a bad escape", b"V\\u12\n."
    yield "PROTO cut off", b"\x80"


def allowed_lengths():
    yield "FRAME of 2^63", b"\x80\x04\x95" + struct.pack("<Q", 2**63) + b"N."
    yield "FRAME of 2^40", b"\x80\x04\x95" + struct.pack("<Q", 2**40) + b"N."
    yield "FRAME too short", b"\x80\x04\x95" + struct.pack("<Q", 1) + b"X\x03\0\0\0abc."
    yield "FRAME in a FRAME", b"\x80\x04\x95" + struct.pack("<Q", 30) + b"\x95" + struct.pack("<Q", 2**62) + b"N."
    yield "memo index 2^32-1", b"\x80\x02Nr\xff\xff\xff\xff0j\xff\xff\xff\xff."
    yield "memo index of thirty digits", b"Np" + b"9" * 30 + b"\n."
    yield "integer of a million digits", b"L" + b"7" * MILLION + b"L\n."
    yield "integer of eight megabytes", b"\x80\x02\x8b" + struct.pack("<i", 8_000_000) + b"\x7f" * 8_000_000 + b"."
    yield "integer of 255 bytes", b"\x80\x02\x8a\xff" + b"\xff" * 255 + b"."
    yield "ten thousand integers of 255 bytes", b"\x80\x02](" + (b"\x8a\xff" + b"\x7f" * 255) * 10_000 + b"e."
    yield "INT of ten thousand digits", b"I" + b"7" * 10_000 + b"\n."
    yield "float of a million digits", b"F0." + b"7" * MILLION + b"\n."
    yield "float that overflows", b"F1e999999999\n."
    yield "string of fifty megabytes", b"\x80\x02X" + struct.pack("<I", 50_000_000) + b"a" * 50_000_000 + b"."
    yield "bytes of fifty megabytes", b"\x80\x04B" + struct.pack("<I", 50_000_000) + b"a" * 50_000_000 + b"."
    yield "argument of fifty megabytes", b"\x80\x02cproject\nf\nX" + struct.pack("<I", 50_000_000) + b"a" * 50_000_000 + b"\x85R."
    yield "command of twenty megabytes", b"\x80\x02cos\nsystem\nX" + struct.pack("<I", 20_000_000) + b"a" * 20_000_000 + b"\x85R."
    yield "key of twenty megabytes", b"\x80\x02}X" + struct.pack("<I", 20_000_000) + b"k" * 20_000_000 + b"Ns."
    yield "name of ten megabytes", b"\x80\x02c" + b"m" * 5_000_000 + b"\n" + b"n" * 5_000_000 + b"\n."
    yield "name of a million dots", b"\x80\x04c" + b"a" + b".a" * MILLION + b"\nb" + b".b" * MILLION + b"\n."
    yield "line of thirty megabytes", b"V" + b"a" * 30_000_000 + b"\n."
    yield "escapes of thirty megabytes", b"V" + b"\\u0041" * 5_000_000 + b"\n."
    yield "STRING of escapes", b"S'" + b"\\x41" * 5_000_000 + b"'\n."
    yield "persistent id of ten megabytes", b"P" + b"a" * 10_000_000 + b"\n."


def broken_opcodes():
    used = b"(.0123456789".replace(b"3456789", b"") + b"FIJKLMNPQRSTUVXabcdeghijlmopqrstu}])BCG"
    known = set(used) | set(range(0x80, 0x99)) | {0x5D, 0x7D, 0x29}
    for opcode in (0x00, 0x01, 0x22, 0x3F, 0x41, 0x5A, 0x7E, 0x7F, 0x99, 0xA0, 0xC3, 0xFF):
        assert opcode not in known, hex(opcode)
        yield f"unknown opcode 0x{opcode:02x}", b"\x80\x02N" + bytes([opcode]) + b"."
    # Opcodes on a stack that is too short, with the arguments that they read.
    for name, data in {
        "STOP": b"", "POP": b"0", "DUP": b"2", "POP_MARK": b"1", "REDUCE": b"NR", "BUILD": b"Nb", "APPEND": b"Na", "SETITEM": b"NNs",
        "TUPLE": b"t", "TUPLE1": b"\x85", "TUPLE2": b"N\x86", "TUPLE3": b"NN\x87", "LIST": b"l", "DICT": b"d", "APPENDS": b"e",
        "SETITEMS": b"u", "ADDITEMS": b"\x90", "FROZENSET": b"\x91", "NEWOBJ": b"N\x81", "NEWOBJ_EX": b"NN\x92", "STACK_GLOBAL": b"N\x93",
        "OBJ": b"(o", "OBJ without a mark": b"o", "INST without a mark": b"ia\nb\n", "BINPERSID": b"Q", "PUT": b"p0\n", "BINPUT": b"q\0",
        "LONG_BINPUT": b"r\0\0\0\0", "MEMOIZE": b"\x94", "READONLY_BUFFER": b"\x98", "EXT1": b"\x82",
        "MARK at STOP": b"(",
    }.items():
        yield f"stack too short for {name}", b"\x80\x05" + data + b"."


def odd_opcodes():
    yield "protocol 6", b"\x80\x06N."
    yield "protocol 255", b"\x80\xffN."
    for name, node in {
        "APPEND to None": append(None, 1), "SETITEM of a list": lambda w: w.value([]).value(1).value(2).raw(b"s"),
        "SETITEMS of an odd number": lambda w: w.raw(b"}(").value(1).raw(b"u"), "BUILD of an integer": lambda w: w.value(1).value({}).raw(b"b"),
        "BUILD with an integer": lambda w: w.value(new(glob("project", "C"))).value(1).raw(b"b"),
        "BUILD with three parts": lambda w: w.value(new(glob("project", "C"))).value((1, 2, 3)).raw(b"b"),
        "REDUCE of an integer": lambda w: w.value(1).value(()).raw(b"R"), "REDUCE without a tuple": lambda w: w.value(glob("project", "f")).value(None).raw(b"R"),
        "NEWOBJ of an integer": lambda w: w.value(1).value(()).raw(b"\x81"), "NEWOBJ_EX without a dict": lambda w: w.value(glob("project", "C")).value(()).value(1).raw(b"\x92"),
        "STACK_GLOBAL of integers": lambda w: w.value(1).value(2).raw(b"\x93"), "STACK_GLOBAL of None": lambda w: w.raw(b"NN\x93"),
        "STACK_GLOBAL of bytes": lambda w: w.value(b"os").value(b"path").raw(b"\x93"), "STACK_GLOBAL of empty strings": lambda w: w.value("").value("").raw(b"\x93"),
        "STACK_GLOBAL of strings of Python 2": lambda w: w.value(short_string("project")).value(short_string("C")).raw(b"\x93"),
        "GLOBAL of empty names": lambda w: w.raw(b"c\n\n"), "GLOBAL of dots": lambda w: w.raw(b"c..\n...\n"), "GLOBAL with NUL": lambda w: w.raw(b"cpro\0ject\nC\n"),
        "GLOBAL that is no UTF-8": lambda w: w.raw(b"cpro\xff\xfeject\n\xc3\n"), "EXT1 of nothing": lambda w: w.raw(b"\x82\x05"),
        "EXT1 of 0": lambda w: w.raw(b"\x82\0"), "EXT4 of a negative code": lambda w: w.raw(b"\x84\xff\xff\xff\xff"),
        "a dict as a key": lambda w: w.raw(b"}}Ns"), "a list in a set": lambda w: w.raw(b"\x8f(]\x90"), "NaN as a key": lambda w: w.raw(b"}").value(float("nan")).raw(b"Ns"),
        "PERSID in text": lambda w: w.raw(b"Pabc\n"), "PERSID that is no ASCII": lambda w: w.raw(b"P\xff\xfe\n"), "BINPERSID of a dict": lambda w: w.raw(b"}Q"),
        "MARK as a value": lambda w: w.raw(b"((l0"), "a mark popped by APPEND": lambda w: w.raw(b"](a"), "a mark popped by REDUCE": lambda w: w.raw(b"(R"),
        "DUP of a mark": lambda w: w.raw(b"N(2"), "PUT of a mark": lambda w: w.raw(b"N(q\x00"), "buffers of protocol 5": lambda w: w.raw(b"\x97\x98"),
        "PROTO in the middle": lambda w: w.raw(b"N\x80\x020N"), "object of nothing": lambda w: w.raw(b"(Ko"), "INST of nothing": lambda w: w.raw(b"(i\n\n"),
        "set of OBJ": lambda w: w.raw(b"(cproject\nC\no"),
    }.items():
        yield name, Writer(4).value(node).done()


def odd_text():
    """Strings against those who print them."""
    texts = {
        "markup": "<img src=x onerror=alert(1)><script>alert(1)</script>", "ANSI": "\x1b[2J\x1b]0;title\x07red\x1b[31m", "bidi": "safe\u202eexe.tp\u2066",
        "NUL and newlines": "a\0b\nc\r\nd\te", "prototype": "__proto__", "constructor": "constructor", "surrogate": "\ud800 alone", "empty": "",
        "megabyte": "k" * 1_000_000, "slashes and dots": "../../../etc/passwd", "quotes": "'\"`${7*7}\\", "emoji and joiners": "👩\u200d👩\u200d👧" * 50,
        "combining": "e" + "\u0301" * 5_000, "format": "%s%n{0.__class__}", "JSON": '"},{"a":[', "line separators": "a\u2028b\u2029c",
    }
    for name, text in texts.items():
        yield f"key of {name}", {text: {text: text, "tensor": {text: 1}}}
        yield f"names of {name}", lambda w, text=text: w.value(call(glob(text or "m", text), text))
