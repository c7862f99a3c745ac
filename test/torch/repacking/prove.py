"""Whether repaired attention computes what the original does:

    python prove.py FOLDER save              writes weights of each kind of attention
    python prove.py FOLDER < cases.json      answers, for each case, whether the outputs agree

A case: `to` and `from`, classes of models.py; `weights`; `code` of the repair; `repaired`, the written file.
"""

import contextlib
import io
import json
import sys
from pathlib import Path

import models
import torch


def save(folder):
    for name in ("Torch", "Separate", "Named", "Packed"):
        torch.manual_seed(3)
        net = models.Net(getattr(models, name))
        for parameter in net.parameters():
            torch.nn.init.normal_(parameter, 0, 0.3)
        torch.save(net.state_dict(), folder / f"{name}.pth")
        torch.save(torch.nn.DataParallel(net).state_dict(), folder / f"{name}.parallel.pth")


def prove(case, folder):
    original = models.Net(getattr(models, case["from"])).eval()
    original.load_state_dict(torch.load(folder / f"{case['from']}.pth"))
    x = torch.randn(2, 9, 5)
    wanted = original(x)

    def outcome(load):
        net = models.Net(getattr(models, case["to"])).eval()
        result = load(net)
        same = torch.allclose(net(x), wanted, rtol=1e-4, atol=1e-5)
        return {"same": same, "missing": list(result.missing_keys), "unexpected": list(result.unexpected_keys)}

    namespace = {}
    exec(case["code"], namespace)
    with contextlib.redirect_stdout(io.StringIO()):
        by_code = outcome(lambda net: namespace["load_pretrained"](net, folder / case["weights"]))
    repaired = torch.load(folder / case["repaired"], weights_only=True, mmap=True)
    return {"code": by_code, "file": outcome(lambda net: net.load_state_dict(repaired, strict=False))}


if __name__ == "__main__":
    where = Path(sys.argv[1])
    if sys.argv[2:] == ["save"]:
        save(where)
    else:
        json.dump([prove(case, where) for case in json.load(sys.stdin)], sys.stdout)
