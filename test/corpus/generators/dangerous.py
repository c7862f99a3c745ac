"""Files that would run code, touch files or the network: gadgets × techniques × containers."""
import assembler
import containers
from assembler import pickled, state_dict
from corpus import ODD
from gadgets import all_gadgets, gadget
from techniques import techniques

# The settings in which gadgets are shown, taken in turn.
SETTINGS = ["bare pickle", "torch zip", "torch legacy", "gzip", "npy object array", "zip of pickles", "second pickle in the stream"]


def write(corpus):
    by_name = {name: (extension, make) for name, extension, make in containers.CONTAINERS}
    for i, (family, module, name, arguments) in enumerate(all_gadgets()):
        setting = SETTINGS[i % len(SETTINGS)]
        # A dotted name means a path of attributes from protocol 4 on only.
        protocol = 4 if "." in name else (2, 4, 0, 3, 5, 1)[i % 6]
        node = gadget(module, name, arguments)
        if setting == "torch zip" or setting == "torch legacy":
            protocol = max(protocol, 2)
            node = state_dict(extra=node)
        data, truth = pickled(node, protocol)
        extension, make = by_name[setting]
        add(corpus, f"{module}.{name}", extension, make(data), truth, technique="REDUCE", family=family, container=setting)
    for title, protocol, node in techniques():
        data, truth = pickled(node, protocol)
        add(corpus, title, ".pkl", data, truth, technique=title, family="", container="bare pickle")
        data, truth = pickled({"conv1.weight": assembler.tensor(), "extra": node}, max(protocol, 2))
        add(corpus, f"{title} in a checkpoint", ".pt", containers.torch_zip(data), truth, technique=title, container="torch zip")
    payloads = [
        ("os.system", *pickled(state_dict(extra=gadget("os", "system", ("echo graftlens",))), 2)),
        ("builtins.exec", *pickled(gadget("builtins", "exec", ("print('graftlens')",)), 4)),
    ]
    for title, extension, make in containers.CONTAINERS:
        for payload, data, truth in payloads:
            add(corpus, f"{title}, {payload}", extension, make(data), truth, technique="container", family=payload, container=title)
    for title, extension, make in containers.ODD_PLACES:
        for payload, data, truth in payloads:
            made = make(data)
            expected = ODD if "encrypted" not in title and "storage" not in title and "comment" not in title else None
            corpus.add(
                "hostile", f"{title}, {payload}", extension, made, technique=title, family="odd place", container=title,
                expected=expected,
            )


def add(corpus, title, extension, data, truth, **facts):
    if containers.BENIGN in data:
        truth = [*truth, *containers.BENIGN_GLOBALS]
    corpus.add("dangerous", title, extension, data, globals=truth, **facts)
