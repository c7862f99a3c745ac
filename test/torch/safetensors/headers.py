"""Writes safetensors files of every kind of fault, and says which of them the safetensors package takes.

    python headers.py SEED COUNT      a line of JSON for each: what it is, the bytes in hexadecimal digits, accepted
"""
import json
import random
import struct
import sys

from safetensors import SafetensorError, deserialize

BITS = {"BOOL": 8, "F4": 4, "F6_E2M3": 6, "F8_E4M3": 8, "F16": 16, "BF16": 16, "F32": 32, "I64": 64, "C64": 64, "U8": 8}


def file(header, data=b"", length=None):
    header = header if isinstance(header, bytes) else header.encode("utf-8", "surrogatepass")
    return struct.pack("<Q", len(header) if length is None else length) + header + data


def entry(dtype="F32", shape="[2]", offsets="[0,8]", more=""):
    return f'{{"dtype":"{dtype}","shape":{shape},"data_offsets":{offsets}{more}}}'


def faults():
    """One of each kind, with files beside them that are well."""
    data = bytes(8)
    one = f'{{"a":{entry()}}}'
    two = lambda first, second: f'{{"a":{first},"b":{second}}}'
    yield "one tensor", file(one, data)
    yield "no tensor", file("{}")
    yield "spaces after the header", file(one + "   \n\t\r ", data)
    yield "data after the last tensor", file(one, data + b"x")
    yield "a hole", file(two(entry(), entry(offsets="[12,20]")), bytes(20))
    yield "a hole at the start", file(f'{{"a":{entry(offsets="[4,12]")}}}', bytes(12))
    yield "an overlap", file(two(entry(), entry(offsets="[4,12]")), bytes(12))
    yield "one range twice", file(two(entry(), entry()), data)
    yield "a range backwards", file(f'{{"a":{entry(offsets="[8,0]")}}}', data)
    yield "ranges in another order", file(two(entry(offsets="[8,16]"), entry()), bytes(16))
    yield "empty ranges at one place", file(two(entry(shape="[0]", offsets="[0,0]"), entry(shape="[0,3]", offsets="[0,0]")))
    for shape in ("[3]", "[-2]", "[2.0]", "[2e0]", "[-0]", "null", "2", '["2"]', "[1,2]", "[true]", "[[2]]"):
        yield f"shape {shape}", file(f'{{"a":{entry(shape=shape)}}}', data)
    for offsets in ("[0]", "[0,8,9]", '{"0":0,"1":8}', "[0,8.0]", "[-0,8]", "[0,1e1]", "null", "[0,99999999999999999999999]"):
        yield f"offsets {offsets}", file(f'{{"a":{entry(offsets=offsets)}}}', data)
    yield "a product above 2^64", file(f'{{"a":{entry(shape="[9007199254740991,9007199254740991]", offsets="[0,0]")}}}')
    yield "a product above 2^64, then 0", file(f'{{"a":{entry(shape="[9007199254740991,9007199254740991,0]", offsets="[0,0]")}}}')
    yield "0, then a large size", file(f'{{"a":{entry(shape="[0,9007199254740991,9007199254740991]", offsets="[0,0]")}}}')
    for dtype in [*BITS, "F8_E5M2", "F8_E8M0", "F8_E4M3FNUZ", "F8_E5M2FNUZ", "F6_E3M2", "U16", "U32", "U64", "I8", "I16", "I32", "F64", "f32", "C128", "X", ""]:
        for size in (1, 2, 3, 4, 8):
            yield f"four of {dtype} in {size * 4} bytes", file(f'{{"a":{entry(dtype, "[4]", f"[0,{size * 4}]")}}}', bytes(size * 4))
    yield "half a byte", file(f'{{"a":{entry("F4", "[3]", "[0,2]")}}}', bytes(2))
    yield "two to a byte", file(f'{{"a":{entry("F4", "[4]", "[0,2]")}}}', bytes(2))
    yield "a scalar", file(f'{{"a":{entry(shape="[]", offsets="[0,4]")}}}', bytes(4))
    yield "a field of another name", file(f'''{{"a":{entry(more=',"z":1.5')}}}''', data)
    yield "a field too few", file('{"a":{"dtype":"F32","shape":[2]}}', data)
    yield "one name twice", file(f'{{"a":{entry(shape="[9]")},"a":{entry()}}}', data)
    for metadata in ('{"a":"b"}', "{}", "null", '{"a":1}', '"x"', "[]", '{"a":{}}', '{"a":null}', entry(), "true"):
        yield f"metadata {metadata}", file(f'{{"__metadata__":{metadata},"a":{entry()}}}', data)
    for name in ("", "a.0.5", "x-0", "1e5", "\\u0000", "\\ud83d\\ude00", "\\ud800", "\\udc00\\ud800", "\\\\ud800", "__proto__", "a\\x", "a\nb", "é"):
        yield f"the name {name!r}", file(f'{{"{name}":{entry()}}}', data)
    for text in ("[]", "null", "{", "{},", '{"a":1}', '{"a":null}', f'{{"a":{entry()},}}', "{} {}", "{}\0", '{"a":nul}'):
        yield f"the header {text}", file(text, data)
    yield "no UTF-8 in a name", file(b'{"\xff":' + entry().encode() + b"}", data)
    yield "no UTF-8 behind", file(b"{} \xff")
    yield "a byte order mark", file("\ufeff{}")
    for length in (3, 1, 0, 100_000_001, 1 << 63, (1 << 64) - 1):
        yield f"a header of {length} bytes", file("{}", length=length)
    for size in range(0, 10):
        yield f"{size} bytes", file(one, data)[:size]
    for size in range(1, 12):
        yield f"cut off {size} bytes before the end", file(one, data)[:-size]


def random_file(rng):
    """Tensors one after another, with some of their numbers changed."""
    at, entries = 0, []
    for i in range(rng.randrange(1, 6)):
        dtype = rng.choice(list(BITS))
        shape = [rng.choice((0, 1, 2, 3, 4, 8)) for _ in range(rng.randrange(0, 4))]
        count = 1
        for size in shape:
            count *= size
        size = -(-count * BITS[dtype] // 8)
        entries.append([f"t{i}", dtype, shape, [at, at + size]])
        at += size
    rng.shuffle(entries)
    for _ in range(rng.choice((0, 0, 1, 2))):
        changed = rng.choice(entries)
        kind = rng.randrange(4)
        if kind == 0:
            changed[3][rng.randrange(2)] += rng.choice((-1, 1, 4))
        elif kind == 1:
            changed[2].append(rng.choice((0, 1, 2)))
        elif kind == 2:
            changed[1] = rng.choice(list(BITS))
        else:
            entries.remove(changed)
            if not entries:
                break
    header = {name: {"dtype": dtype, "shape": shape, "data_offsets": offsets} for name, dtype, shape, offsets in entries}
    return file(json.dumps(header), bytes(max(0, at + rng.choice((0, 0, 0, 0, -1, 1)))))


def accepts(data):
    try:
        deserialize(data)
    except SafetensorError:
        return False
    return True


rng = random.Random(int(sys.argv[1]))
files = [*faults(), *((f"random {i}", random_file(rng)) for i in range(int(sys.argv[2])))]
for name, data in files:
    print(json.dumps({"name": name, "bytes": data.hex(), "accepted": accepts(data)}))
