"""Random YAML documents and what PyYAML's safe_load makes of them, as JSON lines.

    python documents.py PYYAML_FOLDER SEED COUNT

Every line is {"seed", "text", "truth"}; the truth is the repr of the value, or null where PyYAML raises. A third are
tables of layers as detectors have them, a third anything, a third either with a few characters changed. Document i
of seed s is always the same: Random(f"{s}.{i}")."""

import json
import random
import sys

sys.path.insert(0, sys.argv[1])

import yaml  # noqa: E402

SCALARS = [
    *("~ null Null NULL nUll true True TRUE tRue yes Yes YES no No NO on On ON off Off OFF y n Y N".split()),
    *("0 1 -1 +1 42 007 08 0o17 017 -017 0b101 0b 0x1F 0xfg 0x 1_000 _1 1_ 0_ 12e3 190:20:30 1:60 1:59 -1:30 01:30".split()),
    *("0. 1. .5 -.5 +.5 . .. -. 1.5 -1.5e3 1.5e+3 1.5e-3 1e3 1e-3 1E5 1.e+2 1._5 1_0.5 .inf -.inf +.INF .nan .NaN -.nan".split()),
    *("190:20:30.15 1:30. 0.1.2 1.2.3 2001-12-14 2001-12-14t21:59:43.10-05:00 12-01 = == <<".split()),
    *("Conv nn.Conv2d a.b [] {} [1,2] 'it''s' 'no' \"on\" \"\\n\\t\\x41\" '' \"\" a:b a:1 http://x.y/z -x ?x :x a#b a'b".split()),
    "None", "nc", "anchors", "nearest", "a b c", "a  b", "C:\\dir", "1 2", "- x", "x -", "'a b'", '"a # b"', "a #b",
    "@x", "`x", "%x", "!x", "&", "*", "|", ">", "!!str 1", "!!int '3'", "!!float 1", "é", "中文", "\U0001f600",
]  # fmt: skip
KEYS = ["a", "b", "nc", "depth_multiple", "anchors", "backbone", "head", "1", "yes", "on", "null", "1.5", "~", "'q'", '"d"', "a b", "scales"]


class Writer:
    def __init__(self, rng):
        self.rng = rng
        self.anchors = []

    def scalar(self):
        rng = self.rng
        if rng.random() < 0.5:
            return rng.choice(["1", "64", "0.33", "-1", "nn.Conv2d", "Conv", "True", "None", "'nearest'", "nc", "[3, 2]"])
        return rng.choice(SCALARS)

    def anchored(self, text):
        if self.rng.random() < 0.08:
            name = self.rng.choice("xyz")
            self.anchors.append(name)
            return f"&{name} {text}"
        if self.anchors and self.rng.random() < 0.1:
            return f"*{self.rng.choice(self.anchors)}"
        return text

    def flow(self, depth):
        rng = self.rng
        if depth <= 0 or rng.random() < 0.4:
            return self.anchored(self.scalar())
        parts = [self.flow(depth - 1) for _ in range(rng.randrange(4))]
        separator = rng.choice([", ", ",", ",\n    ", ", # c\n   "])
        tail = rng.choice(["", "", "", ",", ", "])
        if rng.random() < 0.6:
            return self.anchored("[" + separator.join(parts) + (tail if parts else "") + "]")
        colon = rng.choice([": ", ": ", ":", " : "])
        pairs = [rng.choice(KEYS) + colon + part for part in parts]
        if self.anchors and rng.random() < 0.15:
            pairs.insert(rng.randrange(len(pairs) + 1), f"<<: *{rng.choice(self.anchors)}")
        return self.anchored("{" + separator.join(pairs) + (tail if pairs else "") + "}")

    def block(self, indent, depth):
        rng = self.rng
        pad = " " * indent
        step = rng.choice([1, 2, 2, 2, 4])
        choice = rng.random()
        if depth <= 0 or choice < 0.2:
            return " " + self.flow(2) + rng.choice(["", "", "", " # c", "#c"]) + "\n"
        if choice < 0.3:
            lines = ["some text", "more: text", "  deeper", "", "# no comment", "last"]
            body = "".join(f"{pad}{' ' * step}{line}\n" for line in rng.sample(lines, rng.randrange(1, 5)))
            return rng.choice([" |", " >", " |-", " >-", " |+", " >+", " |2"]) + "\n" + body
        anchor = ""
        if rng.random() < 0.1:
            name = rng.choice("xyz")
            anchor = f" &{name}"
        lines = [f"{anchor}\n"]
        if choice < 0.6:
            for _ in range(rng.randrange(1, 4)):
                lines.append(f"{pad}-{self.block(indent + step, depth - 1)}")
        else:
            for _ in range(rng.randrange(1, 5)):
                if self.anchors and rng.random() < 0.12:
                    merged = f"*{rng.choice(self.anchors)}"
                    lines.append(f"{pad}<<: {merged if rng.random() < 0.7 else f'[{merged}, {merged}]'}\n")
                    continue
                lines.append(f"{pad}{rng.choice(KEYS)}:{self.block(indent + step, depth - 1)}")
        if anchor:
            self.anchors.append(anchor.strip(" &"))
        if rng.random() < 0.1:
            lines.insert(rng.randrange(1, len(lines) + 1), rng.choice(["\n", "# comment\n", f"{pad}   # c\n"]))
        return "".join(lines)


def table(rng):
    """Rows of layers, as detectors' configuration files have them."""
    def row():
        source = rng.choice(["-1", "[-1, 4]", "[-1, 1, -3]", "6"])
        args = rng.choice(["[64, 3, 2]", "[None, 2, 'nearest']", "[1]", "[nc, anchors]", "[128, False]", "[1e-4, 1.0e-4]", "['a', on, 010, 0x10]"])
        name = rng.choice(["Conv", "nn.Upsample", "C3", "Concat", "MP", "SPPF", "Detect", "nn.Conv2d"])
        return f"[{source}, {rng.randrange(1, 10)}, {name}, {args}]"

    head = f"# Parameters\nnc: {rng.randrange(1, 99)}  # classes\ndepth_multiple: {rng.choice(['0.33', '1.0', '1', '.5', '1e-1'])}\n"
    head += "anchors:\n  - [10,13, 16,30, 33,23]  # P3/8\n  - [30,61, 62,45, 59,119]\n"
    if rng.random() < 0.3:
        head += "scales: # [depth, width]\n  n: [0.33, 0.25, 1024]\n  s: [0.33, 0.50, 1024]\n  y: [1.00, 1, 512]\n"
    if rng.random() < 0.5:
        body = "backbone:\n" + "".join(f"  - {row()}  # {i}\n" for i in range(rng.randrange(1, 6)))
    else:
        body = "backbone:\n  # [from, number, module, args]\n  [" + ",\n   ".join(f"{row()},  # {i}\n" for i in range(rng.randrange(1, 5))) + "  ]\n"
    return head + body


def anything(rng):
    writer = Writer(rng)
    start = rng.choice(["", "", "", "# c\n", "---\n", "%YAML 1.1\n---\n", "\n", "--- ", "\ufeff"])
    if rng.random() < 0.3:
        return start + writer.flow(3) + rng.choice(["", "\n", "\n...\n", " # c"])
    text = writer.block(0, 3)
    return start + text.removeprefix("\n") + rng.choice(["", "", "", "...\n", "---\n", "\n\n"])


def changed(rng, text):
    for _ in range(rng.randrange(1, 4)):
        at = rng.randrange(len(text) + 1)
        kind = rng.random()
        if kind < 0.4:
            text = text[:at] + text[at + rng.randrange(1, 3) :]
        elif kind < 0.8:
            text = text[:at] + rng.choice(" \t\n:-,[]{}#'\"&*!|>?%@`~=<.\r\\0e_") + text[at:]
        else:
            end = min(len(text), at + rng.randrange(1, 12))
            text = text[:at] + text[at:end] * 2 + text[end:]
    return text


def document(rng):
    text = table(rng) if rng.random() < 0.5 else anything(rng)
    return changed(rng, text) if rng.random() < 0.33 else text


def loaded(text):
    try:
        return repr(yaml.safe_load(text))
    except (yaml.YAMLError, ValueError, RecursionError, TypeError, KeyError, AttributeError, IndexError):
        return None


def main():
    seed, count = sys.argv[2], int(sys.argv[3])
    for i in range(count):
        text = document(random.Random(f"{seed}.{i}"))
        print(json.dumps({"seed": f"{seed}.{i}", "text": text, "truth": loaded(text)}))


main()
